/* A snapshot whose names and values say nothing of whose it is, and whose planner estimates are
 * those of the original: docs/snapshot.md says what stays equal and what may differ. */
#pragma once
#include <glib.h>
#include <model/finding.h>
#include <model/snapshot.h>

G_BEGIN_DECLS

enum { PGA_ANONYMIZE_KEY_MIN = 16 }; /* bytes of a key that a user brings */

typedef struct {
    const guint8 *key; /* (nullable): the same key gives the same pseudonyms; NULL: a random one,
                          forgotten afterwards */
    gsize key_length;
} PgaAnonymizeRequest;

/**
 * pga_anonymize:
 * @snapshot: linked; changed in place, linked again afterwards; of no use after a failure
 * @notes: of PgaNotChecked *: appended: what was left out or kept, and why, in pseudonyms
 *
 * Replaces every identifier and value that a user gave, wherever it stands: equal ones by equal
 * ones, so that joins, constants and statistics still fit each other.
 *
 * Returns: %FALSE with PGA_ERROR_INPUT when the key is too short, with PGA_ERROR_INTERNAL when the
 * system gives no random bytes
 */
gboolean pga_anonymize(PgaSnapshot *snapshot, const PgaAnonymizeRequest *request, GPtrArray *notes,
                       GError **error);

G_END_DECLS
