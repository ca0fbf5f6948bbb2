/* What is a secret by its name, and what only looks like one. */
#include <django/setting.h>
#include <string.h>

#include "column_internal.h"
#include "django_secret_internal.h"

static const struct {
    const char *end;
    PgaSecretKind kind;
} ends[] = {
    {"password", PGA_SECRET_PASSWORD},
    {"passwd", PGA_SECRET_PASSWORD},
    {"passphrase", PGA_SECRET_PASSWORD},
    {"pwd", PGA_SECRET_PASSWORD},
    {"private_key", PGA_SECRET_KEY},
    {"api_key", PGA_SECRET_KEY},
    {"apikey", PGA_SECRET_KEY},
    {"secret_key", PGA_SECRET_KEY},
    {"access_key", PGA_SECRET_KEY},
    {"client_secret", PGA_SECRET_KEY},
    {"api_secret", PGA_SECRET_KEY},
    {"shared_secret", PGA_SECRET_KEY},
    {"refresh_token", PGA_SECRET_KEY},
    {"access_token", PGA_SECRET_KEY},
    {"oauth_token", PGA_SECRET_KEY},
    {"auth_token", PGA_SECRET_KEY},
    {"api_token", PGA_SECRET_KEY},
    {"webhook_secret", PGA_SECRET_KEY},
    {"encryption_key", PGA_SECRET_KEY},
    {"secret_access_key", PGA_SECRET_KEY},
    {"ssn", PGA_SECRET_KEY},
    {"secret", PGA_SECRET_TOKEN},
    {"token", PGA_SECRET_TOKEN},
    {"pin_code", PGA_SECRET_TOKEN},
    {"totp_secret", PGA_SECRET_KEY},
    {"otp_secret", PGA_SECRET_KEY},
};

PgaSecretKind
pga_name_secret(const char *name)
{
    static const char *const other[] = {"hash",    "hashed",   "digest",   "encrypted",
                                        "public",  "masked",   "csrf",     "hint",
                                        "require", "requires", "required", NULL};
    PgaSecretKind kind = PGA_SECRET_NONE;

    if (pga_name_has_word(name, other))
        return PGA_SECRET_NONE;
    for (guint i = 0; i < G_N_ELEMENTS(ends) && kind != PGA_SECRET_KEY; i++) {
        const gsize length = strlen(name), end = strlen(ends[i].end);

        if (length >= end && g_str_equal(name + length - end, ends[i].end) &&
            (length == end || name[length - end - 1] == '_'))
            kind = ends[i].kind;
    }
    return kind;
}

gboolean
pga_text_is_placeholder(const char *text)
{
    static const char *const parts[] = {
        "insecure", "unsafe",  "change",  "example",  "placeholder", "your",     "xxx",
        "dummy",    "default", "replace", "notset",   "not-set",     "secret",   "fake",
        "sample",   "todo",    "fixme",   "password", "test",        "demo",     "super",
        "none",     "unset",   "build",   "collect",  "generate",    "key-here", "temporary",
        "develop",  "local",   "<",       "{",        "***",         NULL};
    static const char *const whole[] = {"postgres", "admin", "root",  "django", "guest", "pass",
                                        "user",     "dev",   "12345", "123456", "",      NULL};
    g_autofree char *lower = g_ascii_strdown(text, -1);

    return pga_name_contains(text, parts) || g_strv_contains(whole, lower);
}

gboolean
pga_text_looks_random(const char *text)
{
    gboolean has_digit = FALSE, has_letter = FALSE;

    for (const char *at = text; *at; at++) {
        has_digit |= g_ascii_isdigit(*at);
        has_letter |= g_ascii_isalpha(*at);
        if (g_ascii_isspace(*at))
            return FALSE;
    }
    return has_digit && has_letter && strlen(text) >= 16 && !strstr(text, "://") &&
           text[0] != '/' && !pga_text_is_placeholder(text);
}

gboolean
pga_file_is_production(const PgaDjangoProject *project, const PgaDjangoFile *file)
{
    static const char *const words[] = {
        "test",      "tests",      "testing",  "dev",         "develop",        "development",
        "local",     "example",    "examples", "sample",      "samples",        "demo",
        "ci",        "travis",     "doc",      "docs",        "debug",          "sandbox",
        "vagrant",   "skeleton",   "template", "templates",   "playground",     "tutorial",
        "benchmark", "benchmarks", "devel",    "testproject", "exampleproject", NULL};
    g_autofree char *path = g_strdelimit(g_strdup(file->path), "/.-", '_');
    g_autoptr(GPtrArray) settings = NULL;

    if (file->is_test || pga_name_has_word(path, words))
        return FALSE;
    settings = pga_django_file_settings(project, file);
    for (guint i = 0; i < settings->len; i++) {
        const PgaDjangoSetting *setting = g_ptr_array_index(settings, i);

        if (g_str_equal(setting->name, "DEBUG") && setting->value->kind == PGA_PY_BOOL &&
            setting->value->truth)
            return FALSE;
    }
    return TRUE;
}
