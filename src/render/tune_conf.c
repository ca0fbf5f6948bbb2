/* A part of postgresql.conf, the same as ALTER SYSTEM, and pgbouncer.ini: files that programs read,
 * so nothing of a source gets into them but as a comment or quoted. */
#include "tune_internal.h"

#include <base/text.h>
#include <string.h>

#define WIDTH 100

/* (transfer full): comment lines. */
static void
append_comment(GString *out, const char *mark, const char *text)
{
    g_autofree char *printable = pga_text_printable(text);
    g_autofree char *wrapped = pga_text_wrap(printable, WIDTH - (guint)strlen(mark) - 1, "");
    g_auto(GStrv) lines = g_strsplit(wrapped, "\n", -1);

    for (char **line = lines; *line; line++)
        g_string_append_printf(out, "%s %s\n", mark, *line);
}

static void
append_facts(GString *out, const char *mark, const PgaTuneReport *report)
{
    PgaTuneFactText facts[PGA_TUNE_N_FACTS];
    g_autoptr(GString) text = g_string_new("Made for PostgreSQL ");

    g_string_append_printf(text, "%u (%s)", report->tuning->input->stated_major,
                           report->version_method ? report->version_method : "stated");
    pga_tune_facts(report->tuning->input, facts);
    for (guint i = 0; i < PGA_TUNE_N_FACTS; i++) {
        const PgaFact *fact = facts[i].fact;
        g_autofree char *value = fact->value < 0 ? NULL : facts[i].text(fact->value);

        if (value)
            g_string_append_printf(text, "; %s %s (%s)", facts[i].name, value,
                                   fact->method ? fact->method : pga_origin_name(fact->origin));
    }
    g_string_append_printf(text, "; by pgarchitect %s.", PGA_VERSION);
    append_comment(out, mark, text->str);
}

/* (transfer full): "a, b" of what is written and takes effect by a restart only; empty: none. */
static char *
restart_list(const PgaTuneReport *report)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < report->tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(report->tuning->settings, i);

        if (pga_tune_writes(setting) && setting->apply == PGA_APPLY_RESTART)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", setting->name);
    }
    return g_string_free(names, FALSE);
}

static void
append_problems(GString *out, const char *mark, const PgaTuning *tuning)
{
    for (guint i = 0; i < tuning->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(tuning->findings, i);
        g_autofree char *text =
            g_strdup_printf("%s: %s. %s", pga_severity_name(finding->severity), finding->title,
                            finding->evidence ? finding->evidence : "");

        if (finding->severity != PGA_SEVERITY_INFO)
            append_comment(out, mark, text);
    }
}

static void
append_notes(GString *out, const char *mark, const PgaTuning *tuning)
{
    for (guint i = 0; i < tuning->notes->len; i++)
        append_comment(out, mark, g_ptr_array_index(tuning->notes, i));
    for (guint i = 0; i < tuning->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(tuning->not_checked, i);
        g_autofree char *text = g_strdup_printf("Not checked: %s: %s", entry->what, entry->why);

        append_comment(out, mark, text);
    }
}

static void
append_header(GString *out, const char *mark, const PgaTuneReport *report)
{
    g_autofree char *verdict = pga_tune_verdict(report->tuning);
    g_autofree char *restarts = restart_list(report);
    g_autofree char *restart = *restarts ? g_strdup_printf("Need a restart: %s.", restarts)
                                         : g_strdup("Nothing here needs a restart.");

    append_facts(out, mark, report);
    append_comment(out, mark, verdict);
    append_problems(out, mark, report->tuning);
    append_notes(out, mark, report->tuning);
    append_comment(out, mark, restart);
}

