/* dj-non-text-icontains: a lookup of texts on a number, a date, a boolean: the column is cast to
 * text in every row. */
#include "../django_lookups_internal.h"

static const char *const lookups_of_text[] = {"contains",    "icontains", "startswith",
                                              "istartswith", "endswith",  "iendswith",
                                              "regex",       "iregex",    NULL};

static gboolean
is_other(const PgaDjangoField *field)
{
    static const char *const bases[] = {"IntegerField",
                                        "BigIntegerField",
                                        "SmallIntegerField",
                                        "PositiveIntegerField",
                                        "AutoField",
                                        "BigAutoField",
                                        "PositiveSmallIntegerField",
                                        "PositiveBigIntegerField",
                                        "BooleanField",
                                        "DateField",
                                        "DateTimeField",
                                        "TimeField",
                                        "DecimalField",
                                        "FloatField",
                                        "UUIDField",
                                        "DurationField",
                                        "SmallAutoField",
                                        NULL};

    return field->kind == PGA_DJANGO_PLAIN && field->base && g_strv_contains(bases, field->base);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoQuery *query)
{
    g_autoptr(GArray) lookups = NULL;

    if (!query->queryset || query->queryset->is_raw || query->in_test)
        return;
    lookups = pga_django_used_lookups(query->queryset);
    for (guint i = 0; i < lookups->len; i++) {
        const PgaDjangoPath *path = &g_array_index(lookups, PgaUsedLookup, i).lookup->path;

        if (!path->field || !path->model || (path->transforms && path->transforms->len) ||
            !is_other(path->field) || !g_strv_contains(lookups_of_text, path->lookup))
            continue;
        for (guint j = 0; j < query->places->len; j++) {
            PgaFinding *finding = pga_django_add_at_event(
                run, g_ptr_array_index(query->places, j),
                "%s: %s is a %s, which is cast to text in every row; no index serves that",
                path->text, path->field->name, path->field->base);

            pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
            pga_finding_note(finding, "Read the term as the column's type and compare that.");
        }
    }
}

const PgaRule pga_rule_dj_non_text_icontains = {
    .id = "dj-non-text-icontains",
    .title = "Text lookup on a column that is no text",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why =
        "Each row's value is cast to text and compared: the whole table is read, and 1 finds 21.",
    .when_not = "A person searches a short list by parts of a number.",
    .condition =
        "contains, icontains, startswith, endswith, regex or the like on a number, a date, "
        "a time, a boolean or a UUID. Arrays, JSON and ranges have a contains of their "
        "own.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "\n"
               "\n"
               "class Order(models.Model):\n"
               "    email = models.EmailField()\n"
               "    made = models.DateTimeField(auto_now_add=True)\n"
               "\n"
               "# shop/views.py\n"
               "from shop.models import Order\n"
               "\n"
               "\n"
               "def find(request):\n"
               "    return list(Order.objects.filter(id__icontains=request.GET[\"q\"]))",
    .fix = "None is generated: the term has to be read as the column's type.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/querysets/#field-lookups",
    .docs_title = "Django: Field lookups",
    .requirements = "DJ-7 DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.query = judge},
};
