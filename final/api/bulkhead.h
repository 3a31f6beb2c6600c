/**
 * @file
 * api: what a partition and the hypervisor agree on: numbers, structures, errors. Nothing else is
 * shared by the two sides of the wall.
 *
 * A hypercall is `int $0x82` with its number in EAX and up to five arguments in EBX, ECX, EDX, ESI
 * and EDI. Its result comes back in EAX; negative means an enum bh_error. Nothing else changes.
 *
 * `sysenter` is the faster way, where the control page's features have BH_FEATURE_SYSENTER. Number
 * and arguments are in the same registers, and the stack pointer is in EBP. It goes on at the
 * address that BH_SYSENTER set, with ESP = EBP = what EBP was; EBX, ESI, EDI, FS and GS are as they
 * were, DS and ES are flat, and ECX, EDX and the flags are spoilt (TF, DF and AC are clear).
 * BH_TRAP_RETURN and BH_USER_ENTER go by `int` only.
 */
#ifndef API_BULKHEAD_H
#define API_BULKHEAD_H

#define BH_HYPERCALL_VECTOR 0x82

#define BH_NULL 0          /**< does nothing: for measuring */
#define BH_CONSOLE_WRITE 1 /**< (text, bytes): prints; at most BH_CONSOLE_MAX bytes */
#define BH_CLOCK 2         /**< (uint64_t *ns): the hardware clock */
#define BH_YIELD 3         /**< (): gives up the rest of the slot, or of the background time */
#define BH_HALT 4          /**< (result): ends the partition; does not return */
#define BH_AREA 5          /**< (name, struct bh_area *): finds one of the partition's areas */
#define BH_MAP 6           /**< (address, area, offset, pages, rights | BH_IN_SPACE(space)) */
#define BH_UNMAP 7         /**< (address, pages, BH_IN_SPACE(space)) */
#define BH_PROTECT 8       /**< (address, pages, rights | BH_IN_SPACE(space)) */
#define BH_TRAP_HANDLER 9  /**< (vector, address): where traps of that vector go; 0: nowhere */
#define BH_TRAP_RETURN \
    10              /**< (): resumes what a trap interrupted; ESP at a struct bh_trap_return */
#define BH_WAIT 11  /**< (): gives the processor up until a virtual interrupt or the next slot */
#define BH_TIMER 12 /**< (deadline low, high, period): in ns; deadline 0: off */
#define BH_VIRQ_HANDLER 13 /**< (address): where virtual interrupts go; 0: nowhere */
#define BH_VIRQ_CHECK 14  /**< (): delivers what became pending while virtual interrupts were off */
#define BH_PORT_OPEN 15   /**< (name, struct bh_port *): finds one of the partition's ports */
#define BH_PORT_WRITE 16  /**< (port, message, bytes) */
#define BH_PORT_READ 17   /**< (port, buffer, size, struct bh_port_status *): bytes read */
#define BH_PORT_STATUS 18 /**< (port, struct bh_port_status *) */

/* Memory. */
#define BH_MAP_BATCH 19    /**< (const struct bh_mapping *, count): how many of them were done */
#define BH_SPACE_SWITCH 20 /**< (space): the current address space; 0: the first */
#define BH_SPACE_CLEAR \
    21                    /**< (space): empties one that is not the current one, but for 0's
                                control page */
#define BH_CACHE_FLUSH 22 /**< (): writes the processor's caches back, and empties them */

/* The processor. */
#define BH_USER_ENTER 23  /**< (const struct bh_user_state *): runs virtual user mode; `int` only */
#define BH_USER_TRAPS 24  /**< (address, stack): where traps out of user mode go; 0: nowhere */
#define BH_USER_VECTOR 25 /**< (vector, allowed): lets user mode use `int vector`, 32 to 255 */
#define BH_DEBUG_SET 26   /**< (register, value): a debug register, 0 to 3, 6 or 7 */
#define BH_DEBUG_GET 27   /**< (register, uint32_t *value) */

/* Time and interrupts. */
#define BH_EXECUTION_CLOCK 28 /**< (uint64_t *ns): the time that the partition has run */
#define BH_EXECUTION_TIMER 29 /**< (deadline low, high, period): as BH_TIMER, on that clock */
#define BH_LINE_MASK 30       /**< (line, masked): one of its lines; all are masked at a start */
#define BH_LINE_END 31        /**< (line): its interrupt is handled; another may come */
#define BH_SIGNAL 32          /**< (signal): raises it; number from BH_SIGNAL_OPEN */
#define BH_SIGNAL_OPEN 33     /**< (name): finds one of the partition's signals */

