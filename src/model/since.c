/* Counters less those of an earlier look, record by record. A record of which one counter went
 * backwards was reset in between: it keeps what it has, which is since the reset. */
#include "model/since.h"

#include "model/identity.h"

#define CLOCKS_DIFFER 60 /* s: clocks that are set, and what a query takes */

/* By the server's own clock; 0 unknown. */
static gint64
started_at(const PgaEnvironment *environment)
{
    return environment->now > 0 && environment->uptime >= 0
               ? environment->now - (gint64)environment->uptime
               : 0;
}

PgaSinceServer
pga_since_server(const PgaEnvironment *earlier, const PgaEnvironment *later)
{
    const gint64 before = started_at(earlier), after = started_at(later);

    if (before <= 0 || after <= 0)
        return PGA_SINCE_UNKNOWN;
    if (ABS(after - before) <= CLOCKS_DIFFER)
        return PGA_SINCE_SAME_SERVER;
    return after < earlier->now - CLOCKS_DIFFER ? PGA_SINCE_OTHER_SERVER : PGA_SINCE_RESTARTED;
}

typedef struct {
    const PgaSnapshot *earlier;
    PgaLater *later;
    double seconds; /* between the two */
    PgaSinceNotes notes;
} Subtraction;

static double
number_at(const PgaField *field, gconstpointer at)
{
    return field->type == PGA_FIELD_INT64 ? (double)*(const gint64 *)at : *(const double *)at;
}

static gboolean
is_counter(const PgaField *field)
{
    return field->meaning == PGA_MEANING_COUNTER &&
           (field->type == PGA_FIELD_INT64 || field->type == PGA_FIELD_DOUBLE);
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the model's structs */
has_counters(const PgaRecordType *type)
{
    for (guint i = 0; i < type->n_fields; i++)
        if (is_counter(&type->fields[i]) ||
            (type->fields[i].type == PGA_FIELD_RECORD && has_counters(type->fields[i].record)))
            return TRUE;
    return FALSE;
}

/* Below 0: unknown, then or now. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the model's structs */
went_backwards(const PgaRecordType *type, gconstpointer earlier, gconstpointer later)
{
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        gconstpointer was = (const char *)earlier + field->offset;
        gconstpointer is = (const char *)later + field->offset;

        if (field->type == PGA_FIELD_RECORD && went_backwards(field->record, was, is))
            return TRUE;
        if (is_counter(field) && number_at(field, is) >= 0 &&
            number_at(field, is) < number_at(field, was))
            return TRUE;
    }
    return FALSE;
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the model's structs */
subtract(const PgaRecordType *type, gconstpointer earlier, gpointer later)
{
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        gconstpointer was = (const char *)earlier + field->offset;
        gpointer is = (char *)later + field->offset;

        if (field->type == PGA_FIELD_RECORD)
            subtract(field->record, was, is);
        if (!is_counter(field) || number_at(field, was) < 0 || number_at(field, is) < 0)
            continue;
        if (field->type == PGA_FIELD_INT64)
            *(gint64 *)is -= *(const gint64 *)was;
        else
            *(double *)is -= *(const double *)was;
    }
}

static gboolean
is_younger(double age, double seconds)
{
    return age >= 0 && age < seconds;
}

/* Its counters may be beyond what they were before the reset: then only its time tells. */
static gboolean
says_reset(const PgaRecordType *type, gconstpointer record, double seconds)
{
    if (type == &pga_database_type)
        return is_younger(((const PgaDatabase *)record)->stats_age, seconds);
    if (type == &pga_server_type)
        return is_younger(((const PgaServer *)record)->checkpointer_stats_age, seconds) ||
               is_younger(((const PgaServer *)record)->wal_stats_age, seconds);
    return FALSE;
}

/* FALSE when the record was reset in between. */
static gboolean
subtract_record(Subtraction *self, const PgaRecordType *type, gconstpointer earlier, gpointer later)
{
    if (says_reset(type, later, self->seconds) || went_backwards(type, earlier, later)) {
        self->notes.n_reset++;
        return FALSE;
    }
    subtract(type, earlier, later);
    return TRUE;
}

/* (transfer full): of identity to record */
static GHashTable *
by_identity(const PgaRecordType *type, const GPtrArray *list, const PgaCatalog *catalog)
{
    GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < list->len; i++) {
        gpointer record = g_ptr_array_index(list, i);
        char *identity = pga_record_identity(type, record, catalog);

        if (identity)
            g_hash_table_insert(found, identity, record);
    }
    return found;
}

static void
subtract_list(Subtraction *self, const PgaRecordType *type, const GPtrArray *earlier,
              const GPtrArray *later)
{
    g_autoptr(GHashTable) known = by_identity(type, earlier, self->earlier->catalog);

    for (guint i = 0; i < later->len; i++) {
        gpointer record = g_ptr_array_index(later, i);
        g_autofree char *identity = pga_record_identity(type, record, self->later->catalog);
        gconstpointer before = identity ? g_hash_table_lookup(known, identity) : NULL;

        if (before)
            subtract_record(self, type, before, record);
        else if (type == &pga_relation_type || type == &pga_index_type)
            self->notes.n_new++;
    }
}

