/* The types that every server has, and those of three extensions. */
#include "built_in_internal.h"

static const PgaBuiltInType built_in[] = {
    {"smallint", "int2", PGA_VALUE_INTEGER, 16, NULL},
    {"int2", "int2", PGA_VALUE_INTEGER, 16, NULL},
    {"smallserial", "int2", PGA_VALUE_INTEGER, 16, NULL},
    {"integer", "int4", PGA_VALUE_INTEGER, 32, NULL},
    {"int", "int4", PGA_VALUE_INTEGER, 32, NULL},
    {"int4", "int4", PGA_VALUE_INTEGER, 32, NULL},
    {"serial", "int4", PGA_VALUE_INTEGER, 32, NULL},
    {"bigint", "int8", PGA_VALUE_INTEGER, 64, NULL},
    {"int8", "int8", PGA_VALUE_INTEGER, 64, NULL},
    {"bigserial", "int8", PGA_VALUE_INTEGER, 64, NULL},
    {"numeric", "numeric", PGA_VALUE_NUMERIC, 0, NULL},
    {"decimal", "numeric", PGA_VALUE_NUMERIC, 0, NULL},
    {"real", "float4", PGA_VALUE_FLOAT, 32, NULL},
    {"float4", "float4", PGA_VALUE_FLOAT, 32, NULL},
    {"double precision", "float8", PGA_VALUE_FLOAT, 64, NULL},
    {"float8", "float8", PGA_VALUE_FLOAT, 64, NULL},
    {"float", "float8", PGA_VALUE_FLOAT, 64, NULL},
    {"text", "text", PGA_VALUE_TEXT, 0, NULL},
    {"character varying", "varchar", PGA_VALUE_TEXT, 0, NULL},
    {"varchar", "varchar", PGA_VALUE_TEXT, 0, NULL},
    {"character", "bpchar", PGA_VALUE_TEXT, 0, NULL},
    {"bpchar", "bpchar", PGA_VALUE_TEXT, 0, NULL},
    {"char", "char", PGA_VALUE_TEXT, 0, NULL},
    {"name", "name", PGA_VALUE_TEXT, 0, NULL},
    {"cstring", "cstring", PGA_VALUE_TEXT, 0, NULL},
    {"unknown", "unknown", PGA_VALUE_TEXT, 0, NULL},
    {"date", "date", PGA_VALUE_DATE, 0, NULL},
    {"timestamp", "timestamp", PGA_VALUE_TIMESTAMP, 0, NULL},
    {"timestamp without time zone", "timestamp", PGA_VALUE_TIMESTAMP, 0, NULL},
    {"timestamptz", "timestamptz", PGA_VALUE_TIMESTAMP, 0, NULL},
    {"timestamp with time zone", "timestamptz", PGA_VALUE_TIMESTAMP, 0, NULL},
    {"time", "time", PGA_VALUE_KEPT, 0, NULL},
    {"time without time zone", "time", PGA_VALUE_KEPT, 0, NULL},
    {"timetz", "timetz", PGA_VALUE_KEPT, 0, NULL},
    {"time with time zone", "timetz", PGA_VALUE_KEPT, 0, NULL},
    {"interval", "interval", PGA_VALUE_KEPT, 0, NULL},
    {"boolean", "bool", PGA_VALUE_KEPT, 0, NULL},
    {"bool", "bool", PGA_VALUE_KEPT, 0, NULL},
    {"bit", "bit", PGA_VALUE_KEPT, 0, NULL},
    {"bit varying", "varbit", PGA_VALUE_KEPT, 0, NULL},
    {"varbit", "varbit", PGA_VALUE_KEPT, 0, NULL},
    {"oid", "oid", PGA_VALUE_KEPT, 0, NULL},
    {"xid", "xid", PGA_VALUE_KEPT, 0, NULL},
    {"xid8", "xid8", PGA_VALUE_KEPT, 0, NULL},
    {"cid", "cid", PGA_VALUE_KEPT, 0, NULL},
    {"tid", "tid", PGA_VALUE_KEPT, 0, NULL},
    {"pg_lsn", "pg_lsn", PGA_VALUE_KEPT, 0, NULL},
    {"pg_snapshot", "pg_snapshot", PGA_VALUE_KEPT, 0, NULL},
    {"txid_snapshot", "txid_snapshot", PGA_VALUE_KEPT, 0, NULL},
    {"uuid", "uuid", PGA_VALUE_HEX, 0, NULL},
    {"bytea", "bytea", PGA_VALUE_HEX, 0, NULL},
    {"macaddr", "macaddr", PGA_VALUE_HEX, 0, NULL},
    {"macaddr8", "macaddr8", PGA_VALUE_HEX, 0, NULL},
    {"inet", "inet", PGA_VALUE_INET, 0, NULL},
    {"cidr", "cidr", PGA_VALUE_INET, 0, NULL},
    {"json", "json", PGA_VALUE_JSON, 0, NULL},
    {"jsonb", "jsonb", PGA_VALUE_JSONB, 0, NULL},
    {"tsvector", "tsvector", PGA_VALUE_TSVECTOR, 0, NULL},
    {"tsquery", "tsquery", PGA_VALUE_TSQUERY, 0, NULL},
    {"int2vector", "int2vector", PGA_VALUE_KEPT, 0, NULL},
    {"oidvector", "oidvector", PGA_VALUE_KEPT, 0, NULL},
    {"int4range", "int4range", PGA_VALUE_RANGE, 0, "int4"},
    {"int8range", "int8range", PGA_VALUE_RANGE, 0, "int8"},
    {"numrange", "numrange", PGA_VALUE_RANGE, 0, "numeric"},
    {"daterange", "daterange", PGA_VALUE_RANGE, 0, "date"},
    {"tsrange", "tsrange", PGA_VALUE_RANGE, 0, "timestamp"},
    {"tstzrange", "tstzrange", PGA_VALUE_RANGE, 0, "timestamptz"},
    {"int4multirange", "int4multirange", PGA_VALUE_MULTIRANGE, 0, "int4"},
    {"int8multirange", "int8multirange", PGA_VALUE_MULTIRANGE, 0, "int8"},
    {"nummultirange", "nummultirange", PGA_VALUE_MULTIRANGE, 0, "numeric"},
    {"datemultirange", "datemultirange", PGA_VALUE_MULTIRANGE, 0, "date"},
    {"tsmultirange", "tsmultirange", PGA_VALUE_MULTIRANGE, 0, "timestamp"},
    {"tstzmultirange", "tstzmultirange", PGA_VALUE_MULTIRANGE, 0, "timestamptz"},
};

/* In whatever schema the extension stands. A label path keeps its shape as a text does. */
static const PgaBuiltInType of_extensions[] = {
    {"citext", "citext", PGA_VALUE_TEXT, 0, NULL},
    {"hstore", "hstore", PGA_VALUE_HSTORE, 0, NULL},
    {"ltree", "ltree", PGA_VALUE_TEXT, 0, NULL},
};

static const PgaBuiltInType *
find(const PgaBuiltInType *table, guint n, const char *name)
{
    for (guint i = 0; i < n; i++)
        if (g_str_equal(table[i].name, name))
            return &table[i];
    return NULL;
}

const PgaBuiltInType *
pga_type_built_in(const char *name)
{
    return find(built_in, G_N_ELEMENTS(built_in), name);
}

const PgaBuiltInType *
pga_type_of_extension(const char *name)
{
    return find(of_extensions, G_N_ELEMENTS(of_extensions), name);
}
