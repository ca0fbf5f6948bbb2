/* --config and --rows: what is read, and that no misspelling goes unnoticed. */
#include "parse/configuration.h"
#include <base/error.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const PgaConfigurationTerm terms[] = {
    {"fk-missing-index", {"min_rows", "min_bytes"}, {"rows", "bytes"}},
    {"serial-instead-of-identity", {NULL}, {NULL}},
    {"shares", {"max_used", "gain", "a_per_day"}, {"share", "%", "share"}},
    {"four-keys", {"a_share", "b_share", "c_share", "d_share"}, {NULL}},
};

typedef struct {
    char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const int fd = g_file_open_tmp("pga-config-XXXXXX", &fixture->path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_unlink(fixture->path);
    g_free(fixture->path);
}

static PgaConfiguration *
read_text(const Fixture *fixture, const char *text, GError **error)
{
    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    return pga_configuration_read(fixture->path, terms, G_N_ELEMENTS(terms), error);
}

static double
threshold(const PgaConfiguration *configuration, const char *rule, const char *key)
{
    const PgaRuleSetting *setting = pga_configuration_rule(configuration, rule);
    const double *value = setting ? g_hash_table_lookup(setting->thresholds, key) : NULL;

    return value ? *value : -1;
}

static void
test_shares(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConfiguration) configuration =
        read_text(fixture, "rules:\n  shares: {max_used: 85 %, gain: 20%, a_per_day: 3}\n", &error);

    g_assert_no_error(error);
    g_assert_cmpfloat(threshold(configuration, "shares", "max_used"), ==, 0.85);
    g_assert_cmpfloat(threshold(configuration, "shares", "gain"), ==, 20);
    g_assert_cmpfloat(threshold(configuration, "shares", "a_per_day"), ==, 3);
}

static guint
line_of(const PgaRuleSetting *setting, const char *key)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(setting->lines, key));
}

static void
assert_exceptions(const PgaConfiguration *configuration)
{
    const PgaException *accepted = g_hash_table_lookup(configuration->accepted, "0123456789abcdef");
    const PgaException *rule = g_ptr_array_index(configuration->ignored, 0);
    const PgaException *object = g_ptr_array_index(configuration->ignored, 1);

    g_assert_cmpstr(accepted->reason, ==, "legacy table");
    g_assert_cmpstr(accepted->expires, ==, "2027-01-31");
    g_assert_cmpint(accepted->expires_at, ==, 1801440000); /* date -u -d 2027-02-01 +%s */
    g_assert_cmpuint(accepted->line, ==, 9);
    g_assert_cmpuint(configuration->ignored->len, ==, 2);
    g_assert_cmpstr(rule->rule, ==, "four-keys");
    g_assert_null(rule->object);
    g_assert_null(rule->expires);
    g_assert_cmpstr(object->object, ==, "public.legacy_*");
    g_assert_cmpstr(object->reason, ==, "old");
    g_assert_cmpuint(object->line, ==, 15);
}

static void
test_everything(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConfiguration) configuration = read_text(fixture,
                                                          "rules:\n"
                                                          "  fk-missing-index:\n"
                                                          "    min_rows: 5k\n"
                                                          "    min_bytes: 1.5 MB\n"
                                                          "    severity: error\n"
                                                          "  serial-instead-of-identity: off\n"
                                                          "  four-keys: {d_share: 0.25}\n"
                                                          "accept:\n"
                                                          "  - fingerprint: 0123456789ABCDEF\n"
                                                          "    reason: legacy table\n"
                                                          "    expires: 2027-01-31\n"
                                                          "ignore:\n"
                                                          "  - rule: four-keys\n"
                                                          "    reason: noise here\n"
                                                          "  - {object: \"public.legacy_*\",\n"
                                                          "     reason: old}\n"
                                                          "ignore_schemas: [staging, \"Old\"]\n",
                                                          &error);
    const PgaRuleSetting *setting;

    g_assert_no_error(error);
    setting = pga_configuration_rule(configuration, "fk-missing-index");
    g_assert_false(setting->off);
    g_assert_true(setting->has_severity);
    g_assert_cmpint(setting->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_cmpfloat(threshold(configuration, "fk-missing-index", "min_rows"), ==, 5000);
    g_assert_cmpfloat(threshold(configuration, "fk-missing-index", "min_bytes"), ==, 1500000);
    g_assert_cmpfloat(threshold(configuration, "four-keys", "d_share"), ==, 0.25);
    g_assert_true(pga_configuration_rule(configuration, "serial-instead-of-identity")->off);
    assert_exceptions(configuration);
    g_assert_cmpuint(line_of(setting, "min_bytes"), ==, 4);
    g_assert_cmpuint(line_of(setting, "severity"), ==, 5);
    g_assert_cmpuint(
        line_of(pga_configuration_rule(configuration, "serial-instead-of-identity"), "off"), ==, 6);
    g_assert_nonnull(configuration->path);
    g_assert_cmpuint(configuration->ignored_schemas->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(configuration->ignored_schemas, 1), ==, "Old");
}

