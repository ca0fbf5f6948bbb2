/* Names of routines and lists of names; settings and addresses as the rules about security ask. */
#include "subject_internal.h"

#include <string.h>

#include <base/text.h>

#include "acl_internal.h"
#include "server_setting_internal.h"

#define NAMES_LISTED 8

gboolean
pga_rule_sees_schema(const PgaRuleRun *run, const char *nspname)
{
    return !g_str_has_prefix(nspname, "_timescaledb_") &&
           !g_ptr_array_find_with_equal_func(run->configuration->ignored_schemas, nspname,
                                             g_str_equal, NULL);
}

char *
pga_routine_display(const PgaRoutine *routine)
{
    g_autofree char *name = pga_quote_qualified(routine->nspname, routine->proname);

    return g_strdup_printf("%s(%s)", name, routine->arguments ? routine->arguments : "");
}

const char *
pga_routine_keyword(const PgaRoutine *routine)
{
    return routine->prokind == 'p' ? "PROCEDURE" : "FUNCTION";
}

void
pga_finding_verify_routine(PgaFinding *finding, const PgaRoutine *routine, const char *column)
{
    g_autofree char *schema = pga_quote_identifier(routine->nspname);
    g_autofree char *schema_literal = pga_quote_literal(schema);
    g_autofree char *name = pga_quote_literal(routine->proname);
    g_autofree char *arguments = pga_quote_literal(routine->arguments ? routine->arguments : "");

    pga_finding_verify(finding,
                       "SELECT %s FROM pg_proc WHERE pronamespace = %s::regnamespace AND proname = "
                       "%s AND pg_get_function_identity_arguments(oid) = %s;",
                       column, schema_literal, name, arguments);
}

gboolean
pga_routine_returns_trigger(const PgaRoutine *routine)
{
    return g_strcmp0(routine->result, "trigger") == 0 ||
           g_strcmp0(routine->result, "event_trigger") == 0;
}

gboolean
pga_routine_is_public(const PgaRoutine *routine)
{
    return !pga_routine_returns_trigger(routine) &&
           (!routine->acl || pga_acl_public_has(routine->acl, "X"));
}

char *
pga_names_listed(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < MIN(names->len, NAMES_LISTED); i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(names, i));
    if (names->len > NAMES_LISTED)
        g_string_append_printf(text, " and %u more", names->len - NAMES_LISTED);
    return g_string_free(text, FALSE);
}

gboolean
pga_address_is_local(const char *address)
{
    return !address || !*address || g_str_has_prefix(address, "127.") ||
           g_str_equal(address, "::1") || g_str_has_prefix(address, "::1/") ||
           g_str_equal(address, "localhost") || g_str_equal(address, "samehost");
}

gboolean
pga_server_listens_widely(const PgaRuleRun *run)
{
    const char *addresses = pga_server_setting_value(run, "listen_addresses");
    g_auto(GStrv) parts = g_strsplit(addresses ? addresses : "", ",", -1);

    for (guint i = 0; parts[i]; i++)
        if (!pga_address_is_local(g_strstrip(parts[i])))
            return TRUE;
    return FALSE;
}
