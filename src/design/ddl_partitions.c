/* partitions.sql: static partitions of LIST and HASH; for RANGE a procedure that makes partitions
 * ahead, idempotent. partitions_cron.sql: what cron runs; with a retention, partitions go there. */
#include "ddl_internal.h"

#include <base/text.h>
#include <string.h>

#include "ddl_partitions_internal.h"
#include "partitions_internal.h"

/* A beginning of names, and the longest that is put behind it: "_2025_01_01_00". */
enum { MAX_PREFIX = 63 - 14 };
/* Intervals of a history that nothing says the length of, at most. */
enum { MAX_HISTORY_DAYS = 3653 };

static const struct {
    const char *interval, *unit, *suffix; /* suffix: what to_char() makes of the beginning */
} steps[] = {
    {"1 hour", "hour", "_YYYY_MM_DD_HH24"},  {"1 day", "day", "_YYYY_MM_DD"},
    {"1 week", "week", "_YYYY_MM_DD"},       {"1 month", "month", "_YYYY_MM"},
    {"3 months", "quarter", "_YYYY_\"q\"Q"}, {"1 year", "year", "_YYYY"},
};

static guint
step_of(const PgaDesignPartitioning *partitioning)
{
    guint i = 0;

    while (i + 1 < G_N_ELEMENTS(steps) && g_strcmp0(steps[i].interval, partitioning->interval) != 0)
        i++;
    return i;
}

const char *
pga_partition_step_unit(const PgaDesignPartitioning *partitioning)
{
    return steps[step_of(partitioning)].unit;
}

const char *
pga_partition_suffix(const PgaDesignPartitioning *partitioning)
{
    return steps[step_of(partitioning)].suffix;
}

/* (nullable): the column of its RANGE. */
static const char *
range_column(const PgaDesignPartitioning *partitioning)
{
    if (partitioning->method == PGA_PARTITION_RANGE)
        return partitioning->column;
    return partitioning->sub_column;
}

const char *
pga_partition_kind(const PgaDesignPartitioning *partitioning)
{
    const PgaDesignColumn *column =
        pga_design_table_column(partitioning->table, range_column(partitioning));

    if (!column || strcmp(column->type, "uuid") == 0)
        return "uuid";
    if (strcmp(column->type, "date") == 0)
        return "date";
    return strcmp(column->type, "timestamptz") == 0 || strstr(column->type, "with time zone")
               ? "timestamptz"
               : "timestamp";
}

char *
pga_partition_prefix(const char *name)
{
    gsize keep = MIN(strlen(name), (gsize)MAX_PREFIX);

    while (keep > 0 && keep < strlen(name) && ((guchar)name[keep] & 0xC0) == 0x80)
        keep--;
    return g_strndup(name, keep);
}

/* (transfer full): what names may hold of a LIST's value. */
static char *
value_word(const PgaDesignPartitioning *partitioning, guint number)
{
    const PgaSpecShare *value = g_ptr_array_index(partitioning->values, number);
    GString *word = g_string_new(NULL);

    for (const char *c = value->value; *c; c++)
        if (g_ascii_isalnum(*c) || *c == '_')
            g_string_append_c(word, g_ascii_tolower(*c));
    return g_string_free(word, FALSE);
}

/* Whether another value may be called so: one before it, or one by its number. */
static gboolean
is_taken(const PgaDesignPartitioning *partitioning, guint number, const char *word)
{
    if (*word == 'v' && g_ascii_isdigit(word[1]))
        return TRUE;
    for (guint i = 0; i < number; i++) {
        g_autofree char *other = value_word(partitioning, i);

        if (g_str_equal(other, word))
            return TRUE;
    }
    return FALSE;
}

char *
pga_partition_value_name(const PgaDesignPartitioning *partitioning, guint number)
{
    g_autofree char *prefix = pga_partition_prefix(partitioning->table->name);
    g_autofree char *word = value_word(partitioning, number);

    if (!*word || strlen(prefix) + 1 + strlen(word) > MAX_PREFIX ||
        is_taken(partitioning, number, word)) {
        g_free(word);
        word = g_strdup_printf("v%u", number + 1);
    }
    if (strlen(prefix) + 1 + strlen(word) > MAX_PREFIX)
        prefix[MAX_PREFIX - 1 - strlen(word)] = '\0';
    return g_strdup_printf("%s_%s", prefix, word);
}

static void
append_options(GString *sql, const PgaDesignTable *table)
{
    if (table->storage_options)
        g_string_append_printf(sql, " WITH (%s)", table->storage_options);
    g_string_append(sql, ";\n");
}

