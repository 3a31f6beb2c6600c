/* bhc: reading elements and attributes, whatever they mean. */
#include "parse_values.h"

#include "limits.h"

#include <ctype.h>
#include <string.h>

struct element open_element(xmlNode *node, struct item *item, struct diag *diag)
{
    *item = (struct item){xml_line(node), true};
    return (struct element){node, item, diag};
}

void refuse(const struct element *e, const struct value *value, const char *why)
{
    diag_error(e->diag, value->line, "%s=\"%.48s\" %s", value->name, value->text, why);
    e->item->whole = false;
}

bool get(const struct element *e, const char *name, struct value *value)
{
    xmlAttr *attribute = xmlHasNsProp(e->node, BAD_CAST name, NULL);
    xmlChar *text;
    int length;

    if (!attribute)
        return false;
    text = xmlNodeListGetString(e->node->doc, attribute->children, 1);
    value->name = name;
    value->line = xml_line(attribute);
    length = snprintf(value->text, sizeof value->text, "%s", text ? (const char *)text : "");
    xmlFree(text);
    if (length < (int)sizeof value->text)
        return true;
    refuse(e, value, "goes on for too long: write fewer characters; names have at most 23");
    return false;
}

bool require(const struct element *e, const char *name, struct value *value)
{
    bool there = get(e, name, value);

    e->item->whole &= there;
    return there;
}

void refuse_unless(bool ok, const struct element *e, const struct value *value,
                   const struct why *why)
{
    if (!ok)
        refuse(e, value, why->text);
}

/* Letters, digits, _ and -: what a module list, a file name and a console prefix can all carry. */
static const char *name_fault(const char *text)
{
    if (*text == '\0')
        return "is empty: write a name";
    for (const char *s = text; *s; s++)
        if (!isalnum((unsigned char)*s) && *s != '_' && *s != '-')
            return "has a character that no name may have: use letters, digits, _ and -";
    if (strlen(text) >= SYSTEM_NAME_SIZE)
        return "is too long: write at most 23 characters";
    return NULL;
}
_Static_assert(SYSTEM_NAME_SIZE == 24, "name_fault and system.xsd say 23 characters");

static void take_name(const struct element *e, const struct value *value,
                      char name[SYSTEM_NAME_SIZE])
{
    const char *fault = name_fault(value->text);

    if (fault)
        refuse(e, value, fault);
    else
        memcpy(name, value->text, strlen(value->text) + 1);
}

void read_name(const struct element *e, const char *attribute, char name[SYSTEM_NAME_SIZE])
{
    struct value value;

    if (require(e, attribute, &value))
        take_name(e, &value, name);
}

void read_optional_name(const struct element *e, const char *attribute, const char *absent,
                        char name[SYSTEM_NAME_SIZE])
{
    struct value value;

    if (get(e, attribute, &value))
        take_name(e, &value, name);
    else
        memcpy(name, absent, strlen(absent) + 1);
}

void read_time(const struct element *e, const char *attribute, uint32_t min_us, uint32_t *us)
{
    struct value value;
    struct why why;

    if (require(e, attribute, &value))
        refuse_unless(units_time(value.text, min_us, MAJOR_FRAME_MAX_US, us, &why), e, &value,
                      &why);
}

void read_optional_time(const struct element *e, const char *attribute, uint32_t min_us,
                        uint32_t absent, uint32_t *us)
{
    struct value value;
    struct why why;

    *us = absent;
    if (get(e, attribute, &value))
        refuse_unless(units_time(value.text, min_us, MAJOR_FRAME_MAX_US, us, &why), e, &value,
                      &why);
}

void read_size(const struct element *e, uint64_t max, uint64_t *size)
{
    struct value value;
    struct why why;

    if (require(e, "size", &value))
        refuse_unless(units_pages(value.text, max, size, &why), e, &value, &why);
}

void read_address(const struct element *e, const struct value *value, uint32_t *address)
{
    struct why why;

    refuse_unless(units_page_address(value->text, address, &why), e, value, &why);
}

void read_optional_address(const struct element *e, const char *attribute, uint32_t absent,
                           uint32_t *address)
{
    struct value value;

    *address = absent;
    if (get(e, attribute, &value))
        read_address(e, &value, address);
}

void read_count(const struct element *e, const char *attribute, uint32_t min, uint32_t max,
                uint32_t *count)
{
    struct value value;
    struct why why;

    if (require(e, attribute, &value))
        refuse_unless(units_count(value.text, min, max, count, &why), e, &value, &why);
}

void read_optional_count(const struct element *e, const char *attribute, uint32_t min, uint32_t max,
                         uint32_t absent, uint32_t *count)
{
    struct value value;
    struct why why;

    *count = absent;
    if (get(e, attribute, &value))
        refuse_unless(units_count(value.text, min, max, count, &why), e, &value, &why);
}

void read_flag(const struct element *e, const char *attribute, uint32_t flag, uint32_t *flags)
{
    struct value value;

    if (!get(e, attribute, &value))
        return;
    if (!strcmp(value.text, "yes"))
        *flags |= flag;
    else if (strcmp(value.text, "no") != 0)
        refuse(e, &value, "is neither yes nor no: write yes or no");
}

/* Reports: is unknown: write a, b or c. */
static void refuse_word(const struct element *e, const struct value *value, const char *what,
                        const char *const *names)
{
    char text[400];
    int length = snprintf(text, sizeof text, "%s", what);

    for (uint32_t i = 0; names[i] && length < (int)sizeof text; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s%s",
                           i == 0         ? ""
                           : names[i + 1] ? ", "
                                          : " or ",
                           names[i]);
    refuse(e, value, text);
}

static bool find_word(const char *word, const char *const *names, uint32_t *number)
{
    for (uint32_t i = 0; names[i]; i++) {
        if (strcmp(names[i], word) != 0)
            continue;
        *number = i;
        return true;
    }
    return false;
}

bool read_choice(const struct element *e, const char *attribute, const char *const *names,
                 uint32_t *number)
{
    struct value value;

    if (!get(e, attribute, &value))
        return false;
    if (find_word(value.text, names, number))
        return true;
    refuse_word(e, &value, "is unknown: write ", names);
    return false;
}

void read_words(const struct element *e, const char *attribute, const char *const *names,
                uint32_t *mask)
{
    struct value value;
    char text[sizeof value.text], *rest = text;

    if (!get(e, attribute, &value))
        return;
    memcpy(text, value.text, sizeof text);
    for (char *word = strtok_r(text, " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest)) {
        uint32_t number;

        if (find_word(word, names, &number))
            *mask |= UINT32_C(1) << number;
        else if (!strcmp(word, "all"))
            for (number = 0; names[number]; number++)
                *mask |= UINT32_C(1) << number;
        else {
            refuse_word(e, &value, "has an unknown word in it: write all, or some of ", names);
            return;
        }
    }
}
