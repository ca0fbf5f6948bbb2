/* What a name means: through classes, modules, imports, aliases and "import *". */
#include <string.h>

#include "project_internal.h"

#define MAX_STEPS  24    /* from name to name: imports may go round in circles */
#define MAX_LOOKED 4000  /* scopes, of one name */
#define MAX_VALUES 20000 /* that one value may grow to by its names */

void
pga_django_meaning_clear(DjangoMeaning *meaning)
{
    g_clear_pointer(&meaning->external, g_free);
}

/* NOLINTBEGIN(misc-no-recursion): @steps ends it */

static gboolean in_module(const DjangoPlace *place, const char *dotted, DjangoMeaning *out,
                          guint steps);

static gboolean
function_of(const DjangoScope *scope, const char *dotted, DjangoMeaning *out)
{
    const DjangoFunction *function = g_hash_table_lookup(scope->functions, dotted);

    if (!function)
        return FALSE;
    out->module = function->module;
    out->within = function->class;
    out->function = function;
    return TRUE;
}

static const char *
rest_of(const char *dotted)
{
    const char *dot = strchr(dotted, '.');

    return dot ? dot + 1 : NULL;
}

/* What this program knows by itself, though Django's own sources may stand in the project. */
static gboolean
is_known(const char *dotted)
{
    static const char *const known[] = {"django.db.", "django.conf.", "django.contrib.postgres.",
                                        "django.contrib.gis.",
                                        "django.contrib.contenttypes.fields."};

    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (g_str_has_prefix(dotted, known[i]))
            return TRUE;
    return FALSE;
}

/* "a.b.c" as imported: of the longest module that is there, else of outside. */
static gboolean
imported(const DjangoPlace *place, const char *dotted, DjangoMeaning *out, guint steps)
{
    g_autofree char *prefix = g_strdup(dotted);

    while (!is_known(dotted)) {
        const PgaDjangoFile *file =
            pga_django_project_module(place->project, place->module->file, prefix);
        const DjangoModule *module = file ? pga_django_module_of(file) : NULL;
        const gsize length = strlen(prefix);
        char *dot;

        if (module && !dotted[length]) {
            out->module = module;
            return TRUE;
        }
        if (module)
            return in_module(&(DjangoPlace){place->project, module, NULL}, dotted + length + 1, out,
                             steps + 1);
        dot = strrchr(prefix, '.');
        if (!dot)
            break;
        *dot = '\0';
    }
    out->external = g_strdup(dotted);
    return TRUE;
}

static gboolean member(const DjangoPlace *place, const DjangoClass *class, const char *dotted,
                       DjangoMeaning *out, guint steps);

/* What is bound, and @rest of it. */
static gboolean
bound_to(const DjangoPlace *place, const DjangoName *name, const char *rest, DjangoMeaning *out,
         guint steps)
{
    if (name->import) {
        g_autofree char *whole =
            rest ? g_strconcat(name->import, ".", rest, NULL) : g_strdup(name->import);

        return imported(place, whole, out, steps + 1);
    }
    if (name->class && rest)
        return member(place, name->class, rest, out, steps + 1);
    out->module = place->module;
    out->class = name->class;
    if (name->class)
        return TRUE;
    if (!name->value)
        return FALSE;
    if (name->value->kind == PGA_PY_NAME) { /* Alias = models.Model */
        g_autofree char *whole =
            rest ? g_strconcat(name->value->text, ".", rest, NULL) : g_strdup(name->value->text);

        if (!g_str_equal(whole, name->name) && in_module(place, whole, out, steps + 1))
            return TRUE;
    }
    out->within = place->class;
    out->value = name->value;
    return rest == NULL || g_str_equal(rest, "value");
}

