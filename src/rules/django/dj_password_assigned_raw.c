/* dj-password-assigned-raw: a password stored as it was typed. */
#include <string.h>

#include "../column_internal.h"
#include "../django_event_internal.h"
#include "../django_field_internal.h"

/* The model's passwords are hashes: a user of Django's. */
static gboolean
has_hashes(const PgaDjangoProject *project, const PgaDjangoModel *model)
{
    const PgaDjangoModel *user =
        pga_django_project_model(project, pga_django_project_user_model(project));

    for (guint i = 0; model && i < 16; i++) {
        if (model == user || (g_str_equal(model->app, "auth") && g_str_equal(model->name, "User")))
            return TRUE;
        for (guint j = 0; j < model->bases->len; j++)
            if (g_str_has_suffix(g_ptr_array_index(model->bases, j), ".AbstractBaseUser") ||
                g_str_has_suffix(g_ptr_array_index(model->bases, j), ".AbstractUser"))
                return TRUE;
        model = model->parent ? pga_django_project_model(project, model->parent) : NULL;
    }
    return FALSE;
}

/* A hash, no password at all, another user's hash. */
static gboolean
is_harmless(const PgaPyValue *value)
{
    static const char *const makers[] = {
        "make_password",          "hash",         "hasher", "encode", "hash_password",
        "make_unusable_password", "get_password", NULL};
    static const char *const words[] = {"hash", "hashed", "encoded", "encrypted", "unusable", NULL};

    if (value->kind == PGA_PY_STRING)
        return value->text[0] == '\0' || value->text[0] == '!' || strchr(value->text, '$');
    if (value->kind == PGA_PY_NAME)
        return pga_name_has_word(value->text, words) || g_str_has_suffix(value->text, ".password");
    return value->kind == PGA_PY_NONE || pga_value_call(value, makers) != NULL;
}

/* What a form, a request or a literal gives is no hash. */
static gboolean
is_typed(const PgaPyValue *value)
{
    static const char *const sources[] = {"cleaned_data", "validated_data", "request.",
                                          "raw_password", "raw_input"};

    if (value->kind == PGA_PY_STRING)
        return TRUE;
    for (guint i = 0; value->text && i < G_N_ELEMENTS(sources); i++)
        if (strstr(value->text, sources[i]))
            return TRUE;
    return value->kind == PGA_PY_NAME &&
           (g_str_equal(value->text, "password") || g_str_equal(value->text, "new_password"));
}

static gboolean
function_hashes(const PgaDjangoFunction *function)
{
    for (guint i = 0; i < function->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (strstr(event->text, "make_password") || strstr(event->text, "set_password"))
            return TRUE;
    }
    return FALSE;
}

static void
visit(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaAttributeOf *what,
      const PgaPyValue *value)
{
    PgaFinding *finding;

    if (!g_str_equal(what->field->name, "password") || is_harmless(value) ||
        !has_hashes(run->project, what->model))
        return;
    finding = pga_django_add_at_event(
        run, event,
        "%s.password is a hash, and this stores what it is given: nobody can log in with it, and "
        "it can be read",
        what->model->name);
    finding->confidence = !is_typed(value) || function_hashes(event->function)
                              ? PGA_CONFIDENCE_POSSIBLE
                              : PGA_CONFIDENCE_LIKELY;
    pga_django_fix_code(finding, g_strdup("user.set_password(raw)  # or objects.create_user(…), "
                                          "make_password(raw)"));
    finding->fix.safety = PGA_SAFETY_REVIEW;
}

/* create_user(…) of the manager, which hashes what it is given. */
static gboolean
is_hashed(const PgaDjangoEvent *event)
{
    return event->value && event->value->kind == PGA_PY_CALL &&
           (g_str_equal(pga_py_last_name(event->value), "create_user") ||
            g_str_equal(pga_py_last_name(event->value), "create_superuser"));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    if (!is_hashed(event))
        pga_event_each_write(run, event, visit);
}

const PgaRule pga_rule_dj_password_assigned_raw = {
    .id = "dj-password-assigned-raw",
    .title = "Password stored as it was given",
    .category = "secret",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_ERROR,
    .why = "user.password is a column, not a setter: the password is kept as typed, in every dump, "
           "and check_password() fails.",
    .when_not = "The value is a hash already.",
    .condition = "password of a user model assigned, or given to create() or update(): a literal, "
                 "a form's or a request's value. What comes of make_password(), another user's "
                 "password or a name with hash in it is left out.",
    .example = "# shop/views.py\nfrom django.contrib.auth.models import User\n\n\n"
               "def register(request):\n    User.objects.create(username=\"a\", "
               "password=request.POST[\"password\"])",
    .fix = "Proposes set_password() or create_user().",
    .docs = "https://docs.djangoproject.com/en/stable/topics/auth/default/#changing-passwords",
    .docs_title = "Changing passwords",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};
