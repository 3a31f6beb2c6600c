/* In front of the chapter's own hw/paging.h, which it includes: only the functions that turn
 * addresses, and the one that changes the TLB, are the test's. "Physical memory" is then a block
 * that a test makes, and the address sanitizer sees each byte read outside it. */
#ifndef STUB_HW_PAGING_H
#define STUB_HW_PAGING_H

#define paging_virtual paging_virtual_of_the_machine
#define paging_physical paging_physical_of_the_machine
#define paging_invalidate paging_invalidate_of_the_machine
#include_next "hw/paging.h"
#undef paging_virtual
#undef paging_physical
#undef paging_invalidate

void *paging_virtual(paddr_t p);
paddr_t paging_physical(const void *pointer);
void paging_invalidate(vaddr_t address);

#endif
