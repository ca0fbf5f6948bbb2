/* What managed services say of a setting. Only what their documentation confirms stands here; of
 * everything else the answer is to check. */
#include <string.h>

#include "tune_internal.h"

static const struct {
    PgaDeployment deployment;
    const char *name;
    PgaManaged managed;
    const char *note;
} facts[] = {
    {PGA_DEPLOYMENT_AWS_RDS, "max_connections", PGA_MANAGED_SETTABLE,
     "static: takes effect with a reboot; the default is "
     "LEAST({DBInstanceClassMemory/9531392},5000)"},
    {PGA_DEPLOYMENT_AWS_RDS, "shared_buffers", PGA_MANAGED_SETTABLE,
     "static: takes effect with a reboot; in 8kB; the default is {DBInstanceClassMemory/32768}, a "
     "quarter of the class's memory"},
    {PGA_DEPLOYMENT_AWS_RDS, "effective_cache_size", PGA_MANAGED_SETTABLE,
     "dynamic; in 8kB; the default is {DBInstanceClassMemory/16384}, half of the class's memory"},
    {PGA_DEPLOYMENT_AWS_RDS, "maintenance_work_mem", PGA_MANAGED_SETTABLE,
     "dynamic; in kB; the default is GREATEST({DBInstanceClassMemory/63963136*1024},65536)"},
    {PGA_DEPLOYMENT_AWS_RDS, "autovacuum_max_workers", PGA_MANAGED_SETTABLE,
     "the default is GREATEST({DBInstanceClassMemory/64371566592},3)"},
    {PGA_DEPLOYMENT_AWS_RDS, "autovacuum_vacuum_cost_limit", PGA_MANAGED_SETTABLE,
     "dynamic; the default is GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)"},
    {PGA_DEPLOYMENT_AWS_RDS, "shared_preload_libraries", PGA_MANAGED_FIXED,
     "the service preloads pg_stat_statements; what may be added is a list of its own"},
    {PGA_DEPLOYMENT_AURORA, "max_connections", PGA_MANAGED_SETTABLE,
     "static: takes effect with a reboot; the default is "
     "LEAST({DBInstanceClassMemory/9531392},5000)"},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "max_connections", PGA_MANAGED_SETTABLE,
     "static: takes effect with a restart; 15 connections are the service's own; the default goes "
     "by memory: 2 GiB 50, 4 GiB 429, 8 GiB 859, 16 GiB 1718, 32 GiB 3437, from 48 GiB 5000"},
};

/* Every managed service answers for these itself. */
static const char *const controlled[] = {"io_method", "full_page_writes", "fsync", "archive_mode"};

void
pga_tune_managed(PgaDeployment deployment, PgaTunedSetting *s)
{
    if (deployment == PGA_DEPLOYMENT_SELF_HOSTED) {
        s->managed = PGA_MANAGED_SETTABLE;
        return;
    }
    s->managed = PGA_MANAGED_CHECK;
    for (guint i = 0; i < G_N_ELEMENTS(controlled); i++) {
        if (!g_str_equal(controlled[i], s->name))
            continue;
        s->managed = PGA_MANAGED_FIXED;
        s->managed_note = g_strdup("the service controls it");
    }
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
        if (facts[i].deployment != deployment || !g_str_equal(facts[i].name, s->name))
            continue;
        s->managed = facts[i].managed;
        s->managed_note = g_strdup(facts[i].note);
    }
    if (s->managed == PGA_MANAGED_CHECK)
        s->managed_note =
            g_strdup_printf("check whether %s lets it be set", pga_deployment_name(deployment));
}
