/* What the rules about two processes have in common: which rows others can change meanwhile, what
 * keeps them from it, how sure one can be. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

/* Of each function no more is judged: a generated file must not take for ever. */
#define PGA_FLOW_MOST 100

/** What kind of value a field holds. */
typedef enum {
    PGA_FLOW_OTHER,
    PGA_FLOW_NUMBER,
    PGA_FLOW_BOOLEAN,
    PGA_FLOW_TEXT,
    PGA_FLOW_DATE,
    PGA_FLOW_MOMENT, /* DateTimeField */
    PGA_FLOW_DURATION,
    PGA_FLOW_JSON,
    PGA_FLOW_ARRAY,
    PGA_FLOW_HSTORE,
} PgaFlowKind;

PgaFlowKind pga_flow_kind(const PgaDjangoField *field);

/* Whether one of the words that @name is made of ("redis_lock.acquire") says that only one process
 * goes on. */
gboolean pga_flow_is_lock(const char *name);

/* Something before @event lets only one process come here: a row or table locked, an advisory lock,
 * a lock of a cache around it, a decorator. */
gboolean pga_flow_is_guarded(const PgaDjangoEvent *event);

/* "+=", "append"; "" of a plain assignment. */
const char *pga_flow_operator(const PgaDjangoEvent *set);

/* "cart.tags = data.get("tags", cart.tags)", "cart.tags or []": the value stays or is another one,
 * not made of it. */
gboolean pga_flow_keeps(const PgaDjangoEvent *set);

/* The new value comes of the old one. */
gboolean pga_flow_reads_itself(const PgaDjangoEvent *set);

/* The object got a value of the function's own before ("self.total = 0"): @set goes on with that,
 * not with what is in the row. */
gboolean pga_flow_is_fresh(const PgaDjangoEvent *set);

/* The row is in the database and others can have it, too: (nullable): else NULL. */
const PgaDjangoObject *pga_flow_shared_object(const PgaDjangoEvent *event);

/* The save() that writes what @set changed: (nullable). */
const PgaDjangoEvent *pga_flow_save(const PgaDjangoEvent *set);

/* Many processes run the function at the same time: of requests, tasks. */
gboolean pga_flow_is_concurrent(const PgaDjangoFunction *function);

/* Run by one person, once: commands, scripts that load data, a module's own statements. */
gboolean pga_flow_is_single(const PgaDjangoFunction *function);

/* How sure a finding about the row of @event is, and how bad in what one person does. */
void pga_flow_set_confidence(const PgaDjangoRun *run, PgaFinding *finding,
                             const PgaDjangoEvent *event);
/* (transfer full): the lines of the file from @first to @last. */
char *pga_flow_lines(const PgaDjangoFile *file, guint first, guint last);
/* Possible only where the settings or the function ask for REPEATABLE READ or SERIALIZABLE: the
 * second UPDATE of a row is refused there. */
void pga_flow_heed_isolation(const PgaDjangoRun *run, PgaFinding *finding,
                             const PgaDjangoEvent *event);

/* The if whose condition the event stands in, or whose condition names the variable that it was
 * assigned to: the block of its first arm. (nullable) */
const PgaDjangoBlock *pga_flow_decision(const PgaDjangoEvent *event);

/* Whether @later runs or not by what @decision, the result of pga_flow_decision(), says: in an arm
 * of it, or behind one that leaves the function. */
gboolean pga_flow_depends_on(const PgaDjangoEvent *later, const PgaDjangoBlock *decision);

/* Whether @value writes the field of @event: (nullable) names; NULL: all. */
gboolean pga_flow_writes(const PgaDjangoEvent *event, const char *field);

/* The model of which the event makes a row: (nullable). */
const PgaDjangoModel *pga_flow_created_model(const PgaDjangoEvent *event);

/* In a try that catches the exception @name, or one of the few that all are of. */
gboolean pga_flow_is_caught(const PgaDjangoEvent *event, const char *name);

/* The field that a keyword of filter() or create() names, by its name or its column's: (nullable).
 */
const PgaDjangoField *pga_flow_field_named(const PgaDjangoModel *model, const char *name);

/* (transfer full) (nullable): the source's text of what is assigned. */
char *pga_flow_assigned(const PgaDjangoEvent *set);

/* (transfer full) of const PgaDjangoField *, borrowed: of the conditions that hold for every row,
 * are "=" and about a column of the model's own. @whole (out): there are no others. */
GPtrArray *pga_flow_exact_fields(const PgaDjangoQuerySet *queryset, gboolean *whole);

/* Adds the field unless it is there. */
void pga_flow_add_field(GPtrArray *fields, const PgaDjangoField *field);

/* Whether rows of which these fields (of const PgaDjangoField *) are equal cannot be two: a unique
 * index on some of them. @partial (out): only under a condition or where nothing is NULL. */
gboolean pga_flow_is_unique(const PgaDjangoRun *run, const PgaDjangoModel *model,
                            const GPtrArray *fields, gboolean *partial);

/* Whether a migration made such an index by RunSQL. @folded (nullable): fields that are equal
 * whatever the case of their letters. */
gboolean pga_flow_is_unique_by_sql(const PgaDjangoRun *run, const PgaDjangoModel *model,
                                   const GPtrArray *fields, const GPtrArray *folded);

G_END_DECLS
