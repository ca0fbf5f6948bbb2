/* Findings and advice as files to execute with psql, one after the other. */
#include "design_source_internal.h"

#include <base/text.h>
#include <string.h>

#define LOCK_TIMEOUT "2s" /* longer, and everybody who comes later waits in line behind it */

static void
migration_free(PgaDesignMigration *migration)
{
    g_free(migration->slug);
    g_free(migration->title);
    g_free(migration->object);
    g_free(migration->lock);
    g_free(migration->fingerprint);
    g_free(migration->text);
    g_free(migration->objection);
    g_free(migration);
}

GPtrArray *
pga_design_migrations_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)migration_free);
}

/* Lower-case letters, digits and underscores: of a file's name. */
static char *
slug_of(const char *rule, const char *object)
{
    g_autofree char *both = g_strconcat(rule, "_", object, NULL);
    GString *slug = g_string_new(NULL);

    for (const char *p = both; *p && slug->len < 60; p++)
        if (g_ascii_isalnum(*p))
            g_string_append_c(slug, g_ascii_tolower(*p));
        else if (slug->len > 0 && slug->str[slug->len - 1] != '_')
            g_string_append_c(slug, '_');
    while (slug->len > 0 && slug->str[slug->len - 1] == '_')
        g_string_truncate(slug, slug->len - 1);
    return g_string_free(slug, FALSE);
}

/* A comment: nothing of @text can leave it. */
static void
add_comment(GString *out, const char *label, const char *text)
{
    g_auto(GStrv) lines = text ? g_strsplit(text, "\n", -1) : NULL;

    for (guint i = 0; lines && lines[i]; i++) {
        g_autofree char *safe = pga_text_printable(lines[i]);

        g_string_append_printf(out, "-- %s%s%s\n", i == 0 ? label : "  ",
                               i == 0 && *label ? ": " : "", safe);
    }
}

/* @sql: of char *: as a script runs them, each a transaction unless they say BEGIN */
static void
add_statements(GString *out, const GPtrArray *sql)
{
    g_string_append_c(out, '\n');
    if (sql->len > 0 && !g_str_has_prefix(g_ptr_array_index(sql, 0), "SET lock_timeout"))
        g_string_append(out, "SET lock_timeout = '" LOCK_TIMEOUT "';\n");
    for (guint i = 0; i < sql->len; i++)
        g_string_append_printf(out, "%s\n", (const char *)g_ptr_array_index(sql, i));
    g_string_append(out, "RESET lock_timeout;\n");
}

static PgaDesignMigration *
add_migration(GPtrArray *migrations, guint rank, char *slug, const char *title)
{
    PgaDesignMigration *migration = g_new0(PgaDesignMigration, 1);

    migration->rank = rank;
    migration->slug = slug;
    migration->title = pga_text_printable(title);
    g_ptr_array_add(migrations, migration);
    return migration;
}

static void
add_facts(GString *out, PgaSafety safety, const char *lock, const char *note, const GPtrArray *undo)
{
    add_comment(out, "safety", pga_safety_name(safety));
    add_comment(out, "lock", lock ? lock : "none that others wait for");
    add_comment(out, "note", note);
    for (guint i = 0; i < undo->len; i++)
        add_comment(out, "undo", g_ptr_array_index(undo, i));
    if (undo->len == 0)
        add_comment(out, "undo", "none is needed, or none is known");
}

/* PGA_DESIGN's order: what is right, quick wins, the rest. */
static guint
rank_of(const PgaFinding *finding)
{
    static const struct {
        const char *category;
        guint rank;
    } ranks[] = {{"schema", 10}, {"data", 15}, {"index", 20}, {"statistics", 40}, {"vacuum", 50}};

    for (guint i = 0; i < G_N_ELEMENTS(ranks); i++)
        if (strcmp(finding->category, ranks[i].category) == 0)
            return ranks[i].rank + (finding->fix.safety == PGA_SAFETY_SAFE ? 0 : 2);
    return 60;
}

