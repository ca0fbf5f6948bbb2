/* A baseline as a file: one line for each finding, so that a change of it reads well. */
#include "json_internal.h"

#include <base/text.h>
#include <model/baseline.h>
#include <render/render.h>
#include <string.h>

static int
compare_entries(gconstpointer left, gconstpointer right)
{
    const PgaFinding *a = *(PgaFinding *const *)left, *b = *(PgaFinding *const *)right;
    int order = strcmp(a->rule, b->rule);

    if (!order)
        order = strcmp(a->object, b->object);
    return order ? order : strcmp(a->fingerprint, b->fingerprint);
}

/* A name for people: control characters made visible, so that it stays on its line. */
static json_t *
entry(const PgaFinding *finding)
{
    g_autofree char *object = pga_text_printable(finding->object);

    return json_pack("{s:s, s:s, s:s}", "fingerprint", finding->fingerprint, "rule", finding->rule,
                     "object", object);
}

char *
pga_render_baseline(const PgaReport *report)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new();
    g_autoptr(GHashTable) written = g_hash_table_new(g_str_hash, g_str_equal);
    GString *out =
        g_string_new("{\n  \"baseline\": " G_STRINGIFY(PGA_BASELINE_VERSION) ",\n"
                                                                             "  \"findings\": [");

    g_ptr_array_extend(findings, report->findings, NULL, NULL);
    g_ptr_array_extend(findings, report->baseline, NULL, NULL);
    g_ptr_array_sort(findings, compare_entries);
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        json_t *object;
        char *line;

        if (!g_hash_table_add(written, finding->fingerprint))
            continue;
        object = entry(finding);
        line = json_dumps(object, 0);
        g_string_append_printf(out, "%s\n    %s", g_hash_table_size(written) > 1 ? "," : "", line);
        free(line);
        json_decref(object);
    }
    g_string_append(out, findings->len ? "\n  ]\n}\n" : "]\n}\n");
    return g_string_free(out, FALSE);
}
