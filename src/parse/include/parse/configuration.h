/* The user's YAML files: the configuration, and row counts (--rows FILE).
 *
 *   rules:                                  rows:
 *     fk-missing-index:                       public.orders: 12_000_000
 *       min_rows: 5000                        customers: 2M
 *       severity: error
 *     serial-instead-of-identity: off
 *   accept:
 *     - fingerprint: 0123456789abcdef
 *       reason: legacy table, goes away in March
 *       expires: 2027-03-31
 *   ignore:
 *     - rule: index-unused
 *       object: public.legacy_*
 *       reason: archived tables
 *   ignore_schemas: [staging]
 *   lint:
 *     small_table_rows: 10000
 *     throughput: 100MB
 *     lock_timeout: 2s
 *     batch_rows: 10000
 */
#pragma once
#include <glib.h>
#include <model/configuration.h>

G_BEGIN_DECLS

#define PGA_CONFIGURATION_MAX_KEYS 5

/** A rule that a configuration may name, told by a layer that knows the rules (this one does not).
 */
typedef struct {
    const char *rule;                              /* id; static */
    const char *keys[PGA_CONFIGURATION_MAX_KEYS];  /* of its thresholds; static; the rest NULL */
    const char *units[PGA_CONFIGURATION_MAX_KEYS]; /* by the same place; "bytes" takes sizes */
} PgaConfigurationTerm;

/* (nullable): NULL with PGA_ERROR_INPUT: FILE, line, column, field; unknown rules and keys get "did
 * you mean". */
PgaConfiguration *pga_configuration_read(const char *path, const PgaConfigurationTerm *terms,
                                         guint n_terms, GError **error);

typedef struct {
    char *relation; /* as written */
    double rows;    /* 0 or more */
} PgaStatedRows;

/* Appends to @rows (of PgaStatedRows) what one --rows argument says: "orders=5M", or a YAML file's
 * path. */
gboolean pga_stated_rows_read(const char *argument, GArray *rows, GError **error);
void pga_stated_rows_clear(PgaStatedRows *rows);

G_END_DECLS
