/* How many rows each entity has, and how many bytes all have, where that was not said. */
#include <base/units.h>

#include "archetypes_internal.h"
#include "complete_internal.h"

/* Rows of an entity for each row of one that it refers to, where no archetype knows better. */
#define ROWS_PER_PARENT 10
/* Rows of a link table for each row of the larger side. */
#define ROWS_PER_LINK 3
/* Rows where nothing tells: a list that others look up. */
#define ROWS_ALONE 10000
/* Tuple header with its line pointer and alignment: storage-page-layout. */
#define ROW_OVERHEAD 32
/* Indexes and free room on top of the heap. */
#define WITH_INDEXES 1.5
/* What a gint64 holds, with room for sums. */
#define MAX_BYTES 1e18
/* Part of the stated volume that has to be missing before it is told. */
#define UNEXPLAINED 0.8

/* Bytes of a value by its meaning; identities and references take eight. */
static double
value_bytes(const PgaSpecAttribute *attribute)
{
    static const guint8 widths[] = {
        [PGA_MEANING_NONE] = 16,       [PGA_MEANING_TYPE] = 8,    [PGA_MEANING_IDENTITY] = 8,
        [PGA_MEANING_REFERENCE] = 8,   [PGA_MEANING_ONE_OF] = 8,  [PGA_MEANING_EMAIL] = 24,
        [PGA_MEANING_PHONE] = 14,      [PGA_MEANING_URL] = 60,    [PGA_MEANING_UUID] = 16,
        [PGA_MEANING_MONEY] = 8,       [PGA_MEANING_PERCENT] = 6, [PGA_MEANING_FLAG] = 1,
        [PGA_MEANING_JSON] = 200,      [PGA_MEANING_TAGS] = 60,   [PGA_MEANING_TEXT_SHORT] = 24,
        [PGA_MEANING_TEXT_LONG] = 250, [PGA_MEANING_DATE] = 4,    [PGA_MEANING_TIME] = 8,
        [PGA_MEANING_TIMESTAMP] = 8,   [PGA_MEANING_PERIOD] = 24, [PGA_MEANING_INTEGER] = 4,
        [PGA_MEANING_DECIMAL] = 8,     [PGA_MEANING_COUNTRY] = 3, [PGA_MEANING_IP] = 10,
        [PGA_MEANING_GEO_POINT] = 16,  [PGA_MEANING_IMAGE] = 60,  [PGA_MEANING_FILE] = 60,
        [PGA_MEANING_SECRET] = 64,     [PGA_MEANING_HASH] = 33,   [PGA_MEANING_VERSION] = 8,
        [PGA_MEANING_SLUG] = 24,
    };
    double bytes =
        attribute->average_length > 0 ? attribute->average_length : widths[attribute->meaning];

    return bytes * (attribute->null_share > 0 ? 1 - attribute->null_share : 1);
}

double
pga_complete_row_bytes(const GPtrArray *attributes)
{
    double bytes = ROW_OVERHEAD;

    for (guint i = 0; i < attributes->len; i++)
        bytes += value_bytes(g_ptr_array_index(attributes, i));
    return bytes;
}

static double
per_parent(const PgaSpecEntity *entity)
{
    const PgaArchetype *shape = pga_archetype_find(entity->name);

    return shape && shape->rows_per_parent > 0 ? shape->rows_per_parent : ROWS_PER_PARENT;
}

/* One step along a reference: the child's rows of the parent's, or the other way round. */
static gboolean
follow(PgaSpecEntity *child, PgaSpecEntity *parent, double ratio)
{
    if (!child || !parent || child == parent || (child->rows < 0) == (parent->rows < 0))
        return FALSE;
    if (child->rows < 0)
        child->rows = parent->rows * ratio;
    else
        parent->rows = MAX(1, child->rows / ratio);
    return TRUE;
}

static gboolean
follow_attributes(const PgaRequirements *requirements, PgaSpecEntity *entity)
{
    gboolean moved = FALSE;

    for (guint i = 0; i < entity->attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, i);

        if (attribute->references)
            moved = follow(entity, pga_requirements_entity(requirements, attribute->references),
                           per_parent(entity)) ||
                    moved;
    }
    return moved;
}

