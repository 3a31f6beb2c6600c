/* bhc: who talks to whom. Senders on the left, receivers on the right, and between them what goes
 * from one to the other: channels, signals, shared blocks. A partition that does both stands on
 * both sides. */
#include "measure.h"
#include "svg.h"
#include "units.h"

#include <inttypes.h>
#include <string.h>

enum {
    LINKS_MAX = SYSTEM_CHANNELS_MAX + SYSTEM_SIGNALS_MAX + SYSTEM_SHARED_MAX,
    SIDES = 2, /* senders, receivers */
    SENDERS = 0,
    RECEIVERS = 1,
};

/* Pixels. Not an enumeration's: they are added to doubles. */
static const int TITLE_HEIGHT = 70;
static const int HEAD_HEIGHT = 28; /* a partition's name */
static const int PORT_HEIGHT = 20;
static const int BOX_GAP = 16;
static const int LINK_HEIGHT = 44;
static const int LINK_GAP = 14;
static const int BOX_WIDTH = 190;
static const int WIRE_WIDTH = 130;
static const int LEGEND_HEIGHT = 34;

/* One end of a link. */
struct port {
    uint32_t partition;
    const char *name;
};

/* A channel, a signal or a shared block. */
struct link {
    const char *name, *class;
    char kind[80];
    uint32_t count[SIDES];
    struct port ports[SIDES][SYSTEM_PARTITIONS_MAX];
    double top;
};

struct picture {
    const struct system *system;
    uint32_t link_count;
    struct link links[LINKS_MAX];
    uint32_t ports[SIDES][SYSTEM_PARTITIONS_MAX]; /* how many a partition has on a side */
    double top[SIDES][SYSTEM_PARTITIONS_MAX];     /* of its box */
    double height, link_width;
};

static void add_port(struct picture *picture, struct link *link, int side, uint32_t partition,
                     const char *name)
{
    link->ports[side][link->count[side]++] = (struct port){partition, name};
    picture->ports[side][partition]++;
}

static struct link *add_link(struct picture *picture, const char *name, const char *class)
{
    struct link *link = &picture->links[picture->link_count++];

    link->name = name;
    link->class = class;
    return link;
}

static void add_channel(struct picture *picture, const struct system_channel *c)
{
    struct link *link = add_link(picture, c->name, "channel");
    bool queuing = c->kind == CHANNEL_QUEUING;
    struct number_text valid = time_text(c->valid_us);

    if (queuing)
        snprintf(link->kind, sizeof link->kind, "queuing, %" PRIu32 " of %" PRIu32 " B", c->depth,
                 c->message_size);
    else
        snprintf(link->kind, sizeof link->kind, "sampling, %" PRIu32 " B, valid %s%s",
                 c->message_size, c->valid_us ? "for " : "for ever", c->valid_us ? valid.s : "");
    add_port(picture, link, SENDERS, c->writer, c->writer_port);
    for (uint32_t r = 0; r < c->reader_count; r++)
        add_port(picture, link, RECEIVERS, c->readers[r], c->reader_ports[r]);
}

static void add_signal(struct picture *picture, const struct system_signal *s)
{
    struct link *link = add_link(picture, s->name, "signal");

    snprintf(link->kind, sizeof link->kind, "signal, virtual interrupt %" PRIu32, s->virq);
    add_port(picture, link, SENDERS, s->from, s->name);
    add_port(picture, link, RECEIVERS, s->to, s->name);
}

/* Who may write to a block sends; who may only read receives. The first area of each counts. */
static void add_shared(struct picture *picture, uint32_t index)
{
    const struct system *system = picture->system;
    struct link *link = add_link(picture, system->shared[index].name, "block");

    snprintf(link->kind, sizeof link->kind, "shared memory, %s",
             size_text(system->shared[index].size).s);
    for (uint32_t p = 0; p < system->partition_count; p++) {
        const struct system_area *best = NULL;

        for (uint32_t a = 0; a < system->partitions[p].area_count; a++) {
            const struct system_area *area = &system->partitions[p].areas[a];

            if (area->kind == AREA_SHARED && area->shared == index &&
                (!best || area->rights > best->rights))
                best = area;
        }
        if (best)
            add_port(picture, link, best->rights & AREA_WRITE ? SENDERS : RECEIVERS, p, best->name);
    }
}

