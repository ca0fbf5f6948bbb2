/* Rules about the indexes that queries miss: which places are reported, which are not. */
#include <string.h>

#include <rule_internal.h>

#include "django_case.h"

#define HEAD "# shop/models.py\nfrom django.db import models\n"
/* Line 3 on; rows come with time. */
#define EVENT(field)                                                                               \
    HEAD "class Event(models.Model):\n"                                                            \
         "    made = models.DateTimeField(auto_now_add=True)\n" field
/* The statement is line 4. */
#define VIEW(statement)                                                                            \
    "# shop/views.py\nfrom shop.models import *\ndef show(request):\n    " statement "\n"
#define COMMAND(statement)                                                                         \
    "# shop/management/commands/run.py\nfrom shop.models import *\n"                               \
    "class Command(BaseCommand):\n    def handle(self, *args, **options):\n        " statement     \
    "\n"
#define NAME  "    name = models.CharField(max_length=99)\n"
#define BOTH  NAME "    code = models.CharField(max_length=9)\n"
#define INDEX "    class Meta:\n        indexes = "

static const DjangoCase filter_cases[] = {
    {EVENT(NAME) VIEW("return list(Event.objects.filter(name=q))"), "views.py:4:likely"},
    {EVENT(NAME) VIEW("return Event.objects.get(name=q)"), "views.py:4:likely"},
    {EVENT(NAME) VIEW("return list(Event.objects.filter(name__in=[1, 2]))"), "views.py:4:likely"},
    {EVENT(NAME) VIEW("return list(Event.objects.filter(made__gt=q))"), "views.py:4:likely"},
    {EVENT(NAME) VIEW("return list(Event.objects.filter(made__year=q))"), "views.py:4:likely"},
    {EVENT("    n = models.IntegerField()\n") VIEW("return list(Event.objects.filter(n__gt=5))"),
     "views.py:4:possible"},
    {EVENT(NAME) COMMAND("return list(Event.objects.filter(name=q))"), "run.py:5:possible"},
    /* an index leads with it */
    {EVENT("    name = models.CharField(max_length=99, db_index=True)\n")
         VIEW("return list(Event.objects.filter(name=q))"),
     ""},
    {EVENT(BOTH INDEX "[models.Index(fields=[\"name\", \"code\"])]\n")
         VIEW("return list(Event.objects.filter(name=q))"),
     ""},
    {EVENT(BOTH INDEX "[models.Index(fields=[\"code\", \"name\"])]\n")
         VIEW("return list(Event.objects.filter(name=q))"),
     "views.py:4:likely"},
    {EVENT(BOTH "    class Meta:\n        unique_together = [(\"name\", \"code\")]\n")
         VIEW("return list(Event.objects.filter(name=q))"),
     ""},
    /* something else finds few */
    {EVENT(NAME) VIEW("return list(Event.objects.filter(pk=5, name=q))"), ""},
    {EVENT("    slug = models.SlugField(unique=True)\n" NAME)
         VIEW("return list(Event.objects.filter(slug=q, name=q))"),
     ""},
    {EVENT("    up = models.ForeignKey(\"self\", models.CASCADE)\n" NAME)
         VIEW("return list(Event.objects.filter(up=q, name=q))"),
     ""},
    /* few values alone */
    {EVENT("    on = models.BooleanField()\n") VIEW("return list(Event.objects.filter(on=True))"),
     ""},
    {EVENT("    kind = models.CharField(max_length=1, choices=[(\"a\", \"A\")])\n")
         VIEW("return list(Event.objects.filter(kind=q))"),
     ""},
    {EVENT("    on = models.BooleanField()\n" NAME)
         VIEW("return list(Event.objects.filter(on=True, name=q))"),
     "views.py:4:likely"},
    {EVENT("    on = models.BooleanField(db_index=True)\n" NAME)
         VIEW("return list(Event.objects.filter(on=True, name=q))"),
     ""},
    {EVENT("    ways = models.ManyToManyField(\"self\")\n" NAME)
         VIEW("return list(Event.objects.filter(ways=q, name=q))"),
     ""},
    /* over relations */
    {EVENT("    up = models.ForeignKey(\"self\", models.CASCADE)\n" BOTH)
         VIEW("return list(Event.objects.filter(up__name=q, up__code=q))"),
     "views.py:4:likely"},
    {EVENT("    up = models.ForeignKey(\"self\", models.CASCADE)\n"
           "    to = models.ForeignKey(\"self\", models.CASCADE)\n" BOTH)
         VIEW("return list(Event.objects.filter(up__name=q, to__code=q))"),
     "views.py:4:likely views.py:4:likely"},
    /* who asks */
    {EVENT(NAME) "# shop/tools.py\nfrom shop.models import *\ndef show(q):\n"
                 "    return list(Event.objects.filter(name=q))\n",
     "tools.py:4:likely"},
    {EVENT(NAME) "# shop/jobs/daily.py\nfrom shop.models import *\ndef show(q):\n"
                 "    return list(Event.objects.filter(name=q))\n",
     "daily.py:4:possible"},
    {EVENT(NAME) "# shop/admin.py\nfrom django.contrib import admin\n"
                 "from shop.models import *\nclass EventAdmin(admin.ModelAdmin):\n"
                 "    def act(self, request, q):\n"
                 "        return list(Event.objects.filter(name=q))\n",
     "admin.py:6:possible"},
    /* orders that an index cannot have, and what is unique */
    {EVENT(NAME) VIEW("return list(Event.objects.filter(name=q).order_by(\"?\")[:5])"),
     "views.py:4:likely"},
    {EVENT(NAME) VIEW("return list(Event.objects.filter(name=q).order_by(\"name\", \"made\")[:5])"),
     "views.py:4:likely"},
    {EVENT(BOTH) VIEW("a = list(Event.objects.filter(code=q))\n    return a, "
                      "list(Event.objects.filter(name=q).order_by(\"made\")[:5])"),
     "views.py:4:likely views.py:5:likely"},
    {EVENT(NAME) VIEW("return list(Event.objects.filter(name=q).order_by(\"id\")[:5])"),
     "views.py:4:likely"},
    {EVENT(NAME) VIEW("a = list(Event.objects.filter(name=q))\n"
                      "    return a, list(Event.objects.filter(name=q).order_by(\"made\")[:5])"),
     "views.py:4:likely"},
    /* no index would find it */
    {EVENT(NAME) VIEW("return list(Event.objects.exclude(name=q))"), ""},
    {EVENT(NAME) VIEW("return list(Event.objects.filter(name=F(\"made\")))"), ""},
    {EVENT(NAME) VIEW("return list(Event.objects.filter(name=None))"), ""},
    {EVENT("    body = models.TextField()\n") VIEW("return list(Event.objects.filter(body=q))"),
     ""},
    /* tests and migrations */
    {EVENT(NAME) "# shop/tests.py\nfrom shop.models import *\ndef test():\n"
                 "    return list(Event.objects.filter(name=q))\n",
     ""},
};

