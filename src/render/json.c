/* A report as the JSON envelope. What a server says may be no valid UTF-8 and may hold characters
 * that a terminal acts on: the first is made valid, the second is escaped, so that the output can
 * be shown as it is. Left out on purpose is what changes between two runs on an idle database: ages
 * and cumulative counters. */
#include "json_internal.h"

#include <base/error.h>
#include <jansson.h>
#include <math.h>
#include <render/render.h>
#include <string.h>

/* Digits that a double carries for sure: 44.2 prints as 44.2. */
#define REAL_PRECISION 15

static json_t *
string_or_null(const char *text)
{
    g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

    return valid ? json_string(valid) : json_null();
}

static json_t *
real_or_null(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

/* Counts and bytes that are below 0 when unknown. */
static json_t *
integer_or_null(gint64 number)
{
    return number >= 0 ? json_integer(number) : json_null();
}

static json_t *
strings(const GPtrArray *texts)
{
    json_t *array = json_array();

    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(array, string_or_null(g_ptr_array_index(texts, i)));
    return array;
}

static json_t *
words(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", " ", -1);
    json_t *array = json_array();

    for (char **part = parts; *part; part++)
        if (**part)
            json_array_append_new(array, string_or_null(*part));
    return array;
}

static json_t *
location(const char *file, guint line, guint column)
{
    json_t *object;

    if (!file)
        return json_null();
    object = json_object();
    json_object_set_new(object, "file", string_or_null(file));
    json_object_set_new(object, "line", line ? json_integer(line) : json_null());
    json_object_set_new(object, "column", column ? json_integer(column) : json_null());
    return object;
}

static json_t *
fix(const PgaFix *from)
{
    json_t *object = json_object();

    json_object_set_new(object, "sql", strings(from->sql));
    json_object_set_new(object, "undo", strings(from->undo));
    json_object_set_new(object, "safety", json_string(pga_safety_name(from->safety)));
    json_object_set_new(object, "lock", string_or_null(from->lock));
    json_object_set_new(object, "duration", string_or_null(from->duration));
    json_object_set_new(object, "note", string_or_null(from->note));
    return object;
}

static json_t *
gain(const PgaGain *from)
{
    json_t *object;

    if (!from)
        return json_null();
    object = json_object();
    json_object_set_new(object, "before", real_or_null(from->before));
    json_object_set_new(object, "after", real_or_null(from->after));
    json_object_set_new(object, "unit", string_or_null(from->unit));
    json_object_set_new(object, "method", string_or_null(from->method));
    return object;
}

static json_t *
plan_side(double cost, const char *plan)
{
    json_t *object = json_object();

    json_object_set_new(object, "cost", real_or_null(cost));
    json_object_set_new(object, "plan", string_or_null(plan));
    return object;
}

static json_t *
plan_changes(const GPtrArray *from)
{
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaPlanChange *change = g_ptr_array_index(from, i);
        json_t *object;

        if (!change->measured)
            continue;
        object = json_object();
        json_object_set_new(object, "what", string_or_null(change->what));
        json_object_set_new(object, "statement", string_or_null(change->statement));
        json_object_set_new(object, "before", plan_side(change->before, change->plan_before));
        json_object_set_new(object, "after", plan_side(change->after, change->plan_after));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
proof(const PgaProof *from)
{
    static const char *const kinds[] = {
        [PGA_PROOF_NONE] = "none",
        [PGA_PROOF_EXECUTE] = "execute",
        [PGA_PROOF_PLAN] = "plan",
        [PGA_PROOF_CONFIG] = "config",
    };
    json_t *object = json_object();

    json_object_set_new(object, "kind", json_string(kinds[from->kind]));
    json_object_set_new(object, "executed", json_boolean(from->done));
    json_object_set_new(object, "outcome", string_or_null(from->outcome));
    json_object_set_new(object, "plans", plan_changes(from->plans));
    return object;
}

static json_t *
citations(const PgaFinding *finding)
{
    json_t *array = json_array();

    if (finding->docs_url) {
        json_t *citation = json_object();

        json_object_set_new(citation, "title", string_or_null(finding->docs_title));
        json_object_set_new(citation, "url", string_or_null(finding->docs_url));
        json_array_append_new(array, citation);
    }
    return array;
}

static json_t *
finding_object(const PgaFinding *from)
{
    json_t *object = json_object();

    json_object_set_new(object, "rule", string_or_null(from->rule));
    json_object_set_new(object, "severity", json_string(pga_severity_name(from->severity)));
    json_object_set_new(object, "category", string_or_null(from->category));
    json_object_set_new(object, "object", string_or_null(from->object));
    json_object_set_new(object, "location", location(from->file, from->line, from->column));
    json_object_set_new(object, "title", string_or_null(from->title));
    json_object_set_new(object, "evidence", string_or_null(from->evidence));
    json_object_set_new(object, "fix", fix(&from->fix));
    json_object_set_new(object, "confidence", json_string(pga_confidence_name(from->confidence)));
    json_object_set_new(object, "fingerprint", string_or_null(from->fingerprint));
    json_object_set_new(object, "gain", gain(from->gain));
    json_object_set_new(object, "citations", citations(from));
    json_object_set_new(object, "requirements", words(from->requirements));
    json_object_set_new(object, "when_not", string_or_null(from->when_not));
    json_object_set_new(object, "proof", proof(&from->proof));
    return object;
}

static json_t *
finding_array(const GPtrArray *findings)
{
    json_t *array = json_array();

    for (guint i = 0; i < findings->len; i++)
        json_array_append_new(array, finding_object(g_ptr_array_index(findings, i)));
    return array;
}

static json_t *
fingerprints(const GPtrArray *findings)
{
    json_t *array = json_array();

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        json_array_append_new(array, string_or_null(finding->fingerprint));
    }
    return array;
}

static json_t *
not_checked(const GPtrArray *entries)
{
    json_t *array = json_array();

    for (guint i = 0; i < entries->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(entries, i);
        json_t *object = json_object();

        json_object_set_new(object, "rule", string_or_null(entry->rule));
        json_object_set_new(object, "what", string_or_null(entry->what));
        json_object_set_new(object, "why", string_or_null(entry->why));
        json_object_set_new(object, "location", location(entry->file, entry->line, entry->column));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
tool(void)
{
    return json_pack("{s:s, s:s}", "name", "pgarchitect", "version", PGA_VERSION);
}

static json_t *
source(const PgaEnvironment *environment)
{
    json_t *object = json_object();

    json_object_set_new(object, "kind",
                        json_string(environment->source_kind == PGA_SOURCE_LIVE ? "live" : "ddl"));
    json_object_set_new(object, "name", string_or_null(environment->source_name));
    json_object_set_new(object, "pg_version", string_or_null(environment->version));
    return object;
}

static json_t *
summary(const PgaReport *report)
{
    gint n[PGA_SEVERITY_ERROR + 1] = {0};

    for (guint i = 0; i < report->findings->len; i++)
        n[((const PgaFinding *)g_ptr_array_index(report->findings, i))->severity]++;
    return json_pack("{s:i, s:i, s:i, s:i, s:i}", "errors", n[PGA_SEVERITY_ERROR], "warnings",
                     n[PGA_SEVERITY_WARNING], "infos", n[PGA_SEVERITY_INFO], "not_checked",
                     (int)report->not_checked->len, "accepted", (int)report->accepted->len);
}

static json_t *
scope(const PgaReport *report)
{
    return json_pack("{s:i, s:i, s:i, s:i}", "tables", (int)report->n_relations, "indexes",
                     (int)report->n_indexes, "foreign_keys", (int)report->n_foreign_keys, "rules",
                     (int)report->n_rules);
}

static json_t *
workload(const PgaEnvironment *environment)
{
    json_t *object = json_object();

    json_object_set_new(object, "class",
                        json_string(pga_workload_class_name(environment->workload)));
    json_object_set_new(object, "method", string_or_null(environment->workload_method));
    return object;
}

static json_t *
server(const PgaEnvironment *environment)
{
    const gboolean live = environment->source_kind == PGA_SOURCE_LIVE;
    json_t *object = json_object();

    json_object_set_new(object, "version_num", json_integer(environment->version_num));
    json_object_set_new(object, "provider", string_or_null(environment->provider));
    json_object_set_new(object, "role", string_or_null(environment->role));
    json_object_set_new(object, "superuser",
                        live ? json_boolean(environment->is_superuser) : json_null());
    json_object_set_new(object, "monitor",
                        live ? json_boolean(environment->is_monitor) : json_null());
    json_object_set_new(object, "standby",
                        live ? json_boolean(environment->is_standby) : json_null());
    json_object_set_new(object, "pooled",
                        live ? json_boolean(environment->is_pooled) : json_null());
    json_object_set_new(object, "ram_bytes", integer_or_null(environment->ram_bytes));
    json_object_set_new(object, "ram_method", string_or_null(environment->ram_method));
    json_object_set_new(object, "ram_shared", json_boolean(environment->ram_shared));
    json_object_set_new(object, "database_bytes", integer_or_null(environment->database_bytes));
    return object;
}

static gboolean
is_acted_on(gunichar c)
{
    const GUnicodeType type = g_unichar_type(c);

    return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
           type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* jansson escapes what is below U+0020. The rest that a terminal acts on (DEL, C1, directional
 * overrides) can only stand inside strings, where \uXXXX says the same. */
static char *
escape_acted_on(const char *json)
{
    GString *out = g_string_new(NULL);

    for (const char *at = json; *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);

        if (c == '\n' || !is_acted_on(c))
            g_string_append_len(out, at, g_utf8_next_char(at) - at);
        else if (c <= 0xffff)
            g_string_append_printf(out, "\\u%04x", c);
        else
            g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                                   0xdc00 + ((c - 0x10000) & 0x3ff));
    }
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

/* Takes @root. */
static char *
dump(json_t *root)
{
    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(REAL_PRECISION));
    char *safe = escape_acted_on(text);

    free(text);
    json_decref(root);
    return safe;
}

char *
pga_render_json(const PgaReport *report)
{
    json_t *root = json_object();

    json_object_set_new(root, "tool", tool());
    json_object_set_new(root, "command", string_or_null(report->command));
    json_object_set_new(root, "complete", json_boolean(report->complete));
    json_object_set_new(root, "source", source(report->environment));
    json_object_set_new(root, "findings", finding_array(report->findings));
    json_object_set_new(root, "not_checked", not_checked(report->not_checked));
    json_object_set_new(root, "summary", summary(report));
    json_object_set_new(root, "top", fingerprints(report->top));
    json_object_set_new(root, "accepted", finding_array(report->accepted));
    json_object_set_new(root, "scope", scope(report));
    json_object_set_new(root, "workload", workload(report->environment));
    json_object_set_new(root, "server", server(report->environment));
    json_object_set_new(root, "lab", string_or_null(report->lab));
    return dump(root);
}

char *
pga_render_error_json(const char *command, const GError *error)
{
    json_t *root = json_object(), *parts = json_object();

    json_object_set_new(parts, "message", string_or_null(error->message));
    json_object_set_new(parts, "detail", string_or_null(pga_error_get_detail(error)));
    json_object_set_new(parts, "hint", string_or_null(pga_error_get_hint(error)));
    json_object_set_new(root, "tool", tool());
    json_object_set_new(root, "command", string_or_null(command));
    json_object_set_new(root, "complete", json_false());
    json_object_set_new(root, "source", json_null());
    json_object_set_new(root, "findings", json_array());
    json_object_set_new(root, "not_checked", json_array());
    json_object_set_new(root, "error", parts);
    return dump(root);
}
