/* bhc: a system in words, for a reader who wants to see what they wrote. */
#include "summary.h"

#include "measure.h"
#include "units.h"
#include "words.h"

#include <inttypes.h>
#include <string.h>

static const char *plural(uint32_t n)
{
    return n == 1 ? "" : "s";
}

void summary_print_board(FILE *out, const struct description *d)
{
    fprintf(out, "System %s\n\nRAM\n", d->name);
    for (uint32_t r = 0; r < d->ram_count; r++)
        fprintf(out, "  0x%08" PRIX64 " to 0x%08" PRIX64 "  %s\n", d->ram[r].base,
                d->ram[r].base + d->ram[r].size - 1, size_text(d->ram[r].size).s);
    fprintf(out, "\n");
}

struct address_text {
    char s[32];
};

static struct address_text address_range(struct span span, uint32_t nowhere, const char *words)
{
    struct address_text text;

    if (span.start == nowhere)
        snprintf(text.s, sizeof text.s, "%s", words);
    else
        snprintf(text.s, sizeof text.s, "0x%08X to 0x%08X", (unsigned)span.start,
                 (unsigned)(span.end - 1));
    return text;
}

/* What is not plain about an area: " uncached", " device". */
static void print_kind(FILE *out, const struct system *system, const struct system_area *area)
{
    if (area->kind == AREA_SHARED)
        fprintf(out, "shared %s from %s", system->shared[area->shared].name,
                area->offset ? size_text(area->offset).s : "0");
    else
        fprintf(out, "%s", address_range(physical_span(area), AREA_ANYWHERE, "anywhere").s);
    if (area->kind == AREA_DEVICE)
        fprintf(out, ", device");
    if (area->cache != AREA_WRITE_BACK)
        fprintf(out, ", %s", cache_words[area->cache]);
    fprintf(out, "\n");
}

static void print_area(FILE *out, const struct system *system, const struct system_area *area)
{
    fprintf(out, "  %-23s  %10s  %-6s  %-24s  ", area->name, size_text(area->size).s,
            area->rights & AREA_WRITE ? "rw" : "r",
            address_range(virtual_span(area), AREA_UNMAPPED, "not mapped").s);
    print_kind(out, system, area);
}

/* "  trace: slots, traps", and nothing for an empty mask. */
static void print_trace(FILE *out, uint32_t mask)
{
    const char *between = "  trace: ";

    for (uint32_t i = 0; trace_words[i]; i++) {
        if (!(mask >> i & 1))
            continue;
        fprintf(out, "%s%s", between, trace_words[i]);
        between = ", ";
    }
    if (mask)
        fprintf(out, "\n");
}

static void print_health(FILE *out, const struct system *system, const uint8_t *actions,
                         uint32_t plan)
{
    for (uint32_t i = 0; event_words[i]; i++) {
        if (actions[i] == HEALTH_USUAL)
            continue;
        fprintf(out, "  health: on %s %s", event_words[i], action_words[actions[i]]);
        fprintf(out, "%s%s\n", actions[i] == HEALTH_SWITCH_PLAN ? " to " : "",
                actions[i] == HEALTH_SWITCH_PLAN ? system->plans[plan].name : "");
    }
}

/* What a partition may, beside using its memory and its ports. */
static void print_services(FILE *out, const struct system *system, const struct system_partition *p)
{
    if (p->flags & PARTITION_SYSTEM)
        fprintf(out, "  system partition\n");
    if (p->flags & PARTITION_FLUSH_CACHE)
        fprintf(out, "  caches emptied when its slots begin\n");
    if (p->spaces)
        fprintf(out, "  %" PRIu32 " address spaces\n", p->spaces + 1);
    if (p->background)
        fprintf(out, "  in the background with priority %" PRIu32 "\n", p->background);
    for (uint32_t i = 0; i < SYSTEM_LINES; i++)
        if (p->lines >> i & 1)
            fprintf(out, "  interrupt line %" PRIu32 ", %s\n", i,
                    trigger_words[p->level_lines >> i & 1]);
    print_trace(out, p->trace_mask);
    print_health(out, system, p->actions, p->health_plan);
}

static void print_partition(FILE *out, const struct system *system,
                            const struct system_partition *partition)
{
    fprintf(out,
            "Partition %s: image %s, %sconsole, %" PRIu32 " restart%s, %" PRIu32 " of %" PRIu32
            " page tables used\n",
            partition->name, partition->image, partition->flags & PARTITION_CONSOLE ? "" : "no ",
            partition->restarts, plural(partition->restarts), page_tables_needed(partition),
            partition->page_tables);
    fprintf(out, "  %-23s  %10s  %-6s  %-24s  %s\n", "area", "size", "rights", "virtual",
            "physical");
    for (uint32_t a = 0; a < partition->area_count; a++)
        print_area(out, system, &partition->areas[a]);
    for (uint32_t r = 0; r < partition->port_range_count; r++)
        fprintf(out, "  I/O ports 0x%X to 0x%X\n", (unsigned)partition->port_ranges[r].first,
                (unsigned)partition->port_ranges[r].last);
    print_services(out, system, partition);
    fprintf(out, "\n");
}

