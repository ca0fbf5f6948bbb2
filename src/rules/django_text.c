/* Lookups that compare texts, and the indexes that serve them. */
#include <base/text.h>
#include <string.h>

#include "django_tables_internal.h"
#include "django_text_internal.h"

#define MAX_SUBQUERIES 4 /* in one another */

static const struct {
    const char *lookup;
    PgaNeedForm form;
} forms[] = {{"contains", PGA_NEED_TRIGRAM},
             {"endswith", PGA_NEED_TRIGRAM},
             {"regex", PGA_NEED_TRIGRAM},
             {"iregex", PGA_NEED_TRIGRAM},
             {"icontains", PGA_NEED_UPPER_TRIGRAM},
             {"iendswith", PGA_NEED_UPPER_TRIGRAM},
             {"iexact", PGA_NEED_UPPER},
             {"startswith", PGA_NEED_PATTERN},
             {"istartswith", PGA_NEED_UPPER_PATTERN}};

PgaNeedForm
pga_text_form(const char *lookup, gboolean *is_text)
{
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
        if (g_str_equal(forms[i].lookup, lookup)) {
            *is_text = TRUE;
            return forms[i].form;
        }
    *is_text = FALSE;
    return PGA_NEED_BTREE;
}

/* The opclasses that serve a form: part of their names; with "" any. */
static gboolean
fits(PgaNeedForm form, const char *opclass)
{
    const gboolean trigram = strstr(opclass, "trgm_ops") != NULL;

    switch (form) {
    case PGA_NEED_TRIGRAM:
    case PGA_NEED_UPPER_TRIGRAM:
        return trigram;
    case PGA_NEED_PATTERN:
    case PGA_NEED_UPPER_PATTERN:
        return trigram || strstr(opclass, "pattern_ops") != NULL;
    case PGA_NEED_UPPER:
    case PGA_NEED_LOWER:
    case PGA_NEED_BTREE:
    default:
        return TRUE;
    }
}

/* (nullable): of what the index is. */
static const char *
function_of(PgaNeedForm form)
{
    if (form == PGA_NEED_LOWER)
        return "lower(";
    return form == PGA_NEED_UPPER || form == PGA_NEED_UPPER_TRIGRAM ||
                   form == PGA_NEED_UPPER_PATTERN
               ? "upper("
               : NULL;
}

static gboolean
is_function_of(const char *key, const char *function, const PgaDjangoField *field)
{
    g_autofree char *folded = g_ascii_strdown(key, -1);
    g_autofree char *column = g_ascii_strdown(field->column, -1);

    return strstr(folded, function) && strstr(folded, column);
}

static gboolean
serves(const PgaDjangoIndex *index, const PgaDjangoField *field, PgaNeedForm form)
{
    const gboolean any_place =
        g_str_equal(index->method, "gin") || g_str_equal(index->method, "gist");
    const char *function = function_of(form);

    for (guint i = 0; i < index->keys->len && (any_place || i == 0); i++) {
        const char *column = g_ptr_array_index(index->columns, i);
        const char *opclass = index->opclasses && i < index->opclasses->len
                                  ? g_ptr_array_index(index->opclasses, i)
                                  : "";
        const gboolean same =
            function ? !column && is_function_of(g_ptr_array_index(index->keys, i), function, field)
                     : g_strcmp0(column, field->name) == 0;

        if (same && !index->predicate && fits(form, opclass))
            return TRUE;
    }
    return FALSE;
}

/* RunSQL("CREATE INDEX … USING gin (UPPER(name) gin_trgm_ops)"): not parsed, only looked for. */
static gboolean
is_made_by_sql(const PgaDjangoProject *project, const PgaDjangoModel *model,
               const PgaDjangoField *field, PgaNeedForm form)
{
    const char *word = form == PGA_NEED_UPPER   ? "UPPER("
                       : form == PGA_NEED_LOWER ? "LOWER("
                                                : "_ops";

    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);
        const char *at = file->is_migration ? strstr(file->text, "CREATE INDEX") : NULL;

        if (at && strstr(at, word) && pga_text_has_word(at, model->table) &&
            pga_text_has_word(at, field->column))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_text_is_indexed(PgaNeeds *needs, const PgaDjangoModel *model, const PgaDjangoField *field,
                    PgaNeedForm form)
{
    const GPtrArray *indexes = pga_needs_indexes(needs, model);

    for (guint i = 0; i < indexes->len; i++)
        if (serves(g_ptr_array_index(indexes, i), field, form))
            return TRUE;
    return is_made_by_sql(needs->run->project, model, field, form);
}

