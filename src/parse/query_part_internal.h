/* What of a statement can be planned: the query in EXPLAIN, DECLARE, CREATE TABLE AS, PREPARE. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    QUERY_PART_PLANNED, /* it has a query */
    QUERY_PART_SKIPPED, /* transaction control, SET, SHOW …: no index matters to it */
    QUERY_PART_OTHER,   /* a utility statement, COPY, several statements in one string */
    QUERY_PART_PREPARE, /* names a query */
    QUERY_PART_EXECUTE, /* of a named query */
    QUERY_PART_UNKNOWN, /* no statement of PostgreSQL */
    QUERY_PART_NOTHING, /* only blanks and comments */
} QueryPartKind;

typedef struct {
    QueryPartKind kind;
    char *text;         /* of PLANNED, PREPARE: the query. Of OTHER: its command: "CREATE TABLE" */
    char command;       /* of the query: PgaQuery.command */
    const char *reason; /* of OTHER: why it is not analysed; static */
    char *name;         /* of PREPARE, EXECUTE: in lower case, if not quoted */
    GPtrArray *types;   /* (nullable): of PREPARE: of char *; what it declares */
    GPtrArray *arguments; /* (nullable): of EXECUTE: of char *: expressions */
    char *temporary; /* (nullable): the temporary relation that it creates, in lower case, if not
                        quoted */
} QueryPart;

/* @text need not end in NUL. */
void pga_query_part_read(QueryPart *part, const char *text, gsize length);
void pga_query_part_clear(QueryPart *part);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(QueryPart, pga_query_part_clear)

G_END_DECLS
