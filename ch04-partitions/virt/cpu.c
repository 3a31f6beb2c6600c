/* virt: the one CPU's own data. */
#include "virt/cpu.h"

struct cpu boot_cpu;
