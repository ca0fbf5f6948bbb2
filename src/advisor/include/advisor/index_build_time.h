/* How long CREATE INDEX CONCURRENTLY takes. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** An index to be made. */
typedef struct {
    const char *amname;
    double rows, entries; /* of the table; of these, what a partial index has */
    gint64 heap_bytes, bytes;
    gint64 memory;     /* maintenance_work_mem; 0: unknown */
    gboolean has_text; /* compared by a collation; GIN, GiST: taken apart into words or trigrams */
} PgaIndexBuild;

typedef struct {
    double in_memory; /* all of it cached, one process, nothing else to do */
    double from_disk; /* the table read twice, and what is written, at 100 MB/s */
    char *method;     /* for people */
} PgaBuildTime;

/* By a formula that real builds were measured for; docs/index.md has it. */
void pga_index_build_time(const PgaIndexBuild *build, PgaBuildTime *time);

G_END_DECLS
