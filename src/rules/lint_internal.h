/* What the files of the engine share (rules/lint.h). */
#pragma once
#include <rules/lint.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): displayed text of what the action is about. */
char *pga_lint_object(const PgaAction *action);

/** Follows the present transaction from step to step. */
typedef struct {
    PgaLintTransaction now;
    guint number;   /* of the step's transaction */
    gboolean known; /* a step of the file came */
} PgaLintFollower;

void pga_lint_follower_init(PgaLintFollower *follower);
void pga_lint_follower_clear(PgaLintFollower *follower);
void pga_lint_follower_begin_file(PgaLintFollower *follower);
/* Before the step is judged; after it was applied. @actions: of PgaAction. */
void pga_lint_follower_before(PgaLintFollower *follower, const PgaStep *step);
void pga_lint_follower_after(PgaLintFollower *follower, const PgaState *state, const PgaStep *step,
                             const GArray *actions, const PgaEffect *effect);

/* (transfer full) (nullable): the recipe of the step's operation as lines of Python. */
char *pga_lint_django_code(const PgaDjangoMigration *migration, const PgaStep *step,
                           const PgaRecipe *recipe);

/** Comments that suppress, and the statements that they stand at. */
typedef struct {
    GArray *spans;    /* of statements with such comments */
    GArray *comments; /* of all files */
} PgaLintSuppressor;

void pga_lint_suppressor_init(PgaLintSuppressor *suppressor);
void pga_lint_suppressor_clear(PgaLintSuppressor *suppressor);
void pga_lint_suppressor_see(PgaLintSuppressor *suppressor, const PgaStep *step);
/* @suppressions (nullable): of PgaSuppression *. */
void pga_lint_suppressor_end_file(PgaLintSuppressor *suppressor, const char *file,
                                  const GPtrArray *suppressions);
/* Moves what is suppressed from @findings (of PgaFinding *) to @suppressed. */
void pga_lint_suppressor_sort_out(PgaLintSuppressor *suppressor, GPtrArray *findings,
                                  GPtrArray *suppressed);
/* Of rules that are gathered, findings of many files become one. @runs: of PgaLintRun; @findings in
 * their order. */
void pga_lint_gather_repeated(const GArray *runs, GPtrArray *findings);
/* Reports comments that suppressed nothing; @run is of the rule "unused-suppression". */
void pga_lint_suppressor_report_unused(const PgaLintSuppressor *suppressor, PgaLintRun *run);

G_END_DECLS
