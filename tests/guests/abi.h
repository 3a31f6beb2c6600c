/* The ABI as the tests know it, written down once more: a judge believes no suspect's notes. */
#define HYPERCALL 0x82
#define CONSOLE_WRITE 1 /* (text, bytes) */
#define CLOCK 2         /* (uint64_t *ns) */
#define YIELD 3
#define HALT 4 /* (result) */
#define AREA 5 /* (name, answer) */
#define MAP 6  /* (address, area, offset, pages, rights) */
#define UNMAP 7
#define PROTECT 8
#define TRAP_HANDLER 9 /* (vector, address) */
#define TRAP_RETURN 10 /* ESP: EAX, then what was pushed at the entry */
#define WAIT 11
#define TIMER 12        /* (deadline low, high, period) */
#define VIRQ_HANDLER 13 /* (address) */
#define VIRQ_CHECK 14

#define READ 1
#define WRITE 2

/* What lies on the stack when a handler is entered. */
#define PUSHED_VECTOR 0
#define PUSHED_ERROR 4
#define PUSHED_ADDRESS 8
#define PUSHED_EIP 12
#define PUSHED_EFLAGS 16 /* its IF is the partition's own flag */

#define CONTROL_PAGE 0xBFFFF000 /* from chapter 6 on its first word lets virtual interrupts come */
#define TIMER_VECTOR 32
#define SLOT_VECTOR 33

/* Ends the partition; the result is what a reader sees of it. */
    .macro halt result
    movl $HALT, %eax
    movl \result, %ebx
    int $HYPERCALL
    ud2
    .endm