static void
test_filter(void)
{
    django_cases("dj-filter-unindexed", filter_cases);
}

#define NOTE(meta)                                                                                 \
    HEAD "from django.contrib.contenttypes.models import ContentType\n"                            \
         "class Note(models.Model):\n"                                                             \
         "    type = models.ForeignKey(ContentType, models.CASCADE)\n"                             \
         "    number = models.PositiveBigIntegerField()\n"                                         \
         "    made = models.DateTimeField(auto_now_add=True)\n" meta

/* One object's notes: neither of both alone finds them. */
static void
test_generic_keys(void)
{
    static const DjangoCase cases[] = {
        {NOTE(INDEX "[models.Index(fields=[\"type\", \"number\"])]\n")
             VIEW("return list(Note.objects.filter(type=t, number=n))"),
         ""},
        {NOTE(INDEX "[models.Index(fields=[\"type\", \"number\", \"made\"])]\n")
             VIEW("return list(Note.objects.filter(type=t, number=n))"),
         ""},
        {NOTE("") VIEW("return list(Note.objects.filter(type=t, number=n))"), "views.py:4:likely"},
        {NOTE(INDEX "[models.Index(fields=[\"type\", \"made\"])]\n")
             VIEW("return list(Note.objects.filter(type=t, number=n))"),
         "views.py:4:likely"},
        {NOTE(INDEX "[models.Index(fields=[\"type\", \"number\"], "
                    "condition=models.Q(made=None))]\n")
             VIEW("return list(Note.objects.filter(type=t, number=n))"),
         "views.py:4:likely"},
    };

    django_cases("dj-filter-unindexed", cases);
}

#define OFFERED(fields)                                                                            \
    EVENT(BOTH "    n = models.IntegerField()\n")                                                  \
    "# shop/filters.py\nimport django_filters\nfrom shop.models import *\n"                        \
    "class EventFilter(django_filters.FilterSet):\n"                                               \
    "    class Meta:\n        model = Event\n        fields = " fields                             \
    "\n# shop/api.py\nfrom rest_framework import viewsets\nfrom shop.models import *\n"            \
    "class Events(viewsets.ModelViewSet):\n    queryset = Event.objects.all()\n"                   \
    "    filterset_class = EventFilter\n"

static void
assert_severity(const char *text, PgaSeverity severity)
{
    g_autoptr(DjangoJudged) judged =
        django_judge("dj-icontains-no-trigram", text, "shop.Event=100000");

    if (judged)
        g_assert_cmpint(django_first(judged)->severity, ==, severity);
}

#define EITHER(field)                                                                              \
    EVENT(BOTH "    up = models.ForeignKey(\"self\", models.CASCADE)\n")                           \
    VIEW("return list(Event.objects.filter(models.Q(name__icontains=q) | "                         \
         "models.Q(" field "__icontains=q)))")

/* No index of one table finds what may be found by the other. */
static void
test_or_of_tables(void)
{
    assert_severity(EITHER("code"), PGA_SEVERITY_ERROR);
    assert_severity(EITHER("up__code"), PGA_SEVERITY_INFO);
}

static void
assert_offered(const char *text, guint n, PgaSeverity severity)
{
    g_autoptr(DjangoJudged) judged = django_judge("dj-filter-unindexed", text, "shop.Event=200000");

    if (!judged)
        return;
    g_assert_cmpuint(judged->findings->len, ==, n);
    g_assert_cmpint(django_first(judged)->severity, ==, severity);
}

static void
test_offered_columns(void)
{
    assert_offered(OFFERED("[\"name\", \"code\", \"n\"]"), 3, PGA_SEVERITY_WARNING);
    assert_offered(OFFERED("[\"name\", \"code\", \"n\", \"made\"]"), 4, PGA_SEVERITY_INFO);
}

#define BELOW(class, path)                                                                         \
    "# shop/models.py\nfrom django.db import models\nclass Event" class                            \
        "(models.QuerySet):\n"                                                                     \
        "    def below(self, q):\n        return self.filter(" path                                \
        "=q)\nclass Event(models.Model):\n"                                                        \
        "    up = models.ForeignKey(\"self\", models.CASCADE)\n" NAME                              \
        "    made = models.DateTimeField(auto_now_add=True)\n    objects = Event" class ".as_"     \
                                                                                        "manager(" \
                                                                                        ")\n"

#define TASK(parameters)                                                                           \
    EVENT(NAME)                                                                                    \
    "# shop/tasks.py\nfrom celery import shared_task\nfrom shop.models import *\n"                 \
    "@shared_task(bind=True)\ndef act(" parameters                                                 \
    "):\n    return list(Event.objects.filter(name=now()))\n"

/* What the clock starts has time. */
static void
test_periodic_tasks(void)
{
    static const struct {
        const char *text;
        PgaSeverity severity;
    } cases[] = {
        {TASK("self"), PGA_SEVERITY_INFO},
        {TASK(""), PGA_SEVERITY_INFO},
        {TASK("self, interval: int, *args, only=None, **rest"), PGA_SEVERITY_INFO},
        {TASK("self, pk"), PGA_SEVERITY_WARNING},
        {TASK("pk"), PGA_SEVERITY_WARNING},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DjangoJudged) judged =
            django_judge("dj-filter-unindexed", cases[i].text, "shop.Event=100000");

        if (judged)
            g_assert_cmpint(django_first(judged)->severity, ==, cases[i].severity);
    }
}

