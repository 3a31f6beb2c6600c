/* klib/printf.c against the host's snprintf, over generated formats and values.
 *
 * The hypervisor's int and long have 32 bits, the host's long has 64: `l` and `z` get values that
 * both can hold.
 *
 * since: ch01
 * sources: klib/printf.c klib/string.c
 */
#include "host.h"

#include "klib/printf.h"

static char sunk[8192];
static size_t sunk_length;

static void sink(char c)
{
    if (sunk_length < sizeof sunk - 1)
        sunk[sunk_length++] = c;
    sunk[sunk_length] = '\0';
}

/* A format such as "[%-012llx]"; NULL flags: none. Zeros and a `-` together are allowed. */
static void make_format(char *format, const char *length, char conversion)
{
    static const char *const flags[] = {"", "", "-", "0", "-0", "0-", "00"};
    const char *flag = flags[host_random() % ARRAY_SIZE(flags)];
    char width[8] = "";

    if (host_random() % 2)
        host_snprintf(width, sizeof width, "%u", (unsigned)(host_random() % 24));
    host_snprintf(format, 32, "[%%%s%s%s%c]", flag, width, length, conversion);
}

static void check_number(uint64_t value, char conversion)
{
    char format[32], ours[128], theirs[128];
    size_t length;
    int wanted;

    make_format(format, "ll", conversion);
    length = snprintf(ours, sizeof ours, format, value);
    wanted = host_snprintf(theirs, sizeof theirs, format, value);
    CHECK(length == (size_t)wanted && !host_strcmp(ours, theirs), "%s: \"%s\", not \"%s\"", format,
          ours, theirs);

    make_format(format, "", conversion);
    snprintf(ours, sizeof ours, format, (uint32_t)value);
    host_snprintf(theirs, sizeof theirs, format, (uint32_t)value);
    CHECK(!host_strcmp(ours, theirs), "%s: \"%s\", not \"%s\"", format, ours, theirs);

    make_format(format, host_random() % 2 ? "l" : "z", conversion);
    snprintf(ours, sizeof ours, format, (unsigned long)(value & 0x7FFFFFFF));
    host_snprintf(theirs, sizeof theirs, format, (unsigned long)(value & 0x7FFFFFFF));
    CHECK(!host_strcmp(ours, theirs), "%s: \"%s\", not \"%s\"", format, ours, theirs);
}

static void check_numbers(void)
{
    static const uint64_t edges[] = {0,          1,          9,          10,
                                     0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000,
                                     INT64_MAX,  1ull << 63, UINT64_MAX, 10000000000000000000ull};

    for (size_t i = 0; i < ARRAY_SIZE(edges); i++)
        for (const char *c = "diuxX"; *c; c++)
            for (int round = 0; round < 50; round++)
                check_number(edges[i], *c);
    for (int i = 0; i < 20000; i++)
        check_number(host_random_bits(), "diuxX"[host_random() % 5]);
}

/* A value that is 64 bits wide takes two words of the list: what follows must not slip. */
static void check_argument_order(void)
{
    char ours[128], theirs[128];
    static const char format[] = "%u %llx %s %lld %c %u";

    snprintf(ours, sizeof ours, format, 7u, 0x123456789ABCDEFull, "seven", -5ll, 'c', 9u);
    host_snprintf(theirs, sizeof theirs, format, 7u, 0x123456789ABCDEFull, "seven", -5ll, 'c', 9u);
    CHECK(!host_strcmp(ours, theirs), "\"%s\", not \"%s\"", ours, theirs);
}

