/* Trees as messages: every node, whatever its kind. */
#pragma once
#include <glib.h>
#include <protobuf-c/protobuf-c.h>

typedef void (*PgaMessageVisit)(ProtobufCMessage *message, gpointer data);

/* The message before those in it, which are looked for when the visit is over. */
void pga_message_each(ProtobufCMessage *message, PgaMessageVisit visit, gpointer data);

/* How many messages stand inside of each other at most. */
gsize pga_message_depth(ProtobufCMessage *message);
