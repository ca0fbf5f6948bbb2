/* Forms of an architecture. */
#include "design_internal.h"

#include <base/error.h>

char *
pga_render_design(const PgaArchitecture *architecture, PgaDesignFormat format, guint tier,
                  const PgaRenderOptions *options)
{
    switch (format) {
    case PGA_DESIGN_JSON:
        return pga_render_design_json(architecture);
    case PGA_DESIGN_MARKDOWN:
        return pga_render_design_page(architecture, &pga_page_markdown, tier, options);
    case PGA_DESIGN_TEXT:
    default:
        return pga_render_design_page(architecture, &pga_page_text, tier, options);
    }
}

gboolean
pga_design_format_parse(const char *text, PgaDesignFormat *out, GError **error)
{
    static const char *const names[] = {"text", "markdown", "json"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_strcmp0(text, names[i]) == 0) {
            *out = (PgaDesignFormat)i;
            return TRUE;
        }
    pga_error_set(error, PGA_ERROR_INPUT, "there is no format \"%s\" of design", text);
    pga_error_hint(error, "text, markdown or json.");
    return FALSE;
}
