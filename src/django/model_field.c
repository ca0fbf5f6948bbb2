/* Fields: which calls are some, and what class of Django's they come down to. */
#include <string.h>

#include "models_internal.h"
#include "project_internal.h"

#define MAX_CLASSES 16 /* custom fields of custom fields */

/* Classes of packages that do not say by their name what they are. */
static const struct {
    const char *class, *base;
    const char *max_length; /* (nullable) */
} known[] = {
    {"AutoCreatedField", "DateTimeField", NULL}, {"AutoLastModifiedField", "DateTimeField", NULL},
    {"AutoSlugField", "SlugField", NULL},        {"ColorField", "CharField", "25"},
    {"CountryField", "CharField", "2"},          {"HTMLField", "TextField", NULL},
    {"MoneyField", "DecimalField", NULL},        {"MonitorField", "DateTimeField", NULL},
    {"MultiSelectField", "CharField", NULL},     {"PhoneNumberField", "CharField", "128"},
    {"RecurrenceField", "TextField", NULL},      {"RichTextUploadingField", "TextField", NULL},
    {"ShortUUIDField", "CharField", "22"},       {"StatusField", "CharField", "100"},
    {"StreamField", "JSONField", NULL},          {"TimeZoneField", "CharField", "63"},
};

static const struct {
    const char *suffix;
    PgaDjangoFieldKind kind;
} kinds[] = {
    {"GenericForeignKey", PGA_DJANGO_GENERIC_KEY},
    {"GenericRelation", PGA_DJANGO_GENERIC_RELATION},
    {"CompositePrimaryKey", PGA_DJANGO_COMPOSITE_KEY},
    {"ForeignKey", PGA_DJANGO_FOREIGN_KEY},
    {"OneToOneField", PGA_DJANGO_ONE_TO_ONE},
    {"ManyToManyField", PGA_DJANGO_MANY_TO_MANY},
};

void
pga_django_project_field_free(gpointer data)
{
    PgaDjangoField *field = data;

    if (!field)
        return;
    g_free(field->name);
    g_free(field->class);
    g_free(field->base);
    g_free(field->column);
    g_free(field->target);
    g_free(field->through);
    pga_py_value_free(field->call);
    g_free(field);
}

/* --- calls --- */

static void
value_free(gpointer value)
{
    pga_py_value_free(value);
}

PgaPyValue *
pga_django_string(const char *text)
{
    PgaPyValue *value = g_new0(PgaPyValue, 1);

    value->kind = PGA_PY_STRING;
    value->text = g_strdup(text);
    return value;
}

PgaPyValue *
pga_django_truth(gboolean truth)
{
    PgaPyValue *value = g_new0(PgaPyValue, 1);

    value->kind = PGA_PY_BOOL;
    value->truth = truth;
    return value;
}

static PgaPyValue *
empty_call(const char *class)
{
    PgaPyValue *call = pga_django_string(class);

    call->kind = PGA_PY_CALL;
    call->items = g_ptr_array_new_with_free_func(value_free);
    call->keys = g_ptr_array_new_with_free_func(value_free);
    return call;
}

/* Where "to" is positional, its place is taken. */
void
pga_django_set_argument(PgaPyValue *call, const char *name, PgaPyValue *value)
{
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);

        if (key ? g_str_equal(key->text, name) : i == 0 && g_str_equal(name, "to")) {
            pga_py_value_free(g_ptr_array_index(call->items, i));
            g_ptr_array_index(call->items, i) = value;
            return;
        }
    }
    g_ptr_array_add(call->keys, pga_django_string(name));
    g_ptr_array_add(call->items, value);
}

static void
add_missing(PgaPyValue *call, const char *name, PgaPyValue *value)
{
    if (pga_py_argument(call, G_MAXUINT, name))
        pga_py_value_free(value);
    else
        pga_django_set_argument(call, name, value);
}

/* --- classes --- */

static const char *
last_part(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');

    return dot ? dot + 1 : dotted;
}

static gboolean
is_field_name(const char *name)
{
    static const char *const ends[] = {"Field", "ForeignKey", "GenericRelation",
                                       "CompositePrimaryKey"};

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
        if (g_str_has_suffix(name, ends[i]))
            return TRUE;
    return FALSE;
}

/* What the class's __init__ says, unless the call says otherwise. */
static void
take_keywords(const DjangoPlace *place, const DjangoClass *class, PgaPyValue *call)
{
    static const char *const names[] = {"max_length", "max_digits", "decimal_places", "null",
                                        "unique",     "db_index",   "primary_key",    "to",
                                        "db_column",  "through",    "db_collation",   "base_field",
                                        "size",       "to_field",   "db_constraint"};

    for (guint i = 0; class->keywords && i < G_N_ELEMENTS(names); i++) {
        const PgaPyValue *value = g_hash_table_lookup(class->keywords, names[i]);

        if (value && !(g_str_equal(names[i], "to") && pga_py_argument(call, 0, "to")))
            add_missing(call, names[i], pga_django_settled(place, value));
    }
}

