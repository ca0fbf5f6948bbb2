/* Files of tools that are no migrations themselves. */
#include "beside_internal.h"
#include "tools_internal.h"
#include <base/file.h>
#include <string.h>

enum { MAX_BYTES = 16 << 20 };

/** A tool's sign in the folder. */
static const struct {
    const char *sign, *tool;
} signs[] = {
    {"atlas.sum", "atlas"},
    {"meta/_journal.json", "drizzle"},
    {"migration_lock.toml", "prisma"},
    {"../migration_lock.toml", "prisma"},
};

/** What, set beside a file, takes the transaction away. */
static const struct {
    const char *tool;
    gboolean of_file;        /* the name is put behind the file's, else it stands in its folder */
    const char *name, *line; /* in lower case, without blanks */
} settings[] = {
    {"flyway", TRUE, ".conf", "executeintransaction=false"},
    {"diesel", FALSE, "metadata.toml", "run_in_transaction=false"},
};

struct MigrationBeside {
    GHashTable *plans; /* of a folder to its plan: a GHashTable of names to places, from 1 */
};

static void
plan_free(gpointer plan)
{
    if (plan)
        g_hash_table_unref(plan);
}

MigrationBeside *
pga_migration_beside_new(void)
{
    MigrationBeside *beside = g_new0(MigrationBeside, 1);

    beside->plans = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, plan_free);
    return beside;
}

void
pga_migration_beside_free(MigrationBeside *beside)
{
    if (!beside)
        return;
    g_hash_table_unref(beside->plans);
    g_free(beside);
}

/* A name that comes again is the change reworked: the former one's file has the last tag. */
static void
add_change(GHashTable *plan, const char *name, const char *tag)
{
    gpointer former = g_hash_table_lookup(plan, name);

    if (former && tag)
        g_hash_table_replace(plan, g_strconcat(name, tag, NULL), former);
    g_hash_table_replace(plan, g_strdup(name), GUINT_TO_POINTER(g_hash_table_size(plan) + 1));
}

/* "name [requires] time planner # note", in order; "%" sets, "@" tags. */
static GHashTable *
read_plan(const char *text)
{
    GHashTable *plan = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *tag = NULL;

    for (char **line = lines; *line; line++) {
        g_autofree char *word = NULL;

        g_strstrip(*line);
        word = g_strndup(*line, strcspn(*line, " \t"));
        if (*word == '@') {
            g_free(tag);
            tag = g_steal_pointer(&word);
        } else if (*word && *word != '%' && *word != '#' && *word != '-') {
            add_change(plan, *word == '+' ? word + 1 : word, tag);
        }
    }
    return plan;
}

/* (nullable): the folder's sqitch.plan. */
static GHashTable *
plan_of(MigrationBeside *beside, const char *folder)
{
    gpointer plan = NULL;

    if (!g_hash_table_lookup_extended(beside->plans, folder, NULL, &plan)) {
        g_autofree char *path = g_build_filename(folder, "sqitch.plan", NULL);
        g_autofree char *text = pga_file_read(path, MAX_BYTES, NULL, NULL);

        plan = text ? read_plan(text) : NULL;
        g_hash_table_insert(beside->plans, g_strdup(folder), plan);
    }
    return plan;
}

/* .../deploy/a/b.sql is the change a/b of the plan that stands beside "deploy". */
static void
read_sqitch(MigrationBeside *beside, PgaMigrationFile *file)
{
    static const char *const folders[] = {"deploy/", "revert/", "verify/"};

    for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
        const char *found = g_strrstr(file->path, folders[i]);
        g_autofree char *folder = NULL, *change = NULL;
        GHashTable *plan;
        guint place;

        if (!found || (found > file->path && found[-1] != '/'))
            continue;
        folder = found > file->path ? g_strndup(file->path, (gsize)(found - file->path))
                                    : g_strdup("./");
        plan = plan_of(beside, folder);
        if (!plan)
            return;
        change = g_strndup(found + strlen(folders[i]),
                           strlen(found) - strlen(folders[i]) - strlen(".sql"));
        place = GPOINTER_TO_UINT(g_hash_table_lookup(plan, change));
        g_free(file->version);
        file->version = g_strdup_printf("%u", place > 0 ? place : G_MAXINT32);
        file->tool = pga_migration_tool("sqitch");
        file->down = i == 1;
        return;
    }
}

/* The folder's signs count only where the file's own name says nothing. */
static void
read_signs(PgaMigrationFile *file, const char *folder)
{
    for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
        g_autofree char *path = g_build_filename(folder, signs[i].sign, NULL);

        if (strcmp(file->tool->name, "psql") == 0 && g_file_test(path, G_FILE_TEST_EXISTS))
            file->tool = pga_migration_tool(signs[i].tool);
    }
}

static char *
squeeze(const char *text)
{
    GString *out = g_string_new(NULL);

    for (; *text; text++)
        if (*text != ' ' && *text != '\t' && *text != '\r')
            g_string_append_c(out, g_ascii_tolower(*text));
    return g_string_free(out, FALSE);
}

static void
read_settings(PgaMigrationFile *file, const char *folder)
{
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autofree char *path = settings[i].of_file
                                    ? g_strconcat(file->path, settings[i].name, NULL)
                                    : g_build_filename(folder, settings[i].name, NULL);
        g_autofree char *text = NULL, *squeezed = NULL;

        if (strcmp(file->tool->name, settings[i].tool) != 0)
            continue;
        text = pga_file_read(path, MAX_BYTES, NULL, NULL);
        squeezed = text ? squeeze(text) : NULL;
        if (squeezed && strstr(squeezed, settings[i].line))
            file->outside = TRUE;
    }
}

void
pga_migration_beside(MigrationBeside *beside, PgaMigrationFile *file)
{
    g_autofree char *folder = g_path_get_dirname(file->path);

    if (file->text)
        return;
    read_signs(file, folder);
    read_settings(file, folder);
    if (strcmp(file->tool->name, "sqitch") == 0)
        read_sqitch(beside, file);
}
