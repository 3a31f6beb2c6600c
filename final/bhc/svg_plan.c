/* bhc: plans as Gantt charts. */
#include "measure.h"
#include "svg.h"
#include "units.h"

#include <inttypes.h>

/* Pixels. Not an enumeration's: they are added to doubles. */
static const int CHART_WIDTH = 860;
static const int ROW_HEIGHT = 24;
static const int BAR_HEIGHT = 16;
static const int HEAD_HEIGHT = 46; /* a plan's title */
static const int AXIS_HEIGHT = 58; /* numbers, what they are, and a gap */
static const int TITLE_HEIGHT = 44;
static const int SUPPLY_WIDTH = 150;
static const int LEGEND_HEIGHT = 28;

/* Where one plan is drawn. */
struct chart {
    FILE *out;
    const struct system *system;
    const struct system_plan *plan;
    double left, top; /* of the bars' field */
};

static double x_of(const struct chart *chart, uint32_t us)
{
    return chart->left + (double)us * CHART_WIDTH / chart->plan->major_frame_us;
}

static double row_top(const struct chart *chart, uint32_t row)
{
    return chart->top + (double)row * ROW_HEIGHT;
}

static double field_height(const struct chart *chart)
{
    return (chart->system->partition_count + 1.0) * ROW_HEIGHT; /* one row is for idle time */
}

/* 1, 2 or 5 times a power of ten, so that there are at most ten steps. */
static uint32_t tick_step(uint32_t major_frame_us)
{
    static const uint32_t steps[] = {1, 2, 5};
    uint32_t power = 1;

    for (uint32_t i = 0;; i = (i + 1) % 3) {
        if (major_frame_us <= 10 * power * steps[i])
            return power * steps[i];
        if (i == 2)
            power *= 10;
    }
}

static void draw_tick(const struct chart *chart, uint32_t us, uint32_t unit)
{
    double bottom = chart->top + field_height(chart);
    double x = x_of(chart, us);

    fprintf(chart->out, "<line class=\"grid\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>\n",
            x, chart->top, x, bottom + 5);
    svg_text(chart->out, x, bottom + 18, "muted mid", "%s",
             thousandths_text((uint64_t)us * 1000 / unit).s);
}

static void draw_axis(const struct chart *chart)
{
    uint32_t major = chart->plan->major_frame_us;
    uint32_t unit = major >= 10 * 1000 * 1000 ? 1000 * 1000 : 1000;
    uint32_t step = tick_step(major);

    /* A tick just before the end gives way to the end. */
    for (uint32_t us = 0; us + step / 2 < major; us += step)
        draw_tick(chart, us, unit);
    draw_tick(chart, major, unit);
    svg_text(chart->out, chart->left + CHART_WIDTH / 2, chart->top + field_height(chart) + 34,
             "muted mid", "time in the major frame (%s)", unit == 1000 ? "ms" : "s");
}

/* One bar: a slot, or idle time. A bar too narrow to be seen gets a mark. */
static void draw_bar(const struct chart *chart, uint32_t row, uint32_t start, uint32_t end,
                     const char *classes, const char *name)
{
    double x = x_of(chart, start), width = x_of(chart, end) - x;
    double y = row_top(chart, row) + (ROW_HEIGHT - BAR_HEIGHT) / 2;
    struct number_text duration = time_text(end - start);

    fprintf(chart->out,
            "<rect class=\"%s\" x=\"%.3f\" y=\"%.2f\" width=\"%.3f\" "
            "height=\"%d\"><title>%s: %s to %s (%s)</title></rect>\n",
            classes, x, y, width, BAR_HEIGHT, name, time_text(start).s, time_text(end).s,
            duration.s);
    if (width < 1.5)
        fprintf(chart->out,
                "<line class=\"%s\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>\n",
                row < chart->system->partition_count ? classes + sizeof "slot" : "hatch", x, y, x,
                y + BAR_HEIGHT);
    else if (width >= svg_text_width(duration.s) + 6 && row < chart->system->partition_count)
        svg_text(chart->out, x + width / 2, y + BAR_HEIGHT - 4, "on mid", "%s", duration.s);
}

static void draw_slots(const struct chart *chart)
{
    uint32_t idle_row = chart->system->partition_count, time = 0;

    for (uint32_t s = 0; s < chart->plan->slot_count; s++) {
        const struct system_slot *slot = &chart->plan->slots[s];
        char classes[24];

        if (slot->start_us > time)
            draw_bar(chart, idle_row, time, slot->start_us, "idle", "idle");
        time = slot->start_us + slot->duration_us;
        snprintf(classes, sizeof classes, "slot p%u", (unsigned)slot->partition);
        draw_bar(chart, slot->partition, slot->start_us, time, classes,
                 chart->system->partitions[slot->partition].name);
    }
    if (time < chart->plan->major_frame_us)
        draw_bar(chart, idle_row, time, chart->plan->major_frame_us, "idle", "idle");
}

