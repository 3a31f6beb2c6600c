/* A partition that passes nonsense to every hypercall and prints the names of the errors that it
 * gets. Each line of the table says what it expects; a surprise makes the result negative. */
#include "lib/guest.h"

#define ROM 0x00500000u /* an area of two pages, read-only (core/system.c) */
#define PAGE 0x1000u
#define HYPERVISOR 0xC0100000u
#define UNMAPPED 0x00600000u

static char word[] = "rom";
static char unknown[] = "ram";
static char endless[] = "a name of more than twenty-three characters";
static struct bh_area area;

static const struct probe {
    const char *what;
    uint32_t number, a, b, c, d, e;
    int32_t expected;
} probes[] = {
    {"hypercall 11, which is none", BH_HYPERCALLS, 0, 0, 0, 0, 0, BH_ENOSYS},
    {"hypercall 0x80000000", 0x80000000, 0, 0, 0, 0, 0, BH_ENOSYS},
    {"hypercall -1", 0xFFFFFFFF, 0, 0, 0, 0, 0, BH_ENOSYS},
    {"console: null", BH_CONSOLE_WRITE, 0, 4, 0, 0, 0, BH_EFAULT},
    {"console: unmapped", BH_CONSOLE_WRITE, UNMAPPED, 4, 0, 0, 0, BH_EFAULT},
    {"console: the hypervisor's", BH_CONSOLE_WRITE, HYPERVISOR, 4, 0, 0, 0, BH_EFAULT},
    {"console: ends in the hypervisor", BH_CONSOLE_WRITE, 0xBFFFFFFC, 8, 0, 0, 0, BH_EFAULT},
    {"console: wraps", BH_CONSOLE_WRITE, 0xFFFFFFF0, 32, 0, 0, 0, BH_EFAULT},
    {"console: straddles the last page", BH_CONSOLE_WRITE, ROM + 2 * PAGE - 4, 8, 0, 0, 0,
     BH_EFAULT},
    {"console: 129 bytes", BH_CONSOLE_WRITE, ROM, 129, 0, 0, 0, BH_ESIZE},
    {"console: 4 GiB - 1 bytes", BH_CONSOLE_WRITE, ROM, 0xFFFFFFFF, 0, 0, 0, BH_ESIZE},
    {"clock: to null", BH_CLOCK, 0, 0, 0, 0, 0, BH_EFAULT},
    {"clock: to read-only memory", BH_CLOCK, ROM, 0, 0, 0, 0, BH_EFAULT},
    {"clock: to the hypervisor", BH_CLOCK, HYPERVISOR, 0, 0, 0, 0, BH_EFAULT},
    {"clock: to the last byte below 4 GiB", BH_CLOCK, 0xFFFFFFFF, 0, 0, 0, 0, BH_EFAULT},
    {"area: name at null", BH_AREA, 0, (uint32_t)&area, 0, 0, 0, BH_EFAULT},
    {"area: a name that does not end", BH_AREA, (uint32_t)endless, (uint32_t)&area, 0, 0, 0,
     BH_EFAULT},
    {"area: an unknown name", BH_AREA, (uint32_t)unknown, (uint32_t)&area, 0, 0, 0, BH_ENOENT},
    {"area: answer to read-only memory", BH_AREA, (uint32_t)word, ROM, 0, 0, 0, BH_EFAULT},
    {"map: no pages", BH_MAP, 0x10000000, 0, 0, 0, BH_READ, BH_EINVAL},
    {"map: 33 pages", BH_MAP, 0x10000000, 0, 0, 33, BH_READ, BH_ESIZE},
    {"map: 4 Gi pages", BH_MAP, 0x10000000, 0, 0, 0xFFFFFFFF, BH_READ, BH_ESIZE},
    {"map: not at a page boundary", BH_MAP, 0x10000001, 0, 0, 1, BH_READ, BH_EINVAL},
    {"map: page 0", BH_MAP, 0, 0, 0, 1, BH_READ, BH_EINVAL},
    {"map: over the control page", BH_MAP, BH_CONTROL_PAGE, 0, 0, 1, BH_READ, BH_EINVAL},
    {"map: into the hypervisor", BH_MAP, 0xC0000000, 0, 0, 1, BH_READ, BH_EINVAL},
    {"map: wraps", BH_MAP, 0xFFFFF000, 0, 0, 2, BH_READ, BH_EINVAL},
    {"map: area 2 of 2", BH_MAP, 0x10000000, 2, 0, 1, BH_READ, BH_EINVAL},
    {"map: area 0xFFFFFFFF", BH_MAP, 0x10000000, 0xFFFFFFFF, 0, 1, BH_READ, BH_EINVAL},
    {"map: behind the area's end", BH_MAP, 0x10000000, 1, PAGE, 2, BH_READ, BH_EINVAL},
    {"map: offset wraps", BH_MAP, 0x10000000, 1, 0xFFFFF000, 2, BH_READ, BH_EINVAL},
    {"map: a read-only area, to write", BH_MAP, 0x10000000, 1, 0, 1, BH_READ | BH_WRITE, BH_EPERM},
    {"map: no rights", BH_MAP, 0x10000000, 0, 0, 1, 0, BH_EINVAL},
    {"map: rights that do not exist", BH_MAP, 0x10000000, 0, 0, 1, 0xFF, BH_EINVAL},
    {"map: takes the last page table", BH_MAP, 0x10000000, 1, 0, 1, BH_READ, BH_OK},
    {"map: needs another one", BH_MAP, 0x20000000, 1, 0, 1, BH_READ, BH_ENOMEM},
    {"protect: that page, to write", BH_PROTECT, 0x10000000, 1, BH_READ | BH_WRITE, 0, 0, BH_EPERM},
    {"protect: nothing there", BH_PROTECT, UNMAPPED, 1, BH_READ, 0, 0, BH_EINVAL},
    {"protect: the hypervisor", BH_PROTECT, HYPERVISOR, 1, BH_READ, 0, 0, BH_EINVAL},
    {"unmap: the control page", BH_UNMAP, BH_CONTROL_PAGE, 1, 0, 0, 0, BH_EINVAL},
    {"unmap: nothing there", BH_UNMAP, UNMAPPED, 1, 0, 0, 0, BH_OK},
    {"unmap: the hypervisor", BH_UNMAP, HYPERVISOR, 1, 0, 0, 0, BH_EINVAL},
    {"trap handler: vector 32", BH_TRAP_HANDLER, 32, 0x00400000, 0, 0, 0, BH_EINVAL},
    {"trap handler: double fault", BH_TRAP_HANDLER, 8, 0x00400000, 0, 0, 0, BH_EINVAL},
    {"trap handler: in the hypervisor", BH_TRAP_HANDLER, 14, HYPERVISOR, 0, 0, 0, BH_EINVAL},
};

/* Each try prints what came back; only BH_TRAP_RETURN cannot be tried from C (its stack). */
int main(uint32_t starts)
{
    int surprises = 0;

    (void)starts;
    for (uint32_t i = 0; i < ARRAY_SIZE(probes); i++) {
        const struct probe *p = &probes[i];
        int32_t result = bh_hypercall(p->number, p->a, p->b, p->c, p->d, p->e);

        printf("%-38s %s%s\n", p->what, bh_error_name(result),
               result == p->expected ? "" : "  (not what was expected)");
        surprises += result != p->expected;
    }
    return -surprises;
}
