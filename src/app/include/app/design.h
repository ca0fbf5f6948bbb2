/* `design`: requirements in, an architecture that was executed out. Prints nothing. */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/architecture.h>
#include <model/bundle.h>

G_BEGIN_DECLS

/** Arguments as they were written; NULL: not given. */
typedef struct {
    PgaSourceRequest from;  /* source: the requirements file ("-": standard input), or a database */
    const char *pg_version; /* the major to design for, instead of the file's */
    gboolean pg_partman;    /* partitions made by pg_partman */
    gboolean no_lab;        /* nothing is executed: said in not_checked */
    gint64 now;             /* seconds since the epoch */
} PgaDesignRequest;

/* (nullable): NULL with any PgaError. */
PgaArchitecture *pga_app_design(const PgaDesignRequest *request, GError **error);

/* `design --verify DIR`: checksums of MANIFEST, the SQL on every server there is from the bundle's
 * major on, configuration files by their programs. (nullable): NULL with any PgaError. */
PgaBundleVerification *pga_app_design_verify(const char *directory, const PgaDesignRequest *request,
                                             GError **error);

G_END_DECLS
