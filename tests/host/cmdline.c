/* core/cmdline.c: words, values, and a line that is too long.
 *
 * since: ch01
 * sources: core/cmdline.c klib/string.c
 */
#include "host.h"

#include "core/cmdline.h"
#include "memory.h"

enum { WHERE = 0x00012345 };

static void use(const char *line)
{
    struct multiboot_info info = {.flags = MULTIBOOT_INFO_CMDLINE, .cmdline = WHERE};

    host_memcpy(memory_at(WHERE, host_strlen(line) + 1), line, host_strlen(line) + 1);
    cmdline_init(&info);
}

static bool value_is(const char *key, const char *wanted)
{
    const char *value = cmdline_value(key);

    return value && cmdline_equal(value, wanted);
}

static void words(const void *unused)
{
    (void)unused;
    use("  panic  fault=pf other=  a=1 a=2 ");
    CHECK(cmdline_has("panic"));
    CHECK(!cmdline_has("pani"));
    CHECK(!cmdline_has("panics"));
    CHECK(!cmdline_has("anic"));
    CHECK(!cmdline_has("fault"));
    CHECK(cmdline_has("fault=pf"));
    CHECK(value_is("fault", "pf"));
    CHECK(!value_is("fault", "p"));
    CHECK(!value_is("fault", "pff"));
    CHECK(!cmdline_value("faul"));
    CHECK(!cmdline_value("ault"));
    CHECK(!cmdline_value("panic"));
    CHECK(value_is("other", ""));
    CHECK(value_is("a", "1")); /* the first one */
}

static void empty(const void *unused)
{
    (void)unused;
    CHECK(!cmdline_has("x")); /* before cmdline_init */
    CHECK(!cmdline_value("x"));
    use("");
    CHECK(!cmdline_has("x"));
    CHECK(!cmdline_has(""));
    use("     ");
    CHECK(!cmdline_has("x"));
    CHECK(!cmdline_value("x"));
}

/* Flag clear, or an address that the linear map does not reach: no line, and nothing read. */
static void absent(const void *unused)
{
    struct multiboot_info none = {.flags = 0, .cmdline = WHERE};
    struct multiboot_info far = {.flags = MULTIBOOT_INFO_CMDLINE, .cmdline = 0xFFFFFFF0};

    (void)unused;
    memory_at(WHERE, 1);
    cmdline_init(&none);
    CHECK(!cmdline_has("x"));
    cmdline_init(&far);
    CHECK(!cmdline_has("x"));
}

static void too_long(const void *unused)
{
    char line[1024];

    (void)unused;
    host_memset(line, 'y', sizeof line);
    host_memcpy(line, "first ", 6);
    host_memcpy(line + sizeof line - 7, " last", 6);
    line[sizeof line - 1] = '\0';
    use(line);
    CHECK(cmdline_has("first"));
    CHECK(!cmdline_has("last"));
}

/* A key longer than any that we have. */
static void long_key(const void *unused)
{
    char key[200];

    (void)unused;
    use("kkkk=1");
    host_memset(key, 'k', sizeof key);
    key[sizeof key - 1] = '\0';
    CHECK(!cmdline_value(key));
}

int main(void)
{
    void (*const cases[])(const void *) = {words, empty, absent, too_long, long_key};

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct host_end end = host_case(cases[i], NULL);

        CHECK(end.status == 0, "case %zu ended with %d:\n%s", i, end.status, end.text);
    }
    return host_result();
}
