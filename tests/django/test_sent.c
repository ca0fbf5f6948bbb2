/* What a function sends, from its text to the statements. */
#include <django/query.h>
#include <python/source.h>
#include <string.h>

static const char models[] =
    "from django.db import models\n"
    "class Tag(models.Model):\n"
    "    name = models.TextField()\n"
    "class Item(models.Model):\n"
    "    name = models.TextField()\n"
    "    code = models.TextField(unique=True)\n"
    "    n = models.IntegerField()\n"
    "    tags = models.ManyToManyField(Tag)\n"
    "class Sale(models.Model):\n"
    "    item = models.ForeignKey(Item, models.CASCADE, related_name='sales')\n"
    "    n = models.IntegerField()\n";

static const char head[] =
    "from django.db.models import Case, Exists, FilteredRelation, OuterRef, Subquery, Sum\n"
    "from django.db.models import Value, When, Window\n"
    "from django.db.models import F, Q\n"
    "from functools import reduce\n"
    "from django.db.models.expressions import RawSQL\n"
    "from django.db.models.functions import Lower, Coalesce, Rank, Lag\n"
    "from .models import Item, Sale, Tag\n"
    "PREFIX = 'na'\n"
    "def view(request, x, y):\n";

typedef struct {
    const char *body, *sent; /* one statement in a line */
} Case;

/* Names of the one table are left out, and the columns that every row has. */
static char *
shortened(const char *sql)
{
    static const char *const parts[][2] = {
        {"\"shop_item\".\"id\", \"shop_item\".\"name\", \"shop_item\".\"code\", "
         "\"shop_item\".\"n\"",
         "*"},
        {"\"shop_item\".", ""},
        {"\"", ""},
    };
    char *text = g_strdup(sql);

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_auto(GStrv) pieces = g_strsplit(text, parts[i][0], -1);

        g_free(text);
        text = g_strjoinv(parts[i][1], pieces);
    }
    return text;
}

static char *
sent_by(const char *body)
{
    PgaDjangoProject *project = pga_django_project_new();
    g_autoptr(GString) sent = g_string_new(NULL);
    g_autofree char *views = g_strconcat(head, body, NULL);
    PgaDjangoCode *code;
    GPtrArray *queries;

    pga_django_project_add(project, "shop/__init__.py", "", 0);
    pga_django_project_add(project, "shop/models.py", models, strlen(models));
    pga_django_project_add(project, "shop/views.py", views, strlen(views));
    pga_django_project_resolve(project);
    project->version = 502;
    code = pga_django_code_read(project);
    queries = pga_django_queries(project, code);
    for (guint i = 0; i < queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(queries, i);
        g_autofree char *sql = query->sql ? shortened(query->sql) : g_strdup("-");

        g_string_append_printf(sent, "%s%s%s%s\n", sql, query->why ? " (" : "",
                               query->why ? query->why : "", query->why ? ")" : "");
    }
    g_ptr_array_unref(queries);
    pga_django_code_free(code);
    pga_django_project_free(project);
    return g_string_free(g_steal_pointer(&sent), FALSE);
}

static void
assert_cases(const Case *cases, guint n)
{
    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return;
    }
    for (guint i = 0; i < n; i++) {
        g_autofree char *sent = sent_by(cases[i].body);

        if (g_str_equal(sent, cases[i].sent))
            continue;
        g_test_message("%s\nexpected:\n%s\nsent:\n%s", cases[i].body, cases[i].sent, sent);
        g_test_fail();
    }
}

