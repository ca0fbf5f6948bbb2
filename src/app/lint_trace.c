/* A history on its way through one or more labs at once. */
#include "lint_trace_internal.h"

#include <stdlib.h>
#include <string.h>

#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>
#include <migration/script.h>

enum { OLDEST_MAJOR = 14 };

/** One server. */
typedef struct {
    PgaLab *lab;
    PgaTracer *tracer;
} Server;

struct PgaLintTracing {
    GPtrArray *servers;  /* of Server *, the oldest first */
    guint major;         /* that the migrations are judged for */
    GHashTable *strayed; /* of char *: relations that are not as they were told to become: a
                            statement failed for rows, or for what a lab lacks */
};

static void
server_free(Server *server)
{
    pga_tracer_free(server->tracer);
    pga_lab_free(server->lab);
    g_free(server);
}

void
pga_lint_tracing_free(PgaLintTracing *tracing)
{
    if (!tracing)
        return;
    g_ptr_array_unref(tracing->servers);
    g_hash_table_unref(tracing->strayed);
    g_free(tracing);
}

static void
find_extensions(const char *text, GHashTable *names)
{
    g_autoptr(GRegex) pattern = g_regex_new(
        "\\bcreate\\s+extension\\s+(?:if\\s+not\\s+exists\\s+)?(?:\"([^\"]+)\"|([\\w-]+))",
        G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    g_regex_match(pattern, text, 0, &match);
    while (g_match_info_matches(match)) {
        g_autofree char *quoted = g_match_info_fetch(match, 1);
        g_autofree char *plain = g_match_info_fetch(match, 2);

        g_hash_table_add(names,
                         quoted && *quoted ? g_steal_pointer(&quoted) : g_ascii_strdown(plain, -1));
        g_match_info_next(match, NULL);
    }
}

char **
pga_lint_trace_extensions(const GPtrArray *files)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree gpointer *sorted = NULL;
    guint n = 0;

    for (guint i = 0; i < files->len; i++) {
        const PgaMigrationFile *file = g_ptr_array_index(files, i);
        g_autofree char *text = NULL;

        if (file->text)
            find_extensions(file->text, names);
        else if (g_file_get_contents(file->path, &text, NULL, NULL))
            find_extensions(text, names);
    }
    sorted = g_hash_table_get_keys_as_array(names, &n);
    qsort(sorted, n, sizeof *sorted, pga_compare_texts);
    return g_strdupv((char **)sorted);
}

static gboolean
add_server(PgaLintTracing *tracing, const PgaLintTraceRequest *request, guint major,
           const PgaTracerOptions *options, GError **error)
{
    const PgaLabOptions lab = {
        .bindir = request->from->bindir, .want_major = major, .progress = request->from->progress};
    Server *server = g_new0(Server, 1);

    g_ptr_array_add(tracing->servers, server);
    pga_progress_step(request->from->progress, "starting the lab");
    server->lab = pga_lab_start(&lab, error);
    server->tracer = server->lab ? pga_tracer_open(server->lab, options, error) : NULL;
    return server->tracer != NULL;
}

static gint
compare_majors(gconstpointer a, gconstpointer b)
{
    const guint first = *(const guint *)a, second = *(const guint *)b;

    return (first > second) - (first < second);
}

static void
add_major(GArray *majors, guint major)
{
    for (guint i = 0; i < majors->len; i++)
        if (g_array_index(majors, guint, i) == major)
            return;
    g_array_append_val(majors, major);
    g_array_sort(majors, compare_majors);
}

static gboolean
add_stated(const char *word, const GPtrArray *found, GArray *majors, GError **error)
{
    guint64 major = 0;

    if (!g_ascii_string_to_unsigned(word, 10, 1, 99, &major, NULL)) {
        pga_error_set(error, PGA_ERROR_INPUT, "--pg-versions \"%s\" is no major version", word);
        pga_error_hint(error, "Give majors with commas in between, or all: 14,17.");
        return FALSE;
    }
    for (guint i = 0; i < found->len; i++)
        if (((const PgaBinaries *)g_ptr_array_index(found, i))->version_num / 10000 == major) {
            add_major(majors, (guint)major);
            return TRUE;
        }
    pga_error_set(error, PGA_ERROR_INPUT, "PostgreSQL %s is not on this machine", word);
    pga_error_hint(error, "\"pgarchitect doctor\" lists the servers that are.");
    return FALSE;
}

