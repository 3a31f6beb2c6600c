/* A partition that never yields, and changes every FPU register while it runs. */
#include "lib/guest.h"

int main(uint32_t starts)
{
    (void)starts;
    printf("I never give the processor up.\n");
    for (;;)
        __asm__ volatile("fninit\n\tfldpi\n\tfldpi\n\tfldpi\n\tfldpi\n\tfldpi\n\tfldpi\n\tfldpi");
}
