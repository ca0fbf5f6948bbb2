/* The statements of a workload, parsed and put together by what they are. */
#include "parse/workload.h"

#include <base/interrupt.h>
#include <math.h>
#include <string.h>

#include "statement_tree_internal.h"

/* Texts that are parsed at all: a server's are a few kB each, at most 5,000. */
#define MAX_TOTAL_TEXT (16 << 20)

static void
forget(PgaWorkloadStatement *statement)
{
    statement->parsed = FALSE;
    statement->command = 0;
    statement->selects_star = FALSE;
    statement->has_limit = statement->has_aggregate = statement->has_order = FALSE;
    g_clear_pointer(&statement->fingerprint, g_free);
    g_clear_pointer(&statement->relations, g_array_unref);
    g_clear_pointer(&statement->star_relations, g_array_unref);
    statement->relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    statement->star_relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    while (statement->predicates->len > 0)
        pga_record_free(
            &pga_predicate_type,
            g_ptr_array_steal_index(statement->predicates, statement->predicates->len - 1));
}

/* (transfer full): what stands for a text that nobody can parse. */
static char *
fingerprint_of_text(const char *text)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    return g_strndup(digest, 16);
}

/* Two populations as one. */
static double
joint_stddev(const PgaWorkloadStatement *a, const PgaWorkloadStatement *b, double mean)
{
    const double n_a = (double)a->calls, n_b = (double)b->calls, n = n_a + n_b;
    const double of_a = a->stddev_exec_time * a->stddev_exec_time +
                        (a->mean_exec_time - mean) * (a->mean_exec_time - mean);
    const double of_b = b->stddev_exec_time * b->stddev_exec_time +
                        (b->mean_exec_time - mean) * (b->mean_exec_time - mean);

    return n > 0 ? sqrt((n_a * of_a + n_b * of_b) / n) : 0;
}

/* Counters of a stranger's file may be anything. */
static void
add_count(gint64 *to, gint64 from)
{
    if (__builtin_add_overflow(*to, from, to))
        *to = G_MAXINT64;
}

static void
add_blocks(PgaWorkloadStatement *to, const PgaWorkloadStatement *from)
{
    add_count(&to->shared_blks_hit, from->shared_blks_hit);
    add_count(&to->shared_blks_read, from->shared_blks_read);
    add_count(&to->shared_blks_dirtied, from->shared_blks_dirtied);
    add_count(&to->shared_blks_written, from->shared_blks_written);
    to->blk_read_time += from->blk_read_time;
    add_count(&to->temp_blks_read, from->temp_blks_read);
    add_count(&to->temp_blks_written, from->temp_blks_written);
    add_count(&to->wal_bytes, from->wal_bytes);
}

static void
add_statement(PgaWorkloadStatement *to, const PgaWorkloadStatement *from)
{
    const double calls = (double)to->calls + (double)from->calls;
    const double total = to->total_exec_time + from->total_exec_time;
    const double mean = calls > 0 ? total / calls : 0;

    to->stddev_exec_time = joint_stddev(to, from, mean);
    to->mean_exec_time = mean;
    to->max_exec_time = MAX(to->max_exec_time, from->max_exec_time);
    to->total_exec_time = total;
    add_count(&to->calls, from->calls);
    add_count(&to->plans, from->plans);
    add_count(&to->rows, from->rows);
    to->total_plan_time += from->total_plan_time;
    to->mean_plan_time = to->plans > 0 ? to->total_plan_time / (double)to->plans : 0;
    to->jit_time += from->jit_time;
    to->toplevel |= from->toplevel;
    add_blocks(to, from);
    if (g_strcmp0(to->usename, from->usename) != 0)
        g_clear_pointer(&to->usename, g_free);
}

static int
most_time_first(gconstpointer a, gconstpointer b)
{
    const PgaWorkloadStatement *left = *(PgaWorkloadStatement *const *)a;
    const PgaWorkloadStatement *right = *(PgaWorkloadStatement *const *)b;

    if (left->total_exec_time != right->total_exec_time)
        return left->total_exec_time > right->total_exec_time ? -1 : 1;
    return strcmp(left->fingerprint, right->fingerprint);
}

/* The text of the one that took most time stays. */
static void
put_together(PgaWorkload *workload)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) all = workload->statements;

    workload->statements = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        PgaWorkloadStatement *statement = g_ptr_array_index(all, i);
        PgaWorkloadStatement *same = g_hash_table_lookup(known, statement->fingerprint);

        if (same) {
            add_statement(same, statement);
            pga_record_free(&pga_workload_statement_type, statement);
        } else {
            g_hash_table_insert(known, statement->fingerprint, statement);
            g_ptr_array_add(workload->statements, statement);
        }
    }
    g_ptr_array_sort(workload->statements, most_time_first);
}

gboolean
pga_workload_parse(const PgaCatalog *catalog, PgaWorkload *workload, GError **error)
{
    g_autoptr(PgaNames) names = pga_names_new(catalog);
    gsize total_text = 0;

    workload->n_unparsed = 0;
    for (guint i = 0; i < workload->statements->len; i++) {
        PgaWorkloadStatement *statement = g_ptr_array_index(workload->statements, i);

        if (pga_interrupt_check(error))
            return FALSE;
        forget(statement);
        total_text += strlen(statement->query);
        /* libpg_query keeps its memory for the next one: after pg_query_exit() there is none */
        if (total_text > MAX_TOTAL_TEXT || !pga_statement_tree_read(names, statement))
            workload->n_unparsed++;
        if (!statement->fingerprint)
            statement->fingerprint = fingerprint_of_text(statement->query);
    }
    return TRUE;
}

gboolean
pga_workload_analyse(const PgaCatalog *catalog, PgaWorkload *workload, GError **error)
{
    if (!pga_workload_parse(catalog, workload, error))
        return FALSE;
    put_together(workload);
    return TRUE;
}
