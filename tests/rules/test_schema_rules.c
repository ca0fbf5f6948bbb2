/* Rules about keys, types and columns: when they speak and when they keep quiet. */
#include <string.h>

#include "server.h"

/** A model made by one function, and what the rule makes of it. */
typedef struct {
    const char *name, *rule;
    void (*prepare)(Model *model);
    Outcome want;
    const char *object; /* (nullable) */
    const char *part;   /* (nullable): of evidence, note or statements */
} Case;

static PgaRelation *
keyed(Model *model, const char *relname, const char *type, double rows)
{
    PgaRelation *relation = model_table(model, relname, rows);

    model_column(relation, "id", type)->attnotnull = TRUE;
    model_primary_key(model, relation, "id");
    return relation;
}

static PgaAttribute *
last_column(PgaRelation *relation)
{
    return g_ptr_array_index(relation->attributes, relation->attributes->len - 1);
}

/* pk-int-for-growth */

static void
growing(Model *model)
{
    keyed(model, "t", "integer", 2e8);
}

static void
grown_wide(Model *model)
{
    keyed(model, "t", "bigint", 2e8);
}

static void
nearly_full(Model *model)
{
    keyed(model, "t", "integer", 1.6e9);
}

static void
small(Model *model)
{
    keyed(model, "t", "integer", 1000);
}

static void
growing_child(Model *model)
{
    PgaRelation *parent = keyed(model, "p", "integer", 10);
    PgaRelation *child = keyed(model, "c", "integer", 2e8);

    model_foreign_key(model, child, "id", parent, "id");
}

static void
keyless(Model *model)
{
    model_column(model_table(model, "t", 2e8), "a", "integer");
}

/* serial-on-non-key */

static PgaRelation *
numbered(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 100);

    model_serial(model, relation, model_column(relation, "number", "integer"), 5);
    return relation;
}

static void
numbered_only(Model *model)
{
    numbered(model);
}

static void
numbered_unique(Model *model)
{
    model_index(model, numbered(model), "t_number", "number")->indisunique = TRUE;
}

static void
numbered_indexed(Model *model)
{
    model_index(model, numbered(model), "t_number", "number");
}

static void
numbered_within(Model *model)
{
    PgaRelation *relation = numbered(model);

    model_column(relation, "tenant", "integer");
    model_index(model, relation, "t_number", "tenant number")->indisunique = TRUE;
}

static void
numbered_identity(Model *model)
{
    last_column(numbered(model))->attidentity = 'd';
}

static void
numbered_keyless(Model *model)
{
    PgaRelation *relation = model_table(model, "t", 100);

    model_serial(model, relation, model_column(relation, "number", "integer"), 5);
}

/* types */

static void
money(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "paid", "money");
}

static void
money_generated(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "paid", "money")->attgenerated = 's';
}

static void
float_price(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "unit_price", "real");
}

static void
float_rate(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "tax_rate", "double precision");
}

static void
float_length(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "length", "double precision");
}

static void
numeric_price(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "price", "numeric");
}

static void
float_price_generated(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "price", "real")->attgenerated = 's';
}

static void
padded(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 10);

    model_column(relation, "a", "character(20)");
    model_column(relation, "b", "character(10)");
}

static void
padded_indexed(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 10);

    model_column(relation, "a", "character(20)");
    model_column(relation, "b", "character(10)");
    model_index(model, relation, "t_a", "a");
}

static void
padded_in_use(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 10);

    model_column(relation, "a", "character(20)");
    model_index(model, relation, "t_a", "a");
}

static void
padded_little(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "a", "character(3)");
}

static void
large_object(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "scan", "oid");
}

static void
large_object_lo(Model *model)
{
    PgaAttribute *attribute = model_column(keyed(model, "t", "bigint", 10), "scan", "lo");

    attribute->typtype = 'd';
}

static void
catalog_oid(Model *model)
{
    model_column(keyed(model, "t", "bigint", 10), "relid", "oid");
}

