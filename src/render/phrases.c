/* Figures and facts of a finding in words. */
#include "phrases_internal.h"

#include <base/text.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

static char *
format_double(const char *format, double number)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE * 16]; /* "%.0f" of 1e308 has 309 digits */

    return g_strdup(g_ascii_formatd(buffer, sizeof buffer, format, number));
}

static char *
group_thousands(const char *digits)
{
    const gsize length = strlen(digits);
    GString *out = g_string_new(NULL);

    for (gsize i = 0; i < length; i++) {
        if (i > 0 && g_ascii_isdigit(digits[i - 1]) && (length - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
    return g_string_free(out, FALSE);
}

char *
pga_phrase_number(double number)
{
    g_autofree char *digits = NULL;

    if (!isfinite(number))
        return g_strdup("unknown");
    if (fabs(number) < 99.995) {
        digits = format_double("%.2f", number);
        while (g_str_has_suffix(digits, "0"))
            digits[strlen(digits) - 1] = '\0';
        if (g_str_has_suffix(digits, "."))
            digits[strlen(digits) - 1] = '\0';
        return g_steal_pointer(&digits);
    }
    digits = format_double("%.0f", number);
    return group_thousands(digits);
}

char *
pga_phrase_count(guint n, const char *noun)
{
    const char *plural = g_str_has_suffix(noun, "x") ? "es" : "s";
    g_autofree char *number = pga_phrase_number(n);

    return g_strdup_printf("%s %s%s", number, noun, n == 1 ? "" : plural);
}

/* "415x less", "37 % more"; NULL where a ratio would say nothing. */
static char *
phrase_change(double before, double after)
{
    const char *direction = after < before ? "less" : "more";
    g_autofree char *figure = NULL;
    double ratio;

    if (!isfinite(before) || !isfinite(after) || before <= 0 || after <= 0 || before == after)
        return NULL;
    ratio = MAX(before, after) / MIN(before, after);
    if (ratio >= 2) {
        figure = ratio < 10 ? format_double("%.1f", ratio) : pga_phrase_number(round(ratio));
        return g_strdup_printf("%sx %s", figure, direction);
    }
    figure = format_double("%.0f", fabs(before - after) * 100 / before);
    return g_strdup_printf("%s %% %s", figure, direction);
}

static char *
phrase_amount(double amount, const char *unit)
{
    if (g_str_equal(unit, "bytes") && amount >= 0 && amount < 9e18)
        return pga_bytes_format_storage((gint64)amount);
    return pga_phrase_number(amount);
}

static char *
phrase_amounts(const PgaGain *gain)
{
    const char *unit = gain->unit ? gain->unit : "";
    g_autofree char *before = phrase_amount(gain->before, unit);
    g_autofree char *after = phrase_amount(gain->after, unit);
    const gboolean names_unit = *unit && !g_str_equal(unit, "bytes");

    return g_strdup_printf("%s%s%s -> %s", names_unit ? unit : "", names_unit ? " " : "", before,
                           after);
}

char *
pga_phrase_gain_short(const PgaGain *gain)
{
    char *change = phrase_change(gain->before, gain->after);

    return change ? change : phrase_amounts(gain);
}

char *
pga_phrase_gain(const PgaGain *gain)
{
    g_autofree char *amounts = phrase_amounts(gain);
    g_autofree char *change = phrase_change(gain->before, gain->after);
    GString *out = g_string_new(amounts);

    if (change)
        g_string_append_printf(out, " (%s)", change);
    if (gain->method)
        g_string_append_printf(out, ": %s", gain->method);
    return g_string_free(out, FALSE);
}

/* (transfer full) (nullable): the node of a line of EXPLAIN's text that reads a relation, without
 * its numbers: "Seq Scan on orders x". */
static char *
phrase_scan(const char *line)
{
    const char *end = strstr(line, "  (cost");
    g_autofree char *node = end ? g_strndup(line, (gsize)(end - line)) : NULL;

    if (!node || !strstr(node, " Scan ") || !strstr(node, " on "))
        return NULL;
    return g_strdup(node + strspn(node, " ->"));
}

/* (transfer full) (nullable): how the relation that @scan reads is read in @plan. */
static char *
find_scan(const char *plan, const char *scan)
{
    g_auto(GStrv) lines = g_strsplit(plan, "\n", -1);

    for (guint i = 0; lines[i]; i++) {
        g_autofree char *node = phrase_scan(lines[i]);

        if (node && g_str_has_suffix(node, strstr(scan, " on ")))
            return g_steal_pointer(&node);
    }
    return NULL;
}

/* Appends the first node that the fix changes: "; Seq Scan on a -> Index Scan using b on a". */
static void
append_changed_scan(GString *out, const PgaPlanChange *change)
{
    g_auto(GStrv) lines = g_strsplit(change->plan_before, "\n", -1);

    for (guint i = 0; lines[i]; i++) {
        g_autofree char *before = phrase_scan(lines[i]);
        g_autofree char *after = before ? find_scan(change->plan_after, before) : NULL;

        if (!after || g_str_equal(before, after))
            continue;
        g_string_append_printf(out, "; %s -> %s", before, after);
        return;
    }
}

char *
pga_phrase_plan(const PgaPlanChange *change)
{
    g_autofree char *before = NULL, *after = NULL;
    GString *out;

    if (!change->measured)
        return NULL;
    before = pga_phrase_number(change->before);
    after = pga_phrase_number(change->after);
    out = g_string_new(NULL);
    g_string_append_printf(out, "%s: cost %s -> %s", change->what, before, after);
    append_changed_scan(out, change);
    return g_string_free(out, FALSE);
}

static const char *
safety_meaning(PgaSafety safety)
{
    switch (safety) {
    case PGA_SAFETY_SAFE:
        return "reads and writes go on";
    case PGA_SAFETY_LOCK:
        return "blocks reads or writes while it runs";
    case PGA_SAFETY_RESTART:
        return "needs a restart of the server";
    case PGA_SAFETY_REVIEW:
    default:
        return "wants your decision first";
    }
}

static const char *
duration_meaning(const char *duration)
{
    if (g_str_equal(duration, "scan"))
        return "reads the whole table";
    return g_str_equal(duration, "rewrite") ? "rewrites the table" : duration;
}

char *
pga_phrase_safety(const PgaFix *fix)
{
    GString *out = g_string_new(pga_safety_name(fix->safety));

    g_string_append_printf(out, ": %s", safety_meaning(fix->safety));
    if (fix->lock)
        g_string_append_printf(out, "; %s lock", fix->lock);
    if (fix->duration)
        g_string_append_printf(out, "%s %s", fix->lock ? "," : ";",
                               duration_meaning(fix->duration));
    return g_string_free(out, FALSE);
}

char *
pga_phrase_severities(const GPtrArray *findings)
{
    guint n[PGA_SEVERITY_ERROR + 1] = {0};
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++)
        n[((const PgaFinding *)g_ptr_array_index(findings, i))->severity]++;
    for (int severity = PGA_SEVERITY_ERROR; severity >= PGA_SEVERITY_INFO; severity--) {
        g_autofree char *count =
            pga_phrase_count(n[severity], pga_severity_name((PgaSeverity)severity));

        if (n[severity])
            g_string_append_printf(out, "%s%s", out->len ? ", " : "", count);
    }
    return g_string_free(out, FALSE);
}

char *
pga_phrase_proof(const PgaProof *proof)
{
    if (proof->outcome) /* the lab's own words: also for what it did not execute, or what failed */
        return g_strdup(proof->outcome);
    if (proof->done)
        return g_strdup("executed");
    return proof->kind == PGA_PROOF_NONE ? NULL : g_strdup("not executed");
}

char *
pga_phrase_source(const PgaEnvironment *environment)
{
    GString *out = g_string_new("PostgreSQL ");
    g_autofree char *version =
        pga_phrase_clip(environment->version ? environment->version : "?", 40);

    g_string_append_printf(out, "%s, %s", version,
                           environment->source_kind == PGA_SOURCE_DDL
                               ? "DDL"
                               : pga_source_kind_name(environment->source_kind));
    if (environment->is_standby)
        g_string_append(out, ", standby");
    if (environment->is_pooled)
        g_string_append(out, ", through a pooler");
    if (environment->provider) {
        g_autofree char *provider = pga_phrase_clip(environment->provider, 40);

        g_string_append_printf(out, ", %s", provider);
    }
    return g_string_free(out, FALSE);
}

char *
pga_phrase_location(const char *file, guint line, guint column)
{
    if (!file)
        return NULL;
    if (!line)
        return g_strdup(file);
    return column ? g_strdup_printf("%s:%u:%u", file, line, column)
                  : g_strdup_printf("%s:%u", file, line);
}

char *
pga_phrase_clip(const char *text, guint characters)
{
    g_autofree char *printable = pga_text_printable(text);

    if (g_utf8_strlen(printable, -1) <= (glong)characters)
        return g_steal_pointer(&printable);
    *g_utf8_offset_to_pointer(printable, (glong)characters) = '\0';
    return g_strconcat(printable, "...", NULL);
}

char *
pga_phrase_cut(const char *text, guint width)
{
    g_autofree char *printable = pga_text_printable(text);
    const char *end = printable;
    guint column = 0;

    if (pga_text_width(printable) <= width)
        return g_steal_pointer(&printable);
    while (*end) {
        const char *next = g_utf8_next_char(end);
        g_autofree char *character = g_strndup(end, (gsize)(next - end));

        column += pga_text_width(character);
        if (column + 3 > width)
            break;
        end = next;
    }
    return g_strdup_printf("%.*s...", (int)(end - printable), printable);
}
