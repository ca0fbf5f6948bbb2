/* Objects besides relations as rules ask about them. */
#include <base/interrupt.h>

#include "objects_internal.h"

static void
add_routine(PgaSchema *schema, PgaRows *rows)
{
    PgaRoutine *routine = pga_record_add(schema->routines, &pga_routine_type);

    routine->oid = pga_rows_oid(rows, "oid");
    routine->nspname = pga_rows_dup(rows, "nspname");
    routine->proname = pga_rows_dup(rows, "proname");
    routine->arguments = pga_rows_dup(rows, "arguments");
    routine->language = pga_rows_dup(rows, "language");
    routine->prokind = pga_rows_char(rows, "prokind");
    routine->prosecdef = pga_rows_bool(rows, "prosecdef");
    routine->provolatile = pga_rows_char(rows, "provolatile");
    routine->has_sql_body = pga_rows_bool(rows, "has_sql_body");
    routine->config = pga_rows_dup(rows, "config");
    routine->source = pga_rows_dup(rows, "source");
    routine->owner = pga_rows_dup(rows, "owner");
    routine->owner_is_superuser = pga_rows_bool(rows, "owner_is_superuser");
    routine->acl = pga_rows_dup(rows, "acl");
    routine->result = pga_rows_dup(rows, "result");
}

static void
add_trigger(PgaSchema *schema, PgaRows *rows)
{
    PgaTrigger *trigger = pga_record_add(schema->triggers, &pga_trigger_type);

    trigger->oid = pga_rows_oid(rows, "oid");
    trigger->relation = pga_rows_oid(rows, "relation");
    trigger->tgname = pga_rows_dup(rows, "tgname");
    trigger->tgenabled = pga_rows_char(rows, "tgenabled");
    trigger->tgisinternal = pga_rows_bool(rows, "tgisinternal");
    trigger->constraint = pga_rows_oid(rows, "constraint");
    trigger->function = pga_rows_dup(rows, "function");
}

static void
add_policy(PgaSchema *schema, PgaRows *rows)
{
    PgaPolicy *policy = pga_record_add(schema->policies, &pga_policy_type);

    policy->oid = pga_rows_oid(rows, "oid");
    policy->relation = pga_rows_oid(rows, "relation");
    policy->polname = pga_rows_dup(rows, "polname");
    policy->permissive = pga_rows_bool(rows, "permissive");
    policy->cmd = pga_rows_char(rows, "cmd");
    policy->roles = pga_rows_texts(rows, "roles");
    policy->qual = pga_rows_dup(rows, "qual");
    policy->with_check = pga_rows_dup(rows, "with_check");
}

static void
add_rule(PgaSchema *schema, PgaRows *rows)
{
    PgaRewriteRule *rule = pga_record_add(schema->rules, &pga_rewrite_rule_type);

    rule->oid = pga_rows_oid(rows, "oid");
    rule->relation = pga_rows_oid(rows, "relation");
    rule->rulename = pga_rows_dup(rows, "rulename");
    rule->ev_type = pga_rows_char(rows, "ev_type");
    rule->is_instead = pga_rows_bool(rows, "is_instead");
}

static GArray *
dup_oids(PgaRows *rows, const char *column)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(PgaOid));

    pga_rows_oids(rows, column, oids);
    return oids;
}

static void
add_view(PgaSchema *schema, PgaRows *rows)
{
    PgaView *view = pga_record_add(schema->views, &pga_view_type);

    view->oid = pga_rows_oid(rows, "oid");
    view->nspname = pga_rows_dup(rows, "nspname");
    view->relname = pga_rows_dup(rows, "relname");
    view->owner = pga_rows_dup(rows, "owner");
    view->owner_bypasses_rls = pga_rows_bool(rows, "owner_bypasses_rls");
    view->security_invoker = pga_rows_bool(rows, "security_invoker");
    view->is_materialized = pga_rows_bool(rows, "is_materialized");
    view->is_populated = pga_rows_bool(rows, "is_populated");
    view->reads = dup_oids(rows, "reads");
}

