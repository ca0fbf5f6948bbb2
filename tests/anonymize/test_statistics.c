/* Statistics in pseudonyms: what belongs together stays together, what is sorted is sorted. */
#include <base/array_text.h>
#include <string.h>

#include "maps.h"
#include "slot_internal.h"
#include "statistics_internal.h"

enum { TABLE = 100, INDEX = 101 };

static PgaAttribute *
add_column(PgaSnapshot *snapshot, const char *name, const char *type)
{
    PgaRelation *relation = pga_catalog_relation(snapshot->catalog, TABLE);
    PgaAttribute *attribute;

    if (!relation)
        relation = pga_catalog_add_relation(snapshot->catalog, TABLE, "public", "t");
    attribute = pga_relation_add_attribute(relation, (gint16)(relation->attributes->len + 1), name);
    attribute->type = g_strdup(type);
    return attribute;
}

static PgaColumnStatistics *
add_statistics(PgaSnapshot *snapshot, const PgaAttribute *attribute)
{
    PgaColumnStatistics *column = pga_planner_data_add_column(snapshot->planner, TABLE);

    column->attnum = attribute->attnum;
    column->attname = g_strdup(attribute->attname);
    return column;
}

static void
set_slot(PgaStatisticSlot *slot, gint16 kind, const char *numbers, const char *values)
{
    slot->kind = kind;
    slot->numbers = g_strdup(numbers);
    slot->values = g_strdup(values);
}

static PgaSnapshot *
snapshot_with(const char *collate)
{
    PgaSnapshot *snapshot = pga_snapshot_new();

    snapshot->objects->collate = g_strdup(collate);
    snapshot->objects->provider = 'c';
    return snapshot;
}

static void
assert_sorted(const char *text, int (*compare)(const char *a, const char *b))
{
    g_autoptr(GPtrArray) values = pga_array_text_parse(text);

    g_assert_nonnull(values);
    for (guint i = 1; i < values->len; i++)
        g_assert_cmpint(compare(g_ptr_array_index(values, i - 1), g_ptr_array_index(values, i)), <=,
                        0);
}

static int
by_bytes(const char *a, const char *b)
{
    return strcmp(a, b);
}

static int
by_length(const char *a, const char *b)
{
    return strlen(a) != strlen(b) ? (strlen(a) < strlen(b) ? -1 : 1) : strcmp(a, b);
}

/* Most common values keep their frequencies; a histogram is in order again. */
static void
test_texts(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL, mcv = NULL;
    PgaColumnStatistics *column = add_statistics(snapshot, add_column(snapshot, "c", "text"));
    g_autofree char *open = NULL;

    set_slot(&column->slots[0], 1, "{0.5,0.3}", "{open,\"paid, late\"}");
    set_slot(&column->slots[1], 2, NULL, "{aa,bb,cc,dd,ee,ff,gg,hh,ii}");
    set_slot(&column->slots[2], 3, "{0.9}", NULL);
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    open = test_value(map, "text", "open");
    mcv = pga_array_text_parse(column->slots[0].values);
    g_assert_cmpuint(left_out->len, ==, 0);
    g_assert_cmpuint(mcv->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(mcv, 0), ==, open);
    g_assert_cmpstr(column->slots[0].numbers, ==, "{0.5,0.3}");
    assert_sorted(column->slots[1].values, by_bytes);
    g_assert_cmpstr(column->slots[2].numbers, ==, "{0.9}");
}

/* The frequency of each element and what follows them. */
static void
test_elements(void)
{
    static const char *const words[] = {"blue", "green", "red", "white"};
    static const char *const freqs[] = {"0.1", "0.2", "0.3", "0.4"};
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL, values = NULL, numbers = NULL;
    PgaColumnStatistics *column = add_statistics(snapshot, add_column(snapshot, "c", "text[]"));

    set_slot(&column->slots[0], 4, "{0.1,0.2,0.3,0.4,0.01,0.9,0}", "{blue,green,red,white}");
    set_slot(&column->slots[1], 5, "{1,2,3,2.5}", NULL);
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    g_assert_nonnull(left_out);
    values = pga_array_text_parse(column->slots[0].values);
    numbers = pga_array_text_parse(column->slots[0].numbers);
    assert_sorted(column->slots[0].values, by_bytes);
    g_assert_cmpuint(numbers->len, ==, 7);
    g_assert_cmpstr(g_ptr_array_index(numbers, 5), ==, "0.9");
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *word = test_value(map, "text", words[i]);
        guint place;

        g_assert_true(g_ptr_array_find_with_equal_func(values, word, g_str_equal, &place));
        g_assert_cmpstr(g_ptr_array_index(numbers, place), ==, freqs[i]);
    }
    g_assert_cmpstr(column->slots[1].numbers, ==, "{1,2,3,2.5}");
}

