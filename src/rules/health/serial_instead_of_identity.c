/* serial-instead-of-identity: a column numbered by a sequence's default, as SERIAL makes it.
 * IDENTITY does the same by the SQL standard, with the sequence's permissions and life tied to the
 * column. */
#include <base/text.h>

#include "../column_internal.h"
#include "../rule_internal.h"
#include "../schema_names_internal.h"
#include "../sequence_default_internal.h"
#include "../subject_internal.h"

#define GATHER              0

#define IDENTITY_PAGE_SINCE 170000

/* (transfer full): of char * (a default) to its number of columns; partitions have their parent's
 * and do not count. */
static GHashTable *
count_defaults(const PgaCatalog *catalog)
{
    GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        for (guint j = 0; j < relation->attributes->len && !relation->relispartition; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);
            char *text = attribute->default_expr;

            if (text && g_str_has_prefix(text, "nextval("))
                g_hash_table_insert(
                    counts, text,
                    GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(counts, text)) + 1));
        }
    }
    return counts;
}

static gboolean
is_integer(const PgaAttribute *attribute)
{
    return pga_column_has_type(attribute, "int2") || pga_column_has_type(attribute, "int4") ||
           pga_column_has_type(attribute, "int8");
}

/* Limits that are no type's were somebody's decision. Sequences made before 10 all end with bigint.
 */
static gboolean
has_serial_limits(const PgaSequence *sequence)
{
    return sequence->min_value == 1 &&
           (sequence->max_value == G_MAXINT16 || sequence->max_value == G_MAXINT32 ||
            sequence->max_value == G_MAXINT64);
}

/* (nullable): the sequence, if the column is what SERIAL makes and nothing else uses it. */
static const PgaSequence *
serial_sequence(const PgaCatalog *catalog, GHashTable *counts, const PgaRelation *relation,
                const PgaAttribute *attribute)
{
    const PgaSequence *sequence = pga_catalog_sequence(catalog, attribute->owned_sequence);

    if (!sequence || attribute->attidentity || !attribute->attnotnull || !is_integer(attribute) ||
        !has_serial_limits(sequence))
        return NULL;
    if (sequence->owner_relid != relation->oid || sequence->owner_attnum != attribute->attnum ||
        sequence->owner_deptype != 'a' || sequence->increment <= 0 || sequence->cycle)
        return NULL;
    if (!pga_default_is_nextval_of(attribute, sequence) ||
        GPOINTER_TO_UINT(g_hash_table_lookup(counts, attribute->default_expr)) != 1)
        return NULL;
    return sequence;
}

/* (transfer full): "greatest(5001, max + 1)": never below what was handed out, nor below what is in
 * the table by the time the statement runs. */
static char *
next_value(const PgaSequence *sequence, const char *table, const char *column)
{
    g_autofree char *max =
        g_strdup_printf("(SELECT coalesce(max(%s), 0) + 1 FROM %s)", column, table);
    gint64 next = sequence->start_value;

    if (sequence->readable)
        next = sequence->last_value;
    if (sequence->readable && sequence->is_called && next <= G_MAXINT64 - sequence->increment)
        next += sequence->increment;
    if (next <= 1)
        return g_steal_pointer(&max);
    return g_strdup_printf("greatest(%" G_GINT64_FORMAT ", %s)", next, max);
}

/* Whether max() of the column is one step in an index instead of a scan. */
static gboolean
leads_btree(const PgaRelation *relation, const PgaAttribute *attribute)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (g_strcmp0(index->amname, "btree") == 0 && index->indisvalid && !index->pred &&
            index->n_key_atts > 0 && g_array_index(index->indkey, gint16, 0) == attribute->attnum)
            return TRUE;
    }
    return FALSE;
}

static void
add_fix(PgaFinding *finding, const PgaRelation *relation, const PgaAttribute *attribute,
        const PgaSequence *sequence)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *column = pga_quote_identifier(attribute->attname);
    g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);
    g_autofree char *literal = pga_quote_literal(name);
    g_autofree char *table_literal = pga_quote_literal(table);
    g_autofree char *column_literal = pga_quote_literal(attribute->attname);
    g_autofree char *next = next_value(sequence, table, column);
    g_autofree char *increment =
        sequence->increment == 1
            ? g_strdup("")
            : g_strdup_printf(" INCREMENT BY %" G_GINT64_FORMAT, sequence->increment);

    pga_finding_add_sql(finding, g_strdup("BEGIN;"));
    pga_finding_add_sql(
        finding, g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT;", table, column));
    pga_finding_add_sql(finding, g_strdup_printf("DROP SEQUENCE %s;", name));
    pga_finding_add_sql(
        finding,
        g_strdup_printf(
            "ALTER TABLE %s ALTER COLUMN %s ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE "
            "NAME %s%s);",
            table, column, name, increment));
    pga_finding_add_sql(finding,
                        g_strdup_printf("SELECT pg_catalog.setval(%s, %s, false);", literal, next));
    pga_finding_add_sql(finding, g_strdup("COMMIT;"));
    pga_finding_add_undo(finding, g_strdup("BEGIN;"));
    pga_finding_add_undo(
        finding, g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY;", table, column));
    pga_finding_add_undo(finding, g_strdup_printf("CREATE SEQUENCE %s AS %s%s OWNED BY %s.%s;",
                                                  name, attribute->type, increment, table, column));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT nextval(%s);",
                                         table, column, literal));
    pga_finding_add_undo(
        finding, g_strdup_printf("SELECT pg_catalog.setval(%s, %s, false);", literal, next));
    pga_finding_add_undo(finding, g_strdup("COMMIT;"));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE",
                        leads_btree(relation, attribute) ? "instant" : "scan");
    pga_finding_note(
        finding,
        "All in one transaction, with lock_timeout set; setval() continues after the highest value "
        "in use. Privileges granted on the sequence, and a CACHE of its own, go with it: INSERT "
        "needs none on an identity column, currval() and setval() need them granted again. Run the "
        "undo as the table's owner: a sequence must have the same one.");
    pga_finding_verify(finding,
                       "SELECT attidentity FROM pg_attribute WHERE attrelid = "
                       "%s::regclass AND attname = %s;",
                       table_literal, column_literal);
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

