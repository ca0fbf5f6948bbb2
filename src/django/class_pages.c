/* Pages of API views that say nothing of their own: settings.REST_FRAMEWORK. */
#include <django/setting.h>
#include <string.h>

#include "class_internal.h"

/* page_size of a paginator of the project; -1: it is of a package, or says none. */
static gint64
size_of_class(const DjangoReading *reading, const char *dotted)
{
    g_auto(DjangoMeaning) meaning = {0};
    const DjangoName *size;

    if (!pga_django_imported(&(DjangoPlace){reading->project, reading->class->module, NULL}, dotted,
                             &meaning) ||
        !meaning.class)
        return -1;
    size = pga_django_scope_find(meaning.class->scope, "page_size");
    return size && size->value && size->value->kind == PGA_PY_NUMBER
               ? g_ascii_strtoll(size->value->text, NULL, 10)
               : -1;
}

/* FALSE: these settings say nothing of pages. */
static gboolean
take_default(const DjangoReading *reading, const PgaPyValue *framework)
{
    const PgaPyValue *paginator = pga_django_entry(framework, "DEFAULT_PAGINATION_CLASS");
    const PgaPyValue *size = pga_django_entry(framework, "PAGE_SIZE");
    PgaDjangoClass *out = reading->out;
    const char *dot;
    gint64 n;

    if (!paginator || paginator->kind != PGA_PY_STRING)
        return FALSE;
    n = size_of_class(reading, paginator->text);
    if (n < 0 && size && size->kind == PGA_PY_NUMBER)
        n = g_ascii_strtoll(size->text, NULL, 10);
    if (n <= 0) /* a paginator without a size gives all */
        return TRUE;
    dot = strrchr(paginator->text, '.');
    out->pagination = g_strdup(dot ? dot + 1 : paginator->text);
    out->page_size = n;
    return TRUE;
}

void
pga_django_class_default_pages(const DjangoReading *reading)
{
    const GPtrArray *settings = reading->project->settings;
    g_autoptr(PgaPyValue) stated = NULL;

    if (reading->out->kind != PGA_DJANGO_CLASS_API_VIEW || reading->out->is_single ||
        reading->out->pagination)
        return;
    stated = pga_django_class_attribute(reading, "pagination_class", NULL);
    for (guint i = 0; !stated && i < settings->len; i++) {
        PgaDjangoSetting *framework =
            pga_django_setting(reading->project, g_ptr_array_index(settings, i), "REST_FRAMEWORK");
        const gboolean is_told = framework && take_default(reading, framework->value);

        pga_django_setting_free(framework);
        if (is_told)
            return;
    }
}
