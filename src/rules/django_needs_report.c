/* A missing index as a finding: where it is asked for, how sure that is, what makes it. */
#include <string.h>

#include <base/text.h>

#include "django_needs_internal.h"
#include "django_tables_internal.h"

/* Django refuses longer names: Index.max_name_length in django/db/models/indexes.py, 2.2 to 6.0. */
#define MAX_NAME 30
#define N_DIGITS 6
/* From here on a scan is felt by whoever waits for it. */
#define LARGE_ROWS 100000
/* A plan has to become this much cheaper, or the index is not worth its keep. */
#define MIN_IMPROVEMENT 0.2

static gboolean
is_before(const PgaNeedPlace *one, const PgaNeedPlace *other)
{
    const int order = g_strcmp0(one->file->path, other->file->path);

    return order ? order < 0 : one->line < other->line;
}

/* The first place of the most pressing use; NULL without any. */
static const PgaNeedPlace *
first_place(const PgaNeed *need)
{
    const PgaNeedUse use = pga_need_use(need);
    const PgaNeedPlace *first = NULL;

    for (guint i = 0; i < need->places->len; i++) {
        const PgaNeedPlace *place = &g_array_index(need->places, PgaNeedPlace, i);

        if (place->use == use && (!first || is_before(place, first)))
            first = place;
    }
    return first;
}

char *
pga_need_places_text(const PgaNeed *need)
{
    const PgaNeedPlace *first = first_place(need);

    if (need->places->len == 1)
        return g_strdup_printf("%s:%u", first->file->path, first->line);
    return g_strdup_printf("%u places, first %s:%u", need->places->len, first->file->path,
                           first->line);
}

static const char *
bare(const char *key)
{
    return *key == '-' ? key + 1 : key;
}

char *
pga_need_columns_text(const PgaNeed *need)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < need->keys->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", bare(g_ptr_array_index(need->keys, i)));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
pga_needs_indexes_text(PgaNeeds *needs, const PgaDjangoModel *model)
{
    const guint n = pga_needs_indexes(needs, model)->len;

    if (n == 1)
        return g_strdup("its only index does not serve that");
    return g_strdup_printf("none of its %u indexes serves that", n);
}

static const char *
suffix_of(PgaNeedForm form)
{
    static const char *const suffixes[] = {"idx",  "trgm",  "utrgm", "upper",
                                           "like", "ulike", "lower"};

    return suffixes[form];
}

char *
pga_need_index_name(const PgaNeed *need)
{
    g_autoptr(GString) name = g_string_new(need->model->table);
    g_autofree char *digest = NULL;
    const char *suffix = suffix_of(need->form);
    gsize room;

    for (guint i = 0; i < need->keys->len; i++)
        g_string_append_printf(name, "_%s", bare(g_ptr_array_index(need->keys, i)));
    for (gsize i = 0; i < name->len; i++)
        name->str[i] = g_ascii_isalnum(name->str[i]) ? g_ascii_tolower(name->str[i]) : '_';
    if (!g_ascii_isalpha(*name->str))
        g_string_prepend_c(name, 'i');
    if (name->len + 1 + strlen(suffix) <= MAX_NAME)
        return g_strdup_printf("%s_%s", name->str, suffix);
    digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name->str, -1);
    room = MAX_NAME - strlen(suffix) - N_DIGITS - 2;
    return g_strdup_printf("%.*s_%.*s_%s", (int)room, name->str, N_DIGITS, digest, suffix);
}

/* fields=["status", "-created"] */
static char *
fields_code(const PgaNeed *need)
{
    g_autoptr(GString) code = g_string_new("fields=[");

    for (guint i = 0; i < need->keys->len; i++)
        g_string_append_printf(code, "%s\"%s\"", i ? ", " : "",
                               (const char *)g_ptr_array_index(need->keys, i));
    g_string_append_c(code, ']');
    return g_string_free(g_steal_pointer(&code), FALSE);
}