static void
large_object_kept(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 10);
    PgaTrigger *trigger = pga_record_add(model->objects->schema->triggers, &pga_trigger_type);

    model_column(relation, "scan", "oid");
    trigger->relation = relation->oid;
    trigger->function = g_strdup("public.lo_manage()");
}

/* type-fk-mismatch */

static PgaConstraint *
reference(Model *model, const char *type, const char *key)
{
    PgaRelation *parent = keyed(model, "p", key, 10);
    PgaRelation *child = keyed(model, "c", "bigint", 10);

    model_column(child, "p_id", type);
    return model_foreign_key(model, child, "p_id", parent, "id");
}

static void
narrower(Model *model)
{
    reference(model, "integer", "bigint");
}

static void
same_but_length(Model *model)
{
    reference(model, "character varying(10)", "character varying(20)");
}

static void
texts(Model *model)
{
    reference(model, "text", "character varying(20)");
}

static void
domain_over_same(Model *model)
{
    PgaAttribute *attribute;

    reference(model, "integer", "integer");
    attribute = last_column(pga_catalog_relation_by_name(model->catalog, "public", "c"));
    attribute->typtype = 'd';
    g_free(attribute->type);
    attribute->type = g_strdup("positive");
    attribute->basetype = g_strdup("integer");
}

/* pk-varchar */

static PgaRelation *
text_key(Model *model, gint32 width)
{
    PgaRelation *relation = keyed(model, "p", "text", 1000);
    PgaAttribute *attribute = last_column(relation);

    pga_attribute_add_stats(attribute)->avg_width = width;
    return relation;
}

static void
long_key(Model *model)
{
    PgaRelation *parent = text_key(model, 40), *child = keyed(model, "c", "bigint", 10);

    model_column(child, "p", "text");
    model_foreign_key(model, child, "p", parent, "id");
    model_column(child, "q", "text");
    model_foreign_key(model, child, "q", parent, "id");
}

static void
long_key_alone(Model *model)
{
    text_key(model, 40);
}

static void
short_key(Model *model)
{
    PgaRelation *parent = text_key(model, 4), *child = keyed(model, "c", "bigint", 10);

    model_column(child, "p", "text");
    model_foreign_key(model, child, "p", parent, "id");
}

/* uuid-v4-key-locality */

static void
random_key(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "uuid", 1e8);

    last_column(relation)->default_expr = g_strdup("gen_random_uuid()");
    relation->has_counters = TRUE;
    relation->counters.n_tup_ins = G_GINT64_CONSTANT(1000000000);
    ((PgaIndex *)g_ptr_array_index(model->catalog->indexes, 0))->bytes = 3 * GB;
}

static void
random_key_18(Model *model)
{
    random_key(model);
    model->environment->version_num = 180004;
}

static void
random_key_small(Model *model)
{
    random_key(model);
    ((PgaIndex *)g_ptr_array_index(model->catalog->indexes, 0))->bytes = 3 * MB;
}

static void
random_key_quiet(Model *model)
{
    random_key(model);
    ((PgaRelation *)g_ptr_array_index(model->catalog->relations, 0))->counters.n_tup_ins = 0;
}

static void
ordered_key(Model *model)
{
    PgaAttribute *attribute;

    random_key(model);
    attribute = last_column(g_ptr_array_index(model->catalog->relations, 0));
    g_free(attribute->default_expr);
    attribute->default_expr = g_strdup("uuidv7()");
}

/* foreign keys */

static PgaConstraint *
twins(Model *model, char action, gboolean same_columns)
{
    PgaRelation *parent = keyed(model, "p", "bigint", 10);
    PgaRelation *child = keyed(model, "c", "bigint", 10);
    PgaConstraint *first, *second;

    model_column(child, "a", "bigint");
    model_column(child, "b", "bigint");
    first = model_foreign_key(model, child, "a", parent, "id");
    second = model_foreign_key(model, child, same_columns ? "a" : "b", parent, "id");
    g_free(second->conname);
    second->conname = g_strdup("c_second");
    first->definition = g_strdup("FOREIGN KEY (a) REFERENCES p(id)");
    second->definition = g_strdup("FOREIGN KEY (a) REFERENCES p(id)");
    second->confdeltype = action;
    return second;
}

