/* What entities that are known by name only usually hold, and how they are usually asked. Data:
 * archetypes.c; the shapes that follow: shapes.c. */
#pragma once
#include <model/requirements.h>

G_BEGIN_DECLS

#define PGA_ARCHETYPE_ATTRIBUTES 12
#define PGA_ARCHETYPE_PATTERNS   6

typedef enum {
    PGA_ARCHETYPE_UNIQUE = 1 << 0,
    PGA_ARCHETYPE_NULLABLE = 1 << 1,
    PGA_ARCHETYPE_PERSONAL = 1 << 2,
    PGA_ARCHETYPE_NOW = 1 << 3, /* default now() */
    PGA_ARCHETYPE_ELSEWHERE = 1 << 4,
} PgaArchetypeFlags;

/** An attribute. */
typedef struct {
    const char *name; /* of a REFERENCE: archetypes, the first that is there: "customer|user"; the
                         attribute is then called customer_id or user_id, and left out when there is
                         none */
    PgaMeaning meaning;
    const char *detail; /* (nullable): ONE_OF: "paid:2 completed:98", percent, most of new rows
                           begin as the first; INTEGER: "1..1000"; TYPE: the type */
    guint flags;
    double distinct; /* values; 0: by the meaning */
} PgaArchetypeAttribute;

/** A way that the entity is asked; left out when an attribute of it is not there. References stand
 * in braces: "{customer|user} = ?". Several are parted by "; ". */
typedef struct {
    const char *name; /* what follows the entity's name */
    PgaPatternKind kind;
    const char *where, *columns, *set, *group_by, *compute, *order_by; /* (nullable) */
    double limit;                                                      /* 0: none */
    double weight; /* part of all reads, or of all writes: each sum is made to fit */
} PgaArchetypePattern;

typedef struct {
    const char *names; /* in the singular: "user|member|person"; the first is its name */
    PgaArchetypeAttribute attributes[PGA_ARCHETYPE_ATTRIBUTES];
    PgaArchetypePattern patterns[PGA_ARCHETYPE_PATTERNS];
    const char *key;         /* (nullable): attributes parted by "; ", where there is no id */
    double rows_per_parent;  /* rows for each row of what it refers to; 0: 10 */
    double rows;             /* where nothing else tells; 0: 10,000 */
    double retention_months; /* 0: none */
    const char *retention_why;
    gboolean append_only;
} PgaArchetype;

/* (nullable): by an entity's name, in the singular or plural, in any spelling: "OrderItems",
 * "order-item". Static. */
const PgaArchetype *pga_archetype_find(const char *name);

/* (transfer full): "order_item" for "OrderItems". */
char *pga_archetype_singular(const char *name);

/* (nullable): the first entity that one of the @names ("customer|user") stands for. */
const PgaSpecEntity *pga_archetype_entity(const PgaRequirements *requirements, const char *names);

/* (nullable): of a "{customer|user}" of @entity, the attribute; else @name itself if there is such
 * an attribute. Borrowed. */
const char *pga_archetype_attribute(const PgaRequirements *requirements,
                                    const PgaSpecEntity *entity, const char *name);

G_END_DECLS
