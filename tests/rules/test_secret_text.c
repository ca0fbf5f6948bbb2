/* Passwords in bodies of functions, defaults and comments. */
#include <secret_text_internal.h>

#include "schema.h"

static const struct {
    const char *text;
    gboolean is_code, want;
} texts[] = {
    {"SELECT 'postgresql://svc:Sup3rS3cret@db1/x'", TRUE, TRUE},
    {"SELECT 'postgresql://svc@db1/x'", TRUE, FALSE},
    {"SELECT 'postgresql://svc:%s@db1/x'", TRUE, FALSE},
    {"SELECT 'https://docs.example.com:8443/a@b'", TRUE, FALSE},
    {"SELECT 'http://a:b c1234@d'", TRUE, FALSE},
    {"SELECT dblink('host=db1 password=hunter2x user=x')", TRUE, TRUE},
    {"SELECT dblink('host=db1 password=' || pw1234567)", TRUE, FALSE},
    {"UPDATE u SET password=new_password1", TRUE, FALSE},
    {"SELECT format('password=%s1234567', x)", TRUE, FALSE},
    {"ALTER ROLE app PASSWORD 'summer2024'", TRUE, TRUE},
    {"EXECUTE 'ALTER ROLE app PASSWORD ''summer2024'''", TRUE, TRUE},
    {"ALTER ROLE app PASSWORD 'changeit'", TRUE, FALSE},
    {"SELECT api_key FROM t WHERE token_count = 1234567", TRUE, FALSE},
    {"import with password=hunter2secret", FALSE, TRUE},
    {"import with api_key = 'abc-123-def'", FALSE, TRUE},
    {"the password, at least 10 characters", FALSE, FALSE},
    {"password=<see vault 12345>", FALSE, FALSE},
    {"", FALSE, FALSE},
};

static void
test_texts(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("%s", texts[i].text);
        g_assert_cmpint(pga_text_holds_secret(texts[i].text, texts[i].is_code), ==, texts[i].want);
    }
}

/* A stranger's: as long as the file may be, and in no time. */
static void
test_long_text(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    while (text->len < 1 << 17)
        g_string_append(text, "password=a1");
    g_assert_false(pga_text_holds_secret(text->str, TRUE));
    g_assert_false(pga_text_holds_secret(text->str, FALSE));
}

static void
add_comment(Model *model, const char *kind, const char *value)
{
    PgaSchemaDetail *detail =
        pga_record_add(model->objects->schema->details, &pga_schema_detail_type);

    detail->kind = g_strdup(kind);
    detail->name = g_strdup("public.t");
    detail->value = g_strdup(value);
}

/* A body, a default and a comment, or their healthy twins. */
static Model *
planted(const char *password)
{
    Model *model = model_new();
    g_autofree char *conninfo = g_strdup_printf("'host=db1 password=%s'::text", password);
    PgaRoutine *routine = schema_routine(model, "connect", "a integer");

    g_free(routine->source);
    routine->source = g_strconcat("SELECT ", conninfo, NULL);
    model_column(model_table(model, "t", 10), "source", "text")->default_expr = g_strdup(conninfo);
    add_comment(model, "comment on table", conninfo);
    add_comment(model, "server options", conninfo);
    return model;
}

static void
test_fires(void)
{
    static const char *const objects[] = {"public.connect(a integer)", "public.t",
                                          "public.t.source"};
    g_autoptr(Model) model = planted("hunter2secret");

    g_assert_cmpint(schema_run(model, "sec-plaintext-secrets"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 3);
    for (guint i = 0; i < model->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(model->findings, i);
        gboolean known = FALSE;

        for (guint j = 0; j < G_N_ELEMENTS(objects); j++)
            known |= g_str_equal(finding->object, objects[j]);
        g_assert_true(known);
        g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
        g_assert_null(strstr(finding->evidence, "hunter2secret"));
    }
}

static void
test_silent(void)
{
    g_autoptr(Model) model = planted("$1");
    PgaRoutine *other = schema_routine(model, "inner", "");

    g_free(other->nspname);
    other->nspname = g_strdup("_timescaledb_functions");
    g_free(other->source);
    other->source = g_strdup("SELECT 'password=hunter2secret'");
    g_clear_pointer(&schema_routine(model, "in_c", "")->source, g_free);
    g_assert_cmpint(schema_run(model, "sec-plaintext-secrets"), ==, SILENT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/secret-text/texts", test_texts);
    g_test_add_func("/rules/secret-text/long-text", test_long_text);
    g_test_add_func("/rules/secret-text/fires", test_fires);
    g_test_add_func("/rules/secret-text/silent", test_silent);
    return g_test_run();
}