/* Plans and partitions. Those with (S) are system partitions' only. */
#define BH_PLAN_STATUS 34       /**< (struct bh_plan_status *) */
#define BH_PLAN_SWITCH 35       /**< (S) (plan): at the end of the major frame; the last counts */
#define BH_PARTITION_STATUS 36  /**< (partition, struct bh_partition_status *); others': (S) */
#define BH_PARTITION_MODE 37    /**< (mode): sets one's own operating mode */
#define BH_PARTITION_RESET 38   /**< (partition, enum bh_reset); others': (S) */
#define BH_PARTITION_SUSPEND 39 /**< (partition); others': (S) */
#define BH_PARTITION_RESUME 40  /**< (S) (partition) */
#define BH_PARTITION_HALT 41    /**< (partition, result); others': (S) */
#define BH_SYSTEM_STATUS 42     /**< (S) (struct bh_system_status *) */
#define BH_SYSTEM_RESET 43      /**< (S) (): all partitions, and the first plan */
#define BH_SYSTEM_HALT 44       /**< (S) (result): power off */
#define BH_HEALTH_RAISE 45      /**< (event, code): an application's own event */
#define BH_HEALTH_READ 46       /**< (S) (struct bh_health_record *, struct bh_health_status *) */
#define BH_HEALTH_STATUS 47     /**< (S) (struct bh_health_status *) */

/* Trace. A ring is a partition's number, or BH_NOBODY: the hypervisor's. */
#define BH_TRACE_EMIT 48   /**< (code, value, value): an event of the partition's own */
#define BH_TRACE_READ 49   /**< (S) (ring, struct bh_trace_record *, count): records read */
#define BH_TRACE_STATUS 50 /**< (ring, struct bh_trace_status *); others': (S) */
#define BH_TRACE_MASK 51   /**< (ring, mask): what is recorded; others', and more: (S) */

/* The processor, once more. */
#define BH_SYSENTER 52   /**< (address): where it goes on behind a `sysenter` */
#define BH_HYPERCALLS 53 /**< how many there are */

#define BH_VIRQ_TIMER 0     /**< virtual interrupt: the virtual timer's time has come */
#define BH_VIRQ_SLOT 1      /**< virtual interrupt: a slot of the partition begins */
#define BH_VIRQ_PORT 2      /**< virtual interrupt: a message came to one of its ports */
#define BH_VIRQ_EXECUTION 3 /**< virtual interrupt: the timer on the execution clock */
#define BH_VIRQ_HEALTH 4    /**< virtual interrupt: the health monitor propagates an event */
#define BH_VIRQ_PLAN 5      /**< virtual interrupt: another plan is in force */
#define BH_VIRQ_SIGNAL 8    /**< the first of 8 that other partitions' signals may raise */
#define BH_VIRQ_LINE 16     /**< interrupt line n is virtual interrupt BH_VIRQ_LINE + n */
#define BH_VIRQS 32         /**< how many there can be */
#define BH_VIRQ_BASE 32     /**< virtual interrupt n arrives as vector BH_VIRQ_BASE + n */

/** Virtual address of the partition control page. */
#define BH_CONTROL_PAGE 0xBFFFF000

#ifndef __ASSEMBLER__

#include <stdint.h>

/** What a hypercall returns when it could not do what was asked. */
enum bh_error {
    BH_OK = 0,
    BH_ENOSYS = -1,  /**< there is no such hypercall */
    BH_EFAULT = -2,  /**< a pointer leads out of the partition's memory, or may not be written to */
    BH_EINVAL = -3,  /**< an argument is out of its range */
    BH_ESIZE = -4,   /**< a length or a count is more than one call does */
    BH_EPERM = -5,   /**< the partition has not got that right */
    BH_ENOMEM = -6,  /**< its page-table pool is used up */
    BH_ENOENT = -7,  /**< there is nothing of that name */
    BH_EEMPTY = -8,  /**< there is no message */
    BH_EFULL = -9,   /**< there is no room for another message */
    BH_ESTATE = -10, /**< the partition is in no state for that */
};

