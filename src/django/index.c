/* Indexes and constraints out of the classes that say them. */
#include <string.h>

#include "models_internal.h"

static const struct {
    const char *class;
    const char *method;
} methods[] = {
    {"GinIndex", "gin"},     {"GistIndex", "gist"},     {"BrinIndex", "brin"},
    {"HashIndex", "hash"},   {"SpGistIndex", "spgist"}, {"BTreeIndex", "btree"},
    {"BloomIndex", "bloom"},
};

/* Storage parameters by the argument's name. */
static const char *const parameters[] = {
    "fillfactor",    "fastupdate", "gin_pending_list_limit", "pages_per_range",
    "autosummarize", "buffering",  "deduplicate_items",      NULL};

static const char *
method_of(const PgaPyValue *index)
{
    for (guint i = 0; i < G_N_ELEMENTS(methods); i++)
        if (g_str_equal(pga_py_last_name(index), methods[i].class))
            return methods[i].method;
    return NULL;
}

static const char *
opclass_at(const PgaPyValue *opclasses, guint i)
{
    const PgaPyValue *name = opclasses && opclasses->items && i < opclasses->items->len
                                 ? g_ptr_array_index(opclasses->items, i)
                                 : NULL;

    return name && name->kind == PGA_PY_STRING && *name->text ? name->text : NULL;
}

/* "\"made\" DESC", "\"sku\" varchar_pattern_ops". */
static char *
field_keys(const DjangoModel *model, const PgaPyValue *fields, const PgaPyValue *opclasses)
{
    g_autoptr(GString) keys = g_string_new(NULL);

    for (guint i = 0; i < fields->items->len; i++) {
        const PgaPyValue *name = g_ptr_array_index(fields->items, i);
        const char *opclass = opclass_at(opclasses, i);
        const gboolean descends = name->text && name->text[0] == '-';
        g_autofree char *column = NULL, *quoted = NULL;

        if (name->kind != PGA_PY_STRING)
            return NULL;
        column = pga_django_column_named(model, name->text + (descends ? 1 : 0));
        quoted = pga_django_quote(column);
        g_string_append_printf(keys, "%s%s%s%s%s", i ? ", " : "", quoted, opclass ? " " : "",
                               opclass ? opclass : "", descends ? " DESC" : "");
    }
    return g_string_free(g_steal_pointer(&keys), FALSE);
}

/* Upper("sku"), OpClass(Upper("note"), name="gin_trgm_ops"), F("made").desc(). */
static char *
expression_key(const DjangoModel *model, const PgaPyValue *item)
{
    const gboolean has_opclass = g_str_equal(pga_py_last_name(item), "OpClass");
    const char *opclass = has_opclass ? pga_py_argument_text(item, 1, "name") : NULL;
    const PgaPyValue *inner = has_opclass ? pga_py_argument(item, 0, "expression") : item;
    g_autofree char *sql = NULL;

    if (!inner)
        return NULL;
    if (inner->kind == PGA_PY_STRING || g_str_equal(pga_py_last_name(inner), "F")) {
        sql = pga_django_expression(model, inner);
        return sql ? g_strconcat(sql, opclass ? " " : "", opclass, NULL) : NULL;
    }
    sql = pga_django_expression(model, inner);
    return sql ? g_strdup_printf("(%s)%s%s", sql, opclass ? " " : "", opclass ? opclass : "")
               : NULL;
}

static char *
expression_keys(const DjangoModel *model, const PgaPyValue *index)
{
    g_autoptr(GString) keys = g_string_new(NULL);

    if (index->kind != PGA_PY_CALL)
        return NULL;
    for (guint i = 0; i < index->items->len; i++) {
        g_autofree char *key = NULL;

        if (g_ptr_array_index(index->keys, i))
            continue;
        key = expression_key(model, g_ptr_array_index(index->items, i));
        if (!key)
            return NULL;
        g_string_append_printf(keys, "%s%s", keys->len ? ", " : "", key);
    }
    return keys->len ? g_string_free(g_steal_pointer(&keys), FALSE) : NULL;
}

