/* The fields of a workload. */
#include "model/workload.h"

static const PgaField predicate_fields[] = {
    PGA_FIELD(PgaPredicate, relation, OID, OID),
    PGA_FIELD(PgaPredicate, attnum, INT16, FACT),
    PGA_FIELD(PgaPredicate, expression, STRING, SQL),
    PGA_FIELD(PgaPredicate, operator_, STRING, FACT),
    PGA_FIELD(PgaPredicate, constant, STRING, VALUE),
    PGA_FIELD(PgaPredicate, with_relation, OID, OID),
    PGA_FIELD(PgaPredicate, with_attnum, INT16, FACT),
    PGA_FIELD(PgaPredicate, disjunct, BOOL, FACT),
};
const PgaRecordType pga_predicate_type =
    PGA_RECORD_TYPE("predicate", PgaPredicate, predicate_fields);

static const PgaField statement_fields[] = {
    PGA_FIELD(PgaWorkloadStatement, queryid, INT64, MEASURE),
    PGA_FIELD(PgaWorkloadStatement, usename, STRING, IDENTIFIER),
    PGA_FIELD(PgaWorkloadStatement, query, STRING, SQL),
    PGA_FIELD(PgaWorkloadStatement, toplevel, BOOL, FACT),
    PGA_FIELD(PgaWorkloadStatement, calls, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, plans, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, rows, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, total_exec_time, DOUBLE, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, mean_exec_time, DOUBLE, MEASURE),
    PGA_FIELD(PgaWorkloadStatement, max_exec_time, DOUBLE, MEASURE),
    PGA_FIELD(PgaWorkloadStatement, stddev_exec_time, DOUBLE, MEASURE),
    PGA_FIELD(PgaWorkloadStatement, total_plan_time, DOUBLE, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, mean_plan_time, DOUBLE, MEASURE),
    PGA_FIELD(PgaWorkloadStatement, shared_blks_hit, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, shared_blks_read, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, shared_blks_dirtied, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, shared_blks_written, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, blk_read_time, DOUBLE, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, temp_blks_read, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, temp_blks_written, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, wal_bytes, INT64, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, jit_time, DOUBLE, COUNTER),
    PGA_FIELD(PgaWorkloadStatement, parsed, BOOL, FACT),
    PGA_FIELD(PgaWorkloadStatement, fingerprint, STRING, FACT),
    PGA_FIELD(PgaWorkloadStatement, command, CHAR, FACT),
    PGA_FIELD(PgaWorkloadStatement, selects_star, BOOL, FACT),
    PGA_FIELD(PgaWorkloadStatement, has_limit, BOOL, FACT),
    PGA_FIELD(PgaWorkloadStatement, has_aggregate, BOOL, FACT),
    PGA_FIELD(PgaWorkloadStatement, has_order, BOOL, FACT),
    PGA_FIELD(PgaWorkloadStatement, star_relations, OIDS, OID),
    PGA_FIELD(PgaWorkloadStatement, relations, OIDS, OID),
    PGA_FIELD_OF(PgaWorkloadStatement, predicates, RECORDS, pga_predicate_type),
};
const PgaRecordType pga_workload_statement_type =
    PGA_RECORD_TYPE("statement", PgaWorkloadStatement, statement_fields);

static const PgaField workload_fields[] = {
    PGA_FIELD(PgaWorkload, known, BOOL, FACT),
    PGA_FIELD(PgaWorkload, why_unknown, STRING, FACT),
    PGA_FIELD(PgaWorkload, preloaded, BOOL, FACT),
    PGA_FIELD(PgaWorkload, created, BOOL, FACT),
    PGA_FIELD(PgaWorkload, tracked, BOOL, FACT),
    PGA_FIELD(PgaWorkload, max, INT64, MEASURE),
    PGA_FIELD(PgaWorkload, dealloc, INT64, COUNTER),
    PGA_FIELD(PgaWorkload, stats_age, DOUBLE, MEASURE),
    PGA_FIELD(PgaWorkload, total_time, DOUBLE, MEASURE),
    PGA_FIELD(PgaWorkload, n_hidden, INT32, FACT),
    PGA_FIELD(PgaWorkload, n_unparsed, INT32, FACT),
    PGA_FIELD_OF(PgaWorkload, statements, RECORDS, pga_workload_statement_type),
};
const PgaRecordType pga_workload_type = PGA_RECORD_TYPE("workload", PgaWorkload, workload_fields);

PgaWorkload *
pga_workload_new(void)
{
    PgaWorkload *workload = pga_record_new(&pga_workload_type);

    workload->dealloc = -1;
    workload->stats_age = -1;
    return workload;
}

void
pga_workload_free(PgaWorkload *workload)
{
    pga_record_free(&pga_workload_type, workload);
}
