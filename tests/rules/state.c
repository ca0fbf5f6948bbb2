/* Runs the cases. */
#include "state.h"

#include <string.h>

static void
add_settings(Model *model, const char *text)
{
    g_auto(GStrv) list = g_strsplit(text, "; ", -1);

    for (guint i = 0; list[i] && *list[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(list[i], "=", 2);
        g_auto(GStrv) value = g_strsplit(parts[1], " ", 2);

        if (pga_catalog_setting(model->catalog, parts[0]))
            server_set_text(model, parts[0], value[0]);
        else
            model_setting(model, parts[0], value[0], value[0] ? value[1] : NULL);
        if (!value[0])
            server_set_text(model, parts[0], "");
    }
}

static void
assert_finding(const StateCase *c, const PgaFinding *finding)
{
    g_assert_cmpint(finding->severity, ==, c->severity);
    if (c->evidence)
        assert_contains(finding->evidence, c->evidence);
    if (c->fix)
        g_assert_cmpstr(fix_at(finding, 0), ==, c->fix);
    if (c->note)
        assert_contains(finding->fix.note, c->note);
    g_assert_cmpuint(finding->fix.undo->len, <=, finding->fix.sql->len);
    g_assert_nonnull(finding->fix.verify);
}

static void
run(gconstpointer data)
{
    const StateCase *c = data;
    g_autoptr(Model) model = server_new();

    if (c->settings)
        add_settings(model, c->settings);
    if (c->prepare)
        c->prepare(model);
    g_assert_cmpint(model_run(model, c->rule), ==, c->want);
    if (c->want == FIRES)
        assert_finding(c, model_finding_at(model, 0));
}

void
state_add_cases(const char *subject, const StateCase *cases, guint n_cases)
{
    for (guint i = 0; i < n_cases; i++) {
        g_autofree char *path =
            g_strdup_printf("/rules/%s/%s/%s", subject, cases[i].rule, cases[i].name);

        g_test_add_data_func(path, &cases[i], run);
    }
}

PgaDatabase *
state_database(Model *model, double days)
{
    PgaDatabase *database = pga_record_add(model->server->databases, &pga_database_type);

    database->is_current = TRUE;
    database->datname = g_strdup("shop");
    database->stats_age = days < 0 ? -1 : days * DAY;
    return database;
}
