/**
 * @file
 * klib: 64-bit arithmetic on a 32-bit machine, without libgcc.
 *
 * The compiler turns a 64-bit `/` into a call of libgcc's `__udivdi3`, and the hypervisor links
 * nothing. Two `div` instructions do the same work. Neither function belongs on a hot path: a
 * division costs tens of cycles, so time is scaled with mul_shift32() and never divided.
 */
#ifndef KLIB_MATH64_H
#define KLIB_MATH64_H

#include "types.h"

/**
 * Divides a 64-bit number by a 32-bit one, like long division by hand: high word first, then the
 * low word with the remainder of the first in front of it.
 *
 * The second `div` cannot overflow (#DE), because its high word is a remainder and so smaller than
 * the divisor.
 *
 * @param n  dividend
 * @param d  divisor, not 0
 * @param[out] remainder  n mod d; may be NULL
 * @return n / d
 */
static inline uint64_t div64(uint64_t n, uint32_t d, uint32_t *remainder)
{
    uint32_t high = (uint32_t)(n >> 32), low = (uint32_t)n;
    uint32_t q_high = high / d, q_low, rest = high % d;

    __asm__("divl %[d]" : "=a"(q_low), "=d"(rest) : "0"(low), "1"(rest), [d] "rm"(d) : "cc");
    if (remainder)
        *remainder = rest;
    return (uint64_t)q_high << 32 | q_low;
}

/**
 * Multiplies by a 32.32 fixed-point factor: (a * factor) / 2^32, in four 32-bit multiplications.
 *
 * @param a       any 64-bit number
 * @param factor  integer part in the high word, fraction in the low word
 * @return the low 64 bits of the product, rounded down
 */
static inline uint64_t mul_shift32(uint64_t a, uint64_t factor)
{
    uint32_t a_low = (uint32_t)a, a_high = (uint32_t)(a >> 32);
    uint32_t f_low = (uint32_t)factor, f_high = (uint32_t)(factor >> 32);

    return ((uint64_t)a_low * f_low >> 32) + (uint64_t)a_low * f_high + (uint64_t)a_high * f_low +
           ((uint64_t)a_high * f_high << 32);
}

/**
 * Shifts left by less than 32 bits. Compilers do not know that it is less, and make a branch; the
 * machine has an instruction for it.
 */
static inline uint64_t shift_left64(uint64_t n, uint32_t by)
{
    uint32_t high = (uint32_t)(n >> 32), low = (uint32_t)n;

    __asm__("shldl %%cl, %[low], %[high]" : [high] "+r"(high) : [low] "r"(low), "c"(by) : "cc");
    return (uint64_t)high << 32 | (uint32_t)(low << by);
}

/** Multiplies two 32-bit numbers: one instruction, which not every compiler finds in C's own
 * words. */
static inline uint64_t mul_wide(uint32_t a, uint32_t b)
{
    uint32_t high, low;

    __asm__("mull %[b]" : "=a"(low), "=d"(high) : "0"(a), [b] "rm"(b) : "cc");
    return (uint64_t)high << 32 | low;
}

/**
 * Multiplies by a fixed-point factor below 1: (a * factor) / 2^32, in two 32-bit multiplications,
 * or one when `a` is short.
 *
 * @return the product, rounded down
 */
static inline uint64_t mul_fraction(uint64_t a, uint32_t factor)
{
    uint32_t high = (uint32_t)(a >> 32), low = (uint32_t)(mul_wide((uint32_t)a, factor) >> 32);

    return high ? mul_wide(high, factor) + low : low;
}

/**
 * The 32.32 factor that turns counts of a clock at `from_hz` into counts of one at `to_hz`.
 *
 * @param from_hz  any frequency but 0, in Hz; above 2^32 Hz the result loses its last bits
 * @param to_hz    less than 2^32 Hz
 * @return to_hz * 2^32 / from_hz
 */
static inline uint64_t ratio_shift32(uint64_t from_hz, uint32_t to_hz)
{
    uint64_t numerator = (uint64_t)to_hz << 32;

    while (from_hz >> 32) {
        from_hz >>= 1;
        numerator >>= 1;
    }
    return div64(numerator, (uint32_t)from_hz, NULL);
}

#endif
