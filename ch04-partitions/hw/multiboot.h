/**
 * @file
 * hw: the Multiboot 1 contract between the loader and us (Multiboot Specification 0.6.96).
 *
 * The loader finds the header in the image's first 8 KiB, loads the image and the modules, and
 * enters `_start` in 32-bit protected mode without paging, with EAX = MULTIBOOT_LOADED and EBX =
 * the physical address of struct multiboot_info.
 */
#ifndef HW_MULTIBOOT_H
#define HW_MULTIBOOT_H

#define MULTIBOOT_HEADER_MAGIC 0x1BADB002
#define MULTIBOOT_LOADED 0x2BADB002  /**< in EAX at the entry (section 3.2) */
#define MULTIBOOT_PAGE_ALIGN 0x1     /**< header flag: modules on page boundaries */
#define MULTIBOOT_MEMORY_INFO 0x2    /**< header flag: the memory map, please */
#define MULTIBOOT_VIDEO_MODE 0x4     /**< header flag: the screen as the header's last words say */
#define MULTIBOOT_EGA_TEXT 1         /**< of those words: text where there is any, else dots */
#define MULTIBOOT_INFO_CMDLINE 0x04  /**< info flag: `cmdline` is valid */
#define MULTIBOOT_INFO_MODULES 0x08  /**< info flag: `mods_*` are valid */
#define MULTIBOOT_INFO_MMAP 0x40     /**< info flag: `mmap_*` are valid */
#define MULTIBOOT_INFO_LOADER 0x200  /**< info flag: `boot_loader_name` is valid */
#define MULTIBOOT_INFO_SCREEN 0x1000 /**< info flag: `framebuffer_*` are valid */
#define MULTIBOOT_SCREEN_RGB 1       /**< framebuffer_type: dots, each with its own colour */
#define MULTIBOOT_MEMORY_AVAILABLE 1 /**< type of a memory map entry that is usable RAM */

#ifndef __ASSEMBLER__

#include "klib/types.h"

/** What the loader tells us (section 3.3). All addresses are physical. */
struct multiboot_info {
    uint32_t flags;
    uint32_t mem_lower, mem_upper; /**< KiB below 1 MiB, KiB from 1 MiB up */
    uint32_t boot_device;
    paddr_t cmdline;
    uint32_t mods_count;
    paddr_t mods_addr;
    uint32_t syms[4];
    uint32_t mmap_length; /**< bytes */
    paddr_t mmap_addr;
    uint32_t drives_length;
    paddr_t drives_addr;
    paddr_t config_table;
    paddr_t boot_loader_name;
    paddr_t apm_table;
    paddr_t vbe_control_info, vbe_mode_info;
    uint16_t vbe_mode, vbe_interface_seg, vbe_interface_off, vbe_interface_len;
    uint64_t framebuffer_addr;
    uint32_t framebuffer_pitch;                     /**< bytes from one row of dots to the next */
    uint32_t framebuffer_width, framebuffer_height; /**< dots, or characters in text */
    uint8_t framebuffer_bpp;                        /**< bits of a dot */
    uint8_t framebuffer_type;
} __attribute__((packed));

/** One range of the memory map. */
struct multiboot_memory {
    uint32_t size; /**< of the rest of the entry, in bytes: the next entry is at size + 4 */
    uint64_t base, length;
    uint32_t type;
} __attribute__((packed));

/** One module: a file that the loader put into memory. */
struct multiboot_module {
    paddr_t start, end; /**< end: the first byte behind it */
    paddr_t string;     /**< its command line */
    uint32_t reserved;
};

_Static_assert(offsetof(struct multiboot_info, mmap_addr) == 48, "Multiboot 3.3");
_Static_assert(offsetof(struct multiboot_info, boot_loader_name) == 64, "Multiboot 3.3");
_Static_assert(offsetof(struct multiboot_info, framebuffer_addr) == 88, "Multiboot 3.3");
_Static_assert(sizeof(struct multiboot_memory) == 24, "Multiboot 3.3");
_Static_assert(sizeof(struct multiboot_module) == 16, "Multiboot 3.3");

#endif
#endif