/* One arm of an OR whose others are of another table: its index alone finds nothing. */
static gboolean
is_across(const GArray *lookups, const PgaUsedLookup *used)
{
    for (guint i = 0; used->role == PGA_LOOKUP_ALTERNATIVE && i < lookups->len; i++) {
        const PgaUsedLookup *other = &g_array_index(lookups, PgaUsedLookup, i);

        if (other->role == PGA_LOOKUP_ALTERNATIVE && other->lookup->path.field &&
            !pga_django_same_hops(&used->lookup->path, &other->lookup->path))
            return TRUE;
    }
    return FALSE;
}

/** A text that is compared. */
typedef struct {
    const PgaDjangoPath *path;
    PgaNeedForm form;
    const PgaUsedLookup *used;
} Compared;

static void
add_need(PgaNeeds *needs, const PgaDjangoQuery *query, const Compared *compared,
         const GArray *lookups)
{
    const PgaDjangoPath *path = compared->path;
    const PgaUsedLookup *used = compared->used;
    GPtrArray *keys;
    PgaNeed *need;
    guint n_statements;

    if (used->role == PGA_LOOKUP_NEGATED || !pga_django_path_is_own(path) ||
        !pga_django_field_is_text(path->field) || pga_django_field_is_citext(path->field) ||
        pga_django_field_has_few_values(path->field) || used->lookup->value_is_expression ||
        pga_text_is_indexed(needs, path->model, path->field, compared->form))
        return;
    keys = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(keys, g_strdup(path->field->name));
    need = pga_needs_add(needs, path->model, compared->form, keys);
    n_statements = need->sql->len;
    need->n_alone += !is_across(lookups, used);
    pga_need_add_query(need, query, TRUE);
    /* the index of one arm alone saves nothing: the planner would refute both */
    if (used->role == PGA_LOOKUP_ALTERNATIVE)
        g_ptr_array_set_size(need->sql, (gint)n_statements);
}

/* --- Lower("name") of annotate() --- */

static gboolean
is_case_function(const char *name, PgaNeedForm *form)
{
    const gboolean is_lower = g_ascii_strcasecmp(name, "Lower") == 0;

    *form = is_lower ? PGA_NEED_LOWER : PGA_NEED_UPPER;
    return is_lower || g_ascii_strcasecmp(name, "Upper") == 0;
}

/* "name" of Lower("name"), Lower(F("name")): (nullable): it is something else. */
static const char *
folded_name(const PgaPyValue *value, PgaNeedForm *form)
{
    const PgaPyValue *inner =
        value && value->kind == PGA_PY_CALL && is_case_function(pga_py_last_name(value), form)
            ? pga_py_argument(value, 0, "expression")
            : NULL;

    if (inner && inner->kind == PGA_PY_CALL && g_str_equal(pga_py_last_name(inner), "F"))
        inner = pga_py_argument(inner, 0, "name");
    return inner && inner->kind == PGA_PY_STRING ? inner->text : NULL;
}

/* The field that an annotation of @queryset is the Lower() or Upper() of: (nullable). */
static const char *
folded_field(const PgaDjangoQuerySet *queryset, const char *name, PgaNeedForm *form)
{
    const char *found = NULL;

    for (guint i = 0; i < queryset->annotations->len; i++) {
        const PgaDjangoAnnotation *annotation = g_ptr_array_index(queryset->annotations, i);

        if (g_str_equal(annotation->name, name))
            found = folded_name(annotation->value, form);
    }
    return found;
}

static gboolean
is_equality(const PgaDjangoPath *path)
{
    return g_str_equal(path->lookup, "exact") || g_str_equal(path->lookup, "in");
}

static void
gather_folded(PgaNeeds *needs, const PgaDjangoQuery *query, const PgaDjangoQuerySet *queryset,
              const PgaUsedLookup *used, const GArray *lookups)
{
    const PgaDjangoPath *asked = &used->lookup->path;
    g_auto(PgaDjangoPath) path = {0};
    Compared compared = {.path = &path, .used = used};
    const char *field = asked->annotation && is_equality(asked) && asked->transforms->len == 0
                            ? folded_field(queryset, asked->annotation, &compared.form)
                            : NULL;

    if (!field)
        return;
    pga_django_path_init(&path, needs->run->project, queryset->model, NULL, field);
    if (is_equality(&path) && path.transforms->len == 0)
        add_need(needs, query, &compared, lookups);
}

