/* What rules about migrations of Django ask: which are news, what their operations are, what the
 * functions of RunPython do. */
#pragma once
#include <django/history.h>
#include <python/source.h>

#include "rule_internal.h"

G_BEGIN_DECLS

/* (nullable): of a file that is a migration worth judging. */
const PgaDjangoHistoryEntry *pga_new_migration(const PgaDjangoRun *run, const PgaDjangoFile *file);

/* It changes the schema of a model that other migrations made: "AddField". */
gboolean pga_operation_alters(const PgaDjangoHistoryEntry *entry, const PgaPyValue *operation);
/* It creates, alters or drops anything in the database. */
gboolean pga_operation_is_schema(const PgaPyValue *operation);
/* The function that RunPython runs, as the file names it: (nullable): no RunPython, or noop. */
const char *pga_operation_function(const PgaPyValue *operation);

/* At an operation; object "shop.0003_fill". */
PgaFinding *pga_add_at_operation(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry,
                                 const PgaPyValue *operation, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* At a line of the file. */
PgaFinding *pga_add_at_migration(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, guint line,
                                 const char *statement, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

/* Asks @see of each node of the functions that the migration's RunPython names, parents first. */
typedef void (*PgaMigrationNode)(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry,
                                 const PgaPythonSource *source, TSNode node);
void pga_each_migration_node(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry,
                             PgaMigrationNode see);
/* (transfer full): the node's text without blanks: "Order.objects.all()". */
char *pga_node_text(const PgaPythonSource *source, TSNode node);
gboolean pga_node_is(TSNode node, const char *type);

G_END_DECLS
