/* Texts of plans that are wanted, and where they go. */
#pragma once
#include <lab/whatif.h>

/** A list of them. */
typedef struct {
    GArray *explains; /* of PgaWhatifExplain, of one user */
    GPtrArray *texts; /* of char **, parallel */
} PgaPlanTexts;

PgaPlanTexts *pga_plan_texts_new(void);
/* Copies @explain, whose pointers have to last until the texts are fetched. @text: where the plan
 * goes, unless it has one by then. */
void pga_plan_texts_add(PgaPlanTexts *wanted, const PgaWhatifExplain *explain, char **text);
/* Asks for all of them; the list is empty then. @names: as pga_index_plan_rename() has them. Any
 * PgaError. */
gboolean pga_plan_texts_fetch(PgaPlanTexts *wanted, PgaWhatif *whatif, GHashTable *names,
                              GError **error);
void pga_plan_texts_free(PgaPlanTexts *wanted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaPlanTexts, pga_plan_texts_free)