static void
test_places_and_lists(void)
{
    static const DjangoCase cases[] = {
        /* where it is written, not where it is fetched */
        {EVENT(NAME)
             VIEW("rows = Event.objects.filter(name=q)\n    print(q)\n    return list(rows)"),
         "views.py:4:likely"},
        {EVENT(NAME) "# shop/tasks.py\nfrom celery import shared_task\n"
                     "from shop.models import *\n@shared_task\ndef act(q):\n"
                     "    return list(Event.objects.filter(name=q))\n",
         "tasks.py:6:likely"},
        /* what it is called on may be few rows */
        {BELOW("QuerySet", "up__name"), "models.py:5:possible"},
        {BELOW("QuerySet", "name"), "models.py:5:likely"},
        {BELOW("Rows", "up__name"), "models.py:5:likely"},
        {EVENT(NAME) "# shop/tasks.py\nfrom celery import shared_task\n" /* by a schedule */
                     "from shop.models import *\n@shared_task\ndef act():\n"
                     "    return list(Event.objects.filter(name='x'))\n",
         "tasks.py:6:possible"},
        /* a list of names */
        {HEAD "class Brand(models.Model):\n" NAME VIEW("return list(Brand.objects.filter(name=q))"),
         ""},
        {HEAD "class Brand(models.Model):\n" NAME
              "    n = models.IntegerField()\n" VIEW("return list(Brand.objects.filter(name=q))"),
         "views.py:4:likely"},
    };

    django_cases("dj-filter-unindexed", cases);
}

/* What a manager makes of a name that is no field may find a single row. */
static void
test_names_of_managers(void)
{
    static const DjangoCase cases[] = {
        {EVENT(NAME) VIEW("return list(Event.objects.filter(name=q, digest=d))"), ""},
        {EVENT(NAME) VIEW("return list(Event.objects.annotate(n=models.Count('id'))"
                          ".filter(name=q, n=d))"),
         "views.py:4:likely"},
    };

    django_cases("dj-filter-unindexed", cases);
}

static void
test_conditional_indexes(void)
{
    static const DjangoCase cases[] = {
        {EVENT("    on = models.BooleanField()\n" NAME INDEX
               "[models.Index(fields=[\"name\"], condition=models.Q(on=True))]\n")
             VIEW("return list(Event.objects.filter(name=q, on=True))"),
         ""},
        {EVENT("    on = models.BooleanField()\n" NAME INDEX
               "[models.Index(fields=[\"name\"], condition=models.Q(on=True))]\n")
             VIEW("return list(Event.objects.filter(name=q, on=False))"),
         "views.py:4:likely"},
        {EVENT("    on = models.BooleanField()\n" NAME INDEX
               "[models.Index(fields=[\"name\"], condition=models.Q(on=True))]\n")
             VIEW("return list(Event.objects.filter(name=q))"),
         "views.py:4:likely"},
    };

    django_cases("dj-filter-unindexed", cases);
}

static void
test_small_tables(void)
{
    static const DjangoCase cases[] = {
        {HEAD
         "class Country(models.Model):\n" NAME VIEW("return list(Country.objects.filter(name=q))"),
         ""},
        {HEAD "class OrderType(models.Model):\n" NAME VIEW(
             "return list(OrderType.objects.filter(name=q))"),
         ""},
        {HEAD "class Word(models.Model):\n    slug = models.SlugField(unique=True)\n" NAME VIEW(
             "return list(Word.objects.filter(name=q))"),
         ""},
        {HEAD "class Label(models.Model):\n" BOTH VIEW("return list(Label.objects.filter(code=q))"),
         ""},
        {HEAD "class Person(models.Model):\n" NAME "    email = models.EmailField()\n" VIEW(
             "return list(Person.objects.filter(email=q))"),
         "views.py:4:likely"},
        /* read whole by a request */
        {HEAD "class Area(models.Model):\n" BOTH "    size = models.IntegerField()\n" VIEW(
             "return list(Area.objects.filter(code=q)), list(Area.objects.all())"),
         "views.py:4:possible"},
        {HEAD "class Area(models.Model):\n" BOTH "    size = models.IntegerField()\n" VIEW(
             "return list(Area.objects.filter(code=q)), list(Area.objects.all()[:5])"),
         "views.py:4:likely"},
        {EVENT(NAME) VIEW("return list(Event.objects.filter(name=q)), list(Event.objects.all())"),
         "views.py:4:likely"},
        {HEAD
         "class Person(SingletonModel):\n" NAME VIEW("return list(Person.objects.filter(name=q))"),
         ""},
        {EVENT(NAME) "class Child(Event):\n    code = models.CharField(max_length=9)\n" VIEW(
             "return list(Child.objects.filter(code=q))"),
         "views.py:4:likely"},
        {HEAD "class Word(models.Model):\n    up = models.ForeignKey(\"self\", models.CASCADE)\n"
              "    slug = models.SlugField(unique=True)\n" NAME VIEW(
                  "return list(Word.objects.filter(name=q))"),
         "views.py:4:likely"},
    };

    django_cases("dj-filter-unindexed", cases);
}

#define FINDS(rule, text, rows, expected)                                                          \
    G_STMT_START                                                                                   \
    {                                                                                              \
        g_autoptr(DjangoJudged) judged = django_judge(rule, text, rows);                           \
        g_autofree char *found = judged ? django_found(judged) : NULL;                             \
        if (judged)                                                                                \
            g_assert_cmpstr(found, ==, expected);                                                  \
    }                                                                                              \
    G_STMT_END

static void
test_stated_rows(void)
{
    const char *text = EVENT(NAME) VIEW("return list(Event.objects.filter(name=q))");
    const char *command = EVENT(NAME) COMMAND("return list(Event.objects.filter(name=q))");

    FINDS("dj-filter-unindexed", text, "shop.Event=9999", "");
    FINDS("dj-filter-unindexed", text, "shop.Event=10000", "views.py:4:likely");
    FINDS("dj-filter-unindexed", text, "shop.Event=2000000", "views.py:4");
    FINDS("dj-filter-unindexed", command, "shop.Event=2000000", "run.py:5:likely");
}