static void
test_nothing(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const texts[] = {"", "rules:\naccept:\nignore_schemas:\n",
                                        "rules:\n  four-keys: on\n"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgaConfiguration) configuration = read_text(fixture, texts[i], &error);
        const PgaRuleSetting *setting;

        g_assert_no_error(error);
        setting = pga_configuration_rule(configuration, "four-keys");
        g_assert_true(!setting || !setting->off);
        g_assert_cmpuint(g_hash_table_size(configuration->accepted), ==, 0);
    }
}

typedef struct {
    const char *text, *message, *place, *hint;
} Refusal;

/* @place: what follows the file's name */
static void
assert_error(const Fixture *fixture, const GError *error, const Refusal *want)
{
    g_autofree char *detail = g_strconcat(fixture->path, want->place, NULL);

    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, want->message);
    g_assert_cmpstr(pga_error_get_detail(error), ==, detail);
    if (want->hint)
        g_assert_cmpstr(pga_error_get_hint(error), ==, want->hint);
}

static const Refusal refusals[] = {
    {"- x\n", "keys with values expected, not a list", ", line 1, column 1.", NULL},
    {"rule:\n", "key \"rule\" is not known", ", line 1, column 1.", "Did you mean \"rules\"?"},
    {"\n\nx:\n", "key \"x\" is not known", ", line 3, column 1.",
     "Allowed: rules, accept, ignore, ignore_schemas, lint."},
    {"rules: off\n", "keys with values expected, not a single value",
     ", line 1, column 8, key rules.", NULL},
    {"rules:\n  fk-missing-indx: off\n", "rule \"fk-missing-indx\" is not known",
     ", line 2, column 3, key rules.", "Did you mean \"fk-missing-index\"?"},
    {"rules: {nonsense: off}\n", "rule \"nonsense\" is not known", ", line 1, column 9, key rules.",
     "Allowed: fk-missing-index, serial-instead-of-identity, shares, four-keys."},
    {"rules:\n  four-keys: maybe\n", "a rule is on, off, or has keys of its own",
     ", line 2, column 14, key rules.four-keys.", NULL},
    {"rules:\n  four-keys: 'off'\n", "a rule is on, off, or has keys of its own",
     ", line 2, column 14, key rules.four-keys.", NULL},
    {"rules:\n  four-keys: [off]\n", "a rule is on, off, or has keys of its own",
     ", line 2, column 14, key rules.four-keys.", NULL},
    {"rules:\n  fk-missing-index:\n    min_row: 5\n", "key \"min_row\" is not known",
     ", line 3, column 5, key rules.fk-missing-index.", "Did you mean \"min_rows\"?"},
    {"rules:\n  four-keys:\n    zzz: 5\n", "key \"zzz\" is not known",
     ", line 3, column 5, key rules.four-keys.",
     "Allowed: a_share, b_share, c_share, d_share, severity."},
    {"rules:\n  fk-missing-index:\n    min_rows: many\n", "number \"many\" is not understood",
     ", line 3, column 15, key rules.fk-missing-index.min_rows.", NULL},
    {"rules:\n  shares:\n    max_used: 90\n", "share \"90\" is more than the whole",
     ", line 3, column 15, key rules.shares.max_used.", "Nine tenths are 0.9, or 90 %."},
    {"rules:\n  shares:\n    gain: 101 %\n", "share \"101 %\" is more than the whole",
     ", line 3, column 11, key rules.shares.gain.", "Nine tenths are 90, or 90 %."},
    {"rules:\n  shares:\n    gain: '%'\n", "number \"%\" is not understood",
     ", line 3, column 11, key rules.shares.gain.", NULL},
    {"rules:\n  fk-missing-index:\n    min_bytes: 5 X\n", "size \"5 X\" is not understood",
     ", line 3, column 16, key rules.fk-missing-index.min_bytes.", NULL},
    {"rules:\n  fk-missing-index:\n    min_rows: [1]\n", "a single value expected, not a list",
     ", line 3, column 15, key rules.fk-missing-index.min_rows.", NULL},
    {"rules:\n  fk-missing-index:\n    severity: [error]\n", "a single value expected, not a list",
     ", line 3, column 15, key rules.fk-missing-index.severity.", NULL},
    {"accept: x\n", "a list expected, not a single value", ", line 1, column 9, key accept.", NULL},
    {"accept: [x]\n", "keys with values expected, not a single value",
     ", line 1, column 10, key accept.", NULL},
    {"accept:\n- fingerprnt: x\n", "key \"fingerprnt\" is not known",
     ", line 2, column 3, key accept.", "Did you mean \"fingerprint\"?"},
    {"accept:\n- reason: [x]\n", "a single value expected, not a list",
     ", line 2, column 11, key accept.reason.", NULL},
    {"accept:\n- reason: x\n", "an accepted finding needs its fingerprint",
     ", line 2, column 3, key accept.", NULL},
    {"accept:\n- {fingerprint: 0123, reason: x}\n", "an accepted finding needs its fingerprint",
     ", line 2, column 3, key accept.", NULL},
    {"accept:\n- {fingerprint: 0123456789abcdef}\n", "an accepted finding needs a reason",
     ", line 2, column 3, key accept.", NULL},
    {"accept:\n- {fingerprint: 0123456789abcdef, reason: }\n", "an accepted finding needs a reason",
     ", line 2, column 3, key accept.", NULL},
    {"accept:\n- {fingerprint: 0123456789abcdef, reason: x, expires: 2027-02-29}\n",
     "date \"2027-02-29\" is not understood", ", line 2, column 55, key accept.expires.",
     "Write the last day on which it counts as year-month-day, as in 2027-01-31."},
    {"ignore:\n- {rule: four-keys, reason: x, expires: 2027-1-31}\n",
     "date \"2027-1-31\" is not understood", ", line 2, column 41, key ignore.expires.", NULL},
    {"ignore:\n- {rule: four-keys, reason: x, expires: tomorrow}\n",
     "date \"tomorrow\" is not understood", ", line 2, column 41, key ignore.expires.", NULL},
    {"ignore: x\n", "a list expected, not a single value", ", line 1, column 9, key ignore.", NULL},
    {"ignore:\n- {rule: four-key, reason: x}\n", "rule \"four-key\" is not known",
     ", line 2, column 10, key ignore.rule.", "Did you mean \"four-keys\"?"},
    {"ignore:\n- {rule: z, reason: x}\n", "rule \"z\" is not known",
     ", line 2, column 10, key ignore.rule.", "\"pgarchitect rules\" lists them."},
    {"ignore:\n- {reason: x}\n", "what is ignored needs a rule, an object, or both",
     ", line 2, column 3, key ignore.", "An object may hold * and ?, as in public.legacy_*."},
    {"ignore:\n- {object: x}\n", "what is ignored needs a reason",
     ", line 2, column 3, key ignore.", NULL},
    {"ignore:\n- {objects: x}\n", "key \"objects\" is not known", ", line 2, column 4, key ignore.",
     "Did you mean \"object\"?"},
    {"ignore_schemas: x\n", "a list expected, not a single value",
     ", line 1, column 17, key ignore_schemas.", NULL},
    {"ignore_schemas: [[x]]\n", "a single value expected, not a list",
     ", line 1, column 18, key ignore_schemas.", NULL},
};

