#include "selection.h"

#include <base/error.h>
#include <math.h>

static double *
access_of(const Model *m, guint statement, guint way, guint place)
{
    const ModelStatement *st = &m->statements[statement];

    return st->access + ((gsize)way * st->n_places + place) * m->problem.n_indexes;
}

static double
place_cost(const Model *m, guint statement, guint way, guint place, const gboolean *there,
           guint *index)
{
    const double *access = access_of(m, statement, way, place);
    double best = m->statements[statement].scan[place];

    *index = G_MAXUINT;
    if (way) /* such ways need an index */
        best = HUGE_VAL;
    for (guint i = 0; i < m->problem.n_indexes; i++)
        if (there[i] && access[i] < best) {
            best = access[i];
            *index = i;
        }
    return best;
}

static int
compare_guint(gconstpointer a, gconstpointer b)
{
    guint x = *(const guint *)a, y = *(const guint *)b;

    return (x > y) - (x < y);
}

/* 0 to 1, different for each set of relevant indexes. */
static double
whim(const Model *m, guint statement, const gboolean *there)
{
    guint64 hash = statement + 1;

    for (guint i = 0; i < m->relevant[statement]->len; i++)
        if (there[g_array_index(m->relevant[statement], guint, i)])
            hash = (hash ^ (i + 1)) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    return (double)(hash >> 40) / (double)(1 << 24);
}

double
model_cost(const Model *m, guint statement, const gboolean *there, GArray *used)
{
    const ModelStatement *st = &m->statements[statement];
    double best = HUGE_VAL;
    guint chosen = 0;

    for (guint way = 0; way < st->n_ways; way++) {
        double cost = st->fixed[way];
        guint index;

        for (guint place = 0; place < st->n_places; place++)
            cost += place_cost(m, statement, way, place, there, &index);
        if (cost < best) {
            best = cost;
            chosen = way;
        }
    }
    for (guint place = 0; used && place < st->n_places; place++) {
        guint index;

        place_cost(m, statement, chosen, place, there, &index);
        if (index != G_MAXUINT)
            g_array_append_val(used, index);
    }
    if (used)
        g_array_sort(used, compare_guint);
    return best * (1 + m->fuzz * whim(m, statement, there));
}

static gboolean
charge_is_due(const PgaSelectionCharge *charge, const gboolean *there)
{
    for (guint i = 0; i < charge->indexes->len; i++)
        if (there[g_array_index(charge->indexes, guint, i)])
            return TRUE;
    return FALSE;
}

double
model_total(const Model *m, const gboolean *there)
{
    double sum = 0;

    for (guint q = 0; q < m->problem.n_statements; q++) {
        double base = model_cost(m, q, m->existing, NULL);
        double cost = model_cost(m, q, there, NULL);

        if (q == m->failing)
            continue;
        if (cost > (1 - m->problem.min_improvement) * base || cost > base - m->problem.min_gain)
            cost = MAX(cost, base);
        sum += m->weights[q] * cost;
    }
    for (guint k = 0; k < m->charges->len; k++) {
        const PgaSelectionCharge *charge = g_ptr_array_index(m->charges, k);

        if (charge_is_due(charge, there))
            sum += charge->cost;
    }
    return sum;
}

gboolean
model_allows(const Model *m, const gboolean *there)
{
    const PgaSelectionProblem *p = &m->problem;
    double bytes = 0;
    guint n = 0;

    for (guint i = 0; i < p->n_indexes; i++) {
        if (p->existing[i] && !p->removable[i] && !there[i])
            return FALSE;
        if (p->existing[i] || !there[i])
            continue;
        bytes += p->bytes[i];
        n++;
    }
    return (p->budget_bytes < 0 || bytes <= p->budget_bytes) &&
           (!p->max_indexes || n <= p->max_indexes);
}

double
model_optimum(const Model *m)
{
    g_autofree gboolean *there = g_new0(gboolean, m->problem.n_indexes + 1);
    double best = HUGE_VAL;

    for (guint64 set = 0; set < G_GUINT64_CONSTANT(1) << m->problem.n_indexes; set++) {
        for (guint i = 0; i < m->problem.n_indexes; i++)
            there[i] = (set >> i) & 1 ? TRUE : FALSE;
        if (model_allows(m, there))
            best = MIN(best, model_total(m, there));
    }
    return best;
}

static gboolean
plan(gpointer self, GArray *plans, GError **error)
{
    Model *m = self;
    g_autofree gboolean *there = g_new0(gboolean, m->problem.n_indexes + 1);

    m->n_calls++;
    m->n_asked += plans->len;
    if (m->refuses_after && m->n_calls > m->refuses_after) {
        pga_error_set(error, PGA_ERROR_LAB, "the server is gone");
        return FALSE;
    }
    for (guint i = 0; i < plans->len; i++) {
        PgaSelectionPlan *p = &g_array_index(plans, PgaSelectionPlan, i);

        for (guint k = 0; k < m->problem.n_indexes; k++)
            there[k] = FALSE;
        for (guint k = 0; k < p->n_indexes; k++)
            there[p->indexes[k]] = TRUE;
        p->cost = p->statement == m->failing ? -1 : model_cost(m, p->statement, there, p->used);
    }
    return TRUE;
}

