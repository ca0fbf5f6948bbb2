/* Who waits for whom as lines: whoever holds up others first, below it those who wait. */
#include <base/units.h>

#include "now_internal.h"

#define MAX_LINES 60

/** Lines being written. */
typedef struct {
    GPtrArray *lines;
    guint n_left_out;
} Tree;

/* (transfer full): "", or a blank and the statement in one line. */
static char *
statement(const PgaSession *session)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GString) line = g_string_new(NULL);

    if (!session || !session->query || !*session->query)
        return g_strdup("");
    words = g_strsplit_set(session->query, " \t\r\n", -1);
    for (char **word = words; *word; word++)
        if (**word)
            g_string_append_printf(line, " %s", *word);
    return g_strdup_printf(":%s", line->str);
}

/* (transfer full): "AccessExclusiveLock on public.orders", "advisory lock 42". */
static char *
wanted(const PgaSession *session)
{
    if (session->lock_key)
        return g_strdup_printf("advisory lock %s", session->lock_key);
    if (!session->lock_mode)
        return g_strdup("a lock");
    if (session->lock_relation && g_strcmp0(session->lock_type, "relation") != 0)
        return g_strdup_printf("a row of %s", session->lock_relation);
    return g_strdup_printf("%s%s%s", session->lock_mode, session->lock_relation ? " on " : " of ",
                           session->lock_relation ? session->lock_relation
                           : session->lock_type   ? session->lock_type
                                                  : "something");
}

/* (transfer full) */
static char *
describe_prepared(const PgaBlock *block)
{
    g_autofree char *age = NULL;

    if (!block->prepared)
        return g_strdup("a prepared transaction");
    age = pga_duration_format(MAX(block->prepared->age, 0));
    return g_strdup_printf("prepared transaction %s of %s in database %s, %s old",
                           block->prepared->gid, block->prepared->owner, block->prepared->datname,
                           age);
}

/* (transfer full) */
static char *
describe_root(const PgaBlock *block)
{
    const PgaSession *session = block->session;
    g_autofree char *who = session ? pga_session_who(session) : NULL;
    g_autofree char *age =
        session && session->state_age >= 0 ? pga_duration_format(session->state_age) : NULL;

    if (block->pid == 0)
        return describe_prepared(block);
    if (!session)
        return g_strdup_printf("%d, gone meanwhile", block->pid);
    return g_strdup_printf("%d %s, %s%s%s", block->pid, who,
                           session->state ? session->state : "state hidden", age ? " for " : "",
                           age ? age : "");
}

/* (transfer full) */
static char *
describe_waiter(const PgaBlock *block)
{
    const PgaSession *session = block->session;
    g_autofree char *who = pga_session_who(session), *what = wanted(session);
    g_autofree char *age = pga_duration_format(MAX(pga_session_wait(session), 0));

    return g_strdup_printf("%d %s, waits %s for %s", block->pid, who, age, what);
}

/* (transfer full) */
static char *
describe(const PgaBlock *block)
{
    g_autofree char *self = block->above ? describe_waiter(block) : describe_root(block);
    g_autofree char *query = statement(block->session);
    g_autofree char *behind = block->n_behind && block->above
                                  ? g_strdup_printf(" (%u behind)", block->n_behind)
                                  : g_strdup("");
    g_autofree char *longest =
        block->above ? NULL : pga_duration_format(MAX(block->longest_wait, 0));

    if (block->above)
        return g_strconcat(self, behind, query, NULL);
    return g_strdup_printf("%s, holds up %u, the longest for %s%s%s", self, block->n_behind,
                           longest, block->in_ring ? " (a deadlock)" : "", query);
}

static void
write_block(Tree *tree, const PgaBlock *block, const char *indent, gboolean is_last)
{
    g_autofree char *text = describe(block);
    g_autofree char *deeper = NULL;

    if (tree->lines->len >= MAX_LINES) {
        tree->n_left_out += 1 + block->n_behind;
        return;
    }
    if (block->above)
        g_ptr_array_add(tree->lines,
                        g_strdup_printf("%s%s %s", indent, is_last ? "`-" : "|-", text));
    else
        g_ptr_array_add(tree->lines, g_steal_pointer(&text));
    deeper = block->above ? g_strconcat(indent, is_last ? "   " : "|  ", NULL) : g_strdup(indent);
    for (guint i = 0; i < block->waiters->len; i++)
        write_block(tree, g_ptr_array_index(block->waiters, i), deeper,
                    i + 1 == block->waiters->len);
}

GPtrArray *
pga_now_tree_lines(const PgaNow *now)
{
    Tree tree = {.lines = g_ptr_array_new_with_free_func(g_free)};

    for (guint i = 0; i < now->blocking->roots->len; i++)
        write_block(&tree, g_ptr_array_index(now->blocking->roots, i), "", TRUE);
    if (tree.n_left_out > 0)
        g_ptr_array_add(tree.lines, g_strdup_printf("... %u more sessions: see --format json",
                                                    tree.n_left_out));
    return tree.lines;
}