/* A rule that was read off the rows that are there may not be one of those to come. */
static gboolean
guesses_a_rule(const PgaFinding *finding)
{
    for (guint i = 0; i < finding->fix.sql->len; i++)
        if (finding->confidence != PGA_CONFIDENCE_CERTAIN &&
            strstr(g_ptr_array_index(finding->fix.sql, i), " CHECK ("))
            return TRUE;
    return FALSE;
}

/* Why a person has to look first; NULL: nothing is known against it. */
static char *
objection_to(const PgaFinding *finding)
{
    if (finding->fix.safety == PGA_SAFETY_REVIEW)
        return g_strdup("it wants a person's decision first");
    if (finding->fix.safety == PGA_SAFETY_RESTART)
        return g_strdup("it needs a restart of the server");
    if (guesses_a_rule(finding))
        return g_strdup("it refuses rows from then on: a person has to say that the rule is one");
    if (finding->confidence == PGA_CONFIDENCE_POSSIBLE)
        return g_strdup("it is only possible that it is needed");
    if (finding->proof.refused)
        return g_strdup(finding->proof.outcome ? finding->proof.outcome
                                               : "the lab's server refused the statements");
    for (guint i = 0; finding->fix.steps && i < finding->fix.steps->len; i++)
        if (((PgaFixStep *)g_ptr_array_index(finding->fix.steps, i))->deploy)
            return g_strdup("code is to be deployed between its steps");
    return NULL;
}

static void
add_step(GPtrArray *migrations, const PgaFinding *finding, const char *step, const GPtrArray *sql)
{
    g_autofree char *title =
        step ? g_strconcat(finding->title, ": ", step, NULL) : g_strdup(finding->title);
    PgaDesignMigration *migration =
        add_migration(migrations, rank_of(finding), slug_of(finding->rule, finding->object), title);
    GString *out = g_string_new(NULL);

    add_comment(out, "", title);
    add_comment(out, "object", finding->object);
    add_comment(out, "why", finding->evidence);
    add_facts(out, finding->fix.safety, finding->fix.lock, finding->fix.note, finding->fix.undo);
    add_comment(out, "rule", finding->rule);
    add_comment(out, "documentation", finding->docs_url);
    if (finding->proof.done)
        add_comment(out, "executed", finding->proof.outcome);
    add_statements(out, sql);
    migration->text = g_string_free(out, FALSE);
    migration->objection = objection_to(finding);
    migration->object = finding->object ? pga_text_printable(finding->object) : NULL;
    migration->lock = g_strdup(finding->fix.lock);
    migration->fingerprint = g_strdup(finding->fingerprint);
}

/* (transfer full) (nullable): what a B-tree is on, without the bracket that closes its columns: "ON
 * public.orders (customer_id". */
static char *
target_of(const char *create)
{
    const char *target = strstr(create, " ON ");
    const char *open = target ? strchr(target, '(') : NULL,
               *close = open ? strchr(open, ')') : NULL;
    char *text;
    char *method;

    if (!close || !g_str_has_prefix(create, "CREATE INDEX"))
        return NULL;
    text = g_strndup(target, (gsize)(close - target));
    method = strstr(text, " USING btree ");
    if (method)
        memmove(method, method + strlen(" USING btree"),
                strlen(method + strlen(" USING btree")) + 1);
    return text;
}

/* Whether an advised index has the finding's index' columns first: one serves both. */
static gboolean
is_covered(const PgaArchitecture *architecture, const PgaFinding *finding)
{
    g_autofree char *target =
        finding->fix.sql->len > 0 ? target_of(g_ptr_array_index(finding->fix.sql, 0)) : NULL;

    for (guint i = 0; target && architecture->index && i < architecture->index->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(architecture->index->advice, i);
        g_autofree char *other = advice->predicate ? NULL : target_of(advice->create);

        if (other && g_str_has_prefix(other, target) &&
            strchr(",", other[strlen(target)])) /* its end, or another column */
            return TRUE;
    }
    return FALSE;
}

