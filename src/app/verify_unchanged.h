/* Columns whose statistics hold the values that they held before: what is too short to be told from
 * a pseudonym by itself is told by its place. */
#pragma once
#include <model/snapshot.h>
#include <model/verification.h>

G_BEGIN_DECLS

typedef struct PgaUnchanged PgaUnchanged;

/* Of a snapshot that is not anonymised yet. */
PgaUnchanged *pga_unchanged_new(const PgaSnapshot *snapshot);
void pga_unchanged_free(PgaUnchanged *unchanged);

/* Appends to the leaks. */
void pga_unchanged_run(const PgaUnchanged *unchanged, const PgaSnapshot *snapshot,
                       PgaVerification *verification);

G_END_DECLS