/* "Status.PAID" is looked up in the class Status, then in what it inherits from here. */
static gboolean
member(const DjangoPlace *place, const DjangoClass *class, const char *dotted, DjangoMeaning *out,
       guint steps)
{
    g_autofree char *first = g_strndup(dotted, strcspn(dotted, "."));
    const DjangoName *name = pga_django_scope_find(class->scope, first);
    const DjangoPlace there = {place->project, class->module, class};

    if (steps > MAX_STEPS || out->looked++ > MAX_LOOKED)
        return FALSE;
    if (name)
        return bound_to(&there, name, rest_of(dotted), out, steps);
    if (function_of(class->scope, dotted, out))
        return TRUE;
    for (guint i = 0; i < class->bases->len; i++) {
        const PgaPyValue *base = g_ptr_array_index(class->bases, i);
        const DjangoPlace outside = {place->project, class->module, class->outer};
        g_auto(DjangoMeaning) meaning = {.looked = out->looked};
        const gboolean is_here =
            base->kind == PGA_PY_NAME && in_module(&outside, base->text, &meaning, steps + 1);

        out->looked = meaning.looked;
        if (is_here && meaning.class && meaning.class != class &&
            member(place, meaning.class, dotted, out, steps + 1))
            return TRUE;
    }
    return FALSE;
}

/* from x import *: of the last that has it. */
static gboolean
starred(const DjangoPlace *place, const char *dotted, DjangoMeaning *out, guint steps)
{
    const char *outside = NULL;

    for (guint i = place->module->stars->len; i-- > 0;) {
        const char *star = g_ptr_array_index(place->module->stars, i);
        const PgaDjangoFile *file =
            pga_django_project_module(place->project, place->module->file, star);
        const DjangoModule *module = file && !is_known(star) ? pga_django_module_of(file) : NULL;

        if (!module)
            outside = file || outside ? outside : star;
        else if (module != place->module &&
                 in_module(&(DjangoPlace){place->project, module, NULL}, dotted, out, steps + 1))
            return TRUE;
    }
    if (!outside)
        return FALSE;
    out->external = g_strconcat(outside, ".", dotted, NULL);
    return TRUE;
}

static gboolean
in_module(const DjangoPlace *place, const char *dotted, DjangoMeaning *out, guint steps)
{
    g_autofree char *first = g_strndup(dotted, strcspn(dotted, "."));
    const DjangoName *name;

    if (steps > MAX_STEPS || out->looked++ > MAX_LOOKED)
        return FALSE;
    for (const DjangoClass *class = place->class; class; class = class->outer) {
        name = pga_django_scope_find(class->scope, first);
        if (name && !(name->value && name->value->kind == PGA_PY_NAME &&
                      g_str_equal(name->value->text, dotted)))
            return bound_to(&(DjangoPlace){place->project, place->module, class}, name,
                            rest_of(dotted), out, steps);
    }
    name = pga_django_scope_find(place->module->scope, first);
    if (name)
        return bound_to(&(DjangoPlace){place->project, place->module, NULL}, name, rest_of(dotted),
                        out, steps);
    if (function_of(place->module->scope, dotted, out))
        return TRUE;
    return starred(place, dotted, out, steps);
}

/* NOLINTEND(misc-no-recursion) */

gboolean
pga_django_code_meaning(const DjangoPlace *place, const char *dotted, DjangoMeaning *out)
{
    g_auto(DjangoMeaning) found = {0};

    if (!in_module(place, dotted, &found, 0))
        return FALSE;
    *out = found;
    found.external = NULL;
    return TRUE;
}

gboolean
pga_django_meaning(const DjangoPlace *place, const char *dotted, DjangoMeaning *out)
{
    g_auto(DjangoMeaning) found = {0};

    if (!in_module(place, dotted, &found, 0) || found.function)
        return FALSE;
    *out = found;
    found.external = NULL;
    return TRUE;
}

gboolean
pga_django_imported(const DjangoPlace *place, const char *dotted, DjangoMeaning *out)
{
    g_auto(DjangoMeaning) found = {0};

    if (!imported(place, dotted, &found, 0))
        return FALSE;
    *out = found;
    found.external = NULL;
    return TRUE;
}

char *
pga_django_outside(const DjangoPlace *place, const char *dotted)
{
    g_auto(DjangoMeaning) meaning = {0};

    if (!pga_django_meaning(place, dotted, &meaning))
        return NULL;
    if (meaning.external)
        return g_steal_pointer(&meaning.external);
    return meaning.class ? g_strconcat(meaning.class->module->file->module, ".",
                                       meaning.class->name, NULL)
                         : NULL;
}

