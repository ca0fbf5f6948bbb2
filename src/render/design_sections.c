/* What an architecture's page says, by priority. */
#include "design_page_internal.h"
#include "phrases_internal.h"
#include "tune_internal.h"

#include <base/text.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

void
pga_design_row(GPtrArray *rows, char **cells)
{
    g_ptr_array_add(rows, g_memdup2(cells, sizeof(char *) * (g_strv_length(cells) + 1)));
}

GPtrArray *
pga_design_rows_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
}

void
pga_design_grid(PgaPage *page, const char *const *titles, GPtrArray *rows)
{
    const PgaGrid grid = {titles, g_strv_length((char **)titles), rows};

    page->style->grid(page, &grid);
    g_ptr_array_unref(rows);
}

static const char *
or_empty(const char *text)
{
    return text ? text : "";
}

static char *
size_of(double bytes)
{
    return bytes > 0 ? pga_bytes_format_storage((gint64)MIN(bytes, 9e18)) : g_strdup("0 B");
}

static char *
rows_of(double rows)
{
    return rows < 0 ? g_strdup("?") : pga_count_format(rows);
}

/* Items of a vector of sentences. */
static void
write_texts(PgaPage *page, const GPtrArray *texts, guint n)
{
    for (guint i = 0; i < n; i++)
        page->style->item(page, g_ptr_array_index(texts, i));
}

static guint
count_assumptions(const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) lines = pga_design_assumption_lines(architecture);

    return lines->len;
}

static void
write_assumptions(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    g_autoptr(GPtrArray) lines = pga_design_assumption_lines(architecture);

    write_texts(page, lines, n);
}

static guint
count_matters(const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) lines = pga_design_matters(architecture);

    return lines->len;
}

static void
write_matters(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    g_autoptr(GPtrArray) lines = pga_design_matters(architecture);

    write_texts(page, lines, n);
}

static guint
count_violations(const PgaArchitecture *architecture)
{
    return architecture->violations->len;
}

static void
write_violations(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    for (guint i = 0; i < n; i++) {
        const PgaDesignViolation *violation = g_ptr_array_index(architecture->violations, i);

        pga_page_item(page, g_strdup_printf("%s.%s (%uNF, line %u): %s -> %s",
                                            or_empty(violation->entity),
                                            or_empty(violation->attribute), violation->normal_form,
                                            violation->at.line, or_empty(violation->problem),
                                            or_empty(violation->resolution)));
    }
}

static guint
count_tables(const PgaArchitecture *architecture)
{
    return architecture->source ? pga_design_count_sizes(architecture) : architecture->tables->len;
}

static char *
partitioned_of(const PgaDesignTable *table)
{
    g_autofree char *interval = NULL;

    if (!table->partitioning)
        return g_strdup("");
    interval = pga_design_partition_interval(table->partitioning);
    return g_strdup_printf("%s (%s) %s", pga_partition_method_name(table->partitioning->method),
                           or_empty(table->partitioning->column), interval);
}

static void
write_tables(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    static const char *const titles[] = {"table", "rows",        "size", "row",
                                         "form",  "partitioned", "from", NULL};
    GPtrArray *rows;

    if (architecture->source) {
        pga_design_write_sizes(page, architecture, n);
        return;
    }
    rows = pga_design_rows_new();
    for (guint i = 0; i < n; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        pga_design_row(
            rows, (char *[]){g_strdup(table->name), rows_of(table->rows),
                             size_of(table->heap_bytes + table->toast_bytes + table->index_bytes),
                             g_strdup_printf("%.0f B", MAX(table->row_bytes, 0)),
                             g_strdup(or_empty(table->normal_form)), partitioned_of(table),
                             g_strdup(or_empty(table->origin)), NULL});
    }
    pga_design_grid(page, titles, rows);
}

static const PgaDesignReference *
reference_of(const PgaDesignTable *table, const char *column)
{
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);

        if (reference->columns->len == 1 &&
            g_str_equal(g_ptr_array_index(reference->columns, 0), column))
            return reference;
    }
    return NULL;
}

/* "user bigint -> users, note text?" */
static void
append_column(GString *out, const PgaDesignTable *table, const PgaDesignColumn *column)
{
    const PgaDesignReference *reference = reference_of(table, column->name);

    g_string_append_printf(out, "%s%s %s%s", out->len > 0 ? ", " : "", column->name, column->type,
                           column->not_null ? "" : "?");
    if (reference)
        g_string_append_printf(out, " -> %s", reference->table);
}

