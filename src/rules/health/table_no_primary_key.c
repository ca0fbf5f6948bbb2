/* table-no-primary-key: no way to name one row. Logical replication cannot update such a table
 * unless told how. */
#include <string.h>

#include <base/text.h>

#include "../column_internal.h"
#include "../index_fix_internal.h"
#include "../object_name_internal.h"
#include "../type_change_internal.h"

#define IDENTITY "bigint GENERATED ALWAYS AS IDENTITY"

typedef struct {
    PgaRuleRun *run;
    GHashTable *names;      /* of relations, to name new indexes */
    GHashTable *partitions; /* by parent */
} Pass;

/* PostgreSQL takes an index over as primary key only if it could have made it itself: its
 * definition is nothing but the columns. Source: transformIndexConstraint() in PostgreSQL 17
 * src/backend/parser/parse_utilcmd.c */
static gboolean
is_plain_unique(const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *columns = NULL, *plain = NULL;
    g_autoptr(GArray) key = NULL;

    if (!index->indisunique || !index->indisvalid || !index->indisready || index->pred ||
        index->exprs || index->indnullsnotdistinct)
        return FALSE;
    key = pga_index_key(index);
    for (guint i = 0; i < key->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(key, gint16, i));

        if (!attribute || !attribute->attnotnull)
            return FALSE;
    }
    columns = pga_relation_column_list(relation, key);
    plain = g_strdup_printf("USING btree (%s)", columns);
    return g_str_has_prefix(pga_index_tail(index), plain);
}

/* (nullable): the index to make a primary key of; one that backs no constraint yet is taken as it
 * is. */
static const PgaIndex *
find_candidate(const PgaRelation *relation)
{
    const PgaIndex *found = NULL;

    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (is_plain_unique(relation, index) &&
            (!found || (found->constraint && !index->constraint)))
            found = index;
    }
    return found;
}

/* (nullable): a column that is filled from a sequence: its values were meant to be the key. */
static const PgaAttribute *
find_numbered(const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (attribute->attnotnull && (attribute->attidentity || attribute->owned_sequence))
            return attribute;
    }
    return NULL;
}

static gboolean
has_column(const PgaRelation *relation, const char *name)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (g_str_equal(attribute->attname, name))
            return TRUE;
    }
    return FALSE;
}

/* (transfer full): "id", or the first of row_id, row_id2, … that is free. */
static char *
free_column_name(const PgaRelation *relation)
{
    char *name = g_strdup("id");

    for (guint n = 1; has_column(relation, name); n++) {
        g_free(name);
        name = n == 1 ? g_strdup("row_id") : g_strdup_printf("row_id%u", n);
    }
    return name;
}

static void
use_index(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *name = pga_quote_identifier(index->relname);

    pga_finding_add_sql(
        finding, g_strdup_printf("ALTER TABLE %s ADD PRIMARY KEY USING INDEX %s;", table, name));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, name));
    pga_finding_add_undo(finding, pga_index_recreate(relation, index));
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "instant");
    pga_finding_note(
        finding,
        "Its columns are NOT NULL and unique index %s exists, so nothing is read or built. Set "
        "lock_timeout.",
        name);
}

/* Builds the index beside the running work first, then makes it the key in an instant. */
static void
build_index(PgaFinding *finding, const PgaRelation *relation, GHashTable *names,
            const char *columns)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *name =
        pga_object_name_choose(names, relation->nspname, relation->relname, NULL, "pkey");
    g_autofree char *quoted = pga_quote_identifier(name);

    pga_finding_add_sql(finding, g_strdup_printf("CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s);",
                                                 quoted, table, columns));
    pga_finding_add_sql(
        finding, g_strdup_printf("ALTER TABLE %s ADD PRIMARY KEY USING INDEX %s;", table, quoted));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, quoted));
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "scan");
    pga_finding_note(
        finding,
        "Reads and writes go on while the index is built; the ALTER TABLE then locks for an "
        "instant. If the values are not unique the build fails and leaves an invalid index to "
        "drop.");
}

static void
add_column(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *name = free_column_name(relation);
    const gboolean identity = run->environment->version_num >= 100000;

    pga_finding_add_sql(finding, g_strdup_printf("ALTER TABLE %s ADD COLUMN %s %s PRIMARY KEY;",
                                                 table, name, identity ? IDENTITY : "bigserial"));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER TABLE %s DROP COLUMN %s;", table, name));
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "rewrite");
    pga_finding_note_rewrite(run, finding, relation);
    pga_finding_note(
        finding,
        "If some columns already name a row, make those the key instead: CREATE UNIQUE INDEX "
        "CONCURRENTLY, then ADD PRIMARY KEY USING INDEX.");
}

/* Appends the columns of "RANGE (a, b)", as @relation numbers those of the same names. Returns
 * FALSE when there is an expression among them, which no primary key can hold. */