/** What the health monitor hears of. Each has a place in the tables of the description. */
enum bh_health_event {
    /* Of a partition: what it did that it may not do, and had no handler for. */
    BH_HEALTH_DIVIDE,     /**< #DE */
    BH_HEALTH_DEBUG,      /**< #DB, #BP */
    BH_HEALTH_OVERFLOW,   /**< #OF, #BR */
    BH_HEALTH_ILLEGAL,    /**< #UD: an instruction that is none */
    BH_HEALTH_FPU,        /**< #NM, #MF, #XM */
    BH_HEALTH_PROTECTION, /**< #GP, #NP, #TS: privileged instruction, port, selector */
    BH_HEALTH_STACK,      /**< #SS, and a stack that a trap could not be pushed to */
    BH_HEALTH_MEMORY,     /**< #PF */
    BH_HEALTH_ALIGNMENT,  /**< #AC */
    BH_HEALTH_DOUBLE,     /**< a fault while a fault was delivered */
    BH_HEALTH_STATE,      /**< a state that cannot be loaded */
    /* Of an application: what it says itself. */
    BH_HEALTH_APPLICATION, /**< BH_HEALTH_RAISE */
    BH_HEALTH_DEADLINE,    /**< a deadline that the application says it missed */
    BH_HEALTH_FINISHED,    /**< BH_HALT: not an error when the result is not negative */
    /* Of the hypervisor. */
    BH_HEALTH_RESET_LOOP,    /**< a partition has used its restarts up */
    BH_HEALTH_SLOT_LATE,     /**< a slot began later than it may */
    BH_HEALTH_SPURIOUS,      /**< an interrupt that nobody raised */
    BH_HEALTH_NMI,           /**< a non-maskable interrupt */
    BH_HEALTH_MACHINE_CHECK, /**< #MC */
    BH_HEALTH_HYPERVISOR,    /**< the hypervisor's own fault: it cannot go on */
    BH_HEALTH_EVENT_COUNT,
};

/**
 * What a trace can record; bit n of a mask is kind n. Each has a code and two values, a and b, in
 * its records.
 */
enum bh_trace_kind {
    BH_TRACE_SLOT,        /**< code: enum bh_trace_slot */
    BH_TRACE_TRAP,        /**< an exception; code: its vector; EIP, CR2 of a page fault */
    BH_TRACE_HYPERCALL,   /**< one is done; code: its number; first argument, result */
    BH_TRACE_INTERRUPT,   /**< of the partition's interrupt line; code: the line; 0, 0 */
    BH_TRACE_VIRQ,        /**< a handler is entered; code: the number; where it came, 0 */
    BH_TRACE_HEALTH,      /**< code: enum bh_health_event; enum bh_health_action, record's code */
    BH_TRACE_PLAN,        /**< a major frame begins; code: the plan; how many were before, 0 */
    BH_TRACE_APPLICATION, /**< BH_TRACE_EMIT; all as the partition says */
    BH_TRACE_KINDS,
};

enum bh_trace_slot {
    BH_TRACE_SLOT_BEGINS, /**< of the partition, or of nobody; its place in the plan, ns late */
    BH_TRACE_SLOT_RUNS,   /**< the partition has the processor from now on; 0, 0 */
    BH_TRACE_SLOT_RESTS,  /**< nobody has it from now on; 0, 0 */
};

enum {
    BH_CONSOLE_MAX = 128,   /**< bytes of a BH_CONSOLE_WRITE */
    BH_NAME_SIZE = 24,      /**< bytes of a name, with the NUL that ends it */
    BH_PAGES_MAX = 32,      /**< pages of a BH_MAP, BH_UNMAP or BH_PROTECT */
    BH_TRAPS = 32,          /**< vectors 0 to 31 can have a trap handler */
    BH_TRACE_READ_MAX = 16, /**< records of a BH_TRACE_READ */
    BH_PERIOD_MIN = 50000,  /**< ns: the shortest period of a virtual timer */
    BH_MAPPINGS_MAX = 16,   /**< entries of a BH_MAP_BATCH */
    BH_BATCH_PAGES = 64,    /**< pages of all entries of a BH_MAP_BATCH */
};

/**
 * Which address space a BH_MAP, BH_UNMAP or BH_PROTECT means: a number that is added to the rights.
 * Space 0 is the one that a partition starts in.
 */
