/* Sessions gathered by role and database, shown without what their statements hold. */
#include "sessions_internal.h"

#include <base/units.h>
#include <string.h>

#define SHOWN         5  /* sessions of a group */
#define COMMAND_WIDTH 24 /* characters of a command */

gboolean
pga_rule_sessions(PgaRuleRun *run)
{
    if (run->server->sessions_known)
        return TRUE;
    pga_rule_not_evaluated(run, NULL, "this role does not see other sessions: GRANT pg_monitor");
    return FALSE;
}

static void
group_free(gpointer data)
{
    PgaSessionGroup *group = data;

    g_free(group->object);
    g_ptr_array_unref(group->sessions);
    g_free(group);
}

char *
pga_session_object(const PgaSession *session)
{
    if (!session->usename)
        return g_strdup(session->backend_type && *session->backend_type ? session->backend_type
                                                                        : "a hidden session");
    return g_strdup_printf("role %s in database %s", session->usename,
                           session->datname ? session->datname : "(none)");
}

static PgaSessionGroup *
group_of(GPtrArray *groups, const PgaSession *session)
{
    g_autofree char *object = pga_session_object(session);
    PgaSessionGroup *group;

    for (guint i = 0; i < groups->len; i++) {
        group = g_ptr_array_index(groups, i);
        if (g_str_equal(group->object, object))
            return group;
    }
    group = g_new0(PgaSessionGroup, 1);
    group->object = g_steal_pointer(&object);
    group->sessions = g_ptr_array_new();
    g_ptr_array_add(groups, group);
    return group;
}

/** For sorting. */
typedef struct {
    const PgaRuleRun *run;
    PgaSessionTest test;
} Judge;

static int
compare(gconstpointer a, gconstpointer b, gpointer data)
{
    const Judge *judge = data;
    double left = 0, right = 0;

    judge->test(judge->run, *(const PgaSession *const *)a, &left);
    judge->test(judge->run, *(const PgaSession *const *)b, &right);
    return (left < right) - (left > right);
}

GPtrArray *
pga_group_sessions(const PgaRuleRun *run, PgaSessionTest test)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    Judge judge = {run, test};

    for (guint i = 0; i < run->server->sessions->len; i++) {
        PgaSession *session = g_ptr_array_index(run->server->sessions, i);
        double weight = 0;
        PgaSessionGroup *group;

        if (!test(run, session, &weight))
            continue;
        group = group_of(groups, session);
        group->weight = MAX(group->weight, weight);
        g_ptr_array_add(group->sessions, session);
    }
    for (guint i = 0; i < groups->len; i++)
        g_ptr_array_sort_with_data(((PgaSessionGroup *)g_ptr_array_index(groups, i))->sessions,
                                   compare, &judge);
    return groups;
}

/* The words that a statement begins with, up to its first name or constant. */
static char *
command(const char *query)
{
    static const char *const nouns[] = {"INDEX", "TABLE",    "VIEW",        "MATERIALIZED",
                                        "INTO",  "DATABASE", "TRANSACTION", NULL};
    g_auto(GStrv) words = g_strsplit_set(query + strspn(query, " \t\r\n("), " \t\r\n(;", 3);
    g_autofree char *first = words[0] ? g_ascii_strup(words[0], -1) : g_strdup("");
    g_autofree char *second = words[0] && words[1] ? g_ascii_strup(words[1], -1) : NULL;

    if (!g_ascii_isalpha(*first) || strlen(first) > COMMAND_WIDTH)
        return g_strdup("a statement");
    if (second && g_strv_contains(nouns, second))
        return g_strdup_printf("%s %s", first, second);
    return g_steal_pointer(&first);
}

char *
pga_session_display(const PgaSession *session)
{
    const char *name = session->application_name && *session->application_name
                           ? session->application_name
                           : session->backend_type;
    g_autofree char *what = session->query && *session->query ? command(session->query) : NULL;

    return g_strdup_printf("process %d (%s)%s%s", session->pid,
                           name && *name ? name : "no application_name", what ? ", " : "",
                           what ? what : "");
}

gboolean
pga_session_is_work(const PgaSession *session)
{
    const char *name = session->application_name ? session->application_name : "";

    return g_strcmp0(session->backend_type, "client backend") == 0 &&
           !g_str_has_prefix(name, "pg_dump") && !g_str_has_prefix(name, "pg_restore") &&
           !g_str_has_prefix(name, "pg_basebackup");
}

char *
pga_group_display(const PgaRuleRun *run, const PgaSessionGroup *group, PgaSessionTest test)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < MIN(group->sessions->len, SHOWN); i++) {
        const PgaSession *session = g_ptr_array_index(group->sessions, i);
        g_autofree char *shown = pga_session_display(session);
        g_autofree char *duration = NULL;
        double weight = 0;

        test(run, session, &weight);
        duration = pga_duration_format(weight);
        g_string_append_printf(out, "%s%s: %s", i ? "; " : "", shown, duration);
    }
    if (group->sessions->len > SHOWN)
        g_string_append_printf(out, "; %u more", group->sessions->len - SHOWN);
    g_string_append_c(out, '.');
    return g_string_free(out, FALSE);
}

void
pga_finding_end_session(PgaFinding *finding, const PgaSession *session)
{
    const PgaEnding ending = pga_session_ending(session);

    finding->fix.safety = PGA_SAFETY_REVIEW;
    if (ending != PGA_END_NOTHING)
        pga_finding_add_sql(finding, pga_ending_statement(ending, session->pid));
}

void
pga_finding_end_group(PgaFinding *finding, const PgaSessionGroup *group)
{
    for (guint i = 0; i < MIN(group->sessions->len, SHOWN); i++)
        pga_finding_end_session(finding, g_ptr_array_index(group->sessions, i));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
}
