/* Any bytes as the templates of a Django project: "\n===\n" parts three of them, which are found by
 * names in each other. */
#include <rules/django.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static const char models[] =
    "from django.db import models\n"
    "class Customer(models.Model):\n    name = models.TextField()\n"
    "class Order(models.Model):\n    customer = models.ForeignKey(Customer, models.CASCADE)\n"
    "    def label(self):\n        return self.customer.name\n"
    "class Line(models.Model):\n"
    "    order = models.ForeignKey(Order, models.CASCADE, related_name='lines')\n";
static const char views[] =
    "from django.shortcuts import render\nfrom django.views.generic import ListView\n"
    "from .models import *\n"
    "def a(request):\n    return render(request, 'a.html', {'a': Order.objects.all()})\n"
    "class B(ListView):\n    model = Order\n    template_name = 'b.html'\n";
static const char *const names[] = {"shop/templates/a.html", "shop/templates/b.html",
                                    "shop/templates/c.html"};

static void
add_templates(PgaDjangoProject *project, const char *text, gsize size)
{
    const char *end = text + size;

    for (guint i = 0; i < G_N_ELEMENTS(names) && text <= end; i++) {
        const char *part = g_strstr_len(text, end - text, "\n===\n");
        const char *last = part ? part : end;

        pga_django_project_add(project, names[i], text, (gsize)(last - text));
        text = part ? part + strlen("\n===\n") : end + 1;
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    static const char *const only[] = {"dj-n-plus-one", NULL};
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoCode) code = NULL;
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    g_autoptr(GPtrArray) not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    g_autoptr(GPtrArray) queries = g_ptr_array_new();
    PgaDjangoSource source;

    if (!pga_python_is_available())
        return 0;
    pga_django_project_add(project, "shop/__init__.py", "", 0);
    pga_django_project_add(project, "shop/models.py", models, strlen(models));
    pga_django_project_add(project, "shop/views.py", views, strlen(views));
    add_templates(project, (const char *)data, size);
    pga_django_project_resolve(project);
    code = pga_django_code_read(project);
    source = (PgaDjangoSource){
        .project = project, .code = code, .queries = queries, .pg_version = 170000, .only = only};
    pga_django_rules_run(&source, findings, not_checked);
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        g_assert_true(finding->line > 0 && finding->evidence);
    }
    return 0;
}