static void
test_lexemes(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("en_US.UTF-8");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL;
    PgaColumnStatistics *column = add_statistics(snapshot, add_column(snapshot, "c", "tsvector"));

    set_slot(&column->slots[0], 4, "{0.1,0.2,0.3,0.4,0.1,0.4}", "{cat,dog,bird,horse}");
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    g_assert_nonnull(left_out);
    assert_sorted(column->slots[0].values, by_length);
}

/* What nobody can map is left out and told once for a type. */
static void
test_unknown(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL;
    PgaColumnStatistics *column = add_statistics(snapshot, add_column(snapshot, "c", "circle"));
    PgaColumnStatistics *other = add_statistics(snapshot, add_column(snapshot, "d", "circle"));
    PgaColumnStatistics *custom = add_statistics(snapshot, add_column(snapshot, "e", "integer"));
    const PgaLeftOut *entry;

    set_slot(&column->slots[0], 1, "{0.5}", "{\"<(1,2),3>\"}");
    set_slot(&other->slots[0], 1, "{0.5}", "{\"<(1,2),3>\"}");
    set_slot(&custom->slots[0], 102, "{0.5}", "{1}");
    set_slot(&custom->slots[1], 1, "{0.5,0.5}", "{1}");
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    g_assert_cmpint(column->slots[0].kind, ==, 0);
    g_assert_null(column->slots[0].values);
    g_assert_null(column->slots[0].numbers);
    g_assert_cmpint(custom->slots[0].kind, ==, 0);
    g_assert_cmpint(custom->slots[1].kind, ==, 1);
    g_assert_cmpuint(left_out->len, ==, 2);
    entry = g_ptr_array_index(left_out, 0);
    g_assert_cmpstr(entry->type, ==, "circle");
    g_assert_cmpuint(entry->n, ==, 2);
    g_assert_cmpstr(entry->attname, ==, "c");
}

/* Bounds of ranges, of which lower and upper ones are sorted apart, only move. */
static void
test_ranges(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL;
    PgaColumnStatistics *column = add_statistics(snapshot, add_column(snapshot, "c", "int4range"));
    g_autofree char *bounds = NULL;

    set_slot(&column->slots[0], 6, "{0}", "{1,2,3}");
    set_slot(&column->slots[1], 7, NULL, "{\"[1,5)\",\"[3,)\"}");
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    g_assert_nonnull(left_out);
    bounds = g_strdup_printf(
        "{\"[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ")\",\"[%" G_GINT64_FORMAT ",)\"}",
        1 + pga_value_map_integer_shift(map), 5 + pga_value_map_integer_shift(map),
        3 + pga_value_map_integer_shift(map));
    g_assert_cmpstr(column->slots[0].values, ==, "{1,2,3}");
    g_assert_cmpstr(column->slots[1].values, ==, bounds);
}

static PgaIndex *
add_index(PgaSnapshot *snapshot, const char *amname, const char *type)
{
    PgaIndex *index = pga_catalog_add_index(snapshot->catalog, INDEX, TABLE);
    const gint16 expression = 0;

    index->amname = g_strdup(amname);
    index->nspname = g_strdup("public");
    index->relname = g_strdup("i");
    g_array_append_val(index->indkey, expression);
    if (type) {
        index->column_types = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(index->column_types, g_strdup(type));
    }
    return index;
}

/* The type of an expression is what the server says, even where values look like another. */
static void
test_expressions(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL;
    g_autofree char *expected = NULL, *first = NULL;
    PgaColumnStatistics *column;
    PgaExtremes *extremes;

    add_column(snapshot, "c", "text");
    add_index(snapshot, "btree", "text");
    column = pga_planner_data_add_column(snapshot->planner, INDEX);
    column->attnum = 1;
    set_slot(&column->slots[0], 1, "{0.5}", "{12}");
    extremes = pga_planner_data_add_extremes(snapshot->planner, INDEX);
    extremes->minimum = g_strdup("10");
    extremes->maximum = g_strdup("99");
    pga_catalog_finish(snapshot->catalog);
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    g_assert_nonnull(left_out);
    first = test_value(map, "text", "12");
    expected = g_strdup_printf("{%s}", first);
    g_assert_cmpstr(column->slots[0].values, ==, expected);
    g_assert_cmpuint(snapshot->planner->extremes->len, ==, 1);
    g_assert_cmpint(strcmp(extremes->minimum, extremes->maximum), <=, 0);
}

static const PgaValueType *
guess(PgaValueMap *map, const char *values)
{
    PgaStatisticSlot slots[PGA_STATISTIC_SLOTS] = {{1, NULL, (char *)values}};

    return pga_slots_guess(map, slots);
}

