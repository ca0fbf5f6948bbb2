/* The state of this machine: what the lab can use, what earlier runs left over; and the grants to
 * ask a DBA for. */
#include "app/doctor.h"

#include <jansson.h>

#include <base/error.h>
#include <base/text.h>
#include <collect/clone_source.h>
#include <lab/lab.h>
#include <lab/module.h>

enum { OLDEST_WITH_MODULE = 14 };

static void
item_free(gpointer data)
{
    PgaDoctorItem *item = data;

    g_free(item->found);
    g_free(item->advice);
    g_free(item);
}

static void
add_item(PgaDoctor *doctor, const char *topic, gboolean ok, char *found, char *advice)
{
    PgaDoctorItem *item = g_new0(PgaDoctorItem, 1);

    item->topic = topic;
    item->ok = ok;
    item->found = found;
    item->advice = advice;
    g_ptr_array_add(doctor->items, item);
}

/* A lab is started for good: programs that are there may still not run. */
static void
examine_lab(PgaDoctor *doctor, const char *bindir)
{
    const PgaLabOptions options = {.bindir = bindir};
    const gint64 begun = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLab) lab = pga_lab_start(&options, &error);
    g_autofree char *user = pga_lab_user();

    doctor->lab_usable = lab != NULL;
    if (lab)
        add_item(doctor, "lab", TRUE,
                 g_strdup_printf("PostgreSQL %s started in %.2f s as user \"%s\", stopped again",
                                 pga_lab_version(lab),
                                 (double)(g_get_monotonic_time() - begun) / 1e6, user),
                 NULL);
    else
        add_item(doctor, "lab", FALSE, g_strdup(error->message),
                 g_strdup(pga_error_get_hint(error) ? pga_error_get_hint(error)
                                                    : pga_error_get_detail(error)));
}

/* Debian's releases have the headers of every second major or so; of 14 and 16 only PostgreSQL's
 * own packages have them. */
static char *
module_advice(guint major)
{
    if (major == 14 || major == 16)
        return g_strdup_printf(
            "Install postgresql-server-dev-%u of PostgreSQL's own apt repository "
            "(no release of Debian has it), then run \"scripts/build\".",
            major);
    return g_strdup_printf("Run \"scripts/fetch-headers %u && scripts/build\"; or install "
                           "postgresql-server-dev-%u, then run \"scripts/build\".",
                           major, major);
}

/* Without the module plans of a clone do not see the source's sizes: nothing that ends the use of
 * pgarchitect. */
static void
examine_module(PgaDoctor *doctor, const GPtrArray *found, guint major)
{
    g_autofree char *path = pga_lab_module_find(major);
    const guint instead = pga_binaries_choose_with_module(found, major)->version_num / 10000;

    if (path)
        add_item(doctor, "what-if", TRUE,
                 g_strdup_printf("module for PostgreSQL %u: %s", major, path), NULL);
    else if (instead != major)
        add_item(
            doctor, "what-if", FALSE,
            g_strdup_printf("no module for PostgreSQL %u: clones of it run on %u", major, instead),
            module_advice(major));
    else
        add_item(doctor, "what-if", FALSE,
                 g_strdup_printf("no module for PostgreSQL %u: its clones plan without the "
                                 "source's sizes",
                                 major),
                 module_advice(major));
}

static void
examine_modules(PgaDoctor *doctor, const GPtrArray *found)
{
    guint last = 0;

    for (guint i = 0; i < found->len; i++) {
        const PgaBinaries *binaries = g_ptr_array_index(found, i);
        const guint major = binaries->version_num / 10000;

        if (major >= OLDEST_WITH_MODULE && major != last)
            examine_module(doctor, found, major);
        last = major;
    }
}

static void
examine_servers(PgaDoctor *doctor, const char *bindir)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = pga_binaries_find(bindir, &error);

    if (!found) {
        add_item(doctor, "server", FALSE, g_strdup(error->message),
                 g_strdup(pga_error_get_hint(error)));
        return;
    }
    for (guint i = 0; i < found->len; i++) {
        const PgaBinaries *binaries = g_ptr_array_index(found, i);

        add_item(doctor, "server", TRUE,
                 g_strdup_printf("PostgreSQL %s in %s (%s)", binaries->version, binaries->bindir,
                                 binaries->found_by),
                 NULL);
    }
    examine_modules(doctor, found);
    examine_lab(doctor, bindir);
}

