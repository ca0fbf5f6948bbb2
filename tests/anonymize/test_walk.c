/* Nothing that a user named or wrote stays anywhere in a snapshot. */
#include <anonymize/anonymize.h>
#include <base/error.h>
#include <string.h>

#include "maps.h"
#include "walk_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as types are nested */
static void
check_type(GHashTable *seen, const PgaRecordType *type)
{
    if (!g_hash_table_add(seen, (gpointer)type))
        return;
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];

        if (!pga_walk_knows(type, field))
            g_error("%s.%s would be emptied: it needs a line in src/anonymize/walk.c", type->name,
                    field->name);
        if (field->record)
            check_type(seen, field->record);
    }
}
/* NOLINTEND(misc-no-recursion) */

static void
test_policies(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    check_type(seen, &pga_snapshot_type);
    g_assert_cmpuint(g_hash_table_size(seen), >, 40);
}

#define WORD "zorgomat" /* in every text below, and nowhere else */

/* Fields whose text is one of a few words, or PostgreSQL's own. */
static gboolean
is_fixed(const PgaRecordType *type, const PgaField *field)
{
    static const struct {
        const PgaRecordType *type;
        const char *field;
    } fixed[] = {
        {&pga_hba_rule_type, "netmask"},   {&pga_role_setting_type, "value"},
        {&pga_setting_type, "sourcefile"}, {&pga_predicate_type, "expression"},
        {&pga_predicate_type, "constant"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(fixed); i++)
        if (fixed[i].type == type && g_str_equal(fixed[i].field, field->name))
            return TRUE;
    return field->meaning != PGA_MEANING_IDENTIFIER && field->meaning != PGA_MEANING_SQL &&
           field->meaning != PGA_MEANING_TEXT;
}

static void
fill(const PgaRecordType *type, gpointer record)
{
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        char **text = (char **)((char *)record + field->offset);

        if (field->type == PGA_FIELD_STRING && !is_fixed(type, field)) {
            g_free(*text);
            *text = g_strdup(WORD);
        }
    }
}

/* NOLINTBEGIN(misc-no-recursion): see above */
/* One record of each type in the lists of @section, each text of a user being the word. */
static void
fill_lists(const PgaRecordType *type, gpointer section)
{
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        gpointer at = (char *)section + field->offset;

        if (field->type == PGA_FIELD_RECORDS)
            fill(field->record, pga_record_add(*(GPtrArray **)at, field->record));
        else if (field->type == PGA_FIELD_POINTER && *(gpointer *)at)
            fill_lists(field->record, *(gpointer *)at);
    }
    fill(type, section);
}

static void
assert_no_word(const PgaRecordType *type, gconstpointer record)
{
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        gconstpointer at = (const char *)record + field->offset;
        const char *text = field->type == PGA_FIELD_STRING ? *(char *const *)at : NULL;

        if (text && strstr(text, WORD))
            g_error("%s.%s is %s", type->name, field->name, text);
        if (field->type == PGA_FIELD_POINTER && *(gpointer const *)at)
            assert_no_word(field->record, *(gpointer const *)at);
        if (field->type != PGA_FIELD_RECORDS)
            continue;
        for (guint j = 0; j < (*(GPtrArray *const *)at)->len; j++)
            assert_no_word(field->record, g_ptr_array_index(*(GPtrArray *const *)at, j));
    }
}
/* NOLINTEND(misc-no-recursion) */

static void
test_every_field(void)
{
    const PgaAnonymizeKey key = test_key();
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(PgaNameMap) names = NULL;
    g_autoptr(PgaValueMap) values = NULL;
    g_autoptr(PgaSqlMap) sql = NULL;
    PgaWalk walk;

    fill_lists(&pga_snapshot_type, snapshot);
    fill(&pga_attribute_type,
         pga_record_add(
             ((PgaRelation *)g_ptr_array_index(snapshot->catalog->relations, 0))->attributes,
             &pga_attribute_type));
    names = pga_name_map_new(snapshot, &key);
    values = pga_value_map_new(snapshot, &key, (PgaOwnWords){pga_name_is_own_word, names});
    sql = pga_sql_map_new(names, values, snapshot);
    walk = (PgaWalk){snapshot, names, values, sql, 0};
    pga_walk_meet_names(&walk);
    pga_walk_records(&walk);
    assert_no_word(&pga_snapshot_type, snapshot);
}

