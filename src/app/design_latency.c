/* From planner cost to a range of milliseconds: everything in memory at best, pages from storage as
 * memory falls short at worst. docs/decisions/ has the model and where its constants are from. */
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "design_plan_internal.h"

#define UNIT_LOW_MS      0.0015 /* of a unit of planner cost, pages in memory */
#define UNIT_HIGH_MS     0.012
#define CALL_LOW_MS      0.02 /* parse, plan (prepared), execute, answer */
#define CALL_HIGH_MS     0.3
#define ENTRY_LOW_MS     0.003 /* of one index entry */
#define ENTRY_HIGH_MS    0.03
#define CACHE_SHARE      0.75 /* of RAM: shared_buffers and the system's cache */
#define LEAST_MISSED     0.01
#define BLOCK            8192.0
#define DEFAULT_RAM      (16.0 * 1024 * 1024 * 1024)
#define GROWS_WORST_FROM 1.5

/** What storage takes; milliseconds, bytes a second. */
typedef struct {
    const char *name;
    double read_ms, bytes_s, flush_low_ms, flush_high_ms, random_page_cost;
} Storage;

static const Storage storages[] = {
    [PGA_STORAGE_HDD] = {"hdd", 8, 120e6, 4, 15, 4},
    [PGA_STORAGE_SSD] = {"ssd", 0.2, 450e6, 0.2, 2, 1.1},
    [PGA_STORAGE_NVME] = {"nvme", 0.1, 1500e6, 0.05, 0.5, 1.1},
    [PGA_STORAGE_NETWORK] = {"network", 1, 125e6, 0.8, 4, 1.1},
};

/** What a prediction goes by. */
typedef struct {
    const PgaDesignPlanner *planner;
    const Storage *storage;
    double ram, bytes, missed; /* missed: share of pages that are not in memory, at worst */
} Machine;

typedef struct {
    double low, high, pages;
} Range;

static Machine
machine_of(const PgaDesignPlanner *planner, double scale)
{
    const PgaSpecDeployment *deployment = &planner->architecture->requirements->deployment;
    PgaDesignStatistics statistics = planner->statistics;
    const gint64 storage = deployment->storage >= 0 && deployment->storage < 4
                               ? deployment->storage
                               : PGA_STORAGE_NETWORK;
    Machine machine = {.planner = planner, .storage = &storages[storage]};

    statistics.scale = scale;
    machine.ram = deployment->ram_bytes > 0 ? (double)deployment->ram_bytes : DEFAULT_RAM;
    machine.bytes = MAX(pga_design_bytes(&statistics), 1);
    machine.missed = CLAMP(1 - CACHE_SHARE * machine.ram / machine.bytes, LEAST_MISSED, 1);
    return machine;
}

static const PgaDesignTable *
target_of(const PgaArchitecture *architecture, const PgaDesignQuery *query)
{
    const char *entity = query->pattern ? query->pattern->entity : NULL;

    if (!entity || !strchr("iud", query->command ? query->command : 's'))
        return NULL;
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        if (g_str_equal(table->name, entity) ||
            (table->entity && g_str_equal(table->entity->name, entity)))
            return table;
    }
    return NULL;
}

static gboolean
is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static gboolean
names(const char *text, const char *name)
{
    const gsize length = strlen(name);

    for (const char *at = text ? strstr(text, name) : NULL; at; at = strstr(at + 1, name))
        if ((at == text || !is_word(at[-1])) && !is_word(at[length]))
            return TRUE;
    return FALSE;
}

static gboolean
list_names(const GPtrArray *list, const char *name)
{
    for (guint i = 0; i < list->len; i++)
        if (names(g_ptr_array_index(list, i), name))
            return TRUE;
    return FALSE;
}

static gboolean
sets(const PgaSpecPattern *pattern, const char *column)
{
    for (guint i = 0; i < pattern->set->len; i++)
        if (names(g_ptr_array_index(pattern->set, i), column))
            return TRUE;
    return FALSE;
}

/** Indexes of a table, and the first that an update changes. */
typedef struct {
    guint n;
    const char *changed; /* (nullable) */
} Indexes;

/* Whether an update changes what @key has, or what says which rows are in it. */
static gboolean
changes_key(const PgaDesignKey *key, const PgaSpecPattern *pattern)
{
    for (guint i = 0; i < key->columns->len; i++)
        if (sets(pattern, g_ptr_array_index(key->columns, i)))
            return TRUE;
    for (guint i = 0; i < pattern->set->len; i++)
        if (names(key->where, g_ptr_array_index(pattern->set, i)))
            return TRUE;
    return FALSE;
}

static void
count_keys(const PgaDesignTable *table, const PgaSpecPattern *pattern, Indexes *indexes)
{
    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);

        indexes->n++;
        if (!indexes->changed && changes_key(key, pattern))
            indexes->changed = key->name ? key->name : "a key";
    }
}