/* --- constants --- */

/* Whether the class is one of Enum, TextChoices …: what a member is. */
static gboolean
is_choices(const DjangoPlace *place, const DjangoClass *class)
{
    for (guint i = 0; class && i < class->bases->len; i++) {
        const PgaPyValue *base = g_ptr_array_index(class->bases, i);
        g_autofree char *name =
            base->text
                ? pga_django_outside(&(DjangoPlace){place->project, class->module, class->outer},
                                     base->text)
                : NULL;

        if (name && (g_str_has_suffix(name, "Choices") || g_str_has_suffix(name, "Enum")))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_constant(const PgaPyValue *value)
{
    return value->kind == PGA_PY_NUMBER || value->kind == PGA_PY_STRING ||
           value->kind == PGA_PY_BOOL || value->kind == PGA_PY_NONE || value->kind == PGA_PY_LIST ||
           value->kind == PGA_PY_BINARY;
}

/** Constants being put in. */
typedef struct {
    guint steps; /* from name to name */
    gint64 left; /* values */
} Settling;

/* NOLINTBEGIN(misc-no-recursion): Settling ends it, and values are bounded */

static PgaPyValue *settled(const DjangoPlace *place, const PgaPyValue *value, Settling *settling);

/* What the name stands for: (nullable): none that is a constant. */
static PgaPyValue *
constant(const DjangoPlace *place, const PgaPyValue *name, Settling *settling)
{
    g_auto(DjangoMeaning) meaning = {0};
    DjangoPlace there = {place->project, NULL, NULL};
    const PgaPyValue *value;
    PgaPyValue *copy;

    if (settling->steps > 4 || settling->left <= 0 ||
        !pga_django_meaning(place, name->text, &meaning) || !meaning.value)
        return NULL;
    value = meaning.value;
    if (value->kind == PGA_PY_LIST && value->is_tuple && value->items->len > 0 &&
        is_choices(place, meaning.within))
        value = g_ptr_array_index(value->items, 0); /* PAID = "paid", _("Paid") */
    if (!is_constant(value) && value->kind != PGA_PY_CALL)
        return NULL;
    there.module = meaning.module;
    there.class = meaning.within;
    settling->steps++;
    copy = settled(&there, value, settling);
    settling->steps--;
    return copy;
}

static void
settle_items(const DjangoPlace *place, PgaPyValue *value, Settling *settling)
{
    for (guint i = 0; value->items && i < value->items->len; i++) {
        PgaPyValue *item = g_ptr_array_index(value->items, i);

        g_ptr_array_index(value->items, i) = settled(place, item, settling);
        pga_py_value_free(item);
    }
}

/* [a] + [b] is one list. */
static PgaPyValue *
summed(PgaPyValue *value)
{
    PgaPyValue *left, *right;

    if (value->kind != PGA_PY_BINARY || !g_str_equal(value->text, "+"))
        return value;
    left = g_ptr_array_index(value->items, 0);
    right = g_ptr_array_index(value->items, 1);
    if (left->kind != PGA_PY_LIST || right->kind != PGA_PY_LIST)
        return value;
    g_ptr_array_extend_and_steal(left->items, g_steal_pointer(&right->items));
    g_ptr_array_index(value->items, 0) = NULL;
    pga_py_value_free(value);
    return left;
}

static PgaPyValue *
settled(const DjangoPlace *place, const PgaPyValue *value, Settling *settling)
{
    PgaPyValue *copy = value->kind == PGA_PY_NAME ? constant(place, value, settling) : NULL;

    settling->left -= 1 + (value->items ? (gint64)value->items->len : 0);
    if (copy)
        return copy;
    copy = pga_py_value_copy(value);
    settle_items(place, copy, settling);
    return summed(copy);
}

/* NOLINTEND(misc-no-recursion) */

PgaPyValue *
pga_django_settled(const DjangoPlace *place, const PgaPyValue *value)
{
    Settling settling = {0, MAX_VALUES};

    return settled(place, value, &settling);
}