static void
examine_leftovers(PgaDoctor *doctor, gboolean clean)
{
    g_autoptr(GPtrArray) paths = pga_lab_leftovers();
    g_autofree char *list = NULL;

    if (paths->len == 0) {
        add_item(doctor, "leftovers", TRUE, g_strdup("none"), NULL);
        return;
    }
    if (clean) {
        add_item(doctor, "leftovers", TRUE,
                 g_strdup_printf("%u removed", pga_lab_remove_leftovers()), NULL);
        return;
    }
    g_ptr_array_add(paths, NULL);
    list = g_strjoinv(", ", (char **)paths->pdata);
    add_item(
        doctor, "leftovers", FALSE, g_steal_pointer(&list),
        g_strdup("Run \"pgarchitect doctor --clean\"; the next run with a lab removes them too."));
}

/* The two set-ups differ in one grant: statistics of a column are shown only to who may read the
 * column. */
static char *
grants(const char *role, gboolean full)
{
    g_autofree char *name = pga_quote_identifier(role);
    GString *sql = g_string_new(NULL);

    g_string_append_printf(sql, "CREATE ROLE %s LOGIN;\n", name);
    g_string_append_printf(sql, "GRANT pg_monitor TO %s;\n", name);
    if (full)
        g_string_append_printf(sql, "GRANT pg_read_all_data TO %s;\n", name);
    g_string_append_printf(sql, "ALTER ROLE %s SET default_transaction_read_only = on;\n", name);
    if (!full)
        g_string_append_printf(sql,
                               "-- in each schema, for pk-int-exhaustion:\n"
                               "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO %s;\n",
                               name);
    return g_string_free(sql, FALSE);
}

PgaDoctor *
pga_app_doctor(const char *bindir, const char *role, gboolean clean)
{
    PgaDoctor *doctor = g_new0(PgaDoctor, 1);

    doctor->items = g_ptr_array_new_with_free_func(item_free);
    examine_leftovers(doctor, clean); /* first: starting a lab removes them */
    examine_servers(doctor, bindir);
    doctor->grants_full = grants(role, TRUE);
    doctor->grants_minimal = grants(role, FALSE);
    return doctor;
}

char *
pga_app_doctor_grants(const char *role)
{
    return pga_collect_grants_sql(role);
}

void
pga_doctor_free(PgaDoctor *doctor)
{
    if (!doctor)
        return;
    g_ptr_array_unref(doctor->items);
    g_free(doctor->grants_full);
    g_free(doctor->grants_minimal);
    g_free(doctor);
}

static char *
doctor_json(const PgaDoctor *doctor)
{
    json_t *items = json_array(), *document;
    g_autofree char *text = NULL;

    for (guint i = 0; i < doctor->items->len; i++) {
        const PgaDoctorItem *item = g_ptr_array_index(doctor->items, i);

        json_array_append_new(items,
                              json_pack("{s:s, s:b, s:s, s:s?}", "topic", item->topic, "ok",
                                        item->ok, "found", item->found, "advice", item->advice));
    }
    document = json_pack("{s:{s:s, s:s}, s:s, s:b, s:o, s:{s:s, s:s}}", "tool", "name",
                         "pgarchitect", "version", PGA_VERSION, "command", "doctor", "lab_usable",
                         doctor->lab_usable, "items", items, "grants", "full", doctor->grants_full,
                         "minimal", doctor->grants_minimal);
    text = json_dumps(document, JSON_INDENT(2));
    json_decref(document);
    return g_strconcat(text, "\n", NULL);
}

char *
pga_app_doctor_render(const PgaDoctor *doctor, PgaFormat format)
{
    GString *text;

    if (format == PGA_FORMAT_JSON)
        return doctor_json(doctor);
    text = g_string_new(NULL);
    for (guint i = 0; i < doctor->items->len; i++) {
        const PgaDoctorItem *item = g_ptr_array_index(doctor->items, i);
        g_autofree char *found = pga_text_printable(item->found);

        g_string_append_printf(text, "%-8s  %-10s  %s\n", item->ok ? "ok" : "missing", item->topic,
                               found);
        if (item->advice)
            g_string_append_printf(text, "%20s  %s\n", "", item->advice);
    }
    g_string_append_printf(
        text,
        "\nA role for pgarchitect on PostgreSQL 14 and later, run by a superuser:\n\n"
        "-- every rule can be evaluated\n%s\n"
        "-- without the right to read rows: rules that need column statistics are not evaluated\n"
        "%s\n"
        "-- without that right, with statistics, sizes and definitions all the same: what\n"
        "-- \"pgarchitect doctor --grants\" prints, installed once\n",
        doctor->grants_full, doctor->grants_minimal);
    return g_string_free(text, FALSE);
}
