/* Every privileged instruction but those of the caches (privileged_caches.c). Each has to end in
 * #GP(0), and change nothing.
 *
 * ends: finished 0
 * emulators: qemu bochs
 */
#include "attack.h"

#define INSTRUCTION(name, text)                                                                \
    static void name(uint32_t zero)                                                            \
    {                                                                                          \
        __asm__ volatile(text : "+a"(zero) : "b"(&zero), "c"(0x174), "d"(0) : "memory", "cc"); \
    }

INSTRUCTION(cli, "cli")
INSTRUCTION(sti, "sti")
INSTRUCTION(hlt, "hlt")
INSTRUCTION(lgdt, "lgdt (%%ebx)")
INSTRUCTION(lidt, "lidt (%%ebx)")
INSTRUCTION(lldt, "lldt %%ax")
INSTRUCTION(ltr, "ltr %%ax")
INSTRUCTION(lmsw, "lmsw %%ax")
INSTRUCTION(clts, "clts")
INSTRUCTION(read_cr0, "movl %%cr0, %%eax")
INSTRUCTION(read_cr2, "movl %%cr2, %%eax")
INSTRUCTION(read_cr3, "movl %%cr3, %%eax")
INSTRUCTION(read_cr4, "movl %%cr4, %%eax")
INSTRUCTION(write_cr0, "movl %%eax, %%cr0")
INSTRUCTION(write_cr2, "movl %%eax, %%cr2")
INSTRUCTION(write_cr3, "movl %%eax, %%cr3")
INSTRUCTION(write_cr4, "movl %%eax, %%cr4")
INSTRUCTION(read_dr0, "movl %%dr0, %%eax")
INSTRUCTION(write_dr0, "movl %%eax, %%dr0")
INSTRUCTION(write_dr7, "movl %%eax, %%dr7")
INSTRUCTION(rdmsr, "rdmsr")
INSTRUCTION(wrmsr, "wrmsr")
INSTRUCTION(rdpmc, "xorl %%ecx, %%ecx\n\trdpmc")
INSTRUCTION(invlpg, "invlpg (%%ebx)")

static const struct {
    void (*run)(uint32_t zero);
    const char *name;
} all[] = {
    {cli, "cli"},           {sti, "sti"},           {hlt, "hlt"},           {lgdt, "lgdt"},
    {lidt, "lidt"},         {lldt, "lldt"},         {ltr, "ltr"},           {lmsw, "lmsw"},
    {clts, "clts"},         {read_cr0, "read CR0"}, {read_cr2, "read CR2"}, {read_cr3, "read CR3"},
    {read_cr4, "read CR4"}, {write_cr0, "CR0"},     {write_cr2, "CR2"},     {write_cr3, "CR3"},
    {write_cr4, "CR4"},     {read_dr0, "read DR0"}, {write_dr0, "DR0"},     {write_dr7, "DR7"},
    {rdmsr, "rdmsr"},       {wrmsr, "wrmsr"},       {rdpmc, "rdpmc"},       {invlpg, "invlpg"},
};

int main(uint32_t starts)
{
    (void)starts;
    catch_all();
    for (uint32_t i = 0; i < ARRAY_SIZE(all); i++) {
        must_trap(13, all[i].run, 0, all[i].name);
        check(caught.error == 0, all[i].name, caught.error);
    }
    return 0;
}
