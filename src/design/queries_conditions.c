/* Conditions of access patterns as SQL. */
#include <base/array_text.h>
#include <base/text.h>
#include <parse/requirements.h>
#include <string.h>

#include "queries_internal.h"

#define IN_LENGTH    3U
#define SECOND_SHARE 0.001 /* of the time that a column covers: before now */
#define WORD_LENGTH  3     /* of what a text is searched for */

guint
pga_query_add_value(PgaQueryDraft *draft, char *value, char *variant)
{
    g_ptr_array_add(draft->values, value);
    g_ptr_array_add(draft->variants, variant);
    return draft->values->len;
}

static gboolean
is_writing(const PgaQueryDraft *draft)
{
    return draft->pattern->kind == PGA_PATTERN_UPDATE || draft->pattern->kind == PGA_PATTERN_DELETE;
}

/* Whether another condition of the pattern bounds the same attribute from the other side. */
static gboolean
has_other_bound(const PgaQueryDraft *draft, const PgaCondition *condition)
{
    const int direction = pga_query_direction(condition->operator_, 0);
    gboolean found = FALSE;

    for (guint i = 0; direction != 0 && !found && i < draft->pattern->where->len; i++) {
        g_autoptr(PgaCondition) other =
            pga_condition_parse(g_ptr_array_index(draft->pattern->where, i), NULL);

        found = other && other->kind == PGA_CONDITION_COMPARE && !other->value &&
                g_strcmp0(other->attribute, condition->attribute) == 0 &&
                pga_query_direction(other->operator_, 0) == -direction;
    }
    return found;
}

/** A condition and the column it is about. */
typedef struct {
    const PgaCondition *condition;
    const PgaQueryColumn *column;
} Subject;

static char *
typical(const Subject *subject, const PgaQueryDraft *draft, guint item, guint variant)
{
    const PgaQueryCompared compared = {.table = subject->column->table,
                                       .column = subject->column->column,
                                       .operator_ = subject->condition->operator_,
                                       .item = item,
                                       .has_other = has_other_bound(draft, subject->condition),
                                       .is_writing = is_writing(draft)};

    if (subject->column->is_key)
        return g_strdup(variant ? "'another'" : "'sample'");
    return pga_query_typical(&compared, variant);
}

static void
add_compare(PgaQueryDraft *draft, GString *sql, const Subject *subject)
{
    const PgaCondition *condition = subject->condition;
    const char *operator_ = condition->operator_ ? condition->operator_ : "=";

    if (condition->value)
        g_string_append_printf(sql, "%s %s %s", subject->column->sql, operator_, condition->value);
    else
        g_string_append_printf(sql, "%s %s $%u", subject->column->sql, operator_,
                               pga_query_add_value(draft, typical(subject, draft, 0, 0),
                                                   typical(subject, draft, 0, 1)));
}

/* A few characters of a value that the column has. */
static char *
part_of(const Subject *subject, guint variant)
{
    static const char *const made_up[] = {"'sam'", "'ano'"};
    g_autofree char *value =
        pga_value_equal(subject->column->table, subject->column->column, variant);
    g_autofree char *part = NULL;

    if (subject->column->is_key ||
        pga_value_class(subject->column->column->type) != PGA_VALUES_TEXT ||
        !g_utf8_validate(value, -1, NULL) || strpbrk(value, "%_\\") ||
        g_utf8_strlen(value, -1) < WORD_LENGTH)
        return g_strdup(made_up[variant % G_N_ELEMENTS(made_up)]);
    part = g_utf8_substring(value, 0, WORD_LENGTH);
    return pga_quote_literal(part);
}

/* (transfer full): $n or the stated value. */
static char *
text_value(PgaQueryDraft *draft, const Subject *subject)
{
    if (subject->condition->value)
        return g_strdup(subject->condition->value);
    return g_strdup_printf("$%u",
                           pga_query_add_value(draft, part_of(subject, 0), part_of(subject, 1)));
}

static void
add_contains(PgaQueryDraft *draft, GString *sql, const Subject *subject)
{
    g_autofree char *value = text_value(draft, subject);

    g_string_append_printf(sql, "%s ILIKE '%%' || %s || '%%'", subject->column->sql, value);
}

