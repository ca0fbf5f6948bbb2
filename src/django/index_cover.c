/* An index that another one begins with. */
#include "django/index_cover.h"

static gboolean
is_plain(const PgaDjangoIndex *index)
{
    return !index->predicate && !index->opclasses && !index->is_pattern &&
           index->columns->len > 0 && g_str_equal(index->method, "btree");
}

/* Whether the keys of @index are the first ones of @other. */
static gboolean
is_prefix(const PgaDjangoIndex *index, const PgaDjangoIndex *other)
{
    if (index->keys->len > other->keys->len)
        return FALSE;
    for (guint i = 0; i < index->keys->len; i++)
        if (!g_str_equal(g_ptr_array_index(index->keys, i), g_ptr_array_index(other->keys, i)))
            return FALSE;
    return TRUE;
}

const PgaDjangoIndex *
pga_django_index_cover(const GPtrArray *indexes, guint place)
{
    const PgaDjangoIndex *index = g_ptr_array_index(indexes, place);

    for (guint i = 0; is_plain(index) && !index->is_unique && i < indexes->len; i++) {
        const PgaDjangoIndex *other = g_ptr_array_index(indexes, i);

        if (i != place && is_plain(other) && is_prefix(index, other) &&
            (other->keys->len > index->keys->len || other->is_unique || i < place))
            return other;
    }
    return NULL;
}
