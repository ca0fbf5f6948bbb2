/* A query on its way to a materialized view. */
#pragma once
#include "design/design.h"

G_BEGIN_DECLS

/** An item of SELECT's list. */
typedef struct {
    char *expression;
    char *name; /* unquoted: of the column that comes out */
    gboolean is_aggregate;
} PgaViewItem;

/** A plain SELECT, cut into its clauses. */
typedef struct {
    GPtrArray *items;      /* of PgaViewItem * */
    char *from;            /* without the word */
    GPtrArray *conditions; /* of char *: of WHERE, between its ANDs */
    GPtrArray *groups;     /* of char *: expressions, names and numbers resolved */
    char *having;          /* (nullable): without the word */
    GPtrArray *orders;     /* of char * */
    char *tail;            /* LIMIT and what follows; "" */
} PgaViewSelect;

/** A condition "column operator value" whose value has a parameter. */
typedef struct {
    char *column;    /* as written */
    char *operator_; /* "=", ">=", "between", "in" … in lower case */
    char *value;
} PgaViewCondition;

/* views_select.c */

/* Whether @sql is a SELECT of this form: no WITH, UNION, DISTINCT, window, subquery with
 * parameters, comment. */
gboolean pga_view_select_read(const char *sql, PgaViewSelect *select);
void pga_view_select_clear(PgaViewSelect *select);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaViewSelect, pga_view_select_clear)

gboolean pga_view_condition_read(const char *text, PgaViewCondition *condition);
void pga_view_condition_clear(PgaViewCondition *condition);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaViewCondition, pga_view_condition_clear)

gboolean pga_view_has_parameter(const char *text);
/* Whether @text has @word as a word of its own, in whatever case. */
gboolean pga_view_has_word(const char *text, const char *word);

/* views_write.c */

/** What a view would be. */
typedef struct {
    GString *columns;  /* of its SELECT */
    GPtrArray *keys;   /* of char *: its columns that identify a row, unquoted */
    GPtrArray *outer;  /* of char *: conditions of the query on it */
    GPtrArray *fixed;  /* of char *: conditions of its own */
    GPtrArray *added;  /* of char *: columns that were added to its groups, as written */
    gboolean regroups; /* the query on it has to sum up */
    gboolean rounds;   /* ends of ranges are rounded to whole units */
    char *query;       /* the access pattern on the view */
    char *failure;     /* (nullable): why there is none */
} PgaViewDraft;

/* @name: of the view. draft->failure says whether it went well. */
void pga_view_write(const PgaArchitecture *architecture, const PgaViewSelect *select,
                    const char *name, PgaViewDraft *draft);
void pga_view_draft_clear(PgaViewDraft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaViewDraft, pga_view_draft_clear)

G_END_DECLS
