/* Lookups that compare texts, and the indexes that serve them. */
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
    case PGA_NEED_BTREE:
    default:
        return TRUE;
    }
}

static gboolean
is_upper(PgaNeedForm form)
{
    return form == PGA_NEED_UPPER || form == PGA_NEED_UPPER_TRIGRAM ||
           form == PGA_NEED_UPPER_PATTERN;
}

static gboolean
is_upper_of(const char *key, const PgaDjangoField *field)
{
    g_autofree char *folded = g_ascii_strdown(key, -1);
    g_autofree char *column = g_ascii_strdown(field->column, -1);

    return strstr(folded, "upper(") && strstr(folded, column);
}

static gboolean
serves(const PgaDjangoIndex *index, const PgaDjangoField *field, PgaNeedForm form)
{
    const gboolean any_place =
        g_str_equal(index->method, "gin") || g_str_equal(index->method, "gist");

    for (guint i = 0; i < index->keys->len && (any_place || i == 0); i++) {
        const char *column = g_ptr_array_index(index->columns, i);
        const char *opclass = index->opclasses && i < index->opclasses->len
                                  ? g_ptr_array_index(index->opclasses, i)
                                  : "";
        const gboolean same = is_upper(form)
                                  ? !column && is_upper_of(g_ptr_array_index(index->keys, i), field)
                                  : g_strcmp0(column, field->name) == 0;

        if (same && !index->predicate && fits(form, opclass))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_word_char(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static gboolean
has_word(const char *text, const char *word)
{
    const gsize length = strlen(word);

    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        if ((at == text || !is_word_char(at[-1])) && !is_word_char(at[length]))
            return TRUE;
    return FALSE;
}

/* RunSQL("CREATE INDEX … USING gin (UPPER(name) gin_trgm_ops)"): not parsed, only looked for. */
static gboolean
is_made_by_sql(const PgaDjangoProject *project, const PgaDjangoModel *model,
               const PgaDjangoField *field, PgaNeedForm form)
{
    const char *word = form == PGA_NEED_UPPER ? "UPPER(" : "_ops";

    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);
        const char *at = file->is_migration ? strstr(file->text, "CREATE INDEX") : NULL;

        if (at && strstr(at, word) && has_word(at, model->table) && has_word(at, field->column))
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

static void
gather_one(PgaNeeds *needs, const PgaDjangoQuery *query, const PgaUsedLookup *used,
           const GArray *lookups, PgaTextTakes takes)
{
    const PgaDjangoPath *path = &used->lookup->path;
    gboolean is_text = FALSE;
    const PgaNeedForm form = pga_text_form(path->lookup, &is_text);
    GPtrArray *keys;
    PgaNeed *need;
    guint n_statements;

    if (!is_text || !takes(form) || used->role == PGA_LOOKUP_NEGATED ||
        !pga_django_path_is_own(path) || (path->transforms && path->transforms->len) ||
        !pga_django_field_is_text(path->field) || pga_django_field_is_citext(path->field) ||
        pga_django_field_has_few_values(path->field) || used->lookup->value_is_expression ||
        pga_text_is_indexed(needs, path->model, path->field, form))
        return;
    keys = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(keys, g_strdup(path->field->name));
    need = pga_needs_add(needs, path->model, form, keys);
    n_statements = need->sql->len;
    need->n_alone += !is_across(lookups, used);
    pga_need_add_query(need, query, TRUE);
    /* the index of one arm alone saves nothing: the planner would refute both */
    if (used->role == PGA_LOOKUP_ALTERNATIVE)
        g_ptr_array_set_size(need->sql, (gint)n_statements);
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
           PgaTextTakes takes, guint depth)
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
            gather_one(needs, query, used, lookups, takes);
        if (inner && !inner->is_raw && depth < MAX_SUBQUERIES && used->role != PGA_LOOKUP_NEGATED &&
            (!is_narrowed || used->role == PGA_LOOKUP_ALTERNATIVE))
            gather_all(needs, query, inner, takes, depth + 1);
    }
}

void
pga_text_gather(PgaDjangoRun *run, const PgaDjangoQuery *query, PgaTextTakes takes)
{
    if (query->queryset && !query->queryset->is_raw && query->places->len > 0 && !query->in_test)
        gather_all(run->memory, query, query->queryset, takes, 0);
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
