/* Paths, conditions and what each method makes of a chain. */
#include <python/source.h>
#include <string.h>

#include "chain.h"

static const char models[] =
    "from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation\n"
    "from django.contrib.postgres.fields import ArrayField, HStoreField\n"
    "from django.db import models\n"
    "class Tag(models.Model):\n"
    "    name = models.CharField(max_length=20)\n"
    "    content_type = models.ForeignKey('contenttypes.ContentType', models.CASCADE)\n"
    "    object_id = models.IntegerField()\n"
    "    content_object = GenericForeignKey()\n"
    "class Place(models.Model):\n"
    "    name = models.CharField(max_length=20)\n"
    "    class Meta:\n"
    "        ordering = ['name']\n"
    "class Shop(Place):\n"
    "    opened = models.DateField()\n"
    "class CornerShop(Shop):\n"
    "    class Meta:\n"
    "        proxy = True\n"
    "class Customer(models.Model):\n"
    "    email = models.EmailField()\n"
    "    shop = models.ForeignKey(Shop, models.CASCADE, null=True)\n"
    "    tags = GenericRelation(Tag, related_query_name='customer')\n"
    "    friends = models.ManyToManyField('self')\n"
    "class Base(models.Model):\n"
    "    owner = models.ForeignKey(Customer, models.CASCADE,\n"
    "        related_name='%(app_label)s_%(class)ss', related_query_name='%(class)s_of')\n"
    "    class Meta:\n"
    "        abstract = True\n"
    "class Product(Base):\n"
    "    data = models.JSONField()\n"
    "    words = HStoreField()\n"
    "    sizes = ArrayField(models.IntegerField())\n"
    "    price = models.DecimalField(max_digits=8, decimal_places=2)\n"
    "class Order(models.Model):\n"
    "    customer = models.ForeignKey(Customer, models.CASCADE)\n"
    "    products = models.ManyToManyField(Product, through='Line', related_name='bought')\n"
    "    made = models.DateTimeField()\n"
    "    state = models.CharField(max_length=8)\n"
    "    paid = models.DecimalField(max_digits=8, decimal_places=2)\n"
    "    class Meta:\n"
    "        ordering = ['-made', 'customer__email']\n"
    "        get_latest_by = 'made'\n"
    "class Line(models.Model):\n"
    "    order = models.ForeignKey(Order, models.CASCADE)\n"
    "    product = models.ForeignKey(Product, models.CASCADE)\n"
    "    n = models.IntegerField()\n"
    "class Detail(models.Model):\n"
    "    order = models.OneToOneField(Order, models.CASCADE, related_name='detail')\n"
    "    class Meta:\n"
    "        default_related_name = 'unused'\n";

static PgaDjangoProject *project;

/* --- paths --- */

/* "hop>hop Model.field transforms lookup"; "<" before a hop that is gone backwards. */
static char *
path_text(const PgaDjangoPath *path)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < path->hops->len; i++) {
        const PgaDjangoHop *hop = &g_array_index(path->hops, PgaDjangoHop, i);

        g_string_append_printf(text, "%s%s%s:%s ", hop->is_reverse ? "<" : "", hop->field->name,
                               pga_django_hop_is_many(hop) ? "*" : "", hop->model->name);
    }
    if (path->annotation)
        g_string_append_printf(text, "@%s ", path->annotation);
    else if (path->model)
        g_string_append_printf(text, "%s.%s ", path->model->name, path->field->name);
    else
        g_string_append(text, "? ");
    for (guint i = 0; i < path->transforms->len; i++)
        g_string_append_printf(text, "%s%s ", path->is_json_key ? "->" : "",
                               (const char *)g_ptr_array_index(path->transforms, i));
    g_string_append(text, path->lookup);
    return g_string_free(text, FALSE);
}

