/* What is accepted or ignored, and until when. */
#include "model/configuration.h"

#include <string.h>

PgaException *
pga_exception_new(void)
{
    return g_new0(PgaException, 1);
}

void
pga_exception_free(PgaException *exception)
{
    if (!exception)
        return;
    g_free(exception->fingerprint);
    g_free(exception->rule);
    g_free(exception->object);
    g_free(exception->reason);
    g_free(exception->expires);
    g_clear_pointer(&exception->pattern, g_pattern_spec_free);
    g_clear_pointer(&exception->below, g_pattern_spec_free);
    g_free(exception);
}

gboolean
pga_exception_has_expired(const PgaException *exception, gint64 now)
{
    return exception->expires && now >= exception->expires_at;
}

void
pga_configuration_accept(PgaConfiguration *configuration, PgaException *exception)
{
    g_hash_table_replace(configuration->accepted, g_strdup(exception->fingerprint), exception);
}

void
pga_configuration_ignore(PgaConfiguration *configuration, PgaException *exception)
{
    if (exception->object) {
        g_autofree char *below = g_strconcat(exception->object, ".*", NULL);

        exception->pattern = g_pattern_spec_new(exception->object);
        exception->below = g_pattern_spec_new(below);
    }
    g_ptr_array_add(configuration->ignored, exception);
}

const PgaException *
pga_configuration_accepts(const PgaConfiguration *configuration, const PgaFinding *finding,
                          gint64 now)
{
    const PgaException *exception =
        g_hash_table_lookup(configuration->accepted, finding->fingerprint);

    return exception && !pga_exception_has_expired(exception, now) ? exception : NULL;
}

static gboolean
concerns(const PgaException *exception, const PgaFinding *finding)
{
    if (exception->rule && strcmp(exception->rule, finding->rule) != 0)
        return FALSE;
    return !exception->object || g_pattern_spec_match_string(exception->pattern, finding->object) ||
           g_pattern_spec_match_string(exception->below, finding->object);
}

const PgaException *
pga_configuration_ignores(const PgaConfiguration *configuration, const PgaFinding *finding,
                          gint64 now)
{
    for (guint i = 0; i < configuration->ignored->len; i++) {
        const PgaException *exception = g_ptr_array_index(configuration->ignored, i);

        if (!pga_exception_has_expired(exception, now) && concerns(exception, finding))
            return exception;
    }
    return NULL;
}
