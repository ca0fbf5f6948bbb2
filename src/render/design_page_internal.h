/* The sections of an architecture's page. */
#pragma once
#include "design_internal.h"

typedef struct {
    const char *title;
    const char *what; /* "tables": entries, of "3 of 12 tables" */
    guint share;      /* of the tier's tokens, in proportion to the others' */
    guint tier;       /* from this one on */
    guint (*count)(const PgaArchitecture *architecture);
    /* its first @n entries, n > 0 */
    void (*write)(PgaPage *page, const PgaArchitecture *architecture, guint n);
} PgaDesignSection;

/* By priority; ended by one without title. */
extern const PgaDesignSection pga_design_sections[];

/* The whole section of that entries' name, if it has any. */
void pga_design_write_section(PgaPage *page, const PgaArchitecture *architecture, const char *what,
                              const char *title);

/* Title and summary. */
void pga_design_write_title(PgaPage *page, const PgaArchitecture *architecture);

/* design_changes.c: of a database that is there. */
guint pga_design_count_migrations(const PgaArchitecture *architecture);
guint pga_design_count_decisions(const PgaArchitecture *architecture);
void pga_design_write_migrations(PgaPage *page, const PgaArchitecture *architecture, guint n);
void pga_design_write_decisions(PgaPage *page, const PgaArchitecture *architecture, guint n);
/* Its tables with what is known of their sizes, the largest first. */
guint pga_design_count_sizes(const PgaArchitecture *architecture);
void pga_design_write_sizes(PgaPage *page, const PgaArchitecture *architecture, guint n);
/* (transfer full) */
char *pga_design_source_summary(const PgaArchitecture *architecture);
/* (transfer full): " Do: …", what mends the finding: a migration, a statement, in words; or "". */
char *pga_design_action(const PgaArchitecture *architecture, const PgaFinding *finding);

/* design_queries.c: statements, indexes, partitions. */
void pga_design_write_indexes(PgaPage *page, const PgaArchitecture *architecture, guint n);
void pga_design_write_partitions(PgaPage *page, const PgaArchitecture *architecture, guint n);
void pga_design_write_queries(PgaPage *page, const PgaArchitecture *architecture, guint n);

/* design_assumptions.c, design_matters.c: (transfer full): of char *: a sentence each, the most
 * important first. */
GPtrArray *pga_design_assumption_lines(const PgaArchitecture *architecture);
GPtrArray *pga_design_matters(const PgaArchitecture *architecture);

/* Takes @cells, NULL-terminated. */
void pga_design_row(GPtrArray *rows, char **cells);
/* (transfer full): of char **. */
GPtrArray *pga_design_rows_new(void);
/* Takes @rows. */
void pga_design_grid(PgaPage *page, const char *const *titles, GPtrArray *rows);
