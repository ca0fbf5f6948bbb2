/* Between the files of the third normal form. */
#pragma once
#include "tables_fds_internal.h"

/* tables_dependencies.c: the dependencies of a table, recorded in the architecture. */
PgaFds *pga_fds_of(PgaArchitecture *architecture, PgaDesignTable *table);
/* Whether @key determines all columns. */
gboolean pga_key_determines(const PgaDesignTable *table, const PgaDesignKey *key);
/* (transfer full): "customer" of "customer_id". */
char *pga_dependency_stem(const char *name);
/* Those of keys, of all tables as they are. */
void pga_tables_record_keys(PgaArchitecture *architecture);