#define BH_IN_SPACE(space) ((uint32_t)(space) << 8)

/**
 * An area's index for BH_MAP that means the partition control page: to have it at BH_CONTROL_PAGE
 * of another address space than 0.
 */
#define BH_CONTROL_AREA 0xFFFFFFFF

/**
 * The control page begins a partition's identity with this. The CPUID instruction tells what the
 * processor is: it cannot be made to trap on every processor that we run on.
 */
#define BH_SIGNATURE 0x444B4842 /* "BHKD" */
#define BH_API_VERSION 3        /**< of numbers and structures */

/** Bits of the control page's features. */
enum bh_feature {
    BH_FEATURE_SYSENTER = 1, /**< hypercalls by `sysenter` */
    BH_FEATURE_SSE = 2,      /**< SSE registers are kept, as the FPU's always are */
};

/** For a hypercall's partition: the caller itself. In a record: nobody, the hypervisor. */
#define BH_SELF 0xFFFFFFFF
#define BH_NOBODY 0xFFFFFFFF

/** A partition's operating mode, its own affair (ARINC 653 part 1, 2.3.1.4). */
enum bh_mode {
    BH_MODE_IDLE,       /**< it has shut itself down, and does not run before it is reset */
    BH_MODE_COLD_START, /**< initialising, in memory without a past */
    BH_MODE_WARM_START, /**< initialising; its areas but the first hold what they held */
    BH_MODE_NORMAL,     /**< initialised: it said so */
};

/** What others may know of a partition: whether it can run. */
enum bh_state {
    BH_STATE_READY,     /**< runs in its slots */
    BH_STATE_STARTING,  /**< is being loaded, in its own slots */
    BH_STATE_FINISHED,  /**< ended itself */
    BH_STATE_STOPPED,   /**< ended by the health monitor or a system partition */
    BH_STATE_SUSPENDED, /**< waits to be resumed */
    BH_STATE_IDLE,      /**< set itself to BH_MODE_IDLE */
};

/** How a partition is reset. */
enum bh_reset {
    BH_RESET_COLD, /**< all its memory is scrubbed */
    BH_RESET_WARM, /**< its first area is loaded anew, the others are kept */
};

/** Why a partition started. */
enum bh_start_reason {
    BH_START_POWER_ON, /**< with the system */
    BH_START_SELF,     /**< it asked for it */
    BH_START_HEALTH,   /**< the health monitor reset it */
    BH_START_CONTROL,  /**< a system partition reset it */
    BH_START_SYSTEM,   /**< the whole system was reset */
};

/** A partition, for BH_PARTITION_STATUS. */
struct bh_partition_status {
    char name[BH_NAME_SIZE];
    uint32_t id;     /**< its number */
    uint32_t state;  /**< enum bh_state */
    uint32_t mode;   /**< enum bh_mode */
    uint32_t reason; /**< enum bh_start_reason, of its last start */
    uint32_t starts; /**< how often it was started */
    uint32_t resets; /**< how often the health monitor reset it since a system partition did */
    uint32_t faults; /**< how often it was charged with a fault */
    int32_t result;  /**< what it ended with */
    uint64_t ran_ns; /**< its execution clock: how long it ran since it was started */
};

/** For BH_SYSTEM_STATUS. */
struct bh_system_status {
    uint64_t ns;         /**< on the hardware clock */
    uint32_t partitions; /**< how many there are: 0 to partitions - 1 */
    uint32_t frames;     /**< major frames that are over */
    uint32_t resets;     /**< how often the whole system was reset */
    uint32_t spurious;   /**< interrupts that nobody raised */
};

/** What the health monitor did about an event. */
enum bh_health_action {
    BH_ACTION_USUAL, /**< only in tables, not in records */
    BH_ACTION_IGNORE,
    BH_ACTION_LOG,
    BH_ACTION_PROPAGATE,
    BH_ACTION_SUSPEND,
    BH_ACTION_HALT,
    BH_ACTION_WARM_RESET,
    BH_ACTION_COLD_RESET,
    BH_ACTION_SWITCH_PLAN,
    BH_ACTION_RESET_SYSTEM,
    BH_ACTION_HALT_SYSTEM,
    BH_ACTION_COUNT,
};