/* Name on the left, share of time on the right. */
static void draw_row(const struct chart *chart, uint32_t row, const char *swatch, const char *name,
                     uint32_t us)
{
    double middle = row_top(chart, row) + ROW_HEIGHT / 2;
    double right = chart->left + CHART_WIDTH;

    fprintf(chart->out,
            "<rect class=\"%s\" x=\"%d\" y=\"%.2f\" width=\"10\" height=\"10\" rx=\"2\"/>\n",
            swatch, SVG_MARGIN, middle - 5);
    svg_text(chart->out, SVG_MARGIN + 16, middle + 4, "name", "%s", name);
    svg_text(chart->out, right + 80, middle + 4, "end", "%s", time_text(us).s);
    svg_text(chart->out, right + SUPPLY_WIDTH - 10, middle + 4, "end muted", "%s",
             percent_text(us, chart->plan->major_frame_us).s);
    fprintf(chart->out, "<line class=\"grid\" x1=\"%d\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>\n",
            SVG_MARGIN, middle + ROW_HEIGHT / 2, right + SUPPLY_WIDTH, middle + ROW_HEIGHT / 2);
}

static void draw_rows(const struct chart *chart)
{
    uint32_t count = chart->system->partition_count;

    for (uint32_t p = 0; p < count; p++) {
        char swatch[16];

        snprintf(swatch, sizeof swatch, "p%u", (unsigned)p);
        draw_row(chart, p, swatch, chart->system->partitions[p].name,
                 plan_supply(chart->plan, p).us);
    }
    draw_row(chart, count, "idle", "idle", chart->plan->major_frame_us - plan_busy_us(chart->plan));
}

static void draw_plan(const struct chart *chart, uint32_t index)
{
    fprintf(chart->out, "<g id=\"plan-%s\">\n", chart->plan->name);
    svg_text(chart->out, SVG_MARGIN, chart->top - 26, "h2", "Plan %s", chart->plan->name);
    svg_text(chart->out, SVG_MARGIN, chart->top - 9, "muted", "major frame %s%s",
             time_text(chart->plan->major_frame_us).s, index == 0 ? ", in force at the start" : "");
    svg_text(chart->out, chart->left + CHART_WIDTH + SUPPLY_WIDTH - 10, chart->top - 9, "end muted",
             "in each major frame");
    draw_axis(chart);
    draw_rows(chart);
    draw_slots(chart);
    fprintf(chart->out,
            "<rect class=\"frame\" x=\"%.2f\" y=\"%.2f\" width=\"%d\" height=\"%.2f\"/>\n</g>\n",
            chart->left, chart->top, CHART_WIDTH, field_height(chart));
}

static int names_width(const struct system *system)
{
    int width = 60;

    for (uint32_t p = 0; p < system->partition_count; p++)
        if (svg_text_width(system->partitions[p].name) > width)
            width = svg_text_width(system->partitions[p].name);
    return width + 16 + 12; /* swatch and gap */
}

static void draw_legend(FILE *out, double y)
{
    fprintf(out,
            "<rect class=\"p0\" x=\"%d\" y=\"%.2f\" width=\"22\" height=\"10\"/>\n"
            "<rect class=\"idle\" x=\"%d\" y=\"%.2f\" width=\"22\" height=\"10\"/>\n",
            SVG_MARGIN, y - 9, SVG_MARGIN + 330, y - 9);
    svg_text(out, SVG_MARGIN + 30, y, "muted", "slot: the partition has the processor");
    svg_text(out, SVG_MARGIN + 360, y, "muted", "idle: no partition has it");
}

void svg_plan(FILE *out, const struct description *d)
{
    const struct system *system = &d->system;
    int plan_height = HEAD_HEIGHT + (int)(system->partition_count + 1) * ROW_HEIGHT + AXIS_HEIGHT;
    int height = SVG_MARGIN + TITLE_HEIGHT + (int)system->plan_count * plan_height + LEGEND_HEIGHT;
    int left = SVG_MARGIN + names_width(system);
    struct chart chart = {out, system, system->plans, left,
                          SVG_MARGIN + TITLE_HEIGHT + HEAD_HEIGHT};
    char title[64], text[160];

    snprintf(title, sizeof title, "System %s: plans", d->name);
    snprintf(text, sizeof text,
             "%" PRIu32 " partitions and %" PRIu32 " plans: a chart for each plan, with a row for "
             "each partition and a bar for each of its slots.",
             system->partition_count, system->plan_count);
    svg_begin(out, "plan", left + CHART_WIDTH + SUPPLY_WIDTH + SVG_MARGIN, height, title, text);
    for (uint32_t p = 0; p < system->plan_count; p++, chart.plan++, chart.top += plan_height)
        draw_plan(&chart, p);
    draw_legend(out, height - SVG_MARGIN + 4);
    svg_end(out);
}
