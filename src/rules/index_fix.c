/* Dropping an index and making it again, as statements that block nobody where PostgreSQL can do
 * that. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "index_fix_internal.h"

char *
pga_index_display(const PgaIndex *index)
{
    return pga_quote_qualified(index->nspname, index->relname);
}

const char *
pga_definition_find(const char *definition, const char *words)
{
    const gsize length = strlen(words);
    gboolean quoted = FALSE;

    for (const char *at = definition; *at; at++) {
        if (!quoted && strncmp(at, words, length) == 0)
            return at;
        if (*at == '"')
            quoted = !quoted;
    }
    return NULL;
}

const char *
pga_index_tail(const PgaIndex *index)
{
    const char *tail = index->definition ? pga_definition_find(index->definition, " USING ") : NULL;

    return tail ? tail + 1 : "";
}

GArray *
pga_index_key(const PgaIndex *index)
{
    GArray *key = g_array_new(FALSE, FALSE, sizeof(gint16));

    g_array_append_vals(key, index->indkey->data, index->n_key_atts);
    return key;
}

const PgaConstraint *
pga_index_constraint(const PgaRelation *relation, const PgaIndex *index)
{
    for (guint i = 0; index->constraint && i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->oid == index->constraint)
            return constraint;
    }
    return NULL;
}

char *
pga_index_recreate(const PgaRelation *relation, const PgaIndex *index)
{
    const char *name = pga_definition_find(index->definition, " INDEX ");
    const char *table;

    if (relation->relkind != 'p')
        return g_strdup_printf("%.*s INDEX CONCURRENTLY %s;", (int)(name - index->definition),
                               index->definition, name + strlen(" INDEX "));
    /* without ONLY the partitions get theirs as well */
    table = pga_definition_find(name, " ON ONLY ");
    if (!table)
        return g_strconcat(index->definition, ";", NULL);
    return g_strdup_printf("%.*s ON %s;", (int)(table - index->definition), index->definition,
                           table + strlen(" ON ONLY "));
}

static void
drop_constraint(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *index,
                const PgaConstraint *constraint)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *name = pga_quote_identifier(constraint->conname);
    g_autofree char *index_name = pga_quote_identifier(index->relname);

    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, name));
    if (relation->relkind == 'p') {
        pga_finding_add_undo(finding, g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s %s;", table,
                                                      name, constraint->definition));
    } else {
        pga_finding_add_undo(finding, pga_index_recreate(relation, index));
        pga_finding_add_undo(finding,
                             g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s UNIQUE USING INDEX "
                                             "%s;",
                                             table, name, index_name));
    }
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "instant");
    pga_finding_note(finding,
                     "A drop is yours to approve. Set lock_timeout. INSERT … ON CONFLICT ON "
                     "CONSTRAINT %s needs the other constraint's name then.",
                     name);
}

static void
drop_index(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *name = pga_index_display(index);
    const gboolean partitioned = relation->relkind == 'p';

    pga_finding_add_sql(
        finding, g_strdup_printf("DROP INDEX %s%s;", partitioned ? "" : "CONCURRENTLY ", name));
    pga_finding_add_undo(finding, pga_index_recreate(relation, index));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW,
                        partitioned ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE", "instant");
    pga_finding_note(finding, "A drop is yours to approve.");
    if (partitioned)
        pga_finding_note(finding,
                         "A partitioned index cannot be dropped concurrently: set lock_timeout, "
                         "all partitions are locked for the moment of the drop. The undo builds it "
                         "again with writes blocked.");
    else
        pga_finding_note(finding, "Run it outside a transaction block.");
}

void
pga_finding_verify_index(PgaFinding *finding, const char *nspname, const char *relname)
{
    g_autofree char *name = pga_quote_qualified(nspname, relname);
    g_autofree char *literal = pga_quote_literal(name);

    pga_finding_verify(finding,
                       "SELECT idx_scan FROM pg_stat_all_indexes WHERE indexrelid = %s::regclass;",
                       literal);
}

void
pga_finding_drop_index(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaConstraint *constraint = pga_index_constraint(relation, index);
    g_autofree char *table = pga_relation_display(relation, NULL);

    if (constraint)
        drop_constraint(finding, relation, index, constraint);
    else
        drop_index(finding, relation, index);
    pga_finding_verify(finding,
                       "Over the next days mean_exec_time in pg_stat_statements rises for no "
                       "statement that reads %s.",
                       table);
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

void
pga_finding_gain_index_bytes(const PgaRuleRun *run, PgaFinding *finding, const PgaIndex *index)
{
    if (pga_rule_is_server(run) && index->bytes >= 0)
        pga_finding_set_gain(finding, (double)index->bytes, 0, "bytes",
                             "pg_relation_size() of the index");
}

char *
pga_index_size(const PgaRuleRun *run, const PgaIndex *index)
{
    if (!pga_rule_is_server(run) || index->bytes < 0)
        return g_strdup("an unknown size");
    return pga_bytes_format_storage(index->bytes);
}
