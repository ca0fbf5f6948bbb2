/* What PostgreSQL charges too much for the rows that a BRIN finds. cost_bitmap_heap_scan() takes
 * the rows of a bitmap for scattered over the table (Mackert and Lohman's formula in
 * compute_bitmap_pages(), src/backend/optimizer/path/costsize.c): one in a hundred of the rows is
 * on nearly every page then. A BRIN finds ranges of pages, and where values follow the order of the
 * rows these are as few as the rows. */
#include <math.h>
#include <string.h>

#include "index_batch_internal.h"

#define ORDERED         0.9 /* correlation, from here on */
#define PAGES_PER_RANGE 128.0
#define LEAST_SHARE     1e-9
#define ENTRY_BYTES     64.0 /* of a page in a bitmap: tbm_calculate_entries() */
#define DIVISOR         2.4 /* of rows by two workers and their leader; what one does alone costs more */

/** What a scan reads. */
typedef struct {
    double tuples; /* of the table */
    double pages, rows;
    gboolean is_ordered; /* one page after the other */
} Reading;

/* Of the rows, by the ranges of the column: two ends of one range overlap. 1: none is asked for. */
static double
share_of(const PgaIndexRequest *request, gint16 attnum)
{
    double product = 1, sum = 0;
    guint n = 0;

    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (clause->kind != PGA_CLAUSE_RANGE || clause->attnum != attnum || clause->is_join ||
            clause->or_group != 0)
            continue;
        product *= clause->selectivity;
        sum += clause->selectivity;
        n++;
    }
    return n == 2 && sum > 1 ? MAX(sum - 1, LEAST_SHARE) : product;
}

/* Pages that the planner takes @rows to be on, and rows that it takes to be looked at there: a
 * bitmap that is too large for work_mem has whole pages. */
static void
as_planned(const PgaIndexRun *run, const PgaIndexRequest *request, double share, Reading *out)
{
    const double entries = pga_index_setting(run, "work_mem", 4096) * 1024 / ENTRY_BYTES;
    const double rows = share * out->tuples, pages = request->pages;
    double lossy;

    out->pages = MIN(pages, 2 * pages * rows / (2 * pages + rows));
    lossy = entries < out->pages ? MAX(out->pages - entries / 2, 0) / MAX(out->pages, 1) : 0;
    out->rows = rows * (1 - lossy) + out->tuples * lossy;
}

static double
cost_of(const PgaIndexRun *run, const PgaIndexRequest *request, const Reading *reading)
{
    const double tuple =
        pga_index_setting(run, "cpu_tuple_cost", 0.01) +
        request->clauses->len * pga_index_setting(run, "cpu_operator_cost", 0.0025);
    const double sequential = pga_index_setting(run, "seq_page_cost", 1);
    const double random = pga_index_setting(run, "random_page_cost", 4);
    const double part = MIN(reading->pages / request->pages, 1);
    const double page =
        reading->is_ordered ? sequential : random - (random - sequential) * sqrt(part);

    return reading->pages * page + reading->rows * tuple / DIVISOR;
}

static double
charged_too_much(const PgaIndexRun *run, const PgaIndexChoice *choice,
                 const PgaIndexRequest *request)
{
    const PgaIndexKey *key = g_ptr_array_index(choice->candidate->keys, 0);
    const PgaAttribute *attribute = pga_relation_attribute(choice->relation, key->attnum);
    const double correlation =
        attribute && attribute->stats ? fabs(attribute->stats->correlation) : 0;
    const double tuples = choice->relation->reltuples, share = share_of(request, key->attnum);
    const double pages = (double)choice->relation->relpages;
    Reading planned = {.tuples = tuples}, ordered = {.tuples = tuples, .is_ordered = TRUE};

    if (!(correlation > ORDERED) || request->pages < 2 || tuples < 1 || pages < 1 ||
        request->limit >= 0)
        return 0;
    as_planned(run, request, share, &planned);
    ordered.pages = MIN(share * pages / correlation + 2 * PAGES_PER_RANGE, planned.pages);
    ordered.rows = MIN(ordered.pages * tuples / pages, planned.rows);
    return MAX(cost_of(run, request, &planned) - cost_of(run, request, &ordered), 0);
}

static double
of_requests(const PgaIndexRun *run, const PgaIndexSample *sample, const PgaIndexChoice *choice)
{
    double most = 0;

    for (guint i = 0; i < sample->requests->requests->len; i++) {
        const PgaIndexRequest *request = g_ptr_array_index(sample->requests->requests, i);

        if (request->relation == choice->candidate->relation)
            most = MAX(most, charged_too_much(run, choice, request));
    }
    return most;
}

double
pga_index_charged_too_much(const PgaIndexRun *run, const PgaIndexSample *sample, const GArray *used)
{
    double sum = 0;

    for (guint i = 0; run->trusts_order && sample->requests && i < used->len; i++) {
        const PgaIndexChoice *choice = pga_index_choice_at(run, g_array_index(used, guint, i));

        if (choice->candidate && strcmp(choice->candidate->amname, "brin") == 0)
            sum += of_requests(run, sample, choice);
    }
    return sum;
}
