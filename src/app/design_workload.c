/* The queries as the advisor takes them, and what references make the server look for. */
#include <base/text.h>
#include <string.h>

#include "design_plan_internal.h"

#define LEAST_CALLS     1e-6
#define VARIANT_SHARE   0.1
#define SECONDS_A_YEAR  (365.25 * 86400)
#define ASSUMED_DELETES (1.0 / 3600) /* a second, where ON DELETE says that parents go */

static void
add_sample(PgaQuery *query, const char *text, double share)
{
    PgaQuerySample *sample = pga_query_sample_new(g_strdup(text), share);

    sample->is_generic = strchr(text, '$') && strstr(text, "$1");
    g_ptr_array_add(query->samples, sample);
}

static PgaQuery *
add_query(PgaQuerySet *set, const char *text, char command, double calls)
{
    PgaQuery *query = pga_query_new();

    query->fingerprint = g_strdup_printf("%016x", set->queries->len + 1);
    query->text = g_strdup(text);
    query->command = command;
    query->calls = MAX(calls, LEAST_CALLS);
    query->total_ms = -1;
    query->samples_differ = TRUE;
    g_ptr_array_add(set->queries, query);
    set->n_statements++;
    return query;
}

static void
add_pattern(PgaQuerySet *set, const PgaDesignQuery *query)
{
    const double rows = query->pattern && query->pattern->kind == PGA_PATTERN_INSERT
                            ? MAX(query->pattern->rows, 1)
                            : 1;
    PgaQuery *added = add_query(set, query->sql, query->command, query->per_second * rows);

    added->origin = g_strdup_printf("access pattern %s", query->name);
    add_sample(added, query->planned_sql, query->variant_sql ? 1 - VARIANT_SHARE : 1);
    if (query->variant_sql)
        add_sample(added, query->variant_sql, VARIANT_SHARE);
}

/* Whether the query deletes rows of @table. */
static gboolean
deletes_from(const PgaDesignQuery *query, const PgaDesignTable *table)
{
    g_autofree char *quoted = pga_quote_identifier(table->name);
    g_autofree char *text = NULL, *wanted = NULL;
    const char *at;

    if (query->command != 'd' || !query->sql)
        return FALSE;
    text = g_ascii_strdown(query->sql, -1);
    wanted = g_ascii_strdown(quoted, -1);
    at = strstr(text, "delete from ");
    at = at ? at + strlen("delete from ") : NULL;
    if (at && g_str_has_prefix(at, "public."))
        at += strlen("public.");
    return at && g_str_has_prefix(at, wanted) && !g_ascii_isalnum(at[strlen(wanted)]) &&
           at[strlen(wanted)] != '_';
}

/* Rows of @table that go, a second; partitions that are dropped are looked through once. */
static double
deletes_of(const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    double rate = 0;

    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);

        if (deletes_from(query, table))
            rate += query->per_second;
    }
    if (table->retention_days > 0 && !table->partitioning && table->rows_per_year > 0)
        rate += table->rows_per_year / SECONDS_A_YEAR;
    return rate;
}

static double
checks_of(const PgaArchitecture *architecture, const PgaDesignReference *reference)
{
    const PgaDesignTable *parent = pga_architecture_table(architecture, reference->table);
    const double rate = parent ? deletes_of(architecture, parent) : 0;

    if (rate > 0 ||
        (reference->on_delete != PGA_DELETE_CASCADE && reference->on_delete != PGA_DELETE_SET_NULL))
        return rate;
    return ASSUMED_DELETES;
}

/* As ri_triggers.c asks; @values: (nullable): of the referencing columns; NULL: $n. */
static char *
check_text(const PgaDesignTable *table, const PgaDesignReference *reference, guint nth,
           gboolean with_values)
{
    g_autofree char *relation = pga_quote_qualified("public", table->name);
    GString *sql = g_string_new(NULL);

    g_string_append_printf(sql, "SELECT 1 FROM %s x WHERE ", relation);
    for (guint i = 0; i < reference->columns->len; i++) {
        const char *name = g_ptr_array_index(reference->columns, i);
        const PgaDesignColumn *column = pga_design_table_column(table, name);
        g_autofree char *quoted = pga_quote_identifier(name);
        g_autofree char *value = column ? pga_value_equal(table, column, nth) : NULL;
        g_autofree char *literal = value ? pga_quote_literal(value) : NULL;

        g_string_append_printf(sql, "%sx.%s = ", i > 0 ? " AND " : "", quoted);
        if (with_values && literal)
            g_string_append(sql, literal);
        else
            g_string_append_printf(sql, "$%u", i + 1);
    }
    return g_string_free(g_string_append(sql, " FOR KEY SHARE OF x"), FALSE);
}

static void
add_check(const PgaArchitecture *architecture, PgaQuerySet *set, const PgaDesignTable *table,
          const PgaDesignReference *reference)
{
    const double rate = checks_of(architecture, reference);
    g_autofree char *text = NULL, *planned = NULL, *variant = NULL;
    PgaQuery *added;

    if (reference->is_dropped || rate <= 0 || reference->columns->len == 0)
        return;
    text = check_text(table, reference, 0, FALSE);
    planned = check_text(table, reference, 0, TRUE);
    variant = check_text(table, reference, 1, TRUE);
    added = add_query(set, text, 's', rate);
    added->origin =
        g_strdup_printf("foreign key %s: rows of %s that go",
                        reference->name ? reference->name : table->name, reference->table);
    added->samples_differ = !g_str_equal(planned, variant);
    add_sample(added, planned, 1 - VARIANT_SHARE);
    add_sample(added, variant, VARIANT_SHARE);
}