static void
append_list(GString *sql, const PgaDesignPartitioning *partitioning, const char *parent)
{
    g_autofree char *prefix = pga_partition_prefix(partitioning->table->name);
    g_autofree char *rest_name = g_strdup_printf("%s_default", prefix);
    g_autofree char *rest = pga_ddl_relation(rest_name);

    for (guint i = 0; i < partitioning->values->len; i++) {
        const PgaSpecShare *value = g_ptr_array_index(partitioning->values, i);
        g_autofree char *name = pga_partition_value_name(partitioning, i);
        g_autofree char *relation = pga_ddl_relation(name);
        g_autofree char *literal = pga_quote_literal(value->value);

        g_string_append_printf(sql,
                               "CREATE TABLE IF NOT EXISTS %s PARTITION OF %s FOR VALUES IN (%s)",
                               relation, parent, literal);
        if (partitioning->sub_column) {
            g_autofree char *column = pga_quote_identifier(partitioning->sub_column);

            g_string_append_printf(sql, " PARTITION BY RANGE (%s);\n", column);
        } else {
            append_options(sql, partitioning->table);
        }
    }
    g_string_append_printf(sql, "CREATE TABLE IF NOT EXISTS %s PARTITION OF %s DEFAULT", rest,
                           parent);
    append_options(sql, partitioning->table);
}

static void
append_hash(GString *sql, const PgaDesignPartitioning *partitioning, const char *parent)
{
    g_autofree char *prefix = pga_partition_prefix(partitioning->table->name);

    for (guint i = 0; i < partitioning->modulus; i++) {
        g_autofree char *name = g_strdup_printf("%s_p%02u", prefix, i);
        g_autofree char *relation = pga_ddl_relation(name);

        g_string_append_printf(sql,
                               "CREATE TABLE IF NOT EXISTS %s PARTITION OF %s FOR VALUES WITH "
                               "(MODULUS %u, REMAINDER %u)",
                               relation, parent, partitioning->modulus, i);
        append_options(sql, partitioning->table);
    }
}

/* Days of history that partitions are made for. */
static guint
history_days(const PgaDesignPartitioning *partitioning)
{
    const double days = pga_partition_interval_days(partitioning->interval);
    const guint copies = MAX(1, partitioning->values->len);
    const guint of_each = partitioning->n_partitions / copies;
    const double kept = (of_each - 1.0 - partitioning->premake) * days;

    return (guint)CLAMP(kept, 0, MAX_HISTORY_DAYS);
}

/* One row of partition_plan(): @name is the relation that is partitioned by RANGE. */
static void
append_plan(GString *rows, const PgaDesignPartitioning *partitioning, const char *name, guint place)
{
    const guint step = step_of(partitioning);
    g_autofree char *relation = pga_ddl_relation(name);
    g_autofree char *parent = pga_quote_literal(relation);
    g_autofree char *prefix = pga_partition_prefix(name);
    g_autofree char *quoted = pga_quote_literal(prefix);
    g_autofree char *options = partitioning->table->storage_options
                                   ? pga_quote_literal(partitioning->table->storage_options)
                                   : g_strdup("NULL");
    g_autofree char *keep_days = partitioning->retention_days > 0
                                     ? pga_partition_days_text(partitioning->retention_days)
                                     : NULL;
    g_autofree char *history =
        keep_days ? g_strdup(keep_days) : g_strdup_printf("%u days", history_days(partitioning));
    g_autofree char *keep =
        keep_days ? g_strdup_printf("interval '%s'", keep_days) : g_strdup("NULL::interval");

    g_string_append_printf(
        rows,
        "%s           (%u, %s, %s, '%s', '%s', interval '%s', '%s', %u, "
        "interval '%s', %s, %s, %s::text)",
        rows->len ? ",\n" : "", place, parent, quoted, pga_partition_kind(partitioning),
        steps[step].unit, steps[step].interval, steps[step].suffix, partitioning->premake, history,
        keep, keep_days && !partitioning->retention_is_assumed ? "true" : "false", options);
}

static void
append_plans(GString *rows, const PgaDesignPartitioning *partitioning, guint place)
{
    if (partitioning->method == PGA_PARTITION_RANGE)
        append_plan(rows, partitioning, partitioning->table->name, place);
    for (guint i = 0; partitioning->sub_column && i < partitioning->values->len; i++) {
        g_autofree char *name = pga_partition_value_name(partitioning, i);

        append_plan(rows, partitioning, name, place);
    }
}

/* (transfer full): rows of partition_plan(); what refers comes before what it refers to. */
static char *
plans_of(const PgaArchitecture *architecture)
{
    GString *rows = g_string_new(NULL);

    for (guint i = architecture->tables->len; i > 0; i--) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i - 1);

        if (table->partitioning && table->partitioning->recommended &&
            range_column(table->partitioning))
            append_plans(rows, table->partitioning, architecture->tables->len - i + 1);
    }
    return g_string_free(rows, FALSE);
}

