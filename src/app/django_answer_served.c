/* What of the answer serves what else is wished for: the same, an index with more columns, a key
 * whose index is one. */
#include <string.h>

#include "django_answer_internal.h"

/* Without what it is called. */
char *
pga_django_bare_text(const PgaPyValue *call)
{
    g_autoptr(PgaPyValue) copy = pga_py_value_copy(call);

    for (guint i = copy->keys ? copy->keys->len : 0; i > 0; i--) {
        const PgaPyValue *key = g_ptr_array_index(copy->keys, i - 1);

        if (key && g_str_equal(key->text, "name")) {
            g_ptr_array_remove_index(copy->keys, i - 1);
            g_ptr_array_remove_index(copy->items, i - 1);
        }
    }
    g_free(copy->text);
    copy->text = g_strdup(pga_py_last_name(call));
    return pga_py_value_text(copy);
}

/* fields=["a", "b"]: the names. (nullable) */
static const PgaPyValue *
fields_of(const PgaPyValue *call)
{
    const PgaPyValue *fields = pga_py_argument(call, G_MAXUINT, "fields");

    return fields && fields->kind == PGA_PY_LIST ? fields : NULL;
}

/* Whether both are by the same field, in whatever direction. */
static gboolean
is_same_field(const PgaPyValue *one, const PgaPyValue *other)
{
    return one->kind == PGA_PY_STRING && other->kind == PGA_PY_STRING &&
           g_str_equal(one->text + (*one->text == '-'), other->text + (*other->text == '-'));
}

/* Whether the first @n fields are the same; the last one in whatever direction. */
static gboolean
has_same_fields(const PgaPyValue *one, const PgaPyValue *other, guint n)
{
    for (guint i = 0; i < n; i++) {
        const PgaPyValue *a = g_ptr_array_index(one->items, i),
                         *b = g_ptr_array_index(other->items, i);

        if (!pga_py_equal(a, b) && (i + 1 < n || !is_same_field(a, b)))
            return FALSE;
    }
    return TRUE;
}

/* Whether @longer begins with all keys of @call, and is as plain as it. Behind fields that are
 * equal the index is read backwards. */
static gboolean
begins_with(const PgaPyValue *longer, const PgaPyValue *call)
{
    const PgaPyValue *few = fields_of(call), *many = fields_of(longer);

    return few && many && few->items->len <= many->items->len &&
           g_str_equal(pga_py_last_name(longer), pga_py_last_name(call)) &&
           !pga_py_argument(longer, G_MAXUINT, "condition") &&
           !pga_py_argument(call, G_MAXUINT, "opclasses") &&
           !pga_py_argument(call, G_MAXUINT, "include") &&
           has_same_fields(few, many, few->items->len);
}

/* Rows of which a part of the key is NULL may be as many as there are. */
static gboolean
may_be_null(const PgaDjangoModel *model, const PgaPyValue *fields)
{
    for (guint i = 0; i < fields->items->len; i++) {
        const PgaPyValue *name = g_ptr_array_index(fields->items, i);
        const PgaDjangoField *field = name->text ? pga_django_model_field(model, name->text) : NULL;

        if (!field || field->is_null)
            return TRUE;
    }
    return FALSE;
}

/* Whether the unique index of @key does what the index of @call is for: it begins with the same
 * fields; or it ends where one row is left, and what follows tells no rows apart. */
static gboolean
key_serves(const PgaDjangoModel *model, const PgaPyValue *key, const PgaPyValue *call)
{
    const PgaPyValue *keys = fields_of(key), *fields = fields_of(call);

    if (!keys || !fields || !g_str_equal(pga_py_last_name(call), "Index") ||
        pga_py_argument(key, G_MAXUINT, "condition") ||
        pga_py_argument(key, G_MAXUINT, "opclasses") ||
        pga_py_argument(call, G_MAXUINT, "opclasses") ||
        pga_py_argument(call, G_MAXUINT, "include"))
        return FALSE;
    if (fields->items->len <= keys->items->len)
        return has_same_fields(fields, keys, fields->items->len);
    return has_same_fields(fields, keys, keys->items->len) && !may_be_null(model, keys);
}

static gboolean
serves(const DjangoWish *other, const DjangoWish *wish)
{
    if (wish->kind != DJANGO_WISH_INDEX)
        return FALSE;
    return other->kind == DJANGO_WISH_INDEX ? begins_with(other->call, wish->call)
                                            : other->kind == DJANGO_WISH_UNIQUE &&
                                                  key_serves(wish->model, other->call, wish->call);
}

DjangoWish *
pga_django_wish_served_by(const DjangoAnswer *answer, const DjangoWish *wish, const char *text)
{
    for (guint i = 0; i < answer->wishes->len; i++) {
        DjangoWish *other = g_ptr_array_index(answer->wishes, i);
        g_autofree char *same = NULL;

        if (other->model != wish->model || other->field != wish->field || !other->call)
            continue;
        same = pga_django_bare_text(other->call);
        if (wish->field || g_strcmp0(same, text) == 0 || serves(other, wish))
            return other;
    }
    return NULL;
}
