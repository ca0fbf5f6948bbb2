/* Any bytes as a snapshot file: refused with an error, or read, and then what the rules find in it
 * is found without harm. The last line, which counts the others, is made when there is none. */
#include <model/configuration.h>
#include <parse/snapshot.h>
#include <parse/workload.h>
#include <rules/rank.h>
#include <rules/rule.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
run_rules(PgaSnapshot *snapshot)
{
    g_autoptr(PgaConfiguration) configuration = pga_configuration_new();
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    g_autoptr(GPtrArray) not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    snapshot->environment->source_kind = PGA_SOURCE_SNAPSHOT;
    pga_rules_run(&(PgaRuleSource){.catalog = snapshot->catalog,
                                   .environment = snapshot->environment,
                                   .configuration = configuration,
                                   .objects = snapshot->objects,
                                   .server = snapshot->server,
                                   .workload = snapshot->workload},
                  findings, not_checked);
    pga_rank_findings(findings, snapshot->environment->workload);
}

static void
ask_planner(const PgaSnapshot *snapshot)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    g_autoptr(PgaPlannerData) copy = pga_planner_data_new();

    for (guint i = 0; i < snapshot->catalog->relations->len; i++)
        g_array_append_val(
            all, ((PgaRelation *)g_ptr_array_index(snapshot->catalog->relations, i))->oid);
    pga_snapshot_planner(&(PgaPlannerQuestion){.catalog = snapshot->catalog,
                                               .objects = snapshot->objects,
                                               .known = snapshot->planner},
                         all, copy);
}

/* (transfer full): @data with a last line */
static GString *
complete(const guint8 *data, size_t size)
{
    GString *text = g_string_new_len((const char *)data, (gssize)size);
    guint n = 0;

    if (memmem(data, size, "\"end\"", 5) || (size >= 4 && data[0] == 0x28))
        return text;
    for (gsize i = 0; i < text->len; i++)
        n += text->str[i] == '\n';
    g_string_append_printf(text, "{\"end\":{\"records\":%u}}\n", n);
    return text;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    GString *text = complete(data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaSnapshot) snapshot = NULL, part = NULL;

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, text->str, text->len), ==, text->len);
    g_string_free(text, TRUE);
    snapshot = pga_snapshot_read(path, &error);
    g_assert_true((snapshot == NULL) == (error != NULL));
    if (snapshot) {
        part = pga_snapshot_read_for_check(path, NULL); /* what is good whole is good in part */
        g_assert_nonnull(part);
        ask_planner(snapshot);
        pga_snapshot_remove_secrets(snapshot);
        g_assert_true(pga_workload_analyse(snapshot->catalog, snapshot->workload, NULL));
        run_rules(snapshot);
        pga_snapshot_drop_values(snapshot);
    }
    close(fd);
    return 0;
}
