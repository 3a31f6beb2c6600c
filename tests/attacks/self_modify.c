/* Makes its code writable and changes it while it runs, on the page that it runs on.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

/* movl $imm32, %eax; ret. The number is changed between calls. */
uint32_t changing(void);
__asm__(".text\n.balign 16\nchanging:\n\t.byte 0xB8\nchanging_number:\n\t.long 0\n\tret\n");
extern volatile uint8_t changing_number[];

int main(uint32_t starts)
{
    uint32_t page = (uint32_t)changing_number & ~(PAGE - 1);

    (void)starts;
    check(bh_protect((void *)page, 2, BH_READ | BH_WRITE) == BH_OK, "protect", page);
    for (uint32_t i = 0; i < 1000; i++) {
        changing_number[i % 4] = (uint8_t)i;
        check((changing() >> 8 * (i % 4) & 0xFF) == (i & 0xFF), "old code ran", i);
    }
    return 0;
}