static void
test_one_finding_for_all_places(void)
{
    g_autoptr(DjangoJudged) judged = django_judge(
        "dj-filter-unindexed",
        EVENT(BOTH) VIEW("a = list(Event.objects.filter(name=q))\n"
                         "    b = Event.objects.filter(name=\"x\")\n    c = b.count() + len(b)\n"
                         "    return a, b, list(Event.objects.filter(name=q, code=5))"),
        "shop.Event=50000");
    const PgaFinding *finding;

    if (!judged)
        return;
    g_assert_cmpuint(judged->findings->len, ==, 2);
    finding = g_ptr_array_index(judged->findings, 0);
    g_assert_cmpstr(finding->object, ==, "shop.Event.name");
    g_assert_nonnull(strstr(finding->evidence, "2 places, first shop/views.py:4"));
    g_assert_nonnull(strstr(finding->evidence, "about 50000 rows"));
    finding = g_ptr_array_index(judged->findings, 1);
    g_assert_cmpstr(finding->object, ==, "shop.Event (code, name)");
    g_assert_cmpstr(finding->fix.code, ==,
                    "models.Index(fields=[\"code\", \"name\"], name=\"shop_event_code_name_idx\")");
}

static void
test_fix(void)
{
    g_autoptr(DjangoJudged) judged =
        django_judge("dj-filter-unindexed",
                     EVENT(NAME) VIEW("return list(Event.objects.filter(name=q).order_by(\"-made\")"
                                      "[:5])"),
                     NULL);
    const PgaFinding *finding;
    const PgaPlanChange *plan;

    if (!judged)
        return;
    finding = django_first(judged);
    g_assert_cmpstr(
        finding->fix.code, ==,
        "models.Index(fields=[\"name\", \"-made\"], name=\"shop_event_name_made_idx\")");
    g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 0), ==,
                    "CREATE INDEX CONCURRENTLY shop_event_name_made_idx ON shop_event (name, made "
                    "DESC);");
    g_assert_cmpstr(g_ptr_array_index(finding->fix.undo, 0), ==,
                    "DROP INDEX CONCURRENTLY shop_event_name_made_idx;");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_PLAN);
    plan = g_ptr_array_index(finding->proof.plans, 0);
    g_assert_true(g_str_has_prefix(plan->statement, "SELECT "));
}

/* What first() asks for when nothing else orders is no part of the index. */
static void
test_first(void)
{
    static const struct {
        const char *text, *object;
    } cases[] = {
        {EVENT(NAME) VIEW("return Event.objects.filter(name=q).first()"), "shop.Event.name"},
        {EVENT(NAME "    class Meta:\n        ordering = [\"made\"]\n")
             VIEW("return Event.objects.filter(name=q).first()"),
         "shop.Event.name"},
        {EVENT(NAME) VIEW("return Event.objects.filter(name=q).order_by(\"made\").first()"),
         "shop.Event (name, made)"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DjangoJudged) judged = django_judge("dj-filter-unindexed", cases[i].text, NULL);

        if (judged)
            g_assert_cmpstr(django_first(judged)->object, ==, cases[i].object);
    }
}

static void
test_names_are_short(void)
{
    g_autoptr(DjangoJudged) judged = django_judge(
        "dj-filter-unindexed",
        HEAD "class VeryLongNameOfAnEvent(models.Model):\n"
             "    made = models.DateTimeField(auto_now_add=True)\n"
             "    another_very_long_name = models.CharField(max_length=9)\n"
             "    class Meta:\n        db_table = \"1 Quoted\"\n" VIEW(
                 "return list(VeryLongNameOfAnEvent.objects.filter(another_very_long_name=q))"),
        NULL);

    if (!judged)
        return;
    g_assert_nonnull(strstr(django_first(judged)->fix.code, "name=\"i1_quoted_another_v_"));
    g_assert_nonnull(
        strstr(g_ptr_array_index(django_first(judged)->fix.sql, 0), " ON \"1 Quoted\" "));
    g_assert_cmpuint(strlen(strstr(django_first(judged)->fix.code, "name=\"")), ==,
                     strlen("name=\"") + 30 + strlen("\")"));
}

static void
test_order(void)
{
    static const DjangoCase cases[] = {
        {EVENT(NAME) VIEW("return list(Event.objects.order_by(\"-made\")[:9])"),
         "views.py:4:likely"},
        {EVENT(NAME) VIEW("return Event.objects.order_by(\"name\").first()"), "views.py:4:likely"},
        {EVENT(NAME) VIEW("return Event.objects.latest(\"made\")"), "views.py:4:likely"},
        {EVENT(NAME "    class Meta:\n        ordering = [\"-made\"]\n")
             VIEW("return Event.objects.first()"),
         "views.py:4:likely"},
        {EVENT(NAME) "# shop/views.py\nfrom django.views.generic import ListView\n"
                     "from shop.models import *\nclass Page(ListView):\n    paginate_by = 20\n"
                     "    queryset = Event.objects.order_by(\"-made\")\n",
         "views.py:4:possible"},
        {EVENT("    on = models.BooleanField()\n" INDEX
               "[models.Index(fields=[\"made\"], condition=models.Q(on=True)), "
               "models.Index(fields=[\"on\"])]\n")
             VIEW("return list(Event.objects.filter(on=True).order_by(\"made\")[:9])"),
         "views.py:4:likely"},
        /* no limit, its own key, an index of it, few rows by another */
        {EVENT(NAME) VIEW("return list(Event.objects.order_by(\"-made\"))"), ""},
        {EVENT(NAME) VIEW("return list(Event.objects.order_by(\"-id\")[:9])"), ""},
        {EVENT(NAME) VIEW("return Event.objects.first()"), ""},
        {EVENT(NAME INDEX "[models.Index(fields=[\"made\"])]\n")
             VIEW("return list(Event.objects.order_by(\"-made\")[:9])"),
         ""},
        {EVENT("    on = models.BooleanField()\n" INDEX
               "[models.Index(fields=[\"on\", \"made\"])]\n")
             VIEW("return list(Event.objects.filter(on=True).order_by(\"made\")[:9])"),
         ""},
        {EVENT("    on = models.BooleanField()\n" INDEX
               "[models.Index(fields=[\"on\", \"made\"])]\n")
             VIEW("return list(Event.objects.order_by(\"made\")[:9])"),
         "views.py:4:likely"},
        {EVENT(NAME INDEX "[models.Index(models.functions.Upper(\"name\"), name=\"u\")]\n")
             VIEW("return list(Event.objects.order_by(\"name\")[:9])"),
         "views.py:4:likely"},
    };

    django_cases("dj-order-by-unindexed", cases);
}