static const struct {
    const char *model, *path, *want;
} paths[] = {
    {"Order", "state", "Order.state exact"},
    {"Order", "pk", "Order.id exact"},
    {"Order", "customer", "Order.customer exact"},
    {"Order", "customer_id__in", "Order.customer in"},
    {"Order", "customer__isnull", "Order.customer isnull"},
    {"Order", "customer__pk", "customer:Customer Customer.id exact"},
    {"Order", "customer__email__icontains", "customer:Customer Customer.email icontains"},
    {"Order", "customer__shop__opened__year__gte",
     "customer:Customer shop:Shop Shop.opened year gte"},
    {"Order", "customer__shop__name",
     "customer:Customer shop:Shop place_ptr:Place Place.name exact"},
    {"Order", "customer__shop__pk", "customer:Customer shop:Shop Shop.place_ptr exact"},
    {"Order", "products", "products*:Product Product.id exact"},
    {"Order", "products__data__colour__0__icontains",
     "products*:Product Product.data ->colour ->0 icontains"},
    {"Order", "products__data__has_key", "products*:Product Product.data has_key"},
    {"Order", "products__data__date", "products*:Product Product.data ->date exact"},
    {"Order", "line__n__range", "<order*:Line Line.n range"},
    {"Order", "line__product__words__colour",
     "<order*:Line product:Product Product.words colour exact"},
    {"Order", "detail", "<order:Detail Detail.id exact"},
    {"Order", "unused__isnull", "? exact"},
    {"Order", "made__date", "Order.made date exact"},
    {"Order", "made__foo", "? foo"},
    {"Order", "nothing__at__all", "? exact"},
    {"Order", "n_lines__gt", "@n_lines gt"},
    {"Product", "bought__state", "<products*:Order Order.state exact"},
    {"Product", "sizes__0_2__contains", "Product.sizes 0_2 contains"},
    {"Product", "sizes__len__lt", "Product.sizes len lt"},
    {"Customer", "product_of__price__lt", "<owner*:Product Product.price lt"},
    {"Customer", "friends__email", "friends*:Customer Customer.email exact"},
    {"Customer", "tags__name__iexact", "tags*:Tag Tag.name iexact"},
    {"Tag", "customer__email", "<tags:Customer Customer.email exact"},
    {"CornerShop", "customer__email", "<shop*:Customer Customer.email exact"},
    {"CornerShop", "name__unaccent__startswith", "place_ptr:Place Place.name unaccent startswith"},
    {"Place", "shop__opened", "<place_ptr:Shop Shop.opened exact"},
};

static void
test_paths(void)
{
    PgaDjangoAnnotation count = {.name = (char *)"n_lines"};
    g_autoptr(GPtrArray) annotations = g_ptr_array_new();

    g_ptr_array_add(annotations, &count);
    for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *name = g_strconcat("shop.", paths[i].model, NULL), *text = NULL;
        g_auto(PgaDjangoPath) path = {0};

        pga_django_path_init(&path, project, pga_django_project_model(project, name), annotations,
                             paths[i].path);
        text = path_text(&path);
        g_test_message("%s", paths[i].path);
        g_assert_cmpstr(text, ==, paths[i].want);
    }
}

static void
check_accessor(const char *model, const char *name, const char *want)
{
    g_autofree char *whole = g_strconcat("shop.", model, NULL);
    g_autoptr(GArray) hops =
        pga_django_model_accessor(pga_django_project_model(project, whole), name);

    g_assert_cmpuint(hops->len > 0, ==, want != NULL);
    if (want)
        g_assert_cmpstr(g_array_index(hops, PgaDjangoHop, hops->len - 1).model->name, ==, want);
}

static void
test_accessors(void)
{
    gboolean is_only_id = FALSE;
    const PgaDjangoModel *order = pga_django_project_model(project, "shop.order");

    check_accessor("Order", "customer", "Customer");
    check_accessor("Order", "customer_id", NULL);
    check_accessor("Order", "line_set", "Line");
    check_accessor("Order", "line", NULL);
    check_accessor("Order", "detail", "Detail");
    check_accessor("Customer", "shop_products", "Product");
    check_accessor("Customer", "order_set", "Order");
    check_accessor("Product", "bought", "Order");
    check_accessor("Place", "shop", "Shop");
    check_accessor("Order", "state", NULL);
    g_assert_nonnull(pga_django_model_attribute(order, "customer_id", &is_only_id));
    g_assert_true(is_only_id);
    g_assert_nonnull(pga_django_model_attribute(order, "state", &is_only_id));
    g_assert_false(is_only_id);
    g_assert_null(pga_django_model_attribute(order, "line_set", NULL));
}

/* --- chains --- */

/* NOLINTBEGIN(misc-no-recursion): as deep as the test's own text */

static void append_condition(GString *text, const PgaDjangoCondition *condition);

static void
append_items(GString *text, const char *name, const PgaDjangoCondition *condition)
{
    g_string_append_printf(text, "%s(", name);
    for (guint i = 0; i < condition->items->len; i++) {
        g_string_append(text, i ? " " : "");
        append_condition(text, g_ptr_array_index(condition->items, i));
    }
    g_string_append_c(text, ')');
}

