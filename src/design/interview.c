/* The questions of `design --init`, and the requirements file that the answers make. */
#include "design/interview.h"

#include <base/error.h>
#include <design/design.h>
#include <parse/requirements.h>
#include <string.h>

/* What stands for a question whose answer is left out of the file. */
#define NONE "none"

static const PgaInterviewQuestion questions[PGA_INTERVIEW_QUESTIONS] = {
    {"name", "Name of the database", "app"},
    {"workload_type",
     "Workload: oltp (short transactions), olap (few large questions), htap (both), time-series",
     "oltp"},
    {"data_volume", "Data volume, and rows of each entity", "100GB (1M users, 10M orders)"},
    {"queries_per_second", "Queries per second", "1000"},
    {"latency", "Latency that 95 % of the queries keep", "20ms"},
    {"availability_sla", "Availability, as in 99.95% (none: no standby is planned)", NONE},
    {"deployment",
     "Deployment: self-hosted, aws-rds, aurora, gcp-cloudsql, azure-postgres, with the version",
     "self-hosted-postgres-17"},
};

const PgaInterviewQuestion *
pga_interview_question(guint i)
{
    return &questions[i];
}

/* A plain scalar where YAML takes the text as it is, else a quoted one. */
static void
append_scalar(GString *out, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%/-";

    if (g_ascii_isalnum(*text) && strspn(text, plain) == strlen(text)) {
        g_string_append(out, text);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(out, '\\');
        if ((guchar)*c < ' ' || *c == 0x7f)
            g_string_append_printf(out, "\\x%02x", (guint)(guchar)*c);
        else
            g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

static char *
write_answers(const char *const *answers)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < PGA_INTERVIEW_QUESTIONS; i++) {
        const char *answer = answers[i] ? answers[i] : questions[i].default_;

        if (g_ascii_strcasecmp(answer, NONE) == 0 && g_str_equal(questions[i].default_, NONE))
            continue;
        g_string_append_printf(out, "%s: ", questions[i].field);
        append_scalar(out, answer);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

/* (nullable): what the design would begin from. */
static PgaRequirements *
read_answers(const char *text, GError **error)
{
    g_autoptr(PgaRequirements) requirements =
        pga_requirements_parse(text, strlen(text), "the answers", error);

    if (!requirements)
        return NULL;
    pga_design_complete(requirements);
    return pga_design_check(requirements, error) ? g_steal_pointer(&requirements) : NULL;
}

gboolean
pga_interview_check(const char *const *answers, GError **error)
{
    g_autofree char *text = write_answers(answers);
    g_autoptr(PgaRequirements) requirements = NULL;

    for (guint i = 0; i < PGA_INTERVIEW_QUESTIONS; i++)
        if (answers[i] && !g_utf8_validate(answers[i], -1, NULL)) {
            pga_error_set(error, PGA_ERROR_INPUT, "the answer is no UTF-8");
            return FALSE;
        }
    requirements = read_answers(text, error);
    return requirements != NULL;
}

char *
pga_interview_write(const char *const *answers, GError **error)
{
    g_autofree char *text = write_answers(answers);
    g_autoptr(PgaRequirements) requirements = read_answers(text, error);
    GString *out = NULL;

    if (!requirements)
        return NULL;
    out =
        g_string_new("# What a database is to be; pgarchitect design FILE makes the architecture.\n"
                     "# pgarchitect design --example oltp prints a file with everything that can "
                     "be said.\n\n");
    g_string_append(out, text);
    g_string_append(out, "\n# Assumed as long as it is not said here:\n");
    for (guint i = 0; i < requirements->assumptions->len; i++) {
        const PgaAssumption *assumption = g_ptr_array_index(requirements->assumptions, i);

        g_string_append_printf(out, "#   %s: %s\n", assumption->field, assumption->value);
    }
    return g_string_free(out, FALSE);
}
