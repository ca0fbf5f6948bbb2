/* Who waits for whom as lines: whoever holds up others first, below it those who wait. */
#include <base/units.h>

#include "now_internal.h"

#define MAX_LINES 60

/** Lines being written. */
typedef struct {
    GPtrArray *lines;
    guint n_left_out;
} Tree;

/* (transfer full) (nullable): the statement in one line. */
static char *
statement(const PgaSession *session)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GString) line = g_string_new(NULL);

    if (!session || !session->query || !*session->query)
        return NULL;
    words = g_strsplit_set(session->query, " \t\r\n", -1);
    for (char **word = words; *word; word++)
        if (**word)
            g_string_append_printf(line, "%s%s", line->len ? " " : "", *word);
    return g_strdup(line->str);
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

/* (transfer full): "prepared transaction px of app in database shop, 24 h old" */
static char *
describe_prepared(const PgaPreparedTransaction *prepared)
{
    g_autofree char *age = NULL;

    if (!prepared)
        return g_strdup("it is not known which");
    age = pga_duration_format(MAX(prepared->age, 0));
    return g_strdup_printf("%s of %s in database %s, %s old", prepared->gid, prepared->owner,
                           prepared->datname, age);
}

/* (transfer full) */
static char *
describe_holder(const PgaBlock *block)
{
    const PgaSession *session = block->session;
    g_autofree char *who = session ? pga_session_who(session) : NULL;
    g_autofree char *age =
        session && session->state_age >= 0 ? pga_duration_format(session->state_age) : NULL;

    if (block->pid == 0)
        return describe_prepared(block->prepared);
    if (!session)
        return g_strdup("gone meanwhile");
    return g_strdup_printf("%s%s%s, %s", session->state ? session->state : "state hidden",
                           age ? " for " : "", age ? age : "", who);
}

/* (transfer full): "6331 (3 behind it, up to 5 min): idle in transaction for 12 min, app@shop" */
static char *
describe_root(const PgaBlock *block)
{
    g_autofree char *self = describe_holder(block);
    g_autofree char *longest = pga_duration_format(MAX(block->longest_wait, 0));
    g_autofree char *pid =
        block->pid ? g_strdup_printf("%d", block->pid) : g_strdup("prepared transaction");

    return g_strdup_printf("%s (%s%u behind it, up to %s): %s", pid,
                           block->in_ring ? "deadlock, " : "", block->n_behind, longest, self);
}

/* (transfer full): "7501 (2 behind it) waits 5 min for AccessExclusiveLock on t, app@shop" */
static char *
describe_waiter(const PgaBlock *block)
{
    const PgaSession *session = block->session;
    g_autofree char *who = pga_session_who(session), *what = wanted(session);
    g_autofree char *age = pga_duration_format(MAX(pga_session_wait(session), 0));
    g_autofree char *behind =
        block->n_behind ? g_strdup_printf(" (%u behind it)", block->n_behind) : g_strdup("");

    return g_strdup_printf("%d%s waits %s for %s, %s", block->pid, behind, age, what, who);
}

/* What it runs, or ran last, stands below it. */
static void
write_self(Tree *tree, const PgaBlock *block, const char *before, const char *below)
{
    g_autofree char *text = block->above ? describe_waiter(block) : describe_root(block);
    g_autofree char *query = statement(block->session);

    g_ptr_array_add(tree->lines, g_strconcat(before, text, NULL));
    if (query)
        g_ptr_array_add(tree->lines,
                        g_strconcat(below, block->waiters->len ? "|    " : "     ", query, NULL));
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as queues are chained */
write_block(Tree *tree, const PgaBlock *block, const char *indent, gboolean is_last)
{
    g_autofree char *before =
        block->above ? g_strconcat(indent, is_last ? "`- " : "|- ", NULL) : g_strdup("");
    g_autofree char *below =
        block->above ? g_strconcat(indent, is_last ? "   " : "|  ", NULL) : g_strdup("");

    if (tree->lines->len >= MAX_LINES) {
        tree->n_left_out += 1 + block->n_behind;
        return;
    }
    write_self(tree, block, before, below);
    for (guint i = 0; i < block->waiters->len; i++)
        write_block(tree, g_ptr_array_index(block->waiters, i), below,
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
