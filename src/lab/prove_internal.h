/* What proving one finding is made of. */
#pragma once
#include "clone_internal.h"

G_BEGIN_DECLS

typedef struct {
    char *fix_message;   /* (nullable): the server's, of a fix that failed */
    char *undo_message;  /* (nullable) */
    gboolean probes;     /* the planner is asked before and after */
    gboolean has_before; /* of at least one statement */
} PgaProofRun;

void pga_proof_run_clear(PgaProofRun *run);

/* gain.c. FALSE only with PGA_ERROR_LAB or PGA_ERROR_INTERRUPTED; a probe that cannot be planned
 * gives no gain. */
gboolean pga_probe_before(PgaClone *clone, const PgaFinding *finding, PgaProofRun *run,
                          GError **error);
gboolean pga_probe_after(PgaClone *clone, const PgaFinding *finding, PgaProofRun *run,
                         GError **error);
void pga_probe_judge(const PgaClone *clone, PgaFinding *finding, const PgaProofRun *run);

/* setting.c: asks the server program whether it accepts proof.setting = proof.value. Errors as
 * above. */
gboolean pga_prove_setting(PgaLab *lab, PgaFinding *finding, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaProofRun, pga_proof_run_clear)

G_END_DECLS
