#include "parse_options.h"

#include <string.h>

#include <base/error.h>
#include <base/text.h>

/* (nullable): the option of @entries that the mistyped one in @words is nearest to. */
static const char *
nearest_option(const GOptionEntry *entries, int n_words, char *const *words)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (const GOptionEntry *entry = entries; entry->long_name; entry++)
        g_ptr_array_add(names, (gpointer)entry->long_name);
    g_ptr_array_add(names, NULL);
    for (int i = 1; i < n_words; i++) {
        g_autofree char *word = NULL;

        if (!g_str_has_prefix(words[i], "--") || !words[i][2])
            continue;
        word = g_strndup(words[i] + 2, strcspn(words[i] + 2, "="));
        if (!g_strv_contains((const char *const *)names->pdata, word))
            return pga_text_closest(word, (const char *const *)names->pdata);
    }
    return NULL;
}

/* (transfer full): GLib's words in our typography, which terminals in the locale "C" have, too. */
static char *
message_of(const GError *cause)
{
    g_autoptr(GString) message = g_string_new(cause->message);

    message->str[0] = g_ascii_tolower(message->str[0]);
    g_string_replace(message, "“", "\"", 0);
    g_string_replace(message, "”", "\"", 0);
    g_string_replace(message, "‘", "'", 0);
    g_string_replace(message, "’", "'", 0);
    return g_strdup(message->str);
}

gboolean
pga_cli_parse_options(const char *verb, const GOptionEntry *entries, int *argc, char ***argv,
                      GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) cause = NULL;
    const int n_words = *argc;
    g_autofree char **words =
        g_memdup2(*argv, sizeof(char *) * (gsize)n_words); /* GOption takes them out */
    g_autofree char *message = NULL;
    const char *nearest;

    g_option_context_set_help_enabled(context, FALSE); /* -h is the host, as in psql */
    g_option_context_add_main_entries(context, entries, NULL);
    if (g_option_context_parse(context, argc, argv, &cause))
        return TRUE;
    message = message_of(cause);
    pga_error_set(error, PGA_ERROR_INPUT, "%s", message);
    nearest = nearest_option(entries, n_words, words);
    if (nearest)
        pga_error_hint(error, "Did you mean --%s? \"pgarchitect %s --help\" lists the options.",
                       nearest, verb);
    else
        pga_error_hint(error, "\"pgarchitect %s --help\" lists the options.", verb);
    return FALSE;
}