/* Some of the indexes serve a place, the larger ones better. */
static void
make_place(Model *m, GRand *rand, guint q, guint place)
{
    ModelStatement *st = &m->statements[q];
    guint n = m->problem.n_indexes;

    st->scan[place] = g_rand_double_range(rand, 50, 1000);
    for (guint way = 0; way < st->n_ways; way++)
        for (guint i = 0; i < n; i++)
            access_of(m, q, way, place)[i] = HUGE_VAL;
    for (guint k = 0; k < MIN(n, 12); k++) {
        guint i = (guint)g_rand_int_range(rand, 0, (gint32)n);

        for (guint way = 0; way < st->n_ways; way++)
            if (g_rand_boolean(rand))
                access_of(m, q, way, place)[i] = st->scan[place] *
                                                 g_rand_double_range(rand, 0.05, 1.2) *
                                                 MIN(1.0, 60 / m->bytes[i]);
    }
}

static void
make_statement(Model *m, GRand *rand, guint q, const ModelShape *shape)
{
    ModelStatement *st = &m->statements[q];

    st->n_ways = 1 + (guint)g_rand_int_range(rand, 0, (gint32)shape->n_ways);
    st->n_places = 1 + (guint)g_rand_int_range(rand, 0, (gint32)shape->n_places);
    st->fixed = g_new0(double, st->n_ways);
    st->scan = g_new0(double, st->n_places);
    st->access = g_new0(double, (gsize)st->n_ways * st->n_places * m->problem.n_indexes);
    for (guint way = 0; way < st->n_ways; way++)
        st->fixed[way] = way ? g_rand_double_range(rand, 0, 100) : 100;
    for (guint place = 0; place < st->n_places; place++)
        make_place(m, rand, q, place);
    m->weights[q] = g_rand_double_range(rand, 0.1, 3);
    m->relevant[q] = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < m->problem.n_indexes; i++) {
        gboolean serves = FALSE;

        for (guint k = 0; k < st->n_ways * st->n_places; k++)
            serves |= st->access[(gsize)k * m->problem.n_indexes + i] < HUGE_VAL;
        if (serves)
            g_array_append_val(m->relevant[q], i);
    }
}

static void
charge_free(gpointer data)
{
    PgaSelectionCharge *charge = data;

    g_array_unref(charge->indexes);
    g_free(charge);
}

static void
make_charge(Model *m, GRand *rand)
{
    PgaSelectionCharge *charge = g_new0(PgaSelectionCharge, 1);
    guint n = (guint)g_rand_int_range(rand, 1, 4);

    charge->indexes = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint k = 0; k < n; k++) {
        guint i = (guint)g_rand_int_range(rand, 0, (gint32)m->problem.n_indexes);

        g_array_append_val(charge->indexes, i);
    }
    charge->cost = g_rand_double_range(rand, 0, 300);
    g_ptr_array_add(m->charges, charge);
}

static void
improved(gpointer self, const PgaSelectionProgress *progress)
{
    Model *m = self;

    g_array_append_vals(m->told, progress, 1);
}

Model *
model_new(guint32 seed, const ModelShape *shape)
{
    Model *m = g_new0(Model, 1);
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    double bytes = 0;

    m->problem.n_statements = shape->n_statements;
    m->problem.n_indexes = shape->n_indexes;
    m->failing = G_MAXUINT;
    m->weights = g_new0(double, shape->n_statements + 1);
    m->bytes = g_new0(double, shape->n_indexes + 1);
    m->existing = g_new0(gboolean, shape->n_indexes + 1);
    m->removable = g_new0(gboolean, shape->n_indexes + 1);
    m->relevant = g_new0(GArray *, shape->n_statements + 1);
    m->charges = g_ptr_array_new_with_free_func(charge_free);
    m->statements = g_new0(ModelStatement, shape->n_statements + 1);
    for (guint i = 0; i < shape->n_indexes; i++) {
        m->bytes[i] = g_rand_int_range(rand, 10, 200);
        m->existing[i] = i < shape->n_existing;
        m->removable[i] = m->existing[i] && i % 2;
        bytes += m->existing[i] ? 0 : m->bytes[i];
    }
    for (guint q = 0; q < shape->n_statements; q++)
        make_statement(m, rand, q, shape);
    for (guint k = 0; k < shape->n_charges; k++)
        make_charge(m, rand);
    m->problem.weights = m->weights;
    m->problem.bytes = m->bytes;
    m->problem.existing = m->existing;
    m->problem.removable = m->removable;
    m->problem.relevant = (const GArray *const *)m->relevant;
    m->problem.charges = m->charges;
    m->problem.budget_bytes = shape->budget_part < 0 ? -1 : floor(bytes * shape->budget_part);
    m->planner = (PgaSelectionPlanner){.plan = plan, .improved = improved, .self = m};
    m->told = g_array_new(FALSE, FALSE, sizeof(PgaSelectionProgress));
    return m;
}

void
model_free(Model *m)
{
    for (guint q = 0; q < m->problem.n_statements; q++) {
        g_free(m->statements[q].fixed);
        g_free(m->statements[q].scan);
        g_free(m->statements[q].access);
        g_array_unref(m->relevant[q]);
    }
    g_free(m->statements);
    g_free(m->weights);
    g_free(m->bytes);
    g_free(m->existing);
    g_free(m->removable);
    g_free(m->relevant);
    g_ptr_array_unref(m->charges);
    g_array_unref(m->told);
    g_free(m);
}
