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
#include "hw/hypercall_entry.h"
#include "hw/tss.h"
#include "virt/address_space.h"

/** What a partition is; enum bh_state says the same to partitions. Only one that is ready runs, and
 * only one that is starting is loaded; the other states cost nothing and last until a reset, or
 * until it is resumed. */
enum partition_state {
    PARTITION_READY,     /**< can run */
    PARTITION_STARTING,  /**< is being loaded, in its own slots */
    PARTITION_FINISHED,  /**< said that it is done */
    PARTITION_STOPPED,   /**< ended by the health monitor or a system partition */
    PARTITION_SUSPENDED, /**< waits to be resumed, from ready or from starting */
    PARTITION_IDLE,      /**< set itself to idle mode */
};

/** Why a partition that is ready does not want to run. */
enum vcpu_resting {
    RESTING_NOT,
    RESTING_SLOT,       /**< until its next slot */
    RESTING_UNTIL_VIRQ, /**< until a virtual interrupt, or its next slot */
};

enum { CONSOLE_SIZE = 2048 /**< bytes; a power of two */ };

/** Text of a partition that waits to be printed. The indices run freely and are masked at use. */
struct console {
    char text[CONSOLE_SIZE];
    uint32_t head, tail; /**< next to write, next to print */
    uint32_t lines;      /**< line feeds between tail and head */
    uint32_t lost;       /**< characters that found no room */
};

/** A virtual timer. */
struct vtimer {
    uint64_t at;     /**< when it expires, in ticks of its clock; or TIMER_NEVER */
    uint64_t ns;     /**< the same, in ns */
    uint32_t period; /**< ns; 0: one shot */
};

struct partition;

/** Virtual user mode: the partition's own two levels, made of two address spaces. */
struct vcpu_user {
    bool running;           /**< the frame is user mode's */
    vaddr_t virq_handler;   /**< the kernel's, while user mode is running */
    uint32_t kernel;        /**< the address space that user mode was entered from */
    vaddr_t handler, stack; /**< where traps out of it go; handler 0: nowhere */
    uint32_t vectors[8];    /**< bit n: `int n` is allowed */
};

/** Debug registers, checked: what is in here can be loaded. */
struct vcpu_debug {
    uint32_t address[4]; /**< DR0 to DR3 */
    uint32_t control;    /**< DR7; 0: none of them is in use */
    uint32_t status;     /**< DR6 */
};

/** A partition's processor: its registers while it does not run, and what to load to run it. */
struct vcpu {
    struct entry_state entry; /**< the frame; TSS.esp0 points behind it */
    struct hypercall_entry hypercalls;
    struct partition *partition;
    uint32_t partition_bit;                   /**< 1 << its partition's number */
    volatile struct bh_control_page *control; /**< the partition's, where the hypervisor sees it */
    struct address_space *space;              /**< the current one of the partition's */
    paddr_t directory;                        /**< its directory, for CR3 */
    struct segment_descriptor tss;            /**< of its own TSS, which holds its I/O bitmap */
    struct tss_with_ports *tss_memory;
    vaddr_t trap_handlers[BH_TRAPS]; /**< the partition's own exception handlers; 0: none */
    vaddr_t virq_handler;            /**< where its virtual interrupts go; 0: nowhere */
    enum vcpu_resting resting;
    uint32_t lines;          /**< interrupt lines that it has unmasked; bit n: line n */
    uint32_t lines_waiting;  /**< of them, those that came, and whose BH_LINE_END is to come */
    uint32_t lines_open;     /**< lines and not lines_waiting: those that may come in its slots */
    uint32_t rested_in;      /**< RESTING_SLOT: low half of cpu->slot_end, in which it gave up */
    struct vtimer timer;     /**< on the hardware clock, whose ticks are the TSC's */
    struct vtimer execution; /**< on its execution clock */
    bool execution_armed;    /**< the latter is set */
    uint64_t event_tsc;  /**< the earlier one of the two, as a value of the TSC, if it runs on */
    uint64_t ran;        /**< its execution clock, in ticks, when it began to run */
    bool calls_recorded; /**< the trace records its hypercalls */
    struct vcpu_user user;
    struct vcpu_debug debug;
    struct fpu_state fpu; /**< while it is not the current one */
};

struct partition {
    const struct system_partition *config;
    const struct module *module;
    struct elf_image image;
    enum partition_state state;
    uint32_t id;                                    /**< its place in the description */
    uint32_t start_space, start_area, start_offset; /**< the next thing that a start has to do */
    enum partition_state suspended_in; /**< PARTITION_SUSPENDED: what it is when it is resumed */
    enum bh_mode mode;
    enum bh_start_reason reason; /**< of its last start */
    bool keeps_memory;           /**< its last start is warm */
    uint32_t starts;             /**< how often it was started */
    uint32_t resets;             /**< by the health monitor, since anybody else's */
    uint32_t faults;             /**< how often it was charged with a fault */
    int32_t result;              /**< what it ended with, when it ended */
    struct address_space spaces[1 + SYSTEM_SPACES_MAX];
    struct page_pool pool; /**< of all of them */
    paddr_t area_base[SYSTEM_AREAS_MAX];
    struct bh_control_page *control; /**< the hypervisor's view of it; the partition writes to it */
    struct console console;
    char prefix[BH_NAME_SIZE + 3]; /**< "[name] ", for its console */
    uint8_t slack[512];            /**< for an NMI behind the first instruction at sysenter_entry */
    struct vcpu vcpu;
};

/**
 * Call when a vCPU's virtual mode has changed, or what the trace records of it: its next hypercall
 * goes straight to its handler, or to hypercall_other().
 */
static inline void vcpu_choose_way(struct vcpu *v)
{
    v->hypercalls.count = v->user.running || v->calls_recorded ? 0 : BH_HYPERCALLS;
}

/** The system has so many partitions. @param count  at most SYSTEM_PARTITIONS_MAX */
void partition_table_init(uint32_t count);

/** @return how many partitions there are. */
uint32_t partition_count(void);

/** @return partition i, or NULL behind the last. */
struct partition *partition_get(uint32_t i);

/** @return a state's name, for a report: one word. */
const char *partition_state_name(enum partition_state state);

#endif
