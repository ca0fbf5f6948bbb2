#include "model/architecture.h"

static void
column_free(PgaDesignColumn *column)
{
    g_free(column->name);
    g_free(column->type);
    g_free(column->default_);
    g_free(column->generated);
    g_free(column->comment);
    g_free(column->reason);
    g_ptr_array_unref(column->shape.common);
    g_free(column->shape.low);
    g_free(column->shape.high);
    g_free(column);
}

static void
key_free(PgaDesignKey *key)
{
    g_free(key->name);
    g_ptr_array_unref(key->columns);
    g_free(key->where);
    g_free(key->why);
    g_free(key);
}

static void
reference_free(PgaDesignReference *reference)
{
    g_free(reference->name);
    g_ptr_array_unref(reference->columns);
    g_free(reference->table);
    g_ptr_array_unref(reference->referenced_columns);
    g_free(reference->why);
    g_free(reference);
}

static void
constraint_free(PgaDesignConstraint *constraint)
{
    g_free(constraint->name);
    g_free(constraint->column);
    g_free(constraint->definition);
    g_free(constraint->why);
    g_free(constraint);
}

static void
dependency_free(PgaDesignDependency *dependency)
{
    g_free(dependency->table);
    g_ptr_array_unref(dependency->left);
    g_ptr_array_unref(dependency->right);
    g_free(dependency->note);
    g_free(dependency);
}

static void
violation_free(PgaDesignViolation *violation)
{
    g_free(violation->entity);
    g_free(violation->attribute);
    g_free(violation->problem);
    g_free(violation->resolution);
    g_free(violation);
}

static void
move_free(PgaDesignMove *move)
{
    g_free(move->table);
    g_free(move->column);
    g_free(move->to_table);
    g_free(move->to_column);
    g_free(move);
}

static void
reason_free(PgaPartitionReason *reason)
{
    g_free(reason->id);
    g_free(reason->text);
    g_free(reason);
}

void
pga_partitioning_free(PgaDesignPartitioning *partitioning)
{
    g_ptr_array_unref(partitioning->reasons);
    g_free(partitioning->verdict);
    g_free(partitioning->column);
    g_free(partitioning->interval);
    g_free(partitioning->interval_name);
    g_ptr_array_unref(partitioning->values);
    g_free(partitioning->sub_column);
    g_free(partitioning->retention_policy);
    g_free(partitioning->default_policy);
    g_free(partitioning->key_change);
    g_free(partitioning->pruning_plan);
    g_free(partitioning->pruning_generic);
    g_free(partitioning->pruning_run);
    g_free(partitioning->pruning);
    g_free(partitioning->price);
    g_free(partitioning->online_plan);
    g_free(partitioning);
}

static void
table_free(PgaDesignTable *table)
{
    g_free(table->name);
    g_free(table->comment);
    g_free(table->origin);
    g_ptr_array_unref(table->columns);
    g_ptr_array_unref(table->keys);
    g_ptr_array_unref(table->references);
    g_ptr_array_unref(table->constraints);
    g_ptr_array_unref(table->notes);
    g_free(table->normal_form);
    g_free(table->storage_options);
    g_free(table);
}

static void
view_free(PgaDesignView *view)
{
    g_free(view->name);
    g_free(view->sql);
    g_free(view->unique_sql);
    g_free(view->refresh);
    g_free(view->pattern);
    g_free(view->staleness);
    g_free(view->query);
    g_free(view->why);
    g_free(view);
}

static void
query_free(PgaDesignQuery *query)
{
    g_free(query->name);
    g_free(query->sql);
    g_free(query->planned_sql);
    g_free(query->variant_sql);
    g_free(query->unkeyed_sql);
    g_ptr_array_unref(query->values);
    g_free(query->origin);
    g_free(query->failure);
    g_free(query->plan);
    g_free(query->shape);
    g_free(query->plan_tenfold);
    g_ptr_array_unref(query->indexes);
    g_free(query->latency);
    g_free(query->tenfold);
    g_free(query);
}

static void
node_free(PgaDesignNode *node)
{
    g_free(node->name);
    g_free(node->role);
    g_free(node->zone);
    g_free(node->region);
    g_free(node);
}

static void
file_free(PgaDesignFile *file)
{
    g_free(file->path);
    g_free(file->text);
    g_free(file);
}