static void
count_advised(const PgaIndexReport *report, const PgaDesignTable *table,
              const PgaSpecPattern *pattern, Indexes *indexes)
{
    for (guint i = 0; i < report->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, i);

        if (!names(advice->table, table->name))
            continue;
        indexes->n++;
        for (guint j = 0; j < table->columns->len && !indexes->changed; j++) {
            const char *name = ((PgaDesignColumn *)g_ptr_array_index(table->columns, j))->name;

            if (sets(pattern, name) &&
                (list_names(advice->columns, name) || list_names(advice->include, name) ||
                 names(advice->predicate, name)))
                indexes->changed = advice->name;
        }
    }
}

/* Entries into indexes for each row; says which. */
static guint
entries_of(const Machine *machine, const PgaDesignQuery *query, char **words)
{
    const PgaDesignTable *table = target_of(machine->planner->architecture, query);
    Indexes indexes = {0};

    if (!table)
        return 0;
    count_keys(table, query->pattern, &indexes);
    count_advised(machine->planner->index.report ? machine->planner->index.report
                                                 : machine->planner->architecture->index,
                  table, query->pattern, &indexes);
    if (query->command == 'i') {
        *words = g_strdup_printf("each row is entered into %u index%s", indexes.n,
                                 indexes.n == 1 ? "" : "es");
        return indexes.n;
    }
    if (query->command == 'd') {
        *words = g_strdup("index entries are left to vacuum");
        return 0;
    }
    *words = indexes.changed
                 ? g_strdup_printf("%s has a changed column: no HOT update, %u index entr%s a row",
                                   indexes.changed, indexes.n, indexes.n == 1 ? "y" : "ies")
                 : g_strdup("no index has a changed column: HOT updates, no index entry");
    return indexes.changed ? indexes.n : 0;
}

/** The planner's figures of a query, now or at ten times the data. */
typedef struct {
    double cost, random, sequential;
} Cost;

/* @upkeep: (out) (nullable): words about a write. */
static Range
predict(const Machine *machine, const PgaDesignQuery *query, const Cost *cost, char **upkeep)
{
    const Storage *storage = machine->storage;
    const double random = cost->random / storage->random_page_cost;
    const PgaDesignAvailability *availability = &machine->planner->architecture->availability;
    Range range = {CALL_LOW_MS + cost->cost * UNIT_LOW_MS, CALL_HIGH_MS + cost->cost * UNIT_HIGH_MS,
                   random + cost->sequential};

    range.high += machine->missed *
                  (random * storage->read_ms + cost->sequential * BLOCK / storage->bytes_s * 1000);
    if (query->command != 's') {
        const guint entries = entries_of(machine, query, upkeep);

        range.low += storage->flush_low_ms + entries * ENTRY_LOW_MS;
        range.high +=
            storage->flush_high_ms + entries * (ENTRY_HIGH_MS + machine->missed * storage->read_ms);
        if (availability->synchronous && availability->sync_cost_ms > 0) {
            range.low += availability->sync_cost_ms;
            range.high += 2 * availability->sync_cost_ms;
        }
    }
    return range;
}

/* (transfer full): "0.03 ms", "1.2 s" */
static char *
milliseconds(double ms)
{
    if (ms >= 1000)
        return pga_duration_format(ms / 1000);
    return g_strdup_printf("%.*f ms", ms >= 10 ? 0 : ms >= 1 ? 1 : 2, ms);
}

static char *
span(const Range *range)
{
    g_autofree char *low = milliseconds(range->low), *high = milliseconds(range->high);

    return g_strdup_printf("%s to %s", low, high);
}

static PgaLatencyVerdict
judge(const Range *range, double target)
{
    if (target < 0)
        return PGA_LATENCY_NO_TARGET;
    if (range->high <= target)
        return PGA_LATENCY_PLAUSIBLE;
    return range->low > target ? PGA_LATENCY_IMPLAUSIBLE : PGA_LATENCY_DOUBTFUL;
}

static double
target_ms(const PgaDesignQuery *query)
{
    return query->pattern ? query->pattern->target_ms : -1;
}

/* "47.1 k", "2.65". */
static char *
cost_words(double cost)
{
    return cost < 1000 ? g_strdup_printf("%.3g", cost) : pga_count_format(cost);
}

static char *
sentence(const Machine *machine, const PgaDesignQuery *query, const Range *range,
         const char *upkeep)
{
    g_autofree char *times = span(range);
    g_autofree char *target = target_ms(query) >= 0 ? milliseconds(target_ms(query)) : NULL;
    g_autofree char *cost = cost_words(query->cost_after);
    g_autofree char *pages = cost_words(range->pages);
    g_autofree char *read = milliseconds(machine->storage->read_ms);
    g_autofree char *ram = pga_bytes_format_memory((gint64)machine->ram);
    g_autofree char *bytes = pga_bytes_format_storage((gint64)machine->bytes);

    return g_strdup_printf(
        "%s on the server: a planner cost of %s at 1.5 to 12 microseconds a unit%s, at worst "
        "%s pages of which %.0f %% are not in memory (%s of RAM for %s) at %s a read "
        "(%s)%s%s%s%s%s.",
        times, cost, query->command == 's' ? "" : ", a commit's flush", pages,
        100 * machine->missed, ram, bytes, read, machine->storage->name, upkeep ? "; " : "",
        upkeep ? upkeep : "", target ? ". Target " : "", target ? target : "",
        target ? (query->verdict == PGA_LATENCY_PLAUSIBLE     ? ": plausible"
                  : query->verdict == PGA_LATENCY_IMPLAUSIBLE ? ": missed even with all in memory"
                                                              : ": doubtful, it depends on what "
                                                                "is in memory")
               : "");
}