static gboolean
append_partition_key(const PgaRelation *relation, const char *partkey, GArray *attnums)
{
    const char *open = partkey ? strchr(partkey, '(') : NULL;
    const char *close = partkey ? strrchr(partkey, ')') : NULL;
    g_autofree char *inside = open && close ? g_strndup(open + 1, (gsize)(close - open - 1)) : NULL;
    g_auto(GStrv) parts = inside ? g_strsplit(inside, ", ", -1) : NULL;
    guint n_found = 0;

    for (guint i = 0; parts && i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        g_autofree char *column = pga_quote_identifier(attribute->attname);

        if (!g_strv_contains((const char *const *)parts, column))
            continue;
        n_found++;
        if (!pga_attnums_contain(attnums, attribute->attnum))
            g_array_append_val(attnums, attribute->attnum);
    }
    return parts && n_found == g_strv_length(parts);
}

/* (transfer full) (nullable): the columns that each unique index of @relation must hold: those of
 * its partition key and of the keys of partitions that are partitioned themselves. */
static GArray *
partition_key(const Pass *pass, const PgaRelation *relation)
{
    g_autoptr(GArray) attnums = g_array_new(FALSE, FALSE, sizeof(gint16));
    g_autoptr(GPtrArray) partitioned = g_ptr_array_new();

    g_ptr_array_add(partitioned, (gpointer)relation);
    for (guint i = 0; i < partitioned->len; i++) {
        const PgaRelation *level = g_ptr_array_index(partitioned, i);
        const GPtrArray *list = g_hash_table_lookup(pass->partitions, GUINT_TO_POINTER(level->oid));

        if (!append_partition_key(relation, level->partkey, attnums))
            return NULL;
        for (guint j = 0; list && j < list->len; j++) {
            PgaRelation *partition = g_ptr_array_index(list, j);

            if (partition->relkind == 'p')
                g_ptr_array_add(partitioned, partition);
        }
    }
    return g_steal_pointer(&attnums);
}

/* The key from a unique index of a partitioned table. */
static void
repeat_unique(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *candidate,
              GHashTable *names)
{
    g_autoptr(GArray) key = pga_index_key(candidate);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *columns = pga_relation_column_list(relation, key);
    g_autofree char *conname = /* named, so that the undo can name it */
        pga_object_name_choose(names, relation->nspname, relation->relname, NULL, "pkey");
    g_autofree char *quoted = pga_quote_identifier(conname);

    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "scan");
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s PRIMARY KEY (%s);", table,
                                        quoted, columns));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, quoted));
    pga_finding_note(finding,
                     "A partitioned table cannot take over an index as its key: every partition "
                     "gets a new one, with reads and writes blocked.");
}

/* A new column and the partition key; what becomes NOT NULL by that is undone too. */
static void
add_partitioned_column(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
                       const GArray *key)
{
    /* identity columns on partitioned tables came with 17 */
    const gboolean identity = run->environment->version_num >= 170000;
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *name = free_column_name(relation);
    g_autofree char *columns = pga_relation_column_list(relation, key);

    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "rewrite");
    /* in one statement, version 11 finds nulls in the column that it is just filling */
    pga_finding_add_sql(finding, g_strdup_printf("ALTER TABLE %s ADD COLUMN %s %s;", table, name,
                                                 identity ? IDENTITY : "bigserial"));
    pga_finding_add_sql(
        finding, g_strdup_printf("ALTER TABLE %s ADD PRIMARY KEY (%s, %s);", table, name, columns));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER TABLE %s DROP COLUMN %s;", table, name));
    for (guint i = 0; i < key->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(key, gint16, i));
        g_autofree char *column = pga_quote_identifier(attribute->attname);

        if (!attribute->attnotnull)
            pga_finding_add_undo(
                finding,
                g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;", table, column));
    }
    pga_finding_note_rewrite(run, finding, relation);
    pga_finding_note(finding, "The key of a partitioned table must hold the partition key.");
}

static void
fix_partitioned(const Pass *pass, PgaFinding *finding, const PgaRelation *relation,
                const PgaIndex *candidate)
{
    const gboolean possible = pass->run->environment->version_num >= 110000;
    g_autoptr(GArray) key = partition_key(pass, relation);

    if (possible && candidate) {
        repeat_unique(finding, relation, candidate, pass->names);
        return;
    }
    if (possible && key) {
        add_partitioned_column(pass->run, finding, relation, key);
        return;
    }
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding,
                     possible ? "Its partition key is not just columns, and a primary key can hold "
                                "no expression: give each partition its own primary key."
                              : "Before PostgreSQL 11 a partitioned table has no primary key: give "
                                "each partition its own.");
}

