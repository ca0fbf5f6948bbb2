/* fk-missing-candidate: a column that looks like a reference, and is none. */
#include "../column_internal.h"
#include "../each_internal.h"
#include "../object_name_internal.h"
#include <base/text.h>
#include <string.h>

/* (nullable): the table that "customer_id" names: customer, customers, customeres, or with -y as
 * -ies, in the schema of @relation. */
static const PgaRelation *
named_table(const PgaRuleRun *run, const PgaRelation *relation, const char *attname)
{
    static const char *const endings[] = {"", "s", "es", NULL};
    g_autofree char *stem = g_strndup(attname, strlen(attname) - strlen("_id"));
    const gsize n = strlen(stem);

    for (guint i = 0; endings[i]; i++) {
        g_autofree char *name = g_strconcat(stem, endings[i], NULL);
        const PgaRelation *found =
            pga_catalog_relation_by_name(run->whole, relation->nspname, name);

        if (found)
            return found;
    }
    if (n > 1 && stem[n - 1] == 'y') {
        g_autofree char *name = g_strdup_printf("%.*sies", (int)n - 1, stem);

        return pga_catalog_relation_by_name(run->whole, relation->nspname, name);
    }
    return NULL;
}

/* "owner_id" beside "owner_type": which table it is stands in the row. */
static gboolean
is_polymorphic(const PgaRelation *relation, const char *attname)
{
    static const char *const kinds[] = {"_type", "_kind", "_class", "_table", NULL};

    for (guint i = 0; kinds[i]; i++) {
        g_autofree char *name =
            g_strdup_printf("%.*s%s", (int)(strlen(attname) - strlen("_id")), attname, kinds[i]);

        for (guint j = 0; j < relation->attributes->len; j++) {
            const PgaAttribute *other = g_ptr_array_index(relation->attributes, j);

            if (g_str_equal(other->attname, name))
                return TRUE;
        }
    }
    return FALSE;
}

/* (nullable): the only column of the primary key of @parent, if it has the type of @attribute. */
static const PgaAttribute *
fitting_key(const PgaRelation *parent, const PgaAttribute *attribute)
{
    const PgaIndex *key = pga_relation_primary_key(parent);
    const PgaAttribute *column =
        key && key->n_key_atts == 1
            ? pga_relation_attribute(parent, g_array_index(key->indkey, gint16, 0))
            : NULL;

    return column && column->atttypid == attribute->atttypid ? column : NULL;
}

static void
add_fix(PgaFinding *finding, const PgaRelation *relation, const PgaAttribute *attribute,
        const PgaRelation *parent, const PgaAttribute *key)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *other = pga_relation_display(parent, NULL);
    g_autofree char *column = pga_quote_identifier(attribute->attname);
    g_autofree char *referenced = pga_quote_identifier(key->attname);
    g_autofree char *conname = pga_object_name_make(relation->relname, attribute->attname, "fkey");
    g_autofree char *name = pga_quote_identifier(conname);
    const gboolean partitioned = relation->relkind == 'p';

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "SHARE ROW EXCLUSIVE", "scan");
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) "
                                        "REFERENCES %s (%s)%s;",
                                        table, name, column, other, referenced,
                                        partitioned ? "" : " NOT VALID"));
    if (!partitioned)
        pga_finding_add_sql(finding,
                            g_strdup_printf("ALTER TABLE %s VALIDATE CONSTRAINT %s;", table, name));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, name));
    pga_finding_note(finding, "Rows that refer to nothing make it fail: look for them first. Index "
                              "the column too (rule fk-missing-index).");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, parent);
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
      gpointer data G_GNUC_UNUSED)
{
    const PgaRelation *parent;
    const PgaAttribute *key;
    g_autofree char *name = NULL;
    PgaFinding *finding;

    if (strlen(attribute->attname) <= strlen("_id") ||
        !g_str_has_suffix(attribute->attname, "_id") || attribute->attgenerated ||
        pga_column_in_constraint(relation, attribute, 'f') ||
        is_polymorphic(relation, attribute->attname))
        return;
    parent = named_table(run, relation, attribute->attname);
    key = parent && parent != relation && parent->relkind == 'r' ? fitting_key(parent, attribute)
                                                                 : NULL;
    if (!key || !pga_rule_concerns(parent))
        return;
    name = pga_relation_display(parent, key);
    finding = pga_rule_report(run, relation, attribute,
                              "It is named after %s and has its type, but no foreign key.", name);
    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    add_fix(finding, relation, attribute, parent, key);
}

/* Without any foreign key the schema's makers do without them: then it is one finding a column too
 * many. */
static gboolean
uses_foreign_keys(const PgaRuleRun *run)
{
    for (guint i = 0; i < run->catalog->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(run->catalog->constraints, i);

        if (constraint->contype == 'f')
            return TRUE;
    }
    return FALSE;
}

static void
check(PgaRuleRun *run)
{
    if (uses_foreign_keys(run))
        pga_each_attribute(run, judge, NULL);
}

const PgaRule pga_rule_fk_missing_candidate = {
    .id = "fk-missing-candidate",
    .title = "Column that looks like a foreign key and is none",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_INFO,
    .why = "Nothing keeps a row from referring to what was deleted, or never was there; the "
           "planner does not learn that each row finds exactly one.",
    .when_not = "The rows live in another database or are sharded, or loads are too fast to check.",
    .condition =
        "A column named like a table and _id has the type of that table's primary key and is in no "
        "foreign key, no column beside it names a type, and the database uses foreign keys.",
    .example = "CREATE TABLE customer (id bigint PRIMARY KEY);\n"
               "CREATE TABLE invoice (customer_id bigint);",
    .fix = "Adds the foreign key NOT VALID and validates it; wants your decision.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Constraints: Foreign Keys",
    .requirements = "T2-3 PRE-7",
    .check = check,
};
