/* Values of every kind of type, and how types are found. */
#include "maps.h"

#include <string.h>

#include "types_internal.h"

#define ASSERT_VALUE(map, type, text, expected)                                                    \
    G_STMT_START                                                                                   \
    {                                                                                              \
        g_autofree char *got_ = test_value(map, type, text);                                       \
        g_autofree char *expected_ = (expected);                                                   \
        g_assert_cmpstr(got_, ==, expected_);                                                      \
    }                                                                                              \
    G_STMT_END

static PgaAttribute *
add_column(PgaSnapshot *snapshot, PgaOid oid, const char *name, const char *type)
{
    PgaRelation *relation = pga_catalog_relation(snapshot->catalog, oid);
    PgaAttribute *attribute;

    if (!relation) {
        g_autofree char *relname = g_strdup_printf("t%u", oid);

        relation = pga_catalog_add_relation(snapshot->catalog, oid, "public", relname);
    }
    attribute = pga_relation_add_attribute(relation, (gint16)(relation->attributes->len + 1), name);
    attribute->type = g_strdup(type);
    return attribute;
}

static void
set_mcv(PgaAttribute *attribute, const char *first, const char *second)
{
    PgaAttributeStats *stats = pga_attribute_add_stats(attribute);

    stats->mcv = g_ptr_array_new();
    g_ptr_array_add(stats->mcv, (gpointer)first);
    g_ptr_array_add(stats->mcv, (gpointer)second);
}

static void
test_kinds(void)
{
    static const struct {
        const char *type;
        PgaValueKind kind;
    } types[] = {
        {"integer", PGA_VALUE_INTEGER},
        {"pg_catalog.int8", PGA_VALUE_INTEGER},
        {"INTEGER", PGA_VALUE_INTEGER},
        {"numeric(10,2)", PGA_VALUE_NUMERIC},
        {"double precision", PGA_VALUE_FLOAT},
        {"character varying(20)", PGA_VALUE_TEXT},
        {"\"char\"", PGA_VALUE_TEXT},
        {"timestamp(3) with time zone", PGA_VALUE_TIMESTAMP},
        {"time without time zone", PGA_VALUE_KEPT},
        {"interval day to second", PGA_VALUE_UNKNOWN},
        {"text[]", PGA_VALUE_ARRAY},
        {"integer[3][3]", PGA_VALUE_ARRAY},
        {"_int4", PGA_VALUE_ARRAY},
        {"integer array", PGA_VALUE_ARRAY},
        {"__int4", PGA_VALUE_UNKNOWN},
        {"point", PGA_VALUE_UNKNOWN},
        {"point[]", PGA_VALUE_UNKNOWN},
        {"daterange", PGA_VALUE_RANGE},
        {"int4multirange", PGA_VALUE_MULTIRANGE},
        {"public.citext", PGA_VALUE_TEXT},
        {"ext.hstore", PGA_VALUE_HSTORE},
        {"SETOF integer", PGA_VALUE_INTEGER},
        {"", PGA_VALUE_UNKNOWN},
        {"\"unfinished", PGA_VALUE_UNKNOWN},
        {"numeric(", PGA_VALUE_NUMERIC},
    };
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = test_map(snapshot);

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        g_test_message("%s", types[i].type);
        g_assert_cmpint(pga_value_type_of(map, types[i].type)->kind, ==, types[i].kind);
    }
}

static void
define(PgaSnapshot *snapshot, PgaOid oid, const char *name, const char *definition)
{
    PgaObject *object = pga_objects_add(snapshot->objects, PGA_OBJECT_ID(PGA_CLASS_TYPE, oid));

    object->nspname = g_strdup("app");
    object->objname = g_strdup(name);
    object->definition = g_strdup_printf("CREATE TYPE app.%s %s", name, definition);
}