static void
test_refused(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(read_text(fixture, refusals[i].text, &error));
        assert_error(fixture, error, &refusals[i]);
    }
}

static void
test_severity_refused(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(read_text(fixture, "rules:\n  four-keys:\n    severity: grave\n", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "grave"));
    g_assert_true(g_str_has_suffix(pga_error_get_detail(error),
                                   ", line 3, column 15, key rules.four-keys.severity."));
}

static void
test_missing_file(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_configuration_read("/nonexistent", terms, G_N_ELEMENTS(terms), &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

static GArray *
rows_new(void)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(PgaStatedRows));

    g_array_set_clear_func(rows, (GDestroyNotify)pga_stated_rows_clear);
    return rows;
}

static void
assert_rows(const GArray *rows, guint i, const char *relation, double n)
{
    const PgaStatedRows *entry = &g_array_index(rows, PgaStatedRows, i);

    g_assert_cmpuint(rows->len, >, i);
    g_assert_cmpstr(entry->relation, ==, relation);
    g_assert_cmpfloat(entry->rows, ==, n);
}

static void
test_rows(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GArray) rows = rows_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(
        fixture->path, "rows:\n  public.orders: 12_000_000\n  customers: 2M\n", -1, NULL));
    pga_stated_rows_read("orders=5M", rows, &error);
    g_assert_no_error(error);
    pga_stated_rows_read("shop.\"a=b\" = 7", rows, &error);
    g_assert_no_error(error);
    pga_stated_rows_read(fixture->path, rows, &error);
    g_assert_no_error(error);
    assert_rows(rows, 0, "orders", 5e6);
    assert_rows(rows, 1, "shop.\"a=b\"", 7);
    assert_rows(rows, 2, "public.orders", 12e6);
    assert_rows(rows, 3, "customers", 2e6);
    g_assert_cmpuint(rows->len, ==, 4);
}

