/* topology.mmd: who talks to whom, from the clients to the last replica, as a Mermaid flowchart. */
#include "design/design.h"
#include "diagram_internal.h"

#include <string.h>

static gboolean
has_role(const PgaDesignNode *node, const char *role)
{
    return node->role && g_str_has_prefix(node->role, role);
}

static const PgaDesignNode *
node_at(const PgaArchitecture *architecture, guint i)
{
    return g_ptr_array_index(architecture->availability.nodes, i);
}

static void
append_node(GString *out, const PgaDesignNode *node, guint i, const char *indent)
{
    const gboolean says = node->role && strstr(node->role, "etcd");
    g_autofree char *text =
        g_strdup_printf("%s: %s%s", node->name ? node->name : "node",
                        node->role ? node->role : "server", node->has_dcs && !says ? ", etcd" : "");
    g_autofree char *label = pga_diagram_label(text);

    g_string_append_printf(out, "%sN%u[\"%s\"]\n", indent, i + 1, label);
}

static gboolean
is_same_place(const PgaDesignNode *a, const PgaDesignNode *b, gboolean zone)
{
    return g_strcmp0(a->region, b->region) == 0 && (!zone || g_strcmp0(a->zone, b->zone) == 0);
}

/* Whether an earlier node is at the same place: it was drawn with that one. */
static gboolean
was_drawn(const PgaArchitecture *architecture, guint i, gboolean zone)
{
    for (guint j = 0; j < i; j++)
        if (is_same_place(node_at(architecture, j), node_at(architecture, i), zone))
            return TRUE;
    return FALSE;
}

static void
append_zone(GString *out, const PgaArchitecture *architecture, guint first)
{
    const PgaDesignNode *at = node_at(architecture, first);
    g_autofree char *label = pga_diagram_label(at->zone);

    g_string_append_printf(out, "    subgraph Z%u[\"%s\"]\n", first + 1, label);
    for (guint i = first; i < architecture->availability.nodes->len; i++)
        if (is_same_place(at, node_at(architecture, i), TRUE))
            append_node(out, node_at(architecture, i), i, "      ");
    g_string_append(out, "    end\n");
}

static void
append_region(GString *out, const PgaArchitecture *architecture, guint first)
{
    const PgaDesignNode *at = node_at(architecture, first);
    g_autofree char *label = pga_diagram_label(at->region ? at->region : "region");

    g_string_append_printf(out, "  subgraph R%u[\"%s\"]\n", first + 1, label);
    for (guint i = first; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);

        if (!is_same_place(at, node, FALSE))
            continue;
        if (!node->zone)
            append_node(out, node, i, "    ");
        else if (!was_drawn(architecture, i, TRUE))
            append_zone(out, architecture, i);
    }
    g_string_append(out, "  end\n");
}

/* Where @replica gets its WAL: in its own region where there is a leader, else the primary. */
static guint
leader_of(const PgaArchitecture *architecture, guint replica)
{
    const PgaDesignNode *node = node_at(architecture, replica);
    guint primary = 0;

    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *other = node_at(architecture, i);

        if (has_role(other, "primary") || has_role(other, "writer"))
            primary = i;
        if (i != replica && has_role(other, "standby leader") && is_same_place(other, node, FALSE))
            return i;
    }
    return primary;
}

/* (transfer full): what stands in parentheses behind a role; "" nothing. */
static char *
manner_of(const PgaDesignNode *node)
{
    const char *open = node->role ? strchr(node->role, '(') : NULL;

    return open ? g_strndup(open + 1, strcspn(open + 1, ")")) : g_strdup("");
}

static void
append_replication(GString *out, const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);
        const guint leader = leader_of(architecture, i);
        g_autofree char *manner = manner_of(node), *label = pga_diagram_label(manner);

        if (!node->has_data || i == leader)
            continue;
        if (*manner)
            g_string_append_printf(out, "  N%u ==>|\"%s\"| N%u\n", leader + 1, label, i + 1);
        else
            g_string_append_printf(out, "  N%u ==> N%u\n", leader + 1, i + 1);
    }
}

/* (transfer full) (nullable): what leads the clients to the primary. */
static char *
proxy_text(const PgaArchitecture *architecture)
{
    GString *names = g_string_new(NULL);
    const gboolean is_managed =
        architecture->requirements->deployment.platform > PGA_DEPLOYMENT_SELF_HOSTED;

    for (guint i = 0; i < architecture->availability.nodes->len; i++)
        if (node_at(architecture, i)->has_proxy)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "HAProxy on ",
                                   node_at(architecture, i)->name);
    if (names->len == 0 && is_managed)
        g_string_append_printf(
            names, "endpoint of %s",
            pga_deployment_name(architecture->requirements->deployment.platform));
    if (names->len > 0)
        return g_string_free(names, FALSE);
    g_string_free(names, TRUE);
    return NULL;
}

/* The way of a connection: each step is declared and tied to the one before it. */
static const char *
append_step(GString *out, GString *edges, const char *from, const char *id, const char *text)
{
    g_autofree char *label = pga_diagram_label(text);

    g_string_append_printf(out, "  %s[\"%s\"]\n", id, label);
    g_string_append_printf(edges, "  %s --> %s\n", from, id);
    return id;
}

void
pga_diagram_topology(PgaArchitecture *architecture)
{
    const GPtrArray *nodes = architecture->availability.nodes;
    g_autofree char *proxy = proxy_text(architecture);
    g_autoptr(GString) edges = g_string_new(NULL);
    GString *out = g_string_new("flowchart LR\n  C[\"clients\"]\n");
    const char *last = "C";

    if (pga_architecture_file(architecture, "pgbouncer.ini"))
        last = append_step(out, edges, last, "B", "PgBouncer");
    if (proxy)
        last = append_step(out, edges, last, "P", proxy);
    for (guint i = 0; i < nodes->len; i++)
        if (!was_drawn(architecture, i, FALSE))
            append_region(out, architecture, i);
    if (nodes->len == 0)
        append_step(out, edges, last, "N1", "one server, no replica");
    else
        g_string_append_printf(edges, "  %s --> N%u\n", last, leader_of(architecture, 0) + 1);
    append_replication(edges, architecture);
    g_string_append(out, edges->str);
    pga_architecture_put_file(architecture, "topology.mmd", g_string_free(out, FALSE));
}