/* A shop with a customer and orders. */
static PgaSnapshot *
shop(void)
{
    PgaSnapshot *snapshot = pga_snapshot_new();
    PgaCatalog *catalog = snapshot->catalog;
    PgaRelation *customer = pga_catalog_add_relation(catalog, 100, "shop", "customer");
    PgaRelation *order = pga_catalog_add_relation(catalog, 110, "shop", "order_line");
    PgaAttribute *id = pga_relation_add_attribute(customer, 1, "id");
    PgaAttribute *customer_id = pga_relation_add_attribute(order, 1, "customer_id");
    PgaIndex *index = pga_catalog_add_index(catalog, 101, 100);
    PgaConstraint *constraint = pga_catalog_add_constraint(catalog, 120, 'f', 110);
    PgaWorkloadStatement *statement =
        pga_record_add(snapshot->workload->statements, &pga_workload_statement_type);
    PgaSetting *setting;
    const gint16 one = 1, zero = 0;
    const PgaOid int4_ops = 1978, none = 0;

    customer->owner = g_strdup("boss");
    order->owner = g_strdup("boss");
    id->typname = g_strdup("int4");
    id->typnspname = g_strdup("pg_catalog");
    customer_id->typname = g_strdup("int4");
    customer_id->typnspname = g_strdup("pg_catalog");
    id->type = g_strdup("integer");
    customer_id->type = g_strdup("integer");
    index->nspname = g_strdup("shop");
    index->relname = g_strdup("customer_pkey");
    index->amname = g_strdup("btree");
    index->definition =
        g_strdup("CREATE UNIQUE INDEX customer_pkey ON shop.customer USING btree (id)");
    g_array_append_val(index->indkey, one);
    index->n_key_atts = 1;
    g_array_append_val(index->indclass, int4_ops);
    g_array_append_val(index->indcollation, none);
    g_array_append_val(index->indoption, zero);
    constraint->conname = g_strdup("order_line_customer_id_fkey");
    constraint->confrelid = 100;
    constraint->definition = g_strdup("FOREIGN KEY (customer_id) REFERENCES shop.customer(id)");
    g_array_append_val(constraint->conkey, one);
    g_array_append_val(constraint->confkey, one);
    statement->query =
        g_strdup("SELECT * FROM shop.customer c JOIN shop.order_line o ON o.customer_id = c.id "
                 "WHERE c.id = 42");
    setting = pga_catalog_add_setting(catalog, "app.tenant");
    setting->setting = g_strdup("zorgomat");
    setting->vartype = g_strdup("string");
    setting->source = g_strdup("database");
    setting->context = g_strdup("user");
    pga_catalog_finish(catalog);
    pga_objects_finish(snapshot->objects);
    snapshot->objects->encoding = g_strdup("UTF8");
    snapshot->objects->collate = g_strdup("C");
    snapshot->objects->ctype = g_strdup("C");
    snapshot->objects->provider = 'c';
    snapshot->version = PGA_SNAPSHOT_VERSION;
    snapshot->tool = g_strdup("0");
    snapshot->environment->source_name = g_strdup("shop");
    snapshot->environment->version = g_strdup("17.0");
    snapshot->environment->version_num = 170000;
    return snapshot;
}

static GPtrArray *
anonymize(PgaSnapshot *snapshot, const char *key)
{
    const PgaAnonymizeRequest request = {(const guint8 *)key, key ? strlen(key) : 0};
    GPtrArray *notes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    g_autoptr(GError) error = NULL;

    pga_anonymize(snapshot, &request, notes, &error);
    if (error)
        g_test_message("%s", pga_error_get_detail(error));
    g_assert_no_error(error);
    return notes;
}

