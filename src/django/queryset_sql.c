/* What each way to end a chain sends.
 * Source: QuerySet.get(), count(), exists(), update(), delete() … in Django 3.2 to 5.2
 * django/db/models/query.py; sql/subqueries.py. */
#include <string.h>

#include "models_internal.h"
#include "sql_internal.h"

#define MAX_ROWS_OF_GET 21

/* --- counts and aggregates --- */

static void
note_annotation(const PgaDjangoLookup *lookup, G_GNUC_UNUSED gboolean required, gpointer data)
{
    gboolean *is_used = data;

    *is_used |= lookup->path.annotation != NULL;
}

/* Annotations that no condition asks for are left out since Django 4.2. */
static gboolean
needs_annotations(const SqlRun *run, const PgaDjangoQuerySet *queryset)
{
    gboolean is_used = queryset->group_by != NULL;

    if (queryset->annotations->len == 0)
        return FALSE;
    if (run->project->version < 402)
        return TRUE;
    pga_django_queryset_each_lookup(queryset, note_annotation, &is_used);
    return is_used;
}

static char *
count_sql(SqlRun *run, const PgaDjangoQuerySet *queryset)
{
    PgaDjangoQuerySet plain = *queryset;
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GString) sql = g_string_new("SELECT COUNT(*) AS \"__count\" FROM ");

    plain.is_for_update = FALSE;
    if (queryset->is_distinct || queryset->is_sliced || queryset->combinator ||
        needs_annotations(run, queryset)) {
        g_autofree char *inner = pga_sql_select(run, NULL, &plain, SQL_COUNT, -1);

        return inner ? g_strdup_printf("SELECT COUNT(*) FROM (%s) subquery", inner) : NULL;
    }
    plain.annotations = none;
    plain.order = none;
    {
        g_autoptr(SqlQuery) query = pga_sql_build(run, NULL, &plain);

        pga_sql_append_from(sql, query);
        pga_sql_append_where(sql, query, NULL);
    }
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* The aggregates as columns: FALSE: one cannot be told. */
static gboolean
append_aggregates(SqlQuery *query, GString *sql)
{
    const GPtrArray *aggregates = query->queryset->aggregates;

    for (guint i = 0; i < aggregates->len; i++) {
        const PgaDjangoAnnotation *stated = g_ptr_array_index(aggregates, i);
        g_autofree char *name = pga_django_quote(stated->name);
        g_auto(SqlTerm) term = {0};

        pga_sql_expression(query, stated->value, FALSE, &term);
        if (!term.sql)
            return FALSE;
        g_string_append_printf(sql, "%s%s AS %s", i ? ", " : "", term.sql, name);
    }
    return aggregates->len > 0;
}

/* Over what groups have: the groups are a subquery. */
static char *
aggregate_groups(SqlRun *run, const PgaDjangoQuerySet *queryset)
{
    g_autofree char *inner = pga_sql_select(run, NULL, queryset, SQL_COUNT, -1);
    g_autoptr(SqlQuery) outer = pga_sql_query_new(run, NULL, queryset->model, queryset);
    g_autoptr(GString) sql = g_string_new("SELECT ");

    for (guint i = 0; i < queryset->annotations->len; i++) {
        const PgaDjangoAnnotation *stated = g_ptr_array_index(queryset->annotations, i);
        SqlAnnotation *annotation = g_new0(SqlAnnotation, 1);

        annotation->name = g_strdup(stated->name);
        annotation->sql = g_strdup_printf("\"subquery\".\"%s\"", stated->name);
        g_ptr_array_add(outer->annotations, annotation);
    }
    if (!inner || !append_aggregates(outer, sql) || strstr(sql->str, outer->model->table))
        return NULL;
    return g_strdup_printf("%s FROM (%s) subquery", sql->str, inner);
}