/* (nullable) (transfer full): of guint, in order. */
static GArray *
majors_of(const PgaLintTraceRequest *request, GError **error)
{
    g_autoptr(GArray) majors = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GPtrArray) found = pga_binaries_find(request->from->bindir, error);
    g_auto(GStrv) words = NULL;

    if (!found)
        return NULL;
    if (!request->versions) {
        add_major(majors, request->version / 10000);
    } else if (g_ascii_strcasecmp(request->versions, "all") == 0) {
        for (guint i = 0; i < found->len; i++) {
            const guint num = ((const PgaBinaries *)g_ptr_array_index(found, i))->version_num;

            if (num / 10000 >= OLDEST_MAJOR)
                add_major(majors, num / 10000);
        }
    } else {
        words = g_strsplit(request->versions, ",", -1);
        for (guint i = 0; words[i]; i++)
            if (!add_stated(g_strstrip(words[i]), found, majors, error))
                return NULL;
    }
    return g_steal_pointer(&majors);
}

PgaLintTracing *
pga_lint_tracing_open(const PgaLintTraceRequest *request, GError **error)
{
    g_autoptr(PgaLintTracing) tracing = g_new0(PgaLintTracing, 1);
    g_autoptr(GArray) majors = majors_of(request, error);
    g_auto(GStrv) extensions = pga_lint_trace_extensions(request->files);
    const PgaTracerOptions options = {.catalog = request->catalog,
                                      .objects = request->objects,
                                      .extensions = (const char *const *)extensions,
                                      .rows = request->rows};

    tracing->servers = g_ptr_array_new_with_free_func((GDestroyNotify)server_free);
    tracing->major = request->version / 10000;
    tracing->strayed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; majors && i < majors->len; i++)
        if (!add_server(tracing, request, g_array_index(majors, guint, i), &options, error))
            return NULL;
    return majors ? g_steal_pointer(&tracing) : NULL;
}

/* Of PgaTraceVaries. */
static guint
varies_of(const PgaStep *step)
{
    if (!step->tree)
        return PGA_TRACE_ROWS;
    switch ((int)step->tree->node_case) {
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_MERGE_STMT:
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
    case PG_QUERY__NODE__NODE_COPY_STMT:
    case PG_QUERY__NODE__NODE_CALL_STMT:
        return PGA_TRACE_ROWS;
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
    case PG_QUERY__NODE__NODE_VACUUM_STMT: /* reads what the visibility map does not spare it */
        return PGA_TRACE_SCANS;
    default:
        return 0;
    }
}

static gboolean
attaches(const PgQuery__AlterTableStmt *alter)
{
    for (size_t i = 0; i < alter->n_cmds; i++)
        if (alter->cmds[i]->alter_table_cmd->subtype ==
            PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition)
            return TRUE;
    return FALSE;
}

/* (nullable): the table that it is about: of ALTER TABLE without a partition to attach, of
 * statements that change rows. Borrowed. */
static const char *
target_of(const PgaStep *step)
{
    const PgQuery__Node *tree = step->tree;
    const PgQuery__RangeVar *range = NULL;

    if (!tree)
        return NULL;
    if (tree->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
        !attaches(tree->alter_table_stmt))
        range = tree->alter_table_stmt->relation;
    else if (tree->node_case == PG_QUERY__NODE__NODE_INSERT_STMT)
        range = tree->insert_stmt->relation;
    else if (tree->node_case == PG_QUERY__NODE__NODE_UPDATE_STMT)
        range = tree->update_stmt->relation;
    else if (tree->node_case == PG_QUERY__NODE__NODE_DELETE_STMT)
        range = tree->delete_stmt->relation;
    return range ? range->relname : NULL;
}

/* The part that names without a schema have, too. */
static const char *
bare(const char *relation)
{
    const char *dot = strrchr(relation, '.');

    return dot ? dot + 1 : relation;
}

/* Whether state and lab are known to differ in something that the statement locks. */
static gboolean
has_strayed(const PgaLintTracing *tracing, const PgaEffect *effect, const PgaLintTrace *trace)
{
    for (guint i = 0; i < effect->locks->len; i++)
        if (g_hash_table_contains(tracing->strayed,
                                  bare(g_array_index(effect->locks, PgaLock, i).relation)))
            return TRUE;
    for (guint i = 0; i < trace->locks->len; i++)
        if (g_hash_table_contains(tracing->strayed,
                                  bare(g_array_index(trace->locks, PgaLintLock, i).relation)))
            return TRUE;
    return FALSE;
}

/* From here on they do. */
static void
stray(PgaLintTracing *tracing, const PgaEffect *effect, const PgaLintTrace *trace)
{
    for (guint i = 0; i < effect->locks->len; i++)
        g_hash_table_add(tracing->strayed,
                         g_strdup(bare(g_array_index(effect->locks, PgaLock, i).relation)));
    for (guint i = 0; i < trace->locks->len; i++)
        g_hash_table_add(tracing->strayed,
                         g_strdup(bare(g_array_index(trace->locks, PgaLintLock, i).relation)));
}