static gboolean
follow_relationship(const PgaRequirements *requirements, const PgaSpecRelationship *relationship)
{
    PgaSpecEntity *from = pga_requirements_entity(requirements, relationship->from);
    PgaSpecEntity *to = pga_requirements_entity(requirements, relationship->to);

    if (!from || !to)
        return FALSE;
    switch (relationship->kind) {
    case PGA_RELATIONSHIP_ONE_TO_ONE:
        return follow(to, from, 1);
    case PGA_RELATIONSHIP_ONE_TO_MANY:
        return follow(to, from, per_parent(to));
    case PGA_RELATIONSHIP_MANY_TO_ONE:
        return follow(from, to, per_parent(from));
    case PGA_RELATIONSHIP_MANY_TO_MANY:
    case PGA_RELATIONSHIP_TREE:
    default:
        return FALSE;
    }
}

static void
spread(PgaRequirements *requirements)
{
    for (gboolean moved = TRUE; moved;) {
        moved = FALSE;
        for (guint i = 0; i < requirements->relationships->len; i++)
            moved = follow_relationship(requirements,
                                        g_ptr_array_index(requirements->relationships, i)) ||
                    moved;
        for (guint i = 0; i < requirements->entities->len; i++)
            moved = follow_attributes(requirements, g_ptr_array_index(requirements->entities, i)) ||
                    moved;
    }
}

/* Entities without rows get their archetype's, or @otherwise where it has none (0: none). */
static void
seed_by(PgaRequirements *requirements, double otherwise)
{
    for (guint i = 0; i < requirements->entities->len; i++) {
        PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);
        const PgaArchetype *shape = pga_archetype_find(entity->name);
        double rows = shape && shape->rows > 0 ? shape->rows : otherwise;

        if (entity->rows >= 0 || rows <= 0)
            continue;
        entity->rows = rows;
        spread(requirements);
    }
}

/* Every entity has rows after this: along references from what is known, and from where nothing
 * is known from a usual size. */
static void
seed(PgaRequirements *requirements)
{
    spread(requirements);
    seed_by(requirements, 0);
    seed_by(requirements, ROWS_ALONE);
}

static void
seed_links(PgaRequirements *requirements, const GPtrArray *unknown)
{
    for (guint i = 0; i < unknown->len; i++) {
        PgaSpecRelationship *link = g_ptr_array_index(unknown, i);
        const PgaSpecEntity *from = pga_requirements_entity(requirements, link->from);
        const PgaSpecEntity *to = pga_requirements_entity(requirements, link->to);

        link->rows = ROWS_PER_LINK * MAX(from ? from->rows : 0, to ? to->rows : 0);
    }
}

/* Two references of a link, and what it has besides. */
static double
link_bytes(const PgaSpecRelationship *link)
{
    return pga_complete_row_bytes(link->attributes) + 16;
}

static double
total_bytes(const PgaRequirements *requirements)
{
    double bytes = 0;

    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        bytes += entity->rows * pga_complete_row_bytes(entity->attributes);
    }
    for (guint i = 0; i < requirements->relationships->len; i++) {
        const PgaSpecRelationship *link = g_ptr_array_index(requirements->relationships, i);

        if (link->rows > 0)
            bytes += link->rows * link_bytes(link);
    }
    return bytes * WITH_INDEXES;
}

/* What the rows have to be multiplied by to be what was stated of all together; 1: nothing was. */
static double
scale_of(const PgaRequirements *requirements)
{
    double rows = 0;

    if (requirements->rows > 0) {
        for (guint i = 0; i < requirements->entities->len; i++)
            rows += ((PgaSpecEntity *)g_ptr_array_index(requirements->entities, i))->rows;
        return requirements->rows / rows;
    }
    return requirements->bytes > 0 ? (double)requirements->bytes / total_bytes(requirements) : 1;
}

/* Whether an entity is the link: its rows are the entity's. */
static gboolean
is_entity(const PgaRequirements *requirements, const PgaSpecRelationship *link)
{
    g_autofree char *name = pga_spec_link_name(link);

    return pga_requirements_entity(requirements, name) != NULL;
}

