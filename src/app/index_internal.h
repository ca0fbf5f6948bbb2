/* The parts of `index`: workload, clone, statements, candidates, search, proof. */
#pragma once
#include <advisor/index_candidates.h>
#include <advisor/index_selection.h>
#include <app/index.h>
#include <collect/copy.h>
#include <jansson.h>
#include <lab/clone.h>
#include <lab/whatif.h>
#include <model/index_request.h>

#include "source_internal.h"

#define PGA_INDEX_NONE        G_MAXUINT
#define PGA_INDEX_FIRST_SLICE 2U /* samples planned at first where they may decide, */
#define PGA_INDEX_SLICE       8U /* and at a time from then on */

/* Of what a statement costs on average: what gains less is not worth its room, however much there
 * is. */
#define PGA_INDEX_MIN_GAIN 0.02

/* Without a budget, of the workload's cost: what doubling the room has to save; for a database that
 * is being designed, where nobody has said yet what there is, as much as it adds. */
#define PGA_INDEX_ROOM_PRICE        0.1
#define PGA_INDEX_DESIGN_ROOM_PRICE 1.0

/** What the options say. */
typedef struct {
    gint64 budget_bytes; /* -1: none */
    double room_price;   /* without a budget: of the workload's cost, what as much room as there is
                            now has to save */
    double least_cost;   /* of the planner: for statements that cost less no index is made */
    guint max_indexes, max_width;
    gint64 time_limit_us;
    double min_improvement;
    double gap, settled_gap; /* as PgaSelectionProblem has them */
    guint n_runs;            /* on a copy */
    gint64 run_limit_us;
    gint64 verify_limit_us; /* all that the source's planner is asked for */
} PgaIndexBounds;

/** A text that is planned: a sample of a query. */
typedef struct {
    guint query; /* number in report->queries */
    const PgaQuerySample *sample;
    gint32 number;              /* of the planner module; 0: it cannot be planned */
    char *failure;              /* (nullable) */
    double weight;              /* of one unit of its cost */
    PgaIndexRequests *requests; /* (nullable) */
    GHashTable *relations;      /* (nullable): set of const PgaRelation *: what these are of, as
                                   pga_index_root() has it */
    double before, after;       /* cost as it is; with all that was chosen. Below 0: not planned */
    GArray *used;               /* (nullable): of guint: numbers of indexes in the plan after */
} PgaIndexSample;

/** An index as the search numbers it. */
typedef struct {
    PgaWhatifIndex *whatif;             /* owned by run->whatif_indexes */
    const PgaIndexCandidate *candidate; /* (nullable): of an existing one */
    const PgaIndex *index;              /* (nullable): of the source, of an existing one */
    const PgaRelation *relation;        /* of the source */
    char *name;                         /* of a candidate, unquoted */
    gboolean may_go;                    /* an existing one that nothing but queries needs */
    gboolean removable;                 /* the search may do without it */
    double upkeep;                      /* in the unit of weighted costs */
    char *write_cost;                   /* (nullable): how that comes about, in words */
} PgaIndexChoice;