/* Tables to part, lists in columns: their shape is a person's to say. */
static void
add_shape(GPtrArray *migrations, const PgaFinding *finding)
{
    PgaDesignMigration *migration;
    GString *out;

    if (strcmp(finding->category, "schema") != 0)
        return;
    out = g_string_new(NULL);
    migration = add_migration(migrations, rank_of(finding), slug_of(finding->rule, finding->object),
                              finding->title);
    add_comment(out, "", finding->title);
    add_comment(out, "object", finding->object);
    add_comment(out, "why", finding->evidence);
    add_comment(out, "rule", finding->rule);
    add_comment(out, "documentation", finding->docs_url);
    migration->text = g_string_free(out, FALSE);
    migration->objection =
        finding->fix.note ? g_strconcat("no statement alone does it. ", finding->fix.note, NULL)
                          : g_strdup("no statement alone does it");
    if (g_str_has_suffix(migration->objection, "."))
        migration->objection[strlen(migration->objection) - 1] = '\0';
    migration->object = finding->object ? pga_text_printable(finding->object) : NULL;
    migration->fingerprint = g_strdup(finding->fingerprint);
}

static void
add_finding(GPtrArray *migrations, const PgaFinding *finding)
{
    const PgaFix *fix = &finding->fix;

    if (fix->sql->len == 0) {
        add_shape(migrations, finding);
        return;
    }
    if (g_str_has_prefix(g_ptr_array_index(fix->sql, 0), "ALTER SYSTEM"))
        return; /* settings are the configuration's */
    for (guint i = 0; fix->steps && i < fix->steps->len; i++) {
        const PgaFixStep *step = g_ptr_array_index(fix->steps, i);

        g_autoptr(GPtrArray) statements = pga_fix_step_statements(step);

        if (step->sql->len > 0)
            add_step(migrations, finding, step->title, statements);
    }
    if (!fix->steps || fix->steps->len == 0)
        add_step(migrations, finding, NULL, fix->sql);
}

