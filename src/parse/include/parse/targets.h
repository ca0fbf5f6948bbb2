/* The file of --targets: clusters, and which of their databases to check.
 *
 *   targets:
 *     - name: main                        how output calls it; unique
 *       source: host=db1 user=monitor     conninfo string or URI; no password
 *       databases: all                    or a list; without it the one that source names
 *       exclude: [scratch]                with "all": names or patterns with * and ?
 */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    char *name;
    char *source;
    gboolean all; /* every database that the role may connect to */
    GPtrArray
        *databases;     /* of char *: those listed; empty: the one that source names, unless all */
    GPtrArray *exclude; /* of char *: patterns */
} PgaTarget;

/* (nullable): of PgaTarget *, in the file's order; NULL with PGA_ERROR_INPUT: FILE, line, column,
 * field. */
GPtrArray *pga_targets_read(const char *path, GError **error);

/* The same for one server: all its databases. (transfer full) */
GPtrArray *pga_targets_all_of(const char *name, const char *source);

/* Whether a pattern of @target leaves @database out. */
gboolean pga_target_excludes(const PgaTarget *target, const char *database);

G_END_DECLS
