/* A comparison as lines: "+" what was added, "-" what was removed, "~" what was changed. */
#include "render/diff.h"

#include <base/text.h>
#include <base/units.h>
#include <model/finding.h>
#include <string.h>

#include "diff_internal.h"

#define MAX_INLINE 60 /* bytes of a value that stands on its object's line */
#define N_DRIFTS   10

typedef struct {
    GString *out;
    gboolean markdown;
} Lines;

static void
add_line(Lines *lines, guint indent, const char *mark, const char *text)
{
    g_autofree char *safe = pga_text_printable(text);

    /* GitHub highlights by a line's first character */
    if (lines->markdown && *mark == '~')
        mark = "!";
    g_string_append_printf(lines->out, "%s%*s%s %s\n", lines->markdown ? "" : "  ",
                           lines->markdown ? 0 : (int)indent, "", mark, safe);
}

static gboolean
is_short(const char *text)
{
    return !text || (strlen(text) <= MAX_INLINE && !strchr(text, '\n'));
}

/* "type integer → bigint" */
static void
append_field(GString *line, const PgaFieldChange *field)
{
    g_string_append_printf(line, "%s%s %s → %s", line->len > 0 ? ", " : "", field->name,
                           field->before ? field->before : "none",
                           field->after ? field->after : "none");
}

/* The lines of one text that the other has not at its beginning or end. */
static void
add_lines(Lines *lines, const char *mark, char **text, guint first, guint last)
{
    for (guint i = first; i < last; i++)
        add_line(lines, 4, mark, text[i]);
}

static void
add_long(Lines *lines, const PgaFieldChange *field)
{
    g_auto(GStrv) before = g_strsplit(field->before ? field->before : "", "\n", -1);
    g_auto(GStrv) after = g_strsplit(field->after ? field->after : "", "\n", -1);
    guint first = 0, n_before = g_strv_length(before), n_after = g_strv_length(after);

    while (first < n_before && first < n_after && g_str_equal(before[first], after[first]))
        first++;
    while (n_before > first && n_after > first &&
           g_str_equal(before[n_before - 1], after[n_after - 1])) {
        n_before--;
        n_after--;
    }
    add_lines(lines, "-", before, first, n_before);
    add_lines(lines, "+", after, first, n_after);
}

/* "table public.orders"; of an object its name says what it is */
static char *
title(const PgaDifference *difference)
{
    return g_str_equal(difference->kind, "object") ||
                   g_str_equal(difference->kind, difference->object)
               ? g_strdup(difference->object)
               : g_strconcat(difference->kind, " ", difference->object, NULL);
}

/* What an added or removed object is, where that is one short text. */
static const char *
description(const PgaDifference *difference)
{
    static const char *const kinds[] = {"column",    "index",   "constraint",
                                        "extension", "setting", NULL};
    const PgaFieldChange *first =
        difference->fields->len > 0 ? g_ptr_array_index(difference->fields, 0) : NULL;

    if (!first || !g_strv_contains(kinds, difference->kind))
        return NULL;
    return first->after ? first->after : first->before;
}

static void
add_lone(Lines *lines, const PgaDifference *difference)
{
    const char *text = description(difference);
    g_autofree char *name = title(difference);
    g_autofree char *line = text ? g_strconcat(name, ": ", text, NULL) : NULL;

    add_line(lines, 0, difference->change == PGA_CHANGE_ADDED ? "+" : "-", line ? line : name);
}

static void
add_changed(Lines *lines, const PgaDifference *difference)
{
    g_autofree char *name = title(difference);
    g_autoptr(GString) fields = g_string_new(NULL);
    g_autofree char *line = NULL;

    for (guint i = 0; i < difference->fields->len; i++) {
        const PgaFieldChange *field = g_ptr_array_index(difference->fields, i);

        if (is_short(field->before) && is_short(field->after))
            append_field(fields, field);
        else
            g_string_append_printf(fields, "%s%s", fields->len > 0 ? ", " : "", field->name);
    }
    line = g_strconcat(name, ": ", fields->str, NULL);
    add_line(lines, 0, "~", line);
    for (guint i = 0; i < difference->fields->len; i++) {
        const PgaFieldChange *field = g_ptr_array_index(difference->fields, i);

        if (!is_short(field->before) || !is_short(field->after))
            add_long(lines, field);
    }
}

static void
begin_group(Lines *lines, const char *name)
{
    if (lines->markdown)
        g_string_append_printf(lines->out, "\n## %c%s\n\n```diff\n", g_ascii_toupper(*name),
                               name + 1);
    else
        g_string_append_printf(lines->out, "\n%s:\n", name);
}

