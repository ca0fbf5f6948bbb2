/* Rows that the clone was given on request (pgarchitect_whatif.sample): of columns whose statistics
 * do not tell what an index makes of a value. Without them rows are drawn from the statistics. */
#include "import.h"
#include "index_size_internal.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/* The columns of pgarchitect_whatif.sample, see whatif.sql. */
enum { ANUM_RELID = 1, ANUM_ROW };

/** A row as text, and as a tuple of the table. */
typedef struct {
    char *text;
    Oid type;
    HeapTuple tuple;
} Work;

/* Values of a table's own columns only: a tuple made from a row's text has no system columns. Here
 * and below nothing is used of which the headers of 15.20 make calls that servers before it lack:
 * DatumGetHeapTupleHeader(), heap_getattr(). */
static void
read_row(void *argument)
{
    Work *work = argument;
    HeapTupleHeader header = (HeapTupleHeader)DatumGetPointer(
        OidInputFunctionCall(F_RECORD_IN, work->text, work->type, -1));

    work->tuple = palloc0(sizeof(HeapTupleData));
    work->tuple->t_len = VARSIZE(header);
    work->tuple->t_data = header;
    ItemPointerSetInvalid(&work->tuple->t_self);
}

static void
add_row(WhatifInput *input, Datum line)
{
    Work work = {.text = TextDatumGetCString(line), .type = input->heap->rd_rel->reltype};

    if (!whatif_try(input->heap->rd_rel->relowner, read_row, &work))
        input->rows[input->n_rows++] = work.tuple;
    pfree(work.text);
}

static void
read_rows(WhatifInput *input, Oid table, Oid index)
{
    Relation sample = table_open(table, AccessShareLock);
    SysScanDesc scan;
    ScanKeyData key;
    HeapTuple tuple;

    ScanKeyInit(&key, ANUM_RELID, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(RelationGetRelid(input->heap)));
    scan = systable_beginscan(sample, index, true, NULL, 1, &key);
    while (input->n_rows < WHATIF_MAX_ROWS && HeapTupleIsValid(tuple = systable_getnext(scan))) {
        bool isnull;
        Datum line = fastgetattr(tuple, ANUM_ROW, RelationGetDescr(sample), &isnull);

        CHECK_FOR_INTERRUPTS();
        if (!isnull)
            add_row(input, line);
    }
    systable_endscan(scan);
    table_close(sample, AccessShareLock);
}

void
whatif_rows_load(WhatifInput *input)
{
    Oid namespace = get_namespace_oid("pgarchitect_whatif", true), table, index;
    Oid am = input->index->rd_rel->relam;

    if (!OidIsValid(namespace) || (am != GIN_AM_OID && am != GIST_AM_OID))
        return;
    table = get_relname_relid("sample", namespace);
    index = get_relname_relid("sample_relid_idx", namespace);
    if (!OidIsValid(table) || !OidIsValid(index) || get_attnum(table, "line") != ANUM_ROW)
        return;
    input->rows = palloc(sizeof(HeapTuple) * WHATIF_MAX_ROWS);
    read_rows(input, table, index);
    if (input->n_rows < WHATIF_ROWS_ENOUGH)
        input->n_rows = 0;
}

/* Rows tell the share that satisfies a predicate better than the planner's guess at it. */
void
whatif_rows_count(WhatifInput *input, bool filtered)
{
    if (input->n_rows == 0)
        return;
    input->rows_tell =
        !input->info->ii_Predicate || (filtered && input->sample.n_rows >= WHATIF_ROWS_ENOUGH);
    if (!input->info->ii_Predicate || !input->rows_tell)
        return;
    input->selectivity = (double)input->sample.n_rows / input->n_rows;
    input->tuples = input->heap_tuples * input->selectivity;
}

/* As of received > promised, a third for the planner: no statistics tell how two columns go
 * together, and values drawn from each alone do not either. */
static bool
compares_columns(Node *node, void *context)
{
    if (!node)
        return false;
    if (IsA(node, OpExpr) && list_length(castNode(OpExpr, node)->args) == 2 &&
        contain_var_clause(linitial(castNode(OpExpr, node)->args)) &&
        contain_var_clause(lsecond(castNode(OpExpr, node)->args)))
        return true;
    return expression_tree_walker(node, compares_columns, context);
}

/* The planner guesses at a predicate without statistics, as of id % 10 = 3: half a percent. Where
 * the values drawn say something else, they are believed; a rare value is never drawn, and the
 * planner knows those best. */
void
whatif_rows_doubt(WhatifInput *input, bool evaluated, int draws)
{
    const bool guessed = compares_columns((Node *)input->info->ii_Predicate, NULL);
    const double enough = 100, apart = guessed ? 1.1 : 2;
    double share = draws > 0 ? (double)input->sample.n_rows / draws : 0;

    if (input->n_rows > 0 || !input->info->ii_Predicate || input->heap_tuples < 1)
        return;
    input->rows_doubted = !evaluated || guessed;
    if (!evaluated || input->sample.n_rows < enough ||
        (share < apart * input->selectivity && input->selectivity < apart * share))
        return;
    appendStringInfo(input->method, ", %.0f for the planner",
                     input->heap_tuples * input->selectivity);
    input->rows_doubted = true;
    input->selectivity = share;
    input->tuples = input->heap_tuples * share;
}
