/* The parts of a template: each text as what its tags and names are. */
#include <django/project.h>
#include <django/template.h>
#include <string.h>

typedef struct {
    const char *name, *text, *tokens; /* "3%for a in b" */
} Case;

static const Case cases[] = {
    {"names-and-tags", "a {{ b.c }}\n{% for d in e %}\n\n{{f}}", "1{b.c|2%for d in e|4{f|"},
    {"over-lines", "{{ a\n }}{% if\nb %}{{ c }}", "1{a|2%if\nb|3{c|"},
    {"comments", "{# {{ a }} #}{{ b }}{% comment %}{{ c }}\n{% endcomment %}{{ d }}",
     "1{b|1%comment|2{d|"},
    {"verbatim", "{% verbatim %}{{ a }}{% endverbatim %}{{ b }}", "1%verbatim|1{b|"},
    {"comments-without-end", "{% comment %}{{ a }}{% comment %}", "1%comment|1{a|1%comment|"},
    {"commented-is-no-comment", "{% commented %}{{ a }}{% endcomment %}",
     "1%commented|1{a|1%endcomment|"},
    {"open", "{{ a } {% b } {# c {", ""},
    {"one-end-for-two", "{% a {{ b }}", "1{b|"},
    {"nothing", "", ""},
    {"empty", "{{}}{%%}{{ }}", "1{|1%|1{|"},
};

static char *
tokens_of(const char *text)
{
    g_autoptr(GPtrArray) tokens = pga_template_tokens(text, strlen(text));
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < tokens->len; i++) {
        const PgaTemplateToken *token = g_ptr_array_index(tokens, i);

        g_string_append_printf(out, "%u%c%s|", token->line, token->is_tag ? '%' : '{', token->text);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
test_tokens(gconstpointer data)
{
    const Case *c = data;
    g_autofree char *tokens = tokens_of(c->text);

    g_assert_cmpstr(tokens, ==, c->tokens);
}

/* What would be slow, or large. */
static void
test_limits(void)
{
    g_autoptr(GString) open = g_string_new(NULL), many = g_string_new(NULL);
    g_autoptr(GPtrArray) of_open = NULL, of_many = NULL;

    for (guint i = 0; i < 100000; i++) {
        g_string_append(open, i % 2 ? "{%" : "{{");
        g_string_append(many, "{{a}}{% comment %}");
    }
    of_open = pga_template_tokens(open->str, open->len);
    of_many = pga_template_tokens(many->str, many->len);
    g_assert_cmpuint(of_open->len, ==, 0);
    g_assert_cmpuint(of_many->len, ==, 20000);
}

/* Which files are templates. */
static void
test_files(void)
{
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();

    pga_django_project_add(project, "shop/templates/shop/a.html", "a", 1);
    pga_django_project_add(project, "templates/b.txt", "b", 1);
    pga_django_project_add(project, "templates/bytes.html", "\xff", 1);
    pga_django_project_add(project, "templates/zero.html", "a\0b", 3);
    pga_django_project_add(project, "static/c.html", "c", 1);
    pga_django_project_add(project, "templates/d.js", "d", 1);
    g_assert_cmpuint(project->templates->len, ==, 2);
    g_assert_cmpuint(project->unread->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/django/template/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_tokens);
    }
    g_test_add_func("/django/template/limits", test_limits);
    g_test_add_func("/django/template/files", test_files);
    return g_test_run();
}
