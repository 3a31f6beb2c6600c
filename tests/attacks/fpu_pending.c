/* Unmasks all FPU and SSE exceptions, leaves errors pending, and keeps running across slot
 * switches. The error is its own: the next one to wait for the FPU is the victim, which must not
 * get it.
 *
 * faults: 4 #MF
 * restarts: 3
 * frames: 10
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

int main(uint32_t starts)
{
    static const uint16_t unmasked = 0x0340;
    static volatile float zero = 0;

    (void)starts;
    __asm__ volatile("fninit\n\tfldcw %0\n\tfld1\n\tfdivs %1" : : "m"(unmasked), "m"(zero));
    for (uint32_t slots = 0; slots < 2;) /* two slots go by with the error pending */
        slots += __atomic_exchange_n(&bh_control()->virq_pending, 0, __ATOMIC_RELAXED) != 0;
    __asm__ volatile("fwait");
    return -1;
}
