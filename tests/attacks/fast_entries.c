/* sysexit, syscall and sysret: ways into a kernel that nobody opened here.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define INSTRUCTION(name)                                                         \
    static void name(uint32_t zero)                                               \
    {                                                                             \
        __asm__ volatile(#name : : "a"(zero), "c"(IMAGE), "d"(IMAGE) : "memory"); \
    }

INSTRUCTION(sysexit)
INSTRUCTION(syscall)
INSTRUCTION(sysret)

int main(uint32_t starts)
{
    static void (*const ways[])(uint32_t) = {sysexit, syscall, sysret};

    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < ARRAY_SIZE(ways); i++) {
        uint32_t before = caught.count;

        attempt_one(ways[i], 0);
        check(caught.count == before + 1, "no trap", i);
        check(caught.vector == 13 || caught.vector == 6, "another trap", caught.vector);
    }
    return 0;
}
