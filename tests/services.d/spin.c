/* Takes the processor whenever it can. */
#include "lib/guest.h"

int main(uint32_t starts)
{
    (void)starts;
    for (;;)
        ;
}
