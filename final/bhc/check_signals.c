/* bhc: signals: between two partitions, and to be told apart by their names. */
#include "check.h"

void check_signals(const struct description *d, struct diag *diag)
{
    for (uint32_t i = 0; i < d->system.signal_count; i++) {
        const struct system_signal *s = &d->system.signals[i];

        if (d->signals[i].whole && s->from == s->to)
            diag_error(diag, d->signals[i].line,
                       "signal %s goes from %s to itself: name another partition in from= or to=",
                       s->name, d->system.partitions[s->from].name);
    }
}
