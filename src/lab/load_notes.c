/* Why a statement was not checked, in terms of the script: what the lab refused or lacks, and which
 * earlier statement a failure goes back to. */
#include "base/text.h"
#include "extensions_internal.h"
#include "load_internal.h"
#include <string.h>

static void
remember(PgaLoader *loader, char *name, guint line)
{
    if (!g_hash_table_contains(loader->failed, name))
        g_hash_table_insert(loader->failed, name, GUINT_TO_POINTER(line));
    else
        g_free(name);
}

void
pga_loader_note(PgaLoader *loader, const PgaStep *step, char *why)
{
    const PgaStatement *statement = step->statement;
    const PgaMade *made = step->made;
    g_autofree char *excerpt = pga_head_excerpt(step->head, statement->text, statement->length);
    PgaNotChecked *note = pga_not_checked_new(
        NULL, g_strdup_printf("statement at line %u: %s", statement->line, excerpt), why);

    note->file = g_strdup(loader->script->name);
    note->line = statement->line;
    note->column = statement->column;
    g_ptr_array_add(loader->load->not_checked, note);
    if (made->name && made->nspname)
        remember(loader, g_strdup_printf("%s.%s", made->nspname, made->name), statement->line);
    if (made->name)
        remember(loader, g_strdup(made->name), statement->line);
}

static gboolean
is_undefined(const char *sqlstate)
{
    static const char *const states[] = {
        "42P01", /* undefined_table */
        "42704", /* undefined_object */
        "42883", /* undefined_function */
        "3F000", /* invalid_schema_name */
    };

    for (guint i = 0; i < G_N_ELEMENTS(states); i++)
        if (strcmp(states[i], sqlstate) == 0)
            return TRUE;
    return FALSE;
}

/* (nullable): what @message says is missing: 'relation "public.maps" does not exist',
 * 'function public.st_x(…) does not exist'. (transfer full) */
static char *
missing_object(const char *message)
{
    const char *quote = strchr(message, '"');
    const char *blank = strchr(message, ' ');

    if (quote && strchr(quote + 1, '"'))
        return g_strndup(quote + 1, strcspn(quote + 1, "\""));
    return blank && strchr(blank, '(') ? g_strndup(blank + 1, strcspn(blank + 1, "(")) : NULL;
}

static const char *
last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot ? dot + 1 : name;
}

/* (nullable) */
static char *
explain_missing(const PgaLoader *loader, const char *missing)
{
    const char *bare = last_part(missing);
    const char *extname = pga_extension_of(bare);
    const char *absent = extname ? g_hash_table_lookup(loader->extensions, extname) : NULL;
    gpointer line = g_hash_table_lookup(loader->failed, missing);

    if (!line)
        line = g_hash_table_lookup(loader->failed, bare);
    if (line)
        return g_strdup_printf("depends on %s, which could not be created (line %u)", missing,
                               GPOINTER_TO_UINT(line));
    if (absent && *absent)
        return g_strdup_printf("needs %s of extension %s, which the lab does not have", missing,
                               extname);
    return NULL;
}

void
pga_loader_note_failure(PgaLoader *loader, const PgaStep *step, const PGresult *result)
{
    g_autofree char *message = pga_result_message(result);
    g_autofree char *missing =
        is_undefined(pga_result_sqlstate(result)) ? missing_object(message) : NULL;
    g_autofree char *why = missing ? explain_missing(loader, missing) : NULL;

    if (!why && strcmp(pga_result_sqlstate(result), "42501") == 0)
        why = g_strdup_printf("refused: %s", message);
    pga_loader_note(loader, step, why ? g_steal_pointer(&why) : g_steal_pointer(&message));
}
