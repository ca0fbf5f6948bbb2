/* The four questions about a query. */
#include <string.h>

#include <base/units.h>

#include "django_decide_internal.h"

#define MAX_NAMED 3

PgaDjangoDecision *
pga_django_decision_add(PgaDjangoReport *report, PgaDecisionQuestion question, char *answer,
                        char *evidence)
{
    PgaDjangoDecision *decision = g_new0(PgaDjangoDecision, 1);

    decision->question = question;
    decision->answer = answer;
    decision->evidence = evidence;
    decision->is_fine = TRUE;
    g_ptr_array_add(report->decisions, decision);
    return decision;
}

char *
pga_django_findings_text(const GPtrArray *findings)
{
    g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
    GString *text = g_string_new(NULL);
    guint n = 0;

    if (findings && findings->len > 0)
        g_string_append_printf(text, "%u finding%s: ", findings->len,
                               findings->len == 1 ? "" : "s");
    for (guint i = 0; findings && i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (!g_hash_table_add(named, (gpointer)finding->rule))
            continue;
        if (n++ == MAX_NAMED) {
            g_string_append(text, " …");
            break;
        }
        g_string_append_printf(text, "%s%s", n > 1 ? ", " : "", finding->rule);
    }
    return g_string_free(text, FALSE);
}

/** A query, as the questions look at it. */
typedef struct {
    const DjangoDecisions *all;
    const PgaDjangoQuery *query;
    const PgaDjangoPlan *plan; /* (nullable) */
    GPtrArray *findings[DJANGO_QUESTIONS];
    const char *file; /* (nullable) */
    guint line;
} Subject;

static void
take_findings(Subject *subject, const char *path, guint line)
{
    g_autofree char *place = pga_django_place_text(path, line);
    const GPtrArray *there = g_hash_table_lookup(subject->all->places, place);

    if (!subject->file) {
        subject->file = path;
        subject->line = line;
    }
    for (guint i = 0; there && i < there->len; i++) {
        PgaFinding *finding = g_ptr_array_index(there, i);

        g_ptr_array_add(subject->findings[pga_django_question_of(finding)], finding);
    }
}

static void
subject_init(Subject *subject, const DjangoDecisions *all, const PgaDjangoQuery *query)
{
    *subject = (Subject){.all = all, .query = query};
    subject->plan = query->sql ? g_hash_table_lookup(all->plans, query->sql) : NULL;
    for (guint i = 0; i < DJANGO_QUESTIONS; i++)
        subject->findings[i] = g_ptr_array_new();
    for (guint i = 0; i < query->places->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(query->places, i);

        take_findings(subject, event->function->file->path, event->line);
    }
    for (guint i = 0; i < query->classes->len; i++) {
        const PgaDjangoClass *class = g_ptr_array_index(query->classes, i);

        take_findings(subject, class->file->path, class->line);
    }
}

static void
subject_clear(Subject *subject)
{
    for (guint i = 0; i < DJANGO_QUESTIONS; i++)
        g_ptr_array_unref(subject->findings[i]);
}

/* Takes @answer and @evidence; findings decide where there are some. */
static void
decide(const Subject *subject, PgaDecisionQuestion question, gboolean is_fine, char *answer,
       char *evidence)
{
    const GPtrArray *findings = subject->findings[question];
    g_autofree char *found = pga_django_findings_text(findings);
    g_autofree char *before = evidence;
    PgaDjangoDecision *decision =
        pga_django_decision_add(subject->all->work->report, question, answer,
                                g_strconcat(found, *found && *before ? "; " : "", before, NULL));

    if (findings->len > 0) {
        g_free(decision->answer);
        decision->answer = g_strdup(((const PgaFinding *)g_ptr_array_index(findings, 0))->title);
    }
    decision->subject = g_strdup(subject->query->name ? subject->query->name : "a query");
    decision->of_query = TRUE;
    decision->is_fine = is_fine && findings->len == 0;
    decision->file = g_strdup(subject->file);
    decision->line = subject->line;
}

static char *
costs(const PgaDjangoPlan *plan)
{
    g_autofree char *before = pga_count_format(plan->before);
    g_autofree char *after = pga_count_format(plan->after);
    const char *scan = plan->scan_after ? plan->scan_after : "no table is scanned";

    if (pga_django_plan_is_better(plan))
        return g_strdup_printf("%s → %s; cost %s of %s", plan->scan_before ? plan->scan_before : "",
                               scan, after, before);
    return g_strdup_printf("%s; cost %s", scan, before);
}

static void
decide_index(const Subject *subject)
{
    const PgaDjangoPlan *plan = subject->plan;
    const char *why = subject->query->why ? subject->query->why : "nothing was planned";

    if (!plan || !plan->planned)
        decide(subject, PGA_DECISION_INDEX, TRUE, g_strdup("Not planned."),
               g_strdup(plan && plan->why ? plan->why : why));
    else if (pga_django_plan_is_better(plan))
        decide(subject, PGA_DECISION_INDEX, FALSE,
               g_strdup_printf("%s serves it better.",
                               (const char *)g_ptr_array_index(plan->indexes, 0)),
               costs(plan));
    else if (plan->hindrance)
        decide(subject, PGA_DECISION_INDEX, FALSE, g_strdup(plan->hindrance), costs(plan));
    else
        decide(subject, PGA_DECISION_INDEX, TRUE, g_strdup("No index serves it better."),
               costs(plan));
}

static void
decide_concurrency(const Subject *subject)
{
    const PgaDjangoQuery *query = subject->query;
    const PgaDjangoEvent *event =
        query->places->len > 0 ? g_ptr_array_index(query->places, 0) : NULL;

    if (query->queryset && query->queryset->is_for_update)
        decide(subject, PGA_DECISION_CONCURRENCY, TRUE,
               g_strdup("It locks the rows that it reads."), g_strdup("select_for_update()"));
    else if (!pga_django_query_writes(query))
        decide(subject, PGA_DECISION_CONCURRENCY, TRUE, g_strdup("It only reads."), g_strdup(""));
    else
        decide(subject, PGA_DECISION_CONCURRENCY, TRUE,
               g_strdup("One statement: two processes wait for each other's row."),
               g_strdup(event && event->is_expression ? "the new value is an expression of the "
                                                        "database"
                                                      : "no value read before is written back"));
}

static void
look_for_json(const PgaDjangoPath *path, gpointer data)
{
    *(gboolean *)data |= path->field && g_strcmp0(path->field->base, "JSONField") == 0;
}

static void
decide_json(const Subject *subject)
{
    gboolean has_json = FALSE;

    pga_django_query_asked(subject->query, look_for_json, &has_json);
    decide(subject, PGA_DECISION_JSON, TRUE,
           g_strdup(has_json ? "It looks into a JSON document."
                             : "It does not look into a JSON document."),
           has_json && subject->plan && subject->plan->planned ? costs(subject->plan)
                                                               : g_strdup(""));
}

static void
decide_constraint(const Subject *subject)
{
    decide(subject, PGA_DECISION_CONSTRAINT, TRUE,
           g_strdup(pga_django_query_writes(subject->query)
                        ? "Nothing found that it relies on and the database does not hold."
                        : "It writes nothing."),
           g_strdup(""));
}

void
pga_django_decide_query(const DjangoDecisions *decisions, const PgaDjangoQuery *query)
{
    Subject subject;

    subject_init(&subject, decisions, query);
    decide_index(&subject);
    decide_concurrency(&subject);
    decide_json(&subject);
    decide_constraint(&subject);
    subject_clear(&subject);
}
