/* Loads every selector into every segment register. Only null and the partitions' own two segments
 * may be loaded; with them loaded, hypercalls work and the registers come back as they were. (Of
 * null selectors iret may make plain 0.)
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define LOAD(name)                                                                               \
    static void load_##name(uint32_t selector)                                                   \
    {                                                                                            \
        uint32_t number = BH_NULL, now;                                                          \
                                                                                                 \
        __asm__ volatile("movl %2, %%" #name "\n\tint $0x82\n\tmovl %%" #name ", %1\n\t"         \
                         "pushl $0x23\n\tpopl %%" #name                                          \
                         : "+a"(number), "=&r"(now)                                              \
                         : "r"(selector)                                                         \
                         : "memory");                                                            \
        check((now == selector || (selector < 4 && now == 0)) && number == 0, "lost", selector); \
    }

LOAD(ds)
LOAD(es)
LOAD(fs)
LOAD(gs)
LOAD(ss)

int main(uint32_t starts)
{
    static void (*const loads[])(uint32_t) = {load_ds, load_es, load_fs, load_gs, load_ss};

    (void)starts;
    catch_all();
    for (uint32_t selector = 0; selector < 0x80; selector++)
        for (uint32_t i = 0; i < ARRAY_SIZE(loads); i++) {
            bool ss = loads[i] == load_ss;
            bool code = selector >> 3 == 3 && !(selector & 4);
            bool data = selector >> 3 == 4 && !(selector & 4);
            bool allowed = ss ? selector == 0x23 : selector < 4 || code || data;

            if (allowed)
                must_not_trap(loads[i], selector, "a selector of ours");
            else
                must_trap(13, loads[i], selector, "a selector that is not ours");
        }
    return 0;
}
