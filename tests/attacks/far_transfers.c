/* Far calls, jumps, returns and iret through every selector of the GDT and behind: task state
 * segments, the hypervisor's code, ring 1, nothing.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

static struct {
    uint32_t offset;
    uint16_t selector;
} __attribute__((packed)) target;

static void aim(uint32_t selector)
{
    target.offset = IMAGE;
    target.selector = (uint16_t)selector;
}

static void far_call(uint32_t selector)
{
    aim(selector);
    __asm__ volatile("lcall *%0" : : "m"(target));
}

static void far_jump(uint32_t selector)
{
    aim(selector);
    __asm__ volatile("ljmp *%0" : : "m"(target));
}

static void far_return(uint32_t selector)
{
    __asm__ volatile("pushl %0\n\tpushl %1\n\tlret" : : "r"(selector), "r"(IMAGE));
}

static void far_iret(uint32_t selector)
{
    __asm__ volatile("pushfl\n\tpushl %0\n\tpushl %1\n\tiret" : : "r"(selector), "r"(IMAGE));
}

int main(uint32_t starts)
{
    static void (*const ways[])(uint32_t) = {far_call, far_jump, far_return, far_iret};

    (void)starts;
    catch_all();
    for (uint32_t selector = 0; selector < 0x100; selector++)
        for (uint32_t way = 0; way < ARRAY_SIZE(ways); way++) {
            attempt_one(ways[way], selector);
            if (selector >> 3 == 3) /* our own code segment: then the address is the mistake */
                check(caught.vector == 14 || caught.vector == 13, "own code", selector);
            else
                check(caught.vector == 13 || caught.vector == 11, "far transfer", selector);
            if (caught.vector != 14)
                check((caught.error & 0xFFF8) == (selector & 0xFFF8), "error", caught.error);
        }
    check(caught.count == 0x100 * ARRAY_SIZE(ways), "a transfer without a trap", caught.count);
    return 0;
}