static void
test_own_types(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = NULL;
    const PgaValueType *type;

    define(snapshot, 1, "mood", "AS ENUM ('sad', 'ok')");
    define(snapshot, 2, "price",
           "AS numeric(5,2) DEFAULT 0 NOT NULL CONSTRAINT c CHECK (VALUE > 0)");
    define(snapshot, 3, "address",
           "AS (street text, \"zip,code\" numeric(5,0), since date COLLATE \"C\", m app.mood)");
    define(snapshot, 4, "span", "AS RANGE (SUBTYPE = double precision)");
    define(snapshot, 5, "words", "AS RANGE (SUBTYPE = text, MULTIRANGE_TYPE_NAME = app.many)");
    define(snapshot, 6, "loop", "AS (a app.loop)");
    pga_catalog_add_type(snapshot->catalog, 7, "app", "kind")->typtype = 'e';
    add_column(snapshot, 9, "a", "integer");
    map = test_map(snapshot);
    g_assert_cmpint(pga_value_type_of(map, "app.mood")->kind, ==, PGA_VALUE_TEXT);
    g_assert_cmpint(pga_value_type_of(map, "kind")->kind, ==, PGA_VALUE_TEXT);
    type = pga_value_type_of(map, "app.price");
    g_assert_cmpint(type->kind, ==, PGA_VALUE_NUMERIC);
    g_assert_cmpint(type->digits, ==, 3);
    type = pga_value_type_of(map, "app.address");
    g_assert_cmpint(type->kind, ==, PGA_VALUE_COMPOSITE);
    g_assert_cmpuint(type->members->len, ==, 4);
    g_assert_cmpint(((const PgaValueType *)g_ptr_array_index(type->members, 1))->digits, ==, 5);
    g_assert_cmpint(((const PgaValueType *)g_ptr_array_index(type->members, 2))->kind, ==,
                    PGA_VALUE_DATE);
    g_assert_cmpint(pga_value_type_of(map, "app.span")->kind, ==, PGA_VALUE_RANGE);
    g_assert_cmpint(pga_value_type_of(map, "app.span_multirange")->kind, ==, PGA_VALUE_MULTIRANGE);
    g_assert_cmpint(pga_value_type_of(map, "app.words")->kind, ==, PGA_VALUE_UNKNOWN);
    g_assert_cmpint(pga_value_type_of(map, "app.many")->kind, ==, PGA_VALUE_UNKNOWN);
    g_assert_cmpint(pga_value_type_of(map, "app.loop")->kind, ==, PGA_VALUE_UNKNOWN);
    g_assert_cmpint(pga_value_type_of(map, "public.t9")->kind, ==, PGA_VALUE_COMPOSITE);
}

/* A chain of domains that nobody made with a server. */
static void
test_deep_types(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = NULL;

    for (PgaOid i = 0; i < 10000; i++) {
        g_autofree char *name = g_strdup_printf("d%u", i);
        g_autofree char *definition = g_strdup_printf("AS app.d%u", i + 1);

        define(snapshot, i + 1, name, definition);
    }
    map = test_map(snapshot);
    g_assert_cmpint(pga_value_type_of(map, "app.d0")->kind, ==, PGA_VALUE_UNKNOWN);
}

static void
test_equal_everywhere(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = NULL;
    g_autofree char *alice = NULL, *id = NULL;
    gint64 shift;

    add_column(snapshot, 1, "small", "smallint");
    map = test_map(snapshot);
    shift = pga_value_map_integer_shift(map);
    alice = test_value(map, "text", "Alice");
    id = g_strdup_printf("%" G_GINT64_FORMAT, 42 + shift);
    g_assert_cmpint(shift, !=, 0);
    ASSERT_VALUE(map, "varchar(20)", "Alice", g_strdup(alice));
    ASSERT_VALUE(map, "smallint", "42", g_strdup(id));
    ASSERT_VALUE(map, "bigint", "42", g_strdup(id));
    ASSERT_VALUE(map, "numeric", "42", g_strdup(id));
    ASSERT_VALUE(map, "double precision", "42", g_strdup(id));
    ASSERT_VALUE(map, "boolean", "t", g_strdup("t"));
    {
        g_autofree char *null = test_value(map, "text", "NULL");

        ASSERT_VALUE(map, "text[]", "{Alice,NULL,\"NULL\",\"\"}",
                     g_strdup_printf("{%s,NULL,%s,\"\"}", alice, null));
    }
    ASSERT_VALUE(map, "int4range", "[42,)", g_strdup_printf("[%s,)", id));
    ASSERT_VALUE(map, "int4multirange", "{[42,),empty}", g_strdup_printf("{[%s,),empty}", id));
    ASSERT_VALUE(map, "jsonb", "{\"Alice\": [42, true, null]}",
                 g_strdup_printf("{\"%s\": [%s, true, null]}", alice, id));
    ASSERT_VALUE(map, "json", "\"\\u0041lice\"", g_strdup_printf("\"%s\"", alice));
    ASSERT_VALUE(map, "hstore", "\"Alice\"=>NULL, Alice=>\"Alice\"",
                 g_strdup_printf("\"%s\"=>NULL, \"%s\"=>\"%s\"", alice, alice, alice));
    ASSERT_VALUE(map, "tsvector", "'Alice':1A,2", g_strdup_printf("'%s':1A,2", alice));
    ASSERT_VALUE(map, "tsquery", "'Alice':*B <2> !Alice",
                 g_strdup_printf("'%s':*B <2> !'%s'", alice, alice));
}