/* The base that is a field, of a class of the project. (nullable) */
static const char *
field_base(const DjangoClass *class)
{
    for (guint i = class->bases->len; i-- > 0;) {
        const PgaPyValue *base = g_ptr_array_index(class->bases, i);

        if (base->kind == PGA_PY_NAME && (is_field_name(base->text) || class->bases->len == 1))
            return base->text;
    }
    return NULL;
}

/* Packages' fields that keep JSON in a column of text, older than Django's own. */
static gboolean
is_json_as_text(const char *dotted)
{
    return g_str_equal(last_part(dotted), "JSONField") &&
           (g_str_has_prefix(dotted, "jsonfield.") ||
            g_str_has_prefix(dotted, "django_extensions."));
}

/* They give each row a copy of default={}, as of default=dict. */
static void
copy_default(PgaPyValue *call)
{
    const PgaPyValue *value = pga_py_argument(call, G_MAXUINT, "default");
    PgaPyValue *type;

    if (!value || (value->kind != PGA_PY_DICT && value->kind != PGA_PY_LIST))
        return;
    type = pga_django_string(value->kind == PGA_PY_DICT ? "dict" : "list");
    type->kind = PGA_PY_NAME;
    pga_django_set_argument(call, "default", type);
}

/* models.Field itself has no column, nor what is made of it without a type. */
static gboolean
is_bare(const char *external)
{
    return g_str_equal(last_part(external), "Field") && g_str_has_prefix(external, "django.db");
}

/* (transfer full) (nullable) */
static char *
base_outside(const char *external, gboolean is_typed, PgaPyValue *call)
{
    const char *name = last_part(external);

    if (!is_typed && is_bare(external))
        return NULL;
    if (is_json_as_text(external)) {
        copy_default(call);
        return g_strdup("TextField");
    }
    return is_field_name(name) && !strstr(external, "forms.") && !strstr(external, "serializers.")
               ? g_strdup(name)
               : NULL;
}

/* It says what its column is of. */
static gboolean
has_type(const DjangoClass *class)
{
    return g_hash_table_contains(class->scope->functions, "db_type") ||
           g_hash_table_contains(class->scope->functions, "get_internal_type");
}

/* What stands for columns of other fields: MoneyField(amount_field="price_amount"). */
static gboolean
is_composed(const PgaPyValue *call)
{
    static const char *const names[] = {"amount_field", "net_amount_field", "gross_amount_field"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (pga_py_argument(call, G_MAXUINT, names[i]))
            return TRUE;
    return FALSE;
}

/* Follows the class to one that is not of the project: its name; NULL: no field, or one without a
 * column. (transfer full) */
static char *
base_of(const DjangoPlace *place, const char *dotted, PgaPyValue *call)
{
    DjangoPlace at = *place;
    const char *name = is_composed(call) ? NULL : dotted;
    gboolean is_typed = FALSE;

    for (guint i = 0; i < MAX_CLASSES && name; i++) {
        g_auto(DjangoMeaning) meaning = {0};

        if (!pga_django_meaning(&at, name, &meaning))
            return is_field_name(last_part(name)) ? g_strdup(last_part(name)) : NULL;
        if (meaning.external)
            return base_outside(meaning.external, is_typed, call);
        if (!meaning.class)
            return NULL;
        is_typed |= has_type(meaning.class) || meaning.class->bases->len > 1;
        at.module = meaning.class->module;
        at.class = meaning.class->outer;
        take_keywords(&at, meaning.class, call);
        name = field_base(meaning.class);
    }
    return NULL;
}

static char *
django_class(const char *base, PgaPyValue *call)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_has_suffix(base, kinds[i].suffix))
            return g_strdup(kinds[i].suffix);
    for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
        if (!g_str_equal(base, known[i].class))
            continue;
        if (known[i].max_length) {
            PgaPyValue *length = pga_django_string(known[i].max_length);

            length->kind = PGA_PY_NUMBER;
            add_missing(call, "max_length", length);
        }
        return g_strdup(known[i].base);
    }
    return g_strdup(base);
}

static PgaDjangoFieldKind
kind_of(const char *base)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(base, kinds[i].suffix))
            return kinds[i].kind;
    return PGA_DJANGO_PLAIN;
}

/* --- relations --- */

/* "shop.Order" of "Order", "shop.Order" in a string. */
static char *
model_of_text(const char *text, const PgaDjangoModel *model)
{
    if (g_str_equal(text, "self"))
        return g_strdup_printf("%s.%s", model->app, model->name);
    return strchr(text, '.') ? g_strdup(text) : g_strdup_printf("%s.%s", model->app, text);
}

