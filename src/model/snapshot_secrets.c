/* Secrets where they are known to stand. What is left says that there was one, which is all that a
 * rule about secrets looks at. */
#include "model/snapshot.h"

#include <string.h>

#define MASK "********"

static const char *const words[] = {"password", "passwd", "secret", "passphrase", "token", NULL};

/* (nullable): after the first of the words from @text on. */
static const char *
after_word(const char *text)
{
    const char *first = NULL;
    gsize length = 0;

    for (guint i = 0; words[i]; i++) {
        for (const char *at = text; *at && (!first || at < first); at++) {
            if (g_ascii_strncasecmp(at, words[i], strlen(words[i])) != 0)
                continue;
            first = at;
            length = strlen(words[i]);
        }
    }
    return first ? first + length : NULL;
}

/* After a value that stands at @at: quoted, or up to the next blank, comma, brace or semicolon. */
static const char *
after_value(const char *at)
{
    const char quote = *at;

    if (quote != '\'' && quote != '"')
        return at + strcspn(at, " \t\n,;&}");
    for (at++; *at && *at != quote; at++)
        if (*at == '\\' && at[1])
            at++;
    return *at ? at + 1 : at;
}

/* (nullable): where the value begins that the word before @at names: after "s = ", or a literal
 * after blanks. */
static const char *
value_at(const char *at)
{
    gboolean assigned;

    while (g_ascii_isalnum(*at) || *at == '_')
        at++;
    while (g_ascii_isspace(*at))
        at++;
    assigned = *at == '=' || *at == ':';
    if (assigned)
        at++;
    while (g_ascii_isspace(*at))
        at++;
    return *at && (assigned || *at == '\'') ? at : NULL;
}

/* Takes @text, may be NULL. */
static char *
mask(char *text)
{
    g_autofree char *old = text;
    const char *from = text, *at = text;
    GString *out;

    if (!text || !after_word(text))
        return g_steal_pointer(&old);
    out = g_string_new(NULL);
    while ((at = after_word(at))) {
        const char *value = value_at(at);

        if (!value)
            continue;
        g_string_append_len(out, from, value - from);
        g_string_append(out, *value == '\'' ? "'" MASK "'" : MASK);
        from = at = after_value(value);
    }
    g_string_append(out, from);
    return g_string_free(out, FALSE);
}

/* postgres://user:password@host */
static char *
mask_uri(char *text)
{
    const char *scheme = text ? strstr(text, "://") : NULL;
    const char *at = scheme ? strpbrk(scheme + 3, "@/ ") : NULL;
    const char *colon = at && *at == '@' ? memchr(scheme + 3, ':', (gsize)(at - scheme - 3)) : NULL;
    char *masked;

    if (!colon)
        return text;
    masked = g_strdup_printf("%.*s:" MASK "%s", (int)(colon - text), text, at);
    g_free(text);
    return masked;
}

static void
mask_statement(PgaWorkloadStatement *statement)
{
    if (!statement->query || (statement->command && strchr("siudm", statement->command)))
        return; /* its constants are parameters */
    statement->query = mask_uri(mask(statement->query));
}

void
pga_snapshot_remove_secrets(PgaSnapshot *snapshot)
{
    const PgaCatalog *catalog = snapshot->catalog;

    for (guint i = 0; i < catalog->settings->len; i++) {
        PgaSetting *setting = g_ptr_array_index(catalog->settings, i);

        if (g_str_equal(setting->name, "ssl_passphrase_command") && *setting->setting) {
            g_free(setting->setting);
            setting->setting = g_strdup(MASK);
        } else if (g_strcmp0(setting->vartype, "string") == 0) {
            setting->setting = mask_uri(mask(setting->setting));
        }
    }
    for (guint i = 0; i < snapshot->server->hba->len; i++) {
        PgaHbaRule *rule = g_ptr_array_index(snapshot->server->hba, i);

        rule->options = mask(rule->options);
    }
    for (guint i = 0; i < snapshot->objects->role_settings->len; i++) {
        PgaRoleSetting *setting = g_ptr_array_index(snapshot->objects->role_settings, i);

        setting->value = mask_uri(mask(setting->value));
    }
    for (guint i = 0; i < snapshot->workload->statements->len; i++)
        mask_statement(g_ptr_array_index(snapshot->workload->statements, i));
}