/** An event that the health monitor wrote down. */
struct bh_health_record {
    uint64_t ns;        /**< when, on the hardware clock */
    uint32_t sequence;  /**< from 0, without a gap: one that is missing was lost */
    uint32_t event;     /**< enum bh_health_event */
    uint32_t action;    /**< enum bh_health_action: what was done */
    uint32_t partition; /**< whose event; or BH_NOBODY */
    int32_t code;       /**< of BH_HEALTH_RAISE, of BH_HALT; how late, in ns; an interrupt line */
    uint32_t vector;    /**< of the exception, where there was one */
    uint32_t error;     /**< the CPU's error code, or 0 */
    uint32_t address;   /**< of a page fault (CR2), else 0 */
    uint32_t eip;       /**< where the partition stood */
    uint32_t cs;        /**< at which level: its last two bits */
};

/** A record of a trace. */
struct bh_trace_record {
    uint64_t ns;       /**< the hardware clock */
    uint32_t number;   /**< in its ring: a gap is what was lost */
    uint8_t kind;      /**< enum bh_trace_kind */
    uint8_t partition; /**< whose; or 255: nobody's */
    uint16_t code;
    uint32_t a, b;
};

/** A ring of a trace. When it is full, a new record takes the place of the oldest. */
struct bh_trace_status {
    uint32_t waiting; /**< records that can be read */
    uint32_t lost;    /**< that were written over before they were read */
    uint32_t written; /**< so far, read, waiting and lost */
    uint32_t mask;    /**< what is recorded */
};

/** The health monitor's log. What is read is taken out of it. */
struct bh_health_status {
    uint32_t waiting; /**< records that can be read */
    uint32_t lost;    /**< that found no room, or were written over before they were read */
    uint32_t written; /**< events so far, read, waiting and lost */
    uint32_t reserved;
};

/** Rights to a page or an area. On 32-bit x86 what can be read can be executed. */
enum bh_rights {
    BH_READ = 1,
    BH_WRITE = 2,
};

/** One of a partition's memory areas, for BH_AREA. */
struct bh_area {
    uint32_t index;   /**< for BH_MAP */
    uint32_t address; /**< where it is mapped at the start; 0xFFFFFFFF: nowhere */
    uint32_t size;    /**< bytes */
    uint32_t rights;  /**< enum bh_rights: the most that a page of it can be mapped with */
};

/**
 * A BH_MAP or, with no rights, a BH_UNMAP, for BH_MAP_BATCH. All are checked before the first is
 * done. The answer is how many were done, at least one: fewer than all when they need several new
 * page tables, or when those run out. Call again with the rest.
 */
struct bh_mapping {
    uint32_t space;   /**< 0: the one that the partition started in */
    uint32_t address; /**< page-aligned */
    uint32_t area;    /**< its index, of BH_AREA; or BH_CONTROL_AREA */
    uint32_t offset;  /**< into the area, page-aligned */
    uint32_t pages;   /**< 1 to BH_PAGES_MAX; of all entries, at most BH_BATCH_PAGES */
    uint32_t rights;  /**< enum bh_rights; 0: unmap */
};

/**
 * Virtual user mode's registers. Segments are flat: CS and SS always, and of the others each that
 * is not null. The IF bit of eflags is the virtual interrupt flag; of the other bits, the
 * arithmetic ones, TF, DF, RF, AC and ID count.
 */
struct bh_user_state {
    uint32_t space; /**< the address space that it runs in */
    uint32_t eax, ebx, ecx, edx, esi, edi, ebp, esp, eip, eflags;
    uint32_t ds, es, fs, gs;
};

/** What brought the partition back from virtual user mode. */
enum bh_user_trap_kind {
    BH_USER_EXCEPTION, /**< vector 0 to 31 */
    BH_USER_VIRQ,      /**< vector BH_VIRQ_BASE + n; not for user mode, but it was interrupted */
    BH_USER_INT,       /**< `int vector`, one of BH_USER_VECTOR's; EIP is behind it */
    BH_USER_HYPERCALL, /**< `int $0x82`; EIP is behind it */
    BH_USER_SYSENTER,  /**< `sysenter`; EIP and ESP are 0: the processor does not tell */
};

/**
 * What the hypervisor writes to the top of the stack of BH_USER_TRAPS when something ends virtual
 * user mode; ESP is its address then. The address space is the one that BH_USER_ENTER was called
 * in, segments are flat, virtual interrupts are off, TF, DF and AC are clear. A BH_USER_ENTER with
 * `state` goes on.
 */
