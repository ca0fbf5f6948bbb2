/* What an index or a constraint of the same name is in the models and in the migrations, and what a
 * key references: as SQL, where both can be told. */
#include <string.h>

#include "django/history.h"
#include "history_internal.h"
#include "models_internal.h"

/* NOLINTBEGIN(misc-no-recursion): the parser bounds the nesting */

/* Something in it is not told. */
static gboolean
has_opaque(const PgaPyValue *value)
{
    if (value->kind == PGA_PY_OPAQUE)
        return TRUE;
    for (guint i = 0; value->items && i < value->items->len; i++)
        if (has_opaque(g_ptr_array_index(value->items, i)))
            return TRUE;
    return FALSE;
}

/* NOLINTEND(misc-no-recursion) */

/* Deferrable.DEFERRED, Deferrable["IMMEDIATE"], None. */
static gboolean
is_timing(const PgaPyValue *value)
{
    return value->kind == PGA_PY_NONE ||
           (value->text && (strstr(value->text, "DEFERRED") || strstr(value->text, "IMMEDIATE")));
}

/* What is not told is not compared. */
static gboolean
is_compared(const PgaPyValue *call)
{
    for (guint i = 0; call->items && i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);
        const PgaPyValue *value = g_ptr_array_index(call->items, i);
        const gboolean is_told =
            key && g_str_equal(key->text, "deferrable") ? is_timing(value) : !has_opaque(value);

        if (!is_told)
            return FALSE;
    }
    return TRUE;
}

/* (transfer full) (nullable): the only statement. */
static char *
statement_of(const DjangoSide *side, const PgaPyValue *call, gboolean is_index)
{
    g_autoptr(PgaDjangoMigration) migration = pga_django_migration_new("models");
    g_autoptr(GPtrArray) deferred = g_ptr_array_new_with_free_func(pga_django_statement_free);
    DjangoRun run = {.state = (PgaDjangoState *)side->state,
                     .migration = migration,
                     .version = side->version,
                     .deferred = deferred};
    const gboolean is_told = is_index ? pga_django_index_sql(&run, side->model, call, FALSE)
                                      : pga_django_constraint_sql(&run, side->model, call, FALSE);
    const PgaDjangoStatement *only = is_told && migration->statements->len == 1
                                         ? g_ptr_array_index(migration->statements, 0)
                                         : NULL;

    return only ? g_strdup(only->sql) : NULL;
}

/* What stands behind the names: "(a, b)", "CHECK (…)". Borrowed. */
static const char *
behind_names(const DjangoSide *side, const char *sql, const PgaPyValue *call)
{
    const char *name = pga_py_argument_text(call, G_MAXUINT, "name");
    g_autofree char *table = g_strdup_printf("\"%s\" ", side->model->table);
    g_autofree char *quoted = g_strdup_printf("\"%s\" ", name);
    const char *at = g_str_has_prefix(sql, "CREATE ") ? strstr(sql, table) : strstr(sql, quoted);
    const gsize length = strlen(g_str_has_prefix(sql, "CREATE ") ? table : quoted);

    return at ? at + length : NULL;
}

