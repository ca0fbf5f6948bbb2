/* What managed services say of a setting. Only what their documentation confirms stands here; of
 * everything else the answer is to check. */
#include <math.h>
#include <string.h>

#include "tune_internal.h"

typedef enum { CHECK, SETTABLE, CLUSTER, INSTANCE, FIXED } Word;

#define N_SERVICES 4

static const struct {
    const char *name;
    Word words[N_SERVICES]; /* in the order of PgaDeployment, from AWS_RDS on */
} words[] = {
#define MANAGED(name, rds, aurora, gcp, azure) {#name, {rds, aurora, gcp, azure}},
#include "managed.def"
#undef MANAGED
};

/** What a service says besides. */
static const struct {
    PgaDeployment deployment;
    const char *name, *note;
} notes[] = {
    {PGA_DEPLOYMENT_AWS_RDS, "max_connections",
     "the default is LEAST({DBInstanceClassMemory/9531392},5000)"},
    {PGA_DEPLOYMENT_AWS_RDS, "shared_buffers",
     "the default is {DBInstanceClassMemory/32768}, a quarter of the class's memory"},
    {PGA_DEPLOYMENT_AWS_RDS, "effective_cache_size",
     "the default is {DBInstanceClassMemory/16384}, half of the class's memory"},
    {PGA_DEPLOYMENT_AWS_RDS, "maintenance_work_mem",
     "the default is GREATEST({DBInstanceClassMemory/63963136*1024},65536)"},
    {PGA_DEPLOYMENT_AWS_RDS, "autovacuum_max_workers",
     "the default is GREATEST({DBInstanceClassMemory/64371566592},3)"},
    {PGA_DEPLOYMENT_AWS_RDS, "autovacuum_vacuum_cost_limit",
     "the default is GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)"},
    {PGA_DEPLOYMENT_AWS_RDS, "shared_preload_libraries",
     "pg_stat_statements is preloaded by default; what may be added is a list of the service's"},
    {PGA_DEPLOYMENT_AURORA, "max_connections",
     "the default is LEAST({DBInstanceClassMemory/9531392},5000)"},
    {PGA_DEPLOYMENT_AURORA, "shared_buffers",
     "the default is SUM({DBInstanceClassMemory/12038},-50003), two thirds of the class's memory "
     "rather than a quarter"},
    {PGA_DEPLOYMENT_AURORA, "effective_cache_size",
     "the default is SUM({DBInstanceClassMemory/12038},-50003), as shared_buffers"},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "max_connections",
     "15 connections are the service's own; the default goes by memory: 2 GiB 50, 4 GiB 429, "
     "8 GiB 859, 16 GiB 1718, 32 GiB 3437, from 48 GiB 5000"},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "shared_buffers", "10 % to 75 % of the server's memory"},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "huge_pages", "not with less than 4 vCores"},
};

/** Narrower bounds than PostgreSQL's, in its units. */
static const struct {
    PgaDeployment deployment;
    const char *name;
    double low, high;
} bounds[] = {
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "max_connections", 25, 5000},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "work_mem", 4096, 2097151},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "maintenance_work_mem", 1024, 2097151},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "autovacuum_work_mem", -1, 2097151},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "max_wal_size", 32, 65536},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "min_wal_size", 32, 2097151},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "max_parallel_maintenance_workers", 0, 64},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "max_replication_slots", 2, 262143},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "max_wal_senders", 5, 100},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "track_activity_query_size", 100, 102400},
};

static Word
word_of(PgaDeployment deployment, const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(words[i].name, name))
            return words[i].words[deployment - PGA_DEPLOYMENT_AWS_RDS];
    return CHECK;
}

static const char *
note_of(PgaDeployment deployment, const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(notes); i++)
        if (notes[i].deployment == deployment && g_str_equal(notes[i].name, name))
            return notes[i].note;
    return NULL;
}

gint64
pga_tune_managed_least(PgaDeployment deployment, const char *name, gint64 least)
{
    for (guint i = 0; i < G_N_ELEMENTS(bounds); i++)
        if (bounds[i].deployment == deployment && g_str_equal(bounds[i].name, name))
            return MAX(least, (gint64)bounds[i].low);
    return least;
}

/* Raising a value to what the service allows might not fit: then it cannot be set there. */
static void
keep_within_service(PgaDeployment deployment, PgaTunedSetting *s)
{
    for (guint i = 0; i < G_N_ELEMENTS(bounds); i++) {
        const double low = bounds[i].low, high = bounds[i].high;

        if (bounds[i].deployment != deployment || !g_str_equal(bounds[i].name, s->name) ||
            !isfinite(s->number) || (s->number >= low && s->number <= high))
            continue;
        g_free(s->managed_note);
        s->managed_note = g_strdup_printf("the service takes %.0f to %.0f%s%s", low, high,
                                          s->unit ? " " : "", s->unit ? s->unit : "");
        if (s->number < low) {
            s->managed = PGA_MANAGED_FIXED;
            return;
        }
        g_free(s->managed_value);
        s->managed_value = g_strdup_printf("%.0f", high);
    }
}

/* A flag there, whatever the method. */
static void
simplify_compression(PgaDeployment deployment, PgaTunedSetting *s)
{
    if (deployment != PGA_DEPLOYMENT_AZURE_POSTGRES || !g_str_equal(s->name, "wal_compression") ||
        g_str_equal(s->managed_value, "off"))
        return;
    g_free(s->managed_value);
    s->managed_value = g_strdup("on");
}

void
pga_tune_managed(PgaDeployment deployment, PgaTunedSetting *s)
{
    Word word;

    s->managed = PGA_MANAGED_SETTABLE;
    if (deployment == PGA_DEPLOYMENT_SELF_HOSTED)
        return;
    word = word_of(deployment, s->name);
    s->managed_level = word == CLUSTER ? "cluster" : word == INSTANCE ? "instance" : NULL;
    s->managed_note = g_strdup(note_of(deployment, s->name));
    if (word == FIXED) {
        s->managed = PGA_MANAGED_FIXED;
        if (!s->managed_note)
            s->managed_note = g_strdup("the service sets it itself");
    } else if (word == CHECK) {
        s->managed = PGA_MANAGED_CHECK;
        s->managed_note =
            g_strdup_printf("check whether %s lets it be set", pga_deployment_name(deployment));
    }
    keep_within_service(deployment, s);
    simplify_compression(deployment, s);
}
