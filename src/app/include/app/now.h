/* `check --now`: a running server in, what it is doing at this moment out. Prints nothing. */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/now.h>

G_BEGIN_DECLS

typedef struct {
    PgaSourceRequest from;
    const char *config_path; /* (nullable) */
    gint64 now;              /* seconds since the epoch, for what expires; 0: nothing does */
} PgaNowRequest;

/* (nullable): finished; NULL with any PgaError. */
PgaNow *pga_app_now(const PgaNowRequest *request, GError **error);

G_END_DECLS
