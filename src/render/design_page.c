/* An architecture as a page within a tier's tokens. Each section may take its share of them, and
 * what others do not need; of one that has no room for all its entries the first ones are written.
 * What is left out is named. */
#include "design_page_internal.h"

#include <render/tokens.h>
#include <string.h>

/* Tokens kept back for the line that says what was left out, and for what two parts of a text
 * count more as one. */
#define RESERVE    150
#define N_SECTIONS 24

static const guint tier_tokens[] = {2000, 2000, 6000, 12000};

/** What a section would take, and what it may. */
typedef struct {
    guint n, need, grant;
    gboolean is_granted;
} Room;

static guint
tokens_of(const char *text)
{
    g_autoptr(GString) plain = g_string_sized_new(strlen(text));

    for (const char *at = text; *at; at++) {
        if (*at == '\033')
            while (*at != 'm')
                at++;
        else
            g_string_append_c(plain, *at);
    }
    return pga_tokens_estimate(plain->str, plain->len);
}

/* Tokens of the section with its first @n entries, which stand on the page from @mark on then. */
static guint
write_section(PgaPage *page, const PgaDesignSection *section, const PgaArchitecture *architecture,
              guint n, gsize mark)
{
    g_string_truncate(page->out, mark);
    if (n == 0)
        return 0;
    page->style->section(page, section->title);
    section->write(page, architecture, n);
    return tokens_of(page->out->str + mark);
}

/* The most entries that fit stand on the page then. Returns how many. */
static guint
fit_section(PgaPage *page, const PgaDesignSection *section, const PgaArchitecture *architecture,
            const Room *room)
{
    const gsize mark = page->out->len;
    guint low = 0, high = room->n + 1;

    if (room->need <= room->grant) {
        (void)write_section(page, section, architecture, room->n, mark);
        return room->n;
    }
    while (low + 1 < high) {
        const guint middle = low + (high - low) / 2;

        if (write_section(page, section, architecture, middle, mark) <= room->grant)
            low = middle;
        else
            high = middle;
    }
    (void)write_section(page, section, architecture, low, mark);
    return low;
}

/* Those that need less than their share get what they need; the others share the rest, until
 * nobody needs less. */
static void
grant(Room *rooms, const PgaDesignSection *sections, guint left)
{
    gboolean again = TRUE;

    while (again) {
        const guint all = left;
        guint shares = 0;

        again = FALSE;
        for (guint i = 0; sections[i].title; i++)
            shares += rooms[i].is_granted ? 0 : sections[i].share;
        for (guint i = 0; sections[i].title; i++) {
            if (rooms[i].is_granted)
                continue;
            rooms[i].grant = all * sections[i].share / shares;
            if (rooms[i].need > rooms[i].grant)
                continue;
            rooms[i].is_granted = again = TRUE;
            left -= rooms[i].need;
        }
    }
}

static void
measure(PgaPage *page, const PgaArchitecture *architecture, guint tier, Room *rooms)
{
    const gsize mark = page->out->len;

    for (guint i = 0; pga_design_sections[i].title; i++) {
        const PgaDesignSection *section = &pga_design_sections[i];

        rooms[i].n = section->count(architecture);
        if (section->tier <= tier)
            rooms[i].need = write_section(page, section, architecture, rooms[i].n, mark);
    }
    g_string_truncate(page->out, mark);
}

static void
write_left_out(PgaPage *page, const GString *left_out, guint tier)
{
    g_autofree char *text = NULL;

    if (left_out->len == 0)
        return;
    text =
        g_strdup_printf("Left out (%u tokens): %s. %s--format json and -o DIR have all of it.",
                        tier_tokens[tier], left_out->str, tier < 3 ? "--tier 3 shows more; " : "");
    page->style->paragraph(page, text);
}

char *
pga_render_design_page(const PgaArchitecture *architecture, const PgaPageStyle *style, guint tier,
                       const PgaRenderOptions *options)
{
    PgaPage page = {.style = style,
                    .out = g_string_new(NULL),
                    .colour = options->colour,
                    .width = pga_page_width(options->width),
                    .budget = tier_tokens[MIN(tier, 3)]};
    g_autoptr(GString) left_out = g_string_new(NULL);
    Room rooms[N_SECTIONS] = {0};
    guint taken;

    pga_design_write_title(&page, architecture);
    taken = tokens_of(page.out->str) + RESERVE;
    measure(&page, architecture, tier, rooms);
    grant(rooms, pga_design_sections, page.budget > taken ? page.budget - taken : 0);
    for (guint i = 0; pga_design_sections[i].title; i++) {
        const PgaDesignSection *section = &pga_design_sections[i];
        const guint shown =
            section->tier > tier ? 0 : fit_section(&page, section, architecture, &rooms[i]);

        if (shown < rooms[i].n)
            g_string_append_printf(left_out, "%s%u of %u %s", left_out->len > 0 ? ", " : "",
                                   rooms[i].n - shown, rooms[i].n, section->what);
    }
    write_left_out(&page, left_out, MIN(tier, 3));
    return g_string_free(page.out, FALSE);
}