/* Of an older file, which does not say it. */
static void
test_guesses(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = test_map(snapshot);

    g_assert_cmpint(guess(map, "{1,2.5,-3}")->kind, ==, PGA_VALUE_NUMERIC);
    g_assert_cmpint(guess(map, "{t,f}")->kind, ==, PGA_VALUE_KEPT);
    g_assert_cmpint(guess(map, "{2024-01-01,infinity}")->kind, ==, PGA_VALUE_TIMESTAMP);
    g_assert_cmpint(guess(map, "{a,1}")->kind, ==, PGA_VALUE_TEXT);
    g_assert_cmpint(guess(map, "{\"{1,2}\"}")->kind, ==, PGA_VALUE_UNKNOWN);
    g_assert_cmpint(guess(map, "broken")->kind, ==, PGA_VALUE_UNKNOWN);
    g_assert_cmpint(guess(map, NULL)->kind, ==, PGA_VALUE_UNKNOWN);
}

/* Ends of an index whose values nobody can map go. */
static void
test_extremes(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL;
    PgaExtremes *extremes;

    add_column(snapshot, "c", "text");
    add_index(snapshot, "btree", NULL);
    extremes = pga_planner_data_add_extremes(snapshot->planner, INDEX);
    extremes->minimum = g_strdup("10");
    extremes->maximum = g_strdup("99");
    pga_planner_data_add_sample(snapshot->planner, TABLE);
    pga_catalog_finish(snapshot->catalog);
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    g_assert_nonnull(left_out);
    g_assert_cmpuint(snapshot->planner->extremes->len, ==, 0);
    g_assert_cmpuint(snapshot->planner->samples->len, ==, 0);
}

static PgaExtendedStatistics *
add_extended(PgaSnapshot *snapshot)
{
    PgaExtendedStatistics *extended = pga_planner_data_add_extended(snapshot->planner, 7);
    PgaObject *object = pga_objects_add(snapshot->objects, PGA_OBJECT_ID(PGA_CLASS_STATISTICS, 7));

    object->relation = TABLE;
    g_ptr_array_add(extended->attnames, g_strdup("a"));
    g_ptr_array_add(extended->attnames, g_strdup("b"));
    extended->mcv_nulls = g_strdup("{{f,f},{f,t}}");
    extended->mcv_freqs = g_strdup("{0.5,0.1}");
    extended->mcv_base_freqs = g_strdup("{0.5,0.1}");
    return extended;
}

static void
test_groups_of_columns(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL;
    PgaExtendedStatistics *extended;
    PgaColumnStatistics *expression;
    g_autofree char *x = NULL, *seven = NULL, *expected = NULL;

    add_column(snapshot, "a", "text");
    add_column(snapshot, "b", "bigint");
    extended = add_extended(snapshot);
    expression = pga_extended_statistics_add_expression(extended);
    set_slot(&expression->slots[0], 1, "{1}", "{t}");
    extended->mcv_values = g_strdup("{{xyz,7,t},{xyz,NULL,f}}");
    pga_catalog_finish(snapshot->catalog);
    pga_objects_finish(snapshot->objects);
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    x = test_value(map, "text", "xyz");
    seven = test_value(map, "bigint", "7");
    expected = g_strdup_printf("{{%s,%s,t},{%s,NULL,f}}", x, seven, x);
    g_assert_cmpstr(extended->mcv_values, ==, expected);
    g_assert_cmpstr(extended->mcv_nulls, ==, "{{f,f},{f,t}}");
    g_assert_cmpuint(left_out->len, ==, 0);
}

static void
test_unknown_groups(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL;
    PgaExtendedStatistics *extended;

    add_column(snapshot, "a", "circle");
    extended = add_extended(snapshot);
    extended->mcv_values = g_strdup("{{xyz,7}}");
    pga_catalog_finish(snapshot->catalog);
    pga_objects_finish(snapshot->objects);
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    g_assert_null(extended->mcv_values);
    g_assert_null(extended->mcv_freqs);
    g_assert_cmpuint(left_out->len, ==, 1);
}

