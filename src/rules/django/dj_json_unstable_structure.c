/* dj-json-unstable-structure: a key that is asked for like a column. */
#include <string.h>

#include "../django_field_internal.h"
#include "../django_json_internal.h"

/** A key and where it is asked for. */
typedef struct {
    const PgaDjangoModel *model;
    const PgaDjangoField *field;
    char *key;
    GHashTable *places; /* of char *: "shop/views.py:12" */
} Key;

static void
key_free(gpointer data)
{
    Key *key = data;

    g_hash_table_unref(key->places);
    g_free(key->key);
    g_free(key);
}

static void
begin(PgaDjangoRun *run)
{
    run->memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, key_free);
}

static void
visit(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaJsonLook *look)
{
    g_autofree char *name = look->key
                                ? g_strdup_printf("%s.%s.%s.%s", look->model->app,
                                                  look->model->name, look->field->name, look->key)
                                : NULL;
    Key *key = name ? g_hash_table_lookup(run->memory, name) : NULL;

    if (!name)
        return;
    if (!key) {
        key = g_new0(Key, 1);
        key->model = look->model;
        key->field = look->field;
        key->key = g_strdup(look->key);
        key->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_hash_table_insert(run->memory, g_steal_pointer(&name), key);
    }
    g_hash_table_add(key->places,
                     g_strdup_printf("%s:%u", event->function->file->path, event->line));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    pga_event_each_json(run, event, TRUE, visit);
}

static void
report(PgaDjangoRun *run, const Key *key)
{
    g_autoptr(GList) places = g_list_sort(g_hash_table_get_keys(key->places), (GCompareFunc)strcmp);
    PgaFinding *finding = pga_django_add_at_field(
        run, key->model, key->field,
        "%u queries ask for the key %s, first %s: it is a column in "
        "all but name",
        g_hash_table_size(key->places), key->key, (const char *)places->data);

    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "rewrite");
    pga_django_fix_code(finding,
                        g_strdup_printf("%s = models.GeneratedField(expression=KT(\"%s__%s\"), "
                                        "output_field=models.TextField(), db_persist=True)",
                                        key->key, key->field->name, key->key));
}

static void
finish(PgaDjangoRun *run)
{
    g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(run->memory), (GCompareFunc)strcmp);

    for (GList *at = names; at; at = at->next) {
        const Key *key = g_hash_table_lookup(run->memory, at->data);

        if (g_hash_table_size(key->places) >= run->threshold[0])
            report(run, key);
    }
}

const PgaRule pga_rule_dj_json_unstable_structure = {
    .id = "dj-json-unstable-structure",
    .title = "Key of a JSONField that is asked for like a column",
    .category = "jsonb",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A key that many queries compare has a fixed meaning and type, but neither a type nor "
           "statistics nor a check.",
    .when_not = "The key is the users' own.",
    .condition = "{min_places} places or more that filter by the same key of a JSONField.",
    .example = "# shop/models.py\nfrom django.db import models\n\n\nclass Product(models.Model):\n"
               "    extra = models.JSONField(default=dict)\n\n\ndef a():\n"
               "    return list(Product.objects.filter(extra__size=1))\n\n\ndef b():\n"
               "    return list(Product.objects.filter(extra__size=2))\n\n\ndef c():\n"
               "    return Product.objects.filter(extra__size=3).count()",
    .fix = "Proposes a generated column; adding one that is stored rewrites the table.",
    .docs = "ddl-generated-columns.html",
    .docs_title = "Generated Columns",
    .requirements = "DJ-3",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_places", "places", 3, "Keys asked for in fewer are not reported."}},
    .django = {.begin = begin, .event = judge, .finish = finish, .forget = pga_fields_forget},
};
