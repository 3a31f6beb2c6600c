/* bhc: plans from demands. A demand says: in each of my periods, counted from the start of the
 * major frame, this much time. It is met by running whoever has to be done first (earliest deadline
 * first, Liu and Layland 1973), on paper, for one major frame; what was run when becomes the slots.
 *
 * First nobody is interrupted, for then there are the fewest slots. If somebody would be too late,
 * it is tried again with interruptions, which always works up to full use of the time, were it not
 * that a slot has a shortest length. */
#include "generate.h"

#include "diag.h"
#include "limits.h"
#include "units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One period of one demand. */
struct job {
    const struct demand *demand;
    uint32_t release, deadline, left; /* microseconds */
};

struct run {
    uint32_t job_count;
    struct job jobs[SYSTEM_SLOTS_MAX];
    bool may_interrupt;
    uint32_t now;
    const struct job *late; /* the first that was not done in time, or NULL */
    uint32_t done;          /* when it was */
};

static uint32_t gcd(uint32_t a, uint32_t b)
{
    while (b) {
        uint32_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* The shortest time that all periods divide, or 0 if it is longer than a major frame may be. */
static uint32_t common_period(const struct plan_source *source)
{
    uint64_t common = 1;

    for (uint32_t i = 0; i < source->demand_count; i++) {
        uint32_t period = source->demands[i].period_us;

        common = common / gcd((uint32_t)common, period) * period;
        if (common > MAJOR_FRAME_MAX_US)
            return 0;
    }
    while (common < MAJOR_FRAME_MIN_US)
        common *= 2;
    return (uint32_t)common;
}

static bool find_major_frame(struct system_plan *plan, const struct plan_source *source,
                             struct diag *diag)
{
    bool good = true;

    if (plan->major_frame_us == 0) {
        plan->major_frame_us = common_period(source);
        if (plan->major_frame_us == 0)
            diag_error(diag, source->item.line,
                       "no major frame of at most %s is a multiple of all periods: write periods "
                       "that divide one another",
                       time_word(MAJOR_FRAME_MAX_US).s);
        return plan->major_frame_us != 0;
    }
    for (uint32_t i = 0; i < source->demand_count; i++)
        if (plan->major_frame_us % source->demands[i].period_us) {
            diag_error(diag, source->demands[i].item.line,
                       "the period %s does not divide the major frame of %s (line %u): change one "
                       "of them, or leave major-frame= out",
                       time_word(source->demands[i].period_us).s, time_word(plan->major_frame_us).s,
                       source->item.line);
            good = false;
        }
    return good;
}

static uint32_t periods_of(const struct system_plan *plan, const struct demand *demand)
{
    return plan->major_frame_us / demand->period_us;
}

/* Is there time enough, all in all? */
static bool check_use(const struct system_plan *plan, const struct plan_source *source,
                      struct diag *diag)
{
    uint64_t wanted = 0;

    for (uint32_t i = 0; i < source->demand_count; i++)
        wanted += (uint64_t)periods_of(plan, &source->demands[i]) * source->demands[i].budget_us;
    if (wanted <= plan->major_frame_us)
        return true;
    diag_error(diag, source->item.line,
               "the demands come to %s in a major frame of %s, %s of the time: shorten budgets or "
               "lengthen periods",
               time_word(wanted).s, time_word(plan->major_frame_us).s,
               percent_text(wanted, plan->major_frame_us).s);
    return false;
}

static bool make_jobs(struct run *run, const struct system_plan *plan,
                      const struct plan_source *source, struct diag *diag)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < source->demand_count; i++)
        count += periods_of(plan, &source->demands[i]);
    if (count > SYSTEM_SLOTS_MAX) {
        diag_error(diag, source->item.line,
                   "the demands have %" PRIu64 " periods in a major frame of %s, and a plan has at "
                   "most %d slots: lengthen the shortest periods, or make them divide one another",
                   count, time_word(plan->major_frame_us).s, SYSTEM_SLOTS_MAX);
        return false;
    }
    for (uint32_t i = 0; i < source->demand_count; i++)
        for (uint32_t n = 0; n < periods_of(plan, &source->demands[i]); n++) {
            const struct demand *demand = &source->demands[i];

            run->jobs[run->job_count++] = (struct job){
                demand, n * demand->period_us, (n + 1) * demand->period_us, demand->budget_us};
        }
    return true;
}

/* Of those that are released and not done, the one with the earliest deadline; the first in the
 * file of several. */
static struct job *next_job(struct run *run)
{
    struct job *best = NULL;

    for (uint32_t i = 0; i < run->job_count; i++) {
        struct job *job = &run->jobs[i];

        if (job->left && job->release <= run->now && (!best || job->deadline < best->deadline))
            best = job;
    }
    return best;
}

/* @return when the next job is released, or UINT32_MAX */
static uint32_t next_release(const struct run *run)
{
    uint32_t next = UINT32_MAX;

    for (uint32_t i = 0; i < run->job_count; i++)
        if (run->jobs[i].release > run->now && run->jobs[i].release < next)
            next = run->jobs[i].release;
    return next;
}

