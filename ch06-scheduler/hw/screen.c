/* hw: the screen. Two arrays hold the characters that are wanted and those that are shown, and a
 * step draws what differs. The wanted lines are a ring: behind the last one comes the first again,
 * so that scrolling moves nothing but an index. */
#include "hw/screen.h"

#include "hw/io.h"
#include "hw/paging.h"
#include "klib/string.h"

enum {
    COLUMNS_MAX = 100, /* what is printed has no longer lines */
    ROWS_MAX = 64,
    GLYPH_WIDTH = 8,
    GLYPH_HEIGHT = 16,
    FIRST_GLYPH = ' ',
    LAST_GLYPH = '~',
    TAB = 8,
    SCANNED_A_STEP = 4, /* characters that are looked at, at the most */

    VGA_TEXT = 0xB8000, /* physical: a character and its colours, 16 bits each */
    VGA_COLUMNS = 80,
    VGA_ROWS = 25,
    VGA_GREY_ON_BLACK = 0x0700,
    VGA_INDEX = 0x3D4, /* the CRT controller's registers: which, and its value */
    VGA_VALUE = 0x3D5,
    VGA_CURSOR_START = 0x0A,
    VGA_CURSOR_OFF = 0x20,
    VGA_CURSOR_HIGH = 0x0E, /* keeps what is written */
};

extern const uint8_t font[LAST_GLYPH - FIRST_GLYPH + 1][GLYPH_HEIGHT]; /* font.S */

static enum { NOT_YET, NONE, TEXT, DOTS } kind;
static volatile uint16_t *text;
static volatile uint8_t *dots;
static uint32_t pitch, dot_size; /* bytes: of a row of dots, of a dot */

static uint32_t columns, rows;
static char wanted[ROWS_MAX][COLUMNS_MAX], shown[ROWS_MAX][COLUMNS_MAX]; /* 0: a blank */
static uint32_t top;         /* which line of the ring is the first on the screen */
static uint32_t row, column; /* of the next character */

static uint32_t draw_row, draw_column, draw_line; /* what the next step looks at */
static uint32_t draw_end;                         /* no row from here on has changed */

static char *wanted_row(uint32_t r)
{
    return wanted[(top + r) % rows];
}

/* A row has changed, and will be looked at from its first character on. */
static void row_changed(uint32_t r)
{
    if (r <= draw_row) {
        draw_row = r;
        draw_column = 0;
        draw_line = 0;
    }
    if (r >= draw_end)
        draw_end = r + 1;
}

static void next_line(void)
{
    column = 0;
    if (row + 1 < rows) {
        row++;
        return;
    }
    memset(wanted_row(0), 0, COLUMNS_MAX);
    top = (top + 1) % rows;
    row_changed(0);
    row_changed(rows - 1);
}

void screen_put(char c)
{
    if (kind == NONE)
        return;
    if (!rows) { /* the first character, and nobody has looked for a screen yet */
        rows = VGA_ROWS;
        columns = COLUMNS_MAX;
    }
    if (c == '\n') {
        next_line();
    } else if (c == '\t') {
        column = (column / TAB + 1) * TAB;
    } else if (c >= FIRST_GLYPH) { /* also no byte above 127: char is signed */
        if (column >= columns)
            next_line();
        wanted_row(row)[column++] = c <= LAST_GLYPH ? c : '?';
        row_changed(row);
    }
}

/* One row of dots of a character. All ones is white and 0 black, in whatever order a dot has its
 * colours. */
static void draw_dots(char c)
{
    uint32_t bits = font[c - FIRST_GLYPH][draw_line];
    volatile uint8_t *to =
        dots + (draw_row * GLYPH_HEIGHT + draw_line) * pitch + draw_column * GLYPH_WIDTH * dot_size;

    for (uint32_t bit = 1u << (GLYPH_WIDTH - 1); bit; bit >>= 1, to += dot_size) {
        uint32_t colour = bits & bit ? 0xFFFFFFFF : 0;

        if (dot_size == sizeof(uint32_t)) {
            *(volatile uint32_t *)to = colour;
            continue;
        }
        *(volatile uint16_t *)to = (uint16_t)colour;
        if (dot_size > sizeof(uint16_t))
            to[2] = (uint8_t)colour;
    }
}

