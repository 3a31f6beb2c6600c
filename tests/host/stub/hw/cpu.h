/* In front of the chapter's own hw/cpu.h, which it includes: a test defines what a process may not
 * do. Only a test whose sources use them has to. */
#ifndef STUB_HW_CPU_H
#define STUB_HW_CPU_H

#define cpu_cr3 cpu_cr3_of_the_machine
#define cpu_set_cr3 cpu_set_cr3_of_the_machine
#include_next "hw/cpu.h"
#undef cpu_cr3
#undef cpu_set_cr3

uint32_t cpu_cr3(void);
void cpu_set_cr3(uint32_t value);

#ifdef STUB_CPUID /* a test's `flags:` */
struct cpuid host_cpuid(uint32_t leaf);
#define cpuid(leaf) host_cpuid(leaf)
#endif

#endif
