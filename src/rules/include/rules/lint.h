/* Rules about migrations. They see one statement after the other, with the schema as it is before
 * each, and write findings about places in files. One file in migration/ and one line in
 * migrations.def each; texts, thresholds and configuration as every rule's (rules/rule.h). */
#pragma once
#include <glib.h>
#include <migration/action.h>
#include <migration/effect.h>
#include <migration/recipe.h>
#include <migration/schema.h>
#include <migration/script.h>
#include <model/configuration.h>
#include <model/finding.h>

G_BEGIN_DECLS

typedef struct PgaRule PgaRule;
typedef struct PgaLintRun PgaLintRun;

/** A lock that the present transaction holds from an earlier statement. */
typedef struct {
    PgaLock lock;
    guint line, column; /* of that statement */
} PgaHeldLock;

/** The present transaction, before the present statement. */
typedef struct {
    gboolean in_block;
    guint n_statements; /* that ran in it, without BEGIN and SET */
    GArray *held;       /* of PgaHeldLock: the strongest of each relation, in the order taken */
    guint first_line;   /* of the transaction */
    gboolean by_tool;   /* the tool opened it */
} PgaLintTransaction;

struct PgaLintRun {
    const PgaRule *rule;
    PgaState *state; /* before the statement; look-ups may assume relations */
    const PgaMigrationFile *file;
    const PgaStep *step;     /* NULL in finish() */
    const GArray *actions;   /* of PgaAction: of the step */
    const PgaEffect *effect; /* of the step */
    const PgaLintTransaction *transaction;
    const PgaRecipeOptions *recipes;
    double small_table_rows; /* below: info */
    double threshold[5];     /* by place in rule->thresholds, the configuration applied */
    PgaSeverity severity;
    gboolean severity_fixed;
    const char *docs_url; /* of rule->docs; interned */
    gpointer memory; /* the rule's own, from one step to the next: set by it, freed by forget() */
    GPtrArray *findings;    /* of PgaFinding * */
    GPtrArray *not_checked; /* of PgaNotChecked * */
};

/** When a rule of migrations is asked; each (nullable). Steps that are not executed here (bodies of
 * functions) and down migrations are not shown, unless a flag wants them. */
typedef struct {
    void (*action)(PgaLintRun *run, const PgaAction *action);
    void (*step)(PgaLintRun *run);
    void (*finish)(PgaLintRun *run);         /* the end of each file */
    void (*finish_history)(PgaLintRun *run); /* the end of all */
    GDestroyNotify forget;                   /* frees run->memory */
    gboolean gathered;  /* at most one finding for a file; of many files one for all, at the last */
    guint since, until; /* majors: judged from @since on and before @until; 0: no bound */
} PgaLintHooks;

/** Where in its file a finding or a memory of a rule is. */
typedef struct {
    char *file;
    guint line, column;
} PgaPlace;

PgaPlace *pga_place_new(const PgaStep *step, gsize location);
void pga_place_free(PgaPlace *place);

/**
 * pga_lint_report:
 * @action: (nullable): NULL: about the statement
 *
 * Appends a finding with the rule's title, severity and citation, @format as its evidence, at the
 * action's place; its object is the relation (with the column, constraint or index named). In the
 * category "lock" it is info about a relation that is known to be small, unless the configuration
 * fixed the severity.
 *
 * Returns: (transfer none)
 */
PgaFinding *pga_lint_report(PgaLintRun *run, const PgaAction *action, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* At a place remembered, about @object (displayed text). */
PgaFinding *pga_lint_report_at(PgaLintRun *run, const PgaPlace *place, const char *object,
                               const char *format, ...) G_GNUC_PRINTF(4, 5);

/* The safe way of the action (migration/recipe.h) as the finding's fix, when there is one. */
void pga_lint_add_recipe(PgaLintRun *run, PgaFinding *finding, const PgaAction *action);

/* Whether others can see the relation at all: not created by this migration and empty since, not
 * temporary. */
gboolean pga_lint_is_shared(const PgaLintRun *run, const PgaStateRelation *relation);

/** The engine: one for a history. */
typedef struct PgaLint PgaLint;

typedef struct {
    const PgaConfiguration *configuration; /* (nullable) */
    PgaRecipeOptions recipes;
    double small_table_rows;
    const char *const *only; /* (nullable) NULL-terminated: ids */
} PgaLintOptions;

PgaLint *pga_lint_new(PgaState *state, const PgaLintOptions *options);
void pga_lint_free(PgaLint *lint);

/** What the engine found about one statement; borrowed until the next. */
typedef struct {
    const PgaStep *step;
    const PgaEffect *effect;
    const char *refusal; /* (nullable): why the server would refuse it, by the state */
    guint n_findings;    /* of this statement: the last ones of @findings */
} PgaLintStep;

void pga_lint_begin_file(PgaLint *lint, const PgaMigrationFile *file);
/* Judges the step, then applies it to the state. */
const PgaLintStep *pga_lint_step(PgaLint *lint, const PgaStep *step);
void pga_lint_end_file(PgaLint *lint, const GPtrArray *suppressions);
void pga_lint_end(PgaLint *lint);

/* Of PgaFinding * and PgaNotChecked *, by file and line; the engine's. */
GPtrArray *pga_lint_findings(PgaLint *lint);
GPtrArray *pga_lint_suppressed(PgaLint *lint); /* with their reason */
GPtrArray *pga_lint_not_checked(PgaLint *lint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaLint, pga_lint_free)

G_END_DECLS
