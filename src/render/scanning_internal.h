/* Formats that services attach to a change of code: SARIF, GitHub's workflow commands. */
#pragma once
#include <glib.h>
#include <model/group.h>
#include <model/many.h>
#include <model/report.h>
#include <render/render.h>

/** A report among those that make one document. */
typedef struct {
    const PgaReport *report;
    char *place; /* (nullable): "main/shop"; NULL: it is the only one */
    PgaGroups *groups;
} PgaScanned;

/** What one document is made of: one report, or those of many databases. Services take a limited
 * number of runs and annotations, however many databases there are. */
typedef struct {
    char *name;          /* what it is about: a database, or the clusters */
    GArray *scanned;     /* of PgaScanned */
    GPtrArray *findings; /* of PgaFinding *, borrowed: most important first */
    GHashTable *of;      /* of PgaFinding * to PgaScanned * */
    GPtrArray *failures; /* of char *: "main/shop: not checked: …" */
} PgaScan;

PgaScan *pga_scan_of_report(const PgaReport *report);
PgaScan *pga_scan_of_many(const PgaCheckedMany *many);
void pga_scan_free(PgaScan *scan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaScan, pga_scan_free)

const PgaScanned *pga_scan_of(const PgaScan *scan, const PgaFinding *finding);

/* (transfer full) */
char *pga_render_sarif(const PgaScan *scan, const PgaRenderOptions *options);
char *pga_render_github(const PgaScan *scan, const PgaRenderOptions *options);

/* (transfer full): "main/shop: not checked: …". */
char *pga_scanning_failure(const PgaCheckedDatabase *checked);
/* (transfer full): "main/shop". */
char *pga_scanning_place(const PgaCheckedDatabase *checked);

/* (transfer full): @file seen from options->root: "db/schema.sql"; absolute when it is not below;
 * "stdin" for standard input. */
char *pga_scanning_path(const PgaRenderOptions *options, const char *file);

/* (transfer full): "CREATE INDEX …; (safe: reads and writes go on)", or the note where there is no
 * statement; "" without either. Printable. */
char *pga_scanning_fix(const PgaFinding *finding);
