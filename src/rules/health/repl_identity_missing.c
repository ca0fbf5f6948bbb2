/* repl-identity-missing: a published table whose rows a subscriber cannot find again. The server
 * refuses UPDATE and DELETE on it. */
#include <base/text.h>

#include "../index_fix_internal.h"

/* Each partition has an identity of its own, and the parent's is not asked for. */
#define MAX_STATEMENTS 20

/* A partitioned table and which of its partitions lack one; a plain table is its own. */
typedef struct {
    const PgaRelation *root;
    GPtrArray *without; /* of const PgaRelation * */
} Family;

static void
family_free(gpointer data)
{
    Family *family = data;

    g_ptr_array_unref(family->without);
    g_free(family);
}

static gboolean
has_identity_index(const PgaRelation *relation)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->indisreplident && index->indisvalid)
            return TRUE;
    }
    return FALSE;
}

static gboolean
lacks_identity(const PgaRelation *relation)
{
    if (relation->relkind != 'r' || !relation->published_updates || relation->extension)
        return FALSE;
    switch (relation->relreplident) {
    case 'd':
        return !pga_relation_primary_key(relation);
    case 'i':
        return !has_identity_index(relation);
    default:
        return relation->relreplident == 'n';
    }
}

static const PgaRelation *
root_of(const PgaRuleRun *run, const PgaRelation *relation)
{
    const PgaRelation *parent;

    while (relation->relispartition &&
           (parent = pga_catalog_relation(run->whole, relation->parent)))
        relation = parent;
    return relation;
}

/* All its columns NOT NULL, unique at once and everywhere: what REPLICA IDENTITY USING INDEX takes.
 */
static const PgaIndex *
find_index(const PgaRelation *relation)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);
        const PgaConstraint *constraint = pga_index_constraint(relation, index);
        g_autoptr(GArray) key = pga_index_key(index);
        gboolean fits = index->indisunique && index->indisvalid && !index->pred &&
                        !(constraint && constraint->condeferrable);

        for (guint j = 0; fits && j < key->len; j++) {
            const PgaAttribute *attribute =
                pga_relation_attribute(relation, g_array_index(key, gint16, j));

            fits = attribute && attribute->attnotnull;
        }
        if (fits)
            return index;
    }
    return NULL;
}

static const char *
word(char relreplident)
{
    return relreplident == 'n' ? "NOTHING" : "DEFAULT";
}

static void
add_statement(PgaFinding *finding, const PgaRelation *relation)
{
    g_autofree char *name = pga_relation_display(relation, NULL);
    const PgaIndex *index = find_index(relation);
    g_autofree char *index_name = index ? pga_quote_identifier(index->relname) : NULL;

    if (pga_relation_primary_key(relation))
        pga_finding_add_sql(finding,
                            g_strdup_printf("ALTER TABLE %s REPLICA IDENTITY DEFAULT;", name));
    else if (index)
        pga_finding_add_sql(
            finding,
            g_strdup_printf("ALTER TABLE %s REPLICA IDENTITY USING INDEX %s;", name, index_name));
    else
        pga_finding_add_sql(finding,
                            g_strdup_printf("ALTER TABLE %s REPLICA IDENTITY FULL;", name));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER TABLE %s REPLICA IDENTITY %s;", name,
                                                  word(relation->relreplident)));
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
report(PgaRuleRun *run, const Family *family)
{
    const PgaRelation *first = g_ptr_array_index(family->without, 0);
    g_autofree char *first_name = pga_relation_display(first, NULL);
    g_autofree char *literal = pga_quote_literal(first_name);
    PgaFinding *finding = pga_rule_report(
        run, family->root, NULL,
        "It is in a publication with UPDATE or DELETE, and %s%s has relreplident '%c'%s: every "
        "UPDATE and DELETE on it fails.",
        first == family->root ? "" : "its partition ", first == family->root ? "it" : first_name,
        first->relreplident, first->relreplident == 'd' ? " and no primary key" : "");

    finding->weight = family->without->len;
    if (family->without->len > 1)
        pga_finding_note(finding, "%u partitions are without one.", family->without->len);
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "instant");
    for (guint i = 0; i < family->without->len && family->without->len <= MAX_STATEMENTS; i++)
        add_statement(finding, g_ptr_array_index(family->without, i));
    if (finding->fix.sql->len == 0)
        pga_finding_note(finding, "Give each partition one: ALTER TABLE … REPLICA IDENTITY …; the "
                                  "partitioned table's own is not used.");
    else if (!find_index(first) && !pga_relation_primary_key(first))
        pga_finding_note(finding,
                         "FULL writes all columns of old rows to the WAL, and a subscriber "
                         "searches the whole table for each: a primary key is better.");
    pga_finding_verify(
        finding, "SELECT relname, relreplident FROM pg_class WHERE oid = %s::regclass;", literal);
}

/* Where there is no key at all and the other rule says so, it says this too. */
static gboolean
is_told_elsewhere(const PgaRuleRun *run, const PgaRelation *root)
{
    return !pga_relation_primary_key(root) && pga_rule_concerns(root) &&
           root->relreplident != 'i' && pga_rule_is_on(run, &pga_rule_table_no_primary_key);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) families = g_ptr_array_new_with_free_func(family_free);
    g_autoptr(GHashTable) by_root = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        const PgaRelation *root = root_of(run, relation);
        Family *family = g_hash_table_lookup(by_root, root);

        if (!lacks_identity(relation) || is_told_elsewhere(run, root))
            continue;
        if (!family) {
            family = g_new0(Family, 1);
            *family = (Family){root, g_ptr_array_new()};
            g_ptr_array_add(families, family);
            g_hash_table_insert(by_root, (gpointer)root, family);
        }
        g_ptr_array_add(family->without, (gpointer)relation);
    }
    for (guint i = 0; i < families->len; i++)
        report(run, g_ptr_array_index(families, i));
}

const PgaRule pga_rule_repl_identity_missing = {
    .id = "repl-identity-missing",
    .title = "Published table without a replica identity",
    .category = "replication",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "A subscriber has nothing to find the changed row by, so the server refuses every UPDATE "
        "and DELETE on the table.",
    .when_not = "The table only ever gets INSERTs.",
    .condition =
        "The table is in a publication that sends UPDATE or DELETE, and its replica identity "
        "is NOTHING, the primary key that it lacks, or an index that is gone.",
    .example = "CREATE TABLE log (id bigint PRIMARY KEY, note text);\n"
               "ALTER TABLE log REPLICA IDENTITY NOTHING;\n"
               "CREATE PUBLICATION p FOR TABLE log;",
    .fix =
        "Sets the replica identity: the primary key, a unique index, or all columns. It locks the "
        "table for an instant.",
    .docs = "logical-replication-publication.html",
    .docs_title = "Publication",
    .requirements = "T2-10",
    .inputs = PGA_INPUTS_ANY,
    .check = check,
};