static void
gather_one(PgaNeeds *needs, const PgaDjangoQuery *query, const PgaDjangoQuerySet *queryset,
           const PgaUsedLookup *used, const GArray *lookups)
{
    const PgaTextTakes takes = needs->takes;
    const PgaDjangoPath *path = &used->lookup->path;
    gboolean is_text = FALSE;
    const Compared compared = {path, pga_text_form(path->lookup, &is_text), used};

    if (takes(PGA_NEED_LOWER))
        gather_folded(needs, query, queryset, used, lookups);
    if (is_text && takes(compared.form) && !(path->transforms && path->transforms->len))
        add_need(needs, query, &compared, lookups);
}

/* It hangs on the outer row: looked up by that, once for each. */
static gboolean
is_correlated(const GArray *lookups)
{
    for (guint i = 0; i < lookups->len; i++) {
        const PgaPyValue *value = g_array_index(lookups, PgaUsedLookup, i).lookup->value;

        if (value && value->kind == PGA_PY_CALL && g_str_equal(pga_py_last_name(value), "OuterRef"))
            return TRUE;
    }
    return FALSE;
}

/* Whether conditions other than subqueries find few rows. */
static gboolean
is_narrow(PgaNeeds *needs, const GArray *lookups)
{
    g_autoptr(GArray) plain = g_array_new(FALSE, FALSE, sizeof(PgaUsedLookup));

    for (guint i = 0; i < lookups->len; i++)
        if (!g_array_index(lookups, PgaUsedLookup, i).lookup->subquery)
            g_array_append_val(plain, g_array_index(lookups, PgaUsedLookup, i));
    return pga_needs_is_selective(needs, plain);
}

/* pk__in=Line.objects.filter(text__icontains=…): read as a whole where it is one arm of an OR, or
 * where nothing else finds the outer rows. */
static void /* NOLINTNEXTLINE(misc-no-recursion): bounded by MAX_SUBQUERIES */
gather_all(PgaNeeds *needs, const PgaDjangoQuery *query, const PgaDjangoQuerySet *queryset,
           guint depth)
{
    g_autoptr(GArray) lookups = pga_django_used_lookups(queryset);
    const gboolean is_selective = pga_needs_is_selective(needs, lookups);
    const gboolean is_narrowed = is_narrow(needs, lookups);

    if (depth > 0 && is_correlated(lookups))
        return;
    for (guint i = 0; i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);
        const PgaDjangoQuerySet *inner = used->lookup->subquery;

        if (!is_selective)
            gather_one(needs, query, queryset, used, lookups);
        if (inner && !inner->is_raw && depth < MAX_SUBQUERIES && used->role != PGA_LOOKUP_NEGATED &&
            (!is_narrowed || used->role == PGA_LOOKUP_ALTERNATIVE))
            gather_all(needs, query, inner, depth + 1);
    }
}

void
pga_text_gather(PgaDjangoRun *run, const PgaDjangoQuery *query, PgaTextTakes takes)
{
    PgaNeeds *needs = run->memory;

    needs->takes = takes;
    if (query->queryset && !query->queryset->is_raw && query->places->len > 0 && !query->in_test)
        gather_all(needs, query, query->queryset, 0);
}

void
pga_text_report(PgaDjangoRun *run, const char *verb, const char *lack)
{
    const GPtrArray *all = pga_needs_sorted(run->memory);

    for (guint i = 0; i < all->len; i++) {
        const PgaNeed *need = g_ptr_array_index(all, i);
        g_autofree char *places = pga_need_places_text(need);
        g_autofree char *columns = pga_need_columns_text(need);
        g_autofree char *rows = pga_django_rows_text(run, need->model);
        PgaFinding *finding =
            pga_need_report(run, need, "%s.%s is %s %s in %s; %s; %s", need->model->app,
                            need->model->name, verb, columns, places, lack, rows);

        if (finding && need->n_alone == 0 && !run->severity_fixed)
            finding->severity = PGA_SEVERITY_INFO;
    }
}
