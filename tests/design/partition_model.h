/* Tables and queries for tests of partitioning. */
#pragma once
#include <design/design.h>

/* Requirements and tables: of a PostgreSQL @major. */
PgaArchitecture *pga_test_shop(guint major);

/* "id bigint!, placed_at timestamptz!, note text": "!" is NOT NULL; the first is the primary key,
 * an identity where it is a bigint. */
PgaDesignTable *pga_test_table(PgaArchitecture *architecture, const char *name, double rows,
                               const char *columns);
void pga_test_unique(PgaDesignTable *table, const char *column);
PgaDesignReference *pga_test_reference(PgaDesignTable *table, const char *column,
                                       const char *referenced, PgaDeleteAction action);
PgaDesignQuery *pga_test_query(PgaArchitecture *architecture, const char *name, double per_second,
                               const char *sql);
/* Values of a column, all as many rows: "EU US". */
void pga_test_values(PgaDesignTable *table, const char *column, const char *values);
