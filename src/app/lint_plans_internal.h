/* `lint --workload`: statements planned on a clone of the source before the migrations, which are
 * executed there, and after them. */
#pragma once
#include <app/source.h>
#include <migration/script.h>
#include <model/plan_changes.h>

G_BEGIN_DECLS

typedef struct PgaLintPlans PgaLintPlans;

typedef struct {
    const PgaSourceRequest *from;
    const char *const *workloads; /* NULL-terminated */
    const GPtrArray *files;       /* of PgaMigrationFile *: those that will be executed */
    guint pg_version;             /* of a file of DDL: the major; 0: not stated */
} PgaLintPlansRequest;

/* Reads source and workload, makes the clone. What is borrowed must outlive it. Any PgaError. */
PgaLintPlans *pga_lint_plans_open(const PgaLintPlansRequest *request, GError **error);
void pga_lint_plans_free(PgaLintPlans *plans);

/* What is executed from here on is judged. Once; the next times it does nothing. PGA_ERROR_LAB,
 * PGA_ERROR_INTERRUPTED, as the others have them. */
gboolean pga_lint_plans_before(PgaLintPlans *plans, GError **error);

/* Executes @step. One that fails is told, and the rest goes on. */
gboolean pga_lint_plans_step(PgaLintPlans *plans, const PgaStep *step, GError **error);
gboolean pga_lint_plans_end_file(PgaLintPlans *plans, GError **error);

/* *report (transfer full): what became of the statements. */
gboolean pga_lint_plans_after(PgaLintPlans *plans, PgaPlanReport **report, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaLintPlans, pga_lint_plans_free)

G_END_DECLS
