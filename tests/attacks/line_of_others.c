/* Lines that it does not own, and numbers that are none, in all orders; its own is never raised.
 *
 * ends: finished 0
 * line: number="5"
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const uint32_t numbers[] = {
        0,  1,  2,  3,  4,  6,  7,       8,  9,   10,         11,         12,        13,
        14, 15, 16, 31, 32, 37, 0x10005, 64, 256, 0x80000005, 0xFFFFFFFF, 0xFFFFFFF5};

    (void)starts;
    for (uint32_t round = 0; round < 500; round++) {
        uint32_t n = numbers[random_word() % ARRAY_SIZE(numbers)], masked = random_word() & 1;
        int32_t wanted = n < 16 ? BH_EPERM : BH_EINVAL;

        check(bh_line_mask(n, masked) == wanted, "a line was masked", n);
        check(bh_line_end(n) == wanted, "a line was ended", n);
        check(bh_line_mask(5, masked) == BH_OK && bh_line_end(5) == BH_OK, "its own", n);
    }
    for (uint32_t line = 0; line < 16; line++)
        check(!(bh_control()->virq_pending >> (BH_VIRQ_LINE + line) & 1), "came", line);
    return 0;
}
