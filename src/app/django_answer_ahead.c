/* Models that are ahead of their migrations: Django knows a table and a column from these alone, so
 * that no file can be written about what they do not make. */
#include <string.h>

#include "django_answer_internal.h"

/* Whether what is wished for names it. */
static gboolean
names_field(const DjangoWish *wish, const PgaDjangoField *field)
{
    g_autofree char *call = wish->call ? pga_py_value_text(wish->call) : NULL;

    return wish->field == field || (call && strstr(call, field->name)) ||
           (wish->sql && field->column && strstr(wish->sql, field->column));
}

/* The model or its table is another there; a field, where the wish is about it. */
static gboolean
is_in_the_way(const PgaDjangoDifference *difference, const DjangoWish *wish)
{
    if (difference->field)
        return names_field(wish, difference->field);
    return g_str_has_prefix(difference->text, "no migration creates it") ||
           g_str_has_prefix(difference->text, "its table is");
}

gboolean
pga_django_wish_is_ahead(DjangoAnswer *answer, const DjangoWish *wish)
{
    if (!answer->differences)
        answer->differences = pga_django_history_differences(answer->project);
    for (guint i = 0; i < answer->differences->len; i++) {
        const PgaDjangoDifference *one = g_ptr_array_index(answer->differences, i);

        if (one->model == wish->model && is_in_the_way(one, wish))
            return TRUE;
    }
    return FALSE;
}

void
pga_django_note_ahead(DjangoAnswer *answer, const char *app, const GPtrArray *wishes)
{
    g_autoptr(GHashTable) told = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < wishes->len; i++) {
        const DjangoWish *wish = g_ptr_array_index(wishes, i);
        const char *comma = names->len ? ", " : "";

        if (g_hash_table_add(told, (gpointer)wish->model))
            g_string_append_printf(names, "%s%s.%s", comma, app, wish->model->name);
    }
    if (names->len)
        g_ptr_array_add(answer->work->report->notes,
                        g_strdup_printf("No migrations are written for %s: those that are there do "
                                        "not make what the models have. Run \"makemigrations %s\" "
                                        "first, then this command again.",
                                        names->str, app));
}