static void
proof_free(PgaDesignProof *proof)
{
    g_free(proof->what);
    g_free(proof->where);
    g_free(proof->outcome);
    g_free(proof);
}

static void
change_free(PgaDesignChange *change)
{
    g_free(change->title);
    g_free(change->object);
    g_free(change->sql);
    g_free(change->lock);
    g_free(change->path);
    g_free(change->objection);
    g_free(change->fingerprint);
    g_free(change);
}

PgaDesignChange *
pga_architecture_add_change(PgaArchitecture *architecture, const char *title)
{
    PgaDesignChange *change = g_new0(PgaDesignChange, 1);

    change->title = g_strdup(title);
    g_ptr_array_add(architecture->changes, change);
    return change;
}

static GPtrArray *
strings(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

#define LIST_OF(free) g_ptr_array_new_with_free_func((GDestroyNotify)(free))

PgaDesignTable *
pga_architecture_add_table(PgaArchitecture *architecture, const char *name)
{
    PgaDesignTable *table = g_new0(PgaDesignTable, 1);

    table->name = g_strdup(name);
    table->columns = LIST_OF(column_free);
    table->keys = LIST_OF(key_free);
    table->references = LIST_OF(reference_free);
    table->constraints = LIST_OF(constraint_free);
    table->notes = strings();
    table->rows = -1;
    table->rows_per_year = -1;
    table->retention_days = -1;
    g_ptr_array_add(architecture->tables, table);
    return table;
}

PgaDesignColumn *
pga_design_table_add_column(PgaDesignTable *table, const char *name, const char *type)
{
    PgaDesignColumn *column = g_new0(PgaDesignColumn, 1);

    column->name = g_strdup(name);
    column->type = g_strdup(type);
    column->shape.common = pga_spec_shares_new();
    column->shape.elements = -1;
    column->shape.elements_a_row = -1;
    g_ptr_array_add(table->columns, column);
    return column;
}

PgaDesignKey *
pga_design_table_add_key(PgaDesignTable *table, PgaDesignKeyKind kind)
{
    PgaDesignKey *key = g_new0(PgaDesignKey, 1);

    key->kind = kind;
    key->columns = strings();
    g_ptr_array_add(table->keys, key);
    return key;
}

PgaDesignReference *
pga_design_table_add_reference(PgaDesignTable *table, const char *referenced)
{
    PgaDesignReference *reference = g_new0(PgaDesignReference, 1);

    reference->table = g_strdup(referenced);
    reference->columns = strings();
    reference->referenced_columns = strings();
    g_ptr_array_add(table->references, reference);
    return reference;
}

PgaDesignConstraint *
pga_design_table_add_constraint(PgaDesignTable *table, const char *name)
{
    PgaDesignConstraint *constraint = g_new0(PgaDesignConstraint, 1);

    constraint->name = g_strdup(name);
    g_ptr_array_add(table->constraints, constraint);
    return constraint;
}

PgaDesignDependency *
pga_architecture_add_dependency(PgaArchitecture *architecture, const char *table, PgaSaid origin)
{
    PgaDesignDependency *dependency = g_new0(PgaDesignDependency, 1);

    dependency->table = g_strdup(table);
    dependency->origin = origin;
    dependency->left = strings();
    dependency->right = strings();
    g_ptr_array_add(architecture->dependencies, dependency);
    return dependency;
}

PgaDesignViolation *
pga_architecture_add_violation(PgaArchitecture *architecture, guint normal_form)
{
    PgaDesignViolation *violation = g_new0(PgaDesignViolation, 1);

    violation->normal_form = normal_form;
    g_ptr_array_add(architecture->violations, violation);
    return violation;
}

PgaDesignMove *
pga_architecture_add_move(PgaArchitecture *architecture, const char *table, const char *column)
{
    PgaDesignMove *move = g_new0(PgaDesignMove, 1);

    move->table = g_strdup(table);
    move->column = g_strdup(column);
    g_ptr_array_add(architecture->moves, move);
    return move;
}

PgaDesignView *
pga_architecture_add_view(PgaArchitecture *architecture, const char *name)
{
    PgaDesignView *view = g_new0(PgaDesignView, 1);

    view->name = g_strdup(name);
    g_ptr_array_add(architecture->views, view);
    return view;
}

PgaDesignPartitioning *
pga_partitioning_new(const PgaDesignTable *table)
{
    PgaDesignPartitioning *partitioning = g_new0(PgaDesignPartitioning, 1);

    partitioning->table = table;
    partitioning->reasons = LIST_OF(reason_free);
    partitioning->values = pga_spec_shares_new();
    partitioning->retention_days = -1;
    partitioning->cost_before = -1;
    partitioning->cost_after = -1;
    partitioning->rows_per_partition = -1;
    return partitioning;
}

PgaDesignPartitioning *
pga_architecture_add_partitioning(PgaArchitecture *architecture, const PgaDesignTable *table)
{
    PgaDesignPartitioning *partitioning = pga_partitioning_new(table);

    g_ptr_array_add(architecture->partitionings, partitioning);
    return partitioning;
}

PgaPartitionReason *
pga_partitioning_add_reason(PgaDesignPartitioning *partitioning, const char *id, gint64 weight)
{
    PgaPartitionReason *reason = g_new0(PgaPartitionReason, 1);

    reason->id = g_strdup(id);
    reason->weight = weight;
    g_ptr_array_add(partitioning->reasons, reason);
    return reason;
}

PgaDesignQuery *
pga_architecture_add_query(PgaArchitecture *architecture, const PgaSpecPattern *pattern)
{
    PgaDesignQuery *query = g_new0(PgaDesignQuery, 1);

    query->pattern = pattern;
    query->name = g_strdup(pattern->name);
    query->indexes = strings();
    query->values = strings();
    query->per_second = -1;
    query->cost_before = -1;
    query->cost_unkeyed = -1;
    query->cost_after = -1;
    query->cost_tenfold = -1;
    query->rows = -1;
    query->low_ms = -1;
    query->high_ms = -1;
    g_ptr_array_add(architecture->queries, query);
    return query;
}

PgaDesignNode *
pga_architecture_add_node(PgaArchitecture *architecture, const char *name, const char *role)
{
    PgaDesignNode *node = g_new0(PgaDesignNode, 1);

    node->name = g_strdup(name);
    node->role = g_strdup(role);
    g_ptr_array_add(architecture->availability.nodes, node);
    return node;
}

PgaDesignProof *
pga_architecture_add_proof(PgaArchitecture *architecture, char *what, char *where)
{
    PgaDesignProof *proof = g_new0(PgaDesignProof, 1);

    proof->what = what;
    proof->where = where;
    g_ptr_array_add(architecture->proofs, proof);
    return proof;
}

static gint
compare_files(gconstpointer a, gconstpointer b)
{
    const PgaDesignFile *const *left = a, *const *right = b;

    return g_strcmp0((*left)->path, (*right)->path);
}

PgaDesignFile *
pga_architecture_put_file(PgaArchitecture *architecture, const char *path, char *text)
{
    PgaDesignFile *file = (PgaDesignFile *)pga_architecture_file(architecture, path);

    if (!file) {
        file = g_new0(PgaDesignFile, 1);
        file->path = g_strdup(path);
        g_ptr_array_add(architecture->files, file);
        g_ptr_array_sort(architecture->files, compare_files);
    }
    g_free(file->text);
    file->text = text;
    return file;
}

PgaDesignTable *
pga_architecture_table(const PgaArchitecture *architecture, const char *name)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        if (g_strcmp0(table->name, name) == 0)
            return table;
    }
    return NULL;
}