static gboolean
is_user(const PgaPyValue *reference, const char *external)
{
    const PgaPyValue *second = pga_py_argument(reference, 1, NULL);

    if (reference->kind == PGA_PY_CALL)
        return g_str_has_suffix(reference->text, "get_user_model") ||
               (second && second->text && g_str_equal(second->text, "AUTH_USER_MODEL"));
    return external && g_str_has_suffix(external, "AUTH_USER_MODEL");
}

/* The app's label of the class, as its model has it; "package.Class" of what is not here. */
static char *
model_of_class(const DjangoPlace *place, const DjangoClass *class)
{
    const PgaDjangoApp *app = pga_django_project_app(place->project, class->module->file);
    const DjangoName *meta = pga_django_scope_find(class->scope, "Meta");
    const DjangoName *label =
        meta && meta->class ? pga_django_scope_find(meta->class->scope, "app_label") : NULL;
    const char *stated =
        label && label->value && label->value->kind == PGA_PY_STRING ? label->value->text : NULL;

    return g_strdup_printf("%s.%s", stated ? stated : app ? app->label : "", class->name);
}

char *
pga_django_model_named(const DjangoPlace *place, const PgaPyValue *reference,
                       const PgaDjangoModel *model)
{
    g_auto(DjangoMeaning) meaning = {0};

    if (reference->kind == PGA_PY_STRING)
        return model_of_text(reference->text, model);
    if (is_user(reference, reference->text))
        return g_strdup(pga_django_project_user_model(place->project));
    if (reference->kind != PGA_PY_NAME || !pga_django_meaning(place, reference->text, &meaning))
        return NULL;
    if (meaning.class)
        return model_of_class(place, meaning.class);
    if (is_user(meaning.value ? meaning.value : reference, meaning.external))
        return g_strdup(pga_django_project_user_model(place->project));
    if (meaning.value && meaning.value->kind == PGA_PY_STRING)
        return model_of_text(meaning.value->text, model);
    return NULL;
}

static void
settle_relation(const DjangoPlace *place, PgaDjangoField *field, const PgaDjangoModel *model)
{
    const PgaPyValue *to = pga_py_argument(field->call, 0, "to");
    const PgaPyValue *through = pga_py_argument(field->call, G_MAXUINT, "through");
    const gboolean is_self = to && to->kind == PGA_PY_STRING && g_str_equal(to->text, "self");

    if (field->kind == PGA_DJANGO_PLAIN || field->kind == PGA_DJANGO_COMPOSITE_KEY ||
        field->kind == PGA_DJANGO_GENERIC_KEY)
        return;
    if (to)
        field->target = pga_django_model_named(place, to, model);
    if (through)
        field->through = pga_django_model_named(place, through, model);
    if (field->target)
        pga_django_set_argument(field->call, "to",
                                pga_django_string(is_self ? "self" : field->target));
    if (field->through)
        pga_django_set_argument(field->call, "through", pga_django_string(field->through));
}

/* What follows from the call. */
void
pga_django_field_settle(PgaDjangoField *field)
{
    const DjangoField plain = {.name = field->name, .call = field->call};

    g_clear_pointer(&field->column, g_free);
    if (field->kind <= PGA_DJANGO_ONE_TO_ONE)
        field->column = pga_django_column(&plain);
    field->is_null = pga_django_is_null(&plain);
    field->is_primary_key = pga_django_is_primary(&plain);
    field->is_unique = field->column && pga_django_is_unique(&plain);
    field->has_index = field->column && pga_django_has_index(&plain);
}

PgaDjangoField *
pga_django_field_made(const char *name, const char *class)
{
    PgaDjangoField *field = g_new0(PgaDjangoField, 1);

    field->name = g_strdup(name);
    field->class = g_strdup(class);
    field->base = g_strdup(class);
    field->kind = kind_of(class);
    field->call = empty_call(class);
    field->is_auto_created = TRUE;
    return field;
}

PgaDjangoField *
pga_django_field_read(const DjangoPlace *place, const DjangoName *name, const PgaDjangoModel *model)
{
    g_autoptr(PgaPyValue) call = NULL;
    g_autofree char *outside = NULL;
    PgaDjangoField *field;

    if (!name->value || name->value->kind != PGA_PY_CALL || !name->value->text)
        return NULL;
    call = pga_django_settled(place, name->value);
    outside = base_of(place, name->value->text, call);
    if (!outside)
        return NULL;
    field = g_new0(PgaDjangoField, 1);
    field->name = g_strdup(name->name);
    field->class = g_strdup(last_part(name->value->text));
    field->base = django_class(outside, call);
    field->kind = kind_of(field->base);
    field->call = g_steal_pointer(&call);
    g_free(field->call->text);
    field->call->text = g_strdup(field->base);
    field->file = place->module->file;
    field->line = name->line;
    settle_relation(place, field, model);
    pga_django_field_settle(field);
    return field;
}