static void collect(struct picture *picture)
{
    for (uint32_t i = 0; i < picture->system->channel_count; i++)
        add_channel(picture, &picture->system->channels[i]);
    for (uint32_t i = 0; i < picture->system->signal_count; i++)
        add_signal(picture, &picture->system->signals[i]);
    for (uint32_t i = 0; i < picture->system->shared_count; i++)
        add_shared(picture, i);
}

static double box_height(const struct picture *picture, int side, uint32_t p)
{
    return HEAD_HEIGHT + (int)picture->ports[side][p] * PORT_HEIGHT + 6;
}

static double side_height(const struct picture *picture, int side)
{
    double height = 0;

    for (uint32_t p = 0; p < picture->system->partition_count; p++)
        if (picture->ports[side][p])
            height += box_height(picture, side, p) + BOX_GAP;
    return height;
}

static double links_height(const struct picture *picture)
{
    return picture->link_count * (double)(LINK_HEIGHT + LINK_GAP);
}

/* Each column is centred beside the highest. */
static void lay_out(struct picture *picture)
{
    double height = links_height(picture), y;

    picture->link_width = 200;
    for (uint32_t i = 0; i < picture->link_count; i++)
        if (svg_text_width(picture->links[i].kind) + 24 > picture->link_width)
            picture->link_width = svg_text_width(picture->links[i].kind) + 24;
    for (int side = 0; side < SIDES; side++)
        height = side_height(picture, side) > height ? side_height(picture, side) : height;
    picture->height = height;
    y = (height - links_height(picture)) / 2 + LINK_GAP / 2;
    for (uint32_t i = 0; i < picture->link_count; i++, y += LINK_HEIGHT + LINK_GAP)
        picture->links[i].top = y;
    for (int side = 0; side < SIDES; side++) {
        y = (height - side_height(picture, side)) / 2 + BOX_GAP / 2;
        for (uint32_t p = 0; p < picture->system->partition_count; p++)
            if (picture->ports[side][p]) {
                picture->top[side][p] = y;
                y += box_height(picture, side, p) + BOX_GAP;
            }
    }
}

static double side_left(const struct picture *picture, int side)
{
    return SVG_MARGIN + side * (BOX_WIDTH + 2 * WIRE_WIDTH + picture->link_width);
}

static void draw_boxes(FILE *out, const struct picture *picture, int side)
{
    double x = side_left(picture, side);

    for (uint32_t p = 0; p < picture->system->partition_count; p++) {
        double y = SVG_MARGIN + TITLE_HEIGHT + picture->top[side][p];

        if (!picture->ports[side][p])
            continue;
        fprintf(out,
                "<rect class=\"area p%" PRIu32 "\" x=\"%.1f\" y=\"%.1f\" width=\"%d\" "
                "height=\"%.1f\" rx=\"6\"/>\n",
                p, x, y, BOX_WIDTH, box_height(picture, side, p));
        svg_text(out, x + BOX_WIDTH / 2, y + 19, "h2 mid", "%s",
                 picture->system->partitions[p].name);
    }
}

/* From a partition's box to a link's, or the other way: with an arrow at its end. */
static void draw_wire(FILE *out, const struct link *link, uint32_t partition, double x1, double y1,
                      double x2, double y2)
{
    double middle = (x1 + x2) / 2;

    fprintf(out,
            "<path class=\"wire %s p%" PRIu32 "\" marker-end=\"url(#arrow)\" "
            "d=\"M%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f\"/>\n",
            link->class, partition, x1, y1, middle, y1, middle, y2, x2, y2);
}