static void
test_quoting(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = NULL;
    g_autofree char *blank = NULL, *quote = NULL, *comma = NULL;

    define(snapshot, 1, "pair", "AS (a text, b text)");
    map = test_map(snapshot);
    blank = test_value(map, "text", "x y");
    quote = test_value(map, "text", "x\"y\\z");
    comma = test_value(map, "text", "x,y");
    ASSERT_VALUE(
        map, "text[]", "[0:1]={\"x y\",\"x\\\"y\\\\z\"}",
        g_strdup_printf("[0:1]={\"%s\",\"%c\\\"%c\\\\%c\"}", blank, quote[0], quote[2], quote[4]));
    ASSERT_VALUE(map, "text[]", "{{\"x,y\"},{\"x y\"}}",
                 g_strdup_printf("{{\"%s\"},{\"%s\"}}", comma, blank));
    ASSERT_VALUE(map, "app.pair", "(\"x\"\"y\\\\z\",)",
                 g_strdup_printf("(\"%c\"\"%c\\\\%c\",)", quote[0], quote[2], quote[4]));
    ASSERT_VALUE(map, "tsrange", "[\"2024-01-01 00:00:00\",infinity]", ({
                     g_autofree char *day = test_value(map, "timestamp", "2024-01-01 00:00:00");
                     g_strdup_printf("[\"%s\",infinity]", day);
                 }));
}

static void
test_broken(void)
{
    static const struct {
        const char *type, *text;
    } broken[] = {
        {"text[]", "a"},
        {"text[]", "{a"},
        {"text[]", "{a}}"},
        {"text[]", "{\"a}"},
        {"text[]", "{a}x"},
        {"integer[]", "{a}"},
        {"text[]", "{\"a\\"},
        {"text[]", ""},
        {"int4range", "[1,2"},
        {"int4range", "1,2"},
        {"int4range", "[1;2]"},
        {"int4multirange", "{[1,2)"},
        {"int4multirange", "[]"},
        {"json", "{'a'}"},
        {"json", "\"a"},
        {"json", "\"\\u0000\""},
        {"json", "\"\\ud800\""},
        {"json", "\"\\x\""},
        {"json", "tru"},
        {"json", ""},
        {"hstore", "\"a"},
        {"tsvector", "'a"},
        {"inet", "1.2.3"},
        {"inet", "1.2.3.4/33"},
        {"inet", "x"},
        {"bytea", "\\9"},
        {"bytea", "\\999"},
        {"date", "soon"},
        {"point", "(1,2)"},
    };
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = test_map(snapshot);

    for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_test_message("%s %s", broken[i].type, broken[i].text);
        g_assert_null(test_value(map, broken[i].type, broken[i].text));
    }
}

static void
test_bytea(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = test_map(snapshot);
    g_autofree char *hex = test_value(map, "bytea", "\\x61005c");

    g_assert_cmpstr(hex, !=, "\\x61005c");
    ASSERT_VALUE(map, "bytea", "a\\000\\\\", g_strdup(hex));
}

static void
test_networks(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = test_map(snapshot);
    g_autofree char *network = test_value(map, "cidr", "10.1.0.0/16");
    g_autofree char *short_one = test_value(map, "cidr", "10.1/16");
    g_autofree char *host = test_value(map, "inet", "10.1.2.3"),
                    *other = test_value(map, "inet", "10.1.2.4");
    g_autofree char *with_mask = test_value(map, "inet", "10.1.2.3/16");
    g_autofree char *six = test_value(map, "inet", "2001:db8::1"),
                    *net6 = test_value(map, "cidr", "2001:db8::/32");
    const int length = (int)(strchr(strchr(network, '.') + 1, '.') - network);

    g_assert_true(g_str_has_suffix(network, ".0.0/16"));
    g_assert_cmpstr(network, ==, short_one);
    g_assert_cmpmem(host, length, network, length);
    g_assert_cmpmem(other, length, network, length);
    g_assert_cmpmem(with_mask, length, network, length);
    g_assert_cmpstr(host, !=, other);
    g_assert_true(g_str_has_suffix(with_mask, "/16"));
    g_assert_true(g_str_has_suffix(net6, "::/32"));
    g_assert_cmpmem(six, 8, net6, 8);
}

