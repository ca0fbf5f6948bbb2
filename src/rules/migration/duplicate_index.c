/* duplicate-index: a new index that does what another does. */
#include "../rule_internal.h"

typedef struct {
    PgaPlace *place;
    char *nspname, *relname;
    guint n_before; /* indexes of the relation before it */
    char *name;     /* (nullable): as the server named it; known after the statement */
} Added;

static void
added_free(gpointer data)
{
    Added *added = data;

    pga_place_free(added->place);
    g_free(added->nspname);
    g_free(added->relname);
    g_free(added->name);
    g_free(added);
}

static const PgaStateRelation *
relation_of(const PgaState *state, const Added *added)
{
    return pga_state_relation(state, added->nspname, added->relname);
}

/* What the statement before made is the last index of its table. */
static void
learn_name(const PgaLintRun *run)
{
    const GPtrArray *all = run->memory;
    Added *last = all && all->len > 0 ? g_ptr_array_index(all, all->len - 1) : NULL;
    const PgaStateRelation *relation = last && !last->name ? relation_of(run->state, last) : NULL;

    if (relation && relation->indexes->len > last->n_before) {
        const PgaStateIndex *index =
            g_ptr_array_index(relation->indexes, relation->indexes->len - 1);

        last->name = g_strdup(index->name);
    }
}

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;
    Added *added;

    learn_name(run);
    if (!action || action->kind != PGA_ACTION_CREATE_INDEX || !action->relation)
        return;
    added = g_new0(Added, 1);
    added->place = pga_place_new(run->step, action->location);
    added->nspname = g_strdup(action->relation->nspname);
    added->relname = g_strdup(action->relation->relname);
    added->n_before = action->relation->indexes->len;
    if (!run->memory)
        run->memory = g_ptr_array_new_with_free_func(added_free);
    g_ptr_array_add(run->memory, added);
}

static gboolean
begins_with(const GPtrArray *wide, const GPtrArray *narrow)
{
    if (narrow->len > wide->len)
        return FALSE;
    for (guint i = 0; i < narrow->len; i++)
        if (!g_str_equal(g_ptr_array_index(wide, i), g_ptr_array_index(narrow, i)))
            return FALSE;
    return TRUE;
}

static gboolean
covers(const PgaStateIndex *wide, const PgaStateIndex *narrow)
{
    const gboolean same = wide->keys->len == narrow->keys->len;

    return begins_with(wide->keys, narrow->keys) && narrow->included->len == 0 &&
           g_strcmp0(wide->method, narrow->method) == 0 &&
           (same || g_strcmp0(wide->method, "btree") == 0) &&
           g_strcmp0(wide->predicate, narrow->predicate) == 0 &&
           (!narrow->unique || (same && wide->unique));
}

static void
report(PgaLintRun *run, const Added *added)
{
    const PgaStateRelation *relation = relation_of(run->state, added);
    const PgaStateIndex *index =
        relation && added->name ? pga_state_index(run->state, added->nspname, added->name) : NULL;

    for (guint i = 0; index && i < relation->indexes->len; i++) {
        const PgaStateIndex *other = g_ptr_array_index(relation->indexes, i);

        if (other == index || !covers(other, index))
            continue;
        pga_lint_report_at(run, added->place, index->name, "%s has the same columns first.",
                           other->name);
        return;
    }
}

static void
finish(PgaLintRun *run)
{
    const GPtrArray *all = run->memory;

    learn_name(run);
    for (guint i = 0; all && i < all->len; i++)
        report(run, g_ptr_array_index(all, i));
    g_clear_pointer(&run->memory, g_ptr_array_unref);
}

const PgaRule pga_rule_duplicate_index = {
    .id = "duplicate-index",
    .title = "Index that repeats another",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Every write pays for both, and no query gains by the second.",
    .when_not = "It is much smaller than the other, and only it fits into memory.",
    .condition = "CREATE INDEX whose keys are those of another index of the table, or its first "
                 "ones (B-tree), of the same method and predicate; unique ones only when the other "
                 "is unique on the same columns. Judged at the end of the file.",
    .example = "CREATE TABLE orders (a int, b int);\n"
               "CREATE INDEX orders_a_b ON orders (a, b);\n"
               "\n"
               "CREATE INDEX orders_a ON orders (a);",
    .fix = "Proposes to leave the narrower one out.",
    .docs = "indexes-multicolumn.html",
    .docs_title = "Multicolumn Indexes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step, .finish = finish, .forget = (GDestroyNotify)g_ptr_array_unref},
};
