/**
 * @file
 * guests: mini-os, an operating system of a few hundred lines: processes in address spaces of their
 * own, a preemptive tick, system calls, stacks that grow, and a driver with an interrupt. Read
 * kernel.c first. Whoever brings a real one finds here how each of its parts meets the hypervisor.
 */
#ifndef MINI_OS_H
#define MINI_OS_H

#include "lib/guest.h"

#define SYSCALL_VECTOR 0x80
#define STACK_TOP 0x80000000u /**< behind a process' stack */

/** System calls: number in EAX, arguments in EBX and ECX, result in EAX. */
enum syscall {
    SYS_WRITE, /**< (text, bytes): bytes written, or -1 */
    SYS_SLEEP, /**< (ticks) */
    SYS_EXIT,  /**< (code): does not return */
    SYS_TICKS, /**< (): ticks since the start */
};

enum {
    PAGE_SIZE = 4096,
    PROCESSES = 2,
    STACK_PAGES = 8,       /**< what a stack may grow to */
    TICK_NS = 1000 * 1000, /**< the tick's period */
    WRITE_MAX = 128,       /**< bytes of a SYS_WRITE */
    KILLED = -100,         /**< minus the vector: the code of a process that we ended */
};

enum process_state { PROCESS_READY, PROCESS_SLEEPING, PROCESS_DONE };

/** A process. Its number is its place in the table; its address space is number + 1. */
struct process {
    const char *name;
    enum process_state state;
    struct bh_user_state registers; /**< while it does not run */
    uint32_t wake_at;               /**< PROCESS_SLEEPING: the tick */
    int32_t code;                   /**< PROCESS_DONE: what it ended with */
    uint32_t preempted;             /**< ticks that took the processor from it */
    uint32_t syscalls;
    uint32_t stack_pages;     /**< that it has */
    char *stack[STACK_PAGES]; /**< where the kernel sees them, from the top down */
};

extern struct process processes[PROCESSES];
extern volatile uint32_t ticks;

/* kernel.c */

/** The process that user mode is left from, or goes on with. */
extern struct process *current;

/* process.c */

/** Makes a process ready to run a program in an address space of its own. */
void process_create(uint32_t number, const char *name, void (*program)(void));

/** A page fault of the current process: more stack, if that is what it needs. */
bool process_grow_stack(uint32_t address);

/** Copies out of the current process' memory, checked. @return false when it is not its own */
bool process_copy_in(char *to, uint32_t from, uint32_t bytes);

/* syscall.c */

/** Does what the current process asks for. */
void syscall(struct bh_user_state *r);

/* serial.c */

/** Gets the serial port ready. @return false when there is none */
bool serial_init(void);

/** Sends, as the line takes it; waits for room. Called with virtual interrupts off. */
void serial_write(const char *text, uint32_t bytes);

/** Handles the port's interrupt. */
void serial_interrupt(void);

/** Is everything sent? */
bool serial_idle(void);

extern volatile uint32_t serial_interrupts, serial_sent;

/* programs.c: what the processes run. */
void program_counter(void);
void program_stack(void);

#endif
