/* Looks into documents. */
#include "django_json_internal.h"

#include <base/text.h>

#include "django_field_internal.h"
#include "django_lookups_internal.h"

typedef struct {
    const PgaDjangoProject *project;
    gboolean (*wanted)(const PgaDjangoField *field);
    GArray *looks; /* of PgaJsonLook */
    const GArray *used;
    gboolean is_narrow;
} Found;

static gboolean
is_narrowing(const PgaDjangoProject *project, const PgaDjangoPath *path)
{
    g_autoptr(GPtrArray) indexes = NULL;

    if (!path->field || !path->model || path->transforms->len > 0 ||
        !(g_str_equal(path->lookup, "exact") || g_str_equal(path->lookup, "in")))
        return FALSE;
    indexes = pga_django_model_indexes(project, path->model);
    return pga_django_indexes_lead_with(indexes, path->field->name);
}

static char *
key_of(const PgaDjangoPath *path)
{
    g_autoptr(GString) key = g_string_new(NULL);

    for (guint i = 0; path->is_json_key && i < path->transforms->len; i++)
        g_string_append_printf(key, "%s%s", i ? "__" : "",
                               (const char *)g_ptr_array_index(path->transforms, i));
    return key->len ? g_string_free(g_steal_pointer(&key), FALSE) : NULL;
}

static gboolean
is_negated(const GArray *used, const PgaDjangoLookup *lookup)
{
    gboolean negated = FALSE;

    for (guint i = 0; i < used->len; i++) {
        const PgaUsedLookup *one = &g_array_index(used, PgaUsedLookup, i);

        negated |= one->lookup == lookup && one->role == PGA_LOOKUP_NEGATED;
    }
    return negated;
}

static void
visit_lookup(const PgaDjangoLookup *lookup, gboolean required, gpointer data)
{
    Found *found = data;
    const PgaDjangoPath *path = &lookup->path;
    PgaJsonLook look;

    found->is_narrow |= required && is_narrowing(found->project, path);
    if (!path->field || !path->model || !found->wanted(path->field) ||
        path->model->file->is_built_in)
        return;
    look = (PgaJsonLook){path->model, path->field, path->lookup, key_of(path),
                         is_negated(found->used, lookup)};
    g_array_append_val(found->looks, look);
}

void
pga_event_each_look(PgaDjangoRun *run, const PgaDjangoEvent *event,
                    gboolean (*wanted)(const PgaDjangoField *field), gboolean all,
                    PgaJsonVisit visit)
{
    g_autoptr(GArray) used = NULL;
    Found found = {.project = run->project, .wanted = wanted};

    if (!event->queryset || !event->queryset->where)
        return;
    used = pga_django_used_lookups(event->queryset);
    found.used = used;
    found.looks = g_array_new(FALSE, FALSE, sizeof(PgaJsonLook));
    pga_django_queryset_each_lookup(event->queryset, visit_lookup, &found);
    for (guint i = 0; i < found.looks->len; i++) {
        PgaJsonLook *look = &g_array_index(found.looks, PgaJsonLook, i);

        if (all || !found.is_narrow)
            visit(run, event, look);
        g_free(look->key);
    }
    g_array_unref(found.looks);
}

void
pga_event_each_json(PgaDjangoRun *run, const PgaDjangoEvent *event, gboolean all,
                    PgaJsonVisit visit)
{
    pga_event_each_look(run, event, pga_field_is_json, all, visit);
}

gboolean
pga_json_lookup_is_containment(const char *lookup)
{
    static const char *const names[] = {"contains", "contained_by", "has_key",
                                        "has_keys", "has_any_keys", NULL};

    return g_strv_contains(names, lookup);
}

gboolean
pga_model_has_index_of(const PgaDjangoProject *project, const PgaDjangoModel *model,
                       const char *field, const char *const *methods)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(project, model);

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);

        if (g_strv_contains(methods, index->method) && index->columns->len > 0 &&
            g_strcmp0(g_ptr_array_index(index->columns, 0), field) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_model_has_gin(const PgaDjangoProject *project, const PgaDjangoModel *model, const char *field)
{
    static const char *const gin[] = {"gin", NULL};

    return pga_model_has_index_of(project, model, field, gin);
}

void
pga_propose_gin(PgaFinding *finding, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    g_autofree char *table = pga_quote_identifier(model->table);
    g_autofree char *column = pga_quote_identifier(field->column);
    g_autofree char *lower = g_ascii_strdown(model->name, -1);
    g_autofree char *name = g_strdup_printf("%.12s_%.12s_gin", lower, field->name);

    pga_django_fix_code(
        finding, g_strdup_printf("GinIndex(fields=[\"%s\"], name=\"%s\"),", field->name, name));
    pga_finding_add_sql(finding, g_strdup_printf("CREATE INDEX CONCURRENTLY %s ON %s USING gin "
                                                 "(%s);",
                                                 name, table, column));
    pga_finding_add_undo(finding, g_strdup_printf("DROP INDEX CONCURRENTLY %s;", name));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
}