static char *
keys_of(const DjangoModel *model, const PgaPyValue *index)
{
    const PgaPyValue *fields = pga_py_argument(index, G_MAXUINT, "fields");

    if (fields && fields->kind == PGA_PY_LIST && fields->items->len > 0)
        return field_keys(model, fields, pga_py_argument(index, G_MAXUINT, "opclasses"));
    return expression_keys(model, index);
}

static void
append_include(GString *sql, const DjangoModel *model, const PgaPyValue *index)
{
    const PgaPyValue *include = pga_py_argument(index, G_MAXUINT, "include");
    g_autofree char *columns = include ? pga_django_columns(model, include, NULL) : NULL;

    if (columns && *columns)
        g_string_append_printf(sql, " INCLUDE (%s)", columns);
}

static void
append_parameters(GString *sql, const PgaPyValue *index)
{
    gboolean any = FALSE;

    for (guint i = 0; parameters[i]; i++) {
        const PgaPyValue *value = pga_py_argument(index, G_MAXUINT, parameters[i]);
        g_autofree char *literal = value ? pga_django_literal(value) : NULL;

        if (!literal || value->kind == PGA_PY_NONE)
            continue;
        g_string_append_printf(sql, "%s%s = %s", any ? ", " : " WITH (", parameters[i],
                               value->kind != PGA_PY_BOOL ? literal
                               : value->truth             ? "on"
                                                          : "off");
        any = TRUE;
    }
    if (any)
        g_string_append_c(sql, ')');
}

/* FALSE: a condition that cannot be told. */
static gboolean
append_condition(GString *sql, const DjangoModel *model, const PgaPyValue *index)
{
    const PgaPyValue *condition = pga_py_argument(index, G_MAXUINT, "condition");
    g_autofree char *text = NULL;

    if (!condition || condition->kind == PGA_PY_NONE)
        return TRUE;
    text = pga_django_condition(model, condition);
    if (text)
        g_string_append_printf(sql, " WHERE %s", text);
    return text != NULL;
}

/* The name that is stated, else the one that Django makes. (transfer full) (nullable) */
static char *
name_of(const DjangoModel *model, const PgaPyValue *index)
{
    const char *stated = pga_py_argument_text(index, G_MAXUINT, "name"), *method = method_of(index);
    const PgaPyValue *fields = pga_py_argument(index, G_MAXUINT, "fields");
    g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);

    if (stated)
        return g_strdup(stated);
    for (guint i = 0; fields && fields->items && i < fields->items->len; i++) {
        const PgaPyValue *name = g_ptr_array_index(fields->items, i);
        const gboolean descends = name->text && name->text[0] == '-';
        g_autofree char *column = NULL;

        if (name->kind != PGA_PY_STRING)
            return NULL;
        column = pga_django_column_named(model, name->text + (descends ? 1 : 0));
        g_ptr_array_add(columns, g_strconcat(descends ? "-" : "", column, NULL));
    }
    if (columns->len == 0)
        return NULL;
    g_ptr_array_add(columns, NULL);
    return pga_django_index_name(model->table, (const char *const *)columns->pdata,
                                 method ? method : "idx");
}

gboolean
pga_django_index_sql(DjangoRun *run, const DjangoModel *model, const PgaPyValue *index,
                     gboolean concurrently)
{
    const char *method = method_of(index);
    g_autofree char *name = name_of(model, index), *keys = keys_of(model, index);
    g_autofree char *table = pga_django_quote(model->table);
    g_autofree char *quoted = name ? pga_django_quote(name) : NULL;
    g_autoptr(GString) sql = g_string_new(NULL);

    if (!keys || !quoted)
        return FALSE;
    g_string_printf(sql, "CREATE INDEX %s%s ON %s%s%s (%s)", concurrently ? "CONCURRENTLY " : "",
                    quoted, table, method ? " USING " : "", method ? method : "", keys);
    append_include(sql, model, index);
    append_parameters(sql, index);
    if (!append_condition(sql, model, index))
        return FALSE;
    pga_django_emit(run, "%s", sql->str);
    return TRUE;
}