static void
add_starts(PgaQueryDraft *draft, GString *sql, const Subject *subject)
{
    g_autofree char *value = text_value(draft, subject);

    g_string_append_printf(sql, "%s LIKE %s || '%%'", subject->column->sql, value);
}

/* (nullable): a stored column of the words of @column. */
static const PgaDesignColumn *
words_of(const PgaQueryColumn *column)
{
    for (guint i = 0; i < column->table->columns->len; i++) {
        const PgaDesignColumn *other = g_ptr_array_index(column->table->columns, i);

        if (other->generated && pga_value_class(other->type) == PGA_VALUES_TSVECTOR &&
            strstr(other->generated, column->column->name))
            return other;
    }
    return NULL;
}

static void
add_matches(PgaQueryDraft *draft, GString *sql, const Subject *subject)
{
    const PgaDesignColumn *words = words_of(subject->column);
    g_autofree char *value =
        subject->condition->value
            ? g_strdup(subject->condition->value)
            : g_strdup_printf("$%u", pga_query_add_value(draft, g_strdup("'sample word'"),
                                                         g_strdup("'another thing'")));

    if (words) {
        g_autofree char *name = pga_quote_identifier(words->name);

        g_string_append_printf(sql, "%s @@ websearch_to_tsquery('english', %s)", name, value);
    } else if (pga_value_class(subject->column->column->type) == PGA_VALUES_TSVECTOR) {
        g_string_append_printf(sql, "%s @@ websearch_to_tsquery('english', %s)",
                               subject->column->sql, value);
    } else {
        g_string_append_printf(sql,
                               "to_tsvector('english', %s) @@ websearch_to_tsquery('english', %s)",
                               subject->column->sql, value);
    }
}

static void
add_has(PgaQueryDraft *draft, GString *sql, const Subject *subject)
{
    const PgaDesignColumn *column = subject->column->column;
    const PgaValueClass class = pga_value_class(column->type);
    g_autofree char *value = NULL;

    /* several values became rows of their own */
    if (class != PGA_VALUES_ARRAY && class != PGA_VALUES_JSON) {
        add_compare(draft, sql, subject);
        return;
    }
    value = text_value(draft, subject);
    if (class == PGA_VALUES_ARRAY)
        g_string_append_printf(sql, "%s @> ARRAY[%s]::%s", subject->column->sql, value,
                               column->type);
    else
        g_string_append_printf(sql, "%s ? %s", subject->column->sql, value);
}

/* (transfer full): SQL of an array of some values. */
static char *
array_of(const Subject *subject, guint variant)
{
    g_autoptr(GPtrArray) array = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;

    for (guint i = 0; i < IN_LENGTH; i++) {
        g_autofree char *value =
            pga_value_equal(subject->column->table, subject->column->column, i + variant);

        g_ptr_array_add(array, g_steal_pointer(&value));
    }
    text = pga_array_text_format(array);
    return pga_quote_literal(text);
}

static void
add_in(PgaQueryDraft *draft, GString *sql, const Subject *subject)
{
    const char *value = subject->condition->value;

    if (value && *value == '(')
        g_string_append_printf(sql, "%s IN %s", subject->column->sql, value);
    else if (value)
        g_string_append_printf(sql, "%s IN (%s)", subject->column->sql, value);
    else
        g_string_append_printf(
            sql, "%s = ANY($%u)", subject->column->sql,
            pga_query_add_value(draft, array_of(subject, 0), array_of(subject, 1)));
}

static char *
range_value(const Subject *subject, guint variant)
{
    const char *type = subject->column->column->type;

    if (g_str_has_prefix(type, "ts"))
        return g_strdup(variant ? "'[2024-11-01 00:00:00+00,2024-11-03 00:00:00+00)'"
                                : "'[2024-12-01 00:00:00+00,2024-12-02 00:00:00+00)'");
    if (g_str_has_prefix(type, "date"))
        return g_strdup(variant ? "'[2024-11-01,2024-11-03)'" : "'[2024-12-01,2024-12-02)'");
    return g_strdup(variant ? "'[30,40)'" : "'[10,20)'");
}

static void
add_overlaps(PgaQueryDraft *draft, GString *sql, const Subject *subject)
{
    if (subject->condition->value)
        g_string_append_printf(sql, "%s && %s", subject->column->sql, subject->condition->value);
    else
        g_string_append_printf(
            sql, "%s && $%u", subject->column->sql,
            pga_query_add_value(draft, range_value(subject, 0), range_value(subject, 1)));
}

