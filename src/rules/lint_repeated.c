/* Advice about how files are run, which is the same for each file of a history: said of each of a
 * few files, of many once. */
#include "lint_internal.h"
#include "rule_internal.h"

#include <string.h>

/* Files of which each is told on its own. */
#define FEW_FILES 3

/* The one at the last file stays, which is the one that is worked on: a baseline then knows a new
 * file. */
static void
gather(const PgaRule *rule, GPtrArray *findings)
{
    PgaFinding *last = NULL;
    guint n_others = 0;
    char *evidence;

    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);

        if (!g_str_equal(finding->rule, rule->id))
            continue;
        n_others += last != NULL;
        last = finding;
    }
    if (n_others < FEW_FILES)
        return;
    for (guint i = findings->len; i > 0; i--) {
        const PgaFinding *finding = g_ptr_array_index(findings, i - 1);

        if (finding != last && g_str_equal(finding->rule, rule->id))
            g_ptr_array_remove_index(findings, i - 1);
    }
    evidence =
        g_strdup_printf("%s The same is true of %u files before it.", last->evidence, n_others);
    g_free(last->evidence);
    last->evidence = evidence;
}

void
pga_lint_gather_repeated(const GArray *runs, GPtrArray *findings)
{
    for (guint i = 0; i < runs->len; i++) {
        const PgaRule *rule = g_array_index(runs, PgaLintRun, i).rule;

        if (rule->lint.gathered)
            gather(rule, findings);
    }
}