static void check_strings(void)
{
    static const char *const formats[] = {"[%s]",   "[%10s]",  "[%-10s]",  "[%.3s]", "[%.0s]",
                                          "[%.9s]", "[%8.2s]", "[%-8.2s]", "[%2s]"};
    static const char *const words[] = {"", "a", "abc", "abcdefghijkl"};
    char ours[64], theirs[64], *unended = host_guarded(3);

    for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
        for (size_t j = 0; j < ARRAY_SIZE(words); j++) {
            snprintf(ours, sizeof ours, formats[i], words[j]);
            host_snprintf(theirs, sizeof theirs, formats[i], words[j]);
            CHECK(!host_strcmp(ours, theirs), "%s: \"%s\", not \"%s\"", formats[i], ours, theirs);
        }
    host_memset(unended, 'u', 3); /* a precision is also a bound on what is read */
    snprintf(ours, sizeof ours, "[%.3s]", unended);
    CHECK(!host_strcmp(ours, "[uuu]"), "\"%s\"", ours);
    snprintf(ours, sizeof ours, "[%s]", (char *)NULL);
    CHECK(!host_strcmp(ours, "[(null)]"), "\"%s\"", ours);
}

static void check_stars(void)
{
    static const int widths[] = {0, 1, 5, 12, -1, -5, -12};
    char ours[64], theirs[64];

    for (size_t i = 0; i < ARRAY_SIZE(widths); i++) {
        snprintf(ours, sizeof ours, "[%*d]", widths[i], -42);
        host_snprintf(theirs, sizeof theirs, "[%*d]", widths[i], -42);
        CHECK(!host_strcmp(ours, theirs), "%d: \"%s\", not \"%s\"", widths[i], ours, theirs);
        snprintf(ours, sizeof ours, "[%*.*s]", widths[i], i % 4 ? (int)i % 4 : -1, "string");
        host_snprintf(theirs, sizeof theirs, "[%*.*s]", widths[i], i % 4 ? (int)i % 4 : -1,
                      "string");
        CHECK(!host_strcmp(ours, theirs), "%d: \"%s\", not \"%s\"", widths[i], ours, theirs);
    }
}

static void check_others(void)
{
    char text[64];

    snprintf(text, sizeof text, "%p|%p", (void *)0, (void *)0xC0100000);
    CHECK(!host_strcmp(text, "0x00000000|0xc0100000"), "\"%s\"", text);
    snprintf(text, sizeof text, "%c|%3c|%-3c|%%", 'a', 'b', 'c');
    CHECK(!host_strcmp(text, "a|  b|c  |%"), "\"%s\"", text);
    snprintf(text, sizeof text, "%q %d", 5);
    CHECK(!host_strcmp(text, "%q 5"), "\"%s\"", text);
    snprintf(text, sizeof text, "100%%");
    CHECK(!host_strcmp(text, "100%"), "\"%s\"", text);
    snprintf(text, sizeof text, "ends with %");
    CHECK(!host_strcmp(text, "ends with %"), "\"%s\"", text);
}

/* The buffer's end: never a byte behind it, always a NUL, and the whole length as the result. */
static void check_truncation(void)
{
    static const char wanted[] = "value 0x0000002a of things";

    for (size_t size = 0; size < sizeof wanted + 3; size++) {
        char *text = host_guarded(size);
        size_t length = snprintf(text, size, "value 0x%08x of %s", 42u, "things");
        size_t kept = size == 0 ? 0 : size < sizeof wanted ? size - 1 : sizeof wanted - 1;

        CHECK(length == sizeof wanted - 1, "length %zu", length);
        CHECK(size == 0 || host_strlen(text) == kept, "%zu bytes keep %zu", size, kept);
        CHECK(!host_memcmp(text, wanted, kept), "%zu bytes", size);
    }
}

static void check_sink(void)
{
    printf("lost, because there is no sink\n");
    printf_set_sink(sink);
    printf("%d and %s\n", 42, "more");
    CHECK(!host_strcmp(sunk, "42 and more\n"), "\"%s\"", sunk);
    printf_set_sink(NULL);
    printf("lost again\n");
    CHECK(!host_strcmp(sunk, "42 and more\n"), "\"%s\"", sunk);
}

int main(void)
{
    check_numbers();
    check_argument_order();
    check_strings();
    check_stars();
    check_others();
    check_truncation();
    check_sink();
    return host_result();
}
