/* Changing a column's type: default, operator classes and the way back included. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "column_internal.h"
#include "index_fix_internal.h"
#include "type_change_internal.h"

void
pga_finding_note_rewrite(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation)
{
    g_autofree char *size = NULL;

    if (!pga_rule_is_server(run) || relation->table_bytes < 0) {
        pga_finding_note(
            finding,
            "The table and its indexes are rewritten, with reads and writes blocked: do it in "
            "a maintenance window, with lock_timeout set.");
        return;
    }
    size = pga_bytes_format_storage(relation->table_bytes);
    pga_finding_note(
        finding,
        "The table (%s) and its indexes are rewritten, with reads and writes blocked: do it in a "
        "maintenance window, with lock_timeout set.",
        size);
}

/* An index with an operator class of its own on the column: it would not accept the new type. */
static gboolean
stands_in_the_way(const PgaIndex *index, gint16 attnum)
{
    static const char *const opclasses[] = {" text_pattern_ops", " varchar_pattern_ops",
                                            " bpchar_pattern_ops", "_trgm_ops"};

    if (index->constraint || index->parent || !index->definition ||
        !pga_attnums_contain(index->indkey, attnum))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(opclasses); i++) {
        if (strstr(index->definition, opclasses[i]))
            return TRUE;
    }
    return FALSE;
}

/* Whether @expression (nullable) uses the column as what it is now. jsonb has json's operators, but
 * functions of its own: json_typeof() does not take it. */
static gboolean
is_written_for_type(const PgaTypeChange *change, const char *expression)
{
    return pga_expression_names_column(expression, change->attribute) &&
           (!pga_column_has_type(change->attribute, "json") || strstr(expression, "json_"));
}

/* (transfer full) (nullable): the name of an index whose expression or predicate was written for
 * the present type. */
static char *
expression_index(const PgaTypeChange *change)
{
    for (guint i = 0; i < change->relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(change->relation->indexes, i);

        if (is_written_for_type(change, index->exprs) || is_written_for_type(change, index->pred))
            return pga_index_display(index);
    }
    return NULL;
}

/* (transfer full) (nullable): the name of a CHECK constraint on the column. */
static char *
check_constraint(const PgaTypeChange *change)
{
    for (guint i = 0; i < change->relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(change->relation->constraints, i);

        if (constraint->contype == 'c' &&
            pga_attnums_contain(constraint->conkey, change->attribute->attnum) &&
            is_written_for_type(change, constraint->definition))
            return pga_quote_identifier(constraint->conname);
    }
    return NULL;
}

/* (transfer full) (nullable): why one statement cannot do it, and what can. */
static char *
obstacle(const PgaTypeChange *change)
{
    const PgaRelation *relation = change->relation;
    const PgaAttribute *attribute = change->attribute;
    g_autofree char *name = NULL;

    if (pga_column_in_constraint(relation, attribute, 'f') ||
        pga_column_is_referenced(change->referenced, relation, attribute))
        return g_strdup_printf(
            "The column is part of a foreign key: in one transaction drop the constraint, change "
            "both sides to %s, add it again NOT VALID; then VALIDATE CONSTRAINT.",
            change->type);
    if (pga_column_in_partition_key(relation, attribute))
        return g_strdup_printf(
            "The column is in the partition key, whose type PostgreSQL does not change: make a new "
            "partitioned table with %s and move the rows.",
            change->type);
    name = check_constraint(change);
    if (name)
        return g_strdup_printf("CHECK constraint %s was written for %s: in one transaction drop "
                               "it, change the column to %s, and add what is left of it.",
                               name, attribute->type, change->type);
    name = expression_index(change);
    if (name)
        return g_strdup_printf("Index %s has an expression or a WHERE clause written for %s: drop "
                               "it first, change the column to %s, and make what still is needed.",
                               name, attribute->type, change->type);
    return NULL;
}

static void
drop_indexes_in_the_way(PgaFinding *finding, const PgaTypeChange *change)
{
    for (guint i = 0; i < change->relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(change->relation->indexes, i);
        g_autofree char *name = NULL;

        if (!stands_in_the_way(index, change->attribute->attnum))
            continue;
        name = pga_index_display(index);
        pga_finding_add_sql(finding, g_strdup_printf("DROP INDEX %s;", name));
        pga_finding_note(finding,
                         "Index %s is for pattern matching on text and does not fit the new type.",
                         name);
    }
}

/* One ALTER TABLE that makes the column @type out of @value, and its default along. */
static char *
statement(const PgaTypeChange *change, const char *type, const char *value,
          const char *default_cast)
{
    g_autofree char *table = pga_relation_display(change->relation, NULL);
    g_autofree char *column = pga_quote_identifier(change->attribute->attname);
    const char *default_expr = change->default_casts ? NULL : change->attribute->default_expr;

    if (!default_expr)
        return g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s;", table, column,
                               type, value);
    return g_strdup_printf(
        "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT, ALTER COLUMN %s TYPE %s USING %s, "
        "ALTER COLUMN %s SET DEFAULT (%s)%s;",
        table, column, column, type, value, column, default_expr, default_cast);
}

static void
add_fix(PgaFinding *finding, const PgaTypeChange *change)
{
    g_autofree char *column = pga_quote_identifier(change->attribute->attname);
    g_autofree char *cast = g_strdup_printf("::%s", change->type);
    g_autofree char *value = g_strconcat(column, cast, NULL);

    pga_finding_add_sql(finding, statement(change, change->type, value, cast));
}

static void
add_undo(PgaFinding *finding, const PgaTypeChange *change)
{
    const char *collation = change->attribute->collation;
    g_autofree char *type = g_strconcat(change->attribute->type, collation ? " COLLATE " : "",
                                        collation ? collation : "", NULL);
    g_autofree char *column = pga_quote_identifier(change->attribute->attname);
    g_autofree char *value =
        g_strdup_printf("%s::%s", change->back ? change->back : column, change->attribute->type);

    pga_finding_add_undo(finding, statement(change, type, value, ""));
    for (guint i = 0; i < change->relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(change->relation->indexes, i);

        if (stands_in_the_way(index, change->attribute->attnum))
            pga_finding_add_undo(finding, pga_index_recreate(change->relation, index));
    }
}

void
pga_finding_change_type(const PgaRuleRun *run, PgaFinding *finding, const PgaTypeChange *change)
{
    g_autofree char *why_not = obstacle(change);

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "rewrite");
    if (why_not) {
        pga_finding_note(finding, "%s", why_not);
        pga_finding_prove(finding, PGA_PROOF_NONE, change->relation);
        return;
    }
    drop_indexes_in_the_way(finding, change);
    pga_finding_verify(finding,
                       "EXPLAIN of the statements that filter, join or sort by the column shows no "
                       "cast of it, and estimates closer to the rows.");
    add_fix(finding, change);
    add_undo(finding, change);
    pga_finding_note_rewrite(run, finding, change->relation);
    pga_finding_note(
        finding,
        "One value that does not convert stops the statement and changes nothing. Views that "
        "use the column must be dropped first and made again.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, change->relation);
}
