/* dj-secret-in-fixture: passwords and keys in data that is loaded with loaddata. */
#include <string.h>

#include "../django_secret_internal.h"

/* JSON: "password": "…"; YAML: password: … */
static const char pattern[] =
    "(?:\"(\\w+)\"\\s*:\\s*\"([^\"\\\\\\n]{4,})\"|"
    "^\\s*(\\w+)\\s*:\\s+[\"']?([^\\s\"'{\\[&*!|>#][^\"'#\\n]{3,}?)[\"']?\\s*(?:#.*)?$)";

/* As Django and its hashers write it, or of an account that has none. */
static gboolean
is_hashed(const char *value)
{
    static const char *const weak[] = {"md5$", "unsalted_md5$", "sha1$", "unsalted_sha1$"};

    for (guint i = 0; i < G_N_ELEMENTS(weak); i++)
        if (g_str_has_prefix(value, weak[i]))
            return FALSE;
    return value[0] == '!' || strchr(value, '$') != NULL;
}

static gboolean
is_secret(const char *name, const char *value)
{
    const PgaSecretKind kind = pga_name_secret(name);

    if (pga_text_is_placeholder(value) || is_hashed(value))
        return FALSE;
    return kind == PGA_SECRET_PASSWORD || (kind != PGA_SECRET_NONE && pga_text_looks_random(value));
}

static void
report(PgaDjangoRun *run, const PgaDjangoFile *file, guint line, const char *name, guint n)
{
    PgaFinding *finding;
    g_autofree char *more = n > 1 ? g_strdup_printf(" (%u times)", n) : g_strdup("");

    finding = pga_django_add_finding(run, file, line, name, NULL,
                                     "a literal %s%s: whoever reads the repository has it, and "
                                     "every database that loads the file",
                                     name, more);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_finding_note(finding, "What was published is changed; a fixture holds hashes of "
                              "make_password(), or none.");
}

/** The secrets of one name in a file. */
typedef struct {
    guint line, n;
} Seen;

/* Lines are counted on the way: the file may be large. */
static void
judge_file(PgaDjangoRun *run, const PgaDjangoFile *file, const GRegex *regex)
{
    g_autoptr(GMatchInfo) match = NULL;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    guint line = 1;
    gint counted = 0, start = 0;

    for (g_regex_match(regex, file->text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *json = g_match_info_fetch(match, 1), *yaml = g_match_info_fetch(match, 3);
        const gboolean is_yaml = !json || !*json;
        g_autofree char *value = g_match_info_fetch(match, is_yaml ? 4 : 2);
        char *name = is_yaml ? yaml : json;
        Seen *known;

        if (!name || !value || !is_secret(name, value))
            continue;
        g_match_info_fetch_pos(match, is_yaml ? 3 : 1, &start, NULL);
        for (; counted < start; counted++)
            line += file->text[counted] == '\n';
        known = g_hash_table_lookup(seen, name);
        if (!known) {
            char *key = g_strdup(name);

            known = g_new0(Seen, 1);
            known->line = line;
            g_hash_table_insert(seen, key, known);
            g_ptr_array_add(names, key);
        }
        known->n++;
    }
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        const Seen *known = g_hash_table_lookup(seen, name);

        report(run, file, known->line, name, known->n);
    }
}

static void
judge(PgaDjangoRun *run)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_OPTIMIZE | G_REGEX_MULTILINE, 0, NULL);

    for (guint i = 0; i < run->project->fixtures->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(run->project->fixtures, i);

        if (pga_file_is_production(run->project, file))
            judge_file(run, file, regex);
    }
}

const PgaRule pga_rule_dj_secret_in_fixture = {
    .id = "dj-secret-in-fixture",
    .title = "Secret in a fixture",
    .category = "secret",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Fixtures are loaded into databases of all kinds: an account with a known password, or "
           "a key that works, is in each of them and in the repository.",
    .when_not = "The value works nowhere.",
    .condition = "A value for a name that is a password, or that looks like a key for the name of "
                 "one, in JSON or YAML of a folder \"fixtures\" outside tests; hashes are none.",
    .example = "# shop/fixtures/users.json\n"
               "[{\"model\": \"shop.mailbox\", \"pk\": 1, \"fields\": {\"smtp_password\": "
               "\"Winter24!\"}}]",
    .fix = "Proposes hashes, or values from outside the repository.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/db/fixtures/",
    .docs_title = "Fixtures",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.finish = judge},
};
