/**
 * @file
 * hw: the processor's control registers and flags, with the manual's names (Intel SDM vol. 3A, 2.3
 * and 2.5).
 */
#ifndef HW_CPU_H
#define HW_CPU_H

/* Assembly reads the constants too, so they are #defines here. */
#define CR0_PE 0x00000001 /**< protection enable */
#define CR0_MP 0x00000002 /**< monitor coprocessor: `wait` honours TS */
#define CR0_EM 0x00000004 /**< emulation: FPU instructions raise #NM */
#define CR0_TS 0x00000008 /**< task switched: the next FPU instruction raises #NM */
#define CR0_NE 0x00000020 /**< numeric error: FPU errors raise #MF, not IRQ 13 */
#define CR0_WP 0x00010000 /**< write protect: read-only pages bind CPL 0 as well */
#define CR0_AM 0x00040000 /**< alignment mask: lets EFLAGS.AC raise #AC at CPL 3 */
#define CR0_NW 0x20000000 /**< not write-through: with CD, as the CPU comes out of reset */
#define CR0_CD 0x40000000 /**< cache disable */
#define CR0_PG 0x80000000 /**< paging */

#define CR4_TSD 0x00000004        /**< rdtsc only at CPL 0 */
#define CR4_DE 0x00000008         /**< debugging extensions: DR4 and DR5 raise #UD */
#define CR4_PSE 0x00000010        /**< 4 MiB pages */
#define CR4_MCE 0x00000040        /**< machine-check exception */
#define CR4_PGE 0x00000080        /**< global pages survive a write to CR3 */
#define CR4_OSFXSR 0x00000200     /**< fxsave and fxrstor, SSE instructions */
#define CR4_OSXMMEXCPT 0x00000400 /**< SSE errors raise #XM */

#define EFLAGS_CF 0x00000001   /**< carry */
#define EFLAGS_ONE 0x00000002  /**< reads as one, always */
#define EFLAGS_TF 0x00000100   /**< trap flag: #DB after each instruction */
#define EFLAGS_IF 0x00000200   /**< interrupt enable */
#define EFLAGS_DF 0x00000400   /**< string instructions count down */
#define EFLAGS_IOPL 0x00003000 /**< the CPL up to which cli, sti, in and out are allowed */
#define EFLAGS_NT 0x00004000   /**< nested task: iret returns through the TSS's back link */
#define EFLAGS_RF 0x00010000   /**< resume: no instruction breakpoint at the next instruction */
#define EFLAGS_VM 0x00020000   /**< virtual-8086 mode */
#define EFLAGS_AC 0x00040000   /**< alignment check */
#define EFLAGS_ID 0x00200000   /**< can be toggled: the CPU has CPUID */

#define CPUID_1_EDX_PSE 0x00000008  /**< CPUID leaf 1, EDX: 4 MiB pages */
#define CPUID_1_EDX_TSC 0x00000010  /**< time stamp counter */
#define CPUID_1_EDX_PGE 0x00002000  /**< global pages */
#define CPUID_1_EDX_FXSR 0x01000000 /**< fxsave and fxrstor */
#define CPUID_1_EDX_SSE 0x02000000  /**< SSE */

#ifndef __ASSEMBLER__

#include "klib/types.h"

struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

/** @return what the CPU says of itself in a leaf (Intel SDM vol. 2A, CPUID). */
static inline struct cpuid cpuid(uint32_t leaf)
{
    struct cpuid r;

    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "0"(leaf), "2"(0));
    return r;
}

static inline uint32_t cpu_cr0(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr0, %0" : "=r"(value));
    return value;
}

static inline void cpu_set_cr0(uint32_t value)
{
    __asm__ volatile("movl %0, %%cr0" : : "r"(value) : "memory");
}

/** @return the linear address of the last page fault. */
static inline uint32_t cpu_cr2(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr2, %0" : "=r"(value));
    return value;
}

/** @return the physical address of the current page directory, and two cache bits. */
static inline uint32_t cpu_cr3(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr3, %0" : "=r"(value));
    return value;
}

/** Switches the page directory; drops every TLB entry that is not global. */
static inline void cpu_set_cr3(uint32_t value)
{
    __asm__ volatile("movl %0, %%cr3" : : "r"(value) : "memory");
}

static inline uint32_t cpu_cr4(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr4, %0" : "=r"(value));
    return value;
}

static inline void cpu_set_cr4(uint32_t value)
{
    __asm__ volatile("movl %0, %%cr4" : : "r"(value) : "memory");
}

static inline uint32_t cpu_eflags(void)
{
    uint32_t value;

    __asm__ volatile("pushfl\n\tpopl %0" : "=r"(value));
    return value;
}

static inline void cpu_interrupts_off(void)
{
    __asm__ volatile("cli" : : : "memory");
}

static inline void cpu_interrupts_on(void)
{
    __asm__ volatile("sti" : : : "memory");
}

/** Stops for good: no interrupt wakes it, and an NMI only for a moment. */
static inline void __attribute__((noreturn)) cpu_stop(void)
{
    for (;;)
        __asm__ volatile("cli\n\thlt");
}

#endif
#endif
