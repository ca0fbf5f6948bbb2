/* What the lab's start asks of a trial. */
#pragma once
#include "lab_internal.h"

G_BEGIN_DECLS

/* Puts the configuration behind initdb's, then has it read. FALSE with PGA_ERROR_LAB, or with
 * trial->failure set and PGA_ERROR_LAB when PostgreSQL refuses it. */
gboolean pga_trial_prepare(PgaLab *lab, GError **error);

G_END_DECLS