static GPtrArray *
links_without_rows(const PgaRequirements *requirements)
{
    GPtrArray *links = g_ptr_array_new();

    for (guint i = 0; i < requirements->relationships->len; i++) {
        PgaSpecRelationship *link = g_ptr_array_index(requirements->relationships, i);

        if (link->kind == PGA_RELATIONSHIP_MANY_TO_MANY && link->rows < 0 &&
            !is_entity(requirements, link))
            g_ptr_array_add(links, link);
    }
    return links;
}

static GPtrArray *
entities_without_rows(const PgaRequirements *requirements)
{
    GPtrArray *entities = g_ptr_array_new();

    for (guint i = 0; i < requirements->entities->len; i++) {
        PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        if (entity->rows < 0)
            g_ptr_array_add(entities, entity);
    }
    return entities;
}

/* Two digits that count. */
static double
rounded(double rows)
{
    g_autofree char *text = g_strdup_printf("%.1e", MAX(1, rows));

    return g_ascii_strtod(text, NULL);
}

static void
tell(PgaRequirements *requirements, const GPtrArray *entities, const GPtrArray *links, double scale)
{
    for (guint i = 0; i < entities->len; i++) {
        PgaSpecEntity *entity = g_ptr_array_index(entities, i);
        g_autofree char *field = pga_complete_field("entities", entity->name, "rows");
        g_autofree char *rows = NULL;

        entity->rows = rounded(entity->rows * scale);
        rows = pga_count_format(entity->rows);
        pga_complete_say(requirements, field,
                         scale != 1 ? "the stated volume, shared out by the usual ratios between "
                                      "entities and the bytes of their rows"
                                    : "by the usual ratio to the entities that it "
                                      "refers to or that refer to it, else a usual size",
                         "%s", rows);
    }
    for (guint i = 0; i < links->len; i++) {
        PgaSpecRelationship *link = g_ptr_array_index(links, i);
        g_autofree char *pair = g_strdup_printf("%s-%s", link->from, link->to);
        g_autofree char *field =
            pga_complete_field("relationships", link->via ? link->via : pair, "rows");
        g_autofree char *rows = NULL;

        link->rows = rounded(link->rows * scale);
        rows = pga_count_format(link->rows);
        pga_complete_say(requirements, field, "three for each row of the larger side", "%s", rows);
    }
}

static void
complete_bytes(PgaRequirements *requirements)
{
    g_autofree char *bytes = NULL;

    if (requirements->bytes >= 0)
        return;
    requirements->bytes = (gint64)MIN(rounded(total_bytes(requirements)), MAX_BYTES);
    bytes = pga_bytes_format_storage(requirements->bytes);
    pga_complete_say(requirements, "data_volume",
                     "rows times the bytes of their attributes, and half as much again "
                     "for indexes",
                     "%s", bytes);
}

/* A volume that the rows do not nearly explain sizes the server, but no table. */
static void
tell_rest(PgaRequirements *requirements)
{
    double known = total_bytes(requirements), rest = (double)requirements->bytes - known;
    g_autofree char *value = NULL, *explained = NULL, *why = NULL;

    if (rest < UNEXPLAINED * (double)requirements->bytes)
        return;
    value = pga_bytes_format_storage((gint64)MIN(rounded(rest), MAX_BYTES));
    explained = pga_bytes_format_storage((gint64)rounded(known));
    why =
        g_strdup_printf("the rows that are known take about %s with their indexes; the rest is of "
                        "entities that are not named, or of larger values: it counts for the "
                        "size of the server, and is in no table",
                        explained);
    pga_complete_say(requirements, "data_volume.rest", why, "%s", value);
}

void
pga_complete_rows(PgaRequirements *requirements)
{
    g_autoptr(GPtrArray) entities = entities_without_rows(requirements);
    g_autoptr(GPtrArray) links = links_without_rows(requirements);
    gboolean none_known = entities->len > 0 && entities->len == requirements->entities->len;
    double scale = 1;

    seed(requirements);
    seed_links(requirements, links);
    if (none_known)
        scale = scale_of(requirements);
    tell(requirements, entities, links, scale);
    complete_bytes(requirements);
    tell_rest(requirements);
}