/* The nearest ones: an order, no condition. */
static void
add_near(PgaQueryDraft *draft, G_GNUC_UNUSED GString *sql, const Subject *subject)
{
    const PgaCondition *condition = subject->condition;

    if (condition->value)
        g_string_append_printf(draft->order, "%s <-> %s", subject->column->sql, condition->value);
    else
        g_string_append_printf(draft->order, "%s <-> $%u", subject->column->sql,
                               pga_query_add_value(draft, g_strdup("point '(8.5,47.4)'"),
                                                   g_strdup("point '(2.3,48.9)'")));
}

/* ? of an expression as $n; those in quotes stay. */
static void
add_expression(PgaQueryDraft *draft, GString *sql, const char *text)
{
    char quote = 0;

    g_string_append_c(sql, '(');
    for (const char *at = text; *at; at++) {
        if (quote == 0 && *at == '?') {
            g_string_append_printf(sql, "$%u", pga_query_add_value(draft, NULL, NULL));
            continue;
        }
        if (quote == 0 && (*at == '\'' || *at == '"'))
            quote = *at;
        else if (quote == *at)
            quote = 0;
        g_string_append_c(sql, *at);
    }
    g_string_append_c(sql, ')');
}

typedef void (*Add)(PgaQueryDraft *draft, GString *sql, const Subject *subject);

static const Add adds[] = {
    [PGA_CONDITION_COMPARE] = add_compare,   [PGA_CONDITION_CONTAINS] = add_contains,
    [PGA_CONDITION_STARTS] = add_starts,     [PGA_CONDITION_MATCHES] = add_matches,
    [PGA_CONDITION_HAS] = add_has,           [PGA_CONDITION_IN] = add_in,
    [PGA_CONDITION_OVERLAPS] = add_overlaps, [PGA_CONDITION_NEAR] = add_near,
};

static gboolean
add_condition(PgaQueryDraft *draft, GString *sql, const PgaCondition *condition)
{
    g_auto(PgaQueryColumn) column = {0};

    if (condition->kind == PGA_CONDITION_EXPRESSION || !condition->attribute) {
        add_expression(draft, sql, condition->text);
        return TRUE;
    }
    if (!pga_query_find_column(draft, condition->attribute, &column))
        return FALSE;
    adds[condition->kind](draft, sql, &(Subject){condition, &column});
    return TRUE;
}

static gboolean
add_text(PgaQueryDraft *draft, GString *sql, const char *text)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PgaCondition) condition = pga_condition_parse(text, &cause);

    if (condition)
        return add_condition(draft, sql, condition);
    draft->failure = g_strdup_printf("the condition \"%s\" cannot be read: %s", text,
                                     cause ? cause->message : "nothing is known of it");
    return FALSE;
}

gboolean
pga_query_add_where(PgaQueryDraft *draft, GString *where)
{
    const GPtrArray *conditions = draft->pattern->where;

    for (guint i = 0; i < conditions->len; i++) {
        g_autoptr(GString) one = g_string_new(NULL);

        if (!add_text(draft, one, g_ptr_array_index(conditions, i)))
            return FALSE;
        if (one->len > 0)
            g_string_append_printf(where, "%s%s", where->len > 0 ? " AND " : "", one->str);
    }
    pga_query_add_partition_key(draft, where);
    return TRUE;
}

/* (transfer full) (nullable): what is written: times are now. */
static char *
written_value(const PgaQueryDraft *draft, const PgaDesignColumn *column, guint nth)
{
    const PgaValueClass class = pga_value_class(column->type);
    g_autofree char *value = NULL;

    if (class == PGA_VALUES_OTHER || class == PGA_VALUES_RANGE)
        return NULL;
    if (class == PGA_VALUES_TIMESTAMP || class == PGA_VALUES_DATE)
        value = pga_value_at(draft->table, column, 1 - nth * SECOND_SHARE);
    if (!value)
        value = pga_value_equal(draft->table, column, nth + 1);
    return pga_quote_literal(value);
}

void
pga_query_add_set(PgaQueryDraft *draft, GString *sql, const PgaDesignColumn *column)
{
    g_string_append_printf(sql, "$%u",
                           pga_query_add_value(draft, written_value(draft, column, 0),
                                               written_value(draft, column, 1)));
}
