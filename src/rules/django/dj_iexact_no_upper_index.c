/* dj-iexact-no-upper-index: iexact compares UPPER(column), annotate(n=Lower("name")) LOWER(column),
 * which an index of the column does not hold. */
#include "../django_filter_internal.h"
#include "../django_text_internal.h"

static gboolean
is_of_case(PgaNeedForm form)
{
    return form == PGA_NEED_UPPER || form == PGA_NEED_LOWER;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoQuery *query)
{
    pga_text_gather(run, query, is_of_case);
}

static void
finish(PgaDjangoRun *run)
{
    pga_text_report(run, "compared without case by",
                    "no index of UPPER() or LOWER() of it serves that, the whole table is read");
}

const PgaRule pga_rule_dj_iexact_no_upper_index = {
    .id = "dj-iexact-no-upper-index",
    .title = "Comparison without case that no index of UPPER() or LOWER() serves",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Django compares UPPER(column): an index of the column itself, also a unique one, is "
           "not used, and two spellings of the same value are not kept apart.",
    .when_not = "The table stays small.",
    .condition = "iexact on a text column without an index of UPPER(column), or a comparison of an "
                 "annotation that is Lower() or Upper() of it without an index of the same, that "
                 "is not citext nor of a collation of its own; the model has {min_rows} rows or "
                 "more, or nobody states them.",
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
               "    return Order.objects.filter(email__iexact=request.GET[\"email\"]).first()",
    .fix = "Adds the index to Meta.indexes; a UniqueConstraint(Upper(…)) does the same where the "
           "value is one of a kind.",
    .docs = "indexes-expressional.html",
    .docs_title = "Indexes on Expressions",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_needs_begin,
               .query = judge,
               .finish = finish,
               .forget = pga_needs_free},
};
