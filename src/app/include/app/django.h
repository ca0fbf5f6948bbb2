/* `django`: a project's folder in, its audit and the four-part answer out. Prints nothing. */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/django_report.h>

G_BEGIN_DECLS

/** Arguments as they were written; NULL: not given. */
typedef struct {
    PgaSourceRequest from; /* its source: sizes, statistics, indexes; its rows: "shop.Order=10M" */
    gboolean has_source;   /* FALSE: nothing is connected to */
    const char *project;   /* its folder */
    const char *const *apps;    /* (nullable) NULL-terminated: labels; NULL: all */
    const char *const *only;    /* (nullable) NULL-terminated: ids of rules; NULL: all */
    const char *changed_since;  /* (nullable): of git: only findings in lines changed since */
    const char *django_version; /* "4.2" */
    const char *pg_version;     /* "14", "14.3" */
    const char *time_limit;     /* for plans: "2m" */
    gboolean all;               /* possible findings too */
    gboolean no_lab;            /* no server is started: no plans, no proofs */
    gboolean excerpts;          /* keep the lines that findings stand on */
    gboolean whole_paths;       /* a project elsewhere: its files from "/", not from its folder */
    const char *config_path, *baseline_path;
    gint64 now; /* seconds since the epoch, for what expires; 0: nothing does */
} PgaDjangoRequest;

/* (nullable): NULL with any PgaError. */
PgaDjangoReport *pga_app_django(const PgaDjangoRequest *request, GError **error);

/* Writes the migrations, the corrected parts of models and the SQL below @folder, each file whole
 * or not at all; what is there already is not overwritten unless it is the same. PGA_ERROR_INPUT.
 */
gboolean pga_app_django_write(const PgaDjangoReport *report, const char *folder, GError **error);

G_END_DECLS