static const PgaDjangoField *
field_of(const PgaNeed *need, guint i)
{
    return pga_django_model_field(need->model, bare(g_ptr_array_index(need->keys, i)));
}

/* Of varchar and text: both take text's, but Django itself uses the type's own. */
static const char *
pattern_class(const PgaNeed *need)
{
    const PgaDjangoField *field = field_of(need, 0);

    return g_strcmp0(field->base, "TextField") == 0 ? "text_pattern_ops" : "varchar_pattern_ops";
}

/* (transfer full): the line in Meta.indexes. */
static char *
index_code(const PgaNeed *need, const char *name)
{
    const char *key = g_ptr_array_index(need->keys, 0);
    g_autofree char *fields = fields_code(need);

    switch (need->form) {
    case PGA_NEED_TRIGRAM:
        return g_strdup_printf("GinIndex(%s, name=\"%s\", opclasses=[\"gin_trgm_ops\"])", fields,
                               name);
    case PGA_NEED_UPPER_TRIGRAM:
        return g_strdup_printf(
            "GinIndex(OpClass(Upper(\"%s\"), name=\"gin_trgm_ops\"), name=\"%s\")", key, name);
    case PGA_NEED_UPPER:
        return g_strdup_printf("models.Index(Upper(\"%s\"), name=\"%s\")", key, name);
    case PGA_NEED_LOWER:
        return g_strdup_printf("models.Index(Lower(\"%s\"), name=\"%s\")", key, name);
    case PGA_NEED_PATTERN:
        return g_strdup_printf("models.Index(%s, name=\"%s\", opclasses=[\"%s\"])", fields, name,
                               pattern_class(need));
    case PGA_NEED_UPPER_PATTERN:
        return g_strdup_printf(
            "models.Index(OpClass(Upper(\"%s\"), name=\"text_pattern_ops\"), name=\"%s\")", key,
            name);
    case PGA_NEED_BTREE:
    default:
        return g_strdup_printf("models.Index(%s, name=\"%s\")", fields, name);
    }
}

static gboolean
is_expression(PgaNeedForm form)
{
    return form == PGA_NEED_UPPER || form == PGA_NEED_UPPER_TRIGRAM ||
           form == PGA_NEED_UPPER_PATTERN || form == PGA_NEED_LOWER;
}

static gboolean
is_trigram(PgaNeedForm form)
{
    return form == PGA_NEED_TRIGRAM || form == PGA_NEED_UPPER_TRIGRAM;
}

/* "" where the index is of the columns themselves. */
static const char *
function_of(PgaNeedForm form)
{
    if (!is_expression(form))
        return "";
    return form == PGA_NEED_LOWER ? "lower" : "upper";
}

/* (transfer full): "(status, created DESC)". */
static char *
index_keys(const PgaNeed *need)
{
    const char *const opclass = is_trigram(need->form)                 ? " gin_trgm_ops"
                                : need->form == PGA_NEED_PATTERN       ? " text_pattern_ops"
                                : need->form == PGA_NEED_UPPER_PATTERN ? " text_pattern_ops"
                                                                       : "";
    const char *const function = function_of(need->form);
    g_autoptr(GString) keys = g_string_new(NULL);

    for (guint i = 0; i < need->keys->len; i++) {
        const char *key = g_ptr_array_index(need->keys, i);
        g_autofree char *column = pga_quote_identifier(field_of(need, i)->column);

        g_string_append_printf(keys, is_expression(need->form) ? "%s%s(%s)%s%s" : "%s%s%s%s%s",
                               i ? ", " : "", function, column, *key == '-' ? " DESC" : "",
                               opclass);
    }
    return g_string_free(g_steal_pointer(&keys), FALSE);
}

