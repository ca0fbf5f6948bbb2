/* Indexes that queries miss, gathered over a project: one for each model and set of columns, with
 * all places that ask for it. */
#pragma once
#include "django_lookups_internal.h"

G_BEGIN_DECLS

/** Who asks, the most pressing first. */
typedef enum {
    PGA_NEED_REQUEST,
    PGA_NEED_CODE,     /* called from who knows where; a background task */
    PGA_NEED_DECLARED, /* a filter that a user may choose */
    PGA_NEED_COMMAND,  /* of manage.py; a task that a schedule runs */
    PGA_NEED_ADMIN,
} PgaNeedUse;

typedef struct {
    const PgaDjangoEvent *event; /* (nullable): of a class */
    const PgaDjangoFile *file;
    guint line;
    PgaNeedUse use;
    const char *text; /* of the chain; borrowed */
} PgaNeedPlace;

typedef enum {
    PGA_NEED_BTREE,
    PGA_NEED_TRIGRAM,       /* f gin_trgm_ops */
    PGA_NEED_UPPER_TRIGRAM, /* upper(f) gin_trgm_ops */
    PGA_NEED_UPPER,         /* upper(f) */
    PGA_NEED_PATTERN,       /* f text_pattern_ops */
    PGA_NEED_UPPER_PATTERN, /* upper(f) text_pattern_ops */
    PGA_NEED_LOWER,         /* lower(f) */
} PgaNeedForm;

/** One index. */
typedef struct {
    const PgaDjangoModel *model;
    PgaNeedForm form;
    GPtrArray *keys;  /* of char *: as in models.Index(fields=…): "status", "-created" */
    GArray *places;   /* of PgaNeedPlace */
    GPtrArray *sql;   /* of const char *: queries for the planner; borrowed */
    gboolean is_sure; /* one of the places has to read the whole table without it */
    guint n_alone;    /* searches of a text that no OR with another table's columns is around */
} PgaNeed;

/* Whether needs of that form are the rule's own. */
typedef gboolean (*PgaTextTakes)(PgaNeedForm form);

typedef struct {
    const PgaDjangoRun *run;
    PgaTextTakes takes;  /* (nullable): of a rule about texts */
    GHashTable *indexes; /* of const PgaDjangoModel * to GPtrArray of PgaDjangoIndex * */
    GHashTable *by_key;  /* of char * to PgaNeed *, borrowed from: */
    GPtrArray *all;      /* of PgaNeed * */
} PgaNeeds;

/* Into run->memory. */
void pga_needs_begin(PgaDjangoRun *run);
void pga_needs_free(gpointer data); /* a rule's forget() */

/* Of PgaDjangoIndex *, borrowed. */
const GPtrArray *pga_needs_indexes(PgaNeeds *needs, const PgaDjangoModel *model);

/* The field leads an index of its model that @lookups (nullable, of PgaUsedLookup) may use: one
 * with a predicate only where one of these is that predicate. */
gboolean pga_needs_is_indexed(PgaNeeds *needs, const PgaDjangoModel *model,
                              const PgaDjangoField *field, const GArray *lookups);

/* One of the conditions finds few rows by an index: what else is asked of them costs nothing. */
gboolean pga_needs_is_selective(PgaNeeds *needs, const GArray *lookups);

/* Takes @keys. @is_sure: see above. */
PgaNeed *pga_needs_add(PgaNeeds *needs, const PgaDjangoModel *model, PgaNeedForm form,
                       GPtrArray *keys);
void pga_need_add_query(PgaNeed *need, const PgaDjangoQuery *query, gboolean is_sure);
void pga_need_add_class(PgaNeed *need, const PgaDjangoClass *class, guint line, const char *text);

/* Of PgaNeed *, by model and columns; needs of plain columns that begin another one's are merged
 * into that. Borrowed. */
const GPtrArray *pga_needs_sorted(PgaNeeds *needs);

/* (transfer full): "12 places, first shop/views.py:31", "shop/views.py:31". */
char *pga_need_places_text(const PgaNeed *need);
/* (transfer full): "status, created". */
char *pga_need_columns_text(const PgaNeed *need);
/* (transfer full): "it has no index but the primary key's". */
char *pga_needs_indexes_text(PgaNeeds *needs, const PgaDjangoModel *model);

/* One in a request. */
PgaNeedUse pga_need_use(const PgaNeed *need);

/**
 * pga_need_report:
 *
 * A finding at the first place, with the index as SQL, as the line of Meta, and the queries for the
 * planner to judge. Confidence and severity by who asks and how large the table is known to be.
 * NULL where the table is small (threshold 0 of the rule: min_rows).
 */
PgaFinding *pga_need_report(PgaDjangoRun *run, const PgaNeed *need, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The index itself: fix.code, fix.sql, fix.undo and what they are proved with. */
void pga_need_fix(const PgaDjangoRun *run, PgaFinding *finding, const PgaNeed *need);

/* (transfer full): "shop_order_status_idx": at most 30 characters, as Django demands. */
char *pga_need_index_name(const PgaNeed *need);

G_END_DECLS