PgaDesignColumn *
pga_design_table_column(const PgaDesignTable *table, const char *name)
{
    for (guint i = 0; i < table->columns->len; i++) {
        PgaDesignColumn *column = g_ptr_array_index(table->columns, i);

        if (g_strcmp0(column->name, name) == 0)
            return column;
    }
    return NULL;
}

const PgaDesignKey *
pga_design_table_primary(const PgaDesignTable *table)
{
    const PgaDesignKey *key = table->keys->len > 0 ? g_ptr_array_index(table->keys, 0) : NULL;

    return key && key->kind == PGA_DESIGN_PRIMARY ? key : NULL;
}

const PgaDesignFile *
pga_architecture_file(const PgaArchitecture *architecture, const char *path)
{
    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);

        if (g_strcmp0(file->path, path) == 0)
            return file;
    }
    return NULL;
}

PgaArchitecture *
pga_architecture_new(PgaRequirements *requirements)
{
    PgaArchitecture *architecture = g_new0(PgaArchitecture, 1);
    PgaDesignAvailability *availability = &architecture->availability;

    architecture->requirements = requirements;
    architecture->unpartitioned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    architecture->tables = LIST_OF(table_free);
    architecture->dependencies = LIST_OF(dependency_free);
    architecture->violations = LIST_OF(violation_free);
    architecture->moves = LIST_OF(move_free);
    architecture->views = LIST_OF(view_free);
    architecture->partitionings = LIST_OF(pga_partitioning_free);
    architecture->queries = LIST_OF(query_free);
    architecture->extensions = strings();
    architecture->files = LIST_OF(file_free);
    architecture->proofs = LIST_OF(proof_free);
    architecture->changes = LIST_OF(change_free);
    architecture->findings = LIST_OF(pga_finding_free);
    architecture->not_checked = LIST_OF(pga_not_checked_free);
    architecture->notes = strings();
    availability->nodes = LIST_OF(node_free);
    availability->notes = strings();
    availability->citations = strings();
    availability->rto_low_s = availability->rto_high_s = availability->rpo_s = -1;
    availability->sync_cost_ms = -1;
    return architecture;
}

