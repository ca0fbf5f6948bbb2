/* What the search looks at. */
#pragma once
#include "index_batch_internal.h"

G_BEGIN_DECLS

/** A plan of a sample, as numbers of the search. */
typedef struct {
    guint sample;
    GArray *there, *used; /* of guint, sorted */
    double cost;          /* below 0: it could not be planned */
} PgaIndexMade;

void pga_index_made_add(GPtrArray *made, guint sample, const GArray *there, const GArray *used,
                        double cost);
void pga_index_made_free(gpointer data); /* a GDestroyNotify */

gboolean pga_index_is_planned(const PgaIndexRun *run, guint sample);

/* (transfer full): of GArray * of guint, for each sample: indexes that its plan could use. */
GPtrArray *pga_index_relevant_of(const PgaIndexRun *run);

/* Of a statement's relevant ones those that were made for others. (transfer full): as
 * pga_index_relevant_of() */
GPtrArray *pga_index_foreign_of(const PgaIndexRun *run, const GPtrArray *relevant);

enum { PGA_INDEX_PLAIN_WIDTH = 2 }; /* key columns of what any statement may share */

/* A B-tree of at most @width columns and nothing else. @candidate: (nullable) */
gboolean pga_index_is_plain(const PgaIndexCandidate *candidate, guint width);

/* @all and @some are sorted. */
void pga_index_subtract(GArray *all, const GArray *some);

/* An index that was made for one statement serves another as well when it is there: that is looked
 * for where the other's plans show it. Every pair would be too many for the bound. @made
 * (nullable): of PgaIndexMade *: plans that come about are added. */
gboolean pga_index_narrow(PgaIndexRun *run, GPtrArray *relevant, GPtrArray *made, GError **error);

/* The plan of @sample with the candidates among @numbers comes to @batch, if there are any. */
void pga_index_add_relevant(PgaIndexRun *run, guint sample, const GArray *numbers,
                            PgaIndexBatch *batch);

/* At least so many plans of a search; of fewer statements each is looked at. */
enum { PGA_INDEX_MIN_PLANS = 2000, PGA_INDEX_MANY_STATEMENTS = 200 };

/** What the search is given; its statements are the samples that can be planned and, where they are
 * many, gain something by what is there to choose from. */
typedef struct {
    PgaIndexRun *run;
    GArray *samples; /* of guint: the sample of each statement */
    double left_out; /* weighted cost of those that are not among them, */
    double left_out_at_best;
    GPtrArray *relevant; /* of GArray *, one for each sample */
    GPtrArray *made;     /* (nullable): of PgaIndexMade *: not of many statements */
    GArray *start;       /* (nullable): of guint */
    double *weights, *bytes;
    gboolean *existing, *removable;
    const GArray **of_statement;
} PgaIndexQuestion;

/* All samples that can be planned. */
void pga_index_question_init(PgaIndexQuestion *question, PgaIndexRun *run);
void pga_index_question_clear(PgaIndexQuestion *question);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaIndexQuestion, pga_index_question_clear)

/* Most of many statements gain nothing that counts, or all together next to nothing: the search has
 * fewer to plan. What they cost is added to what it tells. */
gboolean pga_index_question_leave_out(PgaIndexQuestion *question, GError **error);
void pga_index_question_add_left_out(const PgaIndexQuestion *question, PgaSelection *selection);

/* (transfer full) (nullable): @known: (nullable): of guint: indexes that may be best */
PgaSelection *pga_index_question_ask(PgaIndexQuestion *question, const GArray *known,
                                     guint max_plans, GError **error);

/* With what the chosen indexes turn out to be of use for the search goes on: what they make
 * superfluous gives its room to others. @selection becomes what is found, with @plans at most. */
gboolean pga_index_search_again(PgaIndexQuestion *question, PgaSelection **selection, guint plans,
                                GError **error);

G_END_DECLS
