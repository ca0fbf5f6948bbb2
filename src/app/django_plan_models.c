/* The tables that the project's queries name, as its models make them: what is loaded into the lab.
 * Foreign keys are left out there, which takes a third of the time: what refers to what is told by
 * the statistics. */
#include <string.h>

#include <django/migration.h>
#include <django/model.h>

#include "django_plan_internal.h"

/* (transfer full): what stands between the first two quotes from @at on; *end: behind them. */
static char *
quoted_at(const char *at, const char **end)
{
    const char *open = at ? strchr(at, '"') : NULL;
    const char *close = open ? strchr(open + 1, '"') : NULL;

    if (end)
        *end = close ? close + 1 : NULL;
    return close ? g_strndup(open + 1, (gsize)(close - open) - 1) : NULL;
}

/* Names in quotes, all of @sql's. */
static void
take_names(GHashTable *names, const char *sql)
{
    const char *at = sql;

    while (at) {
        char *name = quoted_at(at, &at);

        if (name)
            g_hash_table_add(names, name);
    }
}

/* (transfer full): set of char *: what the queries and the findings' statements name. */
static GHashTable *
named_tables(const PgaDjangoWork *work)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < work->queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(work->queries, i);

        if (query->sql)
            take_names(names, query->sql);
    }
    for (guint i = 0; i < work->report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(work->report->findings, i);

        for (guint j = 0; finding->proof.plans && j < finding->proof.plans->len; j++)
            take_names(
                names,
                ((const PgaPlanChange *)g_ptr_array_index(finding->proof.plans, j))->statement);
    }
    return names;
}

/* 'ALTER TABLE "line" ADD CONSTRAINT "c" FOREIGN KEY ("order_id") REFERENCES "order" ("id") …' */
static gboolean
take_reference(GHashTable *references, const char *sql)
{
    const char *key = strstr(sql, " FOREIGN KEY (");
    const char *to = key ? strstr(key, " REFERENCES ") : NULL;
    g_autofree char *table = to ? quoted_at(sql, NULL) : NULL;
    g_autofree char *column = to ? quoted_at(key, NULL) : NULL;
    char *parent = to ? quoted_at(to, NULL) : NULL;

    if (!g_str_has_prefix(sql, "ALTER TABLE ") || !table || !column || !parent) {
        g_free(parent);
        return FALSE;
    }
    g_hash_table_replace(references, g_strconcat(table, ".", column, NULL), parent);
    return TRUE;
}

/* (transfer full) (nullable): the table that the statement makes or changes. */
static char *
table_of(const char *sql)
{
    const char *on;

    if (g_str_has_prefix(sql, "CREATE TABLE ") || g_str_has_prefix(sql, "ALTER TABLE "))
        return quoted_at(sql, NULL);
    on = g_str_has_prefix(sql, "CREATE ") && strstr(sql, " INDEX ") ? strstr(sql, " ON ") : NULL;
    return on ? quoted_at(on, NULL) : NULL;
}

char *
pga_django_tables_sql(const PgaDjangoWork *work, GHashTable *references)
{
    g_autoptr(GPtrArray) statements = pga_django_project_statements(work->project);
    g_autoptr(GHashTable) named = named_tables(work);
    g_autoptr(GString) script = g_string_new(NULL);

    for (guint i = 0; i < statements->len; i++) {
        const char *sql = ((const PgaDjangoStatement *)g_ptr_array_index(statements, i))->sql;
        g_autofree char *table = sql ? table_of(sql) : NULL;

        if (sql && !take_reference(references, sql) &&
            (!table || g_hash_table_contains(named, table)))
            g_string_append_printf(script, "%s;\n", sql);
    }
    return g_string_free(g_steal_pointer(&script), FALSE);
}