static void
twice(Model *model)
{
    twins(model, 'a', TRUE);
}

static void
twice_with_another_action(Model *model)
{
    twins(model, 'c', TRUE);
}

static void
on_other_columns(Model *model)
{
    twins(model, 'a', FALSE);
}

static void
one_of_two_columns(Model *model)
{
    PgaRelation *parent = model_table(model, "p", 10);
    PgaRelation *child;

    model_column(parent, "x", "integer");
    model_column(parent, "y", "integer");
    model_primary_key(model, parent, "x y");
    child = keyed(model, "c", "bigint", 10);
    model_column(child, "a", "integer");
    model_column(child, "b", "integer");
    model_foreign_key(model, child, "a b", parent, "x y");
    model_foreign_key(model, child, "a", parent, "x");
}

static PgaConstraint *
composite(Model *model)
{
    PgaRelation *parent = model_table(model, "p", 10);
    PgaRelation *child;
    PgaConstraint *constraint;

    model_column(parent, "a", "integer");
    model_column(parent, "b", "integer");
    model_primary_key(model, parent, "a b");
    child = keyed(model, "c", "bigint", 10);
    model_column(child, "a", "integer");
    model_column(child, "b", "integer");
    constraint = model_foreign_key(model, child, "a b", parent, "a b");
    constraint->confmatchtype = 's';
    return constraint;
}

static void
half_nullable(Model *model)
{
    composite(model);
}

static void
full_match(Model *model)
{
    composite(model)->confmatchtype = 'f';
}

static void
one_nullable(Model *model)
{
    composite(model);
    last_column(pga_catalog_relation_by_name(model->catalog, "public", "c"))->attnotnull = TRUE;
}

static void
checked(Model *model)
{
    composite(model);
    model_check(model, pga_catalog_relation_by_name(model->catalog, "public", "c"), "a b");
}

static PgaRelation *
candidate(Model *model, const char *table, const char *column)
{
    PgaRelation *parent = keyed(model, "a", "bigint", 10), *child, *used;

    used = keyed(model, "b", "bigint", 10);
    model_column(used, "x", "bigint");
    model_foreign_key(model, used, "x", parent, "id");
    keyed(model, table, "bigint", 10);
    child = keyed(model, "child", "bigint", 10);
    model_column(child, column, "bigint");
    return child;
}

static void
named_alike(Model *model)
{
    candidate(model, "customers", "customer_id");
}

static void
named_alike_y(Model *model)
{
    candidate(model, "categories", "category_id");
}

static void
named_alike_partitioned(Model *model)
{
    candidate(model, "customer", "customer_id")->relkind = 'p';
}

static void
named_of_nothing(Model *model)
{
    candidate(model, "customers", "supplier_id");
}

static void
named_with_type(Model *model)
{
    model_column(candidate(model, "customers", "customer_id"), "customer_type", "text");
}

static void
named_of_another_type(Model *model)
{
    last_column(candidate(model, "customers", "customer_id"))->atttypid = 25;
}

static void
named_without_keys(Model *model)
{
    keyed(model, "customers", "bigint", 10);
    model_column(keyed(model, "child", "bigint", 10), "customer_id", "bigint");
}

static void
named_of_itself(Model *model)
{
    model_column(candidate(model, "customers", "x"), "child_id", "bigint");
}

/* nullable-unique-key */

static PgaIndex *
unique_pair(Model *model)
{
    PgaRelation *relation = model_table(model, "t", 100);
    PgaIndex *index;

    model_column(relation, "a", "integer")->attnotnull = TRUE;
    model_column(relation, "b", "integer");
    index = model_index(model, relation, "t_a_b_key", "a b");
    index->indisunique = TRUE;
    return index;
}

static void
unique_nullable(Model *model)
{
    unique_pair(model);
}

static void
unique_nullable_14(Model *model)
{
    unique_pair(model);
    model->environment->version_num = 140023;
}