PgaQuerySet *
pga_design_workload(const PgaArchitecture *architecture)
{
    PgaQuerySet *set = pga_query_set_new();

    for (guint i = 0; i < architecture->queries->len; i++) {
        PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);

        if (!query->planned_sql || query->failure)
            continue;
        query->number = set->queries->len;
        add_pattern(set, query);
    }
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < table->references->len; j++)
            add_check(architecture, set, table, g_ptr_array_index(table->references, j));
    }
    return set;
}

/* Whether the first of @columns is one of the reference: a descent finds the few rows. */
static gboolean
leads(const PgaDesignReference *reference, const GPtrArray *columns)
{
    return columns->len > 0 &&
           g_ptr_array_find_with_equal_func(reference->columns, g_ptr_array_index(columns, 0),
                                            g_str_equal, NULL);
}

static gboolean
has_key(const PgaDesignTable *table, const PgaDesignReference *reference)
{
    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);

        if (!key->where && leads(reference, key->columns))
            return TRUE;
    }
    return FALSE;
}

/* (transfer full): columns as the table has them: without quotes, operator classes, directions. */
static GPtrArray *
bare_columns(const PgaIndexAdvice *advice)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < advice->columns->len; i++) {
        const char *written = g_ptr_array_index(advice->columns, i);
        const char *end = *written == '"' ? strchr(written + 1, '"') : strchr(written, ' ');

        g_ptr_array_add(names,
                        *written == '"' && end
                            ? g_strndup(written + 1, (gsize)(end - written) - 1)
                            : g_strndup(written, end ? (gsize)(end - written) : strlen(written)));
    }
    return names;
}

static gboolean
is_of(const PgaIndexAdvice *advice, const PgaDesignTable *table)
{
    g_autofree char *name = pga_quote_qualified("public", table->name);

    return g_strcmp0(advice->table, name) == 0;
}

static gboolean
has_advice(const PgaIndexReport *report, const PgaDesignTable *table,
           const PgaDesignReference *reference)
{
    for (guint i = 0; i < report->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, i);
        g_autoptr(GPtrArray) columns = bare_columns(advice);

        if (!advice->predicate && is_of(advice, table) && leads(reference, columns))
            return TRUE;
    }
    return FALSE;
}

void
pga_design_note_references(PgaArchitecture *architecture)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < table->references->len; j++) {
            const PgaDesignReference *reference = g_ptr_array_index(table->references, j);

            if (reference->is_dropped || has_key(table, reference) ||
                has_advice(architecture->index, table, reference))
                continue;
            g_string_append_printf(names, "%s%s.%s", names->len > 0 ? ", " : "", table->name,
                                   (const char *)g_ptr_array_index(reference->columns, 0));
        }
    }
    if (names->len > 0)
        g_ptr_array_add(
            architecture->notes,
            g_strdup_printf("Foreign keys without an index of their own: %s. No pattern and no "
                            "retention deletes what they reference, or too rarely to pay for the "
                            "index; where that changes, or two tables are joined that way, add "
                            "one.",
                            names->str));
}

/* Whether the query has to write to the index. */
static gboolean
writes_to(const PgaDesignQuery *query, const PgaIndexAdvice *advice)
{
    const GPtrArray *set = query->pattern->set;
    g_autoptr(GPtrArray) columns = bare_columns(advice);

    if (query->command == 'i')
        return TRUE;
    for (guint i = 0; i < set->len; i++) {
        const char *name = g_ptr_array_index(set, i);

        if (g_ptr_array_find_with_equal_func(columns, name, g_str_equal, NULL) ||
            (advice->predicate && strstr(advice->predicate, name)))
            return TRUE;
    }
    return FALSE;
}

static guint
count_written(const PgaArchitecture *architecture, const PgaDesignQuery *query)
{
    const GPtrArray *advice = architecture->index->advice;
    const PgaDesignTable *table = NULL;
    guint n = 0;

    if (query->pattern && query->pattern->entity &&
        (query->command == 'i' || query->command == 'u') && !query->failure)
        table = pga_architecture_table(architecture, query->pattern->entity);
    for (guint i = 0; table && i < advice->len; i++)
        n += is_of(g_ptr_array_index(advice, i), table) &&
             writes_to(query, g_ptr_array_index(advice, i));
    return n;
}

void
pga_design_note_writes(PgaArchitecture *architecture)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);
        const guint n = count_written(architecture, query);

        if (n > 0)
            g_string_append_printf(text, "%s%s %u", text->len > 0 ? ", " : "", query->name, n);
    }
    if (text->len > 0)
        g_ptr_array_add(
            architecture->notes,
            g_strdup_printf(
                "Writes pay for the recommended indexes: entries in so many of them for "
                "each row: %s; about 0.01 ms of CPU each, measured on PostgreSQL 17, "
                "and an update of an indexed column is not HOT.",
                text->str));
}