static void
verify(PgaFinding *finding, const PgaRelation *relation)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *literal = pga_quote_literal(table);

    pga_finding_verify(finding,
                       "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
                       "WHERE conrelid = %s::regclass AND contype = 'p';",
                       literal);
}

static void
add_fix(const Pass *pass, PgaFinding *finding, const PgaRelation *relation)
{
    const PgaIndex *candidate = find_candidate(relation);
    const PgaAttribute *numbered = find_numbered(relation);

    if (relation->relkind == 'p') {
        fix_partitioned(pass, finding, relation, candidate);
    } else if (candidate && !candidate->constraint) {
        use_index(finding, relation, candidate);
    } else if (candidate) {
        g_autoptr(GArray) key = pga_index_key(candidate);
        g_autofree char *columns = pga_relation_column_list(relation, key);
        g_autofree char *name = pga_quote_identifier(candidate->relname);

        build_index(finding, relation, pass->names, columns);
        pga_finding_note(
            finding,
            "Unique constraint %s is on the same columns: once foreign keys reference the primary "
            "key instead, it can go.",
            name);
    } else if (numbered) {
        g_autofree char *column = pga_quote_identifier(numbered->attname);

        build_index(finding, relation, pass->names, column);
    } else {
        add_column(pass->run, finding, relation);
    }
    if (finding->fix.sql->len > 0)
        verify(finding, relation);
    pga_finding_prove(finding, finding->fix.sql->len > 0 ? PGA_PROOF_EXECUTE : PGA_PROOF_NONE,
                      relation);
}

/* Logical replication has nothing to find the row by: the publisher refuses every UPDATE and
 * DELETE. */
static gboolean
breaks_replication(const PgaRelation *relation)
{
    return relation->published_updates &&
           (relation->relreplident == 'd' || relation->relreplident == 'n');
}

/* What tools keep their own books in: they know what they do. */
static gboolean
is_bookkeeping(const PgaRelation *relation)
{
    static const char *const names[] = {
        "alembic_version",       "schema_migrations",     "ar_internal_metadata",
        "flyway_schema_history", "goose_db_version",      "knex_migrations_lock",
        "databasechangelog",     "databasechangeloglock", "__diesel_schema_migrations",
        "_prisma_migrations",    "django_migrations",     NULL};

    return g_strv_contains(names, relation->relname);
}

/* Nothing in it that would have to be told apart. */
static gboolean
is_empty(const PgaRelation *relation)
{
    return relation->attributes->len == 0 ||
           (relation->reltuples == 0 && relation->rows_source != PGA_ROWS_UNKNOWN);
}

/* The parent of a child in old-style inheritance is reported instead. */
static gboolean
lacks_key(const PgaRelation *relation)
{
    return pga_rule_concerns(relation) && !relation->inherits && !is_bookkeeping(relation) &&
           !pga_relation_primary_key(relation);
}

static void
report(const Pass *pass, const PgaRelation *relation)
{
    PgaRuleRun *run = pass->run;
    g_autofree char *rows = pga_rule_rows(relation);
    const gboolean breaks = breaks_replication(relation);
    PgaFinding *finding = pga_rule_report(
        run, relation, NULL, "pg_index lists no primary key for it; it holds %s.%s", rows,
        breaks ? " It is in a publication with UPDATE or DELETE and has no replica identity: every "
                 "UPDATE and DELETE on "
                 "it fails."
               : "");

    finding->weight = is_empty(relation) ? 0 : MAX(relation->reltuples, 0);
    if (is_empty(relation))
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    else if (breaks)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_ERROR);
    add_fix(pass, finding, relation);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) names = pga_object_names_new(run->whole);
    g_autoptr(GHashTable) partitions = pga_rule_partitions(run->whole);
    const Pass pass = {run, names, partitions};

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        if (lacks_key(relation))
            report(&pass, relation);
    }
}

const PgaRule pga_rule_table_no_primary_key = {
    .id = "table-no-primary-key",
    .title = "Table without a primary key",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Duplicate rows cannot be told apart or deleted one by one, foreign keys have nothing "
           "to reference, and "
           "logical replication cannot apply UPDATE and DELETE.",
    .when_not = "A staging or log table whose rows are only ever added and dropped together.",
    .condition =
        "An ordinary or partitioned table, no partition, has no primary key. An empty one is "
        "an info; one in a publication with UPDATE or DELETE and without a replica identity is "
        "an error.",
    .example = "CREATE TABLE logs (at timestamptz, message text);",
    .fix = "Makes a unique index on NOT NULL columns the key, builds one CONCURRENTLY where a "
           "numbered column is there, else adds an identity column: ACCESS EXCLUSIVE for an "
           "instant, or for as long as the table is rewritten.",
    .versions = "Partitioned tables have primary keys since 11, identity columns since 17.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS",
    .docs_title = "Constraints: Primary Keys",
    .requirements = "T2-3 PRE-7",
    .check = check,
};