/** An index advice on its way. */
typedef struct {
    const PgaIndexAsk *ask;
    gint64 started; /* g_get_monotonic_time() */
    PgaIndexBounds bounds;
    PgaSource source;
    gboolean texts_are_final;        /* no values are drawn for what stands as $1 */
    gboolean trusts_order;           /* correlation tells where the rows of a range stand */
    gboolean is_new;                 /* the database is empty: nobody waits for locks */
    gboolean for_changes;            /* the clone has all, and belongs to the lab's role */
    const char *const *preinstalled; /* (nullable) NULL-terminated: extensions for such a clone */
    PgaPlannerSource planner;        /* read: NULL: of the source; given: of DDL, too */
    GPtrArray *planner_notes;        /* of PgaNotChecked *: why plans may differ a little */
    PgaClone *clone;
    PgaWhatif *whatif;
    GHashTable *relations; /* of oids on the clone to const PgaRelation * */
    PgaIndexReport *report;
    GPtrArray *samples; /* of PgaIndexSample * */
    PgaCandidateMaker *maker;
    GHashTable *names;         /* of schemas to sets of char *: names taken */
    guint longest_name;        /* bytes of a new index's name; 0: as many as PostgreSQL takes */
    GPtrArray *whatif_indexes; /* of PgaWhatifIndex *: candidates, as made */
    GPtrArray *own_indexes;    /* of PgaWhatifIndex *: existing */
    GPtrArray *choices;        /* of PgaIndexChoice *: as the search numbers them */
    GHashTable *choice_of;     /* of oids on the clone to number + 1 */
    GPtrArray *charges;        /* of PgaSelectionCharge * */
    double unit_per_cost;      /* what one unit of planner cost counts, on average */
    double period;             /* seconds that the workload covers; below 0: unknown */
    PgaSelection *selection;   /* (nullable) */
    GPtrArray *first;          /* (nullable): of PgaIndexChoice *: what the first look chose */
    double told_share;         /* of the cost: the best that was told */
    GArray *chosen, *removed;  /* (nullable): of guint: what of the selection holds */
    double prepare_seconds;    /* that planning all statements as they are took */
    gint64 candidates_until;   /* g_get_monotonic_time(): from then on no more are made */
    gboolean is_wary;          /* statements are planned with what is relevant to them only: not
                                  with what the planner takes for good by averages */
    guint n_unasked;           /* samples that candidates were not asked of, */
    guint n_untried;           /* and candidates that were not made: time was over */
    guint n_small;             /* left out: they would gain next to nothing, */
    double lost;               /* which is this, all together */
    GHashTable *redundant;     /* of names as rules have them to PgaIndex * (nullable): of
                                  run->removed and others */
    GHashTable *replaced;      /* of numbers to number + 1 of a smaller one in their place */
    GHashTable *final_names;   /* of names on the clone to those of the report */
    GHashTable *kept_plans;    /* as index_kept_plans.c has them */
    GHashTable *extensions;    /* of char *: asked for on the clone, not on the source */
    PgaDatabaseIdentity copy;  /* as it was checked; of no database: there is none */
    char *copy_note;           /* (nullable): what to know of it */
    gboolean verifies;         /* the source's planner is going to be asked */
    PgaConnection *live;       /* (nullable): kept for that, idle until then */
    /* (nullable): told when the indexes are chosen and named, while everything can be planned */
    gboolean (*when_chosen)(gpointer self, GError **error);
    gpointer self;
} PgaIndexRun;

/* index.c: of zeroes; what it holds goes with it. */
void pga_index_run_init(PgaIndexRun *run, const PgaIndexAsk *ask);
void pga_index_run_clear(PgaIndexRun *run);
/* Since it was initialised. */
double pga_index_run_seconds(const PgaIndexRun *run);
/* Of these, when the search is to end: the rest of the time limit is for the proof. */
double pga_index_seconds_for_search(const PgaIndexRun *run);

/* From source and workload, which are there, to the report; the clone may be there as well. Any
 * PgaError. */
gboolean pga_index_advise(PgaIndexRun *run, GError **error);

/* (transfer full): the report, with the source's environment. */
PgaIndexReport *pga_index_finish(PgaIndexRun *run);

/* Notes that speak of options of "index": to other verbs they mean nothing. */
void pga_index_drop_option_notes(PgaIndexReport *report);

/* Whether there is anything that a planner could be asked for. */
gboolean pga_index_is_plannable(const PgaQuerySet *workload);

/* What a source without statistics cannot tell. */
void pga_index_note_sizes(PgaIndexRun *run);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaIndexRun, pga_index_run_clear)

/* index_options.c. PGA_ERROR_INPUT. */
gboolean pga_index_bounds_parse(const PgaIndexAsk *ask, PgaIndexBounds *bounds, GError **error);
/* The argument of --@name: "5min"; without @text *microseconds stays what it is. */
gboolean pga_index_time_parse(const char *name, const char *text, gint64 *microseconds,
                              GError **error);

/* index_workload.c: fills in report->workload. PGA_ERROR_INPUT, PGA_ERROR_INTERRUPTED. */
gboolean pga_index_gather(PgaIndexRun *run, GError **error);

/* index_references.c: adds what foreign keys ask when rows of report->workload go. */
void pga_index_add_references(PgaIndexRun *run);

/* index_clone.c: source and clone. Any PgaError. */
gboolean pga_index_open_source(PgaIndexRun *run, GError **error);
gboolean pga_index_make_clone(PgaIndexRun *run, GError **error);

/* A number of the source's configuration; @fallback: it is not known. */
double pga_index_setting(const PgaIndexRun *run, const char *name, double fallback);

/* The relation that indexes are made on: of a partition its topmost parent. */
const PgaRelation *pga_index_root(const PgaIndexRun *run, const PgaRelation *relation);

/* index_statements.c: samples, what they cost as things are, weights, requests. */
gboolean pga_index_prepare(PgaIndexRun *run, GError **error);
void pga_index_sample_free(PgaIndexSample *sample);

/* index_constants.c: samples of one query stand together; their requests' constants. */
void pga_index_settle_constants(PgaIndexRun *run);

