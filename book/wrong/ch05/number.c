/* A hypercall's number, as a signed one: -1 is smaller than 11, too. */
#include "api/bulkhead.h"
#include "hw/trap.h"

typedef int32_t handler(const struct trap_frame *f);
int32_t dispatch(handler *const *handlers, const struct trap_frame *f);

int32_t dispatch(handler *const *handlers, const struct trap_frame *f)
{
    int32_t number = f->eax;

    return number < BH_HYPERCALLS ? handlers[number](f) : BH_ENOSYS;
}
