/* Any bytes as models, code and comments of a Django project: followed, judged, suppressed. */
#include <rules/django.h>
#include <rules/django_suppression.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoCode) code = NULL;
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    g_autoptr(GPtrArray) suppressed =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    g_autoptr(GPtrArray) not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    g_autoptr(GPtrArray) queries = NULL;
    PgaDjangoSource source;

    if (!pga_python_is_available() || !g_utf8_validate((const char *)data, (gssize)size, NULL))
        return 0;
    pga_django_project_add(project, "shop/__init__.py", "", 0);
    pga_django_project_add(project, "shop/models.py", (const char *)data, size);
    pga_django_project_resolve(project);
    code = pga_django_code_read(project);
    queries = pga_django_queries(project, code);
    source = (PgaDjangoSource){
        .project = project, .code = code, .queries = queries, .pg_version = 170000};
    pga_django_rules_run(&source, findings, not_checked);
    pga_django_suppress(&source, findings, suppressed);
    for (guint i = 0; i < suppressed->len; i++)
        g_assert_nonnull(((const PgaFinding *)g_ptr_array_index(suppressed, i))->reason);
    for (guint i = 0; i < findings->len; i++)
        g_assert_nonnull(((const PgaFinding *)g_ptr_array_index(findings, i))->evidence);
    return 0;
}