/* index_candidates.c: the names that relations and indexes of the source have. */
void pga_index_take_source_names(PgaIndexRun *run);
/* Candidates made, as many as time allows, existing indexes found: run->choices. */
gboolean pga_index_make_candidates(PgaIndexRun *run, GError **error);
void pga_index_choice_free(PgaIndexChoice *choice);
/* The time for candidates is over. */
gboolean pga_index_is_late(const PgaIndexRun *run);
/* (transfer full): a name for the candidate's index on @relation that nothing has. */
char *pga_index_take_name(PgaIndexRun *run, const PgaIndexCandidate *candidate,
                          const PgaRelation *relation);
/* What the source's own index of that oid is needed for besides queries; NULL: nothing. Static. */
const char *pga_index_needed_for(const PgaCatalog *catalog, const PgaIndex *index);

/* index_upkeep.c: run->charges, upkeep of choices. */
void pga_index_charge(PgaIndexRun *run);
/* Of the relation's rows, those that have an entry. */
double pga_index_share_indexed(const PgaIndexChoice *choice);
/* Whether an UPDATE of the workload sets the column, and not all others with it. */
gboolean pga_index_is_set_alone(const PgaIndexRun *run, const PgaRelation *relation, gint16 attnum);

/* index_search.c: run->first, from the candidates that there are so far, by few plans. */
gboolean pga_index_first_look(PgaIndexRun *run, GError **error);
/* run->selection. index_batch.c: the costs. */
gboolean pga_index_search(PgaIndexRun *run, GError **error);
/* Costs of samples under a whole configuration: @chosen (of guint) candidates there, @removed
 * existing ones gone. @costs, @used: (nullable): of each sample. */
gboolean pga_index_cost_all(PgaIndexRun *run, const GArray *chosen, const GArray *removed,
                            double *costs, GPtrArray *used, GError **error);
/* Appends to @used (of GArray * of guint) what the plan of each sample uses that could use any
 * candidate, with all of those that it could use; as far as time allows. */
gboolean pga_index_cost_relevant(PgaIndexRun *run, GPtrArray *used, GError **error);
/* (transfer full): of @samples (of guint) @n at most, from place @from on. */
GArray *pga_index_slice(const GArray *samples, guint from, guint n);
/* Of @samples (of guint) alone, with all of run->chosen but @left_out, and @instead (or
 * PGA_INDEX_NONE), and run->removed gone. */
gboolean pga_index_cost_instead(PgaIndexRun *run, guint left_out, guint instead,
                                const GArray *samples, double *costs, GError **error);
/* The first @n users of each of run->chosen without it, all at once by all sessions: the answers
 * are kept, so that pga_index_cost_instead() has them. */
gboolean pga_index_cost_each_left_out(PgaIndexRun *run, guint n, GError **error);
/* Plans @samples (of guint) with run->chosen there and run->removed gone: their after and used. */
gboolean pga_index_replan(PgaIndexRun *run, const GArray *samples, GError **error);
/* An index by the search's number. */
PgaIndexChoice *pga_index_choice_at(const PgaIndexRun *run, guint number);
/* (transfer full): of guint32: oids of a configuration, sorted; of a @sample's (nullable) those
 * that its plan could see. */
GArray *pga_index_configuration(const PgaIndexRun *run, const PgaIndexSample *sample,
                                const GArray *chosen, const GArray *removed);

/* index_settle.c: run->chosen and run->removed from the selection; the samples' plans after. */
gboolean pga_index_settle(PgaIndexRun *run, GError **error);
/* What leaving out an index by itself would cost, without what its own upkeep is; from @enough on
 * what is known by then. */
gboolean pga_index_gain_of(PgaIndexRun *run, guint number, double enough, double *gain,
                           GError **error);

/* index_advice.c: adds one of run->chosen to the report. */
gboolean pga_index_tell_advice(PgaIndexRun *run, guint number, GError **error);

/* index_proof.c: the report from the selection. */
gboolean pga_index_prove(PgaIndexRun *run, GError **error);

/* index_extension.c: whether the source's server has files of it; a managed service has no others.
 */
PgaIndexAvailable pga_index_extension_available(const PgaIndexRun *run, const char *name);
gboolean pga_index_extension_may_be_used(const PgaIndexRun *run, const char *name);
/* (transfer full): where it is to be had, in words. */
char *pga_index_extension_note(const PgaIndexRun *run, const char *name);

/* index_hindrance.c: hindrance of the outcomes, which know what is used. */
void pga_index_tell_hindrances(PgaIndexRun *run);

/* index_ddl.c: statements, undo, check of @advice. */
void pga_index_write_ddl(PgaIndexRun *run, const PgaIndexChoice *choice, PgaIndexAdvice *advice);
/* Executes them in the lab. */
gboolean pga_index_prove_ddl(PgaIndexRun *run, const GPtrArray *choices, GError **error);

