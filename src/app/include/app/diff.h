/* `diff`: two sources in, what differs out. Prints nothing. */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/diff_report.h>

G_BEGIN_DECLS

typedef struct {
    PgaSourceRequest before, after;
} PgaDiffRequest;

/* (nullable): NULL with any PgaError. */
PgaDiffReport *pga_app_diff(const PgaDiffRequest *request, GError **error);

G_END_DECLS