/* The section's own counters, and those of its lists; FALSE when its own were reset. */
static gboolean
subtract_section(Subtraction *self, const PgaRecordType *type, gconstpointer earlier,
                 gpointer later)
{
    const gboolean subtracted = subtract_record(self, type, earlier, later);

    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];
        const gsize offset = field->offset;

        if (field->type == PGA_FIELD_RECORDS && has_counters(field->record))
            subtract_list(self, field->record,
                          *(GPtrArray *const *)((const char *)earlier + offset),
                          *(GPtrArray *const *)((const char *)later + offset));
    }
    return subtracted;
}

/* An age of statistics: the time since the earlier look, unless they were reset after it. */
static gboolean
shorten(double *age, double seconds)
{
    if (is_younger(*age, seconds))
        return FALSE;
    *age = seconds;
    return TRUE;
}

/* A disk of another size is another disk. */
static void
subtract_disks(const PgaHost *earlier, PgaHost *later, double seconds)
{
    if (earlier->data_free_bytes < 0 || earlier->data_disk_bytes != later->data_disk_bytes ||
        earlier->wal_free_bytes < 0 || earlier->wal_disk_bytes != later->wal_disk_bytes)
        return;
    later->data_growth_bytes = earlier->data_free_bytes - later->data_free_bytes;
    later->wal_growth_bytes = earlier->wal_free_bytes - later->wal_free_bytes;
    later->growth_age = seconds;
}

/* Counters that were not subtracted keep the time that they are of. */
static void
subtract_server(Subtraction *self)
{
    const double seconds = self->seconds;
    PgaServer *server = self->later->server;

    if (!server)
        return;
    if (subtract_section(self, &pga_server_type, self->earlier->server, server)) {
        shorten(&server->checkpointer_stats_age, seconds);
        shorten(&server->wal_stats_age, seconds);
    }
    for (guint i = 0; i < server->databases->len; i++)
        shorten(&((PgaDatabase *)g_ptr_array_index(server->databases, i))->stats_age, seconds);
    subtract_disks(&self->earlier->server->host, &server->host, seconds);
}

static int
compare_statements(gconstpointer a, gconstpointer b)
{
    const PgaWorkloadStatement *left = *(PgaWorkloadStatement *const *)a;
    const PgaWorkloadStatement *right = *(PgaWorkloadStatement *const *)b;

    return (left->total_exec_time < right->total_exec_time) -
           (left->total_exec_time > right->total_exec_time);
}

/* What did not run goes; means are of the calls that are left. */
static void
tidy_statements(PgaWorkload *workload)
{
    GPtrArray *statements = workload->statements;
    guint kept = 0;

    for (guint i = 0; i < statements->len; i++) {
        PgaWorkloadStatement *statement = g_ptr_array_index(statements, i);

        if (statement->calls <= 0) {
            pga_record_free(&pga_workload_statement_type, statement);
            continue;
        }
        statement->mean_exec_time = statement->total_exec_time / (double)statement->calls;
        if (statement->plans > 0)
            statement->mean_plan_time = statement->total_plan_time / (double)statement->plans;
        statements->pdata[kept++] = statement;
    }
    g_ptr_array_set_size(statements, (gint)kept);
    g_ptr_array_sort(statements, compare_statements);
}

static void
subtract_workload(Subtraction *self)
{
    PgaWorkload *workload = self->later->workload;
    const PgaWorkload *before = self->earlier->workload;

    if (!workload || !workload->known || !before->known)
        return;
    if (!shorten(&workload->stats_age, self->seconds)) {
        self->notes.workload_reset = TRUE;
        return;
    }
    subtract_section(self, &pga_workload_type, before, workload);
    if (workload->total_time >= before->total_time)
        workload->total_time -= before->total_time;
    tidy_statements(workload);
}

PgaSinceNotes
pga_since(const PgaSnapshot *earlier, PgaLater *later)
{
    const double seconds = (double)(later->taken_at - earlier->taken_at);
    Subtraction self = {.earlier = earlier, .later = later, .seconds = seconds};
    PgaEnvironment *environment = later->environment;

    if (shorten(&environment->stats_age, seconds)) {
        shorten(&environment->temp_age, seconds);
        subtract_section(&self, &pga_environment_type, earlier->environment, environment);
        subtract_section(&self, &pga_catalog_type, earlier->catalog, later->catalog);
        pga_catalog_sum_partitions(later->catalog);
    } else {
        self.notes.database_reset = TRUE;
    }
    subtract_server(&self);
    subtract_workload(&self);
    return self.notes;
}