static void
unique_not_distinct(Model *model)
{
    unique_pair(model)->indnullsnotdistinct = TRUE;
}

static void
unique_with_sister(Model *model)
{
    PgaRelation *relation;
    PgaIndex *index;

    unique_pair(model);
    relation = g_ptr_array_index(model->catalog->relations, 0);
    index = model_index(model, relation, "t_a_key", "a");
    index->indisunique = TRUE;
    index->pred = g_strdup("(b IS NULL)");
}

static void
unique_not_null(Model *model)
{
    unique_pair(model);
    last_column(g_ptr_array_index(model->catalog->relations, 0))->attnotnull = TRUE;
}

static void
unique_single(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 10);

    model_column(relation, "email", "text");
    model_index(model, relation, "t_email_key", "email")->indisunique = TRUE;
}

/* all-columns-nullable */

static PgaRelation *
loose(Model *model, guint n_full)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    PgaRelation *relation = keyed(model, "t", "bigint", 100);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        PgaAttribute *attribute = model_column(relation, names[i], "text");

        pga_attribute_add_stats(attribute)->null_frac = i < n_full ? 0 : 0.5;
    }
    return relation;
}

static void
all_loose(Model *model)
{
    loose(model, 3);
}

static void
all_loose_11(Model *model)
{
    loose(model, 3);
    model->environment->version_num = 110022;
}

static void
all_loose_with_nulls(Model *model)
{
    loose(model, 1);
}

static void
all_loose_ddl(Model *model)
{
    loose(model, 0);
    model_make_ddl(model);
}

static void
one_tight(Model *model)
{
    last_column(loose(model, 3))->attnotnull = TRUE;
}

/* repeating-columns */

static void
phones(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 10);

    model_column(relation, "phone1", "text");
    model_column(relation, "phone2", "text");
    model_column(relation, "phone3", "text");
}

static void
phones_from_zero(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 10);

    model_column(relation, "tag_0", "text");
    model_column(relation, "tag_1", "text");
    model_column(relation, "tag_2", "text");
}

static void
two_phones(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 10);

    model_column(relation, "phone1", "text");
    model_column(relation, "phone2", "text");
}

static void
address_lines(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 10);

    model_column(relation, "address1", "text");
    model_column(relation, "address2", "text");
    model_column(relation, "address3", "text");
}

/* table-too-wide, column-alignment-padding */

static PgaRelation *
wide(Model *model, guint n, gint32 width)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 2e7);

    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("c%u_", i);

        pga_attribute_add_stats(model_column(relation, name, "text"))->avg_width = width;
    }
    return relation;
}

static void
many_columns(Model *model)
{
    wide(model, 120, 1);
}

static void
many_columns_unknown(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "bigint", 2e7);

    for (guint i = 0; i < 120; i++) {
        g_autofree char *name = g_strdup_printf("c%u_", i);

        model_column(relation, name, "text");
    }
}

static void
wide_rows(Model *model)
{
    wide(model, 30, 100);
}

static void
wide_toasted(Model *model)
{
    wide(model, 30, 5000);
}

static void
wide_olap(Model *model)
{
    wide(model, 30, 100);
    model->environment->workload = PGA_WORKLOAD_OLAP;
}

static PgaRelation *
badly_ordered(Model *model, double rows)
{
    static const struct {
        const char *name, *type;
        char align;
        gint16 length;
    } columns[] = {{"a", "boolean", 'c', 1}, {"b", "bigint", 'd', 8},   {"c", "boolean", 'c', 1},
                   {"d", "bigint", 'd', 8},  {"e", "smallint", 's', 2}, {"f", "integer", 'i', 4},
                   {"g", "text", 'i', -1},   {"h", "bigint", 'd', 8}};
    PgaRelation *relation = model_table(model, "t", rows);

    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        PgaAttribute *attribute = model_column(relation, columns[i].name, columns[i].type);

        attribute->typalign = columns[i].align;
        attribute->typlen = columns[i].length;
        pga_attribute_add_stats(attribute)->avg_width = columns[i].length < 0 ? 11 : 8;
    }
    return relation;
}