void
pga_design_tell_latencies(const PgaDesignPlanner *planner)
{
    const Machine machine = machine_of(planner, 1);
    const GPtrArray *queries = planner->architecture->queries;

    for (guint i = 0; i < queries->len; i++) {
        PgaDesignQuery *query = g_ptr_array_index(queries, i);
        g_autofree char *upkeep = NULL;
        Range range;

        if (query->cost_after < 0)
            continue;
        range =
            predict(&machine, query,
                    &(Cost){query->cost_after, query->random_io, query->sequential_io}, &upkeep);
        query->low_ms = range.low;
        query->high_ms = range.high;
        query->verdict = judge(&range, target_ms(query));
        query->latency = sentence(&machine, query, &range, upkeep);
    }
}

static char *
tenfold_sentence(const PgaDesignQuery *query, const Range *range)
{
    const double times = query->cost_after > 0 ? query->cost_tenfold / query->cost_after : 1;
    g_autofree char *now = span(&(Range){query->low_ms, query->high_ms, 0});
    g_autofree char *then = span(range);
    g_autofree char *before = cost_words(query->cost_after);
    g_autofree char *after = cost_words(query->cost_tenfold);

    return g_strdup_printf("%.3gx cost (%s becomes %s), %s; %s becomes %s", times, before, after,
                           query->plan_tenfold ? "another plan" : "a plan of the same shape", now,
                           then);
}

/** How badly a pattern does at ten times the data. */
typedef struct {
    const PgaDesignQuery *query;
    guint class;   /* 3: missed then, not now; 2: missed for certain then; 1: grows */
    double factor; /* over the target, or of the cost */
    Range range;
} Breach;

static Breach
breach_of(const PgaDesignQuery *query, const Range *range)
{
    const double target = target_ms(query);
    Breach breach = {.query = query, .range = *range};

    if (target > 0 && range->high > target && query->high_ms <= target) {
        breach.class = 3;
        breach.factor = range->high / target;
    } else if (target > 0 && range->low > target && query->low_ms <= target) {
        breach.class = 2;
        breach.factor = range->low / target;
    } else if (query->cost_after > 0) {
        breach.class = 1;
        breach.factor = query->cost_tenfold / query->cost_after;
    }
    return breach;
}

static gboolean
is_worse(const Breach *breach, const Breach *than)
{
    if (breach->class != than->class)
        return breach->class > than->class;
    if (breach->class == 1 && fabs(breach->factor - than->factor) < 0.01 * than->factor)
        return breach->range.high > than->range.high;
    return breach->factor > than->factor;
}

static char *
breaks_first(const Breach *worst)
{
    g_autofree char *target = NULL;
    const char *name;

    if (!worst->query || (worst->class == 1 && worst->factor < GROWS_WORST_FROM))
        return g_strdup("No pattern gets much dearer: the indexes keep costs level.");
    name = worst->query->name;
    if (worst->class == 1)
        return g_strdup_printf("%s: %s. %s", name, worst->query->tenfold,
                               target_ms(worst->query) > 0
                                   ? "Its cost grows most; no target is newly missed."
                                   : "Its cost grows most.");
    target = milliseconds(target_ms(worst->query));
    return g_strdup_printf("%s: %s: its target of %s is %s first.", name, worst->query->tenfold,
                           target, worst->class == 3 ? "no longer sure to be met" : "missed");
}

void
pga_design_tell_tenfold(const PgaDesignPlanner *planner)
{
    const Machine machine = machine_of(planner, PGA_DESIGN_TENFOLD);
    PgaArchitecture *architecture = planner->architecture;
    Breach worst = {0};

    for (guint i = 0; i < architecture->queries->len; i++) {
        PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);
        g_autofree char *upkeep = NULL;
        Range range;
        Breach breach;

        if (query->cost_tenfold < 0 || query->cost_after < 0)
            continue;
        range = predict(
            &machine, query,
            &(Cost){query->cost_tenfold, query->random_io_tenfold, query->sequential_io_tenfold},
            &upkeep);
        query->tenfold = tenfold_sentence(query, &range);
        breach = breach_of(query, &range);
        if (is_worse(&breach, &worst))
            worst = breach;
    }
    g_free(architecture->breaks_first);
    architecture->breaks_first = breaks_first(&worst);
}
