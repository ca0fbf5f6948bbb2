/* Reports put together for one document. */
#include "scanning_internal.h"

#include <string.h>

static void
scanned_clear(gpointer data)
{
    PgaScanned *scanned = data;

    g_free(scanned->place);
    g_clear_pointer(&scanned->groups, pga_groups_free);
}

static PgaScan *
scan_new(char *name, guint n)
{
    PgaScan *scan = g_new0(PgaScan, 1);

    scan->name = name;
    scan->scanned = g_array_sized_new(FALSE, FALSE, sizeof(PgaScanned), n);
    g_array_set_clear_func(scan->scanned, scanned_clear);
    scan->findings = g_ptr_array_new();
    scan->of = g_hash_table_new(NULL, NULL);
    scan->failures = g_ptr_array_new_with_free_func(g_free);
    return scan;
}

void
pga_scan_free(PgaScan *scan)
{
    g_free(scan->name);
    g_array_unref(scan->scanned);
    g_ptr_array_unref(scan->findings);
    g_hash_table_unref(scan->of);
    g_ptr_array_unref(scan->failures);
    g_free(scan);
}

/* Takes @place. There has to be room: findings point to what is in the vector. */
static void
add_report(PgaScan *scan, const PgaReport *report, char *place)
{
    const GPtrArray *lists[] = {report->findings, report->accepted, report->ignored,
                                report->baseline};
    PgaScanned scanned = {.report = report, .groups = pga_groups_new(report->findings)};

    scanned.place = place;
    g_array_append_val(scan->scanned, scanned);
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint j = 0; j < lists[i]->len; j++)
            g_hash_table_insert(scan->of, g_ptr_array_index(lists[i], j),
                                &g_array_index(scan->scanned, PgaScanned, scan->scanned->len - 1));
}

PgaScan *
pga_scan_of_report(const PgaReport *report)
{
    const char *name = report->environment->source_name;
    PgaScan *scan = scan_new(g_strdup(name && *name ? name : "postgresql"), 1);

    add_report(scan, report, NULL);
    g_ptr_array_extend(scan->findings, report->findings, NULL, NULL);
    return scan;
}

char *
pga_scanning_place(const PgaCheckedDatabase *checked)
{
    return checked->database ? g_strdup_printf("%s/%s", checked->cluster, checked->database)
                             : g_strdup(checked->cluster);
}

char *
pga_scanning_failure(const PgaCheckedDatabase *checked)
{
    g_autofree char *place = pga_scanning_place(checked);

    return g_strconcat(place, ": not checked: ", checked->message, checked->hint ? ". " : NULL,
                       checked->hint, NULL);
}

/* (transfer full): "main, reporting". */
static char *
names_of_clusters(const PgaCheckedMany *many)
{
    GString *names = g_string_new(NULL);
    const char *last = "";

    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);

        if (!g_str_equal(last, checked->cluster))
            g_string_append_printf(names, "%s%s", *last ? ", " : "", checked->cluster);
        last = checked->cluster;
    }
    return g_string_free(names, FALSE);
}

PgaScan *
pga_scan_of_many(const PgaCheckedMany *many)
{
    PgaScan *scan = scan_new(names_of_clusters(many), many->databases->len);

    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);

        if (checked->report)
            add_report(scan, checked->report, pga_scanning_place(checked));
        else
            g_ptr_array_add(scan->failures, pga_scanning_failure(checked));
    }
    g_ptr_array_extend(scan->findings, many->ranked, NULL, NULL);
    return scan;
}

const PgaScanned *
pga_scan_of(const PgaScan *scan, const PgaFinding *finding)
{
    return g_hash_table_lookup(scan->of, finding);
}
