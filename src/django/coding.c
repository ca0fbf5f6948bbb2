/* Sources that say what they are written in: "# -*- coding: latin-1 -*-" (PEP 263). */
#include <string.h>

#include "project_internal.h"

#define MAX_LINE 200

/* The name behind "coding:" or "coding=" of a comment, as iconv knows it. (nullable) */
static char *
stated_in(const char *line, gsize length)
{
    static const char *const latin[] = {"latin-1", "latin1", "iso-latin-1", "l1", NULL};
    g_autofree char *text = g_strndup(line, MIN(length, MAX_LINE)), *encoding = NULL;
    const char *at = text + strspn(text, " \t\f"), *name;

    at = *at == '#' ? strstr(at, "coding") : NULL;
    if (!at || !strchr(":=", at[strlen("coding")]) || !at[strlen("coding")])
        return NULL;
    at += strlen("coding:");
    at += strspn(at, " \t");
    for (name = at; g_ascii_isalnum(*at) || (*at && strchr("-_.", *at)); at++)
        continue;
    if (at == name)
        return NULL;
    encoding = g_ascii_strdown(name, at - name);
    return g_strv_contains(latin, g_strdelimit(encoding, "_", '-')) ? g_strdup("ISO-8859-1")
                                                                    : g_steal_pointer(&encoding);
}

char *
pga_django_decoded(const char *text, gsize length, gsize *n_bytes)
{
    g_autofree char *encoding = NULL;
    const char *line = text, *end = text + length;
    char *decoded;

    for (guint i = 0; !encoding && i < 2 && line < end; i++) {
        const char *newline = memchr(line, '\n', (gsize)(end - line));

        encoding = stated_in(line, (gsize)((newline ? newline : end) - line));
        line = newline ? newline + 1 : end;
    }
    if (!encoding)
        return NULL;
    decoded = g_convert(text, (gssize)length, "UTF-8", encoding, NULL, n_bytes, NULL);
    if (decoded && !g_utf8_validate_len(decoded, *n_bytes, NULL))
        g_clear_pointer(&decoded, g_free);
    return decoded;
}
