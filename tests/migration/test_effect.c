/* Locks, rewrites and scans against the matrix that was measured on servers of 14 to 18, form by
 * form. */
#include "effects.h"

#include <jansson.h>
#include <string.h>

static char *
matrix_path(void)
{
    const char *shared = g_getenv("PGA_SHARED");

    return shared ? g_build_filename(shared, "facts", "lock-matrix.json", NULL)
                  : g_build_filename(PGA_SOURCE_ROOT, "..", "shared", "facts", "lock-matrix.json",
                                     NULL);
}

/** The releases that the matrix was measured on. */
static const struct {
    const char *major;
    guint version;
} measured[] = {
    {"14", 140023}, {"15", 150020}, {"16", 160014}, {"17", 170010}, {"18", 180004},
};

static char *
measured_locks(const json_t *locks)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    json_t *mode;

    json_object_foreach((json_t *)locks, name, mode)
        g_ptr_array_add(words, g_strdup_printf("%s=%s", name, json_string_value(mode)));
    return effects_join(words);
}

/* A second session sees what is held at the moment when it looks. */
static gboolean
holds_sample(const char *locks, const char *sample)
{
    g_auto(GStrv) words = g_strsplit(sample, ",", -1);
    g_auto(GStrv) all = g_strsplit(locks, ",", -1);

    for (guint i = 0; words[i]; i++)
        if (*words[i] && !g_strv_contains((const char *const *)all, words[i]))
            return FALSE;
    return TRUE;
}

static gboolean
agrees(const json_t *expected, const Facts *facts)
{
    g_autofree char *locks = measured_locks(json_object_get(expected, "locks"));
    const json_t *scanned = json_object_get(expected, "scanned");
    const gboolean sampled = json_is_true(json_object_get(expected, "sampled"));

    if (json_object_get(expected, "error"))
        return facts->refused;
    if (facts->refused || !facts->known)
        return FALSE;
    return (sampled ? holds_sample(facts->locks, locks) : strcmp(facts->locks, locks) == 0) &&
           (*facts->rewritten != '\0') == json_is_true(json_object_get(expected, "rewrite")) &&
           /* of VACUUM a sentence */
           (*facts->scanned != '\0') == (json_is_true(scanned) || json_is_string(scanned));
}

/* With the time zone of the session that measured. */
static char *
statement_of(const json_t *form)
{
    const char *sql = json_string_value(json_object_get(form, "sql"));
    const char *note = json_string_value(json_object_get(form, "note"));

    return note && g_str_has_prefix(note, "tz=")
               ? g_strdup_printf("SET timezone = '%s';\n%s", note + 3, sql)
               : g_strdup(sql);
}

static guint
compare_form(const json_t *form, gsize i, guint *compared)
{
    const char *setup = json_string_value(json_object_get(form, "setup"));
    g_autofree char *sql = statement_of(form);
    const json_t *expected = json_object_get(json_object_get(form, "versions"), measured[i].major);
    g_autoptr(PgaState) state = NULL;
    Facts facts;
    guint wrong;

    if (!expected)
        return 0;
    state = effects_state(measured[i].version, setup);
    effects_of(state, sql, &facts);
    wrong = agrees(expected, &facts) ? 0 : 1;
    if (wrong) {
        g_autofree char *text = json_dumps(expected, JSON_COMPACT);

        g_test_message("%s: %s\n   measured %s\n   told %s rewritten %s scanned %s%s%s",
                       measured[i].major, sql, text, facts.locks, facts.rewritten, facts.scanned,
                       facts.refused ? " refused" : "", facts.known ? "" : " unknown");
    }
    effects_clear(&facts);
    ++*compared;
    return wrong;
}

static void
test_matrix(void)
{
    g_autofree char *path = matrix_path();
    json_t *forms;
    guint wrong = 0, compared = 0;

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_test_skip("the lock matrix is not here");
        return;
    }
    forms = json_load_file(path, 0, NULL);
    g_assert_nonnull(forms);
    for (size_t k = 0; k < json_array_size(forms); k++)
        for (gsize i = 0; i < G_N_ELEMENTS(measured); i++)
            wrong += compare_form(json_array_get(forms, k), i, &compared);
    g_test_message("%zu forms, %u cases", json_array_size(forms), compared);
    json_decref(forms);
    g_assert_cmpuint(compared, >, 1400);
    g_assert_cmpuint(wrong, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/migration/effect/agrees-with-the-matrix", test_matrix);
    return g_test_run();
}