/* Keywords that are computed. */
static const Case keywords[] = {
    {"    return list(Item.objects.filter(**{'n__gte': x}))\n",
     "SELECT * FROM shop_item WHERE n >= $1::integer\n"},
    {"    field = 'name'\n    return list(Item.objects.filter(**{f'{field}__startswith': x}))\n",
     "SELECT * FROM shop_item WHERE name::text LIKE $1::text\n"},
    {"    key = '%s__gt' % ('n')\n    return list(Item.objects.filter(**{key: x}))\n",
     "SELECT * FROM shop_item WHERE n > $1::integer\n"},
    {"    return list(Item.objects.filter(**{PREFIX + 'me' '__in': ['a']}))\n",
     "SELECT * FROM shop_item WHERE name IN ('a')\n"},
    {"    return list(Item.objects.filter(**{f'{PREFIX}me' f'__lt': x}))\n",
     "SELECT * FROM shop_item WHERE name < $1::text\n"},
    {"    filters = {'n': 1}\n    filters[f'{PREFIX}me'] = x\n"
     "    return list(Item.objects.filter(**filters))\n",
     "SELECT * FROM shop_item WHERE (n = 1 AND name = $1::text)\n"},
    {"    q = Q()\n    for field in ('name', 'code'):\n        q |= Q(**{f'{field}__lt': x})\n"
     "    return list(Item.objects.filter(q))\n",
     "SELECT * FROM shop_item WHERE (name < $1::text OR code < $2::text)\n"},
    {"    return list(Item.objects.filter(Q(**{'n': 1}) | Q(n=2)))\n",
     "SELECT * FROM shop_item WHERE (n = 1 OR n = 2)\n"},
    /* not on every way */
    {"    filters = {'n': 1}\n    if x:\n        filters['name'] = x\n"
     "    return list(Item.objects.filter(**filters))\n",
     "SELECT * FROM shop_item WHERE n = 1\n"
     "SELECT * FROM shop_item WHERE (n = 1 AND name = $1::text)\n"},
    {"    filters = {}\n    if x:\n        filters['name'] = x\n    elif y:\n"
     "        filters['code'] = y\n    return list(Item.objects.exclude(**filters))\n",
     "SELECT * FROM shop_item\n"
     "SELECT * FROM shop_item WHERE NOT (code = $1::text AND name = $2::text)\n"},
    {"    filters = {}\n    if x:\n        filters['name'] = x\n"
     "    return Item.objects.get(n=1, **filters)\n",
     "SELECT * FROM shop_item WHERE n = 1 LIMIT 21\n"
     "SELECT * FROM shop_item WHERE (n = 1 AND name = $1::text) LIMIT 21\n"},
    {"    filters = {}\n    if x:\n        filters['name'] = x\n"
     "    return list(Item.objects.filter(Q(n=1) | Q(**filters)))\n",
     "SELECT * FROM shop_item\nSELECT * FROM shop_item WHERE (n = 1 OR name = $1::text)\n"},
    {"    filters = dict(n=1)\n    filters.update(name=x)\n    filters.update({'code': y})\n"
     "    return list(Item.objects.filter(**filters))\n",
     "SELECT * FROM shop_item WHERE (code = $1::text AND n = 1 AND name = $2::text)\n"},
    {"    filters = dict()\n    if x:\n        filters.update(name=x)\n"
     "    return list(Item.objects.filter(**filters))\n",
     "SELECT * FROM shop_item\nSELECT * FROM shop_item WHERE name = $1::text\n"},
    {"    q = Q(n=1)\n    q.add(Q(n=2), Q.OR)\n    return list(Item.objects.filter(q))\n",
     "SELECT * FROM shop_item WHERE (n = 1 OR n = 2)\n"},
    {"    q = Q(n=1)\n    q.add(Q(name=x), Q.AND)\n    return list(Item.objects.filter(q))\n",
     "SELECT * FROM shop_item WHERE (n = 1 AND name = $1::text)\n"},
    /* lists of conditions */
    {"    all = [Q(n=1), Q(name=x)]\n    return list(Item.objects.filter(*all))\n",
     "SELECT * FROM shop_item WHERE (n = 1 AND name = $1::text)\n"},
    {"    return list(Item.objects.filter(reduce(operator.or_, [Q(n=1), Q(name=x)])))\n",
     "SELECT * FROM shop_item WHERE (n = 1 OR name = $1::text)\n"},
    {"    all = (Q(n=1), Q(name=x))\n    q = reduce(and_, all, Q())\n"
     "    return list(Item.objects.exclude(q))\n",
     "SELECT * FROM shop_item WHERE NOT (n = 1 AND name = $1::text)\n"},
    {"    all = [Q(n=1), Q(name=x)]\n"
     "    return list(Item.objects.filter(functools.reduce(lambda a, b: a | b, all), code=y))\n",
     "SELECT * FROM shop_item WHERE ((n = 1 OR name = $1::text) AND code = $2::text)\n"},
    {"    all = []\n    return list(Item.objects.filter(*all))\n", "SELECT * FROM shop_item\n"},
    {"    all = [Q(n=1)]\n    if x:\n        all.append(Q(name=x))\n"
     "    return list(Item.objects.filter(*all))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    return list(Item.objects.filter(reduce(lambda a, b: a | ~b, [Q(n=1), Q(n=2)])))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    return list(Item.objects.filter(reduce(or_, [])))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    return list(Item.objects.filter(reduce(x, [Q(n=1), Q(n=2)])))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    return list(Item.objects.filter(reduce(or_, [Q(name=w) for w in x])))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    /* not known */
    {"    q = Q(n=1)\n    q.add(Q(n=2), x)\n    return list(Item.objects.filter(q))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    filters = dict(n=1)\n    filters.update(x)\n"
     "    return list(Item.objects.filter(**filters))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    filters = dict(x, n=1)\n    return list(Item.objects.filter(**filters))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    filters = {'n': 1}\n    filters.update(**x)\n"
     "    return list(Item.objects.filter(**filters))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    return list(Item.objects.filter(**{f'{x}__lt': 1}))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    field = 'n'\n    return list(Item.objects.filter(**{f'{field!r}': 1}))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    return list(Item.objects.filter(**{'%s__%s' % (x, y): 1}))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    filters = {**x, 'n': 1}\n    return list(Item.objects.filter(**filters))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
    {"    filters = {'n': 1}\n    filters[x] = 1\n"
     "    return list(Item.objects.filter(**filters))\n",
     "SELECT * FROM shop_item (without a condition that the source does not tell)\n"},
};

static void
test_keywords(void)
{
    assert_cases(keywords, G_N_ELEMENTS(keywords));
}

/* Tables between, keys of other rows, rows that are there already. */
static const Case writes[] = {
    {"    item = Item(pk=x)\n    item.tags.add(x)\n",
     "INSERT INTO shop_item_tags (item_id, tag_id) VALUES ($1::integer, $2::integer) "
     "ON CONFLICT DO NOTHING\n"},
    {"    tag = Tag(pk=x)\n    tag.item_set.remove(x)\n",
     "DELETE FROM shop_item_tags WHERE (shop_item_tags.tag_id = $1::integer AND "
     "shop_item_tags.item_id IN ($2::integer, $3::integer, $4::integer))\n"},
    {"    item = Item(pk=x)\n    item.tags.clear()\n",
     "DELETE FROM shop_item_tags WHERE shop_item_tags.item_id = $1::integer\n"},
    {"    item = Item(pk=x)\n    item.tags.set([x])\n",
     "DELETE FROM shop_item_tags WHERE (shop_item_tags.item_id = $1::integer AND "
     "shop_item_tags.tag_id IN ($2::integer, $3::integer, $4::integer))\n"
     "INSERT INTO shop_item_tags (item_id, tag_id) VALUES ($1::integer, $2::integer) "
     "ON CONFLICT DO NOTHING\n"},
    {"    item = Item(pk=x)\n    item.sales.add(x)\n",
     "UPDATE shop_sale SET item_id = $1::integer WHERE shop_sale.id IN ($2::integer, $3::integer, "
     "$4::integer)\n"},
    {"    item = Item(pk=x)\n    item.sales.clear()\n",
     "UPDATE shop_sale SET item_id = NULL WHERE shop_sale.item_id = $1::integer\n"},
    {"    item = Item(pk=x)\n    item.sales.remove(x)\n",
     "UPDATE shop_sale SET item_id = NULL WHERE (shop_sale.item_id = $1::integer AND shop_sale.id "
     "IN ($2::integer, $3::integer, $4::integer))\n"},
    {"    Item.objects.bulk_update(x, ['n', 'name'])\n",
     "UPDATE shop_item SET n = CASE WHEN (id = $1::integer) THEN $2::integer ELSE NULL END, name = "
     "CASE WHEN (id = $3::integer) THEN $4::text ELSE NULL END WHERE id IN ($5::integer, "
     "$6::integer, $7::integer)\n"},
    {"    Item.objects.bulk_update(x, y)\n", "- (without what is written)\n"},
    {"    Tag.objects.bulk_create(x)\n",
     "INSERT INTO shop_tag (name) VALUES ($1::text) RETURNING shop_tag.id\n"},
    {"    Tag.objects.bulk_create(x, ignore_conflicts=True)\n",
     "INSERT INTO shop_tag (name) VALUES ($1::text) ON CONFLICT DO NOTHING\n"},
    {"    Item.objects.bulk_create(x, update_conflicts=True, unique_fields=['code'],\n"
     "                             update_fields=['n', 'name'])\n",
     "INSERT INTO shop_item (name, code, n) VALUES ($1::text, $2::text, $3::integer) ON "
     "CONFLICT(code) DO UPDATE SET n = EXCLUDED.n, name = EXCLUDED.name\n"},
    {"    Item.objects.bulk_create(x, update_conflicts=True, unique_fields=['no'],\n"
     "                             update_fields=['n'])\n",
     "INSERT INTO shop_item (name, code, n) VALUES ($1::text, $2::text, $3::integer) RETURNING "
     "id (without its ON CONFLICT)\n"},
};

static void
test_writes(void)
{
    assert_cases(writes, G_N_ELEMENTS(writes));
}

/* Windows, raw text, slices of subqueries. */
static const Case expressions[] = {
    {"    return list(Tag.objects.annotate(r=Window(Rank(), partition_by=['name', F('id')],\n"
     "                                              order_by=F('name').desc())))\n",
     "SELECT shop_tag.id, shop_tag.name, RANK() OVER (PARTITION BY shop_tag.name, shop_tag.id "
     "ORDER BY shop_tag.name DESC) AS r FROM shop_tag\n"},
    {"    return list(Sale.objects.annotate(r=Window(expression=Sum('n'), order_by=['item', "
     "'-n'])))\n",
     "SELECT shop_sale.id, shop_sale.item_id, shop_sale.n, SUM(shop_sale.n) OVER (ORDER BY "
     "shop_sale.item_id ASC, shop_sale.n DESC) AS r FROM shop_sale\n"},
    {"    return list(Tag.objects.annotate(r=Window(Lag('name', 1))).filter(r='a', name='b'))\n",
     "SELECT * FROM (SELECT shop_tag.id, shop_tag.name, LAG(shop_tag.name, 1) OVER () AS r FROM "
     "shop_tag WHERE shop_tag.name = 'b') qualify WHERE r = 'a'\n"},
    {"    return Tag.objects.annotate(r=Window(Rank())).filter(r=1).exists()\n",
     "SELECT 1 AS a FROM shop_tag LIMIT 1 (without a condition on a window)\n"},
    {"    return list(Tag.objects.alias(r=Window(Rank())).filter(r__lt=x))\n",
     "SELECT shop_tag.id, shop_tag.name FROM shop_tag (without a condition on a window)\n"},
    {"    return list(Tag.objects.annotate(r=Window(Rank())).filter(Q(r=1) | Q(name='a')))\n",
     "SELECT shop_tag.id, shop_tag.name, RANK() OVER () AS r FROM shop_tag WHERE shop_tag.name = "
     "'a' (without condition r)\n"},
    {"    return list(Tag.objects.annotate(r=Window(Rank())).filter(r__day=1))\n",
     "SELECT shop_tag.id, shop_tag.name, RANK() OVER () AS r FROM shop_tag (without condition "
     "r__day)\n"},
    {"    return list(Tag.objects.annotate(r=Window(Rank(), order_by=Lower('name'))))\n",
     "SELECT shop_tag.id, shop_tag.name FROM shop_tag (without annotation r)\n"},
    {"    return list(Tag.objects.annotate(r=Window(Rank(), order_by='id',\n"
     "        frame=RowRange(start=-2, end=0))))\n",
     "SELECT shop_tag.id, shop_tag.name, RANK() OVER (ORDER BY shop_tag.id ASC ROWS BETWEEN 2 "
     "PRECEDING AND CURRENT ROW) AS r FROM shop_tag\n"},
    {"    return list(Tag.objects.annotate(r=Window(Rank(), frame=ValueRange(end=0))))\n",
     "SELECT shop_tag.id, shop_tag.name, RANK() OVER (RANGE BETWEEN UNBOUNDED PRECEDING AND "
     "CURRENT ROW) AS r FROM shop_tag\n"},
    {"    return list(Tag.objects.annotate(r=Window(Rank(), frame=RowRange(1, None))))\n",
     "SELECT shop_tag.id, shop_tag.name, RANK() OVER (ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED "
     "FOLLOWING) AS r FROM shop_tag\n"},
    {"    return list(Tag.objects.annotate(r=Window(Rank(), frame=ValueRange(start=-1))))\n",
     "SELECT shop_tag.id, shop_tag.name FROM shop_tag (without annotation r)\n"},
    {"    return list(Tag.objects.annotate(r=Window(Rank(), frame=RowRange(start=x))))\n",
     "SELECT shop_tag.id, shop_tag.name FROM shop_tag (without annotation r)\n"},
    {"    return list(Tag.objects.annotate(r=Window(x)))\n",
     "SELECT shop_tag.id, shop_tag.name FROM shop_tag (without annotation r)\n"},
    {"    return list(Tag.objects.annotate(r=Window(Rank(), partition_by=Sum(x))))\n",
     "SELECT shop_tag.id, shop_tag.name FROM shop_tag (without annotation r)\n"},
    {"    return list(Tag.objects.annotate(r=Window(Lag(x))))\n",
     "SELECT shop_tag.id, shop_tag.name FROM shop_tag (without annotation r)\n"},
    /* raw text */
    {"    return list(Item.objects.annotate(r=RawSQL('n + %s', [x])).filter(r__gt=5))\n",
     "SELECT *, (n + $1) AS r FROM shop_item WHERE (n + $1) > 5\n"},
    {"    return list(Item.objects.annotate(r=RawSQL('n; n', [])))\n",
     "SELECT * FROM shop_item (without annotation r)\n"},
    {"    return list(Item.objects.annotate(r=RawSQL('n + %s' % x, [])))\n",
     "SELECT * FROM shop_item (without annotation r)\n"},
    /* slices */
    {"    last = Sale.objects.filter(item=OuterRef('pk')).order_by('-n')\n"
     "    return list(Item.objects.annotate(r=Subquery(last.values('n')[:1])))\n",
     "SELECT *, (SELECT U0.n FROM shop_sale U0 WHERE U0.item_id = id ORDER BY U0.n DESC LIMIT 1) "
     "AS r FROM shop_item\n"},
    {"    return list(Item.objects.filter(pk__in=Sale.objects.values('item')[:5]))\n",
     "SELECT * FROM shop_item WHERE id IN (SELECT U0.item_id FROM shop_sale U0 LIMIT 5)\n"},
};

static void
test_expressions(void)
{
    assert_cases(expressions, G_N_ELEMENTS(expressions));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/django/sent/keywords", test_keywords);
    g_test_add_func("/django/sent/writes", test_writes);
    g_test_add_func("/django/sent/expressions", test_expressions);
    return g_test_run();
}
