/* Which renderer a format's name means. */
#include "json_internal.h"
#include "page_internal.h"
#include "scanning_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <render/render.h>
#include <string.h>

/* In the order of PgaFormat; the first N_PAGES suit what is no report of findings. */
static const char *const format_names[] = {"text", "json", "markdown", "sarif", "github", NULL};
enum { N_PAGES = 3 };

static gboolean
parse(const char *text, const char *const *names, PgaFormat *out, GError **error)
{
    g_autofree char *all = NULL;
    const char *closest;

    for (guint i = 0; names[i]; i++) {
        if (g_str_equal(text, names[i])) {
            *out = (PgaFormat)i;
            return TRUE;
        }
    }
    closest = pga_text_closest(text, names);
    all = g_strjoinv(", ", (char **)names);
    pga_error_set(error, PGA_ERROR_INPUT, "format \"%s\" is not known", text);
    if (closest)
        pga_error_detail(error, "Did you mean \"%s\"?", closest);
    pga_error_hint(error, "Allowed values: %s.", all);
    return FALSE;
}

gboolean
pga_format_parse(const char *text, PgaFormat *out, GError **error)
{
    return parse(text, format_names, out, error);
}

gboolean
pga_format_parse_page(const char *text, PgaFormat *out, GError **error)
{
    const char *names[N_PAGES + 1] = {NULL};

    memcpy(names, format_names, sizeof(char *) * N_PAGES);
    return parse(text, names, out, error);
}

static char *
render_scan(const PgaReport *report, const PgaRenderOptions *options)
{
    g_autoptr(PgaScan) scan = pga_scan_of_report(report);

    return options->format == PGA_FORMAT_SARIF ? pga_render_sarif(scan, options)
                                               : pga_render_github(scan, options);
}

char *
pga_render_report(const PgaReport *report, const PgaRenderOptions *options)
{
    switch (options->format) {
    case PGA_FORMAT_JSON:
        return pga_render_json(report);
    case PGA_FORMAT_SARIF:
    case PGA_FORMAT_GITHUB:
        return render_scan(report, options);
    case PGA_FORMAT_MARKDOWN:
        return pga_page_render(report, options, &pga_page_markdown);
    case PGA_FORMAT_TEXT:
    default:
        return pga_page_render(report, options, &pga_page_text);
    }
}