static void
add_statements(const PgaDjangoRun *run, PgaFinding *finding, const PgaNeed *need, const char *name)
{
    g_autofree char *index = pga_quote_identifier(name);
    g_autofree char *table = pga_quote_identifier(need->model->table);
    g_autofree char *keys = index_keys(need);

    if (is_trigram(need->form))
        pga_finding_add_sql(finding, g_strdup("CREATE EXTENSION IF NOT EXISTS pg_trgm;"));
    pga_finding_add_sql(finding,
                        g_strdup_printf("CREATE INDEX CONCURRENTLY %s ON %s %s(%s);", index, table,
                                        is_trigram(need->form) ? "USING gin " : "", keys));
    pga_finding_add_undo(finding, g_strdup_printf("DROP INDEX CONCURRENTLY %s;", index));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    if (is_expression(need->form) && run->project->version < 302)
        pga_finding_note(finding, "Indexes of expressions came with Django 3.2: write it as RunSQL "
                                  "with state_operations before that.");
    if (is_trigram(need->form))
        pga_finding_note(finding, "TrigramExtension() has to run before it. A search term of less "
                                  "than three characters does not use it.");
    pga_finding_note(finding, "As a migration it is AddIndexConcurrently with atomic = False.");
}

void
pga_need_fix(const PgaDjangoRun *run, PgaFinding *finding, const PgaNeed *need)
{
    g_autofree char *name = pga_need_index_name(need);

    pga_django_fix_code(finding, index_code(need, name));
    add_statements(run, finding, need, name);
    pga_finding_verify(finding,
                       "SELECT idx_scan FROM pg_stat_all_indexes WHERE indexrelname = '%s';", name);
    for (guint i = 0; i < need->sql->len; i++)
        pga_finding_add_plan(finding, i ? "another query that asks for it" : "the query",
                             g_strdup(g_ptr_array_index(need->sql, i)));
    if (need->sql->len > 0) {
        finding->proof.kind = PGA_PROOF_PLAN;
        finding->proof.min_improvement = MIN_IMPROVEMENT;
    }
}

/* Whether code that is called from who knows where is worth a word. */
static PgaConfidence
confidence_of(const PgaDjangoRun *run, const PgaNeed *need)
{
    const double rows = pga_django_rows(run, need->model);
    const PgaNeedUse use = pga_need_use(need);

    if (!need->is_sure)
        return rows >= LARGE_ROWS && use <= PGA_NEED_DECLARED ? PGA_CONFIDENCE_LIKELY
                                                              : PGA_CONFIDENCE_POSSIBLE;
    if (rows >= LARGE_ROWS)
        return use == PGA_NEED_REQUEST ? PGA_CONFIDENCE_CERTAIN : PGA_CONFIDENCE_LIKELY;
    if (rows < 0 && pga_django_is_listed(run, need->model))
        return PGA_CONFIDENCE_POSSIBLE;
    if (use == PGA_NEED_REQUEST)
        return PGA_CONFIDENCE_LIKELY;
    if (use == PGA_NEED_CODE && pga_django_looks_growing(need->model))
        return PGA_CONFIDENCE_LIKELY;
    return PGA_CONFIDENCE_POSSIBLE;
}

PgaFinding *
pga_need_report(PgaDjangoRun *run, const PgaNeed *need, const char *format, ...)
{
    const PgaNeedPlace *place = first_place(need);
    const PgaNeedUse use = pga_need_use(need);
    g_autofree char *columns = NULL, *object = NULL, *evidence = NULL;
    PgaFinding *finding;
    va_list args;

    if (!place || pga_django_is_small(run, need->model, run->threshold[0]))
        return NULL;
    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    columns = pga_need_columns_text(need);
    object = g_strdup_printf(need->keys->len > 1 ? "%s.%s (%s)" : "%s.%s.%s", need->model->app,
                             need->model->name, columns);
    finding =
        pga_django_add_finding(run, place->file, place->line, object, place->text, "%s", evidence);
    finding->confidence = confidence_of(run, need);
    finding->weight = need->places->len;
    if (!run->severity_fixed && use >= PGA_NEED_COMMAND)
        finding->severity = PGA_SEVERITY_INFO;
    pga_need_fix(run, finding, need);
    return finding;
}
