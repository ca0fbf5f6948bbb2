/* Programs other than PostgreSQL's, given configuration files to read: as the lab's user, in a
 * private directory that goes with it, in a clean environment. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    const char *name, *text; /* name: in the directory, without folders */
} PgaToolFile;

/** What is run, and what came of it. */
typedef struct {
    const char *program;          /* "haproxy": on PATH or where servers' programs are */
    const char *const *arguments; /* NULL-terminated; the directory is the working directory */
    const PgaToolFile *files;
    guint n_files;
    /* (nullable): a server is told good by this in what it says, and stopped then; NULL: by ending
     * with status 0. */
    const char *until;
    char *output; /* (nullable): the last 64 KiB of what it said; free it */
} PgaTool;

/* (transfer full) (nullable): where it is; NULL: it is not installed. */
char *pga_tool_find(const char *program);

/**
 * pga_tool_run:
 *
 * Returns: %FALSE with PGA_ERROR_LAB: it is not installed, could not be run, or was not content
 * (detail: the last line of its output); PGA_ERROR_INTERRUPTED
 */
gboolean pga_tool_run(PgaTool *tool, GError **error);

G_END_DECLS
