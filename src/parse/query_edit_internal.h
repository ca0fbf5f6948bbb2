/* Changes of a statement's text, token by token. */
#pragma once
#include "query_tokens_internal.h"

G_BEGIN_DECLS

/** What becomes of one token. */
typedef struct {
    const char *before, *after, *instead; /* (nullable): NULL: nothing, nothing, as it is */
    guint n_more;                         /* parameters that follow it in its list */
    gboolean dropped;                     /* with the blanks before it */
    gboolean typed;                       /* a parameter whose type is certain */
} QueryEdit;

typedef struct {
    const char *text;
    gsize length;
    GArray *tokens;      /* of QueryToken */
    GArray *edits;       /* of QueryEdit, as many */
    GStringChunk *texts; /* of the edits */
} QueryDraft;

/* Borrows @text. */
QueryDraft *pga_query_draft_new(const char *text, gsize length);
void pga_query_draft_free(QueryDraft *draft);

QueryEdit *pga_query_draft_edit(const QueryDraft *draft, gsize i);

/* Whether it is a parameter that nothing gives a type by itself. */
gboolean pga_query_draft_is_bare(const QueryDraft *draft, gsize i);

/* Puts "::@type" behind a parameter. */
void pga_query_draft_cast(QueryDraft *draft, gsize i, const char *type);

/* (transfer full): the text as edited, its parameters numbered anew without gaps, in its order. */
char *pga_query_draft_write(const QueryDraft *draft);

/* (transfer full): @text with its parameters' values in their places; @values: of char *
 * (nullable): SQL. What has none is numbered anew, and the text is still generic then. */
char *pga_query_put_values(const char *text, const GPtrArray *values, gboolean *is_generic);

/* (transfer full): @text with lists of constants, and of rows of them, cut to @max items. */
char *pga_query_shorten_lists(const char *text, guint max);

/* date $1 → $1::date, for any type's name. */
void pga_query_repair_literals(QueryDraft *draft);

/* Types for what calls, arithmetic and tests leave without one. */
void pga_query_repair_types(QueryDraft *draft);

/* date_trunc($1, x) … GROUP BY date_trunc('day', x): the server recorded the constant once. */
void pga_query_repair_targets(QueryDraft *draft);

/* Types for columns of lists of rows; @types: of char * to char *: columns' names and types. */
void pga_query_cast_rows(QueryDraft *draft, GHashTable *types);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QueryDraft, pga_query_draft_free)

G_END_DECLS
