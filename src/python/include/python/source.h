/* Python sources as syntax trees (tree-sitter, grammar of Python 2 and 3): error-tolerant, nothing
 * is executed. Outside data. */
#pragma once
#include <glib.h>
#include <tree_sitter/api.h>

G_BEGIN_DECLS

typedef struct {
    char *name; /* what messages call it */
    char *text; /* UTF-8 */
    gsize length;
    TSTree *tree;
    gboolean has_errors; /* parts of it are no Python */
} PgaPythonSource;

/* Whether this build can read Python at all. */
gboolean pga_python_is_available(void);

/**
 * pga_python_source_new:
 * @text: (transfer full): a file's bytes
 *
 * Returns: (nullable): NULL with PGA_ERROR_INPUT: not UTF-8 (detail: where), too large;
 * or built without the grammar.
 */
PgaPythonSource *pga_python_source_new(const char *name, char *text, gsize length, GError **error);
void pga_python_source_free(PgaPythonSource *source);

TSNode pga_python_root(const PgaPythonSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaPythonSource, pga_python_source_free)

G_END_DECLS
