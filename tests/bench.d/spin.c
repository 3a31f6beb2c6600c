/* A partition that never yields. */
#include "lib/guest.h"

int main(uint32_t starts)
{
    (void)starts;
    for (;;)
        ;
}