/* (transfer full): "$plan$", or longer where @text has that. */
static char *
dollar_tag(const char *text)
{
    GString *tag = g_string_new("$plan$");

    while (strstr(text, tag->str))
        g_string_insert(tag, (gssize)tag->len - 1, "_");
    return g_string_free(tag, FALSE);
}

void
pga_partition_append_rows(GString *sql, const char *function, const char *columns, const char *rows)
{
    g_autofree char *tag = dollar_tag(rows);

    g_string_append_printf(sql,
                           "CREATE OR REPLACE FUNCTION %s()\nRETURNS TABLE (%s)\n"
                           "LANGUAGE sql IMMUTABLE AS %s\n    VALUES\n%s;\n%s;\n\n",
                           function, columns, tag, rows, tag);
}

static void
append_functions(GString *sql, const PgaArchitecture *architecture, const char *plans)
{
    g_autofree char *dependents = pga_partition_dependents(architecture);

    g_string_append(
        sql, "\n/* What is partitioned by time, and how: the one place to change it. place: what "
             "refers\n * comes before what it refers to; history: how far back partitions "
             "are made; keep: NULL: for\n * ever; drops: whether partitions_cron.sql drops "
             "what is older than that. */\n");
    pga_partition_append_rows(sql, "partition_plan",
                              "place integer, parent text, prefix text, kind text, unit text, "
                              "step interval,\n               suffix text, premake integer, "
                              "history interval, keep interval, drops boolean, options text",
                              plans);
    g_string_append(sql, "/* What becomes of rows that refer to rows of an expired partition; %L "
                         "is its end. */\n");
    pga_partition_append_rows(sql, "partition_dependents",
                              "parent text, step integer, command text", dependents);
    g_string_append(sql, pga_partition_functions_sql);
    g_string_append(sql, "\nCALL partition_make();\n");
}

void
pga_partition_append_static(GString *sql, const PgaDesignPartitioning *partitioning,
                            const char *parent)
{
    if (partitioning->method == PGA_PARTITION_LIST)
        append_list(sql, partitioning, parent);
    else if (partitioning->method == PGA_PARTITION_HASH)
        append_hash(sql, partitioning, parent);
}

static void
append_static(GString *sql, const PgaDesignPartitioning *partitioning)
{
    g_autofree char *parent = pga_ddl_relation(partitioning->table->name);
    g_autofree char *title =
        g_strdup_printf("%s: partitioned by %s (%s), %s", partitioning->table->name,
                        pga_partition_method_name(partitioning->method), partitioning->column,
                        partitioning->verdict);

    g_string_append_c(sql, '\n');
    pga_ddl_remark(sql, title);
    if (partitioning->key_change)
        pga_ddl_remark(sql, partitioning->key_change);
    if (partitioning->default_policy) {
        g_autofree char *policy =
            g_strdup_printf("DEFAULT partition: %s", partitioning->default_policy);

        pga_ddl_remark(sql, policy);
    }
    pga_partition_append_static(sql, partitioning, parent);
}

char *
pga_design_partitions_sql(const PgaArchitecture *architecture)
{
    g_autofree char *plans = plans_of(architecture);
    GString *sql = NULL;

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        if (!table->partitioning || !table->partitioning->recommended)
            continue;
        if (!sql) {
            sql = g_string_new(NULL);
            pga_ddl_begin(sql, architecture, "partitions.sql", "partitions",
                          "One transaction; may be run again: it adds what is missing.");
            g_string_append(sql, "\nBEGIN;\n");
        }
        append_static(sql, table->partitioning);
    }
    if (sql && *plans && architecture->pg_partman)
        pga_partition_append_partman(sql, architecture);
    else if (sql && *plans)
        append_functions(sql, architecture, plans);
    if (sql)
        g_string_append(sql, "\nCOMMIT;\n");
    return sql ? g_string_free(sql, FALSE) : NULL;
}

char *
pga_design_partitions_as_of(const char *sql, const char *reference)
{
    g_autofree char *now = pga_design_partitions_call(NULL);
    g_autofree char *call = pga_design_partitions_call(reference);
    g_auto(GStrv) parts = g_strsplit(sql, now, -1);

    return g_strjoinv(call, parts);
}

char *
pga_design_partitions_call(const char *reference)
{
    g_autofree char *literal = reference ? pga_quote_literal(reference) : NULL;

    return g_strdup_printf("CALL partition_make(%s);", literal ? literal : "");
}
