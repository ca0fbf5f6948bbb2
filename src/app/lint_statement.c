/* What is told of one statement: locks, who waits, how long. */
#include "lint_internal.h"

#include <math.h>
#include <string.h>

#include <base/text.h>

#define MAX_TEXT     120 /* characters of a statement's beginning */
#define BYTES_OF_ROW 100 /* where only the number of rows is known */
#define INDEX_SHARE  0.2 /* of its table's bytes that an index has, where it is not known */

/* -1: unknown */
static double
bytes_of(const PgaStateRelation *relation)
{
    if (!relation)
        return -1;
    if (relation->bytes >= 0)
        return (double)relation->bytes;
    return relation->rows >= 0 ? relation->rows * BYTES_OF_ROW : -1;
}

static double
index_bytes_of(const PgaStateRelation *relation)
{
    if (relation->index_bytes >= 0)
        return (double)relation->index_bytes;
    return bytes_of(relation) * INDEX_SHARE * relation->indexes->len;
}

/* (nullable): by the name that the effect has for it. */
static const PgaStateRelation *
relation_named(const PgaEffect *effect, const char *name)
{
    for (guint i = 0; i < effect->locks->len; i++) {
        const PgaLock *lock = &g_array_index(effect->locks, PgaLock, i);

        if (!lock->is_index && g_str_equal(lock->relation, name))
            return lock->of;
    }
    return NULL;
}

/* A rewrite reads, writes, and builds every index again. */
static double
bytes_moved(const PgaEffect *effect, const GPtrArray *names, gboolean rewrite)
{
    double sum = 0;

    for (guint i = 0; i < names->len; i++) {
        const PgaStateRelation *relation = relation_named(effect, g_ptr_array_index(names, i));
        const double bytes = bytes_of(relation);

        if (bytes < 0)
            return NAN;
        sum += rewrite ? 2 * bytes + index_bytes_of(relation) : bytes;
    }
    return sum;
}

/* NAN: of some table the size is not known, or nothing is read. */
static double
estimate(const PgaLintReport *report, const PgaEffect *effect)
{
    double bytes;

    if (effect->rewritten->len == 0 && effect->scanned->len == 0)
        return NAN;
    bytes =
        bytes_moved(effect, effect->rewritten, TRUE) +
        bytes_moved(effect, effect->scanned, FALSE) * (effect->built->len ? 1 + INDEX_SHARE : 1);
    return bytes / report->bytes_per_second;
}

/* (transfer full): on one line. */
static char *
beginning(const PgaStep *step)
{
    g_autofree char *raw = g_strndup(step->text, MIN(step->length, (gsize)MAX_TEXT * 4));
    g_autofree char *text = g_utf8_make_valid(raw, -1);
    GString *out = g_string_new(NULL);
    guint n = 0;

    g_strstrip(text);
    for (const char *at = text; *at && n < MAX_TEXT; at = g_utf8_next_char(at)) {
        const gboolean blank = g_ascii_isspace(*at);

        if (blank && g_ascii_isspace(at[1]))
            continue;
        if (blank)
            g_string_append_c(out, ' ');
        else
            g_string_append_len(out, at, g_utf8_next_char(at) - at);
        n++;
    }
    return g_string_free(out, FALSE);
}

static int
compare_locks(gconstpointer left, gconstpointer right)
{
    const PgaLock *a = *(const PgaLock *const *)left, *b = *(const PgaLock *const *)right;

    if (a->mode != b->mode)
        return (b->mode > a->mode) - (b->mode < a->mode);
    return strcmp(a->relation, b->relation);
}

static PgaLockMode
strongest_of_tables(const PgaEffect *effect)
{
    PgaLockMode strongest = PGA_LOCK_NONE;

    for (guint i = 0; i < effect->locks->len; i++) {
        const PgaLock *lock = &g_array_index(effect->locks, PgaLock, i);

        if (!lock->is_index)
            strongest = MAX(strongest, lock->mode);
    }
    return strongest;
}

/* Whoever needs an index needs its table: its lock tells nothing beside the table's. */
static void
take_locks(PgaLintStatement *statement, const PgaEffect *effect)
{
    g_autoptr(GPtrArray) order = g_ptr_array_new();
    const PgaLockMode strongest = strongest_of_tables(effect);

    for (guint i = 0; i < effect->locks->len; i++) {
        PgaLock *lock = &g_array_index(effect->locks, PgaLock, i);

        if (!lock->is_index || lock->mode > strongest)
            g_ptr_array_add(order, lock);
    }
    g_ptr_array_sort(order, compare_locks);
    for (guint i = 0; i < order->len; i++) {
        const PgaLock *lock = g_ptr_array_index(order, i);
        PgaLintLock told = {.relation = g_strdup(lock->relation),
                            .mode = pga_lock_mode_name(lock->mode),
                            .is_index = lock->is_index};

        statement->blocks_reads |= pga_lock_blocks_reads(lock->mode);
        statement->blocks_writes |= pga_lock_blocks_writes(lock->mode);
        g_array_append_val(statement->locks, told);
    }
}

static void
share(GPtrArray **to, GPtrArray *from)
{
    g_ptr_array_unref(*to);
    *to = g_ptr_array_ref(from);
}

static void
take_effect(const PgaLintReport *report, PgaLintStatement *statement, const PgaEffect *effect)
{
    statement->known = effect->known;
    take_locks(statement, effect);
    share(&statement->rewritten, effect->rewritten);
    share(&statement->scanned, effect->scanned);
    share(&statement->rebuilt, effect->rebuilt);
    share(&statement->built, effect->built);
    statement->seconds = estimate(report, effect);
}

static gboolean
locks_others_out(const PgaEffect *effect)
{
    if (!effect)
        return FALSE;
    for (guint i = 0; i < effect->locks->len; i++)
        if (pga_lock_blocks_writes(g_array_index(effect->locks, PgaLock, i).mode))
            return TRUE;
    return effect->rewritten->len > 0;
}

/* Of what was observed only what a person must know. */
static gboolean
tells_something(const GPtrArray *traces)
{
    for (guint i = 0; i < traces->len; i++) {
        const PgaLintTrace *trace = g_ptr_array_index(traces, i);

        if (!trace->executed || trace->disagreements->len > 0)
            return TRUE;
    }
    return FALSE;
}

void
pga_lint_record(PgaLintWork *work, const PgaLintStep *judged, GPtrArray *traces)
{
    const PgaStep *step = judged->step;
    PgaLintStatement *statement;

    if (!work->request->all && !judged->refusal && judged->n_findings == 0 &&
        !locks_others_out(judged->effect) && !tells_something(traces))
        return;
    statement = pga_lint_statement_new();
    statement->file = g_strdup(step->file);
    statement->line = step->line;
    statement->column = step->column;
    pga_step_position(step, step->length, &statement->last_line, &statement->last_column);
    statement->text = beginning(step);
    statement->transaction = step->transaction;
    statement->in_block = step->in_block;
    statement->refusal = g_strdup(judged->refusal);
    if (judged->effect)
        take_effect(work->report, statement, judged->effect);
    share(&statement->traces, traces);
    g_ptr_array_add(work->report->statements, statement);
}
