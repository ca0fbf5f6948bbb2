/* A text that becomes JSON: by a column beside it; of a small table, and where indexes and
 * constraints name it, by the rewrite that says what becomes of rows that are empty. */
#include <string.h>

#include "django_answer_internal.h"

#define SMALL_ROWS 10000 /* are rewritten in an instant */
#define MAX_COLUMN 63    /* bytes of a name */

/* An index that the text has would stop the change: Django drops these itself. */
gboolean
pga_django_becomes_json(const DjangoWish *wish)
{
    static const char *const bases[] = {"CharField", "TextField", NULL};

    return wish->kind == DJANGO_WISH_FIELD && g_strv_contains(bases, wish->field->base) &&
           !wish->field->is_unique && !wish->field->has_index &&
           g_str_equal(pga_py_last_name(wish->call), "JSONField");
}

const char *
pga_django_json_empty(const DjangoWish *wish)
{
    const PgaPyValue *standard = pga_py_argument(wish->call, G_MAXUINT, "default");
    const char *value = standard && standard->kind == PGA_PY_NAME ? standard->text : NULL;

    if (pga_py_argument_is_true(wish->call, "null"))
        return NULL;
    return g_strcmp0(value, "dict") == 0 ? "{}" : g_strcmp0(value, "list") == 0 ? "[]" : "null";
}

char *
pga_django_json_type_before(const DjangoWish *wish)
{
    const PgaPyValue *length = pga_py_argument(wish->field->call, G_MAXUINT, "max_length");
    g_autofree char *text = length ? pga_py_value_text(length) : NULL;

    return g_str_equal(wish->field->base, "CharField") && text && g_ascii_isdigit(*text)
               ? g_strdup_printf("varchar(%s)", text)
               : g_strdup("text");
}

static char *
change_of(const DjangoWish *wish, const char *type, const char *using)
{
    g_autofree char *table = pga_django_wish_table(wish);

    return g_strdup_printf("ALTER TABLE %s ALTER COLUMN \"%s\" TYPE %s USING %s", table,
                           wish->field->column, type, using);
}

static char *
why_of(const DjangoWish *wish, const char *empty)
{
    g_autofree char *table = pga_django_wish_table(wish);

    return g_strdup_printf(
        "For review: the table is rewritten, nobody reads or writes until that is done. '' becomes "
        "%s; "
        "any other row that is no JSON stops it: SELECT count(*) FROM %s WHERE \"%s\" <> '' AND "
        "NOT pg_input_is_valid(\"%s\", 'jsonb') (PostgreSQL 16) counts them. json.dumps() and "
        "json.loads() of %s go with the same deployment.",
        empty ? empty : "NULL", table, wish->field->column, wish->field->column, wish->name);
}

static void
rewrite_step(const DjangoWish *wish, const char *state, GPtrArray *files)
{
    const char *empty = pga_django_json_empty(wish), *column = wish->field->column;
    g_autofree char *name = g_strdup_printf("alter_%s_%s", wish->model->name, wish->name);
    g_autofree char *file_name = pga_django_lower(name), *type = pga_django_json_type_before(wish);
    g_autofree char *using =
        empty ? g_strdup_printf("COALESCE(NULLIF(btrim(\"%s\"), ''), '%s')::jsonb", column, empty)
              : g_strdup_printf("NULLIF(btrim(\"%s\"), '')::jsonb", column);
    g_autofree char *text = g_strdup_printf("\"%s\"::text", column);
    g_autofree char *forward = change_of(wish, "jsonb", using), *back = change_of(wish, type, text);
    DjangoFile *file = pga_django_step(files, file_name, "ACCESS EXCLUSIVE", PGA_SAFETY_REVIEW,
                                       why_of(wish, empty));

    pga_django_step_lock_timeout(file);
    pga_django_file_add(file, pga_django_run_sql(forward, back, state));
}

/* --- which way --- */

static gboolean
is_small(const DjangoAnswer *answer, const PgaDjangoModel *model)
{
    g_autofree char *name = pga_django_model_name(model);
    const double *rows = answer->work->rows ? g_hash_table_lookup(answer->work->rows, name) : NULL;

    return rows && *rows < SMALL_ROWS;
}

static gboolean
is_named_in(const GPtrArray *list, const char *field)
{
    for (guint i = 0; i < list->len; i++) {
        g_autofree char *text = pga_py_value_text(g_ptr_array_index(list, i));

        if (strstr(text, field))
            return TRUE;
    }
    return FALSE;
}

/* A column that takes another's place leaves behind what is on that one. */
static gboolean
is_on_its_own(const DjangoWish *wish)
{
    const PgaDjangoModel *model = wish->model;

    return !is_named_in(model->indexes, wish->name) &&
           !is_named_in(model->constraints, wish->name) &&
           !is_named_in(model->unique_together, wish->name) &&
           !is_named_in(model->index_together, wish->name);
}

/* As it can be written into strings of Python. */
static gboolean
is_plain(const char *name)
{
    return strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_") == strlen(name);
}

/* Names for the new column and the one that is left. */
static gboolean
has_room(const DjangoWish *wish)
{
    static const char *const ends[] = {"_json", "_text"};

    if (!is_plain(wish->model->table) || !is_plain(wish->field->column))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autofree char *name = g_strconcat(wish->name, ends[i], NULL);
        g_autofree char *column = g_strconcat(wish->field->column, ends[i], NULL);

        if (strlen(column) > MAX_COLUMN || pga_django_model_field(wish->model, name) ||
            pga_django_model_field(wish->model, column))
            return FALSE;
    }
    return TRUE;
}

void
pga_django_json_steps(DjangoAnswer *answer, const DjangoWish *wish, char *state, GPtrArray *files)
{
    if (is_small(answer, wish->model) || !is_on_its_own(wish) || !has_room(wish))
        rewrite_step(wish, state, files);
    else
        pga_django_json_column_steps(answer, wish, state, files);
    g_free(state);
}

/* Whether it is an index on the text. */
static gboolean
is_on(const DjangoWish *wish, const DjangoWish *json)
{
    g_autofree char *quoted = g_strdup_printf("\"%s\"", json->name);
    g_autofree char *call = wish->call ? pga_py_value_text(wish->call) : NULL;

    if (wish->model != json->model ||
        (wish->kind != DJANGO_WISH_INDEX && wish->kind != DJANGO_WISH_SQL))
        return FALSE;
    return call ? strstr(call, quoted) != NULL : strstr(wish->sql, json->field->column) != NULL;
}

static void
drop_indexes_on(DjangoAnswer *answer, const DjangoWish *json)
{
    for (guint i = answer->wishes->len; i > 0; i--) {
        const DjangoWish *wish = g_ptr_array_index(answer->wishes, i - 1);

        if (!is_on(wish, json))
            continue;
        g_ptr_array_add(answer->work->report->notes,
                        g_strdup_printf("%s is left out: it is on the text of %s.%s.%s, which "
                                        "becomes JSON.",
                                        wish->name, json->model->app, json->model->name,
                                        json->name));
        g_ptr_array_remove_index(answer->wishes, i - 1);
    }
}

void
pga_django_wish_json(DjangoAnswer *answer)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    for (guint i = 0; i < answer->wishes->len; i++)
        if (pga_django_becomes_json(g_ptr_array_index(answer->wishes, i)))
            g_ptr_array_add(all, g_ptr_array_index(answer->wishes, i));
    for (guint i = 0; i < all->len; i++)
        drop_indexes_on(answer, g_ptr_array_index(all, i));
}
