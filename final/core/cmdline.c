/* core: the command line. */
#include "core/cmdline.h"

#include "hw/paging.h"
#include "klib/string.h"

static char line[256];

static bool ends_word(char c)
{
    return c == ' ' || c == '\0';
}

static const char *skip_blanks(const char *p)
{
    while (*p == ' ')
        p++;
    return p;
}

static const char *skip_word(const char *p)
{
    while (!ends_word(*p))
        p++;
    return p;
}

void cmdline_init(const struct multiboot_info *info)
{
    if (info->flags & MULTIBOOT_INFO_CMDLINE && info->cmdline < LINEAR_MAP_SIZE)
        string_copy(line, paging_virtual(info->cmdline), sizeof line);
}

/* The text behind a word that begins with this prefix, or NULL. */
static const char *find(const char *prefix)
{
    size_t length = strlen(prefix);

    for (const char *p = skip_blanks(line); *p; p = skip_blanks(skip_word(p)))
        if (strncmp(p, prefix, length) == 0)
            return p + length;
    return NULL;
}

bool cmdline_has(const char *word)
{
    for (const char *p = skip_blanks(line); *p; p = skip_blanks(skip_word(p)))
        if (cmdline_equal(p, word))
            return true;
    return false;
}

const char *cmdline_value(const char *key)
{
    char prefix[32];

    string_copy(prefix, key, sizeof prefix - 1);
    prefix[strlen(prefix) + 1] = '\0';
    prefix[strlen(prefix)] = '=';
    return find(prefix);
}

bool cmdline_equal(const char *value, const char *text)
{
    size_t length = strlen(text);

    return strncmp(value, text, length) == 0 && ends_word(value[length]);
}
