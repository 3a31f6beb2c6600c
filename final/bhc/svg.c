/* bhc: drawings, the common part. One style sheet for light and dark surroundings; the drawing has
 * a background of its own, so that it is legible wherever it is put. */
#include "svg.h"

#include <stdarg.h>
#include <string.h>

/* Eight hues in two depths: sixteen partitions that can be told apart. */
static const char *const light[SVG_COLOURS] = {
    "#2f74b5", "#c2621a", "#2c8a57", "#7c53ad", "#b9443f", "#1b8797", "#85761a", "#b14c86",
    "#1f3f77", "#7d3f12", "#1d5735", "#4c2f75", "#7a2522", "#0f5560", "#565009", "#702a54",
};
static const char *const dark[SVG_COLOURS] = {
    "#78b4ec", "#f0a566", "#7dd1a0", "#bda0ea", "#f08c87", "#6dced9", "#d0c15a", "#e699c7",
    "#c3def9", "#f9d6b4", "#c2ecd4", "#dfd0f7", "#f9c8c5", "#bbebf1", "#ece3ac", "#f6cfe5",
};

static const char light_style[] =
    "text{font-family:system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:11px;"
    "fill:#1c2733}\n"
    ".h1{font-size:18px;font-weight:600}.h2{font-size:13px;font-weight:600}\n"
    ".muted{fill:#56636f}.on{fill:#fff}.end{text-anchor:end}.mid{text-anchor:middle}\n"
    ".mono{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-size:10px}\n"
    ".paper{fill:#fff}.grid{stroke:#dde3e8}.frame{stroke:#56636f;fill:none}\n"
    ".idle{fill:url(#idle)}.hatch{stroke:#aab4bd}.free{fill:#f4f6f8;stroke:#c3ccd4}\n"
    ".none{fill:url(#idle);stroke:#c3ccd4}.kernel{fill:#dfe4e9;stroke:#56636f}\n"
    ".area{fill-opacity:.2}rect.slot{stroke:none}.shared{fill:#e7e2d3;stroke:#8a7f5c}\n"
    "path.wire{fill:none;stroke-width:1.5}.tip{fill:#56636f}\n"
    "path.signal{stroke-dasharray:6 4}path.block{stroke-dasharray:2 3}\n";
static const char dark_style[] =
    "text{fill:#e6edf3}.muted{fill:#a3afbb}.on{fill:#0e141a}.paper{fill:#12181f}\n"
    ".grid{stroke:#2b3540}.frame{stroke:#a3afbb}.hatch{stroke:#56636f}\n"
    ".free{fill:#19212a;stroke:#44515e}.none{stroke:#44515e}.kernel{fill:#2d3843;stroke:#a3afbb}\n"
    ".area{fill-opacity:.25}.shared{fill:#3d3a2c;stroke:#b5a878}.tip{fill:#a3afbb}\n";

static void print_colours(FILE *out, const char *const colours[SVG_COLOURS])
{
    for (int i = 0; i < SVG_COLOURS; i++)
        fprintf(out, ".p%d{fill:%s;stroke:%s}%s", i, colours[i], colours[i],
                i % 4 == 3 ? "\n" : "");
}

void svg_begin(FILE *out, const char *id, int width, int height, const char *title,
               const char *description)
{
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-title %s-desc\">\n",
            width, height, width, height, id, id);
    fprintf(out, "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", id, title,
            id, description);
    fprintf(out, "<style>\n%s", light_style);
    print_colours(out, light);
    fprintf(out, "@media (prefers-color-scheme: dark) {\n%s", dark_style);
    print_colours(out, dark);
    fprintf(out, "}\n</style>\n"
                 "<defs><pattern id=\"idle\" width=\"6\" height=\"6\" "
                 "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                 "<line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke-width=\"2\"/>"
                 "</pattern></defs>\n");
    fprintf(out, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", width, height);
    svg_text(out, SVG_MARGIN, SVG_MARGIN + 14, "h1", "%s", title);
}

void svg_end(FILE *out)
{
    fprintf(out, "</svg>\n");
}

void svg_text(FILE *out, double x, double y, const char *classes, const char *format, ...)
{
    va_list args;

    fprintf(out, "<text x=\"%.2f\" y=\"%.2f\" class=\"%s\">", x, y, classes);
    va_start(args, format);
    vfprintf(out, format, args);
    va_end(args);
    fprintf(out, "</text>\n");
}

int svg_text_width(const char *text)
{
    return (int)strlen(text) * 7;
}
