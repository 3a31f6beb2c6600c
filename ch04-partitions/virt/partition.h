/**
 * @file
 * virt: partitions (ARINC 653 part 1, 2.3.1): what a system description's entry becomes.
 */
#ifndef VIRT_PARTITION_H
#define VIRT_PARTITION_H

#include "core/elf.h"
#include "core/module.h"
#include "core/system.h"
#include "hw/guest_entry.h"
#include "hw/tss.h"
#include "virt/memory/addrspace.h"

enum partition_state {
    PARTITION_READY,    /**< can run */
    PARTITION_FINISHED, /**< said that it is done */
    PARTITION_STOPPED,  /**< ended by the hypervisor after a fault */
};

struct partition;

/** A partition's processor: its registers while it does not run, and what to load to run it. */
struct vcpu {
    struct entry_state entry; /**< the frame; TSS.esp0 points behind it */
    struct partition *partition;
    paddr_t directory;             /**< for CR3 */
    struct segment_descriptor tss; /**< of its own TSS, which holds its I/O bitmap */
    struct tss_with_ports *tss_memory;
};

struct partition {
    const struct system_partition *config;
    const struct module *module;
    struct elf_image image;
    enum partition_state state;
    uint32_t starts; /**< how often it was started */
    uint32_t faults; /**< how often it was stopped for a fault */
    int32_t result;  /**< what it ended with, when PARTITION_FINISHED */
    struct address_space space;
    paddr_t area_base[SYSTEM_AREAS_MAX];
    struct vcpu vcpu;
};

/**
 * Makes all partitions of a system and starts them: memory, address space, image, first registers.
 * Panics when the description or an image cannot be used, with the partition's name.
 */
void partition_init(const struct system *system);

/** @return partition i, or NULL behind the last. */
struct partition *partition_get(uint32_t i);

/**
 * Cold start: scrubs the partition's memory, loads its image again and sets its registers as
 * lib/start.S wants them.
 */
void partition_start(struct partition *p);

/** The partition is done. @param result  negative: it says itself that something went wrong */
void partition_finish(struct partition *p, int32_t result);

/**
 * The one thing that happens to a partition that misbehaves: the trap in its frame is reported and
 * charged to it, and it is started again or, when its restarts are used up, stopped.
 * @param address  CR2 as it was at a page fault
 */
void partition_fault(struct partition *p, uint32_t address);

#endif
