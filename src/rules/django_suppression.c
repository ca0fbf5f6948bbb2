/* Which finding of a Django project stands at which comment, and which comment has nothing to
 * suppress. */
#include <rules/django_suppression.h>

#include <python/source.h>
#include <rules/rule.h>
#include <string.h>

#include "rule_internal.h"

static const char mark[] = "pgarchitect:";

/** One rule of one comment. */
typedef struct {
    const PgaDjangoFile *file;
    char *rule, *reason; /* reason: (nullable) */
    guint line;          /* of the comment */
    guint from, until;   /* lines that it covers */
    gboolean of_file;
    gboolean used;
} Comment;

/** What is known of the lines of a file. */
typedef struct {
    const PgaDjangoFile *file;
    GArray *first;   /* of guint, by line: where the simple statement around it begins; 0: none */
    GArray *last;    /* of guint, by line: where the class or function that begins there ends; 0 */
    GArray *is_bare; /* of guint8, by line: nothing but a comment */
    GPtrArray *comments; /* of Comment *: all of the project */
} Lines;

static void
comment_free(gpointer data)
{
    Comment *comment = data;

    g_free(comment->rule);
    g_free(comment->reason);
    g_free(comment);
}

static guint
first_line(TSNode node)
{
    return ts_node_start_point(node).row + 1;
}

static guint
last_line(TSNode node)
{
    const TSPoint end = ts_node_end_point(node);

    return end.column == 0 && end.row > 0 ? end.row : end.row + 1;
}

static gboolean
is_definition(const char *type)
{
    return g_str_equal(type, "class_definition") || g_str_equal(type, "function_definition") ||
           g_str_equal(type, "decorated_definition");
}

/* One that holds no others. */
static gboolean
is_simple(const char *type)
{
    static const char *const compound[] = {"if_statement",
                                           "for_statement",
                                           "while_statement",
                                           "try_statement",
                                           "with_statement",
                                           "match_statement",
                                           NULL};

    return g_str_has_suffix(type, "_statement") && !g_strv_contains(compound, type);
}

static void
see_node(Lines *lines, TSNode node)
{
    const char *type = ts_node_type(node);
    const guint from = first_line(node), until = MIN(last_line(node), lines->first->len - 1);

    if (is_definition(type)) {
        guint *last = &g_array_index(lines->last, guint, from);

        *last = MAX(*last, until);
    } else if (is_simple(type)) {
        for (guint i = from; i <= until; i++)
            if (!g_array_index(lines->first, guint, i))
                g_array_index(lines->first, guint, i) = from;
    }
}

static gboolean
is_id_part(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_';
}

static const char *
skip(const char *at, const char *characters)
{
    return at + strspn(at, characters);
}

/* (transfer full): the rules from *at on, parted by commas; *at moves behind them. */
static GPtrArray *
read_rules(const char **at)
{
    GPtrArray *rules = g_ptr_array_new_with_free_func(g_free);

    do {
        const char *start = skip(*at, " \t");
        const char *end = start;

        while (is_id_part(*end))
            end++;
        if (end > start)
            g_ptr_array_add(rules, g_ascii_strdown(start, end - start));
        *at = skip(end, " \t");
    } while (**at == ',' && (*at)++);
    return rules;
}

/* The lines that a comment at @line covers: the statement that it stands in, the next one when it
 * stands alone, all of a class or function that begins there. */
static void
cover(const Lines *lines, Comment *comment)
{
    guint line = comment->line;
    guint first;

    while (line + 1 < lines->first->len && g_array_index(lines->is_bare, guint8, line))
        line++;
    first = g_array_index(lines->first, guint, line);
    comment->from = MIN(comment->line, first ? first : line);
    comment->until = MAX(line, g_array_index(lines->last, guint, line));
    while (first && comment->until + 1 < lines->first->len &&
           g_array_index(lines->first, guint, comment->until + 1) == first)
        comment->until++;
}