static int
compare_texts(gconstpointer one, gconstpointer other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static void
drop_blanks(char *text)
{
    char *to = text;

    for (const char *at = text; *at; at++)
        if (*at != ' ')
            *to++ = *at;
    *to = '\0';
}

/* Q(a=1, b=2) and Q(b=2, a=1) say the same. (transfer full) */
static char *
in_order(const char *definition)
{
    g_auto(GStrv) clauses = g_strsplit(definition, " WHERE ", -1);
    g_autofree char *whole = g_strjoinv(" AND ", clauses);
    g_auto(GStrv) ways = g_strsplit(whole, " OR ", -1);
    g_autofree char *plain = g_strjoinv(" AND ", ways);
    g_auto(GStrv) parts = NULL;

    if (g_str_has_prefix(plain, "CHECK ")) /* a word is no part of the first condition */
        memset(plain, ' ', strlen("CHECK"));
    g_strdelimit(plain, "()", ' ');
    parts = g_strsplit(plain, " AND ", -1);
    for (guint i = 0; parts[i]; i++)
        drop_blanks(parts[i]);
    qsort(parts, g_strv_length(parts), sizeof *parts, compare_texts);
    return g_strjoinv("&", parts);
}

/* But for brackets and blanks. */
static gboolean
says_the_same(const char *one, const char *other)
{
    g_auto(GStrv) left = g_strsplit_set(one, "() ", -1), right = g_strsplit_set(other, "() ", -1);
    g_autofree char *first = g_strjoinv("", left), *second = g_strjoinv("", right);

    return g_str_equal(first, second);
}

static guint
n_ways(const char *definition)
{
    guint n = 0;

    for (const char *at = strstr(definition, " OR "); at; at = strstr(at + 1, " OR "))
        n++;
    return n;
}

/* In the order of the text where that matters: columns of an index. */
static gboolean
is_same(const char *one, const char *other)
{
    g_autofree char *first = NULL, *second = NULL;

    if (g_str_equal(one, other) || says_the_same(one, other))
        return TRUE;
    if (n_ways(one) != n_ways(other) || (n_ways(one) == 0 && !strstr(one, " AND ")) ||
        (n_ways(other) == 0 && !strstr(other, " AND ")))
        return FALSE;
    first = in_order(one);
    second = in_order(other);
    return g_str_equal(first, second);
}

gboolean
pga_django_definitions_differ(const DjangoSide *now, const PgaPyValue *is, const DjangoSide *before,
                              const PgaPyValue *was, DjangoDefinitions *out)
{
    const gboolean is_index = out->is_index;
    g_autofree char *sql = NULL, *earlier = NULL;
    const char *one, *other;

    if (!now->model || !g_str_equal(now->model->table, before->model->table))
        return FALSE;
    sql = is_compared(is) ? statement_of(now, is, is_index) : NULL;
    earlier = is_compared(was) ? statement_of(before, was, is_index) : NULL;
    one = sql ? behind_names(now, sql, is) : NULL;
    other = earlier ? behind_names(before, earlier, was) : NULL;
    out->is_untold = !one || !other;
    if (!one || !other || is_same(one, other))
        return FALSE;
    out->now = g_strdup(one);
    out->before = g_strdup(other);
    return TRUE;
}

/* --- keys --- */

/* The table and column, where the model is known: FALSE: it is not. */
static gboolean
target_of(const DjangoSide *side, const DjangoField *field, char **text)
{
    const PgaPyValue *to = pga_py_argument(field->call, 0, "to");
    const DjangoContext context = {side->state, side->model, side->version};
    g_auto(DjangoTarget) target = {0};
    const DjangoModel *model;

    if (!to || !to->text || g_str_equal(to->text, "self"))
        model = to && to->text ? side->model : NULL;
    else
        model = pga_django_model_of(side->state, side->model->app, to);
    if (!model || model->proxy || model->is_partial)
        return FALSE;
    pga_django_target(&context, field, &target);
    *text = g_strdup_printf("%s.%s", target.table, target.column);
    return TRUE;
}

gboolean
pga_django_targets_differ(const DjangoSide *now, const DjangoField *is, const DjangoSide *before,
                          const DjangoField *was, DjangoDefinitions *out)
{
    return now->model && target_of(now, is, &out->now) && target_of(before, was, &out->before) &&
           !g_str_equal(out->now, out->before);
}

/* --- what the database computes --- */

/** What a column gets by itself. */
typedef struct {
    char *text;       /* (nullable): SQL; NULL: nothing, or not told */
    gboolean is_told; /* else there is something, nobody knows what */
} Computed;

static Computed
computed_of(const DjangoSide *side, const DjangoField *field)
{
    const DjangoContext context = {side->state, side->model, side->version};
    const gboolean is_generated = g_str_equal(pga_py_last_name(field->call), "GeneratedField");
    const PgaPyValue *value =
        pga_py_argument(field->call, G_MAXUINT, is_generated ? "expression" : "db_default");
    g_autofree char *sql = NULL;

    if (!value)
        return (Computed){NULL, !is_generated};
    sql = has_opaque(value) ? NULL
          : is_generated    ? pga_django_expression(side->model, value)
                            : pga_django_database_default(&context, field);
    if (!sql)
        return (Computed){NULL, FALSE};
    if (!is_generated)
        return (Computed){g_strdup_printf("DEFAULT %s", sql), TRUE};
    return (Computed){
        g_strdup_printf("GENERATED ALWAYS AS (%s) %s", sql,
                        pga_py_argument_is_true(field->call, "db_persist") ? "STORED" : "VIRTUAL"),
        TRUE};
}

/* field(**arguments) */
static gboolean
has_splat(const PgaPyValue *call)
{
    for (guint i = 0; call->items && i < call->items->len; i++) {
        const PgaPyValue *value = g_ptr_array_index(call->items, i);

        if (!g_ptr_array_index(call->keys, i) && value->kind == PGA_PY_OPAQUE)
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_django_computed_differ(const DjangoSide *now, const DjangoField *is, const DjangoSide *before,
                           const DjangoField *was, DjangoDefinitions *out)
{
    Computed one, other;

    if (!now->model || has_splat(is->call) || has_splat(was->call))
        return FALSE;
    one = computed_of(now, is);
    other = computed_of(before, was);
    out->now = one.text ? one.text : g_strdup("no DEFAULT");
    out->before = other.text ? other.text : g_strdup("no DEFAULT");
    out->is_untold = !one.is_told || !other.is_told;
    return one.is_told && other.is_told && !says_the_same(out->now, out->before);
}

void
pga_django_definitions_clear(DjangoDefinitions *definitions)
{
    g_free(definitions->now);
    g_free(definitions->before);
}