/* --- constraints --- */

static gboolean
check_sql(DjangoRun *run, const DjangoModel *model, const PgaPyValue *constraint,
          gboolean not_valid)
{
    const PgaPyValue *condition = pga_py_argument(constraint, G_MAXUINT, "condition");
    const PgaPyValue *check =
        condition ? condition : pga_py_argument(constraint, G_MAXUINT, "check");
    const char *name = pga_py_argument_text(constraint, G_MAXUINT, "name");
    g_autofree char *sql = check ? pga_django_condition(model, check) : NULL;
    g_autofree char *table = pga_django_quote(model->table);
    g_autofree char *quoted = name ? pga_django_quote(name) : NULL;

    if (!sql || !quoted)
        return FALSE;
    pga_django_emit(run, "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s)%s", table, quoted, sql,
                    not_valid ? " NOT VALID" : "");
    return TRUE;
}

/* nulls_distinct=False: one NULL only. */
static const char *
nulls_of(const PgaPyValue *constraint)
{
    const PgaPyValue *distinct = pga_py_argument(constraint, G_MAXUINT, "nulls_distinct");

    if (!distinct || distinct->kind != PGA_PY_BOOL)
        return "";
    return distinct->truth ? " NULLS DISTINCT" : " NULLS NOT DISTINCT";
}

/* With a condition, INCLUDE, operator classes or expressions it is an index. */
static gboolean
unique_index(DjangoRun *run, const DjangoModel *model, const PgaPyValue *constraint,
             const char *name)
{
    g_autofree char *keys = keys_of(model, constraint), *table = pga_django_quote(model->table);
    g_autoptr(GString) sql = g_string_new(NULL);

    if (!keys)
        return FALSE;
    g_string_printf(sql, "CREATE UNIQUE INDEX %s ON %s (%s)", name, table, keys);
    append_include(sql, model, constraint);
    g_string_append(sql, nulls_of(constraint));
    if (!append_condition(sql, model, constraint))
        return FALSE;
    pga_django_emit(run, "%s", sql->str);
    return TRUE;
}

/* Deferrable.DEFERRED, Deferrable["DEFERRED"] as migrations write it. */
static const char *
timing_of(const PgaPyValue *constraint)
{
    const PgaPyValue *deferrable = pga_py_argument(constraint, G_MAXUINT, "deferrable");

    if (!deferrable || !deferrable->text)
        return "";
    return strstr(deferrable->text, "DEFERRED") ? " DEFERRABLE INITIALLY DEFERRED"
                                                : " DEFERRABLE INITIALLY IMMEDIATE";
}

static gboolean
unique_sql(DjangoRun *run, const DjangoModel *model, const PgaPyValue *constraint)
{
    static const char *const index_only[] = {"condition", "include", "opclasses"};
    const PgaPyValue *fields = pga_py_argument(constraint, G_MAXUINT, "fields");
    const char *stated = pga_py_argument_text(constraint, G_MAXUINT, "name");
    g_autofree char *name = stated ? pga_django_quote(stated) : NULL, *columns = NULL;
    g_autofree char *table = pga_django_quote(model->table);
    gboolean is_index = !fields;

    if (!name)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(index_only); i++) {
        const PgaPyValue *value = pga_py_argument(constraint, G_MAXUINT, index_only[i]);

        is_index |= value && value->kind != PGA_PY_NONE;
    }
    if (is_index)
        return unique_index(run, model, constraint, name);
    columns = pga_django_columns(model, fields, NULL);
    pga_django_emit(run, "ALTER TABLE %s ADD CONSTRAINT %s UNIQUE%s (%s)%s", table, name,
                    nulls_of(constraint), columns, timing_of(constraint));
    return TRUE;
}

