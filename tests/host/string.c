/* klib/string.c against the host's string.h, at every small length and alignment, up against a page
 * that cannot be touched.
 *
 * since: ch01
 * sources: klib/string.c
 */
#include "host.h"

#include "klib/string.h"

enum { LENGTHS = 40, ROOM = 128 };

static void fill(unsigned char *p, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        p[i] = (unsigned char)host_random();
}

static void check_copy(size_t length, size_t from_offset, size_t to_offset)
{
    unsigned char *from = (unsigned char *)host_guarded(length + from_offset) + from_offset;
    unsigned char *to = (unsigned char *)host_guarded(length + to_offset) + to_offset;

    fill(from, length);
    CHECK(memcpy(to, from, length) == to, "memcpy's result");
    CHECK(host_memcmp(to, from, length) == 0, "memcpy of %zu bytes", length);
}

static void check_move(size_t length, size_t from, size_t to)
{
    unsigned char ours[ROOM], theirs[ROOM];

    fill(ours, sizeof ours);
    host_memcpy(theirs, ours, sizeof ours);
    CHECK(memmove(ours + to, ours + from, length) == ours + to, "memmove's result");
    host_memmove(theirs + to, theirs + from, length);
    CHECK(host_memcmp(ours, theirs, sizeof ours) == 0, "memmove of %zu bytes from %zu to %zu",
          length, from, to);
}

static void check_set(size_t length, size_t at, int byte)
{
    unsigned char ours[ROOM], theirs[ROOM], *guarded = host_guarded(length);

    fill(ours, sizeof ours);
    host_memcpy(theirs, ours, sizeof ours);
    CHECK(memset(ours + at, byte, length) == ours + at, "memset's result");
    host_memset(theirs + at, byte, length);
    CHECK(host_memcmp(ours, theirs, sizeof ours) == 0, "memset of %zu bytes at %zu", length, at);
    memset(guarded, byte, length);
}

static int sign(int x)
{
    return (x > 0) - (x < 0);
}

static void check_compare(const char *a, const char *b)
{
    CHECK(sign(strcmp(a, b)) == sign(host_strcmp(a, b)), "strcmp \"%s\" \"%s\"", a, b);
    for (size_t n = 0; n < 8; n++)
        CHECK(sign(strncmp(a, b, n)) == sign(host_strncmp(a, b, n)), "strncmp \"%s\" \"%s\" %zu", a,
              b, n);
}

static void check_memcmp(size_t length, size_t differs)
{
    unsigned char *a = host_guarded(length), *b = host_guarded(length);

    fill(a, length);
    host_memcpy(b, a, length);
    CHECK(memcmp(a, b, length) == 0, "%zu equal bytes", length);
    if (differs < length) {
        b[differs] = (unsigned char)(a[differs] + 0x80); /* wrong where bytes are signed */
        CHECK(sign(memcmp(a, b, length)) == sign(host_memcmp(a, b, length)), "byte %zu of %zu",
              differs, length);
    }
}

static void check_string_copy(size_t length, size_t size)
{
    char *from = host_guarded(length + 1), *to = host_guarded(size);
    size_t kept = length < size ? length : size - 1;

    host_memset(from, 'x', length);
    from[length] = '\0';
    string_copy(to, from, size);
    CHECK(host_strlen(to) == kept, "%zu characters into %zu bytes", length, size);
}

int main(void)
{
    static const char *const words[] = {"",    "a",    "b",     "ab",      "abc",
                                        "abd", "\xff", "a\xff", "abcdefgh"};

    for (size_t length = 0; length < LENGTHS; length++) {
        for (size_t offset = 0; offset < 16; offset++) {
            check_copy(length, offset % 4, offset / 4);
            check_set(length, offset, (int)host_random());
            check_memcmp(length, offset);
            check_move(length, offset, 8);
            check_move(length, offset * 3, offset + 20);
        }
        for (size_t size = 1; size < 12; size++)
            check_string_copy(length, size);
    }
    check_set(5, 0, -1);
    check_set(5, 0, 0x1FF); /* only the low byte counts */
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        CHECK(strlen(words[i]) == host_strlen(words[i]), "strlen \"%s\"", words[i]);
        for (size_t j = 0; j < ARRAY_SIZE(words); j++)
            check_compare(words[i], words[j]);
    }
    return host_result();
}
