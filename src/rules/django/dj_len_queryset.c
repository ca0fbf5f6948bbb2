/* dj-len-queryset: all rows are fetched to learn how many they are, or whether there is one. */
#include <string.h>

#include "../django_once_internal.h"

/* The same QuerySet gives its rows elsewhere in the function, or to whom it is handed. */
static gboolean
is_used_otherwise(const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *function = event->function;

    for (guint i = 0; i < function->events->len; i++) {
        const PgaDjangoEvent *other = g_ptr_array_index(function->events, i);

        if (other == event || other->chain != event->chain || event->chain == 0)
            continue;
        if (other->act != PGA_DJANGO_LEN && other->act != PGA_DJANGO_TRUTH &&
            other->act != PGA_DJANGO_COUNT && other->act != PGA_DJANGO_EXISTS_CALL)
            return TRUE;
    }
    return FALSE;
}

/* "if orders.count() > 0", "orders.count() == 0", "not orders.count()". */
static gboolean
is_compared_with_zero(const PgaDjangoEvent *event)
{
    static const char *const texts[] = {".count() > 0",  ".count() == 0", ".count() != 0",
                                        ".count() >= 1", ".count() < 1",  ".count()>0",
                                        ".count()==0",   ".count():",     NULL};
    gboolean found = FALSE;

    for (guint i = 0; !found && event->text && texts[i]; i++)
        found = strstr(event->text, texts[i]) != NULL;
    return found;
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *event, const char *what, const char *instead)
{
    PgaFinding *finding = pga_django_add_at_event(run, event, "%s", what);

    finding->confidence = event->chain ? PGA_CONFIDENCE_CERTAIN : PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
    pga_django_fix_code(finding, g_strdup(instead));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    if (!pga_django_event_asks(event) || event->is_prefetched || event->queryset->is_raw)
        return;
    if (event->act == PGA_DJANGO_COUNT && event->is_condition && is_compared_with_zero(event))
        report(run, event, "all rows are counted to learn whether there is one", "….exists()");
    else if (event->act == PGA_DJANGO_LEN && !event->queryset->is_sliced &&
             !is_used_otherwise(event))
        report(run, event, "all rows are fetched to be counted", "….count()");
    else if (event->act == PGA_DJANGO_TRUTH && !is_used_otherwise(event))
        report(run, event, "all rows are fetched to learn whether there is one", "….exists()");
}

const PgaRule pga_rule_dj_len_queryset = {
    .id = "dj-len-queryset",
    .title = "Rows fetched or counted to learn whether there are any",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "The rows travel, or are counted, for a number or a yes that the database knows sooner.",
    .when_not = "The rows are needed anyway.",
    .condition = "len() or the truth of a QuerySet that nothing else in the function reads; "
                 "count() compared with 0.",
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
               "    return len(Order.objects.filter(email=request.GET[\"email\"]))",
    .fix = "count() for a number, exists() for a yes or no.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/db/optimization/"
            "#don-t-overuse-contains-count-and-exists",
    .docs_title = "Django: Don't overuse contains(), count(), and exists()",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};
