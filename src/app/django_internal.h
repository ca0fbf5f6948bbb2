/* The parts of `django`: project, code, queries, rules; then plans, proofs, decisions, answer. */
#pragma once
#include <app/django.h>
#include <django/code.h>
#include <django/project.h>
#include <django/query.h>
#include <model/configuration.h>
#include <model/django_report.h>

#include "source_internal.h"

G_BEGIN_DECLS

#define PGA_DJANGO_NAME_BYTES 30 /* of an index: Index.max_name_length */

/** The models' tables on their way into the lab. */
typedef struct PgaDjangoLoading PgaDjangoLoading;
/** The queries on their way to the planner. */
typedef struct PgaDjangoPlanning PgaDjangoPlanning;

/** An audit on its way. What stands in it is there when a part below is called. */
typedef struct {
    const PgaDjangoRequest *request;
    PgaConfiguration *configuration;
    PgaDjangoProject *project;
    PgaDjangoCode *code;
    GPtrArray *queries; /* of PgaDjangoQuery * */
    /* With request->has_source what it says: environment, catalog; else all NULL. Its lab
     * (pga_source_lab()) is the one of all parts, started by the first that needs it. */
    PgaSource source;
    PgaDjangoLoading *loading;   /* (nullable) */
    PgaDjangoPlanning *planning; /* (nullable) */
    GHashTable *rows;            /* of "shop.Order" to double *: stated, else of the source */
    GHashTable *rows_stated;     /* set of "shop.Order": those that --rows says */
    gint64 until;                /* g_get_monotonic_time(): plans and proofs end then */
    char *way;                   /* (nullable) until the end: leads to files as they are shown */
    PgaDjangoReport *report;
} PgaDjangoWork;

/* (transfer full): "shop.Order". */
char *pga_django_model_name(const PgaDjangoModel *model);
/* Whether findings about the file are wanted: --app. */
gboolean pga_django_is_judged(const PgaDjangoWork *work, const PgaDjangoFile *file);
/* What could not be done, in report->not_checked; takes @why. @what: "plans". */
void pga_django_not_done(PgaDjangoWork *work, const char *what, char *why);

/* The parts, in the order in which they are called. Each reads what those before it wrote into
 * work->report and appends to the lists that it is for. Without a lab (request->no_lab, or none
 * can be started) a part says so by pga_django_not_done() and returns TRUE. Any PgaError. */

/* django_plan_models.c: starts work->loading, where there is a lab and no source: the code is read
 * and judged meanwhile. */
gboolean pga_django_load(PgaDjangoWork *work, GError **error);
/* Waits for it. @source: what became of it, also with an error: its lab may run. @references: of
 * "table.column" to the table that it refers to. Once. @loading: (nullable). Any PgaError. */
gboolean pga_django_loaded(PgaDjangoLoading *loading, PgaSource *source, GHashTable **references,
                           GError **error);
void pga_django_loading_free(PgaDjangoLoading *loading);
/* django_migrations.c: the project's own migrations through the rules of `lint`: appends to
 * report->findings; before anything is set aside. */
gboolean pga_django_migrations(PgaDjangoWork *work, GError **error);
/* django_plan.c: starts work->planning, where there is work->loading: what planning takes from the
 * queries, without the findings, is done while rules judge. */
void pga_django_plan_begin(PgaDjangoWork *work);
void pga_django_planning_free(PgaDjangoPlanning *planning);
/* django_plan*.c: report->plans, rows, index, n_planned; may complete evidence, gain and confidence
 * of report->findings, which are those of all confidences, but not of what was set aside. */
gboolean pga_django_plan(PgaDjangoWork *work, GError **error);
/* django_prove*.c: runs the interleavings of report->findings. */
gboolean pga_django_prove(PgaDjangoWork *work, GError **error);
/* From here on report->findings are those that are shown. */
/* django_decide.c: report->decisions. */
void pga_django_decide(PgaDjangoWork *work);
/* django_answer*.c: report->changes, sql, migrations. */
gboolean pga_django_answer(PgaDjangoWork *work, GError **error);
/* django_draw.c: report->diagram. */
void pga_django_draw(PgaDjangoWork *work);

G_END_DECLS