static void
test_rows_refused(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const Refusal cases[] = {
        {"x: 1\n", "key \"x\" is not known", ", line 1, column 1.", "Allowed: rows."},
        {"[x]\n", "keys with values expected, not a list", ", line 1, column 1.", NULL},
        {"rows: 5\n", "keys with values expected, not a single value",
         ", line 1, column 7, key rows.", NULL},
        {"rows:\n  a: [1]\n", "a single value expected, not a list",
         ", line 2, column 6, key rows.a.", NULL},
        {"rows:\n  a: few\n", "number \"few\" is not understood", ", line 2, column 6, key rows.a.",
         NULL},
    };
    g_autoptr(GArray) rows = rows_new();

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(g_file_set_contents(fixture->path, cases[i].text, -1, NULL));
        g_assert_false(pga_stated_rows_read(fixture->path, rows, &error));
        assert_error(fixture, error, &cases[i]);
    }
    g_assert_cmpuint(rows->len, ==, 0);
}

static void
test_rows_argument_refused(void)
{
    static const char *const arguments[] = {
        "=5", " = 5", "orders=", "orders=many", "/nonexistent", "orders"};
    g_autoptr(GArray) rows = rows_new();

    for (guint i = 0; i < G_N_ELEMENTS(arguments); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(pga_stated_rows_read(arguments[i], rows, &error));
        g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    }
}

static void
test_rows_empty(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GArray) rows = rows_new();

    g_assert_true(g_file_set_contents(fixture->path, "rows:\n", -1, NULL));
    g_assert_true(pga_stated_rows_read(fixture->path, rows, NULL));
    g_assert_cmpuint(rows->len, ==, 0);
}

#define ADD(name, function) g_test_add(name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/parse/configuration/every-key", test_everything);
    ADD("/parse/configuration/shares", test_shares);
    ADD("/parse/configuration/nothing-said", test_nothing);
    ADD("/parse/configuration/refused-with-place-and-hint", test_refused);
    ADD("/parse/configuration/severity-refused", test_severity_refused);
    g_test_add_func("/parse/configuration/missing-file", test_missing_file);
    ADD("/parse/stated-rows/arguments-and-files", test_rows);
    ADD("/parse/stated-rows/files-refused", test_rows_refused);
    g_test_add_func("/parse/stated-rows/arguments-refused", test_rows_argument_refused);
    ADD("/parse/stated-rows/empty-file", test_rows_empty);
    return g_test_run();
}