/* What rules see is cut from the planner's anew, or mapped itself where it is something else. */
static void
test_of_rules(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = NULL;
    g_autoptr(GPtrArray) left_out = NULL;
    PgaAttribute *follows = add_column(snapshot, "a", "text");
    PgaAttribute *own = add_column(snapshot, "b", "text");
    PgaColumnStatistics *column = add_statistics(snapshot, follows);
    g_autofree char *long_one = g_strnfill(80, 'x'), *values = NULL, *word = NULL;

    follows->typcategory = own->typcategory = 'S';
    column->null_frac = g_strdup("0");
    column->n_distinct = g_strdup("1");
    values = g_strdup_printf("{%s}", long_one);
    set_slot(&column->slots[0], 1, "{1}", values);
    follows->stats = pga_snapshot_stats(follows, column);
    own->stats = pga_record_new(&pga_attribute_stats_type);
    own->stats->histogram = g_ptr_array_new();
    g_ptr_array_add(own->stats->histogram, (gpointer) "bob");
    map = test_map(snapshot);
    left_out = pga_statistics_map(snapshot, map);
    g_assert_nonnull(left_out);
    word = test_value(map, "text", "bob");
    g_assert_true(pga_snapshot_stats_follow(follows, column));
    g_assert_cmpstr(g_ptr_array_index(follows->stats->mcv, 0), !=, long_one);
    g_assert_cmpstr(g_ptr_array_index(own->stats->histogram, 0), ==, word);
}

static void
test_order(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("en_US.UTF-8");
    g_autoptr(PgaValueMap) map = test_map(snapshot);
    const PgaValueType *text = pga_value_type_of(map, "text");
    static const char *const words[] = {"a b", "ab", "aB", "Ab", "abc", "b", "B", "z1", "\xc3\xa9"};

    g_assert_cmpint(pga_order_of(snapshot->objects, NULL, text), ==, PGA_ORDER_LETTERS);
    g_assert_cmpint(pga_order_of(snapshot->objects, "pg_catalog.\"C\"", text), ==, PGA_ORDER_BYTES);
    g_assert_cmpint(pga_order_of(snapshot->objects, NULL, pga_value_type_of(map, "name")), ==,
                    PGA_ORDER_BYTES);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        for (guint j = i + 1; j < G_N_ELEMENTS(words); j++) {
            g_test_message("%s %s", words[i], words[j]);
            g_assert_cmpint(pga_order_compare(PGA_ORDER_LETTERS, text, words[i], words[j]), <, 0);
            g_assert_cmpint(pga_order_compare(PGA_ORDER_LETTERS, text, words[j], words[i]), >, 0);
        }
}

/* An address after its network, version 6 after 4; numbers of jsonb after its strings. */
static void
test_order_of_types(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_with("C");
    g_autoptr(PgaValueMap) map = test_map(snapshot);
    const PgaValueType *inet = pga_value_type_of(map, "inet");
    const PgaValueType *jsonb = pga_value_type_of(map, "jsonb");
    const PgaValueType *uuid = pga_value_type_of(map, "uuid");

    g_assert_cmpint(pga_order_compare(PGA_ORDER_BYTES, inet, "9.0.0.0/8", "9.1.1.1"), <, 0);
    g_assert_cmpint(pga_order_compare(PGA_ORDER_BYTES, inet, "10.0.0.1", "9.0.0.1"), >, 0);
    g_assert_cmpint(pga_order_compare(PGA_ORDER_BYTES, inet, "255.0.0.1", "::1"), <, 0);
    g_assert_cmpint(pga_order_compare(PGA_ORDER_BYTES, inet, "x", "::1"), <, 0);
    g_assert_cmpint(pga_order_compare(PGA_ORDER_BYTES, jsonb, "\"a\"", "1"), <, 0);
    g_assert_cmpint(pga_order_compare(PGA_ORDER_BYTES, jsonb, "true", "{}"), <, 0);
    g_assert_cmpint(pga_order_compare(PGA_ORDER_BYTES, jsonb, "null", "[]"), <, 0);
    g_assert_cmpint(pga_order_compare(PGA_ORDER_LETTERS, uuid, "0a", "0b"), <, 0);
    g_assert_true(pga_order_is_kept(pga_value_type_of(map, "date[]")));
    g_assert_false(pga_order_is_kept(pga_value_type_of(map, "text[]")));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/statistics/texts", test_texts);
    g_test_add_func("/anonymize/statistics/elements-keep-their-frequencies", test_elements);
    g_test_add_func("/anonymize/statistics/lexemes-are-sorted-by-length", test_lexemes);
    g_test_add_func("/anonymize/statistics/unknown-types-are-left-out", test_unknown);
    g_test_add_func("/anonymize/statistics/ranges", test_ranges);
    g_test_add_func("/anonymize/statistics/expressions", test_expressions);
    g_test_add_func("/anonymize/statistics/types-are-guessed", test_guesses);
    g_test_add_func("/anonymize/statistics/unknown-ends-go", test_extremes);
    g_test_add_func("/anonymize/statistics/groups-of-columns", test_groups_of_columns);
    g_test_add_func("/anonymize/statistics/unknown-groups-go", test_unknown_groups);
    g_test_add_func("/anonymize/statistics/what-rules-see", test_of_rules);
    g_test_add_func("/anonymize/order/of-texts", test_order);
    g_test_add_func("/anonymize/order/of-other-types", test_order_of_types);
    return g_test_run();
}
