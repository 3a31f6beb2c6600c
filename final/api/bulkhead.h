/**
 * @file
 * api: what a partition and the hypervisor agree on: numbers, structures, errors. Nothing else is
 * shared by the two sides of the wall.
 *
 * A hypercall is `int $0x82` with its number in EAX and up to five arguments in EBX, ECX, EDX, ESI
 * and EDI. Its result comes back in EAX; negative means an enum bh_error. Nothing else changes.
 */
#ifndef API_BULKHEAD_H
#define API_BULKHEAD_H

#define BH_HYPERCALL_VECTOR 0x82

#define BH_NULL 0          /**< does nothing: for measuring */
#define BH_CONSOLE_WRITE 1 /**< (text, bytes): prints; at most BH_CONSOLE_MAX bytes */
#define BH_CLOCK 2         /**< (uint64_t *ns): the hardware clock */
#define BH_YIELD 3         /**< (): gives up the rest of the slot */
#define BH_HALT 4          /**< (result): ends the partition; does not return */
#define BH_AREA 5          /**< (name, struct bh_area *): finds one of the partition's areas */
#define BH_MAP 6           /**< (address, area, offset, pages, rights) */
#define BH_UNMAP 7         /**< (address, pages) */
#define BH_PROTECT 8       /**< (address, pages, rights) */
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
#define BH_HYPERCALLS 19  /**< how many there are */

#define BH_VIRQ_TIMER 0 /**< virtual interrupt: the virtual timer's time has come */
#define BH_VIRQ_SLOT 1  /**< virtual interrupt: a slot of the partition begins */
#define BH_VIRQ_PORT 2  /**< virtual interrupt: a message came to one of its ports */
#define BH_VIRQS 32     /**< how many there can be */
#define BH_VIRQ_BASE 32 /**< virtual interrupt n arrives as vector BH_VIRQ_BASE + n */

/** Virtual address of the partition control page. */
#define BH_CONTROL_PAGE 0xBFFFF000

#ifndef __ASSEMBLER__

#include <stdint.h>

/** What a hypercall returns when it could not do what was asked. */
enum bh_error {
    BH_OK = 0,
    BH_ENOSYS = -1, /**< there is no such hypercall */
    BH_EFAULT = -2, /**< a pointer leads out of the partition's memory, or may not be written to */
    BH_EINVAL = -3, /**< an argument is out of its range */
    BH_ESIZE = -4,  /**< a length or a count is more than one call does */
    BH_EPERM = -5,  /**< the partition has not got that right */
    BH_ENOMEM = -6, /**< its page-table pool is used up */
    BH_ENOENT = -7, /**< there is nothing of that name */
    BH_EEMPTY = -8, /**< there is no message */
    BH_EFULL = -9,  /**< there is no room for another message */
};

enum {
    BH_CONSOLE_MAX = 128,  /**< bytes of a BH_CONSOLE_WRITE */
    BH_NAME_SIZE = 24,     /**< bytes of a name, with the NUL that ends it */
    BH_PAGES_MAX = 32,     /**< pages of a BH_MAP, BH_UNMAP or BH_PROTECT */
    BH_TRAPS = 32,         /**< vectors 0 to 31 can have a trap handler */
    BH_PERIOD_MIN = 50000, /**< ns: the shortest period of a virtual timer */
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

/** A port's state. For BH_PORT_READ it is that of the message that was read. */
struct bh_port_status {
    uint64_t age_ns;   /**< since the message was written; the oldest one's of a queue */
    uint32_t messages; /**< that can be read now: behind a BH_PORT_READ, what is left */
    uint32_t valid;    /**< not 0: the message is not older than it may be */
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
    uint32_t reserved;
    char name[BH_NAME_SIZE];
    uint32_t id;          /**< the partition's number */
    uint32_t starts;      /**< how often it was started before */
    uint64_t tsc_start;   /**< the TSC when the hardware clock was 0 */
    uint64_t ns_per_tick; /**< 32.32: nanoseconds a tick of the TSC */
};

#endif
#endif
