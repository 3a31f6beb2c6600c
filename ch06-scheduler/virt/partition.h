/**
 * @file
 * virt: partitions (ARINC 653 part 1, 2.3.1): what a system description's entry becomes.
 */
#ifndef VIRT_PARTITION_H
#define VIRT_PARTITION_H

#include "api/bulkhead.h"
#include "core/elf.h"
#include "core/module.h"
#include "core/system.h"
#include "hw/fpu.h"
#include "hw/guest_entry.h"
#include "hw/tss.h"
#include "virt/memory/addrspace.h"
#include "virt/output/console.h"

enum partition_state {
    PARTITION_READY,    /**< can run */
    PARTITION_STARTING, /**< is being loaded, in its own slots */
    PARTITION_FINISHED, /**< said that it is done */
    PARTITION_STOPPED,  /**< ended by the hypervisor after a fault */
};

/** Why a partition that is ready does not want to run. */
enum vcpu_resting {
    RESTING_NOT,
    RESTING_SLOT,       /**< until its next slot */
    RESTING_UNTIL_VIRQ, /**< until a virtual interrupt, or its next slot */
};

struct partition;

/** A partition's processor: its registers while it does not run, and what to load to run it. */
struct vcpu {
    struct entry_state entry; /**< the frame; TSS.esp0 points behind it */
    struct partition *partition;
    paddr_t directory;             /**< for CR3 */
    struct segment_descriptor tss; /**< of its own TSS, which holds its I/O bitmap */
    struct tss_with_ports *tss_memory;
    vaddr_t trap_handlers[BH_TRAPS]; /**< the partition's own exception handlers; 0: none */
    vaddr_t virq_handler;            /**< where its virtual interrupts go; 0: nowhere */
    enum vcpu_resting resting;
    uint64_t timer_tsc;    /**< when its timer expires, as a value of the TSC; or TIMER_NEVER */
    uint64_t timer_ns;     /**< the same, on the hardware clock */
    uint32_t timer_period; /**< ns; 0: one shot */
    struct fpu_state fpu;  /**< while it is not the current one */
};

struct partition {
    const struct system_partition *config;
    const struct module *module;
    struct elf_image image;
    enum partition_state state;
    uint32_t id;                       /**< its place in the description */
    uint32_t start_area, start_offset; /**< the next page that a start has to do */
    uint32_t starts;                   /**< how often it was started */
    uint32_t faults;                   /**< how often it was stopped for a fault */
    int32_t result;                    /**< what it ended with, when PARTITION_FINISHED */
    struct address_space space;
    paddr_t area_base[SYSTEM_AREAS_MAX];
    struct bh_control_page *control; /**< the hypervisor's view of it; the partition writes to it */
    struct console console;
    char prefix[BH_NAME_SIZE + 3]; /**< "[name] ", for its console */
    struct vcpu vcpu;
};

/**
 * Makes all partitions of a system and starts them: memory, address space, image, first registers.
 * Panics when the description or an image cannot be used, with the partition's name.
 */
void partition_init(const struct system *system);

/** @return how many partitions there are. */
uint32_t partition_count(void);

/** @return partition i, or NULL behind the last. */
struct partition *partition_get(uint32_t i);

/**
 * Begins a cold start; partition_continue_start() does the work, so that a partition's start takes
 * its own time and nobody else's.
 */
void partition_begin_start(struct partition *p);

/**
 * Goes on with a start: scrubs and loads page after page. When all are done the partition is ready,
 * with its registers as lib/start.S wants them.
 * @param deadline  a value of the TSC; no page is begun that may not be done by then
 */
void partition_continue_start(struct partition *p, uint64_t deadline);

/**
 * The partition is done, and never runs again.
 * @param result  negative: it says itself that something went wrong
 */
void partition_finish(struct partition *p, int32_t result);

/**
 * The one thing that happens to a partition that misbehaves: the trap in its frame is reported and
 * charged to it, and it is started again or, when its restarts are used up, stopped. Another may
 * run next.
 * @param address  CR2 as it was at a page fault
 */
void partition_fault(struct partition *p, uint32_t address);

#endif