static void print_slots(FILE *out, const struct system *system, const struct system_plan *plan)
{
    fprintf(out, "  %-12s  %-12s  %s\n", "slot start", "duration", "partition");
    for (uint32_t s = 0; s < plan->slot_count; s++)
        fprintf(out, "  %-12s  %-12s  %s\n", time_text(plan->slots[s].start_us).s,
                time_text(plan->slots[s].duration_us).s,
                system->partitions[plan->slots[s].partition].name);
}

static void print_supply(FILE *out, const struct system *system, const struct system_plan *plan)
{
    fprintf(out, "  %-23s  %5s  %12s  %8s  %s\n", "partition", "slots", "time", "share",
            "longest wait");
    for (uint32_t p = 0; p < system->partition_count; p++) {
        struct supply supply = plan_supply(plan, p);

        fprintf(out, "  %-23s  %5" PRIu32 "  %12s  %8s  %s\n", system->partitions[p].name,
                supply.slots, time_text(supply.us).s,
                percent_text(supply.us, plan->major_frame_us).s,
                supply.slots ? time_text(supply.longest_wait_us).s : "for ever");
    }
}

static void print_plan(FILE *out, const struct system *system, uint32_t index)
{
    const struct system_plan *plan = &system->plans[index];
    uint32_t busy = plan_busy_us(plan);

    fprintf(out, "Plan %s%s: major frame %s, %s used, %s idle\n", plan->name,
            index == 0 ? " (in force at the start)" : "", time_text(plan->major_frame_us).s,
            percent_text(busy, plan->major_frame_us).s,
            percent_text(plan->major_frame_us - busy, plan->major_frame_us).s);
    print_slots(out, system, plan);
    fprintf(out, "\n");
    print_supply(out, system, plan);
    fprintf(out, "\n");
}

/* A partition, and its name for the port, where that is another than the channel's. */
static void print_end(FILE *out, const struct system *system, const struct system_channel *channel,
                      uint32_t partition, const char *port)
{
    fprintf(out, "%s", system->partitions[partition].name);
    if (strcmp(port, channel->name) != 0)
        fprintf(out, " (port %s)", port);
}

static void print_channel(FILE *out, const struct system *system,
                          const struct system_channel *channel)
{
    fprintf(out, "Channel %s: %s, messages of %" PRIu32 " B", channel->name,
            channel->kind == CHANNEL_QUEUING ? "queuing" : "sampling", channel->message_size);
    if (channel->kind == CHANNEL_QUEUING)
        fprintf(out, ", holds %" PRIu32, channel->depth);
    else if (channel->valid_us)
        fprintf(out, ", valid for %s", time_text(channel->valid_us).s);
    fprintf(out, "\n  from ");
    print_end(out, system, channel, channel->writer, channel->writer_port);
    for (uint32_t r = 0; r < channel->reader_count; r++) {
        fprintf(out, "%s ", r ? "," : " to");
        print_end(out, system, channel, channel->readers[r], channel->reader_ports[r]);
    }
    fprintf(out, "\n\n");
}

/* What belongs to no partition alone. */
static void print_common(FILE *out, const struct system *system)
{
    for (uint32_t i = 0; i < system->shared_count; i++)
        fprintf(out, "Shared block %s: %s, physical %s\n", system->shared[i].name,
                size_text(system->shared[i].size).s,
                address_range(shared_span(&system->shared[i]), AREA_ANYWHERE, "anywhere").s);
    for (uint32_t i = 0; i < system->signal_count; i++)
        fprintf(out, "Signal %s: from %s to %s, virtual interrupt %" PRIu32 "\n",
                system->signals[i].name, system->partitions[system->signals[i].from].name,
                system->partitions[system->signals[i].to].name, system->signals[i].virq);
    if (system->shared_count + system->signal_count)
        fprintf(out, "\n");
}

/* The hypervisor's own part. */
static void print_hypervisor(FILE *out, const struct system *system)
{
    uint32_t said = system->trace_mask;

    for (uint32_t i = 0; i < SYSTEM_HEALTH_EVENTS; i++)
        said |= system->actions[i];
    if (!said)
        return;
    fprintf(out, "Hypervisor\n");
    print_trace(out, system->trace_mask);
    print_health(out, system, system->actions, system->health_plan);
    fprintf(out, "\n");
}

void summary_print_system(FILE *out, const struct system *system)
{
    for (uint32_t p = 0; p < system->partition_count; p++)
        print_partition(out, system, &system->partitions[p]);
    for (uint32_t c = 0; c < system->channel_count; c++)
        print_channel(out, system, &system->channels[c]);
    print_common(out, system);
    print_hypervisor(out, system);
    for (uint32_t p = 0; p < system->plan_count; p++)
        print_plan(out, system, p);
    fprintf(out, "%" PRIu32 " partition%s, %" PRIu32 " plan%s; ", system->partition_count,
            plural(system->partition_count), system->plan_count, plural(system->plan_count));
    if (system->frames)
        fprintf(out, "ends after %" PRIu32 " major frame%s\n", system->frames,
                plural(system->frames));
    else
        fprintf(out, "runs for ever\n");
}

static bool image_is_new(const struct system *system, uint32_t index)
{
    for (uint32_t p = 0; p < index; p++)
        if (!strcmp(system->partitions[p].image, system->partitions[index].image))
            return false;
    return true;
}

void summary_print_images(FILE *out, const struct system *system)
{
    for (uint32_t p = 0; p < system->partition_count; p++)
        if (image_is_new(system, p))
            fprintf(out, "%s\n", system->partitions[p].image);
}
