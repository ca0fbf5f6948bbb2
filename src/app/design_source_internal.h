/* A database as a plan of changes: migrations from what the other verbs found. */
#pragma once
#include "design_internal.h"

#include <model/catalog.h>

/** One step towards it: a file of migrations/, or a thing for a person to decide. */
typedef struct {
    char *slug;        /* "fk_missing_index_orders" */
    char *title;       /* one line */
    char *object;      /* (nullable) */
    char *lock;        /* (nullable) */
    char *fingerprint; /* (nullable): of the finding */
    char *text;        /* the whole file */
    guint rank;        /* smaller ones first */
    char *objection;   /* (nullable): why it is not among those to execute */
    gboolean by_lint;  /* the objection is lint's: its safe way may do */
} PgaDesignMigration;

GPtrArray *pga_design_migrations_new(void);

/* design_source_migrations.c: adds what the architecture's findings, its index advice and its
 * settings for single objects ask for; those of higher priority first. */
void pga_design_migrations_gather(const PgaArchitecture *architecture, GPtrArray *migrations);

/* design_source_lint.c: objections of `lint` to what is written, and of the lab to executing it. */
gboolean pga_design_migrations_judge(PgaDesignRun *run, GPtrArray *migrations, GError **error);

/* Files migrations/NNN_*.sql and migrations/REVIEW.md. */
void pga_design_migrations_put(PgaArchitecture *architecture, const GPtrArray *migrations);

/* design_source_tables.c: the tables that are there. */
void pga_design_tables_of(PgaArchitecture *architecture, const PgaCatalog *catalog);