/* Few rows by another condition, no table that grows, no order by a column of its own. */
static void
test_order_of_few(void)
{
    static const DjangoCase cases[] = {
        {EVENT(NAME) VIEW("return list(Event.objects.filter(pk=5).order_by(\"-made\")[:9])"), ""},
        {EVENT(NAME) VIEW("return list(Event.objects.filter(name=5).order_by(\"-made\")[:9])"), ""},
        {HEAD "class School(models.Model):\n" BOTH "    year = models.IntegerField()\n" VIEW(
             "return School.objects.order_by(\"-year\").first()"),
         "views.py:4:possible"}, /* nothing says that it grows */
        {EVENT(NAME) VIEW("return list(Event.objects.order_by(\"?\")[:9])"), ""},
        {EVENT(NAME)
             VIEW("return list(Event.objects.filter(name__icontains=q).order_by(\"made\")[:9])"),
         ""},
        {EVENT(NAME) VIEW("return Event.objects.filter(name__iexact=q).order_by(\"made\").first()"),
         ""},
        {EVENT(NAME)
             VIEW("return list(Event.objects.exclude(name__icontains=q).order_by(\"made\")[:9])"),
         "views.py:4:likely"},
        {EVENT(NAME) VIEW("return Event.objects.filter(**{q: 1}).order_by(\"made\").first()"), ""},
        {EVENT(NAME) VIEW("return Event.objects.filter(**{q: 1}, name__icontains=q)"
                          ".order_by(\"made\").first()"),
         ""},
        {EVENT(NAME) VIEW("return list(Event.objects.order_by(Lower(\"name\"))[:9])"), ""},
        {EVENT(NAME) VIEW("return list(Event.objects.distinct().order_by(\"name\")[:9])"), ""},
        {EVENT("    up = models.ForeignKey(\"self\", models.CASCADE)\n")
             VIEW("return list(Event.objects.filter(up__up__id__gt=5).order_by(\"made\")[:9])"),
         ""},
        {EVENT("    up = models.ForeignKey(\"self\", models.CASCADE, related_name=\"ups\")\n")
             VIEW("return list(Event.objects.annotate(n=models.Count(\"ups\"))"
                  ".order_by(\"made\")[:9])"),
         ""},
    };

    django_cases("dj-order-by-unindexed", cases);
}

static void
test_composite(void)
{
    static const DjangoCase cases[] = {
        {EVENT("    name = models.CharField(max_length=9, db_index=True)\n"
               "    code = models.CharField(max_length=9, db_index=True)\n")
             VIEW("return list(Event.objects.filter(name=q, code=q))\ndef b(request):\n"
                  "    return list(Event.objects.filter(name=2, code=3))"),
         "views.py:4:possible"},
        /* one place only; both in one; one unique; too many */
        {EVENT("    name = models.CharField(max_length=9, db_index=True)\n"
               "    code = models.CharField(max_length=9, db_index=True)\n")
             VIEW("return list(Event.objects.filter(name=q, code=q))"),
         ""},
        {EVENT(BOTH INDEX "[models.Index(fields=[\"name\", \"code\"])]\n")
             VIEW("return list(Event.objects.filter(name=q, code=q))\ndef b(request):\n"
                  "    return list(Event.objects.filter(name=2, code=3))"),
         ""},
        {EVENT("    name = models.CharField(max_length=9, unique=True)\n"
               "    code = models.CharField(max_length=9, db_index=True)\n")
             VIEW("return list(Event.objects.filter(name=q, code=q))\ndef b(request):\n"
                  "    return list(Event.objects.filter(name=2, code=3))"),
         ""},
    };

    django_cases("dj-composite-index-missing", cases);
}

#define GIN                                                                                        \
    "from django.contrib.postgres.indexes import GinIndex, OpClass\n"                              \
    "from django.db.models.functions import Upper\n"
#define WITH(index)                                                                                \
    HEAD GIN "class Event(models.Model):\n"                                                        \
             "    made = models.DateTimeField(auto_now_add=True)\n" NAME INDEX "[" index "]\n"

static void
test_trigram(void)
{
    static const DjangoCase cases[] = {
        {EVENT(NAME) VIEW("return list(Event.objects.filter(name__icontains=q))"),
         "views.py:4:likely"},
        {EVENT(NAME) VIEW("return list(Event.objects.filter(name__contains=q))"),
         "views.py:4:likely"},
        {EVENT(NAME) VIEW("return list(Event.objects.filter(name__iregex=q))"),
         "views.py:4:likely"},
        {EVENT(BOTH) VIEW("return list(Event.objects.filter(models.Q(name__icontains=q) | "
                          "models.Q(code__icontains=q)))"),
         "views.py:4:likely views.py:4:likely"},
        /* what one index serves the other lookup does not */
        {WITH("GinIndex(OpClass(Upper(\"name\"), name=\"gin_trgm_ops\"), name=\"t\")")
             VIEW("return list(Event.objects.filter(name__icontains=q))"),
         ""},
        {WITH("GinIndex(OpClass(Upper(\"name\"), name=\"gin_trgm_ops\"), name=\"t\")")
             VIEW("return list(Event.objects.filter(name__contains=q))"),
         "views.py:4:likely"},
        {WITH("GinIndex(fields=[\"name\"], opclasses=[\"gin_trgm_ops\"], name=\"t\")")
             VIEW("return list(Event.objects.filter(name__contains=q))"),
         ""},
        {WITH("GinIndex(fields=[\"name\"], opclasses=[\"gin_trgm_ops\"], name=\"t\")")
             VIEW("return list(Event.objects.filter(name__icontains=q))"),
         "views.py:4:likely"},
        {WITH("models.Index(fields=[\"name\"])")
             VIEW("return list(Event.objects.filter(name__contains=q))"),
         "views.py:4:likely"},
        {EVENT(
             NAME) "# shop/migrations/0001_initial.py\nfrom django.db import migrations\n"
                   "class Migration(migrations.Migration):\n    operations = [migrations.RunSQL("
                   "\"CREATE INDEX t ON shop_event USING gin (upper(name) gin_trgm_ops)\")]\n" VIEW(
                       "return list(Event.objects.filter(name__icontains=q))"),
         ""},
        {EVENT(NAME) "# shop/migrations/0001_initial.py\nfrom django.db import migrations\n"
                     "class Migration(migrations.Migration):\n    operations = [migrations.RunSQL("
                     "\"CREATE INDEX t ON shop_events USING gin (upper(name) "
                     "gin_trgm_ops)\")]\n" VIEW(
                         "return list(Event.objects.filter(name__icontains=q))"),
         "views.py:4:likely"},
        {EVENT("    up = models.ForeignKey(\"self\", models.CASCADE)\n" NAME)
             VIEW("return list(Event.objects.filter(up=q, name__icontains=q))"),
         ""},
        {EVENT(NAME) VIEW("return list(Event.objects.exclude(name__icontains=q))"), ""},
        {EVENT("    data = models.JSONField()\n")
             VIEW("return list(Event.objects.filter(data__contains=q))"),
         ""},
        {EVENT("    name = CICharField(max_length=9)\n")
             VIEW("return list(Event.objects.filter(name__icontains=q))"),
         ""},
        {EVENT(NAME) VIEW("return list(Event.objects.filter(name__istartswith=q))"), ""},
    };

    django_cases("dj-icontains-no-trigram", cases);
}