static void
test_names_fit(void)
{
    g_autoptr(PgaSnapshot) snapshot = shop();
    g_autoptr(GPtrArray) notes = anonymize(snapshot, NULL);
    const PgaRelation *customer = pga_catalog_relation(snapshot->catalog, 100);
    const PgaRelation *order = pga_catalog_relation(snapshot->catalog, 110);
    const PgaIndex *index = g_ptr_array_index(snapshot->catalog->indexes, 0);
    const PgaWorkloadStatement *statement = g_ptr_array_index(snapshot->workload->statements, 0);
    const PgaConstraint *constraint = g_ptr_array_index(order->constraints, 0);
    const PgaSetting *setting = g_ptr_array_index(snapshot->catalog->settings, 0);

    g_assert_true(snapshot->anonymized);
    g_assert_cmpuint(notes->len, ==, 0);
    g_assert_true(g_str_has_prefix(customer->relname, "table_"));
    g_assert_true(g_str_has_prefix(customer->nspname, "schema_"));
    g_assert_nonnull(strstr(index->definition, customer->relname));
    g_assert_nonnull(strstr(constraint->definition, customer->relname));
    g_assert_true(g_str_has_suffix(index->relname, "_pkey"));
    g_assert_cmpuint(customer->indexes->len, ==, 1);
    g_assert_true(pga_catalog_relation_by_name(snapshot->catalog, customer->nspname,
                                               customer->relname) == customer);
    g_assert_null(pga_catalog_relation_by_name(snapshot->catalog, "shop", "customer"));
    g_assert_true(statement->parsed);
    g_assert_cmpuint(statement->relations->len, ==, 2);
    g_assert_cmpuint(statement->predicates->len, >, 0);
    g_assert_cmpstr(setting->setting, !=, "zorgomat");
    g_assert_null(strstr(setting->name, "tenant"));
    g_assert_true(pga_catalog_setting(snapshot->catalog, setting->name) == setting);
}

/* Where it stands belongs to the values that it gave: 1 is not less than before. */
static void
test_sequences(void)
{
    g_autoptr(PgaSnapshot) snapshot = shop();
    PgaSequence *given = pga_catalog_add_sequence(snapshot->catalog, 200, "shop", "given_seq");
    PgaSequence *fresh = pga_catalog_add_sequence(snapshot->catalog, 201, "shop", "fresh_seq");
    PgaSequence *over = pga_catalog_add_sequence(snapshot->catalog, 202, "shop", "over_seq");
    g_autoptr(GPtrArray) notes = NULL;

    given->is_called = over->is_called = TRUE;
    given->last_value = fresh->last_value = 41;
    over->last_value = over->max_value = 1000;
    notes = anonymize(snapshot, NULL);
    g_assert_cmpuint(notes->len, ==, 0);
    g_assert_cmpint(given->last_value, >, 41);
    g_assert_cmpint(fresh->last_value, ==, 41);
    g_assert_cmpint(over->last_value, ==, 1000);
    g_assert_true(snapshot->environment->dates_moved);
}

static void
test_same_key(void)
{
    g_autoptr(PgaSnapshot) a = shop(), b = shop(), c = shop();
    g_autoptr(GPtrArray) notes_a = anonymize(a, "sixteen bytes or more");
    g_autoptr(GPtrArray) notes_b = anonymize(b, "sixteen bytes or more");
    g_autoptr(GPtrArray) notes_c = anonymize(c, "other bytes than those");
    const char *name = pga_catalog_relation(a->catalog, 100)->relname;

    g_assert_cmpuint(notes_a->len + notes_b->len + notes_c->len, ==, 0);
    g_assert_cmpstr(name, ==, pga_catalog_relation(b->catalog, 100)->relname);
    g_assert_cmpstr(name, !=, pga_catalog_relation(c->catalog, 100)->relname);
}

static void
test_short_key(void)
{
    g_autoptr(PgaSnapshot) snapshot = shop();
    const PgaAnonymizeRequest request = {(const guint8 *)"short", 5};
    g_autoptr(GPtrArray) notes = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    g_assert_false(pga_anonymize(snapshot, &request, notes, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_false(snapshot->anonymized);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/walk/every-field-has-a-policy", test_policies);
    g_test_add_func("/anonymize/walk/no-field-keeps-a-word", test_every_field);
    g_test_add_func("/anonymize/walk/names-fit-each-other", test_names_fit);
    g_test_add_func("/anonymize/walk/sequences-move-along", test_sequences);
    g_test_add_func("/anonymize/walk/same-key-same-pseudonyms", test_same_key);
    g_test_add_func("/anonymize/walk/short-key-is-refused", test_short_key);
    return g_test_run();
}
