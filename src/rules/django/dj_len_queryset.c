/* dj-len-queryset: all rows are fetched to learn how many they are, or whether there is one. */
#include <string.h>

#include "../django_once_internal.h"

/* The same QuerySet gives its rows elsewhere in the function, or to whom it is handed. */
static gboolean
is_used_otherwise(const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *function = event->function;

    for (guint i = 0; i < function->events->len; i++) {
        const PgaDjangoEvent *other = g_ptr_array_index(function->events, i);

        if (other == event || other->chain != event->chain || event->chain == 0)
            continue;
        if (other->act != PGA_DJANGO_LEN && other->act != PGA_DJANGO_TRUTH &&
            other->act != PGA_DJANGO_COUNT && other->act != PGA_DJANGO_EXISTS_CALL)
            return TRUE;
    }
    return FALSE;
}

/* "count(" or "len(" of @event: as many of them stand in the line before as events do. (nullable)
 */
static const char *
call_text(const PgaDjangoEvent *event, const char *name)
{
    const char *at = event->text ? strstr(event->text, name) : NULL;

    for (guint i = event->number; at && i-- > 0;) {
        const PgaDjangoEvent *before = g_ptr_array_index(event->function->events, i);

        if (before->line != event->line)
            break;
        if (before->act == event->act)
            at = strstr(at + 1, name);
    }
    return at;
}

/* Behind the bracket that is closed: (nullable) */
static const char *
behind_call(const char *open)
{
    guint depth = 0;

    for (const char *at = open; *at; at++) {
        depth += *at == '(';
        if (*at == ')' && --depth == 0)
            return at + 1;
    }
    return NULL;
}

/* Where "Order.objects.filter(a=1)" begins, of which @end is the end. */
static const char *
begin_of(const char *text, const char *end)
{
    guint depth = 0;

    for (; end > text; end--) {
        const char c = end[-1];

        depth += c == ')' || c == ']';
        if (depth == 0 && !g_ascii_isalnum(c) && c != '_' && c != '.' && !(c == ' ' && *end == '.'))
            break;
        depth -= depth > 0 && (c == '(' || c == '[');
    }
    return end;
}

static gboolean
is_of_number(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '.';
}

/* (transfer full): without blanks but those between words. */
static char *
squeezed(const char *text, const char *end)
{
    GString *out = g_string_new(NULL);

    for (const char *at = text; at < end; at++)
        if (*at != ' ' || (at > text && is_of_number(at[-1]) && is_of_number(at[1])))
            g_string_append_c(out, *at);
    return g_string_free(out, FALSE);
}

/* "count() > 0", "0 < count()" */
static gboolean
is_compared_with_zero(const char *before, const char *behind)
{
    static const char *const signs[] = {">0", "==0", "!=0", ">=1", "<1", "<=0"};
    static const char *const reversed[] = {"0<", "0==", "0!=", "1<=", "1>", "0>="};

    for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
        const gsize length = strlen(signs[i]);

        if (g_str_has_prefix(behind, signs[i]) && !g_ascii_isdigit(behind[length]) &&
            behind[length] != '.')
            return TRUE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(reversed); i++) {
        const gsize length = strlen(reversed[i]), whole = strlen(before);

        if (g_str_has_suffix(before, reversed[i]) &&
            (whole == length || !is_of_number(before[whole - length - 1])))
            return TRUE;
    }
    return FALSE;
}

static gboolean
begins_with_one(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (g_str_has_prefix(text, *words))
            return TRUE;
    return FALSE;
}

/* The word that @text ends with. */
static const char *
last_word(char *text)
{
    char *at;

    g_strchomp(text);
    at = text + strlen(text);
    while (at > text && g_ascii_isalpha(at[-1]))
        at--;
    return at;
}

/* "if count():", "not count()", "bool(count())", "a if count() else b" */
static gboolean
is_truth(const PgaDjangoEvent *event, const char *start, const char *behind)
{
    static const char *const ends[] = {":", "and ", "or ", "else ", ")", "]", NULL};
    static const char *const tests[] = {"if", "elif", "while", "and", "or", NULL};
    g_autofree char *before = g_strndup(event->text, (gsize)(start - event->text));
    const char *word = last_word(before);

    behind += *behind == ' ';
    if (*behind && !begins_with_one(behind, ends))
        return FALSE;
    if (g_str_has_suffix(before, "bool("))
        return *behind == ')';
    return g_str_equal(word, "not") || (g_str_equal(word, "if") && *behind == 'e') ||
           (event->is_condition && g_strv_contains(tests, word));
}

/* The number is only looked at for whether it is 0. */
static gboolean
asks_whether(const PgaDjangoEvent *event, const char *name)
{
    const char *call = call_text(event, name);
    const char *behind = call ? behind_call(strchr(call, '(')) : NULL;
    const char *start = behind ? begin_of(event->text, call) : NULL;
    g_autofree char *left = behind ? squeezed(event->text, start) : NULL;
    g_autofree char *right = behind ? squeezed(behind, behind + strlen(behind)) : NULL;

    return behind && (is_compared_with_zero(left, right) || is_truth(event, start, behind));
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *event, const char *what, const char *instead)
{
    PgaFinding *finding = pga_django_add_at_event(run, event, "%s", what);

    finding->confidence = event->chain ? PGA_CONFIDENCE_CERTAIN : PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
    pga_django_fix_code(finding, g_strdup(instead));
}

/* What is reported of the event, and what to say instead: (nullable): nothing. */
static const char *
fault_of(const PgaDjangoEvent *event, const char **instead)
{
    const gboolean is_len = event->act == PGA_DJANGO_LEN;

    *instead = "….exists()";
    if (event->act == PGA_DJANGO_COUNT)
        return asks_whether(event, ".count(") ? "all rows are counted to learn whether there is one"
                                              : NULL;
    if ((!is_len && event->act != PGA_DJANGO_TRUTH) || (is_len && event->queryset->is_sliced) ||
        is_used_otherwise(event))
        return NULL;
    if (!is_len || asks_whether(event, "len("))
        return "all rows are fetched to learn whether there is one";
    *instead = "….count()";
    return "all rows are fetched to be counted";
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const char *instead, *fault;

    if (!pga_django_event_asks(event) || event->is_prefetched || event->queryset->is_raw)
        return;
    fault = fault_of(event, &instead);
    if (fault)
        report(run, event, fault, instead);
}

const PgaRule pga_rule_dj_len_queryset = {
    .id = "dj-len-queryset",
    .title = "Rows fetched or counted to learn whether there are any",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "The rows travel, or are counted, for a number or a yes that the database knows sooner.",
    .when_not = "The rows are needed anyway.",
    .condition = "len() or the truth of a QuerySet that nothing else in the function reads; "
                 "count() that is compared with 0 or stands for a yes or no.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "\n"
               "\n"
               "class Order(models.Model):\n"
               "    email = models.EmailField()\n"
               "    made = models.DateTimeField(auto_now_add=True)\n"
               "\n"
               "# shop/views.py\n"
               "from shop.models import Order\n"
               "\n"
               "\n"
               "def find(request):\n"
               "    return len(Order.objects.filter(email=request.GET[\"email\"]))",
    .fix = "count() for a number, exists() for a yes or no.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/db/optimization/"
            "#don-t-overuse-contains-count-and-exists",
    .docs_title = "Django: Don't overuse contains(), count(), and exists()",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};