#define LINES                                                                                      \
    EVENT(NAME)                                                                                    \
    "class Line(models.Model):\n"                                                                  \
    "    event = models.ForeignKey(Event, models.CASCADE)\n"                                       \
    "    text = models.TextField()\n"                                                              \
    "    made = models.DateTimeField(auto_now_add=True)\n"
#define FILTER_SET(base, parameter, statement)                                                     \
    LINES "# shop/views.py\nimport django_filters\nfrom shop.models import *\n"                    \
          "class LineFilter(" base "):\n"                                                          \
          "    word = django_filters.CharFilter(method=\"by_word\")\n"                             \
          "    class Meta:\n        model = Line\n"                                                \
          "    def by_word(self, " parameter ", name, value):\n        " statement "\n"

/* What subqueries search, and methods of filter sets. */
static void
test_trigrams_inside(void)
{
    static const DjangoCase cases[] = {
        {LINES VIEW("found = Line.objects.filter(text__icontains=q).values_list(\"event_id\")\n"
                    "    return list(Event.objects.filter(pk__in=found))"),
         "views.py:5:likely"},
        {LINES VIEW("found = Line.objects.filter(text__icontains=q).values_list(\"event_id\")\n"
                    "    return list(Event.objects.filter(models.Q(pk__in=found) | "
                    "models.Q(name=q), pk=7))"),
         "views.py:5:likely"},
        /* found by the outer row's key; few outer rows; negated; once for each of few rows */
        {LINES VIEW("found = Line.objects.filter(event=models.OuterRef(\"pk\"), "
                    "text__icontains=q).values(\"event_id\")\n"
                    "    return list(Event.objects.filter(pk__in=found))"),
         ""},
        {LINES VIEW("found = Line.objects.filter(text__icontains=q).values_list(\"event_id\")\n"
                    "    return list(Event.objects.filter(id__in=found, pk=7))"),
         ""},
        {LINES VIEW("found = Line.objects.filter(text__icontains=q).values_list(\"event_id\")\n"
                    "    return list(Event.objects.exclude(pk__in=found))"),
         ""},
        {LINES VIEW("found = Line.objects.filter(event=1, text__icontains=q).values(\"event_id\")\n"
                    "    return list(Event.objects.filter(pk__in=found))"),
         ""},
        /* rows of the view, of the model that the set is about */
        {FILTER_SET("django_filters.FilterSet", "queryset",
                    "return queryset.filter(text__icontains=value)"),
         "views.py:9:likely"},
        {FILTER_SET("django_filters.FilterSet", "qs",
                    "return qs.filter(models.Q(text__icontains=value) | models.Q(pk=1))"),
         "views.py:9:likely"},
        {FILTER_SET("django_filters.FilterSet", "given",
                    "return given.filter(text__icontains=value)"),
         ""},
        {FILTER_SET("object", "qs", "return qs.filter(text__icontains=value)"), ""},
    };

    django_cases("dj-icontains-no-trigram", cases);
}

