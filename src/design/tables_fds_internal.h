/* Functional dependencies as arithmetic on sets of columns. A set is a bit mask of up to 62 columns
 * of a table: those that keys and dependencies name; REST stands for all others, which depend on
 * the keys only. Source: Bernstein, "Synthesizing Third Normal Form Relations from Functional
 * Dependencies", ACM TODS 1(4), 1976; closures as in Beeri and Bernstein, 1979. */
#pragma once
#include "tables_internal.h"

#define PGA_FDS_REST    (G_GUINT64_CONSTANT(1) << 62)
#define PGA_FDS_COLUMNS 62

typedef struct {
    guint64 left, right;
    PgaSaid origin;
} PgaFd;

typedef struct {
    PgaDesignTable *table;
    GPtrArray *names; /* of char *: bit i is of the column with that name */
    GArray *fds;      /* of PgaFd */
    guint64 all;
    gboolean too_wide; /* more columns in dependencies than fit: not computed */
} PgaFds;

/** Dependencies with one left side. */
typedef struct {
    guint64 left, right;
    guint64 same; /* columns of right that determine left, too */
} PgaFdGroup;

PgaFds *pga_fds_new(PgaDesignTable *table);
void pga_fds_free(PgaFds *relation);
/* All of @columns; 0 where one is not known yet. */
guint64 pga_fds_known(const PgaFds *relation, const GPtrArray *columns);
/* The bit of a column, which gets one; 0 where the table has none of that name. */
guint64 pga_fds_bit(PgaFds *relation, const char *column);
/* All of @columns, which get bits; 0 where the table lacks one. */
guint64 pga_fds_mask(PgaFds *relation, const GPtrArray *columns);
void pga_fds_add(PgaFds *relation, guint64 left, guint64 right, PgaSaid origin);
/* (transfer full): of char * */
GPtrArray *pga_fds_names(const PgaFds *relation, guint64 mask);

/* What @left determines. */
guint64 pga_fds_closure(const PgaFds *relation, guint64 left);
/* (transfer full): of guint64: the candidate keys of the projection on @of, at most 64 of them. */
GArray *pga_fds_keys(const PgaFds *relation, guint64 of);
/* Columns of @of that are part of some candidate key. */
guint64 pga_fds_prime(const PgaFds *relation, guint64 of);
/* 1, 2, 3, 4 (BCNF): of the projection on @of. */
guint pga_fds_normal_form(const PgaFds *relation, guint64 of);
/* (transfer full): of PgaFdGroup: a minimal cover by left sides; left sides that determine each
 * other are one group. */
GArray *pga_fds_cover(const PgaFds *relation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaFds, pga_fds_free)