static void
append_condition(GString *text, const PgaDjangoCondition *condition)
{
    static const char *const names[] = {"and", "or", "not"};

    if (condition->items)
        append_items(text, condition->is_exclude ? "exclude" : names[condition->kind], condition);
    else if (condition->kind == PGA_DJANGO_LOOKUP)
        g_string_append_printf(
            text, "%s%s%s", condition->lookup->path.text,
            condition->lookup->subquery              ? "=qs"
            : condition->lookup->value_is_expression ? "=F"
                                                     : "",
            condition->lookup->path.model || condition->lookup->path.annotation ? "" : "?");
    else
        g_string_append(text, condition->kind == PGA_DJANGO_EXISTS ? "exists" : "…");
}

/* NOLINTEND(misc-no-recursion) */

static void
append_names(GString *text, const char *name, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s%s", i ? "," : name, (char *)g_ptr_array_index(names, i));
}

static void
append_order(GString *text, const PgaDjangoQuerySet *queryset)
{
    if (queryset->order_is_meta)
        return;
    for (guint i = 0; i < queryset->order->len; i++) {
        const PgaDjangoOrder *order = g_ptr_array_index(queryset->order, i);

        g_string_append_printf(text, " by:%s%s%s%s%s", order->is_descending ? "-" : "",
                               order->is_random ? "random" : order->path.text,
                               order->function ? "/" : "", order->function ? order->function : "",
                               order->nulls == 'l'   ? " last"
                               : order->nulls == 'f' ? " first"
                                                     : "");
    }
}

static void
append_annotations(GString *text, const char *name, const GPtrArray *annotations)
{
    for (guint i = 0; i < annotations->len; i++) {
        const PgaDjangoAnnotation *annotation = g_ptr_array_index(annotations, i);

        g_string_append_printf(text, " %s:%s%s%s", name, annotation->name,
                               annotation->is_aggregate ? "!" : "",
                               annotation->subquery ? "=qs" : "");
    }
}

static char *
chain_text(const PgaDjangoQuerySet *queryset)
{
    GString *text = g_string_new(NULL);

    if (queryset->where)
        append_condition(text, queryset->where);
    append_order(text, queryset);
    append_annotations(text, "annotate", queryset->annotations);
    append_annotations(text, "aggregate", queryset->aggregates);
    append_names(text, " values:", queryset->values);
    append_names(text, " only:", queryset->only);
    append_names(text, " defer:", queryset->deferred);
    append_names(text, " select:", queryset->select_related);
    append_names(text, " prefetch:", queryset->prefetch_related);
    append_names(text, " on:", queryset->distinct_on);
    append_names(text, " of:", queryset->lock_of);
    if (queryset->is_sliced)
        g_string_append_printf(text, " [%d:%d]", (int)queryset->offset, (int)queryset->limit);
    g_string_append_printf(text, "%s%s%s%s%s%s%s", queryset->is_distinct ? " distinct" : "",
                           queryset->is_reversed ? " reversed" : "",
                           queryset->is_none ? " none" : "", queryset->is_for_update ? " lock" : "",
                           queryset->skips_locked ? " skip" : "", queryset->nowait ? " nowait" : "",
                           queryset->select_related_all ? " select_all" : "");
    if (queryset->combinator)
        g_string_append_printf(text, " %s:%u", queryset->combinator, queryset->combined->len);
    if (queryset->using)
        g_string_append_printf(text, " using:%s", queryset->using);
    if (queryset->is_raw)
        g_string_append_printf(text, " raw:%s", queryset->sql);
    if (queryset->incomplete)
        g_string_append_printf(text, " incomplete: %s", queryset->incomplete);
    return g_strstrip(g_string_free(text, FALSE));
}