static void
test_room(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = NULL;
    gint64 shift, rating;

    set_mcv(add_column(snapshot, 1, "year", "smallint"), "1900", "32767");
    set_mcv(add_column(snapshot, 1, "rating", "numeric(3,1)"), "0.5", "10.0");
    set_mcv(add_column(snapshot, 1, "share", "numeric(4,4)"), "0.5", "0.25");
    map = test_map(snapshot);
    shift = pga_value_map_integer_shift(map);
    g_assert_cmpint(shift, !=, 0);
    g_assert_cmpint(1900 + shift, <, 32767);
    g_assert_cmpint(1900 + shift, >, -32768);
    rating = pga_value_type_shift(map, pga_value_type_of(map, "numeric(3,1)"));
    g_assert_cmpint(rating, !=, 0);
    g_assert_cmpint(10 + rating, <, 100);
    g_assert_cmpint(pga_value_type_shift(map, pga_value_type_of(map, "numeric(4,4)")), ==, 0);
    g_assert_cmpint(pga_value_type_shift(map, pga_value_type_of(map, "numeric(12,2)")), ==, shift);
    g_assert_cmpint(pga_value_type_shift(map, pga_value_type_of(map, "text")), ==, 0);
    g_assert_false(pga_value_map_is_tight(map));
    ASSERT_VALUE(map, "smallint", "32767", g_strdup("32767"));
}

/* Sequences move along, and must not seem to be at their end. */
static void
test_sequences(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = NULL;

    pga_catalog_add_sequence(snapshot->catalog, 1, "public", "s")->max_value = 32767;
    map = test_map(snapshot);
    g_assert_cmpint(pga_value_map_integer_shift(map), >, 0);
    g_assert_cmpint(pga_value_map_integer_shift(map), <, 128);
}

static void
test_no_room(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = NULL;

    set_mcv(add_column(snapshot, 1, "a", "smallint"), "-32767", "32766");
    map = test_map(snapshot);
    g_assert_true(pga_value_map_is_tight(map));
    g_assert_cmpint(pga_value_map_integer_shift(map), !=, 0);
}

/* With fractions in float4 the shift is small enough to keep them. */
static void
test_fractions(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = NULL;
    g_autofree char *a = NULL, *b = NULL;

    set_mcv(add_column(snapshot, 1, "a", "real"), "0.1", "0.11");
    map = test_map(snapshot);
    a = test_value(map, "real", "0.1");
    b = test_value(map, "real", "0.11");
    g_assert_cmpstr(a, !=, b);
}

static void
test_days(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaValueMap) map = test_map(snapshot);
    const gint days = pga_value_map_day_shift(map);

    g_assert_cmpint(days, !=, 0);
    g_assert_cmpint(days % 7, ==, 0);
    g_assert_cmpint(ABS(days), <=, 3650);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/value/kinds-by-the-types-names", test_kinds);
    g_test_add_func("/anonymize/value/types-of-the-database", test_own_types);
    g_test_add_func("/anonymize/value/endless-types-are-unknown", test_deep_types);
    g_test_add_func("/anonymize/value/equal-ones-stay-equal", test_equal_everywhere);
    g_test_add_func("/anonymize/value/parts-are-quoted-anew", test_quoting);
    g_test_add_func("/anonymize/value/what-is-no-value-is-refused", test_broken);
    g_test_add_func("/anonymize/value/both-forms-of-bytea", test_bytea);
    g_test_add_func("/anonymize/value/addresses-stay-in-their-network", test_networks);
    g_test_add_func("/anonymize/shifts/within-the-types", test_room);
    g_test_add_func("/anonymize/shifts/sequences-have-room", test_sequences);
    g_test_add_func("/anonymize/shifts/no-room", test_no_room);
    g_test_add_func("/anonymize/shifts/fractions-of-float4-stay-apart", test_fractions);
    g_test_add_func("/anonymize/shifts/whole-weeks", test_days);
    return g_test_run();
}
