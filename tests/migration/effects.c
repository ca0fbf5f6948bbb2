/* States of the lock matrix's relations, and effects as text. */
#include "effects.h"

#include <string.h>

static PgaMigrationReader *
reader_of(const char *sql)
{
    static const PgaMigrationOptions options = {.tool = "psql"};
    const PgaMigrationFile file = {.path = (char *)"test.sql", .text = (char *)sql};
    g_autoptr(GError) error = NULL;
    PgaMigrationReader *reader = pga_migration_reader_new(&file, &options, &error);

    g_assert_no_error(error);
    return reader;
}

void
effects_apply(PgaState *state, const char *sql)
{
    g_autoptr(PgaMigrationReader) reader = reader_of(sql);
    g_autoptr(GError) error = NULL;
    const PgaStep *step;

    pga_state_begin_migration(state);
    while (pga_migration_reader_next(reader, &step, &error)) {
        g_autofree char *refusal = pga_state_apply(state, step);

        if (refusal || step->error)
            g_error("%.*s: %s", (int)step->length, step->text, refusal ? refusal : step->error);
    }
    g_assert_no_error(error);
}

char *
effects_schema(void)
{
    g_autofree char *path =
        g_build_filename(PGA_SOURCE_ROOT, "tests", "migration", "locks.sql", NULL);
    g_autoptr(GError) error = NULL;
    char *sql;

    g_file_get_contents(path, &sql, NULL, &error);
    g_assert_no_error(error);
    return sql;
}

PgaState *
effects_state(guint version, const char *setup)
{
    PgaState *state = pga_state_new(version);
    g_autofree char *schema = effects_schema();

    state->complete = TRUE;
    effects_apply(state, schema);
    g_assert_true(pga_state_set_rows(state, "w.t", 1000));
    g_assert_true(pga_state_set_rows(state, "w.ref", 100));
    if (setup)
        effects_apply(state, setup);
    return state;
}

static int
compare(gconstpointer one, gconstpointer other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

char *
effects_join(GPtrArray *words)
{
    g_ptr_array_sort(words, compare);
    g_ptr_array_add(words, NULL);
    return g_strjoinv(",", (char **)words->pdata);
}

static const char *
short_name(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot ? dot + 1 : name;
}

static char *
join_names(const GPtrArray *names)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < names->len; i++)
        g_ptr_array_add(words, g_strdup(short_name(names->pdata[i])));
    return effects_join(words);
}

static char *
join_locks(const GArray *locks)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < locks->len; i++) {
        const PgaLock *lock = &g_array_index(locks, PgaLock, i);

        g_ptr_array_add(words, g_strdup_printf("%s=%s", short_name(lock->relation),
                                               pga_lock_mode_name(lock->mode)));
    }
    return effects_join(words);
}

void
effects_clear(Facts *facts)
{
    g_free(facts->locks);
    g_free(facts->rewritten);
    g_free(facts->scanned);
    *facts = (Facts){0};
}

void
effects_of(PgaState *state, const char *sql, Facts *facts)
{
    g_autoptr(PgaMigrationReader) reader = reader_of(sql);
    g_autoptr(GError) error = NULL;
    const PgaStep *step;

    *facts = (Facts){0};
    pga_state_begin_migration(state);
    while (pga_migration_reader_next(reader, &step, &error)) {
        g_autoptr(PgaEffect) effect = NULL;

        if (!step->executed)
            continue;
        effect = pga_effect_of(state, step);
        effects_clear(facts);
        *facts = (Facts){join_locks(effect->locks), join_names(effect->rewritten),
                         join_names(effect->scanned), effect->refused, effect->known};
        g_free(pga_state_apply(state, step));
    }
    g_assert_no_error(error);
}
