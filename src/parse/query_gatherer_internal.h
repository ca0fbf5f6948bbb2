/* What is known of the statements while they are gathered. */
#pragma once
#include "parse/query_set.h"
#include "query_part_internal.h"
#include "query_shape_internal.h"

G_BEGIN_DECLS

enum { QUERY_SAMPLES = 5 }; /* kept of each query */

/** A text that was kept. */
typedef struct {
    char *text;
    guint64 constants;
    guint64 priority; /* the lowest are kept */
    double calls;     /* with these constants, since it was kept */
    gboolean is_generic, is_bound;
} QueryKept;

/** A query, or what is not analysed. */
typedef struct {
    PgaQuery *query; /* NULL: of no interest */
    QueryPartKind kind;
    QueryKept kept[QUERY_SAMPLES];
    guint n_kept;
    guint64 n_seen;
    double plan_calls, plan_ms; /* as auto_explain told of them: the same calls once more */
} QueryEntry;

/** What PREPARE named. */
typedef struct {
    char *text;
    char command;
    GPtrArray *types; /* (nullable) */
    gboolean executed;
} QueryPrepared;

struct PgaQueryGatherer {
    PgaQuerySet *set;
    GHashTable *by_fingerprint; /* of char * (the query's) to QueryEntry *, owned */
    GHashTable *by_shape;       /* of guint64 * to QueryEntry *, borrowed */
    GHashTable *prepared;       /* of char * to QueryPrepared * */
    GHashTable *temporary;      /* of char *: names of relations */
    /* Of shapes that are of no interest; that are no statement; that there is no room for. */
    QueryEntry nothing, unknown, too_many;
    char *name; /* (nullable): of the file that is read */
    guint64 n_failed, n_hidden, n_too_many, n_lists;
};

/** A statement as its source tells of it. */
typedef struct {
    const char *text;
    gsize length;
    const char *parameters; /* (nullable) */
    gsize parameters_length;
    const char *preparation; /* (nullable): of EXECUTE */
    gsize preparation_length;
    double calls;
    double total_ms;     /* below 0: not measured */
    const char *usename; /* (nullable) */
    const char *origin;  /* (nullable): else a name and a line */
    guint64 line;
    gboolean is_recorded; /* by pg_stat_statements */
    gboolean is_executed; /* the text of a PREPARE with the values of an EXECUTE */
    gboolean is_plan;
} QueryOccurrence;

void pga_query_gatherer_take(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence);

/* Keeps the occurrence' text if it is to stand for others. */
void pga_query_entry_keep(PgaQueryGatherer *gatherer, QueryEntry *entry,
                          const QueryOccurrence *occurrence, guint64 constants);

/* (transfer full) (nullable): the query of an occurrence as it can be planned, constants and all;
 * NULL when it has none. */
char *pga_query_occurrence_text(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence,
                                QueryPart *part, gboolean *is_generic);

/* Whether it is on one of the relations of @temporary, or on any of the schema pg_temp. */
gboolean pga_query_is_temporary(const char *text, GHashTable *temporary);

/* (transfer full): values of a log's parameters as SQL: of char *, NULL where one is cut short. */
GPtrArray *pga_query_parameters_read(const char *text, gsize length);

G_END_DECLS
