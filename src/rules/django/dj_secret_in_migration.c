/* dj-secret-in-migration: passwords that a migration writes into every database. */
#include <string.h>

#include "../django_secret_internal.h"

static const char pattern[] =
    "(?:^|[\\s(,{\"'])(\\w*(?:password|passwd|secret|token|api_key|apikey|private_key))[\"']?"
    "(?:\\s*=\\s*|\\s*:\\s*)[\"']([^\"'\\s]{6,})[\"']|"
    "(?i:\\bPASSWORD\\s+'([^']{4,})')|(make_password)\\(\\s*[\"']([^\"']{4,})[\"']";

static guint
line_of(const char *text, gint place)
{
    guint line = 1;

    for (gint i = 0; i < place; i++)
        line += text[i] == '\n';
    return line;
}

/* "fields.password", "auth.token", "max_token": names, not values. */
static gboolean
is_value(const char *text)
{
    return text && *text && !pga_text_is_placeholder(text) &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz_.") != strlen(text);
}

static void
judge_match(PgaDjangoRun *run, const PgaDjangoFile *file, GMatchInfo *match)
{
    g_autofree char *name = g_match_info_fetch(match, 1), *value = g_match_info_fetch(match, 2);
    g_autofree char *of_role = g_match_info_fetch(match, 3), *hashed = g_match_info_fetch(match, 5);
    const char *what = name && *name ? name : "password";
    gint start = 0;
    PgaFinding *finding;

    if (!is_value(value) && !is_value(of_role) && !(hashed && *hashed))
        return;
    g_match_info_fetch_pos(match, 0, &start, NULL);
    finding = pga_django_add_finding(run, file, line_of(file->text, start + 1), what, NULL,
                                     "a literal %s: every database that is migrated has the same "
                                     "one, and it is in the repository",
                                     what);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_finding_note(finding, "A management command that asks for it replaces the step; what was "
                              "published is changed.");
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFile *file)
{
    g_autoptr(GRegex) regex = NULL;
    g_autoptr(GMatchInfo) match = NULL;

    if (!file->is_migration)
        return;
    regex = g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, NULL);
    for (g_regex_match(regex, file->text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL))
        judge_match(run, file, match);
}

const PgaRule pga_rule_dj_secret_in_migration = {
    .id = "dj-secret-in-migration",
    .title = "Secret in a migration",
    .category = "secret",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The migration runs in production as it ran on a laptop: an account with a known "
           "password is there from the first day.",
    .when_not = "The value is not used anywhere that can be reached.",
    .condition = "A literal for a name that ends in password, secret, token or api_key, PASSWORD "
                 "'…' in SQL, or make_password(\"…\"), in a migration.",
    .example = "# shop/migrations/0002_admin.py\nfrom django.db import migrations\n\n\n"
               "def add(apps, schema_editor):\n"
               "    apps.get_model(\"auth\", \"User\").objects.create(username=\"root\", "
               "password=\"Winter24!\")",
    .fix = "Proposes a management command that asks for it.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/migrations/#data-migrations",
    .docs_title = "Data migrations",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.file = judge},
};
