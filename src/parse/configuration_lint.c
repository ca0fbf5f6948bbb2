/* The section "lint:" of the configuration. */
#include "configuration_internal.h"

#include <base/error.h>
#include <base/units.h>
#include <string.h>

#define MAX_BATCH_ROWS 1e9

/* As PostgreSQL writes it: "2s", "500ms", "1min". */
static gboolean
is_timeout(const char *text)
{
    static const char *const units[] = {"ms", "s", "min", NULL};
    const gsize n_digits = strspn(text, "0123456789");

    return n_digits > 0 && n_digits < 7 && *text != '0' && g_strv_contains(units, text + n_digits);
}

static gboolean
read_timeout(PgaLintSetting *lint, const char *text, GError **error)
{
    if (!is_timeout(text)) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is no time to wait", text);
        pga_error_hint(error, "As PostgreSQL writes it, with its unit: 500ms, 2s, 1min.");
        return FALSE;
    }
    g_free(lint->lock_timeout);
    lint->lock_timeout = g_strdup(text);
    return TRUE;
}

static gboolean
read_rows(PgaLintSetting *lint, const char *text, GError **error)
{
    return pga_count_parse(text, &lint->small_table_rows, error);
}

static gboolean
read_throughput(PgaLintSetting *lint, const char *text, GError **error)
{
    gint64 bytes = 0;

    if (!pga_bytes_parse(text, PGA_BYTES_STORAGE, &bytes, error))
        return FALSE;
    if (bytes < 1000) {
        pga_error_set(error, PGA_ERROR_INPUT, "nothing reads as little as \"%s\" a second", text);
        pga_error_hint(error, "Bytes a second that a scan reads, with their unit: 100MB.");
        return FALSE;
    }
    lint->bytes_per_second = (double)bytes;
    return TRUE;
}

static gboolean
read_batch(PgaLintSetting *lint, const char *text, GError **error)
{
    double rows = 0;

    if (!pga_count_parse(text, &rows, error))
        return FALSE;
    if (rows < 1 || rows > MAX_BATCH_ROWS) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" rows are no batch", text);
        return FALSE;
    }
    lint->batch_rows = (guint)rows;
    return TRUE;
}

gboolean
pga_configuration_read_lint(const PgaConfigurationReader *reader, const PgaYamlNode *mapping,
                            const PgaYamlPath *at, GError **error)
{
    static const char *const keys[] = {"small_table_rows", "throughput", "lock_timeout",
                                       "batch_rows", NULL};
    static gboolean (*const readers[])(PgaLintSetting *, const char *, GError **) = {
        read_rows, read_throughput, read_timeout, read_batch};

    if (!pga_yaml_field_expect(mapping, PGA_YAML_MAPPING, at, error))
        return FALSE;
    for (guint i = 0; i < mapping->keys->len; i++) {
        const PgaYamlPath path = {at, g_ptr_array_index(mapping->keys, i)};
        const PgaYamlNode *value = g_ptr_array_index(mapping->values, i);
        guint place = 0;

        while (keys[place] && strcmp(keys[place], path.key) != 0)
            place++;
        if (!keys[place]) {
            pga_yaml_field_unknown(mapping, i, "key", keys, at, error);
            return FALSE;
        }
        if (!pga_yaml_field_expect(value, PGA_YAML_SCALAR, &path, error))
            return FALSE;
        if (!readers[place](&reader->configuration->lint, value->scalar, error)) {
            pga_yaml_field_place(&path, value->line, value->column, error);
            return FALSE;
        }
    }
    return TRUE;
}
