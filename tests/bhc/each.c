/* Gives each file on the command line to bhc's readers, as a description and as a blob, and lets
 * what they accept be printed, drawn and encoded, and a description be checked once more by the
 * hypervisor's own core/system_check.c. All in one process: with sanitizers, starting a
 * process takes much longer than reading a file, and a fuzzer wants one function to call. */
#include "blob.h"
#include "core/system_check.h"
#include "compile.h"
#include "diag.h"
#include "file.h"
#include "summary.h"
#include "svg.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FILE *nowhere;

static bool try_description(const char *text, size_t size)
{
    static struct description description;
    static struct diag diag;
    struct blob blob, again;

    memset(&diag, 0, sizeof diag);
    diag.file = "x";
    if (!description_read(text, size, &description, &diag)) {
        diag_print(&diag, nowhere);
        if (diag.errors == 0)
            abort(); /* refused without a word */
        return false;
    }
    diag_print(&diag, nowhere);
    summary_print_board(nowhere, &description);
    summary_print_images(nowhere, &description.system);
    svg_plan(nowhere, &description);
    svg_memory(nowhere, &description);
    svg_channels(nowhere, &description);
    blob_encode(&description.system, &blob);
    if (blob_decode(&blob, sizeof blob, &again) || memcmp(&blob, &again, sizeof blob) != 0)
        abort(); /* what bhc writes, it must read */
    if (system_check(&blob.system))
        abort(); /* what bhc accepts, the hypervisor must not refuse */
    return true;
}

static bool try_blob(const void *data, size_t size)
{
    struct blob blob;

    if (blob_decode(data, size, &blob))
        return false;
    summary_print_system(nowhere, &blob.system);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    try_description((const char *)data, size);
    try_blob(data, size);
    return 0;
}

#ifndef LIBFUZZER
int main(int argc, char *argv[])
{
    nowhere = fopen("/dev/null", "w");
    for (int i = 1; i < argc; i++) {
        size_t size;
        char *data = file_read(argv[i], FILE_BYTES_MAX, &size);

        if (!data)
            return 1;
        printf("%s", argv[i]); /* seen also if the next line crashes */
        fflush(stdout);
        printf(": %s\n", try_description(data, size) ? "description"
                         : try_blob(data, size)      ? "blob"
                                                     : "refused");
        free(data);
    }
    fclose(nowhere);
    return 0;
}
#endif
