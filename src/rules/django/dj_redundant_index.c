/* dj-redundant-index: an index that another one begins with. */
#include <base/text.h>
#include <django/index_cover.h>
#include <string.h>

#include "../django_field_internal.h"

static char *
describe(const PgaDjangoIndex *index)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < index->keys->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(index->keys, i));
    return g_strdup_printf("(%s) of %s", text->str, index->origin);
}

/* A change of Meta or of a field's option. (transfer full) */
static char *
advice(const PgaDjangoIndex *index)
{
    const char *first = g_ptr_array_index(index->keys, 0);

    if (g_str_equal(index->origin, "foreign key"))
        return g_strdup_printf("# %s: db_index=False", first);
    if (g_str_equal(index->origin, "db_index"))
        return g_strdup_printf("# %s: without db_index=True", first);
    return g_strdup_printf("# without %s (%s)", index->name ? index->name : "the index over it",
                           index->origin);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(run->project, model);
    g_autoptr(GString) pairs = g_string_new(NULL), code = g_string_new(NULL);
    gboolean is_double = FALSE;
    guint n = 0;
    PgaFinding *finding;

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);
        const PgaDjangoIndex *other = pga_django_index_cover(indexes, i);
        g_autofree char *one = other ? describe(index) : NULL;
        g_autofree char *two = other ? describe(other) : NULL, *step = NULL;

        if (!other)
            continue;
        step = advice(index);
        g_string_append_printf(pairs, "%s%s begins %s", n ? "; " : "", one, two);
        g_string_append_printf(code, "%s%s", n ? "\n" : "", step);
        is_double |= other->keys->len == index->keys->len;
        n++;
    }
    if (n == 0)
        return;
    finding = pga_django_add_at_model(run, model, "%s", pairs->str);
    pga_django_fix_code(finding, g_string_free(g_steal_pointer(&code), FALSE));
    finding->fix.safety = PGA_SAFETY_REVIEW;
    finding->fix.lock = "SHARE UPDATE EXCLUSIVE";
    pga_finding_note(finding,
                     "In a migration: RemoveIndexConcurrently; of a field's own DROP INDEX "
                     "CONCURRENTLY, with AlterField in state_operations: by itself that "
                     "would make a foreign key anew.");
    if (is_double)
        pga_django_set_severity(run, finding, PGA_SEVERITY_WARNING);
}

const PgaRule pga_rule_dj_redundant_index = {
    .id = "dj-redundant-index",
    .title = "Index that another one begins with",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "Each insert writes both, vacuum reads both, and the longer one answers what the "
           "shorter one does.",
    .when_not = "The shorter one is much smaller and read all the time; a unique key is never "
                "redundant as a rule.",
    .condition = "A B-tree index without condition that is not unique and whose keys are the first "
                 "ones of another without condition: of a foreign key, db_index, Meta. A warning "
                 "where both have the same keys, else an info. One finding for each model.",
    .example = "from django.db import models\n\n\nclass Customer(models.Model):\n    pass\n\n\n"
               "class Order(models.Model):\n"
               "    customer = models.ForeignKey(Customer, models.CASCADE)\n"
               "    number = models.IntegerField()\n\n    class Meta:\n"
               "        unique_together = [(\"customer\", \"number\")]",
    .fix = "Proposes to drop the shorter one, CONCURRENTLY.",
    .docs = "indexes-multicolumn.html",
    .docs_title = "Multicolumn Indexes",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge},
};