/* @return when a job has to stop for a more urgent one: at its own end, if there is none, or if a
 * piece would be left that is too short for a slot */
static uint32_t end_of_piece(const struct run *run, const struct job *job)
{
    uint32_t end = run->now + job->left, cut = end;

    for (uint32_t i = 0; run->may_interrupt && i < run->job_count; i++)
        if (run->jobs[i].release > run->now && run->jobs[i].release < cut &&
            run->jobs[i].deadline < job->deadline)
            cut = run->jobs[i].release;
    if (cut < run->now + SLOT_MIN_US)
        cut = run->now + SLOT_MIN_US;
    return cut + SLOT_MIN_US > end ? end : cut;
}

/* @return false if the plan has no room for another slot */
static bool add_slot(struct system_plan *plan, uint32_t partition, uint32_t start, uint32_t end)
{
    struct system_slot *last = &plan->slots[plan->slot_count ? plan->slot_count - 1 : 0];

    if (plan->slot_count && last->partition == partition &&
        last->start_us + last->duration_us == start) {
        last->duration_us = end - last->start_us;
        return true;
    }
    if (plan->slot_count == SYSTEM_SLOTS_MAX)
        return false;
    plan->slots[plan->slot_count++] = (struct system_slot){partition, start, end - start};
    return true;
}

/* One major frame. @return false if somebody is late (run->late), or there are too many slots */
static bool run_frame(struct run *run, struct system_plan *plan)
{
    for (;;) {
        struct job *job = next_job(run);
        uint32_t end;

        if (!job) {
            run->now = next_release(run);
            if (run->now == UINT32_MAX)
                return true;
            continue;
        }
        end = end_of_piece(run, job);
        job->left -= end - run->now;
        if (end > job->deadline) {
            run->late = job;
            run->done = end + job->left;
            return false;
        }
        if (!add_slot(plan, job->demand->partition, run->now, end))
            return false;
        run->now = end;
    }
}

static void report_failure(const struct description *d, const struct run *run,
                           const struct plan_source *source, struct diag *diag)
{
    if (run->late)
        diag_error(diag, run->late->demand->item.line,
                   "%s gets its %s of the period from %s to %s no earlier than %s, for no slot may "
                   "be shorter than %s: shorten budgets, or write such as divide into longer "
                   "pieces",
                   d->system.partitions[run->late->demand->partition].name,
                   time_word(run->late->demand->budget_us).s, time_word(run->late->release).s,
                   time_word(run->late->deadline).s, time_word(run->done).s,
                   time_word(SLOT_MIN_US).s);
    else
        diag_error(diag, source->item.line,
                   "the demands need more than %d slots: lengthen the shortest periods",
                   SYSTEM_SLOTS_MAX);
}

static void generate(struct description *d, uint32_t index, struct diag *diag)
{
    struct system_plan *plan = &d->system.plans[index];
    struct plan_source *source = &d->plans[index];
    struct run run = {.job_count = 0}, again;

    if (!find_major_frame(plan, source, diag) || !check_use(plan, source, diag) ||
        !make_jobs(&run, plan, source, diag))
        return;
    again = run;
    again.may_interrupt = true;
    if (!run_frame(&run, plan)) {
        memset(plan->slots, 0, sizeof plan->slots);
        plan->slot_count = 0;
        if (!run_frame(&again, plan))
            report_failure(d, &again, source, diag);
    }
    for (uint32_t s = 0; s < plan->slot_count; s++)
        source->slots[s] = (struct item){source->item.line, true};
}

/* Only if all could be read, and each by itself makes sense. */
static bool demands_are_whole(const struct plan_source *source)
{
    for (uint32_t i = 0; i < source->demand_count; i++)
        if (!source->demands[i].item.whole)
            return false;
    return source->item.whole && source->demand_count > 0;
}

void generate_plans(struct description *d, struct diag *diag)
{
    for (uint32_t p = 0; p < d->system.plan_count; p++)
        if (d->system.plans[p].slot_count == 0 && demands_are_whole(&d->plans[p]))
            generate(d, p, diag);
}

void generate_print(FILE *out, const struct description *d)
{
    fprintf(out, "  <plans>\n");
    for (uint32_t p = 0; p < d->system.plan_count; p++) {
        const struct system_plan *plan = &d->system.plans[p];

        fprintf(out, "    <plan name=\"%s\" major-frame=\"%s\">\n", plan->name,
                time_word(plan->major_frame_us).s);
        for (uint32_t s = 0; s < plan->slot_count; s++)
            fprintf(out, "      <slot partition=\"%s\" start=\"%s\" duration=\"%s\"/>\n",
                    d->system.partitions[plan->slots[s].partition].name,
                    time_word(plan->slots[s].start_us).s, time_word(plan->slots[s].duration_us).s);
        fprintf(out, "    </plan>\n");
    }
    fprintf(out, "  </plans>\n");
}
