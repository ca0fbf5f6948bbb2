/* In which two databases differ, in the catalogs' terms: objects are matched by name, never by oid.
 */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/environment.h>
#include <model/object.h>

G_BEGIN_DECLS

typedef enum { PGA_CHANGE_ADDED, PGA_CHANGE_REMOVED, PGA_CHANGE_CHANGED } PgaChange;

typedef enum {
    PGA_DRIFT_SCHEMA,    /* tables, columns, indexes, constraints, views, routines, … */
    PGA_DRIFT_OWNERSHIP, /* owners and privileges */
    PGA_DRIFT_ROLES,
    PGA_DRIFT_SETTINGS,
    PGA_DRIFT_SERVER, /* version, encoding, locale */
} PgaDriftGroup;

/** One field of an object. */
typedef struct {
    const char *name;     /* "definition"; static */
    char *before, *after; /* (nullable): none */
} PgaFieldChange;

typedef struct {
    PgaDriftGroup group;
    const char *kind; /* "table", "column", …; "object" when its name says what it is; static */
    char *object;     /* "public.orders.total" */
    PgaChange change;
    GPtrArray *fields; /* of PgaFieldChange *; of what was added or removed: what it is */
    guint order;       /* among kinds */
} PgaDifference;

/** A relation whose rows or size are others by a tenth or more. */
typedef struct {
    char *relation;
    double rows_before, rows_after;   /* below 0: unknown */
    gint64 bytes_before, bytes_after; /* with indexes; -1 unknown */
} PgaDrift;

typedef struct {
    const PgaCatalog *catalog;
    const PgaObjects *objects;
    const PgaEnvironment *environment;
} PgaSide;

/* (transfer full): of PgaDifference *, by group, kind and name. Of a DDL file there is only a
 * schema to compare. What extensions brought is theirs. */
GPtrArray *pga_differences(const PgaSide *before, const PgaSide *after);

/* (transfer full): of PgaDrift *, the largest first; relations that both have. */
GPtrArray *pga_drifts(const PgaSide *before, const PgaSide *after);

/* "schema", "ownership" …; "added" …. Static. */
const char *pga_drift_group_name(PgaDriftGroup group);
const char *pga_change_name(PgaChange change);

G_END_DECLS