void
pga_architecture_free(PgaArchitecture *architecture)
{
    PgaDesignAvailability *availability = architecture ? &architecture->availability : NULL;

    if (!architecture)
        return;
    g_ptr_array_unref(architecture->dependencies);
    g_ptr_array_unref(architecture->violations);
    g_ptr_array_unref(architecture->moves);
    g_ptr_array_unref(architecture->views);
    g_ptr_array_unref(architecture->partitionings);
    g_ptr_array_unref(architecture->queries);
    g_ptr_array_unref(architecture->tables);
    g_ptr_array_unref(architecture->extensions);
    g_free(architecture->normal_form);
    g_free(architecture->breaks_first);
    g_clear_pointer(&architecture->index, pga_index_report_free);
    g_clear_pointer(&architecture->tune, pga_tune_report_free);
    g_ptr_array_unref(architecture->files);
    g_ptr_array_unref(architecture->proofs);
    g_ptr_array_unref(architecture->changes);
    g_clear_pointer(&architecture->source, pga_environment_free);
    g_ptr_array_unref(architecture->findings);
    g_ptr_array_unref(architecture->not_checked);
    g_ptr_array_unref(architecture->notes);
    g_free(availability->topology);
    g_free(availability->architecture);
    g_free(availability->failover_strategy);
    g_free(availability->rto);
    g_free(availability->rpo);
    g_free(availability->rto_derivation);
    g_free(availability->rpo_derivation);
    g_free(availability->sync_decision);
    g_free(availability->budget);
    g_free(availability->managed);
    g_ptr_array_unref(availability->nodes);
    g_ptr_array_unref(availability->notes);
    g_ptr_array_unref(availability->citations);
    g_clear_pointer(&architecture->requirements, pga_requirements_free);
    g_hash_table_unref(architecture->unpartitioned);
    g_free(architecture);
}

const char *
pga_said_name(PgaSaid said)
{
    static const char *const names[] = {[PGA_SAID_STATED] = "stated",
                                        [PGA_SAID_KEY] = "key",
                                        [PGA_SAID_PATTERN] = "pattern",
                                        [PGA_SAID_ASSUMED] = "assumed"};

    return names[said];
}

const char *
pga_partition_method_name(PgaPartitionMethod method)
{
    static const char *const names[] = {[PGA_PARTITION_RANGE] = "RANGE",
                                        [PGA_PARTITION_LIST] = "LIST",
                                        [PGA_PARTITION_HASH] = "HASH"};

    return names[method];
}

const char *
pga_latency_verdict_name(PgaLatencyVerdict verdict)
{
    static const char *const names[] = {[PGA_LATENCY_UNKNOWN] = "unknown",
                                        [PGA_LATENCY_NO_TARGET] = "no target",
                                        [PGA_LATENCY_PLAUSIBLE] = "plausible",
                                        [PGA_LATENCY_DOUBTFUL] = "doubtful",
                                        [PGA_LATENCY_IMPLAUSIBLE] = "implausible"};

    return names[verdict];
}
