/* The architecture's SQL files executed. What fails is our fault, or that of what the requirements
 * say as SQL: a rule, a type, a default, a query. */
#include <base/error.h>
#include <base/text.h>
#include <design/design.h>
#include <string.h>

#include "design_internal.h"

/** Who wrote what failed. */
typedef struct {
    char *what; /* (nullable): nobody but us */
    guint line; /* in the requirements */
} Blame;

/* (transfer full): line @number, from 1, of @text; "" none. */
static char *
line_of(const char *text, guint number)
{
    for (; number > 1 && text; number--) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    return g_strndup(text ? text : "", text ? strcspn(text, "\n") : 0);
}

static gboolean
holds(const char *text, const char *part)
{
    return part && *part && strstr(text, part);
}

static void
blame_rules(const PgaRequirements *requirements, const char *text, Blame *blame)
{
    for (guint i = 0; i < requirements->rules->len && !blame->what; i++) {
        const PgaSpecRule *rule = g_ptr_array_index(requirements->rules, i);

        if (!holds(text, rule->expression))
            continue;
        blame->what = g_strdup_printf("rule \"%s\"", rule->expression);
        blame->line = rule->at.line;
    }
}

static void
blame_attributes(const GPtrArray *attributes, const char *owner, const char *text, Blame *blame)
{
    for (guint i = 0; i < attributes->len && !blame->what; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(attributes, i);
        const char *const parts[] = {attribute->type, attribute->default_};
        g_autofree char *name = pga_quote_identifier(attribute->name);

        for (guint j = 0; j < G_N_ELEMENTS(parts); j++) {
            if (!holds(text, name) || !holds(text, parts[j]))
                continue;
            g_free(blame->what);
            blame->what = g_strdup_printf("attribute %s.%s: %s", owner, attribute->name, parts[j]);
            blame->line = attribute->at.line;
        }
    }
}

static void
blame_patterns(const PgaRequirements *requirements, const char *text, Blame *blame)
{
    for (guint i = 0; i < requirements->patterns->len && !blame->what; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);

        if (!holds(text, pattern->sql))
            continue;
        blame->what = g_strdup_printf("access pattern \"%s\"", pattern->name);
        blame->line = pattern->at.line;
    }
}

static void
blame_all(const PgaRequirements *requirements, const char *text, Blame *blame)
{
    blame_rules(requirements, text, blame);
    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        blame_attributes(entity->attributes, entity->name, text, blame);
    }
    for (guint i = 0; i < requirements->relationships->len; i++) {
        const PgaSpecRelationship *relationship = g_ptr_array_index(requirements->relationships, i);

        blame_attributes(relationship->attributes, relationship->via ? relationship->via : "link",
                         text, blame);
    }
    blame_patterns(requirements, text, blame);
}

/* Where the server pointed to a line, it is what stands there; else anything in the statement. */
static void
find_blame(const PgaArchitecture *architecture, const PgaRollout *rollout, Blame *blame)
{
    const PgaDesignFile *file = pga_architecture_file(architecture, rollout->file);
    g_autofree char *line = rollout->is_located && file ? line_of(file->text, rollout->line) : NULL;

    blame_all(architecture->requirements, line ? line : rollout->statement, blame);
}

static void
set_failed(const PgaArchitecture *architecture, const PgaDesignExecution *execution, GError **error)
{
    const PgaRollout *rollout = &execution->rollout;
    Blame blame = {0};

    find_blame(architecture, rollout, &blame);
    if (blame.what) {
        g_autofree char *what = pga_text_printable(blame.what);

        pga_error_set(error, PGA_ERROR_INPUT, "PostgreSQL %s refuses %s: %s", execution->version,
                      what, rollout->failure);
        if (blame.line > 0)
            pga_error_detail(error, "%s, line %u.", architecture->requirements->file, blame.line);
    } else {
        pga_error_set(error, PGA_ERROR_INTERNAL, "PostgreSQL %s refuses what was designed: %s",
                      execution->version, rollout->failure);
        pga_error_detail(error, "%s, line %u: %s", rollout->file, rollout->line, rollout->excerpt);
        pga_error_hint(error, "This is a fault of pgarchitect: please report it with the "
                              "requirements file.");
    }
    g_free(blame.what);
}

/* (nullable): the execution whose server refused what was made for it. */
static const PgaDesignExecution *
first_failure(const GPtrArray *executions, guint major)
{
    for (guint i = 0; i < executions->len; i++) {
        const PgaDesignExecution *execution = g_ptr_array_index(executions, i);

        /* an older server need not understand what is for a newer one */
        if (execution->rollout.failure && execution->major >= major)
            return execution;
    }
    return NULL;
}

/* A materialized view is an offer: one that the server refuses is taken back. Whether it was one.
 */
static gboolean
take_back_view(PgaArchitecture *architecture, const PgaRollout *rollout)
{
    for (guint i = 0; i < architecture->views->len; i++) {
        const PgaDesignView *view = g_ptr_array_index(architecture->views, i);

        if (!g_str_has_prefix(view->sql, rollout->statement) &&
            !g_str_has_prefix(view->unique_sql, rollout->statement))
            continue;
        g_ptr_array_add(architecture->notes,
                        g_strdup_printf("No materialized view %s: the server refused it: %s.",
                                        view->name, rollout->failure));
        g_ptr_array_remove_index(architecture->views, i);
        pga_design_ddl(architecture);
        return TRUE;
    }
    return FALSE;
}

static void
add_proofs(PgaArchitecture *architecture, const GPtrArray *executions)
{
    for (guint i = 0; i < executions->len; i++) {
        const PgaDesignExecution *execution = g_ptr_array_index(executions, i);
        PgaDesignProof *proof =
            pga_architecture_add_proof(architecture, pga_design_sql_files(architecture->files),
                                       g_strdup_printf("PostgreSQL %s", execution->version));

        proof->outcome = pga_design_execution_outcome(execution, architecture->major, &proof->done);
    }
}

gboolean
pga_design_execute_begin(PgaDesignRun *run, GError **error)
{
    const PgaArchitecture *architecture = run->architecture;

    run->rollouts = pga_design_rollouts_begin(&run->request->from, architecture->files,
                                              architecture->major, error);
    return run->rollouts != NULL;
}

/* What was begun, if these are the files. */
static GPtrArray *
execute_files(PgaDesignRun *run, GError **error)
{
    const PgaArchitecture *architecture = run->architecture;

    if (run->rollouts && !pga_design_rollouts_are_of(run->rollouts, architecture->files))
        g_clear_pointer(&run->rollouts, pga_design_rollouts_free);
    if (!run->rollouts && !pga_design_execute_begin(run, error))
        return NULL;
    return pga_design_rollouts_end(g_steal_pointer(&run->rollouts), error);
}

gboolean
pga_design_execute(PgaDesignRun *run, GError **error)
{
    PgaArchitecture *architecture = run->architecture;

    for (;;) {
        g_autoptr(GPtrArray) executions = execute_files(run, error);
        const PgaDesignExecution *failed =
            executions ? first_failure(executions, architecture->major) : NULL;

        if (!executions)
            return FALSE;
        if (!failed) {
            add_proofs(architecture, executions);
            return TRUE;
        }
        if (!take_back_view(architecture, &failed->rollout)) {
            set_failed(architecture, failed, error);
            return FALSE;
        }
    }
}
