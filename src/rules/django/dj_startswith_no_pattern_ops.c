/* dj-startswith-no-pattern-ops: LIKE 'term%' uses a b-tree only of pattern_ops, or in a database of
 * collation C. */
#include "../django_filter_internal.h"
#include "../django_text_internal.h"

static gboolean
is_pattern(PgaNeedForm form)
{
    return form == PGA_NEED_PATTERN || form == PGA_NEED_UPPER_PATTERN;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoQuery *query)
{
    pga_text_gather(run, query, is_pattern);
}

static void
finish(PgaDjangoRun *run)
{
    pga_text_report(run, "searched by the beginning of",
                    "no index of pattern_ops serves that, the whole table is read");
}

const PgaRule pga_rule_dj_startswith_no_pattern_ops = {
    .id = "dj-startswith-no-pattern-ops",
    .title = "startswith without an index that serves LIKE",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "In any collation but C a b-tree of the default operator class does not serve LIKE.",
    .when_not = "The table stays small, or the database has collation C.",
    .condition = "startswith on a text column without an index of pattern_ops or trigrams, or "
                 "istartswith without one of UPPER(column); the model has {min_rows} rows or more, "
                 "or nobody states them. The index that db_index and unique make has its twin of "
                 "pattern_ops already.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "\n"
               "\n"
               "class Customer(models.Model):\n"
               "    name = models.CharField(max_length=200)\n"
               "    made = models.DateTimeField(auto_now_add=True)\n"
               "\n"
               "# shop/views.py\n"
               "from shop.models import Customer\n"
               "\n"
               "\n"
               "def find(request):\n"
               "    return list(Customer.objects.filter(name__startswith=request.GET[\"q\"]))",
    .fix = "Adds the index to Meta.indexes, by AddIndexConcurrently; reads and writes go on.",
    .docs = "indexes-opclass.html",
    .docs_title = "Operator Classes and Operator Families",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_needs_begin,
               .query = judge,
               .finish = finish,
               .forget = pga_needs_free},
};
