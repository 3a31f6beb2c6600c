/* bhc: from text to a checked description, step by step. A step that fails does not keep the later
 * ones from looking at what is left, so that one run shows all errors; warnings are for a
 * description that has none. */
#include "compile.h"

#include "check.h"
#include "generate.h"
#include "parse.h"
#include "xml.h"

#include <string.h>

static void check(const struct description *d, struct diag *diag)
{
    check_names(d, diag);
    check_shared(d, diag);
    check_memory(d, diag);
    check_ports(d, diag);
    check_lines(d, diag);
    check_channels(d, diag);
    check_signals(d, diag);
    check_health(d, diag);
    check_plans(d, diag);
}

bool description_read(const char *text, size_t size, struct description *d, struct diag *diag)
{
    struct xml_remark remark = {0, ""};
    xmlNode *root;
    xmlDoc *doc;

    memset(d, 0, sizeof *d);
    doc = xml_parse(text, size, diag);
    if (!doc)
        return false;
    xml_mark_lines(doc, text, size);
    xml_check_schema(doc, diag, &remark);
    root = xmlDocGetRootElement(doc);
    if (root && !strcmp((const char *)root->name, "system")) {
        parse_system(doc, d, diag);
        generate_plans(d, diag);
        check(d, diag);
    }
    if (remark.line && diag->errors == 0)
        diag_error(diag, remark.line, "%s: bhc(1) says what is accepted", remark.text);
    if (diag->errors == 0) {
        check_oddities(d, diag);
        check_odd_services(d, diag);
    }
    xmlFreeDoc(doc);
    return diag->errors == 0;
}
