/* A check of many databases, complete and unformatted. */
#pragma once
#include <glib.h>
#include <model/report.h>

G_BEGIN_DECLS

/** One database, or a cluster whose databases could not be listed (database is NULL then). */
typedef struct {
    char *cluster;                 /* the target's name, or where the server is */
    char *database;                /* (nullable) */
    PgaReport *report;             /* (nullable): NULL: it could not be checked, and that is why: */
    char *message, *detail, *hint; /* (nullable) */
} PgaCheckedDatabase;

typedef struct {
    GPtrArray *databases; /* of PgaCheckedDatabase *: clusters as they were given, databases by name
                           */
    GPtrArray *ranked; /* of PgaFinding *, borrowed: those of all databases, most important first */
    GPtrArray *top;    /* of PgaFinding *, borrowed: the fixes to make first; what several
                          databases have in common is there once */
} PgaCheckedMany;

PgaCheckedMany *pga_checked_many_new(void);
void pga_checked_many_free(PgaCheckedMany *many);

/* Already in its vector. */
PgaCheckedDatabase *pga_checked_many_add(PgaCheckedMany *many, const char *cluster,
                                         const char *database);

/* Takes @error. */
void pga_checked_database_fail(PgaCheckedDatabase *checked, GError *error);

/* (nullable): the database that the finding is about. */
const PgaCheckedDatabase *pga_checked_many_of(const PgaCheckedMany *many,
                                              const PgaFinding *finding);

/* How many could not be checked. */
guint pga_checked_many_failed(const PgaCheckedMany *many);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaCheckedMany, pga_checked_many_free)

G_END_DECLS
