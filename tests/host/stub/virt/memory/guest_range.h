/* In place of the chapter's own virt/memory/guest_range.h: there are no page tables on the host, so a
 * test says what the partition's memory allows; but for the one that judges that file. */
#ifdef GUEST_RANGE_OF_THE_CHAPTER
#include_next "virt/memory/guest_range.h"
#elif !defined STUB_VIRT_GUEST_RANGE_H
#define STUB_VIRT_GUEST_RANGE_H

#include "virt/memory/guest_access.h"
#include "virt/partition.h"

bool guest_may_read(const struct vcpu *v, const void __guest *address, uint32_t bytes);
bool guest_may_write(const struct vcpu *v, const void __guest *address, uint32_t bytes);
bool guest_push_frame(vaddr_t stack, uint32_t vector, const struct trap_frame *f);
void *guest_checked(const void __guest *address);
void guest_move(void *to, const void *from, uint32_t bytes);

#endif
