/* Small Django projects made of texts, and what a rule reports in them. */
#pragma once
#include <rules/rule.h>

/* Where a text begins with "# path\n" it is that file, up to the next such line; that line is its
 * first. A text that begins otherwise is shop/models.py. Each folder is a package. */
typedef struct {
    const char *text;
    const char *found; /* "models.py:4:certain views.py:7:likely": in order of file and line, files
                          by their last part, "certain" left out; "" none */
} DjangoCase;

/** A project that was read and judged; valid until django_case_free(). */
typedef struct {
    PgaDjangoProject *project;
    PgaDjangoCode *code;
    GPtrArray *queries, *findings, *not_checked;
    GHashTable *rows;
} DjangoJudged;

/* (nullable): NULL: skipped, built without the grammar. @rows (nullable): "shop.Order=1000000". */
DjangoJudged *django_judge(const char *rule, const char *text, const char *rows);
void django_judged_free(DjangoJudged *judged);
/* (transfer full): as in DjangoCase. */
char *django_found(const DjangoJudged *judged);
const PgaFinding *django_first(const DjangoJudged *judged); /* asserts that there is one */

void django_assert_cases(const char *rule, const DjangoCase *cases, gsize n_cases);
#define django_cases(rule, cases) django_assert_cases(rule, cases, G_N_ELEMENTS(cases))

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DjangoJudged, django_judged_free)
