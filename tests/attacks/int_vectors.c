/* `int n` for every n. Only int3, into and the hypercall are for partitions; each other vector is a
 * #GP that names it, and no handler of the hypervisor runs.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

/* 256 times: int $n; ret; and a nop, so that each takes four bytes. */
__asm__(".text\n.balign 4\nints:\n.set n, 0\n.rept 256\n.byte 0xCD, n, 0xC3, 0x90\n"
        ".set n, n + 1\n.endr\n");

extern char ints[];

static void raise(uint32_t vector)
{
    uint32_t number = BH_NULL;

    __asm__ volatile("call *%1" : "+a"(number) : "r"(ints + 4 * vector) : "memory", "cc");
}

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t vector = 0; vector < 256; vector++) {
        if (vector == BH_HYPERCALL_VECTOR) {
            must_not_trap(raise, vector, "the hypercall");
            continue;
        }
        if (vector == 3 || vector == 4) {
            must_trap(vector, raise, vector, "int3 or into");
            continue;
        }
        must_trap(13, raise, vector, "int n");
        check(caught.error == vector * 8 + 2, "error code", caught.error);
    }
    return 0;
}