static void
add_advice(GPtrArray *migrations, const PgaIndexAdvice *advice)
{
    g_autofree char *title = g_strdup_printf("Index %s on %s", advice->name, advice->table);
    GString *out = g_string_new(NULL);
    PgaDesignMigration *migration =
        add_migration(migrations, 30, slug_of("index", advice->name), title);
    add_comment(out, "", title);
    add_comment(out, "why", advice->rationale);
    add_facts(out, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", advice->extension_note, advice->undo);
    add_comment(out, "check", advice->check);
    add_comment(out, "if it is not valid", advice->cleanup);
    add_comment(out, "executed", advice->proof);
    add_statements(out, advice->statements);
    migration->text = g_string_free(out, FALSE);
    migration->lock = g_strdup("SHARE UPDATE EXCLUSIVE");
}

static void
add_proposal(GPtrArray *migrations, const PgaTuning *tuning, const PgaTuningProposal *proposal)
{
    g_autoptr(GPtrArray) sql = g_ptr_array_new(), undo = g_ptr_array_new();
    g_autofree char *title = g_strdup_printf("Setting for %s", proposal->object);
    PgaDesignMigration *migration =
        add_migration(migrations, 35, slug_of("setting", proposal->object), title);
    GString *out = g_string_new(NULL);

    g_ptr_array_add(sql, proposal->sql);
    if (proposal->undo)
        g_ptr_array_add(undo, proposal->undo);
    add_comment(out, "", title);
    add_comment(out, "why", proposal->why);
    add_facts(out, proposal->safety, proposal->lock, NULL, undo);
    add_comment(out, "documentation", proposal->docs_url);
    add_statements(out, sql);
    migration->text = g_string_free(out, FALSE);
    migration->lock = g_strdup(proposal->lock);
    if (g_str_has_prefix(proposal->object, "role ") && !tuning->input->evidence.application_role)
        migration->objection = g_strdup("the application's role is not known: put its name");
    else if (proposal->safety > PGA_SAFETY_LOCK)
        migration->objection = g_strdup("it wants a person's decision first");
}

void
pga_design_migrations_gather(const PgaArchitecture *architecture, GPtrArray *migrations)
{
    for (guint i = 0; i < architecture->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(architecture->findings, i);

        if (!is_covered(architecture, finding))
            add_finding(migrations, finding);
    }
    for (guint i = 0; architecture->index && i < architecture->index->advice->len; i++)
        add_advice(migrations, g_ptr_array_index(architecture->index->advice, i));
    for (guint i = 0; architecture->tune && i < architecture->tune->tuning->proposals->len; i++)
        add_proposal(migrations, architecture->tune->tuning,
                     g_ptr_array_index(architecture->tune->tuning->proposals, i));
}

static gint
by_rank(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgaDesignMigration *first = *(PgaDesignMigration *const *)a;
    const PgaDesignMigration *second = *(PgaDesignMigration *const *)b;

    (void)data;
    return (first->rank > second->rank) - (first->rank < second->rank);
}

/* (transfer full): the first statement of a file, of which a line is enough. */
static char *
first_statement(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint first = 0, n = 0;

    for (guint i = 0; lines[i]; i++) {
        if (!*lines[i] || g_str_has_prefix(lines[i], "--") || strcmp(lines[i], "BEGIN;") == 0 ||
            strcmp(lines[i], "COMMIT;") == 0 || g_str_has_prefix(lines[i], "SET ") ||
            g_str_has_prefix(lines[i], "RESET "))
            continue;
        first = n++ == 0 ? i : first;
    }
    return n == 0 ? g_strdup("") : g_strconcat(lines[first], n > 1 ? " …" : "", NULL);
}

static void
add_change(PgaArchitecture *architecture, const PgaDesignMigration *migration, const char *path)
{
    PgaDesignChange *change = pga_architecture_add_change(architecture, migration->title);

    change->object = g_strdup(migration->object);
    change->sql = first_statement(migration->text);
    change->lock = g_strdup(migration->lock);
    change->path = g_strdup(path);
    change->objection = g_strdup(migration->objection);
    change->fingerprint = g_strdup(migration->fingerprint);
}

static void
put_review(PgaArchitecture *architecture, GPtrArray *migrations)
{
    GString *out = g_string_new("# What is for a person to decide\n\nThese are not among the "
                                "numbered migrations. Each says why.\n");
    guint n = 0;

    for (guint i = 0; i < migrations->len; i++) {
        const PgaDesignMigration *migration = g_ptr_array_index(migrations, i);

        if (!migration->objection)
            continue;
        g_string_append_printf(out, "\n## %s%s%s\n\nNot executed as it is: %s.\n\n```sql\n%s```\n",
                               migration->title, migration->object ? ": " : "",
                               migration->object ? migration->object : "", migration->objection,
                               migration->text);
        add_change(architecture, migration, NULL);
        n++;
    }
    if (n > 0)
        pga_architecture_put_file(architecture, "migrations/REVIEW.md", g_string_free(out, FALSE));
    else
        g_string_free(out, TRUE);
}

void
pga_design_migrations_put(PgaArchitecture *architecture, const GPtrArray *migrations)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    guint number = 0;

    for (guint i = 0; i < migrations->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(migrations, i));
    g_ptr_array_sort_with_data(sorted, by_rank, NULL); /* stable */
    for (guint i = 0; i < sorted->len; i++) {
        const PgaDesignMigration *migration = g_ptr_array_index(sorted, i);
        g_autofree char *path = NULL;

        if (migration->objection)
            continue;
        path = g_strdup_printf("migrations/%03u_%s.sql", ++number, migration->slug);
        pga_architecture_put_file(architecture, path, g_strdup(migration->text));
        add_change(architecture, migration, path);
    }
    put_review(architecture, sorted);
}