/* Something of the character at the step's place; `is` becomes what is seen there in the end. */
static void draw(char *is, char want)
{
    char c = want ? want : ' ';

    if (kind == TEXT) {
        text[draw_row * columns + draw_column] = (uint16_t)(VGA_GREY_ON_BLACK | c);
        *is = want;
        return;
    }
    *is = (char)-1; /* neither the old one nor the new */
    draw_dots(c);
    if (++draw_line < GLYPH_HEIGHT)
        return;
    draw_line = 0;
    *is = want;
}

bool screen_step(void)
{
    if (kind < TEXT)
        return false;
    for (uint32_t i = 0; i < SCANNED_A_STEP && draw_row < draw_end; i++) {
        char *is = &shown[draw_row][draw_column], want = wanted_row(draw_row)[draw_column];

        if (*is != want) {
            draw(is, want);
            return true;
        }
        if (++draw_column == columns) {
            draw_column = 0;
            draw_row++;
        }
    }
    if (draw_row < draw_end)
        return true;
    draw_end = 0;
    return false;
}

void screen_flush(void)
{
    while (screen_step())
        ;
}

static bool find_text(void)
{
    static const uint8_t patterns[] = {0x2A, 0x15};

    for (uint32_t i = 0; i < ARRAY_SIZE(patterns); i++) {
        io_out8(VGA_INDEX, VGA_CURSOR_HIGH);
        io_out8(VGA_VALUE, patterns[i]);
        if (io_in8(VGA_VALUE) != patterns[i])
            return false;
    }
    io_out8(VGA_INDEX, VGA_CURSOR_START);
    io_out8(VGA_VALUE, VGA_CURSOR_OFF);
    text = paging_virtual(VGA_TEXT);
    rows = VGA_ROWS;
    columns = VGA_COLUMNS;
    return true;
}

/* The rows of dots that can be reached. Each of the loader's numbers is checked before its use. */
static bool find_dots(const struct multiboot_info *info)
{
    uint64_t first = info->framebuffer_addr, bytes;
    uint32_t room;

    dot_size = (info->framebuffer_bpp + 7u) / 8;
    pitch = info->framebuffer_pitch;
    bytes = (uint64_t)pitch * info->framebuffer_height;
    if (dot_size < 2 || dot_size > 4 || info->framebuffer_width > pitch / dot_size ||
        info->framebuffer_width < GLYPH_WIDTH || bytes >> 32 || first >> 32 ||
        (first + bytes) >> 32)
        return false;
    dots = paging_map_device((paddr_t)first, (uint32_t)bytes, &room);
    rows = room / pitch / GLYPH_HEIGHT;
    if (rows > ROWS_MAX)
        rows = ROWS_MAX;
    columns = info->framebuffer_width / GLYPH_WIDTH;
    if (columns > COLUMNS_MAX)
        columns = COLUMNS_MAX;
    return rows > row + 1;
}

/* What the firmware or the loader has left there is not what is shown: all is drawn once. */
static void draw_all(void)
{
    memset(shown, -1, sizeof shown);
    row_changed(0);
    row_changed(rows - 1);
}

void screen_init(const struct multiboot_info *info)
{
    if (!(info->flags & MULTIBOOT_INFO_SCREEN))
        kind = find_text() ? TEXT : NONE;
    else if (info->framebuffer_type == MULTIBOOT_SCREEN_RGB)
        kind = find_dots(info) ? DOTS : NONE;
    else
        kind = find_text() ? TEXT : NONE;
    if (kind != NONE)
        draw_all();
    screen_flush();
}