static void
padding(Model *model)
{
    badly_ordered(model, 2e7);
}

static void
padding_of_few(Model *model)
{
    badly_ordered(model, 2e6);
}

static void
padding_unknown(Model *model)
{
    PgaRelation *relation = badly_ordered(model, 2e7);
    PgaAttribute *attribute = g_ptr_array_index(relation->attributes, 6);

    attribute->typalign = 0;
}

static void
padding_long_text(Model *model)
{
    PgaRelation *relation = badly_ordered(model, 2e7);
    PgaAttribute *attribute = g_ptr_array_index(relation->attributes, 6);

    attribute->stats->avg_width = 500;
}

/* names */

static void
upper_case(Model *model)
{
    PgaRelation *relation = keyed(model, "OrderItem", "bigint", 10);

    for (guint i = 0; i < 9; i++) {
        g_autofree char *name = g_strdup_printf("Column%u", i);

        model_column(relation, name, "text");
    }
}

static void
upper_case_in_two_schemas(Model *model)
{
    PgaRelation *relation = keyed(model, "fine", "bigint", 10);

    model_column(relation, "first name", "text");
    relation = keyed(model, "fine_too", "bigint", 10);
    g_free(relation->nspname);
    relation->nspname = g_strdup("app");
    model_column(relation, "a$1", "text");
    model_column(relation, "Über", "text");
}

static void
plain_names(Model *model)
{
    model_column(keyed(model, "_order_item2", "bigint", 10), "a$", "text");
}

static void
natural(Model *model)
{
    PgaRelation *parent = model_table(model, "person", 10), *child;

    model_column(parent, "email", "text");
    model_column(parent, "born", "date");
    model_primary_key(model, parent, "email");
    child = keyed(model, "visit", "bigint", 10);
    model_column(child, "email", "text");
    model_foreign_key(model, child, "email", parent, "email");
}

static void
natural_alone(Model *model)
{
    PgaRelation *relation = model_table(model, "person", 10);

    model_column(relation, "email", "text");
    model_column(relation, "born", "date");
    model_primary_key(model, relation, "email");
}

static void
natural_code(Model *model)
{
    PgaRelation *parent = model_table(model, "country", 10), *child;

    model_column(parent, "code", "text");
    model_column(parent, "label", "text");
    model_primary_key(model, parent, "code");
    child = keyed(model, "visit", "bigint", 10);
    model_column(child, "code", "text");
    model_foreign_key(model, child, "code", parent, "code");
}

static void
mixed(Model *model)
{
    model_column(keyed(model, "a", "bigint", 10), "customer_id", "bigint");
    model_column(keyed(model, "b", "bigint", 10), "customer_id", "text");
    model_column(keyed(model, "c", "bigint", 10), "customer_id", "uuid");
    model_column(keyed(model, "d", "bigint", 10), "customer_id", "jsonb");
    model_column(keyed(model, "e", "bigint", 10), "supplier_id", "bigint");
}

static void
mixed_external(Model *model)
{
    model_column(keyed(model, "a", "bigint", 10), "external_id", "bigint");
    model_column(keyed(model, "b", "bigint", 10), "external_id", "text");
}

static void
alike(Model *model)
{
    model_column(keyed(model, "a", "bigint", 10), "customer_id", "bigint");
    model_column(keyed(model, "b", "bigint", 10), "customer_id", "integer");
}

/* schema-serial-cycle-or-gap */

static PgaSequence *
serial_key(Model *model, gint64 last_value, const char *values)
{
    PgaRelation *relation = keyed(model, "t", "integer", 100);
    PgaAttribute *attribute = last_column(relation);

    model_values(attribute, values);
    return model_serial(model, relation, attribute, last_value);
}

static void
cycling(Model *model)
{
    serial_key(model, 5, "1|2|5")->cycle = TRUE;
}

static void
behind(Model *model)
{
    serial_key(model, 5, "1|100|500");
}

static void
behind_unused(Model *model)
{
    PgaSequence *sequence = serial_key(model, 1, "1|100|500");

    sequence->is_called = FALSE;
}