/* A port: its name, at its place in the box, and its wire. */
static void draw_port(FILE *out, const struct picture *picture, const struct link *link, int side,
                      uint32_t index, uint32_t place)
{
    const struct port *port = &link->ports[side][index];
    double x = side_left(picture, side), link_left = SVG_MARGIN + BOX_WIDTH + WIRE_WIDTH;
    double y = SVG_MARGIN + TITLE_HEIGHT + picture->top[side][port->partition] + HEAD_HEIGHT +
               place * (double)PORT_HEIGHT + PORT_HEIGHT / 2;
    double link_y = SVG_MARGIN + TITLE_HEIGHT + link->top +
                    LINK_HEIGHT * (index + 1.0) / (link->count[side] + 1.0);

    if (side == SENDERS) {
        svg_text(out, x + BOX_WIDTH - 12, y + 4, "end", "%s", port->name);
        draw_wire(out, link, port->partition, x + BOX_WIDTH, y, link_left - 7, link_y);
    } else {
        svg_text(out, x + 12, y + 4, "port", "%s", port->name);
        draw_wire(out, link, port->partition, link_left + picture->link_width, link_y, x - 7, y);
    }
}

static void draw_links(FILE *out, const struct picture *picture)
{
    uint32_t places[SIDES][SYSTEM_PARTITIONS_MAX] = {{0}};
    double x = SVG_MARGIN + BOX_WIDTH + WIRE_WIDTH;

    for (uint32_t i = 0; i < picture->link_count; i++) {
        const struct link *link = &picture->links[i];
        double y = SVG_MARGIN + TITLE_HEIGHT + link->top;

        fprintf(out,
                "<g id=\"%s-%s\">\n<rect class=\"free %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                "height=\"%d\" rx=\"%d\"/>\n",
                link->class, link->name, link->class, x, y, picture->link_width, LINK_HEIGHT,
                link->class[0] == 'b' ? 0 : LINK_HEIGHT / 2);
        svg_text(out, x + picture->link_width / 2, y + 19, "h2 mid", "%s", link->name);
        svg_text(out, x + picture->link_width / 2, y + 34, "muted mid", "%s", link->kind);
        for (int side = 0; side < SIDES; side++)
            for (uint32_t n = 0; n < link->count[side]; n++)
                draw_port(out, picture, link, side, n,
                          places[side][link->ports[side][n].partition]++);
        fprintf(out, "</g>\n");
    }
}

void svg_channels(FILE *out, const struct description *d)
{
    static struct picture picture;
    double width;
    char title[64], text[160];

    memset(&picture, 0, sizeof picture);
    picture.system = &d->system;
    collect(&picture);
    lay_out(&picture);
    width = side_left(&picture, RECEIVERS) + BOX_WIDTH + SVG_MARGIN;
    snprintf(title, sizeof title, "System %s: channels", d->name);
    snprintf(text, sizeof text,
             "%" PRIu32 " channels, %" PRIu32 " signals and %" PRIu32 " blocks of shared memory, "
             "with the partitions that send on the left and those that receive on the right.",
             d->system.channel_count, d->system.signal_count, d->system.shared_count);
    svg_begin(out, "channels", (int)width,
              SVG_MARGIN + TITLE_HEIGHT + (int)picture.height + LEGEND_HEIGHT, title, text);
    fprintf(out, "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"1\" refY=\"4\" "
                 "markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" "
                 "orient=\"auto\"><path class=\"tip\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n");
    svg_text(out, SVG_MARGIN, SVG_MARGIN + 34, "muted",
             picture.link_count ? "Senders on the left, receivers on the right."
                                : "No partition has anything to do with another.");
    draw_boxes(out, &picture, SENDERS);
    draw_boxes(out, &picture, RECEIVERS);
    draw_links(out, &picture);
    if (picture.link_count)
        svg_text(out, SVG_MARGIN, SVG_MARGIN + TITLE_HEIGHT + picture.height + 18, "muted",
                 "Full line: channel. Dashed: signal. Dotted: shared memory; who may write to it "
                 "is a sender.");
    svg_end(out);
}
