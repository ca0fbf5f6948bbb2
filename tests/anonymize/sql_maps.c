/* A shop of four tables, a view, a composite type and two functions. */
#include "sql_maps.h"

#include <base/text.h>
#include <stdlib.h>
#include <string.h>

static void
add_column(PgaRelation *relation, const char *name, const char *type, const char *typname)
{
    PgaAttribute *attribute =
        pga_relation_add_attribute(relation, (gint16)(relation->attributes->len + 1), name);

    attribute->type = g_strdup(type);
    attribute->typname = g_strdup(typname);
    attribute->typnspname = g_strdup("pg_catalog");
    attribute->typtype = 'b';
}

static PgaRelation *
add_table(PgaSnapshot *snapshot, PgaOid oid, const char *relname)
{
    PgaRelation *relation = pga_catalog_add_relation(snapshot->catalog, oid, "shop", relname);

    relation->relkind = 'r';
    return relation;
}

static void
add_tables(PgaSnapshot *snapshot)
{
    PgaRelation *orders = add_table(snapshot, 10, "orders");
    PgaRelation *buyer = add_table(snapshot, 11, "buyer");
    PgaRelation *events = add_table(snapshot, 12, "happenings");
    PgaRelation *old = add_table(snapshot, 13, "happenings_old");
    PgaRelation *new = add_table(snapshot, 14, "happenings_new");

    add_column(orders, "orderno", "integer", "int4");
    add_column(orders, "buyerno", "bigint", "int8");
    add_column(orders, "amount", "numeric", "numeric");
    add_column(orders, "placed", "timestamp with time zone", "timestamptz");
    add_column(orders, "duedate", "date", "date");
    add_column(orders, "region", "text", "text");
    add_column(orders, "details", "jsonb", "jsonb");
    add_column(orders, "labels", "text[]", "_text");
    add_column(orders, "paidup", "boolean", "bool");
    add_column(orders, "codes", "integer[]", "_int4");
    add_column(buyer, "buyerno", "bigint", "int8");
    add_column(buyer, "fullname", "character varying(80)", "varchar");
    add_column(buyer, "region", "integer", "int4");
    add_column(events, "lastname", "text", "text");
    events->relkind = 'p';
    events->partkey = g_strdup("RANGE (lastname)");
    old->parent = new->parent = 12;
    old->partbound = g_strdup("FOR VALUES FROM (MINVALUE) TO ('miller')");
    new->partbound = g_strdup("FOR VALUES FROM ('miller') TO ('Smith')");
}

static void
add_objects(PgaSnapshot *snapshot)
{
    PgaObject *view = pga_objects_add(snapshot->objects, PGA_OBJECT_ID(PGA_CLASS_RELATION, 20));
    PgaIndex *index = pga_catalog_add_index(snapshot->catalog, 30, 11);
    PgaType *type = pga_catalog_add_type(snapshot->catalog, 40, "shop", "postal");

    view->name = g_strdup("view shop.big_orders");
    view->nspname = g_strdup("shop");
    view->objname = g_strdup("big_orders");
    view->definition = g_strdup("CREATE VIEW shop.big_orders AS SELECT o.orderno AS ordernumber, 5 "
                                "AS grade FROM shop.orders o WHERE o.amount > 1000");
    index->nspname = g_strdup("shop");
    index->relname = g_strdup("buyer_length_idx");
    index->exprs = g_strdup("length((fullname)::text)");
    index->definition = g_strdup("CREATE INDEX buyer_length_idx ON shop.buyer USING btree "
                                 "(length((fullname)::text))");
    type->typtype = 'c';
    type->definition = g_strdup("AS (street text, housenumber integer)");
}

void
test_shop_init(TestShop *shop)
{
    const PgaAnonymizeKey key = test_key();

    shop->snapshot = pga_snapshot_new();
    add_tables(shop->snapshot);
    add_objects(shop->snapshot);
    pga_catalog_finish(shop->snapshot->catalog);
    pga_objects_finish(shop->snapshot->objects);
    shop->names = pga_name_map_new(shop->snapshot, &key);
    shop->values =
        pga_value_map_new(shop->snapshot, &key, (PgaOwnWords){pga_name_is_own_word, shop->names});
    shop->sql = pga_sql_map_new(shop->names, shop->values, shop->snapshot);
}

void
test_shop_clear(TestShop *shop)
{
    pga_sql_map_free(shop->sql);
    pga_value_map_free(shop->values);
    pga_name_map_free(shop->names);
    pga_snapshot_free(shop->snapshot);
}

const PgaRelation *
test_shop_relation(const TestShop *shop, const char *relname)
{
    return relname ? pga_catalog_relation_by_name(shop->snapshot->catalog, "shop", relname) : NULL;
}

static char *
expand_shift(const TestShop *shop, const char *hole)
{
    const gint days = pga_value_map_day_shift(shop->values);
    gint64 shift;

    if (strcmp(hole, "days") == 0)
        return g_strdup_printf("%c %d", days < 0 ? '-' : '+', abs(days));
    if (strcmp(hole, "3-days") == 0)
        return g_strdup_printf(days > 3 ? "(%d)" : "%d", 3 - days);
    if (strcmp(hole, "hours") == 0)
        return g_strdup_printf("%d hours", days * 24);
    if (strcmp(hole, "-hours") == 0)
        return g_strdup_printf("%d hours", -days * 24);
    g_assert_true(*hole == '+');
    shift = pga_value_type_shift(shop->values, pga_value_type_of(shop->values, hole + 1));
    return g_strdup_printf("%c %" G_GINT64_FORMAT, shift < 0 ? '-' : '+', ABS(shift));
}

static char *
expand_one(const TestShop *shop, const char *hole)
{
    const char *colon = strchr(hole, ':');
    g_autofree char *type = colon ? g_strndup(hole, (gsize)(colon - hole)) : NULL;
    g_autofree char *value = NULL;

    if (!type)
        return expand_shift(shop, hole);
    if (strcmp(type, "=") == 0)
        return g_strdup(colon + 1);
    if (strcmp(type, "n") == 0)
        return pga_name_map(shop->names, PGA_NAME_OTHER, colon + 1);
    if (*type == '\'') {
        value = test_value(shop->values, type + 1, colon + 1);
        return pga_quote_literal(value);
    }
    if (strcmp(type, "number") != 0)
        return test_value(shop->values, type, colon + 1);
    value = test_value(shop->values, "numeric", colon + 1);
    return *value == '-' ? g_strdup_printf("(%s)", value) : g_steal_pointer(&value);
}

/* The brace that closes the one at @open. */
static const char *
closing(const char *open)
{
    guint depth = 0;

    for (;; open++) {
        g_assert_true(*open != '\0');
        if (*open == '{')
            depth++;
        else if (*open == '}' && --depth == 0)
            return open;
    }
}

char *
test_shop_expand(const TestShop *shop, const char *template)
{
    GString *out = g_string_new(NULL);

    while (*template) {
        const char *close = *template == '{' ? closing(template) : NULL;

        if (!close) {
            g_string_append_c(out, *template ++);
        } else {
            g_autofree char *hole = g_strndup(template + 1, (gsize)(close - template) - 1);
            g_autofree char *text = expand_one(shop, hole);

            g_string_append(out, text);
            template = close + 1;
        }
    }
    return g_string_free(out, FALSE);
}