static void
behind_unreadable(Model *model)
{
    serial_key(model, 5, "1|100|500")->readable = FALSE;
}

static void
ahead(Model *model)
{
    serial_key(model, 500, "1|100|500");
}

static void
never_analysed(Model *model)
{
    PgaRelation *relation = keyed(model, "t", "integer", 100);

    model_serial(model, relation, last_column(relation), 5);
}

static const Case cases[] = {
    {"growing", "pk-int-for-growth", growing, FIRES, "public.t.id", "200 M rows"},
    {"wide-already", "pk-int-for-growth", grown_wide, SILENT, NULL, NULL},
    {"nearly-full", "pk-int-for-growth", nearly_full, SILENT, NULL, NULL},
    {"small", "pk-int-for-growth", small, SILENT, NULL, NULL},
    {"of-a-parent", "pk-int-for-growth", growing_child, SILENT, NULL, NULL},
    {"keyless", "pk-int-for-growth", keyless, SILENT, NULL, NULL},

    {"only-numbered", "serial-on-non-key", numbered_only, FIRES, "public.t.number", NULL},
    {"unique", "serial-on-non-key", numbered_unique, SILENT, NULL, NULL},
    {"only-indexed", "serial-on-non-key", numbered_indexed, FIRES, "public.t.number", NULL},
    {"unique-within", "serial-on-non-key", numbered_within, SILENT, NULL, NULL},
    {"identity", "serial-on-non-key", numbered_identity, SILENT, NULL, NULL},
    {"without-a-key", "serial-on-non-key", numbered_keyless, SILENT, NULL, NULL},

    {"money", "type-money", money, FIRES, "public.t.paid", " TYPE numeric(19,4) USING "},
    {"generated", "type-money", money_generated, SILENT, NULL, NULL},
    {"price", "type-float-for-money", float_price, FIRES, "public.t.unit_price", "numeric"},
    {"rate", "type-float-for-money", float_rate, SILENT, NULL, NULL},
    {"length", "type-float-for-money", float_length, SILENT, NULL, NULL},
    {"numeric", "type-float-for-money", numeric_price, SILENT, NULL, NULL},
    {"generated", "type-float-for-money", float_price_generated, SILENT, NULL, NULL},

    {"two", "type-char-n", padded, FIRES, "public.t",
     "ALTER TABLE public.t ALTER COLUMN a TYPE text, ALTER COLUMN b TYPE text;"},
    {"one-indexed", "type-char-n", padded_indexed, FIRES, "public.t",
     "ALTER TABLE public.t ALTER COLUMN b TYPE text;"},
    {"indexed", "type-char-n", padded_in_use, FIRES, "public.t", "Not in the statement"},
    {"short", "type-char-n", padded_little, SILENT, NULL, NULL},
    {"oid", "type-blob-oid", large_object, FIRES, "public.t.scan", NULL},
    {"lo", "type-blob-oid", large_object_lo, FIRES, "public.t.scan", NULL},
    {"of-a-catalog", "type-blob-oid", catalog_oid, SILENT, NULL, NULL},
    {"managed", "type-blob-oid", large_object_kept, SILENT, NULL, NULL},

    {"narrower", "type-fk-mismatch", narrower, FIRES, "public.c.p_id", "which is bigint"},
    {"lengths", "type-fk-mismatch", same_but_length, SILENT, NULL, NULL},
    {"texts", "type-fk-mismatch", texts, SILENT, NULL, NULL},
    {"domain", "type-fk-mismatch", domain_over_same, SILENT, NULL, NULL},

    {"long", "pk-varchar", long_key, FIRES, "public.p.id", "2 foreign keys repeat it"},
    {"long-alone", "pk-varchar", long_key_alone, SILENT, NULL, NULL},
    {"short", "pk-varchar", short_key, SILENT, NULL, NULL},

    {"random", "uuid-v4-key-locality", random_key, FIRES, "public.t.id", "18 has uuidv7()"},
    {"random-on-18", "uuid-v4-key-locality", random_key_18, FIRES, "public.t.id",
     "ALTER TABLE public.t ALTER COLUMN id SET DEFAULT uuidv7();"},
    {"small", "uuid-v4-key-locality", random_key_small, SILENT, NULL, NULL},
    {"quiet", "uuid-v4-key-locality", random_key_quiet, SILENT, NULL, NULL},
    {"ordered", "uuid-v4-key-locality", ordered_key, SILENT, NULL, NULL},

    {"twice", "fk-duplicate", twice, FIRES, "public.c.c_second",
     "ALTER TABLE public.c DROP CONSTRAINT c_second;"},
    {"another-action", "fk-duplicate", twice_with_another_action, FIRES, "public.c.c_second",
     "another action"},
    {"other-columns", "fk-duplicate", on_other_columns, SILENT, NULL, NULL},
    {"part-of-the-columns", "fk-duplicate", one_of_two_columns, SILENT, NULL, NULL},

    {"nullable", "fk-composite-nullable", half_nullable, FIRES, "public.c.c_a_b_fkey",
     "CHECK (num_nulls(a, b) IN (0, 2)) NOT VALID;"},
    {"match-full", "fk-composite-nullable", full_match, SILENT, NULL, NULL},
    {"one-nullable", "fk-composite-nullable", one_nullable, SILENT, NULL, NULL},
    {"checked", "fk-composite-nullable", checked, SILENT, NULL, NULL},

    {"plural", "fk-missing-candidate", named_alike, FIRES, "public.child.customer_id",
     "REFERENCES public.customers (id) NOT VALID;"},
    {"plural-of-y", "fk-missing-candidate", named_alike_y, FIRES, "public.child.category_id", NULL},
    {"partitioned", "fk-missing-candidate", named_alike_partitioned, FIRES,
     "public.child.customer_id", "REFERENCES public.customer (id);"},
    {"of-nothing", "fk-missing-candidate", named_of_nothing, SILENT, NULL, NULL},
    {"with-a-type", "fk-missing-candidate", named_with_type, SILENT, NULL, NULL},
    {"of-another-type", "fk-missing-candidate", named_of_another_type, SILENT, NULL, NULL},
    {"without-foreign-keys", "fk-missing-candidate", named_without_keys, SILENT, NULL, NULL},
    {"of-itself", "fk-missing-candidate", named_of_itself, SILENT, NULL, NULL},

    {"nullable", "nullable-unique-key", unique_nullable, FIRES, "public.t_a_b_key",
     "NULLS NOT DISTINCT."},
    {"nullable-on-14", "nullable-unique-key", unique_nullable_14, FIRES, "public.t_a_b_key",
     "partial unique index"},
    {"not-distinct", "nullable-unique-key", unique_not_distinct, SILENT, NULL, NULL},
    {"with-a-sister", "nullable-unique-key", unique_with_sister, SILENT, NULL, NULL},
    {"not-null", "nullable-unique-key", unique_not_null, SILENT, NULL, NULL},
    {"single", "nullable-unique-key", unique_single, SILENT, NULL, NULL},

    {"full", "all-columns-nullable", all_loose, FIRES, "public.t",
     "ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;"},
    {"full-on-11", "all-columns-nullable", all_loose_11, FIRES, "public.t", "VALIDATE it."},
    {"with-nulls", "all-columns-nullable", all_loose_with_nulls, SILENT, NULL, NULL},
    {"of-a-file", "all-columns-nullable", all_loose_ddl, FIRES, "public.t", "All 5 columns"},
    {"one-not-null", "all-columns-nullable", one_tight, SILENT, NULL, NULL},

    {"phones", "repeating-columns", phones, FIRES, "public.t.phone1", "phone1, phone2, phone3"},
    {"from-zero", "repeating-columns", phones_from_zero, FIRES, "public.t.tag_0", NULL},
    {"two", "repeating-columns", two_phones, SILENT, NULL, NULL},
    {"lines", "repeating-columns", address_lines, SILENT, NULL, NULL},

    {"many", "table-too-wide", many_columns, FIRES, "public.t", "121 columns, 120 bytes"},
    {"many-unknown", "table-too-wide", many_columns_unknown, FIRES, "public.t", "121 columns."},
    {"wide", "table-too-wide", wide_rows, FIRES, "public.t", "3000 bytes in a row"},
    {"toasted", "table-too-wide", wide_toasted, SILENT, NULL, NULL},
    {"olap", "table-too-wide", wide_olap, SILENT, NULL, NULL},
    {"small", "table-too-wide", small, SILENT, NULL, NULL},

    {"order", "column-alignment-padding", padding, FIRES, "public.t", "bytes a row"},
    {"few", "column-alignment-padding", padding_of_few, SILENT, NULL, NULL},
    {"unknown", "column-alignment-padding", padding_unknown, SILENT, NULL, NULL},
    {"long-text", "column-alignment-padding", padding_long_text, FIRES, "public.t", NULL},

    {"upper-case", "naming-needs-quotes", upper_case, FIRES, "public",
     "10 names with upper case, blanks or signs, or of 63 bytes: public.\"OrderItem\""},
    {"plain", "naming-needs-quotes", plain_names, SILENT, NULL, NULL},
    {"natural", "schema-natural-key", natural, FIRES, "public.person.email", NULL},
    {"alone", "schema-natural-key", natural_alone, SILENT, NULL, NULL},
    {"code", "schema-natural-key", natural_code, SILENT, NULL, NULL},
    {"mixed", "type-inconsistent-name", mixed, FIRES, "customer_id",
     "a number in public.a.customer_id; a text in public.b.customer_id; a uuid in "
     "public.c.customer_id."},
    {"external", "type-inconsistent-name", mixed_external, SILENT, NULL, NULL},
    {"alike", "type-inconsistent-name", alike, SILENT, NULL, NULL},

    {"cycle", "schema-serial-cycle-or-gap", cycling, FIRES, "public.t.id", "NO CYCLE;"},
    {"behind", "schema-serial-cycle-or-gap", behind, FIRES, "public.t.id", "5, true"},
    {"behind-unused", "schema-serial-cycle-or-gap", behind_unused, FIRES, "public.t.id",
     "1, false"},
    {"unreadable", "schema-serial-cycle-or-gap", behind_unreadable, SILENT, NULL, NULL},
    {"ahead", "schema-serial-cycle-or-gap", ahead, SILENT, NULL, NULL},
    {"never-analysed", "schema-serial-cycle-or-gap", never_analysed, SILENT, NULL, NULL},
};