/* What is the default already is told, where the memory sum counts on it, and does nothing. */
static void
append_conf(GString *out, const PgaTunedSetting *setting)
{
    const gboolean written = pga_tune_writes(setting);
    const gboolean fixed = setting->managed == PGA_MANAGED_FIXED;
    g_autofree char *text =
        g_strdup_printf("%s%s%s%s", setting->formula ? setting->formula : setting->why,
                        setting->current && written ? "; now " : "",
                        setting->current && written ? pga_tune_now(setting) : "",
                        !written ? "; as it is: the memory sum counts on it"
                        : setting->apply == PGA_APPLY_RESTART ? " (restart)"
                                                              : "");

    append_comment(out, "#", text);
    if (written && setting->docs_url)
        g_string_append_printf(out, "# %s\n", setting->docs_url);
    if (fixed)
        append_comment(out, "#", "The service sets it: it cannot be changed there.");
    g_string_append_printf(out, "%s%s = %s\n", written && !fixed ? "" : "#", setting->name,
                           setting->conf);
}

char *
pga_render_tune_conf(const PgaTuneReport *report)
{
    const GPtrArray *settings = report->tuning->settings;
    GString *out = g_string_new(NULL);
    const char *group = NULL;

    append_header(out, "#", report);
    if (report->tuning->input->deployment.value > PGA_DEPLOYMENT_SELF_HOSTED)
        append_comment(out, "#",
                       "A managed service has no postgresql.conf to write: --format provider has "
                       "its own form.");
    for (guint i = 0; i < settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(settings, i);

        if (!pga_tune_writes(setting) && !pga_tune_proof_counts_on(setting))
            continue;
        if (g_strcmp0(group, setting->group) != 0)
            g_string_append_printf(out, "\n# ---- %s ----\n", setting->group);
        group = setting->group;
        append_conf(out, setting);
    }
    return g_string_free(out, FALSE);
}

GPtrArray *
pga_tune_alter_statements(const PgaTuneReport *report, gboolean undo)
{
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < report->tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(report->tuning->settings, i);

        if (!pga_tune_writes(setting))
            continue;
        if (undo)
            g_ptr_array_add(statements, g_strdup_printf("ALTER SYSTEM RESET %s;", setting->name));
        else
            g_ptr_array_add(statements, g_strdup_printf("ALTER SYSTEM SET %s = %s;", setting->name,
                                                        setting->alter));
    }
    return statements;
}

char *
pga_render_tune_alter_system(const PgaTuneReport *report)
{
    g_autoptr(GPtrArray) undo = pga_tune_alter_statements(report, TRUE);
    GString *out = g_string_new(NULL);

    append_header(out, "--", report);
    if (report->tuning->input->deployment.value > PGA_DEPLOYMENT_SELF_HOSTED)
        append_comment(
            out, "--",
            "ALTER SYSTEM takes a superuser, or GRANT ALTER SYSTEM from 15 on: a managed "
            "service's own form is --format provider.");
    g_string_append_c(out, '\n');
    for (guint i = 0; i < report->tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(report->tuning->settings, i);

        if (!pga_tune_writes(setting))
            continue;
        append_comment(out, "--", setting->formula ? setting->formula : setting->why);
        g_string_append_printf(out, "ALTER SYSTEM SET %s = %s;%s\n", setting->name, setting->alter,
                               setting->apply == PGA_APPLY_RESTART ? " -- restart" : "");
    }
    g_string_append(out, "SELECT pg_catalog.pg_reload_conf();\n");
    if (undo->len > 0)
        g_string_append(out, "\n-- Undo, back to what postgresql.conf says:\n");
    for (guint i = 0; i < undo->len; i++)
        g_string_append_printf(out, "-- %s\n", (const char *)g_ptr_array_index(undo, i));
    return g_string_free(out, FALSE);
}

char *
pga_render_tune_pgbouncer(const PgaTuneReport *report)
{
    const PgaTuningPooler *pooler = &report->tuning->pooler;
    GString *out = g_string_new(NULL);

    append_facts(out, ";", report);
    if (pooler->reason)
        append_comment(out, ";", pooler->reason);
    g_string_append(out, "\n[databases]\n* = host=127.0.0.1 port=5432\n\n[pgbouncer]\n");
    for (guint i = 0; pooler->ini && i < pooler->ini->len; i++) {
        const PgaTuningLine *line = g_ptr_array_index(pooler->ini, i);

        if (line->why)
            append_comment(out, ";", line->why);
        g_string_append_printf(out, "%s = %s\n", line->name, line->value);
    }
    return g_string_free(out, FALSE);
}