struct bh_user_trap {
    struct bh_user_state state;
    uint32_t kind; /**< enum bh_user_trap_kind */
    uint32_t vector;
    uint32_t error;   /**< the CPU's error code, or 0 */
    uint32_t address; /**< of a page fault (CR2), else 0 */
};

/** What can be done at a port. */
enum bh_port_kind {
    BH_PORT_SAMPLING = 0,
    BH_PORT_QUEUING = 1,
    BH_PORT_WRITER = 2, /**< in addition: this end writes */
};

/** One of a partition's ports, for BH_PORT_OPEN (ARINC 653 part 1, 3.6). */
struct bh_port {
    uint32_t number;       /**< for the other hypercalls */
    uint32_t kind;         /**< enum bh_port_kind */
    uint32_t message_size; /**< bytes of its longest message; a reader's buffer holds so many */
    uint32_t depth;        /**< messages that it holds */
    uint64_t valid_ns;     /**< how long a message is valid; 0: for ever */
};

/**
 * A port's state. For BH_PORT_READ it is that of the message that was read. A writer learns nothing
 * of its readers but whether a queue has room.
 */
struct bh_port_status {
    uint64_t age_ns;   /**< since the message was written: a reader's oldest, a writer's last */
    uint32_t messages; /**< that can be read now: behind a BH_PORT_READ, what is left; at the
                            writing end of a queue: its depth when it is full, else 0 */
    uint32_t valid;    /**< not 0: the message is not older than it may be */
};

/** Which plan is in force (ARINC 653 part 2, GET_MODULE_SCHEDULE_STATUS). Plans have the numbers of
 * their places in the description. */
struct bh_plan_status {
    uint32_t plan;     /**< in force */
    uint32_t next;     /**< in force from the end of this major frame on */
    uint32_t plans;    /**< how many there are: 0 to plans - 1 */
    uint32_t frames;   /**< major frames of the one in force that are over, in all */
    uint32_t switches; /**< how often another plan came into force */
    uint32_t reserved;
    uint64_t since_ns;       /**< when the one in force did, on the hardware clock */
    uint64_t frame_ns;       /**< when this major frame began */
    uint64_t major_frame_ns; /**< how long one is */
    char name[BH_NAME_SIZE]; /**< of the one in force */
};

/**
 * What the hypervisor pushes onto the partition's stack when it enters a handler. The IF bit of
 * eflags is the partition's virtual interrupt flag, not the processor's.
 */
struct bh_trap_return {
    uint32_t vector;  /**< of an exception, or BH_VIRQ_BASE + n */
    uint32_t error;   /**< the CPU's error code, or 0 */
    uint32_t address; /**< of a page fault (CR2), else 0 */
    uint32_t eip, eflags, esp;
};

/**
 * The partition control page, at BH_CONTROL_PAGE: the hypervisor fills it in at each start. The
 * first three words are both sides': the partition stores to them, and the hypervisor looks.
 */
struct bh_control_page {
    uint32_t virq_enabled; /**< not 0: virtual interrupts may come */
    uint32_t virq_pending; /**< bit n: virtual interrupt n waits to be delivered */
    uint32_t virq_mask;    /**< bit n: virtual interrupt n has to wait */
    uint32_t start_reason; /**< enum bh_start_reason */
    char name[BH_NAME_SIZE];
    uint32_t id;                    /**< the partition's number */
    uint32_t starts;                /**< how often it was started before */
    uint64_t tsc_start;             /**< the TSC when the hardware clock was 0 */
    uint64_t ns_per_tick;           /**< 32.32: clock_factor << clock_shift */
    uint32_t mode;                  /**< enum bh_mode */
    uint32_t health_count;          /**< events that were propagated to the partition */
    struct bh_health_record health; /**< the last of them */
    uint32_t clock_factor;          /**< the hardware clock reads, in integers and rounded down, */
    uint32_t clock_shift; /**< (((tsc - tsc_start) << clock_shift) * clock_factor) / 2^32 ns */
    uint32_t signature;   /**< BH_SIGNATURE */
    uint32_t version;     /**< BH_API_VERSION */
    uint32_t features;    /**< enum bh_feature */
    uint32_t spaces;      /**< address spaces: 0 to spaces - 1 */
};

#endif
#endif