static char *
aggregate_sql(SqlRun *run, const PgaDjangoQuerySet *queryset)
{
    g_autoptr(SqlQuery) query = NULL;
    g_autoptr(GString) sql = g_string_new("SELECT ");
    PgaDjangoQuerySet plain = *queryset;

    plain.is_for_update = FALSE;
    if (queryset->annotations->len > 0 && !queryset->combinator)
        return aggregate_groups(run, &plain);
    if (queryset->is_distinct || queryset->is_sliced || queryset->combinator) {
        pga_sql_leave_out(run, "an aggregate of some rows");
        return NULL;
    }
    query = pga_sql_build(run, NULL, &plain);
    if (!append_aggregates(query, sql)) {
        pga_sql_leave_out(run, "an aggregate");
        return NULL;
    }
    g_string_append(sql, " FROM ");
    pga_sql_append_from(sql, query);
    pga_sql_append_where(sql, query, NULL);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* --- writing --- */

/* "\"state\" = 'paid'" of update(state="paid"). */
static void
append_set(SqlQuery *query, GString *sql, const char *name, const PgaPyValue *value, guint *n)
{
    const PgaDjangoField *field = pga_django_model_attribute(query->model, name, NULL);
    g_autofree char *type = field ? pga_sql_field_type(query->model, field) : NULL;
    g_autofree char *column = NULL, *plain = NULL;
    g_auto(SqlTerm) term = {0};

    if (!field || !field->column)
        return;
    column = pga_django_quote(field->column);
    if (value && (value->kind == PGA_PY_CALL || value->kind == PGA_PY_BINARY))
        pga_sql_expression(query, value, FALSE, &term);
    plain = term.sql ? NULL : pga_sql_value(query->run, value, type);
    g_string_append_printf(sql, "%s%s = %s", (*n)++ ? ", " : "", column,
                           term.sql ? term.sql : plain);
}

static void
append_sets(SqlQuery *query, GString *sql, const PgaDjangoEvent *event)
{
    const PgaPyValue *call =
        event && event->value && event->value->kind == PGA_PY_CALL ? event->value : NULL;
    const gboolean is_call = event && event->act == PGA_DJANGO_UPDATE && call;
    guint n = 0;

    for (guint i = 0; is_call && i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);

        if (key)
            append_set(query, sql, key->text, g_ptr_array_index(call->items, i), &n);
    }
    if (n > 0)
        return;
    for (guint i = 0; event && event->written && i < event->written->len; i++)
        append_set(query, sql, g_ptr_array_index(event->written, i), NULL, &n);
    for (guint i = 0; !(event && event->written) && i < query->model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(query->model->fields, i);

        if (field->column && !field->is_primary_key)
            append_set(query, sql, field->name, NULL, &n);
    }
}

/* WHERE of an UPDATE or DELETE: over several tables by the key. */
static void
append_written_where(GString *sql, SqlRun *run, const PgaDjangoQuerySet *queryset)
{
    PgaDjangoQuerySet plain = *queryset;
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(SqlQuery) query = NULL;
    const guint n_parameters = run->n_parameters;

    plain.is_for_update = FALSE;
    plain.order = queryset->is_sliced ? queryset->order : none;
    query = pga_sql_build(run, NULL, &plain);
    if (pga_sql_n_tables(query) > 1 || queryset->is_sliced || query->is_grouped) {
        g_autoptr(SqlQuery) outer = pga_sql_query_new(run, NULL, queryset->model, NULL);
        g_autofree char *key = pga_sql_column(outer, 0, pga_sql_key_column(outer->model));
        g_autofree char *inner = NULL;

        plain.values = none;
        run->n_parameters = n_parameters;
        inner = pga_sql_select(run, outer, &plain, SQL_IN, -1);
        g_string_append_printf(sql, " WHERE %s IN (%s)", key, inner ? inner : "NULL");
        return;
    }
    pga_sql_append_where(sql, query, NULL);
}

