/* Walking by descriptor. The recursion is as deep as the message: whoever parsed it had the stack.
 */
#include "message_internal.h"

static ProtobufCMessage **
members(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, gsize *n)
{
    char *base = (char *)message;
    gpointer member = base + field->offset;
    gpointer quantifier = base + field->quantifier_offset;

    *n = 0;
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
        return NULL;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        *n = *(size_t *)quantifier;
        return *(ProtobufCMessage ***)member;
    }
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && *(guint32 *)quantifier != field->id)
        return NULL;
    *n = *(ProtobufCMessage **)member ? 1 : 0;
    return member;
}

typedef struct {
    PgaMessageVisit visit; /* (nullable) */
    gpointer data;
    gsize depth, deepest;
} Walk;

static void /* NOLINTNEXTLINE(misc-no-recursion): see above */
walk(ProtobufCMessage *message, Walk *state)
{
    state->depth++;
    state->deepest = MAX(state->deepest, state->depth);
    if (state->visit)
        state->visit(message, state->data);
    for (guint i = 0; i < message->descriptor->n_fields; i++) {
        gsize n;
        ProtobufCMessage **inner = members(message, &message->descriptor->fields[i], &n);

        for (gsize k = 0; k < n; k++)
            walk(inner[k], state);
    }
    state->depth--;
}

void
pga_message_each(ProtobufCMessage *message, PgaMessageVisit visit, gpointer data)
{
    Walk state = {.visit = visit, .data = data};

    walk(message, &state);
}

gsize
pga_message_depth(ProtobufCMessage *message)
{
    Walk state = {0};

    walk(message, &state);
    return state.deepest;
}
