/* A partition without any port: it counts primes in its own memory, and its result is all that
 * anybody hears of it. */
#include "klib/types.h"
#include "lib/guest.h"

enum { LIMIT = 10000 };

static uint32_t word = 0x22222222; /* at 'hello' there is another one at this address */
static uint8_t composite[LIMIT];

int main(uint32_t starts, uint32_t unused)
{
    int primes = 0;

    (void)starts, (void)unused;
    for (uint32_t i = 2; i < LIMIT; i++) {
        if (composite[i])
            continue;
        primes++;
        for (uint32_t j = 2 * i; j < LIMIT; j += i)
            composite[j] = 1;
    }
    return word == 0x22222222 ? primes : -1;
}