static const struct {
    const char *chain, *want;
} chains[] = {
    {"Order.objects.all()", ""},
    {"Order.objects.filter(state='paid')", "and(state)"},
    {"Order.objects.filter(state='paid', pk=1).exclude(customer__email='')",
     "and(and(pk state) exclude(customer__email))"},
    {"Order.objects.filter(Q(a=1) | Q(state=2) | Q(pk=3))",
     "and(or(a? state pk)) incomplete: path a"},
    {"Order.objects.filter(~Q(state=2), Q(pk=3) & Q(pk=4))", "and(and(not(state) and(pk pk)))"},
    {"Order.objects.filter(Q(('state', 1), ('pk', 2), _connector='OR', _negated=True))",
     "and(not(or(state pk)))"},
    {"Order.objects.filter(paid__gt=F('customer__id') * 2)", "and(paid__gt=F)"},
    {"Order.objects.filter(**kwargs)", "and(…) incomplete: condition **kwargs"},
    {"Order.objects.filter(Q())", ""},
    {"Order.objects.filter(cond)", "and(…) incomplete: condition cond"},
    {"Order.objects.filter(customer__in=Customer.objects.filter(email='a'))",
     "and(customer__in=qs)"},
    {"Order.objects.filter(Exists(Line.objects.filter(order=OuterRef('pk'))))", "and(exists)"},
    {"Order.objects.filter(~Exists(Line.objects.filter(order=OuterRef('pk'))))",
     "and(not(exists))"},
    {"Order.objects.get(pk=1)", "and(pk)"},
    {"Order.objects.aget(pk=1)", "and(pk)"},
    {"Order.objects.get_or_create(state='a', defaults={'paid': 1})", "and(state)"},
    {"Order.objects.complex_filter({'state': 1, 'pk': 2})", "and(and(state pk))"},
    {"Order.objects.complex_filter(Q(state=1))", "and(state)"},
    {"Order.objects.order_by('-made', F('paid').desc(nulls_last=True), Lower('state'), '?')",
     "by:-made by:-paid last by:state/Lower by:random"},
    {"Order.objects.order_by(Lower('state').asc(nulls_first=True), OrderBy(F('pk')), Random())",
     "by:state/Lower first by:pk by:random"},
    {"Order.objects.order_by()", ""},
    {"Order.objects.reverse().order_by('pk')", "by:pk"},
    {"Order.objects.order_by('pk').reverse()", "by:pk reversed"},
    {"Order.objects.annotate(n=Count('line')).filter(n__gt=2).order_by('-n')",
     "and(n__gt) by:-n annotate:n!"},
    {"Order.objects.annotate(Count('line'), s=Subquery(Line.objects.values('n')))",
     "annotate:line__count! annotate:s=qs"},
    {"Order.objects.annotate(s=Coalesce(Subquery(Line.objects.values('n')), 0))", "annotate:s=qs"},
    {"Order.objects.alias(n=Lower('state')).values('n')", "annotate:n values:n"},
    {"Order.objects.values('state').annotate(n=Sum('paid'))", "annotate:n! values:state,n"},
    {"Order.objects.values_list('pk', Lower('state'), flat=True)",
     "annotate:lower1 values:pk,lower1"},
    {"Order.objects.aggregate(Sum('paid'), n=Avg('paid'))", "aggregate:paid__sum! aggregate:n!"},
    {"Order.objects.only('pk').defer('made').select_related('customer__shop', 'detail')",
     "only:pk defer:made select:customer__shop,detail"},
    {"Order.objects.select_related()", "select_all"},
    {"Order.objects.select_related('customer').select_related(None)", ""},
    {"Order.objects.defer('made').defer(None).only(name)", "incomplete: only(name)"},
    {"Order.objects.prefetch_related('line_set', Prefetch('products', queryset=x))",
     "prefetch:line_set,products"},
    {"Order.objects.prefetch_related('a').prefetch_related(None)", ""},
    {"Order.objects.prefetch_related(*names)", "incomplete: prefetch_related(*names)"},
    {"Order.objects.select_for_update(nowait=True, of=('self', 'customer'))",
     "of:self,customer lock nowait"},
    {"Order.objects.select_for_update(skip_locked=True)", "lock skip"},
    {"Order.objects.using('replica').distinct('state')", "on:state distinct using:replica"},
    {"Order.objects.all().union(Order.objects.none(), x)", "union:1 incomplete: union(x)"},
    {"Order.objects.none()", "none"},
    {"Order.objects.first()", "[-1:1]"},
    {"Line.objects.first()", "by:pk [-1:1]"},
    {"Line.objects.last()", "by:pk [-1:1] reversed"},
    {"Order.objects.latest()", "by:made [-1:1] reversed"},
    {"Order.objects.earliest('paid')", "by:paid [-1:1]"},
    {"Order.objects.in_bulk([1, 2])", "and(pk__in)"},
    {"Order.objects.in_bulk()", ""},
    {"Order.objects.dates('made', 'month', order='DESC')",
     "and(made__isnull) by:datefield annotate:datefield values:datefield distinct reversed"},
    {"Order.objects.datetimes('made', 'hour')",
     "and(made__isnull) by:datetimefield annotate:datetimefield values:datetimefield distinct"},
    {"Order.objects.dates(name, 'month')", "incomplete: dates()"},
    {"Order.objects.raw('SELECT 1')", "raw:SELECT 1"},
    {"Order.objects.extra(where=['1'])", "incomplete: extra()"},
    {"Order.objects.filter(state=1).published().filter(pk=2)",
     "and(state pk) incomplete: method published()"},
    {"Order.objects.count()", ""},
};