static void
write_columns(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    for (guint i = 0; i < n; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        const PgaDesignKey *primary = pga_design_table_primary(table);
        g_autofree char *key = primary ? pga_design_names(primary->columns) : g_strdup("");
        g_autoptr(GString) columns = g_string_new(NULL);

        for (guint j = 0; j < table->columns->len; j++)
            append_column(columns, table, g_ptr_array_index(table->columns, j));
        pga_page_item(page, g_strdup_printf("%s (key: %s): %s", table->name, key, columns->str));
    }
}

/* Of a database that is there they are nothing new. */
static guint
count_columns(const PgaArchitecture *architecture)
{
    return architecture->source ? 0 : architecture->tables->len;
}

static guint
count_table_notes(const PgaArchitecture *architecture)
{
    guint n = 0;

    for (guint i = 0; i < architecture->tables->len; i++)
        n += ((const PgaDesignTable *)g_ptr_array_index(architecture->tables, i))->notes->len;
    return n;
}

static void
write_table_notes(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    for (guint i = 0; i < architecture->tables->len && n > 0; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < table->notes->len && n > 0; j++, n--)
            pga_page_item(page, g_strdup_printf("%s: %s", table->name,
                                                (char *)g_ptr_array_index(table->notes, j)));
    }
}

static guint
count_indexes(const PgaArchitecture *architecture)
{
    return architecture->index ? architecture->index->advice->len : 0;
}

static guint
count_partitions(const PgaArchitecture *architecture)
{
    return architecture->partitionings->len;
}

static guint
count_queries(const PgaArchitecture *architecture)
{
    return architecture->queries->len;
}

static guint
count_views(const PgaArchitecture *architecture)
{
    return architecture->views->len;
}

static void
write_views(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    for (guint i = 0; i < n; i++) {
        const PgaDesignView *view = g_ptr_array_index(architecture->views, i);

        pga_page_item(page, g_strdup_printf("%s: %s. Refresh: %s. Stale: %s.", view->name,
                                            or_empty(view->why), or_empty(view->refresh),
                                            or_empty(view->staleness)));
    }
}

static gboolean
is_leading(const PgaTunedSetting *setting)
{
    static const char *const leading[] = {"shared_buffers",  "effective_cache_size",
                                          "work_mem",        "maintenance_work_mem",
                                          "max_connections", NULL};

    return g_strv_contains(leading, setting->name);
}

/* "hash_mem_multiplier 2, temp_buffers 8MB": what the memory inequality counts on as it is. */
static char *
kept_settings(const PgaArchitecture *architecture)
{
    const GPtrArray *settings = architecture->tune->tuning->settings;
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(settings, i);

        if (!is_leading(setting) && !pga_tune_writes(setting) && pga_tune_proof_counts_on(setting))
            g_string_append_printf(out, "%s%s %s", out->len > 0 ? ", " : "", setting->name,
                                   setting->value);
    }
    return g_string_free(out, FALSE);
}

/* Those that are to be written; the contract's first, though they may stay as they are. */
static GPtrArray *
settings_of(const PgaArchitecture *architecture)
{
    GPtrArray *settings = g_ptr_array_new();

    for (guint pass = 0; architecture->tune && pass < 2; pass++)
        for (guint i = 0; i < architecture->tune->tuning->settings->len; i++) {
            PgaTunedSetting *setting = g_ptr_array_index(architecture->tune->tuning->settings, i);

            if (is_leading(setting) == (pass == 0) &&
                (pga_tune_writes(setting) || is_leading(setting)))
                g_ptr_array_add(settings, setting);
        }
    return settings;
}

static guint
count_settings(const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) settings = settings_of(architecture);

    return settings->len;
}

static void
write_settings(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    static const char *const titles[] = {"setting", "value", "how", NULL};
    g_autoptr(GPtrArray) settings = settings_of(architecture);
    g_autofree char *verdict = pga_tune_verdict(architecture->tune->tuning);
    g_autofree char *machine = pga_tune_machine(architecture->tune->tuning->input);
    g_autofree char *kept = kept_settings(architecture);
    GPtrArray *rows = pga_design_rows_new();

    pga_page_item(page, g_strdup_printf("%s. %s", machine, verdict));
    if (*kept)
        pga_page_item(page, g_strdup_printf("The sum counts on what stays as it is: %s.", kept));
    for (guint i = 0; i < n; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(settings, i);

        pga_design_row(
            rows, (char *[]){g_strdup(setting->name), g_strdup(setting->value),
                             g_strdup(setting->formula ? setting->formula : or_empty(setting->why)),
                             NULL});
    }
    pga_design_grid(page, titles, rows);
}