static void
end_group(Lines *lines)
{
    if (lines->markdown)
        g_string_append(lines->out, "```\n");
}

static void
add_differences(Lines *lines, const GPtrArray *differences)
{
    const PgaDifference *last = NULL;

    for (guint i = 0; i < differences->len; i++) {
        const PgaDifference *difference = g_ptr_array_index(differences, i);

        if (!last || last->group != difference->group) {
            if (last)
                end_group(lines);
            begin_group(lines, pga_drift_group_name(difference->group));
        }
        if (difference->change == PGA_CHANGE_CHANGED)
            add_changed(lines, difference);
        else
            add_lone(lines, difference);
        last = difference;
    }
    if (last)
        end_group(lines);
}

static char *
count_text(double rows)
{
    return rows < 0 ? g_strdup("?") : pga_count_format(rows);
}

static char *
bytes_text(gint64 bytes)
{
    return bytes < 0 ? g_strdup("?") : pga_bytes_format_storage(bytes);
}

static void
add_drift(Lines *lines, const PgaDrift *drift)
{
    g_autofree char *rows_before = count_text(drift->rows_before);
    g_autofree char *rows_after = count_text(drift->rows_after);
    g_autofree char *bytes_before = bytes_text(drift->bytes_before);
    g_autofree char *bytes_after = bytes_text(drift->bytes_after);
    g_autofree char *line = g_strdup_printf("%s: rows %s → %s, %s → %s", drift->relation,
                                            rows_before, rows_after, bytes_before, bytes_after);

    add_line(lines, 0, "~", line);
}

static void
add_drifts(Lines *lines, const GPtrArray *drifts)
{
    if (drifts->len == 0)
        return;
    begin_group(lines, "statistics");
    for (guint i = 0; i < MIN(drifts->len, N_DRIFTS); i++)
        add_drift(lines, g_ptr_array_index(drifts, i));
    if (drifts->len > N_DRIFTS)
        g_string_append_printf(lines->out, "%sand %u more tables\n", lines->markdown ? "" : "  ",
                               drifts->len - N_DRIFTS);
    end_group(lines);
}

static char *
side(const PgaEnvironment *environment)
{
    g_autofree char *name = pga_text_printable(environment->source_name);
    g_autofree char *version = pga_text_printable(environment->version);

    return g_strdup_printf("%s (PostgreSQL %s, %s)", name, version,
                           environment->source_kind == PGA_SOURCE_DDL
                               ? "DDL"
                               : pga_source_kind_name(environment->source_kind));
}

static void
add_head(Lines *lines, const PgaDiffReport *report)
{
    g_autofree char *before = side(report->before), *after = side(report->after);

    if (lines->markdown) {
        g_autofree char *left = pga_diff_escape(before), *right = pga_diff_escape(after);

        g_string_append_printf(lines->out, "# Differences\n\nFrom %s to %s: ", left, right);
    } else {
        g_string_append_printf(lines->out, "--- %s\n+++ %s\n", before, after);
    }
    if (report->differences->len == 0)
        g_string_append(lines->out, "no differences");
    else
        g_string_append_printf(lines->out, "%u added, %u removed, %u changed",
                               pga_diff_report_count(report, PGA_CHANGE_ADDED),
                               pga_diff_report_count(report, PGA_CHANGE_REMOVED),
                               pga_diff_report_count(report, PGA_CHANGE_CHANGED));
    g_string_append(lines->out, lines->markdown ? ".\n" : "\n");
}

static void
add_not_checked(Lines *lines, const GPtrArray *entries)
{
    if (entries->len == 0)
        return;
    g_string_append(lines->out, lines->markdown ? "\n## Not compared\n\n" : "\nnot compared:\n");
    for (guint i = 0; i < entries->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(entries, i);
        g_autofree char *text = g_strconcat(entry->what, ": ", entry->why, NULL);
        g_autofree char *safe = lines->markdown ? pga_diff_escape(text) : pga_text_printable(text);

        g_string_append_printf(lines->out, "%s%s\n", lines->markdown ? "- " : "  ", safe);
    }
}

static char *
render_lines(const PgaDiffReport *report, gboolean markdown)
{
    Lines lines = {g_string_new(NULL), markdown};

    add_head(&lines, report);
    add_differences(&lines, report->differences);
    add_drifts(&lines, report->drifts);
    add_not_checked(&lines, report->not_checked);
    return g_string_free(lines.out, FALSE);
}

char *
pga_render_diff(const PgaDiffReport *report, PgaFormat format)
{
    if (format == PGA_FORMAT_JSON)
        return pga_diff_json(report);
    return render_lines(report, format == PGA_FORMAT_MARKDOWN);
}