static char *
update_sql(SqlRun *run, const PgaDjangoQuerySet *queryset, const PgaDjangoEvent *event)
{
    g_autoptr(SqlQuery) query = pga_sql_query_new(run, NULL, queryset->model, queryset);
    g_autofree char *table = pga_django_quote(query->model->table);
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_append_printf(sql, "UPDATE %s SET ", table);
    append_sets(query, sql, event);
    if (g_str_has_suffix(sql->str, " SET ")) {
        pga_sql_leave_out(run, "what is written");
        return NULL;
    }
    append_written_where(sql, run, queryset);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* CASE WHEN id = 1 THEN 'a' WHEN … of some rows, by their keys. */
static char *
bulk_update_sql(SqlRun *run, const PgaDjangoQuerySet *queryset, const PgaDjangoEvent *event)
{
    g_autoptr(PgaDjangoQuerySet) rows = pga_django_queryset_copy(queryset);
    g_autoptr(SqlQuery) query = pga_sql_query_new(run, NULL, queryset->model, queryset);
    const DjangoChain chain = {rows, run->project, NULL};
    const PgaDjangoModel *model = pga_django_concrete(queryset->model);
    const PgaDjangoField *key = pga_django_model_key(model);
    g_autofree char *table = pga_django_quote(model->table);
    g_autofree char *key_column = pga_sql_column(query, 0, pga_sql_key_column(model));
    g_autofree char *key_type = key ? pga_sql_field_type(model, key) : NULL;
    g_autoptr(GString) sql = g_string_new(NULL);
    guint n = 0;

    g_string_printf(sql, "UPDATE %s SET ", table);
    for (guint i = 0; event && event->written && i < event->written->len; i++) {
        const PgaDjangoField *field =
            pga_django_model_attribute(model, g_ptr_array_index(event->written, i), NULL);
        g_autofree char *column = field && field->column ? pga_django_quote(field->column) : NULL;
        g_autofree char *type = column ? pga_sql_field_type(model, field) : NULL;
        g_autofree char *when = NULL, *then = NULL;

        if (!column)
            continue;
        when = pga_sql_parameter(run, key_type);
        then = pga_sql_parameter(run, type);
        g_string_append_printf(sql, "%s%s = CASE WHEN (%s = %s) THEN %s ELSE NULL END",
                               n++ ? ", " : "", column, key_column, when, then);
    }
    if (n == 0) {
        pga_sql_leave_out(run, "what is written");
        return NULL;
    }
    pga_django_chain_where(&chain, "pk__in", NULL);
    append_written_where(sql, run, rows);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static char *
delete_sql(SqlRun *run, const PgaDjangoQuerySet *queryset)
{
    const PgaDjangoModel *model = pga_django_concrete(queryset->model);
    g_autofree char *table = pga_django_quote(model->table);
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_append_printf(sql, "DELETE FROM %s", table);
    append_written_where(sql, run, queryset);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* @call (nullable): of bulk_create(). */
static char *
insert_sql(SqlRun *run, const PgaDjangoModel *given, const PgaPyValue *call)
{
    const PgaDjangoModel *model = pga_django_concrete(given);
    g_autofree char *table = pga_django_quote(model->table);
    g_autofree char *key = pga_django_quote(pga_sql_key_column(model));
    g_autofree char *conflict = call ? pga_sql_conflict(run, model, call) : g_strdup("");
    g_autoptr(GString) names = g_string_new(NULL), values = g_string_new(NULL);

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        g_autofree char *column = NULL, *type = NULL, *value = NULL;

        if (!field->column || g_str_has_suffix(field->base, "AutoField"))
            continue;
        column = pga_django_quote(field->column);
        type = pga_sql_field_type(model, field);
        value = pga_sql_parameter(run, type);
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", column);
        g_string_append_printf(values, "%s%s", values->len ? ", " : "", value);
    }
    if (names->len == 0)
        return g_strdup_printf("INSERT INTO %s DEFAULT VALUES RETURNING %s.%s", table, table, key);
    if (*conflict)
        return g_strdup_printf("INSERT INTO %s (%s) VALUES (%s)%s", table, names->str, values->str,
                               conflict);
    return g_strdup_printf("INSERT INTO %s (%s) VALUES (%s) RETURNING %s.%s", table, names->str,
                           values->str, table, key);
}

/* --- one object --- */

static const PgaDjangoModel *
model_of(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = event ? pga_django_event_object(event) : NULL;

    return object && !object->model->is_abstract ? object->model : NULL;
}

/* The object's own row. (transfer full) */
static PgaDjangoQuerySet *
own_row(const SqlRun *run, const PgaDjangoModel *model)
{
    PgaDjangoQuerySet *queryset = pga_django_queryset_new(model);
    const DjangoChain chain = {queryset, run->project, NULL};

    g_ptr_array_set_size(queryset->order, 0);
    pga_django_chain_where(&chain, "pk", NULL);
    return queryset;
}

static char *
object_sql(SqlRun *run, PgaDjangoAct act, const PgaDjangoEvent *event)
{
    const PgaDjangoModel *model = model_of(event);
    g_autoptr(PgaDjangoQuerySet) row = model ? own_row(run, model) : NULL;

    if (!row)
        return NULL;
    if (act == PGA_DJANGO_DELETE_OBJECT)
        return delete_sql(run, row);
    if (act == PGA_DJANGO_REFRESH)
        return pga_sql_select(run, NULL, row, SQL_ROWS, MAX_ROWS_OF_GET);
    return pga_django_event_object(event)->origin == PGA_DJANGO_OBJECT_NEW
               ? insert_sql(run, model, NULL)
               : update_sql(run, row, event);
}

/* --- the rest --- */

/* RawSQL's %s and %(name)s are parameters. */
char *
pga_sql_raw(SqlRun *run, const char *text)
{
    g_autoptr(GString) sql = g_string_new(NULL);

    for (const char *at = text; *at; at++) {
        const char *end = at[0] == '%' && at[1] == '(' ? strstr(at, ")s") : NULL;

        if (end || g_str_has_prefix(at, "%s")) {
            g_string_append_printf(sql, "$%u", ++run->n_parameters);
            at = end ? end + 1 : at + 1;
        } else {
            g_string_append_c(sql, *at);
            at += at[0] == '%' && at[1] == '%';
        }
    }
    g_strstrip(sql->str);
    g_string_set_size(sql, strlen(sql->str));
    while (g_str_has_suffix(sql->str, ";"))
        g_string_truncate(sql, sql->len - 1);
    return sql->len && !strchr(sql->str, ';') ? g_string_free(g_steal_pointer(&sql), FALSE) : NULL;
}

static char *
single_sql(SqlRun *run, const PgaDjangoQuerySet *queryset, gboolean is_locked)
{
    PgaDjangoQuerySet plain = *queryset;
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    plain.is_for_update |= is_locked;
    if (!queryset->is_sliced && !queryset->is_distinct)
        plain.order = none;
    return pga_sql_select(run, NULL, &plain, SQL_ROWS, MAX_ROWS_OF_GET);
}

static char *
contains_sql(SqlRun *run, const PgaDjangoQuerySet *queryset)
{
    g_autoptr(PgaDjangoQuerySet) one = pga_django_queryset_copy(queryset);
    const DjangoChain chain = {one, run->project, NULL};

    pga_django_chain_where(&chain, "pk", NULL);
    return pga_sql_select(run, NULL, one, SQL_EXISTS, -1);
}

static char *
first_sql(SqlRun *run, const PgaDjangoQuerySet *queryset)
{
    return pga_sql_select(run, NULL, queryset, SQL_ROWS, 1);
}

static char *
act_sql(SqlRun *run, const PgaDjangoQuerySet *queryset, PgaDjangoAct act,
        const PgaDjangoEvent *event)
{
    switch ((int)act) {
    case PGA_DJANGO_FETCH:
    case PGA_DJANGO_UNEVALUATED:
    case PGA_DJANGO_ITERATOR:
    case PGA_DJANGO_IN_BULK:
    case PGA_DJANGO_LEN:
    case PGA_DJANGO_TRUTH:
        return pga_sql_select(run, NULL, queryset, SQL_ROWS, -1);
    case PGA_DJANGO_RELATED_READ:
    case PGA_DJANGO_GET:
        return single_sql(run, queryset, FALSE);
    case PGA_DJANGO_GET_OR_CREATE:
    case PGA_DJANGO_UPDATE_OR_CREATE:
        return single_sql(run, queryset, act == PGA_DJANGO_UPDATE_OR_CREATE);
    case PGA_DJANGO_FIRST:
        return first_sql(run, queryset);
    case PGA_DJANGO_EXISTS_CALL:
        return pga_sql_select(run, NULL, queryset, SQL_EXISTS, -1);
    case PGA_DJANGO_CONTAINS:
        return contains_sql(run, queryset);
    case PGA_DJANGO_COUNT:
        return count_sql(run, queryset);
    case PGA_DJANGO_AGGREGATE:
        return aggregate_sql(run, queryset);
    case PGA_DJANGO_UPDATE:
        return update_sql(run, queryset, event);
    case PGA_DJANGO_BULK_UPDATE:
        return bulk_update_sql(run, queryset, event);
    case PGA_DJANGO_DELETE:
        return delete_sql(run, queryset);
    case PGA_DJANGO_CREATE:
        return insert_sql(run, queryset->model, NULL);
    case PGA_DJANGO_BULK_CREATE:
        return insert_sql(run, queryset->model, event ? event->value : NULL);
    default:
        return NULL;
    }
}

static gboolean
is_of_object(PgaDjangoAct act)
{
    return act == PGA_DJANGO_SAVE || act == PGA_DJANGO_DELETE_OBJECT || act == PGA_DJANGO_REFRESH;
}

/* What can be planned: no SET, no DDL. */
static gboolean
is_planned(const char *text)
{
    static const char *const verbs[] = {"select", "insert", "update", "delete", "with"};
    const char *at = text + strspn(text, " \t\r\n(");

    for (guint i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (g_ascii_strncasecmp(at, verbs[i], strlen(verbs[i])) == 0)
            return TRUE;
    return FALSE;
}

/* Raw text of raw(), of cursor.execute(). */
static const char *
raw_text(const PgaDjangoQuerySet *queryset, PgaDjangoAct act, const PgaDjangoEvent *event)
{
    if (queryset && queryset->is_raw)
        return queryset->sql;
    if (act == PGA_DJANGO_CURSOR && event && event->value && event->value->kind == PGA_PY_STRING)
        return event->value->text;
    return NULL;
}

static char *
sql_of(SqlRun *run, const PgaDjangoQuerySet *queryset, PgaDjangoAct act,
       const PgaDjangoEvent *event)
{
    const char *raw = raw_text(queryset, act, event);

    if (event && event->act == PGA_DJANGO_RELATED_SET)
        return pga_sql_related_write(run, event, act);
    if (raw)
        return is_planned(raw) ? pga_sql_raw(run, raw) : NULL;
    if (is_of_object(act))
        return object_sql(run, act, event);
    if (!queryset && act == PGA_DJANGO_CREATE && model_of(event))
        return insert_sql(run, model_of(event), NULL);
    if (!queryset || !queryset->model || queryset->model->is_abstract || queryset->is_none ||
        queryset->is_raw)
        return NULL;
    return act_sql(run, queryset, act, event);
}

static guint
place_of(GHashTable *numbers, guint64 number)
{
    if (!g_hash_table_contains(numbers, GUINT_TO_POINTER(number)))
        g_hash_table_insert(numbers, GUINT_TO_POINTER(number),
                            GUINT_TO_POINTER(g_hash_table_size(numbers) + 1));
    return GPOINTER_TO_UINT(g_hash_table_lookup(numbers, GUINT_TO_POINTER(number)));
}

static char
quote_behind(char quote, char at)
{
    if (quote)
        return (char)(at == quote ? '\0' : quote);
    return (char)(at == '\'' || at == '"' ? at : '\0');
}

/* Parameters by their place in the text: some were made for what is not in it. */
static char *
renumbered(const char *sql)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL);
    char quote = '\0';

    for (const char *at = sql; *at; at++) {
        guint64 number;
        char *end = NULL;

        quote = quote_behind(quote, *at);
        number = !quote && *at == '$' ? g_ascii_strtoull(at + 1, &end, 10) : 0;
        if (!number || number > G_MAXINT32) {
            g_string_append_c(out, *at);
            continue;
        }
        g_string_append_printf(out, "$%u", place_of(numbers, number));
        at = end - 1;
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
pga_django_queryset_sql(const PgaDjangoProject *project, const PgaDjangoQuerySet *queryset,
                        PgaDjangoAct act, const PgaDjangoEvent *event, char **why)
{
    const PgaDjangoSettings *settings = pga_django_project_settings(project);
    SqlRun run = {.project = project};
    g_autofree char *sql = NULL;

    run.use_tz = settings && settings->use_tz != PGA_DJANGO_UNSTATED
                     ? settings->use_tz != PGA_DJANGO_FALSE
                     : project->version >= 500;
    sql = sql_of(&run, queryset, act, event);
    if (run.is_other) {
        g_clear_pointer(&sql, g_free);
        g_free(run.why);
        run.why = g_strdup("a name in its condition is no field");
    }
    if (queryset && queryset->incomplete && !run.why)
        pga_sql_leave_out(&run, "%s", queryset->incomplete);
    if (why)
        *why = g_steal_pointer(&run.why);
    g_free(run.why);
    return sql ? renumbered(sql) : NULL;
}
