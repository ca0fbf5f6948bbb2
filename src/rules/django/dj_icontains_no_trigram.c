/* dj-icontains-no-trigram: a text is searched within, which only an index of its trigrams can
 * serve. */
#include "../django_filter_internal.h"
#include "../django_text_internal.h"

static gboolean
is_trigram(PgaNeedForm form)
{
    return form == PGA_NEED_TRIGRAM || form == PGA_NEED_UPPER_TRIGRAM;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoQuery *query)
{
    pga_text_gather(run, query, is_trigram);
}

/* An error only where users wait for it and the table is known to be large. */
static void
finish(PgaDjangoRun *run)
{
    pga_text_report(run, "searched within",
                    "no trigram index serves that, the whole table is read");
    for (guint i = 0; i < run->findings->len && !run->severity_fixed; i++) {
        PgaFinding *finding = g_ptr_array_index(run->findings, i);

        if (finding->rule == run->rule->id && finding->severity == PGA_SEVERITY_ERROR &&
            finding->confidence != PGA_CONFIDENCE_CERTAIN)
            finding->severity = PGA_SEVERITY_WARNING;
    }
}

const PgaRule pga_rule_dj_icontains_no_trigram = {
    .id = "dj-icontains-no-trigram",
    .title = "Search within a text without a trigram index",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_ERROR,
    .why = "LIKE '%term%' reads and compares every row of the table; a b-tree cannot help.",
    .when_not = "The table stays small.",
    .condition =
        "contains, icontains, endswith, iendswith, regex or iregex on a text column "
        "without a gin_trgm_ops or gist_trgm_ops index of what Django compares: the column "
        "itself, or UPPER() of it for the lookups that begin with i (but iregex); in subqueries, "
        "too, that do not hang on the outer row; the model has {min_rows} rows or more, or nobody "
        "states them. An error from 100,000 "
        "rows on in a request; an info where it is only ever one arm of an OR with columns of "
        "another "
        "table, of which no index alone finds anything.",
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
               "    return list(Customer.objects.filter(name__icontains=request.GET[\"q\"]))",
    .fix = "Adds the GIN index to Meta.indexes, after TrigramExtension(), by AddIndexConcurrently.",
    .docs = "pgtrgm.html#PGTRGM-INDEX",
    .docs_title = "pg_trgm: Index Support",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_needs_begin,
               .query = judge,
               .finish = finish,
               .forget = pga_needs_free},
};