/* (transfer full): all that a finding says. */
static char *
text_of(const PgaFinding *finding)
{
    GString *text = g_string_new(finding->evidence);

    g_string_append_printf(text, "\n%s\n", finding->fix.note ? finding->fix.note : "");
    for (guint i = 0; i < finding->fix.sql->len; i++)
        g_string_append_printf(text, "%s\n", fix_at(finding, i));
    for (guint i = 0; i < finding->fix.undo->len; i++)
        g_string_append_printf(text, "%s\n", undo_at(finding, i));
    return g_string_free(text, FALSE);
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Model) model = server_new();
    g_autofree char *text = NULL;

    c->prepare(model);
    g_assert_cmpint(model_run(model, c->rule), ==, c->want);
    if (c->want != FIRES)
        return;
    g_assert_cmpstr(model_finding(model)->object, ==, c->object);
    text = text_of(model_finding(model));
    if (c->part)
        assert_contains(text, c->part);
}

static void
test_two_schemas(void)
{
    g_autoptr(Model) model = server_new();

    upper_case_in_two_schemas(model);
    g_assert_cmpint(model_run(model, "naming-needs-quotes"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    g_assert_cmpstr(model_finding_at(model, 0)->object, ==, "app");
    g_assert_cmpstr(model_finding_at(model, 1)->object, ==, "public");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/rules/schema/%s/%s", cases[i].rule, cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/rules/schema/naming-needs-quotes/two-schemas", test_two_schemas);
    return g_test_run();
}
