/* Finding and reading the configuration. Its reader does not see the rules: here it is told their
 * names and thresholds. */
#include "app/configuration.h"
#include "configuration_internal.h"

#include <sys/stat.h>
#include <unistd.h>

#include <parse/baseline.h>
#include <parse/configuration.h>
#include <rules/rule.h>

static PgaConfiguration *
read_file(const char *path, GError **error)
{
    guint n_rules;
    const PgaRule *const *rules = pga_rules(&n_rules);
    g_autofree PgaConfigurationTerm *terms = g_new0(PgaConfigurationTerm, n_rules);

    for (guint i = 0; i < n_rules; i++) {
        terms[i].rule = rules[i]->id;
        for (guint j = 0; j < PGA_RULE_MAX_THRESHOLDS; j++) {
            terms[i].keys[j] = rules[i]->thresholds[j].key;
            terms[i].units[j] = rules[i]->thresholds[j].unit;
        }
    }
    return pga_configuration_read(path, terms, n_rules, error);
}

PgaConfiguration *
pga_app_configuration(const char *path, const char *baseline_path, GError **error)
{
    g_autoptr(PgaConfiguration) configuration =
        path ? read_file(path, error) : pga_configuration_new();

    if (!configuration)
        return NULL;
    if (baseline_path) {
        configuration->baseline = pga_baseline_read(baseline_path, error);
        if (!configuration->baseline)
            return NULL;
    }
    return g_steal_pointer(&configuration);
}

static gboolean
is_trusted(const char *folder, const struct stat *file)
{
    struct stat above;

    if (file->st_uid == geteuid() || file->st_uid == 0)
        return TRUE;
    return stat(folder, &above) == 0 && (above.st_mode & S_IWOTH) == 0;
}

char *
pga_app_configuration_find(const char *folder, const char *home)
{
    g_autofree char *at = g_canonicalize_filename(folder, "/");
    g_autofree char *top = home ? g_canonicalize_filename(home, "/") : g_strdup("/");

    for (;;) {
        g_autofree char *path = g_build_filename(at, PGA_CONFIGURATION_NAME, NULL);
        g_autofree char *above = g_path_get_dirname(at);
        struct stat file;

        if (stat(path, &file) == 0 && S_ISREG(file.st_mode) && is_trusted(at, &file))
            return g_steal_pointer(&path);
        if (g_str_equal(at, top) || g_str_equal(at, above))
            return NULL;
        g_free(at);
        at = g_steal_pointer(&above);
    }
}