/* @text: of the comment, from behind its mark. */
static void
take_comment(Lines *lines, guint line, const char *text)
{
    const char *at = skip(text, " \t");
    const gboolean of_file = g_str_has_prefix(at, "ignore-file");
    g_autoptr(GPtrArray) rules = NULL;
    const char *reason;

    if (!g_str_has_prefix(at, "ignore"))
        return;
    at += strlen(of_file ? "ignore-file" : "ignore");
    if (is_id_part(*at))
        return; /* another word */
    rules = read_rules(&at);
    if (rules->len == 0)
        g_ptr_array_add(rules, g_strdup("")); /* told, for it does nothing */
    reason = skip(at, " \t:-");
    for (guint i = 0; i < rules->len; i++) {
        Comment *comment = g_new0(Comment, 1);

        comment->file = lines->file;
        comment->rule = g_strdup(g_ptr_array_index(rules, i));
        comment->reason = *reason ? g_strchomp(g_strdup(reason)) : NULL;
        comment->line = line;
        comment->of_file = of_file;
        if (!of_file)
            cover(lines, comment);
        g_ptr_array_add(lines->comments, comment);
    }
}

static void
see_comment(Lines *lines, const PgaPythonSource *source, TSNode node)
{
    const guint from = ts_node_start_byte(node), until = ts_node_end_byte(node);
    g_autofree char *text = g_strndup(source->text + from, until - from);
    const char *at = skip(text, "#! \t");

    if (g_str_has_prefix(at, mark))
        take_comment(lines, first_line(node), at + strlen(mark));
}

/* Calls @see for every node, without recursion: sources nest as deep as they like. */
static void
each_node(const PgaPythonSource *source, Lines *lines,
          void (*see)(Lines *, const PgaPythonSource *, TSNode))
{
    TSTreeCursor cursor = ts_tree_cursor_new(pga_python_root(source));
    gboolean more = TRUE;

    while (more) {
        see(lines, source, ts_tree_cursor_current_node(&cursor));
        more =
            ts_tree_cursor_goto_first_child(&cursor) || ts_tree_cursor_goto_next_sibling(&cursor);
        while (!more && ts_tree_cursor_goto_parent(&cursor))
            more = ts_tree_cursor_goto_next_sibling(&cursor);
    }
    ts_tree_cursor_delete(&cursor);
}

static void
see_structure(Lines *lines, const PgaPythonSource *source G_GNUC_UNUSED, TSNode node)
{
    if (ts_node_is_named(node))
        see_node(lines, node);
}

static void
see_comments(Lines *lines, const PgaPythonSource *source, TSNode node)
{
    if (g_str_equal(ts_node_type(node), "comment"))
        see_comment(lines, source, node);
}

/* Which lines hold a comment and nothing else, or nothing. */
static void
see_bare(Lines *lines, const char *text)
{
    guint8 is_bare = TRUE; /* there is no line 0 */

    g_array_append_val(lines->is_bare, is_bare);
    for (const char *at = text; at;) {
        const char *start = skip(at, " \t\r\f");

        is_bare = *start == '#' || *start == '\n' || *start == '\0';
        g_array_append_val(lines->is_bare, is_bare);
        at = strchr(at, '\n');
        if (at)
            at++;
    }
}

static void
read_source(const PgaDjangoFile *file, const PgaPythonSource *source, GPtrArray *comments)
{
    Lines lines = {.file = file, .comments = comments};

    lines.first = g_array_new(FALSE, TRUE, sizeof(guint));
    lines.last = g_array_new(FALSE, TRUE, sizeof(guint));
    lines.is_bare = g_array_new(FALSE, FALSE, sizeof(guint8));
    see_bare(&lines, source->text);
    g_array_set_size(lines.first, lines.is_bare->len);
    g_array_set_size(lines.last, lines.is_bare->len);
    each_node(source, &lines, see_structure);
    each_node(source, &lines, see_comments);
    g_array_unref(lines.first);
    g_array_unref(lines.last);
    g_array_unref(lines.is_bare);
}

static void
read_file(const PgaDjangoFile *file, GPtrArray *comments)
{
    g_autoptr(PgaPythonSource) source = pga_django_file_parse(file, NULL);

    if (source)
        read_source(file, source, comments);
}

/* (transfer full): of Comment *. */
static GPtrArray *
read_comments(const PgaDjangoProject *project)
{
    GPtrArray *comments = g_ptr_array_new_with_free_func(comment_free);

    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);

        if (!file->is_built_in && !file->is_test && strstr(file->text, mark))
            read_file(file, comments);
    }
    return comments;
}

