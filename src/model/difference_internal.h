/* What the comparison's files share. */
#pragma once
#include "model/difference.h"
#include "model/record.h"

/* (transfer full) (nullable): the relation that the record is a part of. */
char *pga_difference_whole(const PgaRecordType *type, gconstpointer record,
                           const PgaCatalog *catalog);

/* (transfer full): the record as people call it. */
char *pga_difference_name(const PgaRecordType *type, gconstpointer record,
                          const PgaCatalog *catalog);

/* Whether the record is a session's or a server's own, an extension's, or told of elsewhere: with
 * its parent, its constraint, its column. */
gboolean pga_difference_leaves_out(const PgaRecordType *type, gconstpointer record,
                                   const PgaCatalog *catalog);

/* (transfer full) (nullable): of a column's options, array text, those that somebody sets:
 * n_distinct and n_distinct_inherited. What a server notes there for itself is nobody's difference.
 */
char *pga_difference_options(const char *text);

/* (transfer full) (nullable): options, ", " between, in an order of their own: they have none. */
char *pga_difference_sorted(const char *text);

/* Whether the "acl" of both gives the same privileges: none is what the owner and PUBLIC have from
 * the beginning, and MAINTAIN is nothing that a server before 17 could have. */
gboolean pga_difference_same_acl(const PgaRecordType *type, gconstpointer before,
                                 gconstpointer after);