static void
compare(PgaLintTracing *tracing, const PgaStep *step, const PgaEffect *effect, const char *refusal,
        PgaLintTrace *trace)
{
    if (!has_strayed(tracing, effect, trace)) {
        if (trace->executed && refusal)
            g_ptr_array_add(trace->disagreements, g_strdup("it was not refused"));
        else
            pga_lint_trace_compare(trace, effect, varies_of(step), target_of(step));
    }
    if (trace->executed == (refusal != NULL))
        stray(tracing, effect, trace);
}

/* Nothing is worth telling of BEGIN, or of what a lab has nothing to do for. */
static gboolean
is_worth_telling(const PgaStep *step, const PgaLintTrace *trace)
{
    if (trace->error)
        return TRUE;
    return trace->executed &&
           !(step->tree && (step->tree->node_case == PG_QUERY__NODE__NODE_TRANSACTION_STMT ||
                            step->tree->node_case == PG_QUERY__NODE__NODE_VARIABLE_SET_STMT));
}

/* What its body does stands at steps of its own. */
static gboolean
is_block_of_code(const PgaStep *step)
{
    return step->tree && step->tree->node_case == PG_QUERY__NODE__NODE_DO_STMT;
}

gboolean
pga_lint_trace_executes(const PgaStep *step)
{
    return step->kind == PGA_STEP_SQL && step->depth == 0;
}

gboolean
pga_lint_tracing_step(PgaLintTracing *tracing, const PgaStep *step, const PgaEffect *effect,
                      const char *refusal, GPtrArray *traces, GError **error)
{
    const PgaTraceStatement statement = {step->text, step->length, step->transaction,
                                         step->in_block};

    if (!pga_lint_trace_executes(step))
        return TRUE;
    for (guint i = 0; i < tracing->servers->len; i++) {
        const Server *server = g_ptr_array_index(tracing->servers, i);
        PgaLintTrace *trace = pga_tracer_run(server->tracer, &statement, error);

        if (!trace)
            return FALSE;
        if (!is_worth_telling(step, trace)) {
            pga_lint_trace_free(trace);
            continue;
        }
        g_ptr_array_add(traces, trace);
        if (effect && trace->version / 10000 == tracing->major && !is_block_of_code(step))
            compare(tracing, step, effect, refusal, trace);
    }
    return TRUE;
}

gboolean
pga_lint_tracing_end_file(PgaLintTracing *tracing, GError **error)
{
    for (guint i = 0; i < tracing->servers->len; i++)
        if (!pga_tracer_end_file(((Server *)g_ptr_array_index(tracing->servers, i))->tracer, error))
            return FALSE;
    return TRUE;
}

/* How many of the servers say the same. */
static guint
count_same(const PgaLintTracing *tracing, const PgaNotChecked *note)
{
    guint n = 0;

    for (guint i = 0; i < tracing->servers->len; i++) {
        const Server *server = g_ptr_array_index(tracing->servers, i);
        const GPtrArray *notes = pga_tracer_notes(server->tracer);

        for (guint k = 0; k < notes->len; k++) {
            const PgaNotChecked *other = g_ptr_array_index(notes, k);

            if (g_strcmp0(other->what, note->what) == 0 && g_strcmp0(other->why, note->why) == 0) {
                n++;
                break;
            }
        }
    }
    return n;
}

static char *
name_note(const PgaLintTracing *tracing, const Server *server, const PgaNotChecked *note)
{
    if (count_same(tracing, note) == tracing->servers->len)
        return g_strdup_printf("%s in the lab", note->what);
    return g_strdup_printf("%s in the lab (PostgreSQL %s)", note->what,
                           pga_lab_version(server->lab));
}

void
pga_lint_tracing_take_notes(const PgaLintTracing *tracing, GPtrArray *not_checked)
{
    for (guint i = 0; i < tracing->servers->len; i++) {
        const Server *server = g_ptr_array_index(tracing->servers, i);
        const GPtrArray *notes = pga_tracer_notes(server->tracer);

        for (guint k = 0; k < notes->len; k++) {
            const PgaNotChecked *note = g_ptr_array_index(notes, k);

            if (i > 0 && count_same(tracing, note) == tracing->servers->len)
                continue;
            g_ptr_array_add(not_checked, pga_not_checked_new(NULL, name_note(tracing, server, note),
                                                             g_strdup(note->why)));
        }
    }
}