/* (transfer full): "path rule" to GPtrArray * of Comment *, borrowed. */
static GHashTable *
index_comments(const GPtrArray *comments)
{
    GHashTable *index =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < comments->len; i++) {
        Comment *comment = g_ptr_array_index(comments, i);
        g_autofree char *key = g_strdup_printf("%s %s", comment->file->path, comment->rule);
        GPtrArray *list = g_hash_table_lookup(index, key);

        if (!list) {
            list = g_ptr_array_new();
            g_hash_table_insert(index, g_steal_pointer(&key), list);
        }
        g_ptr_array_add(list, comment);
    }
    return index;
}

/* (nullable): the innermost that covers the finding, else the file's. */
static Comment *
comment_for(GHashTable *index, const PgaFinding *finding)
{
    g_autofree char *key =
        g_strdup_printf("%s %s", finding->file ? finding->file : "", finding->rule);
    const GPtrArray *list = g_hash_table_lookup(index, key);
    Comment *found = NULL;

    for (guint i = 0; list && i < list->len; i++) {
        Comment *comment = g_ptr_array_index(list, i);
        const gboolean covers = comment->from <= finding->line && finding->line <= comment->until;

        if (comment->of_file ? found == NULL : covers)
            found = comment;
    }
    return found;
}

static void
sort_out(GHashTable *index, GPtrArray *findings, GPtrArray *suppressed)
{
    guint kept = 0;

    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);
        Comment *comment = comment_for(index, finding);

        if (!comment) {
            findings->pdata[kept++] = finding;
            continue;
        }
        comment->used = TRUE;
        finding->in_source = TRUE;
        finding->reason =
            g_strdup(comment->reason ? comment->reason : "a comment in the file suppresses it");
        g_ptr_array_add(suppressed, finding);
    }
    while (findings->len > kept) /* those left at the end have moved */
        g_ptr_array_steal_index_fast(findings, findings->len - 1);
}

/* Whether the rule would have been heard of, had it found something. */
static gboolean
was_judged(const PgaDjangoSource *source, const PgaRule *rule)
{
    return rule->inputs == PGA_INPUTS_DJANGO && pga_rule_is_enabled(rule, source->configuration) &&
           !source->only;
}

static void
report_unused(const PgaDjangoSource *source, const GPtrArray *comments, GPtrArray *findings)
{
    PgaDjangoRun run = {.rule = pga_rule_by_id("unused-suppression"),
                        .source = source,
                        .project = source->project,
                        .code = source->code,
                        .findings = findings};

    run.severity_fixed =
        pga_rule_prepare(run.rule, source->configuration, run.threshold, &run.severity);
    run.docs_url = pga_rule_docs_of(source->pg_version, run.rule->docs);
    for (guint i = 0; i < comments->len; i++) {
        const Comment *comment = g_ptr_array_index(comments, i);
        const PgaRule *rule = pga_rule_by_id(comment->rule);

        if (comment->used || (rule && !was_judged(source, rule)))
            continue;
        if (rule)
            pga_django_add_finding(&run, comment->file, comment->line, comment->rule, NULL,
                                   "%s finds nothing %s.", comment->rule,
                                   comment->of_file ? "in this file" : "here");
        else if (!*comment->rule && !comment->file->is_migration)
            pga_django_add_finding(&run, comment->file, comment->line, "pgarchitect: ignore", NULL,
                                   "The comment names no rule: nothing is suppressed.");
        else if (!comment->file->is_migration) /* there `lint` tells it */
            pga_django_add_finding(&run, comment->file, comment->line, comment->rule, NULL,
                                   "There is no rule \"%s\".", comment->rule);
    }
}

void
pga_django_suppress(const PgaDjangoSource *source, GPtrArray *findings, GPtrArray *suppressed)
{
    g_autoptr(GPtrArray) comments = read_comments(source->project);
    g_autoptr(GHashTable) index = index_comments(comments);

    if (comments->len == 0)
        return;
    sort_out(index, findings, suppressed);
    if (pga_rule_is_enabled(pga_rule_by_id("unused-suppression"), source->configuration))
        report_unused(source, comments, findings);
}
