/* One file parsed. tree-sitter bounds its own recursion and gives a tree for whatever it is given.
 */
#include "python/source.h"

#include <base/error.h>

#define MAX_BYTES ((gsize)16 * 1024 * 1024) /* a source; what is larger is generated */

#ifdef PGA_PYTHON_GRAMMAR
const TSLanguage *tree_sitter_python(void);

static const TSLanguage *
language(void)
{
    return tree_sitter_python();
}
#else
static const TSLanguage *
language(void)
{
    return NULL;
}
#endif

gboolean
pga_python_is_available(void)
{
    return language() != NULL;
}

/* FALSE with @error: nothing that a tree could be of. */
static gboolean
is_readable(const char *name, const char *text, gsize length, GError **error)
{
    const char *end;

    if (!pga_python_is_available()) {
        pga_error_set(error, PGA_ERROR_INPUT, "cannot read Python: built without its grammar");
        pga_error_hint(error, "Install npm, run \"bash scripts/build\" again.");
        return FALSE;
    }
    if (length > MAX_BYTES) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is larger than %" G_GSIZE_FORMAT " MB", name,
                      MAX_BYTES / 1024 / 1024);
        return FALSE;
    }
    if (!g_utf8_validate_len(text, length, &end)) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is not UTF-8", name);
        pga_error_detail(error, "The first byte that is not stands at offset %" G_GSIZE_FORMAT ".",
                         (gsize)(end - text));
        return FALSE;
    }
    return TRUE;
}

static TSTree *
parse(const char *text, gsize length)
{
    TSParser *parser = ts_parser_new();
    TSTree *tree = ts_parser_set_language(parser, language())
                       ? ts_parser_parse_string(parser, NULL, text, (uint32_t)length)
                       : NULL;

    ts_parser_delete(parser);
    return tree;
}

PgaPythonSource *
pga_python_source_new(const char *name, char *text, gsize length, GError **error)
{
    g_autofree char *owned = text;
    PgaPythonSource *source;
    TSTree *tree;

    if (!is_readable(name, text, length, error))
        return NULL;
    tree = parse(text, length);
    if (!tree) { /* the grammar is of an ABI that the library does not read */
        pga_error_set(error, PGA_ERROR_INTERNAL, "cannot parse \"%s\" as Python", name);
        return NULL;
    }
    source = g_new0(PgaPythonSource, 1);
    source->name = g_strdup(name);
    source->text = g_steal_pointer(&owned);
    source->length = length;
    source->tree = tree;
    source->has_errors = ts_node_has_error(ts_tree_root_node(tree));
    return source;
}

void
pga_python_source_free(PgaPythonSource *source)
{
    if (!source)
        return;
    ts_tree_delete(source->tree);
    g_free(source->name);
    g_free(source->text);
    g_free(source);
}

TSNode
pga_python_root(const PgaPythonSource *source)
{
    return ts_tree_root_node(source->tree);
}
