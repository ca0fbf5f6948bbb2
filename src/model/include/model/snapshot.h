/* A database's model as one file holds it (docs/snapshot.md): what is in it, section by section.
 * Plain data; rows of tables are in none of it. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/environment.h>
#include <model/object.h>
#include <model/planner.h>
#include <model/server.h>
#include <model/workload.h>

G_BEGIN_DECLS

/* Readers of this program take any file of this version: what they do not know they pass over,
 * what is missing has its type's initial value. A file of a higher version is refused. */
enum { PGA_SNAPSHOT_VERSION = 1 };

/** Which reading a note is of. */
typedef enum {
    PGA_SNAPSHOT_CATALOG, /* pga_collect() */
    PGA_SNAPSHOT_OBJECTS, /* pga_collect_objects() */
    PGA_SNAPSHOT_FACTS,   /* pga_collect_server(), pga_collect_workload() */
    PGA_SNAPSHOT_PLANNER, /* pga_collect_planner() */
} PgaSnapshotReading;

/** What could not be read when the snapshot was taken. */
typedef struct {
    gint32 reading; /* PgaSnapshotReading */
    char *what, *why;
} PgaSnapshotNote;

typedef struct {
    gint32 version;  /* of the file's format */
    char *tool;      /* version of the program that wrote it */
    gint64 taken_at; /* seconds since the epoch */
    gboolean no_values;
    gboolean anonymized;
    GPtrArray *notes; /* of PgaSnapshotNote * */
    PgaEnvironment *environment;
    PgaCatalog *catalog; /* finished */
    PgaObjects *objects; /* finished */
    PgaServer *server;
    PgaWorkload *workload;
    PgaPlannerData *planner; /* of all relations */
} PgaSnapshot;

extern const PgaRecordType pga_snapshot_note_type, pga_snapshot_type;

/* Every section there, and empty. */
PgaSnapshot *pga_snapshot_new(void);
void pga_snapshot_free(PgaSnapshot *snapshot);

/* The struct that section @number is, with its type; NULL after the last one. The first is the
 * snapshot itself. A section's own fields are one line of the file, each element of its lists
 * another. */
gpointer pga_snapshot_section(PgaSnapshot *snapshot, guint number, const PgaRecordType **type);

/* (transfer full): what records of @type are called in a file: "relation_extra". */
char *pga_snapshot_key(const PgaRecordType *type);

/* Whether a field's numbers may be added up, and so are bounded: sizes, counts, ages, and not what
 * a sequence or a hash arrived at. */
gboolean pga_snapshot_is_quantity(const PgaField *field);

/**
 * pga_snapshot_validate:
 *
 * Whether @snapshot, as a stranger's file gave it, keeps what everybody relies on: names where
 * there must be names, oids that are one object's only, columns that are there, parents that go
 * round in no circle, numbers that can be added up.
 *
 * Returns: %FALSE with PGA_ERROR_INPUT naming record and field
 */
gboolean pga_snapshot_validate(const PgaSnapshot *snapshot, GError **error);

/* Links what pga_snapshot_validate() accepted: the lookups work from then on. */
void pga_snapshot_link(PgaSnapshot *snapshot);

/* Takes out what is worth stealing, where it is known to stand: passwords in settings, in
 * pg_hba.conf's options and in recorded utility statements. */
void pga_snapshot_remove_secrets(PgaSnapshot *snapshot);

/* Leaves out what --no-values leaves out of a live source: most-common values, histograms, ends of
 * B-trees. */
void pga_snapshot_drop_values(PgaSnapshot *snapshot);

/* Whether @column is of one of @relation's own columns, and what pga_collect() reads: of a
 * partitioned table the statistics of the whole tree. */
gboolean pga_column_statistics_is_of(const PgaColumnStatistics *column,
                                     const PgaRelation *relation);

/* (transfer full): what pga_collect() reads of the statistics that pga_collect_planner() read. */
PgaAttributeStats *pga_snapshot_stats(const PgaAttribute *attribute,
                                      const PgaColumnStatistics *column);

/* Whether @attribute has just these. */
gboolean pga_snapshot_stats_follow(const PgaAttribute *attribute,
                                   const PgaColumnStatistics *column);

/** What a clone asks of a snapshot's planner data. */
typedef struct {
    const PgaCatalog *catalog;
    const PgaObjects *objects;
    const PgaPlannerData *known;
    gboolean no_extremes;
} PgaPlannerQuestion;

/* Appends copies of what is known of @relations (of PgaOid) and their indexes to @data. */
void pga_snapshot_planner(const PgaPlannerQuestion *question, const GArray *relations,
                          PgaPlannerData *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaSnapshot, pga_snapshot_free)

G_END_DECLS