static void
test_chains(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(chains); i++) {
        g_autoptr(PgaDjangoQuerySet) queryset = pga_test_chain(project, "shop", chains[i].chain);
        g_autoptr(PgaDjangoQuerySet) copy = pga_django_queryset_copy(queryset);
        g_autofree char *text = chain_text(queryset), *again = chain_text(copy);

        g_test_message("%s", chains[i].chain);
        g_assert_cmpstr(text, ==, chains[i].want);
        g_assert_cmpstr(again, ==, text);
    }
}

static void
test_meta_ordering(void)
{
    g_autoptr(PgaDjangoQuerySet) queryset = pga_test_chain(project, "shop", "Order.objects.all()");
    const PgaDjangoOrder *order = g_ptr_array_index(queryset->order, 1);

    g_assert_true(queryset->order_is_meta);
    g_assert_cmpuint(queryset->order->len, ==, 2);
    g_assert_cmpstr(order->path.model->name, ==, "Customer");
}

static void
check_slice(const gint64 slices[4], gint64 offset, gint64 limit)
{
    g_autoptr(PgaDjangoQuerySet) queryset = pga_django_queryset_new(NULL);

    pga_django_queryset_slice(queryset, slices[0], slices[1]);
    if (slices[2] != -9)
        pga_django_queryset_slice(queryset, slices[2], slices[3]);
    g_assert_cmpint(queryset->offset, ==, offset);
    g_assert_cmpint(queryset->limit, ==, limit);
}

static void
test_slices(void)
{
    check_slice((gint64[]){-1, 10, -9, 0}, -1, 10);
    check_slice((gint64[]){5, 10, -9, 0}, 5, 5);
    check_slice((gint64[]){5, -1, -9, 0}, 5, -1);
    check_slice((gint64[]){5, 25, 10, 12}, 15, 2);
    check_slice((gint64[]){5, 10, 3, 30}, 8, 2);
    check_slice((gint64[]){-2, -2, -9, 0}, -2, -2);
    check_slice((gint64[]){-1, 10, -2, -1}, -2, -2);
    check_slice((gint64[]){-2, 10, -9, 0}, -2, -2);
    check_slice((gint64[]){-1, -2, 0, 1}, 0, -2);
}

typedef struct {
    GString *text;
} Visited;

static void
visit(const PgaDjangoLookup *lookup, gboolean required, gpointer data)
{
    g_string_append_printf(((Visited *)data)->text, "%s%s ", lookup->path.text,
                           required ? "!" : "");
}

static void
test_each_lookup(void)
{
    g_autoptr(PgaDjangoQuerySet) queryset = pga_test_chain(
        project, "shop", "Order.objects.filter(Q(state=1) | Q(pk=2), paid=3).exclude(made=4)");
    g_autoptr(GString) text = g_string_new(NULL);

    pga_django_queryset_each_lookup(queryset, visit, &(Visited){text});
    g_assert_cmpstr(text->str, ==, "state pk paid! made ");
}

/* A chain that repeats itself in its own argument stays small. */
static PgaDjangoQuerySet *
itself(gpointer self, G_GNUC_UNUSED const PgaPyValue *value)
{
    return pga_django_queryset_copy(self);
}

static void
test_bounded(void)
{
    static const char text[] = "filter(pk__in=qs)";
    g_autoptr(PgaPythonSource) source =
        pga_python_source_new("a.py", g_strdup(text), strlen(text), NULL);
    TSNode node = ts_node_named_child(ts_node_named_child(pga_python_root(source), 0), 0);
    g_autoptr(PgaPyValue) call = pga_py_value_new(source, node);
    g_autoptr(PgaDjangoQuerySet) queryset =
        pga_django_queryset_new(pga_django_project_model(project, "shop.Order"));
    const PgaDjangoResolver resolver = {itself, NULL, queryset};

    for (guint i = 0; i < 1000; i++)
        pga_django_queryset_apply(queryset, project, call, &resolver);
    g_assert_cmpstr(queryset->incomplete, ==, "more than 300 parts");
    g_assert_cmpuint(queryset->n_parts, <=, 300);
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    if (!pga_python_is_available())
        return 77;
    project = pga_test_models("shop", models);
    g_test_add_func("/django/queryset/paths", test_paths);
    g_test_add_func("/django/queryset/accessors", test_accessors);
    g_test_add_func("/django/queryset/chains", test_chains);
    g_test_add_func("/django/queryset/meta-ordering", test_meta_ordering);
    g_test_add_func("/django/queryset/slices", test_slices);
    g_test_add_func("/django/queryset/each-lookup", test_each_lookup);
    g_test_add_func("/django/queryset/bounded", test_bounded);
    status = g_test_run();
    pga_django_project_free(project);
    return status;
}