static GPtrArray *
availability_lines(const PgaDesignAvailability *from)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    const struct {
        const char *label, *text, *more;
    } parts[] = {
        {"Architecture", from->architecture, from->topology},
        {"Failover", from->failover_strategy, NULL},
        {"RTO", from->rto, from->rto_derivation},
        {"RPO", from->rpo, from->rpo_derivation},
        {from->synchronous ? "Synchronous" : "Asynchronous", from->sync_decision, NULL},
        {"Budget", from->budget, NULL},
        {"The provider", from->managed, NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        if (parts[i].text)
            g_ptr_array_add(lines,
                            g_strdup_printf("%s: %s%s%s", parts[i].label, parts[i].text,
                                            parts[i].more ? ": " : "", or_empty(parts[i].more)));
    for (guint i = 0; i < from->nodes->len; i++) {
        const PgaDesignNode *node = g_ptr_array_index(from->nodes, i);

        g_ptr_array_add(lines, g_strdup_printf("Node %s: %s%s%s", or_empty(node->name),
                                               or_empty(node->role), node->zone ? ", zone " : "",
                                               or_empty(node->zone)));
    }
    for (guint i = 0; i < from->notes->len; i++)
        g_ptr_array_add(lines, g_strdup(g_ptr_array_index(from->notes, i)));
    return lines;
}

static guint
count_availability(const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) lines = availability_lines(&architecture->availability);

    return architecture->availability.wanted ? lines->len : 0;
}

static void
write_availability(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    g_autoptr(GPtrArray) lines = availability_lines(&architecture->availability);

    write_texts(page, lines, n);
}

static guint
count_proofs(const PgaArchitecture *architecture)
{
    return architecture->proofs->len;
}

static void
write_proofs(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    for (guint i = 0; i < n; i++) {
        const PgaDesignProof *proof = g_ptr_array_index(architecture->proofs, i);

        pga_page_item(page,
                      g_strdup_printf("%s on %s: %s%s%s", or_empty(proof->what),
                                      or_empty(proof->where), proof->done ? "done" : "NOT DONE",
                                      proof->outcome ? ": " : "", or_empty(proof->outcome)));
    }
}

static guint
count_not_checked(const PgaArchitecture *architecture)
{
    return architecture->not_checked->len;
}

static void
write_not_checked(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    for (guint i = 0; i < n; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(architecture->not_checked, i);

        pga_page_item(page, g_strdup_printf("%s: %s", or_empty(entry->what), or_empty(entry->why)));
    }
}

static guint
count_notes(const PgaArchitecture *architecture)
{
    return architecture->requirements->notes->len + architecture->notes->len;
}

static void
write_notes(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    const GPtrArray *stated = architecture->requirements->notes;
    const guint n_stated = MIN(n, stated->len);

    write_texts(page, stated, n_stated);
    write_texts(page, architecture->notes, n - n_stated);
}

const PgaDesignSection pga_design_sections[] = {
    {"What matters most", "things that matter", 10, 1, count_matters, write_matters},
    {"Migrations, in this order", "migrations", 16, 1, pga_design_count_migrations,
     pga_design_write_migrations},
    {"For a person to decide (migrations/REVIEW.md has all of it)", "decisions", 8, 1,
     pga_design_count_decisions, pga_design_write_decisions},
    {"Assumed, because the file does not say", "assumptions", 10, 1, count_assumptions,
     write_assumptions},
    {"Tables", "tables", 14, 1, count_tables, write_tables},
    {"Columns (? = may be null)", "tables' columns", 10, 2, count_columns, write_columns},
    {"Normal forms: found and resolved", "violations", 6, 1, count_violations, write_violations},
    {"About tables", "tables' notes", 4, 2, count_table_notes, write_table_notes},
    {"Indexes", "indexes", 14, 1, count_indexes, pga_design_write_indexes},
    {"Partitions", "partitioning decisions", 8, 1, count_partitions, pga_design_write_partitions},
    {"Access patterns", "access patterns", 14, 1, count_queries, pga_design_write_queries},
    {"Materialized views", "views", 4, 1, count_views, write_views},
    {"Configuration", "settings", 10, 1, count_settings, write_settings},
    {"High availability", "lines about availability", 10, 1, count_availability,
     write_availability},
    {"Executed", "proofs", 6, 1, count_proofs, write_proofs},
    {"Not checked", "unchecked things", 5, 1, count_not_checked, write_not_checked},
    {"Notes", "notes", 5, 1, count_notes, write_notes},
    {0},
};

void
pga_design_write_section(PgaPage *page, const PgaArchitecture *architecture, const char *what,
                         const char *title)
{
    for (const PgaDesignSection *section = pga_design_sections; section->title; section++) {
        const guint n = g_str_equal(section->what, what) ? section->count(architecture) : 0;

        if (n > 0) {
            page->style->section(page, title);
            section->write(page, architecture, n);
        }
    }
}
