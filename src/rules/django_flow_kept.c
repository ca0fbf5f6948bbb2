/* Values that stay what they are. */
#include <string.h>

#include "django_flow_internal.h"

/* "data.get("tags", cart.tags)" */
static gboolean
is_fallback(const PgaPyValue *value, const char *self)
{
    static const char *const names[] = {"get", "pop", "getattr", "coalesce"};
    const PgaPyValue *last = value->kind == PGA_PY_CALL && value->items && value->items->len > 1
                                 ? g_ptr_array_index(value->items, value->items->len - 1)
                                 : NULL;

    for (guint i = 0; last && i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(pga_py_last_name(value), names[i]))
            return last->kind == PGA_PY_NAME && g_str_equal(last->text, self);
    return FALSE;
}

gboolean
pga_flow_keeps(const PgaDjangoEvent *set)
{
    static const char *const before[] = {" or ", " else "}, *const after[] = {" or ", " if "};
    const PgaDjangoObject *object = pga_django_event_object(set);
    g_autofree char *self = object && object->name && set->field
                                ? g_strdup_printf("%s.%s", object->name, set->field->name)
                                : NULL;
    g_autofree char *text = pga_flow_assigned(set);

    if (!self || !text || *pga_flow_operator(set))
        return FALSE;
    if (set->value && is_fallback(set->value, self))
        return TRUE;
    if (strpbrk(text, "+-*/%|(["))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(before); i++) {
        g_autofree char *end = g_strconcat(before[i], self, NULL);
        g_autofree char *begin = g_strconcat(self, after[i], NULL);

        if (g_str_has_suffix(text, end) || g_str_has_prefix(text, begin))
            return TRUE;
    }
    return FALSE;
}
