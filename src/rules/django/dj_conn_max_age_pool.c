/* dj-conn-max-age-pool: connections kept twice, or cursors over a pooler. */
#include <string.h>

#include "../django_field_internal.h"
#include "../django_setting_internal.h"

/* 6432 is what PgBouncer listens on unless told otherwise. */
static gboolean
is_pooler(const PgaPyValue *entry)
{
    const PgaPyValue *port = pga_django_entry(entry, "PORT");
    const char *host = pga_database_text(entry, "HOST");

    return (port && port->text && g_str_equal(port->text, "6432")) ||
           (host && (strstr(host, "pgbouncer") || strstr(host, "pooler")));
}

static gboolean
keeps_connections(const PgaDjangoDatabase *database)
{
    return database->conn_max_age && !g_str_equal(database->conn_max_age, "0");
}

static void
judge_database(PgaDjangoRun *run, const PgaDjangoDatabase *database, const PgaPyValue *entry)
{
    PgaFinding *finding;

    if (database->pool == PGA_DJANGO_TRUE && keeps_connections(database)) {
        finding = pga_django_add_at_database(
            run, database, entry,
            "OPTIONS[\"pool\"] with CONN_MAX_AGE = %s: Django raises ImproperlyConfigured at the "
            "first connection",
            database->conn_max_age);
        pga_django_fix_code(finding, g_strdup("\"CONN_MAX_AGE\": 0,"));
        pga_django_set_severity(run, finding, PGA_SEVERITY_ERROR);
        return;
    }
    if (!is_pooler(entry) || database->disable_server_side_cursors == PGA_DJANGO_TRUE ||
        database->disable_server_side_cursors == PGA_DJANGO_COMPUTED)
        return;
    finding = pga_django_add_at_database(
        run, database, entry,
        "a pooler by its host or port, and server-side cursors are on: with transaction pooling "
        "iterator() fails with \"cursor does not exist\"");
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_django_fix_code(finding, g_strdup("\"DISABLE_SERVER_SIDE_CURSORS\": True,"));
}

/* What manage.py names, else what stands over it: a pooler is often named for production only. */
static void
judge(PgaDjangoRun *run, const PgaDjangoSettings *settings)
{
    const GPtrArray *all = run->project->settings;
    const guint before = run->findings->len;

    pga_each_database(run, settings, judge_database);
    for (guint i = 0; run->findings->len == before && i < all->len; i++)
        if (g_ptr_array_index(all, i) != settings)
            pga_each_database(run, g_ptr_array_index(all, i), judge_database);
}

const PgaRule pga_rule_dj_conn_max_age_pool = {
    .id = "dj-conn-max-age-pool",
    .title = "Connections kept against the pool",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "A cursor of the server lives in one connection; with transaction pooling the next "
           "fetch may run in another. Django's own pool refuses connections that are kept besides.",
    .when_not = "The pooler is in session mode.",
    .condition = "OPTIONS[\"pool\"] together with CONN_MAX_AGE (an error), or a host or port of "
                 "PgBouncer without DISABLE_SERVER_SIDE_CURSORS.",
    .example = "# shop/settings.py\nINSTALLED_APPS = [\"shop\"]\nDATABASES = {\n"
               "    \"default\": {\n"
               "        \"ENGINE\": \"django.db.backends.postgresql\",\n"
               "        \"CONN_MAX_AGE\": 60,\n        \"OPTIONS\": {\"pool\": True},\n    }\n}",
    .fix = "Proposes CONN_MAX_AGE 0 with a pool, DISABLE_SERVER_SIDE_CURSORS with PgBouncer.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/databases/"
            "#transaction-pooling-and-server-side-cursors",
    .docs_title = "Transaction pooling and server-side cursors",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.settings = judge},
};
