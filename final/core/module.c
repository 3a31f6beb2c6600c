/* core: boot modules. Their names are copied, because the loader's strings may lie anywhere. */
#include "core/module.h"

#include "core/frame.h"
#include "core/memmap.h"
#include "hw/paging.h"
#include "klib/panic.h"
#include "klib/string.h"

enum { MODULES_AT_MOST = 32, NAME_SIZE = 32 };

static struct module modules[MODULES_AT_MOST];
static char names[MODULES_AT_MOST][NAME_SIZE];
static uint32_t module_count;

/* A loader passes a module's whole command line; QEMU puts the file's path in front of the name. */
static const char *last_word(const char *line)
{
    const char *word = line;

    for (const char *p = line; *p; p++)
        if (*p == ' ')
            word = p + 1;
    return word;
}

static void add_module(const struct multiboot_module *m)
{
    if (m->start > m->end || m->end > memmap_ram_end() || m->string >= memmap_ram_end())
        panic("boot module %u lies at 0x%08x to 0x%08x, out of reach", module_count, m->start,
              m->end);
    string_copy(names[module_count], last_word(paging_virtual(m->string)), NAME_SIZE);
    modules[module_count] = (struct module){
        .data = paging_virtual(m->start),
        .size = m->end - m->start,
        .name = names[module_count],
    };
    frame_reserve(m->start, m->end - m->start);
    module_count++;
}

void module_init(const struct multiboot_info *info)
{
    const struct multiboot_module *list = paging_virtual(info->mods_addr);

    if (!(info->flags & MULTIBOOT_INFO_MODULES))
        return;
    if (info->mods_count > MODULES_AT_MOST)
        panic("%u boot modules, and room for %u", info->mods_count, MODULES_AT_MOST);
    if (info->mods_addr > memmap_ram_end() - sizeof modules)
        panic("the list of boot modules at 0x%08x is out of reach", info->mods_addr);
    for (uint32_t i = 0; i < info->mods_count; i++)
        add_module(&list[i]);
}

const struct module *module_get(uint32_t i)
{
    return i < module_count ? &modules[i] : NULL;
}

const struct module *module_find(const char *name)
{
    for (uint32_t i = 0; i < module_count; i++)
        if (strcmp(modules[i].name, name) == 0)
            return &modules[i];
    return NULL;
}
