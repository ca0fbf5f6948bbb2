/* Backslash commands of psql, as far as their end and their effect on the statement before. */
#include "psql_command_internal.h"
#include <string.h>

const char *
pga_psql_command_end(const char *start, const char *end)
{
    const char *newline = memchr(start, '\n', (gsize)(end - start));
    char quote = '\0';

    if (newline)
        end = newline;
    for (const char *p = start + 1; p < end; p++) {
        if (quote != '\0' && *p == quote)
            quote = '\0';
        else if (quote != '\0')
            continue;
        else if (*p == '\'' || *p == '"' || *p == '`')
            quote = *p;
        else if (p[0] == '\\' && p + 1 < end && p[1] == '\\')
            return p;
    }
    return end;
}

gboolean
pga_psql_command_sends(const char *command, gsize length)
{
    static const char *const others[] = {"\\crosstabview", "\\watch"};

    if (length >= 2 && command[1] == 'g')
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        if (length >= strlen(others[i]) && !memcmp(command, others[i], strlen(others[i])))
            return TRUE;
    return FALSE;
}
