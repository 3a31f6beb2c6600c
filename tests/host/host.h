/* What every host test includes first: the host's C library, checks, and then the names under
 * which the hypervisor's own printf and string functions live here (rename.h).
 *
 * The head of a test names the first chapter that it judges and the sources that it links:
 *     since: ch01
 *     sources: klib/printf.c klib/string.c
 */
#ifndef HOST_H
#define HOST_H

#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int host_failures;
static long host_checks;

/* Counts a check; reports a failed one, with a text in printf's manner. */
#define CHECK(condition, ...)                                               \
    do {                                                                    \
        host_checks++;                                                      \
        if (!(condition)) {                                                 \
            host_failures++;                                                \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, "" __VA_ARGS__);                                \
            fputc('\n', stderr);                                            \
            if (host_failures > 20)                                         \
                exit(1);                                                    \
        }                                                                   \
    } while (0)

/* The end of main(). */
static inline int host_result(void)
{
    fprintf(stdout, "%ld checks, %d failed\n", host_checks, host_failures);
    return host_failures || !host_checks;
}

/* The same numbers in every run (xorshift64*). */
static inline uint64_t host_random(void)
{
    static uint64_t state = 0x9E3779B97F4A7C15;

    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545F4914F6CDD1D;
}

/* A number of a random length in bits: small ones and large ones are equally likely. */
static inline uint64_t host_random_bits(void)
{
    unsigned bits = (unsigned)(host_random() % 65);

    return bits ? host_random() >> (64 - bits) : 0;
}

/* Memory whose last byte lies before a page that cannot be touched: finds what a sanitizer cannot,
 * because assembly is not instrumented. Never freed. */
static inline void *host_guarded(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (size + page - 1) / page * page;
    char *start =
        mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (start == MAP_FAILED || mprotect(start + room, page, PROT_NONE) != 0)
        abort();
    return start + room - size;
}

/* How a case in a child process ended. */
struct host_end {
    int status;      /* 0, or HOST_PANIC, or what a sanitizer made of it */
    char text[1024]; /* what it wrote to standard error: a panic's message */
};

enum { HOST_PANIC = 77 };

/* Runs a case in a child: for panics, and for code that keeps state. Checks count in the parent
 * only; a case says with its exit status what it found. */
static inline struct host_end host_case(void (*run)(const void *), const void *argument)
{
    struct host_end end = {.status = -1};
    int ends[2], status;
    size_t length = 0;
    ssize_t got;
    pid_t child;

    if (pipe(ends) != 0 || (child = fork()) < 0)
        abort();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        run(argument);
        _exit(host_failures ? 1 : 0);
    }
    close(ends[1]);
    while ((got = read(ends[0], end.text + length, sizeof end.text - 1 - length)) > 0)
        length += (size_t)got;
    close(ends[0]);
    waitpid(child, &status, 0);
    end.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return end;
}

/* The host's functions, from here on under names of their own. */
static int (*const host_vsnprintf)(char *, size_t, const char *, va_list) = vsnprintf;
static int (*const host_snprintf)(char *, size_t, const char *, ...) = snprintf;
static int (*const host_fprintf)(FILE *, const char *, ...) = fprintf;
static void *(*const host_memcpy)(void *, const void *, size_t) = memcpy;
static void *(*const host_memmove)(void *, const void *, size_t) = memmove;
static void *(*const host_memset)(void *, int, size_t) = memset;
static int (*const host_memcmp)(const void *, const void *, size_t) = memcmp;
static size_t (*const host_strlen)(const char *) = strlen;
static int (*const host_strcmp)(const char *, const char *) = strcmp;
static int (*const host_strncmp)(const char *, const char *, size_t) = strncmp;
static char *(*const host_strstr)(const char *, const char *) = strstr;

/* panic() for the sources under test: ends the case with HOST_PANIC and its message. */
void __attribute__((noreturn, weak)) panic(const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    host_vsnprintf(text, sizeof text, format, args);
    va_end(args);
    host_fprintf(stderr, "panic: %s\n", text);
    _exit(HOST_PANIC);
}

static inline void host_use(void) /* no test uses all of the above */
{
    (void)host_snprintf, (void)host_memcpy, (void)host_memmove, (void)host_memset,
        (void)host_memcmp;
    (void)host_strlen, (void)host_strcmp, (void)host_strncmp, (void)host_strstr;
}

#include "rename.h"

#endif
