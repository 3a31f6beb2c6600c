/**
 * @file
 * core: the files that the loader put into memory beside us (Multiboot 3.3, "mods").
 */
#ifndef CORE_MODULE_H
#define CORE_MODULE_H

#include "hw/multiboot.h"

/** A boot module: bytes and a name. */
struct module {
    const void *data;
    uint32_t size; /**< bytes */
    const char *name;
};

/**
 * Copies the loader's list and reserves the modules' memory.
 * Panics when there are more than 32 or when one lies outside the memory that we can reach.
 */
void module_init(const struct multiboot_info *info);

/** @return module i in the loader's order, or NULL behind the last. */
const struct module *module_get(uint32_t i);

/** @return the module of that name, or NULL. */
const struct module *module_find(const char *name);

#endif
