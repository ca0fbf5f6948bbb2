/* Comments of a migration that suppress findings: which finding stands at which comment, and which
 * comment has nothing to suppress. */
#include "lint_internal.h"

#include <rules/rule.h>
#include <string.h>

/* A statement at which such comments stand. */
typedef struct {
    char *file;
    guint line, column, last_line, last_column;
    char **rules;
} Span;

typedef struct {
    char *file, *rule, *reason;
    guint line, column;
    gboolean of_file;
    guint used;
} Comment;

static void
span_clear(gpointer data)
{
    Span *span = data;

    g_free(span->file);
    g_strfreev(span->rules);
}

static void
comment_clear(gpointer data)
{
    Comment *comment = data;

    g_free(comment->file);
    g_free(comment->rule);
    g_free(comment->reason);
}

void
pga_lint_suppressor_init(PgaLintSuppressor *suppressor)
{
    suppressor->spans = g_array_new(FALSE, FALSE, sizeof(Span));
    g_array_set_clear_func(suppressor->spans, span_clear);
    suppressor->comments = g_array_new(FALSE, FALSE, sizeof(Comment));
    g_array_set_clear_func(suppressor->comments, comment_clear);
}

void
pga_lint_suppressor_clear(PgaLintSuppressor *suppressor)
{
    g_array_unref(suppressor->spans);
    g_array_unref(suppressor->comments);
}

void
pga_lint_suppressor_see(PgaLintSuppressor *suppressor, const PgaStep *step)
{
    Span span = {.line = step->line, .column = step->column};

    if (!step->ignored || !step->ignored[0])
        return;
    span.file = g_strdup(step->file);
    span.rules = g_strdupv(step->ignored);
    pga_step_position(step, step->length, &span.last_line, &span.last_column);
    g_array_append_val(suppressor->spans, span);
}

void
pga_lint_suppressor_end_file(PgaLintSuppressor *suppressor, const char *file,
                             const GPtrArray *suppressions)
{
    for (guint i = 0; suppressions && i < suppressions->len; i++) {
        const PgaSuppression *suppression = g_ptr_array_index(suppressions, i);
        Comment comment = {
            .file = g_strdup(file),
            .rule = g_strdup(suppression->rule),
            .reason = g_strdup(suppression->reason),
            .line = suppression->line,
            .column = suppression->column,
            .of_file = suppression->of_file,
        };

        g_array_append_val(suppressor->comments, comment);
    }
}

static gboolean
is_at_or_after(guint line, guint column, guint from_line, guint from_column)
{
    return line > from_line || (line == from_line && column >= from_column);
}

static gboolean
holds(const Span *span, const PgaFinding *finding)
{
    return is_at_or_after(finding->line, finding->column, span->line, span->column) &&
           is_at_or_after(span->last_line, span->last_column, finding->line, finding->column) &&
           g_strv_contains((const char *const *)span->rules, finding->rule) &&
           g_str_equal(span->file, finding->file);
}

/* (nullable) */
static const Span *
span_of(const PgaLintSuppressor *suppressor, const PgaFinding *finding)
{
    for (guint i = 0; i < suppressor->spans->len; i++) {
        const Span *span = &g_array_index(suppressor->spans, Span, i);

        if (holds(span, finding))
            return span;
    }
    return NULL;
}

/* (nullable): the comment for the rule nearest to the statement's end, or that of the file. */
static Comment *
comment_for(const PgaLintSuppressor *suppressor, const PgaFinding *finding)
{
    const Span *span = span_of(suppressor, finding);
    Comment *found = NULL;

    for (guint i = 0; i < suppressor->comments->len; i++) {
        Comment *comment = &g_array_index(suppressor->comments, Comment, i);

        if (!g_str_equal(comment->rule, finding->rule) ||
            !g_str_equal(comment->file, finding->file))
            continue;
        if (comment->of_file || (span && comment->line <= span->last_line))
            found = comment;
    }
    return found;
}

void
pga_lint_suppressor_sort_out(PgaLintSuppressor *suppressor, GPtrArray *findings,
                             GPtrArray *suppressed)
{
    guint kept = 0;

    if (suppressor->comments->len == 0)
        return;
    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);
        Comment *comment = comment_for(suppressor, finding);

        if (!comment) {
            findings->pdata[kept++] = finding;
            continue;
        }
        comment->used++;
        finding->in_source = TRUE;
        finding->reason =
            g_strdup(comment->reason ? comment->reason : "a comment in the file suppresses it");
        g_ptr_array_add(suppressed, finding);
    }
    while (findings->len > kept) /* those left at the end have moved */
        g_ptr_array_steal_index_fast(findings, findings->len - 1);
}

/* One comment stands at all statements of a Django operation: it is used when one of them uses it,
 * and unused once. */
static gboolean
is_told_by_another(const PgaLintSuppressor *suppressor, guint place)
{
    const Comment *comment = &g_array_index(suppressor->comments, Comment, place);

    for (guint i = 0; i < suppressor->comments->len; i++) {
        const Comment *other = &g_array_index(suppressor->comments, Comment, i);

        if (i != place && (other->used > 0 || i < place) && other->line == comment->line &&
            other->column == comment->column && g_str_equal(other->rule, comment->rule) &&
            g_str_equal(other->file, comment->file))
            return TRUE;
    }
    return FALSE;
}

void
pga_lint_suppressor_report_unused(const PgaLintSuppressor *suppressor, PgaLintRun *run)
{
    for (guint i = 0; i < suppressor->comments->len; i++) {
        const Comment *comment = &g_array_index(suppressor->comments, Comment, i);
        const PgaPlace place = {comment->file, comment->line, comment->column};

        if (comment->used > 0 || is_told_by_another(suppressor, i))
            continue;
        if (pga_rule_by_id(comment->rule))
            pga_lint_report_at(run, &place, comment->rule, "%s finds nothing %s.", comment->rule,
                               comment->of_file ? "in this file" : "at this statement");
        else
            pga_lint_report_at(run, &place, comment->rule, "There is no rule \"%s\".",
                               comment->rule);
    }
}
