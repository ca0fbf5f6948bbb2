/* What checking a bundle again found, as text, Markdown or JSON. */
#include "design_page_internal.h"
#include "phrases_internal.h"

static const PgaJsonField fields[] = {
    {"files", PGA_JSON_COUNT, offsetof(PgaBundleVerification, n_files)},
    {"missing", PGA_JSON_WORDS, offsetof(PgaBundleVerification, missing)},
    {"changed", PGA_JSON_WORDS, offsetof(PgaBundleVerification, changed)},
    {"extra", PGA_JSON_WORDS, offsetof(PgaBundleVerification, extra)},
    {0},
};

static char *
render_json(const PgaBundleVerification *verification)
{
    const PgaArchitecture *architecture = verification->architecture;
    json_t *root = json_object();

    json_object_set_new(root, "tool", pga_json_tool());
    pga_json_set_text(root, "command", "design --verify");
    json_object_set_new(root, "complete", json_boolean(architecture->complete));
    json_object_set_new(root, "good", json_boolean(verification->good));
    pga_json_set_text(root, "name", architecture->requirements->name);
    json_object_set_new(root, "pg_version", pga_json_count(architecture->major));
    pga_json_set_record(root, verification, fields);
    json_object_set_new(root, "proofs", pga_design_json_proofs(architecture->proofs));
    json_object_set_new(root, "not_checked", pga_json_not_checked(architecture->not_checked));
    return pga_json_dump(root);
}

static void
write_paths(PgaPage *page, const char *title, const GPtrArray *paths)
{
    if (paths->len == 0)
        return;
    page->style->section(page, title);
    for (guint i = 0; i < paths->len; i++)
        page->style->item(page, g_ptr_array_index(paths, i));
}

static guint
count_failed(const PgaArchitecture *architecture)
{
    guint n = 0;

    for (guint i = 0; i < architecture->proofs->len; i++)
        n += !((const PgaDesignProof *)g_ptr_array_index(architecture->proofs, i))->done;
    return n;
}

static char *
verdict(const PgaBundleVerification *verification)
{
    const PgaArchitecture *architecture = verification->architecture;
    const guint n_proofs = architecture->proofs->len, n_failed = count_failed(architecture);
    g_autofree char *files = pga_phrase_count(verification->n_files, "file");

    if (verification->missing->len + verification->changed->len + verification->extra->len > 0)
        return g_strdup_printf(
            "NOT GOOD: of %s %u missing, %u changed; %u not the bundle's. Nothing was executed.",
            files, verification->missing->len, verification->changed->len,
            verification->extra->len);
    if (n_failed > 0)
        return g_strdup_printf(
            "NOT GOOD: %s as they were written, but %u of %u proofs could not be repeated.", files,
            n_failed, n_proofs);
    if (n_proofs == 0)
        return g_strdup_printf("Good: %s as they were written. Nothing was executed.", files);
    return g_strdup_printf("Good: %s as they were written, executed again (%u).", files, n_proofs);
}

static void
write_title(PgaPage *page, const PgaBundleVerification *verification)
{
    const char *of = verification->architecture->requirements->name;
    g_autofree char *name = of ? pga_phrase_clip(of, 80) : NULL;
    g_autofree char *title =
        g_strdup_printf("pgarchitect design --verify%s%s", name ? ": " : "", name ? name : "");
    g_autofree char *facts = verdict(verification);

    page->style->title(page, title, facts);
}

char *
pga_render_bundle_verification(const PgaBundleVerification *verification, PgaDesignFormat format,
                               const PgaRenderOptions *options)
{
    PgaPage page = {.style = format == PGA_DESIGN_MARKDOWN ? &pga_page_markdown : &pga_page_text,
                    .out = NULL,
                    .colour = options->colour,
                    .width = pga_page_width(options->width)};

    if (format == PGA_DESIGN_JSON)
        return render_json(verification);
    page.out = g_string_new(NULL);
    write_title(&page, verification);
    write_paths(&page, "Missing", verification->missing);
    write_paths(&page, "Changed", verification->changed);
    write_paths(&page, "Not the bundle's", verification->extra);
    pga_design_write_section(&page, verification->architecture, "proofs", "Executed");
    pga_design_write_section(&page, verification->architecture, "unchecked things", "Not checked");
    return g_string_free(page.out, FALSE);
}