static void
test_trigram_severity(void)
{
    const char *text = EVENT(NAME) VIEW("return list(Event.objects.filter(name__icontains=q))");
    g_autoptr(DjangoJudged) known =
        django_judge("dj-icontains-no-trigram", text, "shop.Event=100000");
    g_autoptr(DjangoJudged) unknown = django_judge("dj-icontains-no-trigram", text, NULL);

    if (!known)
        return;
    g_assert_cmpint(django_first(known)->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_cmpint(django_first(unknown)->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(django_first(known)->fix.code, ==,
                    "GinIndex(OpClass(Upper(\"name\"), name=\"gin_trgm_ops\"), "
                    "name=\"shop_event_name_utrgm\")");
    g_assert_cmpstr(g_ptr_array_index(django_first(known)->fix.sql, 0), ==,
                    "CREATE EXTENSION IF NOT EXISTS pg_trgm;");
    g_assert_cmpstr(g_ptr_array_index(django_first(known)->fix.sql, 1), ==,
                    "CREATE INDEX CONCURRENTLY shop_event_name_utrgm ON shop_event USING gin "
                    "(upper(name) gin_trgm_ops);");
}

/* Of an OR one index alone gains nothing: it is not put to the planner. */
static void
test_arms_are_not_planned(void)
{
    g_autoptr(DjangoJudged) judged = django_judge(
        "dj-icontains-no-trigram",
        EVENT(BOTH) VIEW("return list(Event.objects.filter(models.Q(name__icontains=q) | "
                         "models.Q(code__icontains=q)))"),
        NULL);

    if (!judged)
        return;
    g_assert_cmpuint(judged->findings->len, ==, 2);
    g_assert_cmpint(django_first(judged)->proof.kind, ==, PGA_PROOF_NONE);
}

static void
test_forms_of_index(void)
{
    static const struct {
        const char *rule, *lookup, *code, *sql;
    } cases[] = {
        {"dj-icontains-no-trigram", "contains",
         "GinIndex(fields=[\"name\"], name=\"shop_event_name_trgm\", opclasses=[\"gin_trgm_ops\"])",
         "shop_event_name_trgm ON shop_event USING gin (name gin_trgm_ops);"},
        {"dj-iexact-no-upper-index", "iexact",
         "models.Index(Upper(\"name\"), name=\"shop_event_name_upper\")",
         "shop_event_name_upper ON shop_event (upper(name));"},
        {"dj-startswith-no-pattern-ops", "startswith",
         "models.Index(fields=[\"name\"], name=\"shop_event_name_like\", "
         "opclasses=[\"varchar_pattern_ops\"])",
         "shop_event_name_like ON shop_event (name text_pattern_ops);"},
        {"dj-startswith-no-pattern-ops", "istartswith",
         "models.Index(OpClass(Upper(\"name\"), name=\"text_pattern_ops\"), "
         "name=\"shop_event_name_ulike\")",
         "shop_event_name_ulike ON shop_event (upper(name) text_pattern_ops);"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("%s# shop/views.py\nfrom shop.models import *\ndef show(request):\n"
                            "    return list(Event.objects.filter(name__%s=q))\n",
                            EVENT(NAME), cases[i].lookup);
        g_autoptr(DjangoJudged) judged = django_judge(cases[i].rule, text, NULL);
        const GPtrArray *sql;

        if (!judged)
            return;
        sql = django_first(judged)->fix.sql;
        g_assert_cmpstr(django_first(judged)->fix.code, ==, cases[i].code);
        g_assert_true(g_str_has_suffix(g_ptr_array_index(sql, sql->len - 1), cases[i].sql));
    }
}

/* Indexes of expressions are of 3.2. */
static void
test_old_django(void)
{
    g_autoptr(DjangoJudged) judged = django_judge(
        "dj-iexact-no-upper-index",
        EVENT("    name = models.TextField()\n") VIEW(
            "return list(Event.objects.filter(name__iexact=q))") "# "
                                                                 "requirements.txt\nDjango==2.2\n",
        NULL);

    if (judged)
        g_assert_nonnull(strstr(django_first(judged)->fix.note, "Django 3.2"));
}

static void
test_iexact(void)
{
    static const DjangoCase cases[] = {
        {EVENT(NAME) VIEW("return Event.objects.get(name__iexact=q)"), "views.py:4:likely"},
        {EVENT("    name = models.CharField(max_length=9, unique=True)\n")
             VIEW("return Event.objects.get(name__iexact=q)"),
         "views.py:4:likely"},
        {WITH("models.Index(Upper(\"name\"), name=\"u\")")
             VIEW("return Event.objects.get(name__iexact=q)"),
         ""},
        {EVENT("    name = models.CharField(max_length=9, db_collation=\"ci\")\n")
             VIEW("return Event.objects.get(name__iexact=q)"),
         ""},
        {EVENT("    name = models.CharField(max_length=9, choices=[(\"a\", \"b\")])\n")
             VIEW("return Event.objects.get(name__iexact=q)"),
         ""},
        {EVENT(NAME) VIEW("return Event.objects.get(name=q)"), ""},
        /* by an annotation */
        {EVENT(NAME) VIEW("return Event.objects.annotate(n=Lower(\"name\")).get(n=q)"),
         "views.py:4:likely"},
        {EVENT(NAME) VIEW("return Event.objects.alias(n=Upper(F(\"name\"))).get(n__in=[q])"),
         "views.py:4:likely"},
        {WITH("models.Index(Lower(\"name\"), name=\"u\")")
             VIEW("return Event.objects.annotate(n=Lower(\"name\")).get(n=q)"),
         ""},
        {WITH("models.Index(Upper(\"name\"), name=\"u\")")
             VIEW("return Event.objects.annotate(n=Lower(\"name\")).get(n=q)"),
         "views.py:4:likely"},
        {EVENT(NAME) VIEW("return Event.objects.annotate(n=Lower(\"name\")).get(made=q)"), ""},
        {EVENT(NAME) VIEW("return Event.objects.annotate(n=Lower(\"name\")).get(n__gt=q)"), ""},
        {EVENT(NAME) VIEW("return Event.objects.annotate(n=Lower(\"made__date\")).get(n=q)"), ""},
        {EVENT(NAME) VIEW("return Event.objects.annotate(n=Length(\"name\")).get(n=q)"), ""},
        {EVENT(NAME) VIEW("return Event.objects.annotate(n=Lower(Trim(\"name\"))).get(n=q)"), ""},
        {EVENT(NAME) VIEW("return Event.objects.annotate(n=Lower(\"name\")).exclude(n=q)[:1]"), ""},
    };

    django_cases("dj-iexact-no-upper-index", cases);
}

static void
test_startswith(void)
{
    static const DjangoCase cases[] = {
        {WITH("models.Index(fields=[\"name\"])")
             VIEW("return list(Event.objects.filter(name__startswith=q))"),
         "views.py:4:likely"},
        {EVENT("    name = models.TextField()\n")
             VIEW("return list(Event.objects.filter(name__startswith=q))"),
         "views.py:4:likely"},
        {EVENT("    name = models.CharField(max_length=9, db_index=True)\n")
             VIEW("return list(Event.objects.filter(name__startswith=q))"),
         ""},
        {WITH("models.Index(fields=[\"name\"], opclasses=[\"varchar_pattern_ops\"], name=\"p\")")
             VIEW("return list(Event.objects.filter(name__startswith=q))"),
         ""},
        {EVENT("    name = models.CharField(max_length=9, db_index=True)\n")
             VIEW("return list(Event.objects.filter(name__istartswith=q))"),
         "views.py:4:likely"},
    };

    django_cases("dj-startswith-no-pattern-ops", cases);
}

#define API                                                                                        \
    "# shop/api.py\nfrom rest_framework import viewsets\nfrom shop.models import *\n"              \
    "class Events(viewsets.ModelViewSet):\n    queryset = Event.objects.all()\n"                   \
    "    search_fields = "

static void
test_search_fields(void)
{
    static const DjangoCase cases[] = {
        {EVENT(NAME) API "[\"name\"]\n", "api.py:6:likely"},
        {EVENT(NAME) API "[\"^name\"]\n", "api.py:6:likely"},
        {EVENT(NAME) API "[\"$name\"]\n", "api.py:6:likely"},
        {EVENT(NAME) API "[\"@name\"]\n", ""},
        {EVENT("    name = models.CharField(max_length=9)\n") API "[\"=name\"]\n",
         "api.py:6:likely"},
        {WITH("GinIndex(OpClass(Upper(\"name\"), name=\"gin_trgm_ops\"), name=\"t\")") API
         "[\"name\"]\n",
         ""},
        {EVENT("    n = models.IntegerField()\n") API "[\"n\"]\n", ""},
        {EVENT("    name = models.CharField(max_length=9, choices=[(\"a\", \"b\")])\n") API
         "[\"name\"]\n",
         ""},
        {EVENT(NAME) "# shop/admin.py\nfrom django.contrib import admin\n"
                     "from shop.models import *\n@admin.register(Event)\n"
                     "class EventAdmin(admin.ModelAdmin):\n    search_fields = [\"name\"]\n",
         "admin.py:6:possible"},
        {EVENT(NAME) "# shop/filters.py\nimport django_filters\nfrom shop.models import *\n"
                     "class EventFilter(django_filters.FilterSet):\n"
                     "    title = django_filters.CharFilter(field_name=\"name\", "
                     "lookup_expr=\"icontains\")\n"
                     "    class Meta:\n        model = Event\n        fields = [\"name\"]\n",
         "filters.py:5:possible"},
    };

    django_cases("dj-drf-search-fields", cases);
}

#define DATED                                                                                      \
    HEAD "class Event(models.Model):\n"                                                            \
         "    made = models.DateTimeField(auto_now_add=True, db_index=True)\n"

static void
test_functions(void)
{
    static const DjangoCase cases[] = {
        {DATED VIEW("return list(Event.objects.filter(made__date=q))"), "views.py:4:likely"},
        {DATED VIEW("return list(Event.objects.filter(made__month=q))"), "views.py:4:likely"},
        {DATED VIEW("return list(Event.objects.filter(made__year__in=[1, 2]))"),
         "views.py:4:likely"},
        {DATED VIEW("return list(Event.objects.filter(made__year=2020))"), ""},
        {DATED VIEW("return list(Event.objects.filter(made__year__gte=2020))"), ""},
        {DATED VIEW("return list(Event.objects.filter(made__gte=q))"), ""},
        {DATED VIEW("return list(Event.objects.filter(made__date=q, pk=5))"), ""},
        {EVENT(NAME) VIEW("return list(Event.objects.filter(made__date=q))"), ""},
        {DATED "    name = models.CharField(max_length=9, db_index=True)\n" INDEX
               "[models.Index(models.functions.Lower(\"name\"), name=\"l\")]\n" VIEW(
                   "return list(Event.objects.filter(name__lower=q))"),
         ""},
        {HEAD "class Shift(models.Model):\n    starts = models.DateTimeField(db_index=True)\n"
              "# shop/tools.py\nfrom shop.models import *\ndef show(q):\n"
              "    return list(Shift.objects.filter(starts__date=q))\n",
         "tools.py:4:possible"},
    };

    django_cases("dj-function-on-column", cases);
}

static void
test_text_of_numbers(void)
{
    static const DjangoCase cases[] = {
        {EVENT("    n = models.IntegerField()\n")
             VIEW("return list(Event.objects.filter(n__icontains=q))"),
         "views.py:4"},
        {EVENT(NAME) VIEW("return list(Event.objects.filter(made__startswith=q))"), "views.py:4"},
        {EVENT("    n = models.IntegerField()\n")
             VIEW("return list(Event.objects.filter(n__gt=q))"),
         ""},
        {EVENT(NAME) VIEW("return list(Event.objects.filter(name__icontains=q))"), ""},
        {EVENT("    data = models.JSONField()\n")
             VIEW("return list(Event.objects.filter(data__contains=q))"),
         ""},
    };

    django_cases("dj-non-text-icontains", cases);
}

/* Of raw(), and of classes without a model, nothing can be said. */
static void
test_what_is_not_told(void)
{
    static const char *const rules[] = {"dj-filter-unindexed",        "dj-order-by-unindexed",
                                        "dj-composite-index-missing", "dj-icontains-no-trigram",
                                        "dj-function-on-column",      "dj-non-text-icontains",
                                        "dj-iexact-no-upper-index",   "dj-drf-search-fields"};

    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        FINDS(rules[i], EVENT(NAME) VIEW("return list(Event.objects.raw(\"SELECT 1\"))"), NULL, "");
        FINDS(rules[i],
              "# shop/api.py\nfrom rest_framework import viewsets\n"
              "class Events(viewsets.ModelViewSet):\n    search_fields = [\"name\"]\n",
              NULL, "");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-lookups/filter", test_filter);
    g_test_add_func("/rules/django-lookups/generic-keys", test_generic_keys);
    g_test_add_func("/rules/django-lookups/or-of-tables", test_or_of_tables);
    g_test_add_func("/rules/django-lookups/offered-columns", test_offered_columns);
    g_test_add_func("/rules/django-lookups/periodic", test_periodic_tasks);
    g_test_add_func("/rules/django-lookups/filter-places", test_places_and_lists);
    g_test_add_func("/rules/django-lookups/conditional-indexes", test_conditional_indexes);
    g_test_add_func("/rules/django-lookups/names-of-managers", test_names_of_managers);
    g_test_add_func("/rules/django-lookups/small-tables", test_small_tables);
    g_test_add_func("/rules/django-lookups/stated-rows", test_stated_rows);
    g_test_add_func("/rules/django-lookups/all-places-once", test_one_finding_for_all_places);
    g_test_add_func("/rules/django-lookups/fix", test_fix);
    g_test_add_func("/rules/django-lookups/names-are-short", test_names_are_short);
    g_test_add_func("/rules/django-lookups/first-of-few", test_first);
    g_test_add_func("/rules/django-lookups/order", test_order);
    g_test_add_func("/rules/django-lookups/order-of-few", test_order_of_few);
    g_test_add_func("/rules/django-lookups/composite", test_composite);
    g_test_add_func("/rules/django-lookups/trigram", test_trigram);
    g_test_add_func("/rules/django-lookups/trigrams-inside", test_trigrams_inside);
    g_test_add_func("/rules/django-lookups/trigram-severity", test_trigram_severity);
    g_test_add_func("/rules/django-lookups/arms-are-not-planned", test_arms_are_not_planned);
    g_test_add_func("/rules/django-lookups/forms-of-index", test_forms_of_index);
    g_test_add_func("/rules/django-lookups/old-django", test_old_django);
    g_test_add_func("/rules/django-lookups/iexact", test_iexact);
    g_test_add_func("/rules/django-lookups/startswith", test_startswith);
    g_test_add_func("/rules/django-lookups/search-fields", test_search_fields);
    g_test_add_func("/rules/django-lookups/functions", test_functions);
    g_test_add_func("/rules/django-lookups/text-of-numbers", test_text_of_numbers);
    g_test_add_func("/rules/django-lookups/what-is-not-told", test_what_is_not_told);
    return g_test_run();
}
