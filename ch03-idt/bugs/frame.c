/* A planted bug, for `make replay-tour`. The linker puts this function around trap_dispatch()
 * (--wrap), as if somebody had wanted to count how deep traps nest: each frame gets its number, in
 * the word of the error code. But it lands one word above. */
#include "hw/entry.h"

void __real_trap_dispatch(struct trap_frame *frame);
void __wrap_trap_dispatch(struct trap_frame *frame);

static struct trap_frame *outer; /* the frame that is being handled, or NULL */
static uint32_t nested;

/* Not inlined: the tour stops in it. */
static __attribute__((noinline)) void mark(uint32_t *error)
{
    error[1] = ++nested; /* the bug: behind the error code lies EIP */
}

void __wrap_trap_dispatch(struct trap_frame *frame)
{
    struct trap_frame *interrupted = outer;

    if (outer)
        mark(&outer->error);
    outer = frame;
    __real_trap_dispatch(frame);
    outer = interrupted;
}
