/* dj-plaintext-password: columns that hold secrets as they are. */
#include <string.h>

#include "../column_internal.h"
#include "../django_field_internal.h"
#include "../django_secret_internal.h"

/* The project hashes or encrypts somewhere in the file of the model. */
static gboolean
is_protected(const PgaDjangoFile *file, PgaSecretKind kind)
{
    static const char *const hashing[] = {"make_password",    "check_password", "set_password",
                                          "hashpw",           "pbkdf2",         "argon2",
                                          "AbstractBaseUser", "AbstractUser",   NULL};
    static const char *const encrypting[] = {"encrypt", "Fernet", "signing", "hashlib", NULL};

    for (guint i = 0; kind == PGA_SECRET_PASSWORD && hashing[i]; i++)
        if (strstr(file->text, hashing[i]))
            return TRUE;
    for (guint i = 0; encrypting[i]; i++)
        if (strstr(file->text, encrypting[i]))
            return TRUE;
    return FALSE;
}

/* "obj.password = fernet_encrypt(…)": what is written there is no secret any more. */
static void
take_name(GHashTable *names, const char *text, const char *call)
{
    const char *line = call, *end, *name;

    while (line > text && line[-1] != '\n')
        line--;
    end = g_strstr_len(line, call - line, " = ");
    for (name = end; name && name > line && (g_ascii_isalnum(name[-1]) || name[-1] == '_');)
        name--;
    if (name && name < end && name > line && name[-1] == '.')
        g_hash_table_add(names, g_strndup(name, (gsize)(end - name)));
}

static void
take_names(GHashTable *names, const char *text)
{
    static const char *const makers[] = {"encrypt(", "make_password(", "encode_secret("};

    for (guint i = 0; i < G_N_ELEMENTS(makers); i++)
        for (const char *at = strstr(text, makers[i]); at; at = strstr(at + 1, makers[i]))
            take_name(names, text, at);
}

static void
begin(PgaDjangoRun *run)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < run->project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(run->project->files, i);

        if (!file->is_test && !file->is_built_in && file->text)
            take_names(names, file->text);
    }
    run->memory = names;
}

static void
forget(gpointer memory)
{
    g_hash_table_unref(memory);
}

/* A class of its own that says what it does: EncryptedCharField. */
static gboolean
is_own_class(const PgaDjangoField *field)
{
    static const char *const parts[] = {"encrypt",  "crypt", "hash", "secret",
                                        "password", "vault", NULL};

    return !g_str_equal(field->class, field->base) && pga_name_contains(field->class, parts);
}

static gboolean
may_hold_secret(const PgaDjangoField *field)
{
    const PgaPyValue *length = pga_field_argument(field, "max_length");

    if (!pga_field_is_text(field) || pga_field_argument(field, "choices"))
        return FALSE;
    return !length || length->kind != PGA_PY_NUMBER ||
           g_ascii_strtoull(length->text, NULL, 10) >= 8;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const PgaSecretKind kind = pga_name_secret(field->name);
    PgaFinding *finding;

    if (kind == PGA_SECRET_NONE || !may_hold_secret(field) || is_own_class(field))
        return;
    finding = pga_django_add_at_field(
        run, model, field,
        "%s is kept as it is given: it is in every backup, every replica and every dump",
        field->column);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    if (kind == PGA_SECRET_TOKEN || field->is_unique ||
        g_hash_table_contains(run->memory, field->name) || is_protected(field->file, kind) ||
        pga_field_says(field, "hash") || pga_field_says(field, "encrypted"))
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    if (kind != PGA_SECRET_PASSWORD)
        pga_django_set_severity(run, finding, PGA_SEVERITY_WARNING);
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_django_fix_code(
        finding,
        kind == PGA_SECRET_PASSWORD
            ? g_strdup_printf("# only ever compared: obj.%s = make_password(value), "
                              "check_password(value, obj.%s)\n# read back: an encrypted field "
                              "whose key is not in the database",
                              field->name, field->name)
            : g_strdup_printf("# %s: an encrypted field whose key is not in the database; what "
                              "is only compared: its SHA-256",
                              field->name));
}

const PgaRule pga_rule_dj_plaintext_password = {
    .id = "dj-plaintext-password",
    .title = "Secret in a plain column",
    .category = "secret",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_ERROR,
    .why = "A dump, a replica or one SQL injection gives them all away, and people use the same "
           "password elsewhere.",
    .when_not = "The value is public, already hashed, or worthless a minute later.",
    .condition =
        "A field of text whose name ends in password (an error) or in private_key, api_key, "
        "client_secret, access_token or the like (a warning), whose class is not one of its own "
        "for secrets. Where the model's file hashes or encrypts, an attribute of that name is "
        "assigned what encrypt() or make_password() gives, the field is unique, or it is "
        "just a token or a secret, that is only possible. User models of Django hash theirs.",
    .example = "from django.db import models\n\n\nclass Mailbox(models.Model):\n"
               "    smtp_password = models.CharField(max_length=100)",
    .fix = "Proposes a hash for what is only compared, an encrypted field for what is read back.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/auth/passwords/",
    .docs_title = "Password management in Django",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = begin, .field = judge, .forget = forget},
};