static void
add_publication(PgaSchema *schema, PgaRows *rows)
{
    PgaPublication *publication = pga_record_add(schema->publications, &pga_publication_type);

    publication->pubname = pga_rows_dup(rows, "pubname");
    publication->all_tables = pga_rows_bool(rows, "all_tables");
    publication->inserts = pga_rows_bool(rows, "inserts");
    publication->updates = pga_rows_bool(rows, "updates");
    publication->deletes = pga_rows_bool(rows, "deletes");
    publication->truncates = pga_rows_bool(rows, "truncates");
    publication->relations = dup_oids(rows, "relations");
}

static void
add_collation(PgaSchema *schema, PgaRows *rows)
{
    PgaCollationMismatch *mismatch =
        pga_record_add(schema->collations, &pga_collation_mismatch_type);

    mismatch->nspname = pga_rows_dup(rows, "nspname");
    mismatch->collname = pga_rows_dup(rows, "collname");
    mismatch->collversion = pga_rows_dup(rows, "collversion");
    mismatch->actual_version = pga_rows_dup(rows, "actual_version");
    mismatch->indexes = pga_rows_dup(rows, "indexes");
    mismatch->n_indexes = pga_rows_int64(rows, "n_indexes", 0);
}

static void
add_acl(PgaSchema *schema, PgaRows *rows)
{
    PgaSchemaAcl *acl = pga_record_add(schema->schemas, &pga_schema_acl_type);

    acl->nspname = pga_rows_dup(rows, "nspname");
    acl->owner = pga_rows_dup(rows, "owner");
    acl->acl = pga_rows_dup(rows, "acl");
    acl->public_creates = pga_rows_bool(rows, "public_creates");
}

static void
add_detail(PgaSchema *schema, PgaRows *rows)
{
    PgaSchemaDetail *detail = pga_record_add(schema->details, &pga_schema_detail_type);

    detail->kind = pga_rows_dup(rows, "kind");
    detail->name = pga_rows_dup(rows, "name");
    detail->value = pga_rows_dup(rows, "value");
    detail->relation = pga_rows_oid(rows, "relation");
    detail->of_database = pga_rows_bool(rows, "of_database");
}

/** A query and what becomes of its rows. */
typedef struct {
    PgaQuery query;
    void (*add)(PgaSchema *schema, PgaRows *rows);
    const char *twin; /* (nullable): the definitions' query of the same catalog */
} Subject;

/* Where the definitions could not be read either, that is said already. */
static void
drop_twin_note(const PgaCollector *collector, const Subject *subject)
{
    const GPtrArray *notes = collector->not_checked;

    for (guint i = 0; subject->twin && i + 1 < notes->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(notes, i);

        if (g_str_equal(note->what, subject->twin)) {
            g_ptr_array_set_size(collector->not_checked, (int)notes->len - 1);
            return;
        }
    }
}

static gboolean
collect_subject(PgaCollector *collector, const Subject *subject, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector, &subject->query, &result, error))
        return FALSE;
    if (!result)
        drop_twin_note(collector, subject);
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *refusal = pga_rows_refusal(&rows);

        if (!refusal) /* else the definition was refused too, and named */
            subject->add(pga_collector_objects(collector)->schema, &rows);
    }
    return TRUE;
}

gboolean
pga_collect_schema(PgaCollector *collector, GError **error)
{
    static const Subject subjects[] = {
        {{.name = "schema_routines", .what = "functions for the rules"},
         add_routine,
         "functions and procedures"},
        {{.name = "schema_triggers", .what = "triggers for the rules"}, add_trigger, "triggers"},
        {{.name = "schema_policies",
          .what = "policies for the rules",
          .key = "q.oid::pg_catalog.int8",
          .fragile = {"qual", "with_check"}},
         add_policy,
         "policies"},
        {{.name = "schema_rules", .what = "rewrite rules"}, add_rule, "rules"},
        {{.name = "schema_views", .what = "what views read"}, add_view, "views"},
        {{.name = "schema_publications", .what = "publications"}, add_publication, NULL},
        {{.name = "schema_collations", .what = "versions of collations"}, add_collation, NULL},
        {{.name = "schema_acls", .what = "privileges on schemas"}, add_acl, NULL},
        {{.name = "schema_details", .what = "comments and other details"}, add_detail, NULL},
        {{.name = "schema_replicated", .what = "tables of publications"}, add_detail, NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(subjects); i++)
        if (pga_interrupt_check(error) || !collect_subject(collector, &subjects[i], error))
            return FALSE;
    return TRUE;
}
