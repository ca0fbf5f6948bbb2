/* The proof of a configuration: PostgreSQL of the same major reads the whole of it, starts with it,
 * and says of every setting what it became. */
#include <app/tune.h>
#include <base/error.h>
#include <lab/trial.h>
#include <math.h>
#include <model/finding.h>
#include <string.h>

#include "tune_internal.h"

/* Shared memory is taken at once, whatever this machine has: no more than this is tried. */
#define MOST_BUFFERS_KB (G_GINT64_CONSTANT(256) * 1024)

/** What the server is started with instead. */
typedef struct {
    GPtrArray *settings; /* of char *: "shared_buffers=256MB"; NULL-terminated */
    GPtrArray *reasons;  /* of char * */
    GHashTable *names;   /* of const char *, as a set: not compared */
} Overrides;

static void
overrides_clear(Overrides *overrides)
{
    g_ptr_array_unref(overrides->settings);
    g_ptr_array_unref(overrides->reasons);
    g_hash_table_unref(overrides->names);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Overrides, overrides_clear)

/* Takes @reason. */
static void
override(Overrides *overrides, const char *name, const char *value, char *reason)
{
    g_ptr_array_add(overrides->settings, g_strdup_printf("%s=%s", name, value));
    g_ptr_array_add(overrides->reasons, reason);
    g_hash_table_add(overrides->names, (gpointer)name);
}

/* Of a source's own, which this machine need not have. */
static const struct {
    const char *name, *value, *instead;
    gboolean unless; /* every other value than @value */
    const char *reason;
} not_here[] = {
    {"ssl", "on", "off", FALSE, "ssl off: its certificate is not here"},
    {"huge_pages", "on", "try", FALSE, "huge_pages try: this machine need not have them"},
    {"io_method", "io_uring", "worker", FALSE, "io_method worker: this kernel may forbid io_uring"},
    {"shared_preload_libraries", "pg_stat_statements", "pg_stat_statements", TRUE,
     "shared_preload_libraries with pg_stat_statements only: others are not here"},
};

static void
find_overrides(const PgaTuning *tuning, Overrides *overrides)
{
    const PgaTunedSetting *buffers = pga_tuning_setting(tuning, "shared_buffers");

    if (buffers && tuning->memory.shared_buffers_kb > MOST_BUFFERS_KB)
        override(overrides, "shared_buffers", "256MB",
                 g_strdup_printf("shared_buffers 256MB instead of %s", buffers->value));
    for (guint i = 0; i < G_N_ELEMENTS(not_here); i++) {
        const PgaTunedSetting *setting = pga_tuning_setting(tuning, not_here[i].name);
        const gboolean same = setting && g_strcmp0(setting->value, not_here[i].value) == 0;

        if (setting && *setting->value && same != not_here[i].unless)
            override(overrides, not_here[i].name, not_here[i].instead,
                     g_strdup(not_here[i].reason));
    }
    g_ptr_array_add(overrides->settings, NULL);
}

/* (transfer full): the whole of it, what is the default as well. */
static char *
configuration_of(const PgaTuning *tuning)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);

        if (!setting->is_hidden)
            g_string_append_printf(text, "%s = %s\n", setting->name, setting->conf);
    }
    return g_string_free(text, FALSE);
}

/* @shown: pg_settings.setting, a number in the setting's unit. */
static gboolean
is_as_set(const PgaTunedSetting *setting, const char *shown)
{
    /* -1 in the file: the server finds its own number, and shows that */
    static const char *const computed[] = {"wal_buffers", "io_max_concurrency", NULL};
    const double number = g_ascii_strtod(shown, NULL);

    if (isnan(setting->number))
        return g_strcmp0(setting->value, shown) == 0;
    if (setting->number < 0 && g_strv_contains(computed, setting->name))
        return number > 0;
    return fabs(number - setting->number) <= 1e-6 * MAX(1, fabs(setting->number));
}

static void
compare(const PgaTuning *tuning, const PgaTrial *trial, const Overrides *overrides,
        PgaTuningProof *proof)
{
    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);
        const char *shown = g_hash_table_lookup(trial->values, setting->name);

        if (setting->is_hidden || g_hash_table_contains(overrides->names, setting->name))
            continue;
        proof->n_settings++;
        if (!shown)
            g_ptr_array_add(proof->mismatches,
                            g_strdup_printf("%s: there is no such setting", setting->name));
        else if (!is_as_set(setting, shown))
            g_ptr_array_add(proof->mismatches, g_strdup_printf("%s: %s became %s", setting->name,
                                                               setting->value, shown));
    }
    proof->as_set = proof->mismatches->len == 0;
}

