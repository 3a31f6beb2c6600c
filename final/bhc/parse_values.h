/**
 * @file
 * bhc: what all of parse_*.c read elements and attributes with. A value that cannot be read is
 * reported, and makes its item not whole.
 */
#ifndef BHC_PARSE_VALUES_H
#define BHC_PARSE_VALUES_H

#include "description.h"
#include "diag.h"
#include "units.h"
#include "xml.h"

/** An element being read. Each value that cannot be read makes its item not whole. */
struct element {
    xmlNode *node;
    struct item *item;
    struct diag *diag;
};

struct element open_element(xmlNode *node, struct item *item, struct diag *diag);

/** An attribute. */
struct value {
    const char *name;
    char text[128]; /**< no value is longer */
    unsigned line;
};

/** Reports: size="10" has no unit: write ... */
void refuse(const struct element *e, const struct value *value, const char *why);
void refuse_unless(bool ok, const struct element *e, const struct value *value,
                   const struct why *why);

/** @return false if it is not there, or if it is so long that it cannot mean anything */
bool get(const struct element *e, const char *name, struct value *value);

/** A required attribute. That it is missing, the schema has said. */
bool require(const struct element *e, const char *name, struct value *value);

/* Readers of one attribute each. Those called optional leave `absent` where there is none. */

void read_name(const struct element *e, const char *attribute, char name[SYSTEM_NAME_SIZE]);
void read_optional_name(const struct element *e, const char *attribute, const char *absent,
                        char name[SYSTEM_NAME_SIZE]);
void read_time(const struct element *e, const char *attribute, uint32_t min_us, uint32_t *us);
void read_optional_time(const struct element *e, const char *attribute, uint32_t min_us,
                        uint32_t absent, uint32_t *us);
void read_size(const struct element *e, uint64_t max, uint64_t *size);
void read_address(const struct element *e, const struct value *value, uint32_t *address);
void read_optional_address(const struct element *e, const char *attribute, uint32_t absent,
                           uint32_t *address);
void read_count(const struct element *e, const char *attribute, uint32_t min, uint32_t max,
                uint32_t *count);
void read_optional_count(const struct element *e, const char *attribute, uint32_t min, uint32_t max,
                         uint32_t absent, uint32_t *count);
void read_flag(const struct element *e, const char *attribute, uint32_t flag, uint32_t *flags);

/** A value of a list of words. @param names  ends with NULL; a word's place in it is its number */
bool read_choice(const struct element *e, const char *attribute, const char *const *names,
                 uint32_t *number);

/** A value with several words out of a list, or "all". @param mask  bit n: word n is there */
void read_words(const struct element *e, const char *attribute, const char *const *names,
                uint32_t *mask);

/** The partition that an attribute names: its index. */
void read_partition(const struct element *e, const char *attribute, const struct system *system,
                    uint32_t *index);

/* Stepping through the tree. */

/** The first child of that name at or behind node. */
xmlNode *seek(xmlNode *node, const char *name);
xmlNode *children_of(const xmlNode *node, const char *name);

/** Where a repeated element goes, and how many of it there may be. */
struct quota {
    const char *name; /**< of the element */
    const char *of;   /**< what it is in */
    uint32_t max;
    const char *limit; /**< what sets it, and where */
};

/** Steps through the children of a name. Says so, once, when there are too many. */
xmlNode *next_child(xmlNode *node, const struct quota *quota, uint32_t count, struct diag *diag);

/* One function for each section of a description. */

void parse_memory(xmlNode *root, struct description *d, struct diag *diag);
void parse_partitions(xmlNode *root, struct description *d, struct diag *diag);
void parse_channels(xmlNode *root, struct description *d, struct diag *diag);
void parse_signals(xmlNode *root, struct description *d, struct diag *diag);
void parse_plans(xmlNode *root, struct description *d, struct diag *diag);

/** The tables of the health monitor: of the system and of the partitions. They name plans, so the
 * plans come first. */
void parse_health(xmlNode *root, struct description *d, struct diag *diag);

#endif
