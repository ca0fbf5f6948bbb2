/* What the order of columns is said to save is what a server saves. */
#include <cluster.h>
#include <string.h>

#include "designed.h"

static const char *const models[] = {
    "id: {identity: true}, a: flag, at: timestamp, n: \"integer(0,9)\", d: date, x: \"double "
    "precision\", t: {type: text-long, average_length: 20}",
    "id: {identity: true}, t: {type: text-long, average_length: 20}, at: timestamp, a: flag, b: "
    "timestamp",
    "id: uuid, ok: flag, n: \"integer(0,90000)\", t: {type: text-long, average_length: 30}, small: "
    "\"integer(0,5)\", big: \"integer(0,90000000000)\"",
    "id: {identity: true}, name: {type: text-long, average_length: 12}, day: date, u: {type: "
    "text-long, average_length: 40}, m: date, at: timestamp",
    "id: {identity: true}, at: timestamp, a: {type: text-long, average_length: 400}, ok: flag, b: "
    "date",
};

/** What rows are filled with, by type. */
static const struct {
    const char *type, *value;
} values[] = {
    {"smallint", "(i % 9)::smallint"},
    {"integer", "i"},
    {"bigint", "i::bigint"},
    {"boolean", "true"},
    {"date", "date '2025-01-01' + i % 99"},
    {"timestamptz", "timestamptz '2025-01-01'"},
    {"double precision", "i::float8"},
    {"uuid", "md5(i::text)::uuid"},
};

static char *
value_of(const PgaDesignColumn *column)
{
    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        if (g_str_equal(values[i].type, column->type))
            return g_strdup(values[i].value);
    g_assert_cmpstr(column->type, ==, "text");
    /* As many lengths on either side of the average. */
    return g_strdup_printf("repeat('x', %.0f - 8 + hashint4(i + %u) %% 9 + 4)",
                           column->attribute->average_length + 4, (guint)column->name[0]);
}

static void
append(GString *names, GString *selected, const PgaDesignColumn *column)
{
    g_autofree char *value = value_of(column);

    g_string_append_printf(names, "%s\"%s\"", names->len ? ", " : "", column->name);
    g_string_append_printf(selected, "%s%s AS \"%s\"", selected->len ? ", " : "", value,
                           column->name);
}

static double
bytes_a_row(const char *dsn, const char *selected)
{
    g_autofree char *sql =
        g_strdup_printf("DROP TABLE IF EXISTS t; CREATE TABLE t AS SELECT %s FROM "
                        "generate_series(1, 20000) i",
                        selected);
    g_autofree char *value = NULL;

    pga_test_sql(dsn, sql);
    value = pga_test_value(dsn, "SELECT avg((pg_column_size(t.*) + 7) / 8 * 8) FROM t");
    return g_ascii_strtod(value, NULL);
}

static void
test_saved(gconstpointer data)
{
    g_autofree char *text =
        g_strdup_printf("entities: {things: {rows: 1000, attributes: {%s}}}", (const char *)data);
    g_autoptr(PgaArchitecture) architecture = designed(text, 17);
    const PgaDesignTable *table = pga_architecture_table(architecture, "things");
    g_autoptr(GString) names = g_string_new(NULL), stated = g_string_new(NULL),
                       designed_ = g_string_new(NULL);
    const char *dsn = NULL;
    double saved = 0;

    if (!pga_test_have_server())
        return;
    dsn = pga_test_cluster_dsn(pga_test_cluster(0));
    for (guint i = 0; i < table->entity->attributes->len; i++) {
        const PgaSpecAttribute *each = g_ptr_array_index(table->entity->attributes, i);

        append(names, stated, pga_design_table_column(table, each->name));
    }
    for (guint i = 0; i < table->columns->len; i++)
        append(names, designed_, g_ptr_array_index(table->columns, i));
    saved = bytes_a_row(dsn, stated->str) - bytes_a_row(dsn, designed_->str);
    g_test_message("%s: predicted %.2f, measured %.2f", stated->str, table->padding_saved, saved);
    g_assert_cmpfloat(table->padding_saved, >=, 1);
    g_assert_cmpfloat_with_epsilon(table->padding_saved, saved, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(models); i++) {
        g_autofree char *path = g_strdup_printf("/design/columns-on-disk/saved-%u", i);

        g_test_add_data_func(path, models[i], test_saved);
    }
    return g_test_run();
}