/* The page about identity columns came with 17. */
static void
cite(const PgaRuleRun *run, PgaFinding *finding)
{
    if (run->environment->version_num >= IDENTITY_PAGE_SINCE)
        return;
    finding->docs_url = pga_rule_docs_url(run->environment, "sql-createtable.html");
    finding->docs_title = "CREATE TABLE: GENERATED AS IDENTITY";
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
       const PgaSequence *sequence)
{
    g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);
    PgaFinding *finding = pga_rule_report(run, relation, attribute,
                                          "Its default is nextval() of sequence %s, which it owns, "
                                          "and pg_attribute.attidentity is empty.",
                                          name);

    finding->weight = MAX(relation->reltuples, 0);
    cite(run, finding);
    add_fix(finding, relation, attribute, sequence);
}

/** What both passes look through. */
typedef struct {
    GHashTable *counts;
    GHashTable *schemas; /* filled by the first one */
} Pass;

typedef void (*Visit)(PgaRuleRun *run, const Pass *pass, const PgaRelation *relation,
                      const PgaAttribute *attribute, const PgaSequence *sequence);

static void
gather(PgaRuleRun *run G_GNUC_UNUSED, const Pass *pass, const PgaRelation *relation,
       const PgaAttribute *attribute, const PgaSequence *sequence G_GNUC_UNUSED)
{
    pga_schema_names_add(pass->schemas, relation, attribute);
}

static void
report_few(PgaRuleRun *run, const Pass *pass, const PgaRelation *relation,
           const PgaAttribute *attribute, const PgaSequence *sequence)
{
    if (!pga_schema_names_exceed(pass->schemas, relation, run->threshold[GATHER]))
        report(run, relation, attribute, sequence);
}

/* A convention of whoever made the schema, its framework as a rule. */
static void
report_many(PgaRuleRun *run, const char *nspname, const GPtrArray *columns)
{
    g_autofree char *names = pga_names_listed(columns);
    g_autofree char *object = pga_quote_identifier(nspname);
    PgaFinding *finding = pga_rule_report_object(
        run, object, "%u columns have nextval() of a sequence they own as default: %s.",
        columns->len, names);

    finding->weight = columns->len;
    cite(run, finding);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding,
                     "Make new tables with GENERATED BY DEFAULT AS IDENTITY; nothing is urgent "
                     "about the others. With gather: 100000 under this rule in pgarchitect.yaml "
                     "each is reported by itself, with the statements that change it.");
}

static void
visit_columns(PgaRuleRun *run, const Pass *pass, const PgaRelation *relation, Visit visit)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const PgaSequence *sequence =
            serial_sequence(run->catalog, pass->counts, relation, attribute);

        if (sequence)
            visit(run, pass, relation, attribute, sequence);
    }
}

static void
visit_tables(PgaRuleRun *run, const Pass *pass, Visit visit)
{
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        /* partitioned tables may have identity columns since 17 */
        if (pga_rule_concerns(relation) &&
            (relation->relkind != 'p' || run->environment->version_num >= 170000))
            visit_columns(run, pass, relation, visit);
    }
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) counts = count_defaults(run->catalog);
    g_autoptr(GHashTable) schemas = pga_schema_names_new();
    const Pass pass = {counts, schemas};

    visit_tables(run, &pass, gather);
    visit_tables(run, &pass, report_few);
    pga_schema_names_each(run, schemas, run->threshold[GATHER], report_many);
}

const PgaRule pga_rule_serial_instead_of_identity = {
    .id = "serial-instead-of-identity",
    .title = "SERIAL column where IDENTITY fits",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "SERIAL is a default and a sequence that only happen to belong together: the sequence "
           "needs grants of its own, "
           "and a copied table shares it. IDENTITY is one property of the column, by the SQL "
           "standard.",
    .when_not = "The framework that owns the schema makes SERIAL columns and expects them (Django "
                "before 4.1).",
    .condition =
        "A column's default is nextval() of a sequence that the column owns, and the column is "
        "no identity column. More than {gather} of one schema are one finding.",
    .example = "CREATE TABLE orders (id serial PRIMARY KEY);",
    .fix = "Replaces default and sequence by an identity column that goes on counting, in one "
           "transaction: ACCESS EXCLUSIVE for an instant where an index leads with the column; "
           "wants your decision first.",
    .versions = "Identity columns came with 10, on partitioned tables with 17.",
    .docs = "ddl-identity-columns.html",
    .docs_title = "Identity Columns",
    .requirements = "T1-2 T2-2",
    .thresholds = {{"gather", "columns", 5, "So many are a convention, decided once."}},
    .check = check,
};
