/* Looks for what others left in the FPU and SSE registers, in each slot and after each restart, and
 * leaves a lot there itself.
 *
 * faults: 3 #UD
 * restarts: 2
 * ends: stopped
 * emulators: qemu bochs
 */
#include "attack.h"

static struct {
    uint32_t words[128];
} __attribute__((aligned(16))) state;

int main(uint32_t starts)
{
    static const uint32_t noise[4] = {0xBADBAD01, 0xBADBAD02, 0xBADBAD03, 0xBADBAD04};

    (void)starts;
    __asm__ volatile("fxsave %0" : "=m"(state));
    check((state.words[0] & 0xFFFF) == 0x37F && state.words[6] == 0x1F80, "control words",
          state.words[0]);
    for (uint32_t i = 8; i < 72; i++)
        check(state.words[i] == 0, "something was left in a register", state.words[i]);
    __asm__ volatile("fld1\n\tfldpi\n\tfldl2t\n\tfldln2\n\t"
                     "movups %0, %%xmm0\n\tmovups %0, %%xmm1\n\tmovups %0, %%xmm2\n\t"
                     "movups %0, %%xmm3\n\tmovups %0, %%xmm4\n\tmovups %0, %%xmm5\n\t"
                     "movups %0, %%xmm6\n\tmovups %0, %%xmm7"
                     :
                     : "m"(noise));
    spin(100000);
    __asm__ volatile("ud2");
    return -1;
}