/* (nullable): "=" of RangeOperators.EQUAL. */
static const char *
range_operator(const char *dotted)
{
    static const struct {
        const char *name, *sign;
    } operators[] = {
        {"EQUAL", "="},     {"NOT_EQUAL", "<>"},    {"CONTAINS", "@>"}, {"CONTAINED_BY", "<@"},
        {"OVERLAPS", "&&"}, {"FULLY_LT", "<<"},     {"FULLY_GT", ">>"}, {"NOT_LT", "&>"},
        {"NOT_GT", "&<"},   {"ADJACENT_TO", "-|-"},
    };
    const char *dot = strrchr(dotted, '.');

    for (guint i = 0; i < G_N_ELEMENTS(operators); i++)
        if (g_str_equal(dot ? dot + 1 : dotted, operators[i].name))
            return operators[i].sign;
    return NULL;
}

/* ("room", "=") or ("during", RangeOperators.OVERLAPS): "\"room\" WITH =". */
static char *
exclusion_key(const DjangoModel *model, const PgaPyValue *pair)
{
    const PgaPyValue *with = pair->kind == PGA_PY_LIST && pair->items->len == 2
                                 ? g_ptr_array_index(pair->items, 1)
                                 : NULL;
    g_autofree char *key = with ? expression_key(model, g_ptr_array_index(pair->items, 0)) : NULL;
    const char *operator_ = with ? with->text : NULL;

    if (operator_ && with->kind == PGA_PY_NAME)
        operator_ = range_operator(operator_);
    if (!key || !operator_)
        return NULL;
    return g_strdup_printf("%s WITH %s", key, operator_);
}

/* EXCLUDE USING gist ("room" WITH =, …). */
static gboolean
exclusion_sql(DjangoRun *run, const DjangoModel *model, const PgaPyValue *constraint)
{
    const PgaPyValue *items = pga_py_argument(constraint, G_MAXUINT, "expressions");
    const PgaPyValue *condition = pga_py_argument(constraint, G_MAXUINT, "condition");
    const char *stated = pga_py_argument_text(constraint, G_MAXUINT, "name");
    const char *method = pga_py_argument_text(constraint, G_MAXUINT, "index_type");
    g_autofree char *name = stated ? pga_django_quote(stated) : NULL;
    g_autofree char *table = pga_django_quote(model->table);
    g_autoptr(GString) keys = g_string_new(NULL), sql = g_string_new(NULL);

    for (guint i = 0; items && items->items && i < items->items->len; i++) {
        g_autofree char *key = exclusion_key(model, g_ptr_array_index(items->items, i));

        if (!key)
            return FALSE;
        g_string_append_printf(keys, "%s%s", keys->len ? ", " : "", key);
    }
    if (!name || keys->len == 0)
        return FALSE;
    g_string_printf(sql, "ALTER TABLE %s ADD CONSTRAINT %s EXCLUDE USING %s (%s)", table, name,
                    method ? method : "gist", keys->str);
    append_include(sql, model, constraint);
    if (condition && condition->kind != PGA_PY_NONE) { /* here in parentheses */
        g_autofree char *text = pga_django_condition(model, condition);

        if (!text)
            return FALSE;
        g_string_append_printf(sql, " WHERE (%s)", text);
    }
    g_string_append(sql, timing_of(constraint));
    pga_django_emit(run, "%s", sql->str);
    return TRUE;
}

gboolean
pga_django_constraint_sql(DjangoRun *run, const DjangoModel *model, const PgaPyValue *constraint,
                          gboolean not_valid)
{
    const char *class = pga_py_last_name(constraint);

    if (g_str_has_suffix(class, "CheckConstraint"))
        return check_sql(run, model, constraint, not_valid);
    if (g_str_has_suffix(class, "UniqueConstraint"))
        return unique_sql(run, model, constraint);
    return g_str_has_suffix(class, "ExclusionConstraint") && exclusion_sql(run, model, constraint);
}
