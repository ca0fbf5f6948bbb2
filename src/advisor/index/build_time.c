/* How long CREATE INDEX CONCURRENTLY takes: two scans of the table, a sort or what else the access
 * method does, the pages written. Constants are of one core of today; tests have what they were
 * measured on. */
#include "advisor/index_build_time.h"
#include <base/units.h>
#include <math.h>

#define MEMORY_BYTES_S 6e9 /* of the table's pages */
#define WRITE_BYTES_S  1e9 /* of the index' pages, with their WAL */
#define DISK_BYTES_S   1e8
#define ROW_S          1e-7 /* of a row that two scans find */
#define COMPARE_S      2.8e-8
#define COMPARE_TEXT_S 7e-8
#define BRIN_ROW_S     3e-7 /* summarised once more when validated */
#define HASH_ROW_S     1.6e-6

/* Of entries taken out of documents, gathered in memory, and written. */
#define GIN_BYTES_S      1.2e7
#define GIN_TEXT_BYTES_S 4e6

#define TREE_ROW_S       3e-6   /* of GiST and SP-GiST: put into the tree by itself, */
#define SIGNATURE_ROW_S  1.5e-5 /* of words or trigrams */

static gboolean
is_tree(const PgaIndexBuild *build)
{
    return g_str_equal(build->amname, "gist") || g_str_equal(build->amname, "spgist");
}

static gboolean
has_signatures(const PgaIndexBuild *build)
{
    return g_str_equal(build->amname, "gist") && build->has_text;
}

static double
making(const PgaIndexBuild *build)
{
    const double entries = MAX(build->entries, 1), bytes = (double)MAX(build->bytes, 0);

    if (g_str_equal(build->amname, "brin"))
        return build->rows * BRIN_ROW_S;
    if (g_str_equal(build->amname, "gin"))
        return bytes / (build->has_text ? GIN_TEXT_BYTES_S : GIN_BYTES_S);
    if (g_str_equal(build->amname, "hash"))
        return entries * HASH_ROW_S;
    if (is_tree(build))
        return entries * (has_signatures(build) ? SIGNATURE_ROW_S : TREE_ROW_S);
    return entries * log2(entries + 1) * (build->has_text ? COMPARE_TEXT_S : COMPARE_S) +
           bytes / WRITE_BYTES_S;
}

static const char *
what_is_made(const PgaIndexBuild *build)
{
    if (g_str_equal(build->amname, "brin"))
        return "summarised";
    if (g_str_equal(build->amname, "gin"))
        return "taken apart";
    return is_tree(build) ? "put into the tree" : "sorted";
}

/* What does not fit maintenance_work_mem is written, and read, once more. */
void
pga_index_build_time(const PgaIndexBuild *build, PgaBuildTime *time)
{
    const double heap = (double)MAX(build->heap_bytes, 0), bytes = (double)MAX(build->bytes, 0);
    const gboolean external = build->memory > 0 && build->bytes > build->memory;
    g_autofree char *scanned = pga_bytes_format_storage(MAX(build->heap_bytes, 0));
    g_autofree char *n = pga_count_format(MAX(build->entries, 1));

    time->in_memory = 2 * heap / MEMORY_BYTES_S + build->rows * ROW_S + making(build);
    time->from_disk = time->in_memory + (2 * heap + (external ? 3 : 1) * bytes) / DISK_BYTES_S;
    time->method =
        g_strdup_printf("rough: %s read twice, from disk at 100 MB/s; %s rows %s%s", scanned, n,
                        what_is_made(build), external ? " beyond maintenance_work_mem" : "");
}
