/* Which renderer a format's name means. */
#include "json_internal.h"
#include "page_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <render/render.h>

static const char *const format_names[] = {"text", "json", "markdown", NULL};

gboolean
pga_format_parse(const char *text, PgaFormat *out, GError **error)
{
    const char *closest;

    for (guint i = 0; format_names[i]; i++) {
        if (g_str_equal(text, format_names[i])) {
            *out = (PgaFormat)i;
            return TRUE;
        }
    }
    closest = pga_text_closest(text, format_names);
    pga_error_set(error, PGA_ERROR_INPUT, "format \"%s\" is not known", text);
    if (closest)
        pga_error_detail(error, "Did you mean \"%s\"?", closest);
    pga_error_hint(error, "Allowed values: text, json, markdown.");
    return FALSE;
}

char *
pga_render_report(const PgaReport *report, const PgaRenderOptions *options)
{
    switch (options->format) {
    case PGA_FORMAT_JSON:
        return pga_render_json(report);
    case PGA_FORMAT_MARKDOWN:
        return pga_page_render(report, options, &pga_page_markdown);
    case PGA_FORMAT_TEXT:
    default:
        return pga_page_render(report, options, &pga_page_text);
    }
}
