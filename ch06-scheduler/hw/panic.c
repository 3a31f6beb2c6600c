/* hw: the report of a panic: why, where, registers, and who called whom.
 *
 * The backtrace needs no symbols: each function saves its caller's EBP and sets its own
 * (-fno-omit-frame-pointer), so the saved ones form a list through the stack. The host turns
 * addresses into lines (scripts/explain). */
#include "hw/boot.h"
#include "hw/cpu.h"
#include "hw/power.h"
#include "hw/terminal.h"
#include "hw/uart_queue.h"
#include "klib/panic.h"
#include "klib/printf.h"

/* What panic() in boot.S pushed, lowest address first, and what its caller pushed before. */
struct panic_registers {
    uint32_t edi, esi, ebp, esp, ebx, edx, ecx, eax; /* pushal; esp as it was before it */
    uint32_t eflags;
    uint32_t eip; /* panic()'s return address */
    const char *format;
    char arguments[];
};

/* A function's stack frame: its caller's frame, and where it returns to. */
struct stack_frame {
    const struct stack_frame *caller;
    uint32_t return_address;
};

enum {
    BACKTRACE_DEPTH = 16,
    CALL_SIZE = 5, /* bytes of `call panic`, which the return address is behind */
};

void panic_report(const struct panic_registers *r) __attribute__((noreturn));

/* Is a whole frame at that address inside the stack, so that it can be read? */
static bool on_stack(const struct stack_frame *frame)
{
    uintptr_t address = (uintptr_t)frame;

    return address >= (uintptr_t)boot_stack && address % sizeof(uint32_t) == 0 &&
           address <= (uintptr_t)boot_stack_top - sizeof *frame;
}

void panic_backtrace(uint32_t eip, uint32_t ebp)
{
    const struct stack_frame *frame = (const struct stack_frame *)ebp;

    printf("Backtrace:\n  0x%08x\n", eip);
    for (int depth = 1; depth < BACKTRACE_DEPTH && on_stack(frame); depth++) {
        printf("  0x%08x\n", frame->return_address);
        if (frame->caller <= frame) /* callers lie higher: anything else is a broken chain */
            break;
        frame = frame->caller;
    }
}

void panic_report(const struct panic_registers *r)
{
    static bool panicking;
    va_list args = (va_list)(uintptr_t)r->arguments; /* on i386 arguments simply lie on the stack */

    if (panicking) /* the report itself went wrong */
        power_off(false);
    panicking = true;
    uart_queue_flush();
    printf_set_sink(terminal_put);
    printf("\nPANIC: ");
    vprintf(r->format, args);
    printf("\n  eax=%08x ebx=%08x ecx=%08x edx=%08x\n", r->eax, r->ebx, r->ecx, r->edx);
    printf("  esi=%08x edi=%08x ebp=%08x esp=%08x\n", r->esi, r->edi, r->ebp,
           (uint32_t)(uintptr_t)&r->format);
    printf("  eip=%08x eflags=%08x cr0=%08x cr2=%08x cr3=%08x cr4=%08x\n", r->eip, r->eflags,
           cpu_cr0(), cpu_cr2(), cpu_cr3(), cpu_cr4());
    panic_backtrace(r->eip - CALL_SIZE, r->ebp);
    power_off(false);
}
