/* Files of a design read by the programs they are for: each topology's are taken, what is wrong in
 * one is told, and a stranger's lines reach no program. */
#include <advisor/tuning.h>
#include <design/design.h>
#include <lab/tool.h>
#include <model/tune_report.h>
#include <string.h>

#include "design_internal.h"

typedef struct {
    const char *name;
    double sla, rpo_s, rto_s;
    guint regions;
    const char *scope;
    const char *topology;
} Case;

static const Case cases[] = {
    {"single", 99, 300, 14400, 0, NULL, "T-SINGLE"},
    {"warm", 99.5, 60, 3600, 0, NULL, "T-WARM"},
    {"witness", 99.9, 5, 60, 0, NULL, "T-2+W"},
    {"async", 99.95, 5, 25, 0, NULL, "T-3A"},
    {"sync", 99.99, 0, 60, 0, NULL, "T-3S"},
    {"other-region", 99.99, 0, 60, 2, NULL, "T-3S+DR"},
    {"three-regions", 99.99, 0, 120, 3, "region", "T-3R-STRETCH"},
};

static PgaArchitecture *
make(const Case *c)
{
    PgaRequirements *r = pga_requirements_new();
    PgaArchitecture *architecture = pga_architecture_new(r);
    GError *error = NULL;

    g_free(r->name);
    r->name = g_strdup("o'Shop \"2\"");
    r->workload = PGA_WORKLOAD_OLTP;
    r->bytes = 500LL * 1000 * 1000 * 1000;
    r->queries_per_second = 5000;
    r->read_share = 0.8;
    r->connections = 200;
    r->deployment.ram_bytes = 64LL << 30;
    r->deployment.cores = 16;
    r->deployment.storage = PGA_STORAGE_SSD;
    r->availability.sla = c->sla;
    r->availability.rpo_s = c->rpo_s;
    r->availability.rto_s = c->rto_s;
    r->availability.rpo_scope = g_strdup(c->scope);
    for (guint i = 0; i < c->regions; i++)
        g_ptr_array_add(r->availability.regions, g_strdup_printf("region-%c", 'a' + (char)i));
    architecture->major = 17;
    g_assert_true(pga_design_availability(architecture, &error));
    g_assert_no_error(error);
    architecture->tune = pga_tune_report_new();
    architecture->tune->tuning = pga_tune(pga_design_tuning_input(architecture));
    pga_design_configuration(architecture);
    return architecture;
}

static void
check(PgaArchitecture *architecture)
{
    const PgaDesignRequest request = {0};
    PgaDesignRun run = {.request = &request, .architecture = architecture};
    GError *error = NULL;

    g_assert_true(pga_design_check_files(&run, &error));
    g_assert_no_error(error);
}

static const PgaDesignProof *
proof_of(const PgaArchitecture *architecture, const char *path)
{
    for (guint i = 0; i < architecture->proofs->len; i++) {
        const PgaDesignProof *proof = g_ptr_array_index(architecture->proofs, i);

        if (strstr(proof->what, path))
            return proof;
    }
    return NULL;
}

static void
test_taken(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaArchitecture) architecture = make(c);

    g_assert_cmpstr(architecture->availability.topology, ==, c->topology);
    check(architecture);
    for (guint i = 0; i < architecture->proofs->len; i++) {
        const PgaDesignProof *proof = g_ptr_array_index(architecture->proofs, i);

        g_test_message("%s, %s: %s", proof->what, proof->where, proof->outcome);
        g_assert_true(proof->done);
    }
    for (guint i = 0; i < architecture->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(architecture->not_checked, i);

        g_test_message("not checked: %s: %s", entry->what, entry->why);
        g_assert_null(strstr(entry->why, "does not write"));
    }
}

typedef struct {
    const char *program; /* (nullable): PostgreSQL */
    const char *path, *old, *new;
    const char *says; /* NULL: no program is given it */
} Fault;

static const Fault faults[] = {
    {"haproxy", "ha/haproxy.cfg", "balance leastconn", "balance leastest", "balance only"},
    {"haproxy", "ha/haproxy.cfg", "    log global", "    lua-load evil.lua", NULL},
    {"patroni", "ha/patroni-db1.yml", "ttl: 20", "ttl: twenty", "ttl"},
    {"patroni", "ha/patroni-db1.yml", "namespace: /service/", "consul: {host: 'evil:1'}", NULL},
    {"patroni", "ha/patroni-db1.yml", "db2.internal:2379", "evil.example:2379", NULL},
    {"pgbouncer", "pgbouncer.ini", "pool_mode = transaction", "pool_mode = transfer",
     "invalid value"},
    {"pgbouncer", "pgbouncer.ini", "[pgbouncer]", "%include /etc/passwd", NULL},
    {"etcd", "ha/etcd-db1.yml", "election-timeout: 1000", "election-timeout: 10", "election"},
    {"etcd", "ha/etcd-db1.yml", "name: db1", "discovery: http://evil/", NULL},
    {NULL, "pg_hba.conf", "scram-sha-256", "scram-sha-257", "line"},
};

static char *
with(const char *text, const char *old, const char *new)
{
    g_auto(GStrv) parts = g_strsplit(text, old, 2);

    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    return g_strjoinv(new, parts);
}

static void
test_fault(gconstpointer data)
{
    const Fault *fault = data;
    g_autoptr(PgaArchitecture) architecture = make(&cases[3]);
    g_autofree char *program =
        fault->program ? pga_tool_find(fault->program) : g_strdup("postgres");
    const PgaDesignFile *file = pga_architecture_file(architecture, fault->path);
    const PgaDesignProof *proof;

    if (!program) {
        g_test_skip("the program is not installed");
        return;
    }
    pga_architecture_put_file(architecture, fault->path, with(file->text, fault->old, fault->new));
    check(architecture);
    proof = proof_of(architecture, fault->path);
    if (!fault->program && !proof) {
        g_test_skip("there is no PostgreSQL 17");
        return;
    }
    if (!fault->says) {
        g_assert_null(proof);
        return;
    }
    g_assert_nonnull(proof);
    g_assert_false(proof->done);
    g_test_message("%s", proof->outcome);
    g_assert_nonnull(strstr(proof->outcome, fault->says));
}

/* Scripts as a reviewer would lint them. */
static void
test_scripts(void)
{
    g_autofree char *program = pga_tool_find("shellcheck");
    const char *const arguments[] = {"script.sh", NULL};

    if (!program) {
        g_test_skip("shellcheck is not installed");
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgaArchitecture) architecture = make(&cases[i]);

        for (guint j = 0; j < architecture->files->len; j++) {
            const PgaDesignFile *file = g_ptr_array_index(architecture->files, j);
            const PgaToolFile files[] = {{"script.sh", file->text}};
            PgaTool tool = {
                .program = "shellcheck", .arguments = arguments, .files = files, .n_files = 1};
            g_autoptr(GError) error = NULL;

            if (!file->is_executable)
                continue;
            if (!pga_tool_run(&tool, &error))
                g_error("%s: %s", file->path, tool.output ? tool.output : error->message);
            g_free(tool.output);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/app/design-files/taken/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_taken);
    }
    for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autofree char *path = g_strdup_printf(
            "/app/design-files/fault/%s-%u", faults[i].program ? faults[i].program : "postgres", i);

        g_test_add_data_func(path, &faults[i], test_fault);
    }
    g_test_add_func("/app/design-files/scripts", test_scripts);
    return g_test_run();
}
