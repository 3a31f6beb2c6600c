/* bhc, the system compiler: reads a system description in XML, checks it, and writes it as the blob
 * that the hypervisor loads. It runs on the host.
 *
 * The tour: description.c is the order of the steps, parse.c the vocabulary, check_*.c the rules,
 * blob.c the format. */
#include "blob.h"
#include "compile.h"
#include "diag.h"
#include "file.h"
#include "generate.h"
#include "summary.h"
#include "svg.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum exit_code { EXIT_OK = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_IO = 3 };

struct options {
    const char *input;
    const char *output, *plan_svg, *memory_svg, *channel_svg;
    bool images, generate, quiet, dump;
};

static const char help_text[] =
    "Usage: bhc [OPTION]... SYSTEM.xml\n"
    "       bhc --dump FILE.blob\n"
    "Checks a system description for Bulkhead, prints a summary, and compiles it.\n"
    "\n"
    "  -o, --output FILE      write the blob that the hypervisor loads\n"
    "      --plan-svg FILE    draw the plans\n"
    "      --memory-svg FILE  draw the memory\n"
    "      --channel-svg FILE draw channels, signals and shared memory\n"
    "  -i, --images           print the names of the images, one a line, no summary\n"
    "  -g, --generate         print the plans with their slots, no summary\n"
    "  -q, --quiet            print no summary\n"
    "  -d, --dump             print what a blob holds\n"
    "  -h, --help             print this\n"
    "  -V, --version          print the version\n"
    "\n"
    "Exit status: 0 if all is well, 1 if the description or the blob is refused, 2 for\n"
    "a mistake on the command line, 3 if a file cannot be read or written.\n"
    "bhc(1) explains what a description may say.\n";

static int usage_error(const char *message, const char *detail)
{
    fprintf(stderr, "bhc: %s%s: see bhc --help\n", message, detail);
    return EXIT_USAGE;
}

/* Standard output may be a full disk, too. */
static int finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "bhc: cannot write standard output\n");
    return EXIT_IO;
}

static int dump(const char *path)
{
    struct blob blob;
    const char *fault;
    size_t size;
    char *data = file_read(path, sizeof blob, &size);

    if (!data)
        return EXIT_IO;
    fault = blob_decode(data, size, &blob);
    free(data);
    if (fault) {
        fprintf(stderr, "%s: error: %s\n", path, fault);
        return EXIT_REFUSED;
    }
    printf("Blob version %" PRIu32 ", %" PRIu32 " bytes, CRC-32 0x%08" PRIX32 "\n\n",
           blob.header.version, blob.header.size, blob.header.crc);
    summary_print_system(stdout, &blob.system);
    return finish(EXIT_OK);
}

static bool draw(const char *path, void (*drawing)(FILE *, const struct description *),
                 const struct description *d)
{
    char *data = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&data, &size);
    bool done;

    if (out)
        drawing(out, d);
    if (!out || fclose(out)) {
        fprintf(stderr, "bhc: cannot draw %s: out of memory\n", path);
        return false;
    }
    done = file_write(path, data, size);
    free(data);
    return done;
}

/* The blob comes last: if it is new, everything is. */
static int write_outputs(const struct options *options, const struct description *d)
{
    struct blob blob;

    if (options->plan_svg && !draw(options->plan_svg, svg_plan, d))
        return EXIT_IO;
    if (options->memory_svg && !draw(options->memory_svg, svg_memory, d))
        return EXIT_IO;
    if (options->channel_svg && !draw(options->channel_svg, svg_channels, d))
        return EXIT_IO;
    blob_encode(&d->system, &blob);
    if (options->output && !file_write(options->output, &blob, sizeof blob))
        return EXIT_IO;
    return EXIT_OK;
}

static void print(const struct options *options, const struct description *d)
{
    if (options->images) {
        summary_print_images(stdout, &d->system);
    } else if (options->generate) {
        generate_print(stdout, d);
    } else if (!options->quiet) {
        summary_print_board(stdout, d);
        summary_print_system(stdout, &d->system);
    }
}

static int compile(const struct options *options)
{
    static struct description description;
    static struct diag diag;
    size_t size;
    char *text = file_read(options->input, FILE_BYTES_MAX, &size);
    bool good;

    if (!text)
        return EXIT_IO;
    diag.file = options->input;
    good = size <= FILE_BYTES_MAX && description_read(text, size, &description, &diag);
    free(text);
    if (size > FILE_BYTES_MAX)
        diag_error(&diag, 1, "the file is larger than 256 KiB: this is no system description");
    diag_print(&diag, stderr);
    if (!good)
        return EXIT_REFUSED;
    print(options, &description);
    return finish(write_outputs(options, &description));
}

/* @return the status to end with, or -1 to go on */
static int parse_options(int argc, char *argv[], struct options *options)
{
    enum { PLAN_SVG = 256, MEMORY_SVG, CHANNEL_SVG };
    static const struct option long_options[] = {
        {"output", required_argument, NULL, 'o'},
        {"plan-svg", required_argument, NULL, PLAN_SVG},
        {"memory-svg", required_argument, NULL, MEMORY_SVG},
        {"channel-svg", required_argument, NULL, CHANNEL_SVG},
        {"images", no_argument, NULL, 'i'},
        {"generate", no_argument, NULL, 'g'},
        {"quiet", no_argument, NULL, 'q'},
        {"dump", no_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "o:igqdhV", long_options, NULL)) != -1)
        switch (option) {
        case 'o':
            options->output = optarg;
            break;
        case PLAN_SVG:
            options->plan_svg = optarg;
            break;
        case MEMORY_SVG:
            options->memory_svg = optarg;
            break;
        case CHANNEL_SVG:
            options->channel_svg = optarg;
            break;
        case 'i':
            options->images = true;
            break;
        case 'g':
            options->generate = true;
            break;
        case 'q':
            options->quiet = true;
            break;
        case 'd':
            options->dump = true;
            break;
        case 'h':
            fputs(help_text, stdout);
            return finish(EXIT_OK);
        case 'V':
            printf("bhc (Bulkhead), blob version %d\n", BLOB_VERSION);
            return finish(EXIT_OK);
        default:
            return usage_error("the command line is not understood", "");
        }
    if (argc - optind != 1)
        return usage_error("exactly one file to read is needed", "");
    options->input = argv[optind];
    return -1;
}

/* Two outputs to one file, or an output over the input, would destroy what somebody wrote. */
static int check_outputs(const struct options *options)
{
    const char *names[] = {options->input, options->output, options->plan_svg, options->memory_svg,
                           options->channel_svg};
    const int count = sizeof names / sizeof names[0];

    for (int i = 0; i < count; i++)
        for (int j = i + 1; j < count; j++)
            if (names[i] && names[j] &&
                (!strcmp(names[i], names[j]) || (i == 0 && file_same(names[i], names[j]))))
                return usage_error("one file is named twice: ", names[j]);
    if (options->dump && (options->output || options->plan_svg || options->memory_svg ||
                          options->channel_svg || options->images || options->generate))
        return usage_error("--dump goes with no other option", "");
    return -1;
}

int main(int argc, char *argv[])
{
    struct options options = {0};
    int status = parse_options(argc, argv, &options);

    if (status < 0)
        status = check_outputs(&options);
    if (status >= 0)
        return status;
    return options.dump ? dump(options.input) : compile(&options);
}