/* index_existing.c: those of the selection's removals that may not be become so; how many. */
guint pga_index_reject_removals(PgaIndexRun *run);
/* (nullable): the chosen index that takes the place of an existing one. */
const PgaIndexChoice *pga_index_successor(const PgaIndexRun *run, const PgaIndexChoice *choice);
/* Which of them hold with run->chosen: run->removed. */
void pga_index_settle_removals(PgaIndexRun *run);
/* Removals, and findings of the rules about indexes that are there. */
void pga_index_tell_removals(PgaIndexRun *run);
gboolean pga_index_tell_findings(PgaIndexRun *run, GError **error);

/* index_redundant.c: appends to @findings what @rules (NULL-terminated) say of the source. */
gboolean pga_index_judge_existing(PgaIndexRun *run, const char *const *rules, GPtrArray *findings,
                                  GError **error);
/* Adds to run->removed, and to run->redundant, what another index of the source makes redundant,
 * unless a statement would be dearer; the samples' plans are as before. */
gboolean pga_index_settle_redundant(PgaIndexRun *run, GError **error);
/* Whether @finding is about one of these; the removal that it is then. */
gboolean pga_index_is_redundant(const PgaIndexRun *run, const PgaFinding *finding);
void pga_index_tell_redundant(PgaIndexRun *run, const PgaFinding *finding);

/* What an index has to gain to be worth its room, in the unit of weighted costs. */
double pga_index_least_gain(const PgaIndexRun *run);

/* (transfer full): of guint: samples whose plan after uses the index. */
GArray *pga_index_users(const PgaIndexRun *run, guint number);

/* index_shrink.c: without a budget, leaves out those of run->chosen that the others do nearly as
 * well as, and puts smaller ones in the place of others; *n_replaced. The samples' plans are as
 * before. */
gboolean pga_index_shrink(PgaIndexRun *run, guint *n_replaced, GError **error);
/* Puts @instead in the place of the one at @place of run->chosen. */
void pga_index_replace(PgaIndexRun *run, guint place, guint instead);

/* index_ordered.c: of a plan that uses @used (of guint); 0 unless run->trusts_order. */
double pga_index_charged_too_much(const PgaIndexRun *run, const PgaIndexSample *sample,
                                  const GArray *used);

/* index_lengthen.c: without a budget, puts indexes that also give the order of a LIMIT in the place
 * of those of run->chosen that end before it; *n_replaced. The samples' plans are as before. */
gboolean pga_index_lengthen(PgaIndexRun *run, guint *n_replaced, GError **error);

/* index_measure_copy.c: that the copy which --measure names is not the source; while both are
 * connected to. PGA_ERROR_INPUT, PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED. */
gboolean pga_index_check_copy(PgaIndexRun *run, GError **error);
/* (nullable): the one that was checked. The same errors. */
PgaCopy *pga_index_open_copy(PgaIndexRun *run, GError **error);

/* Whether the new indexes are expected to change anything for it. */
gboolean pga_index_is_concerned(const PgaQueryOutcome *outcome);

/* index_measure_runs.c: fills in before or after of all statements of the measurement. */
void pga_index_choose_statements(PgaIndexRun *run, PgaIndexMeasurement *measurement);
/* @made: (nullable): of indexes that are there now, as index_explained.c has it; NULL: before. */
gboolean pga_index_time_statements(PgaIndexRun *run, PgaCopy *copy, GHashTable *made,
                                   GError **error);

/* index_measure.c: report->measurement, where --measure asks for it. */
gboolean pga_index_measure(PgaIndexRun *run, GError **error);

/* index_verify.c: run->verifies, or why not; while the source is connected to. The rest of
 * --verify: report->verification. PGA_ERROR_INTERRUPTED. */
gboolean pga_index_check_verify(PgaIndexRun *run, GError **error);
gboolean pga_index_verify(PgaIndexRun *run, GError **error);

/* index_explained.c: (transfer full): of names in plans to numbers in report->advice. */
GHashTable *pga_index_explained_new(void);
/* @name: as SQL has it, with or without a schema. */
void pga_index_explained_add(GHashTable *made, const char *name, guint number);
/* Appends to @used (of char *) names of advice that @plan, a node of EXPLAIN's JSON, uses, each
 * once. */
void pga_index_explained_find(GHashTable *made, const json_t *plan, const PgaIndexReport *report,
                              GPtrArray *used);

/* index_plan.c: (transfer full): EXPLAIN's text with indexes of the clone called as in the report.
 * @names: of char * to char *. */
char *pga_index_plan_rename(const char *plan, GHashTable *names);
