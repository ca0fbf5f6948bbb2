/* Files of ha/ as templates: text with @KEY@ in it. */
#include "access_internal.h"

void
pga_ha_set(GHashTable *values, const char *key, char *value)
{
    g_hash_table_replace(values, g_strdup(key), value);
}

static const char *
template_text(const char *name)
{
    for (const PgaEmbedded *each = pga_ha_templates; each->name; each++)
        if (g_str_equal(each->name, name))
            return each->text;
    g_error("there is no template \"%s\"", name);
}

/* Bytes of a key behind the @ at @text; 0: it is none. */
static gsize
key_length(const char *text)
{
    gsize length = 0;

    while (g_ascii_isupper(text[length]) || text[length] == '_' ||
           (length > 0 && g_ascii_isdigit(text[length])))
        length++;
    return text[length] == '@' ? length : 0;
}

char *
pga_ha_expand(const char *name, GHashTable *values)
{
    const char *text = template_text(name);
    GString *out = g_string_new(NULL);

    while (*text) {
        const gsize length = *text == '@' ? key_length(text + 1) : 0;
        g_autofree char *key = length > 0 ? g_strndup(text + 1, length) : NULL;
        const char *value = key ? g_hash_table_lookup(values, key) : NULL;

        if (key && !value)
            g_error("template \"%s\": nothing stands for @%s@", name, key);
        if (value)
            g_string_append(out, value);
        else
            g_string_append_c(out, *text);
        text += key ? length + 2 : 1;
    }
    return g_string_free(out, FALSE);
}
