/* Any source as a model. */
#pragma once
#include <app/source.h>
#include <collect/collect.h>
#include <lab/lab.h>
#include <model/catalog.h>
#include <model/environment.h>
#include <model/object.h>
#include <model/server.h>
#include <model/snapshot.h>
#include <model/workload.h>
#include <parse/script.h>

/** What a source became. The lab is there for a DDL file only; what needs one later starts it. */
typedef struct {
    PgaCatalog *catalog;
    PgaEnvironment *environment;
    PgaObjects *objects;       /* (nullable): read by pga_source_read_facts() */
    PgaServer *server;         /* (nullable): the same; never of a DDL file */
    PgaWorkload *workload;     /* (nullable): the same */
    PgaConnection *connection; /* to the live source, or to what the lab made of a DDL file */
    PgaCollectOptions collect; /* how it is read */
    PgaLab *lab;               /* (nullable) */
    PgaLabLoad *load;          /* (nullable): of a DDL file: where its relations are defined */
    PgaSnapshot *snapshot;     /* (nullable): of a snapshot file: its planner data and notes */
    char *path;                /* (nullable): of a DDL file */
} PgaSource;

void pga_source_clear(PgaSource *source);

/* Whether @source (nullable) is neither a database nor a snapshot. */
gboolean pga_source_is_ddl(const char *source);

/* @source: (nullable). Whether it names a file, not a database. */
gboolean pga_source_is_file(const char *source);

/* Reads whatever @request names, which must outlive @source; what could not be read is appended to
 * @not_checked. Any PgaError. */
gboolean pga_source_open(const PgaSourceRequest *request, PgaSource *source, GPtrArray *not_checked,
                         GError **error);

/* What a DDL file becomes, of a text: @request->source is what messages call it. Any PgaError. */
gboolean pga_source_open_script(const PgaSourceRequest *request, const PgaScript *script,
                                PgaSource *source, GPtrArray *not_checked, GError **error);

/* What rules need besides the Catalog. What could not be read is appended to @not_checked. Any
 * PgaError. */
gboolean pga_source_read_facts(PgaSource *source, GPtrArray *not_checked, GError **error);

/* The definitions that a clone needs, unless they were read before; what could not be read is
 * appended to @not_checked. Any PgaError. */
gboolean pga_source_read_objects(PgaSource *source, GPtrArray *not_checked, GError **error);

/* Appends to @data what the planner of a server, live or as a snapshot has it, knows of @relations
 * (of PgaOid). @no_extremes: without ends of B-trees. Any PgaError. */
gboolean pga_source_read_planner(PgaSource *source, const GArray *relations, gboolean no_extremes,
                                 PgaPlannerData *data, GPtrArray *not_checked, GError **error);

/* source_snapshot.c: the same three of a snapshot file. */
gboolean pga_source_open_snapshot(const PgaSourceRequest *request, PgaSource *source,
                                  GPtrArray *not_checked, GError **error);
void pga_source_take_notes(PgaSource *source, PgaSnapshotReading reading, GPtrArray *not_checked);

/* The lab for @source, started when there is none yet. Borrowed. */
PgaLab *pga_source_lab(PgaSource *source, const PgaSourceRequest *request, GError **error);

/* The oldest supported one as of PostgreSQL 18's release. Whoever states no version is not told of
 * bugs that minor ones mended: the last of these about locks and indexes went with 14.4. */
#define PGA_OLDEST_SUPPORTED 140004

/* source_version.c: "14" is the oldest of its minors, which has the bugs that later ones no longer
 * have. PGA_ERROR_INPUT. */
gboolean pga_source_version_parse(const char *text, guint *version, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaSource, pga_source_clear)