/* (transfer full) */
static char *
joined(GPtrArray *texts)
{
    g_autoptr(GPtrArray) terminated = g_ptr_array_new();

    for (guint i = 0; i < texts->len; i++)
        g_ptr_array_add(terminated, g_ptr_array_index(texts, i));
    g_ptr_array_add(terminated, NULL);
    return g_strjoinv("; ", (char **)terminated->pdata);
}

/* (transfer full): what PostgreSQL itself makes of the shared memory beside our sum of it. */
static char *
shared_memory_text(const PgaTuningProof *proof)
{
    if (proof->shared_memory_kb < 0)
        return g_strdup("");
    return g_strdup_printf("; shared memory by its own count (shared_memory_size) "
                           "%" G_GINT64_FORMAT "MB, in the sum %" G_GINT64_FORMAT "MB%s",
                           proof->shared_memory_kb / 1024, proof->inequality_kb / 1024,
                           proof->shared_memory_kb > proof->inequality_kb ? ": too little" : "");
}

static void
say_outcome(PgaTuningProof *proof)
{
    g_autofree char *mismatches = joined(proof->mismatches);
    g_autofree char *memory = shared_memory_text(proof);

    if (!proof->as_set)
        proof->outcome =
            g_strdup_printf("started, but not all is as it was set: %s%s", mismatches, memory);
    else
        proof->outcome = g_strdup_printf("started with the whole configuration; all %u settings "
                                         "read back as they were set%s",
                                         proof->n_settings, memory);
}

static void
record(PgaTuning *tuning, const PgaTrial *trial, const Overrides *overrides)
{
    PgaTuningProof *proof = pga_tuning_add_proof(tuning);

    g_free(proof->version);
    proof->version = g_strdup(trial->version);
    proof->started = trial->failure == NULL;
    proof->shared_memory_kb = trial->shared_memory_kb;
    proof->inequality_kb = tuning->worst.shared;
    proof->huge_pages = trial->huge_pages;
    if (overrides->reasons->len > 0)
        proof->scaling = joined(overrides->reasons);
    if (!proof->started) {
        proof->outcome = g_strdup_printf("did not start: %s", trial->failure);
        return;
    }
    compare(tuning, trial, overrides, proof);
    say_outcome(proof);
}

static gboolean
has_major(const GPtrArray *found, guint major)
{
    for (guint i = 0; found && i < found->len; i++)
        if (((const PgaBinaries *)g_ptr_array_index(found, i))->version_num / 10000 == major)
            return TRUE;
    return FALSE;
}

/* Takes @why. */
static void
note_not_started(PgaTuning *tuning, char *why)
{
    g_ptr_array_add(
        tuning->not_checked,
        pga_not_checked_new(NULL, g_strdup("whether a server starts with the settings"), why));
}

gboolean
pga_tune_prove(const PgaTuneRequest *request, PgaTuning *tuning, GError **error)
{
    const guint major = tuning->input->stated_major;
    const PgaLabOptions options = {
        .bindir = request->from.bindir,
        .want_major = major,
        .progress = request->from.progress,
    };
    g_auto(Overrides)
        overrides = {g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free),
                     g_hash_table_new(g_str_hash, g_str_equal)};
    g_autoptr(GPtrArray) found = pga_binaries_find(request->from.bindir, NULL);
    g_autofree char *configuration = configuration_of(tuning);
    g_autoptr(PgaTrial) trial = NULL;
    g_autoptr(GError) cause = NULL;

    if (request->no_lab) {
        g_ptr_array_add(tuning->notes,
                        g_strdup("No server was started with the settings (--no-lab)."));
        return TRUE;
    }
    if (!has_major(found, major)) {
        note_not_started(tuning, g_strdup_printf("there are no server programs of PostgreSQL %u "
                                                 "here; \"pgarchitect doctor\" says where they "
                                                 "are looked for",
                                                 major));
        return TRUE;
    }
    find_overrides(tuning, &overrides);
    trial = pga_trial_new(configuration, (const char *const *)overrides.settings->pdata);
    if (pga_lab_try(&options, trial, &cause)) {
        record(tuning, trial, &overrides);
        return TRUE;
    }
    if (g_error_matches(cause, PGA_ERROR, PGA_ERROR_INTERRUPTED)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    note_not_started(tuning, g_strdup(cause->message));
    return TRUE;
}
