/* `config`, and where the configuration of every verb comes from. Prints nothing. */
#pragma once
#include <glib.h>
#include <render/render.h>

G_BEGIN_DECLS

#define PGA_CONFIGURATION_NAME "pgarchitect.yaml"

/**
 * pga_app_configuration_find:
 * @folder: absolute
 * @home: (nullable): the user's home folder, above which nothing is looked for
 *
 * A file that another user (but root) put into a folder where everybody may write is passed over.
 *
 * Returns: (transfer full) (nullable): the nearest pgarchitect.yaml in @folder or above it
 */
char *pga_app_configuration_find(const char *folder, const char *home);

typedef struct {
    const char *path; /* (nullable): no file: the defaults */
    gint64 now;       /* seconds since the epoch, for what expires */
    gboolean show;    /* every rule, not just what the file holds */
    PgaFormat format; /* Markdown is text here */
} PgaConfigRequest;

/* (transfer full) (nullable): NULL with PGA_ERROR_INPUT. */
char *pga_app_config(const PgaConfigRequest *request, GError **error);

G_END_DECLS
