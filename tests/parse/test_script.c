/* Where statements begin and end, what counts as rows, which files are refused and with what words.
 */
#include "parse/script.h"
#include <base/error.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    const char *name, *text;
    const char *want; /* one line each: kind line:column [relation=rows] text */
} Case;

static char *
describe(const PgaScript *script)
{
    static const char *const kinds[] = {"sql", "rows", "meta"};
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < script->statements->len; i++) {
        const PgaStatement *s = &g_array_index(script->statements, PgaStatement, i);

        g_string_append_printf(out, "%s %u:%u ", kinds[s->kind], s->line, s->column);
        if (s->kind == PGA_STATEMENT_ROWS)
            g_string_append_printf(out, "%s=%" G_GUINT64_FORMAT " ",
                                   s->relation ? s->relation : "?", s->n_rows);
        g_string_append_len(out, s->text, (gssize)s->length);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static PgaScript *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    PgaScript *script = pga_script_parse(text, strlen(text), "shop.sql", &error);

    g_assert_no_error(error);
    g_assert_nonnull(script);
    return script;
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaScript) script = parse(c->text);
    g_autofree char *got = describe(script);

    g_assert_cmpstr(got, ==, c->want);
}

static const Case cases[] = {
    {"semicolons", "a;\n ;; b c ;\n  d", "sql 1:1 a\nsql 2:5 b c\nsql 3:3 d\n"},
    {"windows-lines", "a\r\n;\r\nb;\r\n", "sql 1:1 a\nsql 3:1 b\n"},
    {"byte-order-mark",
     "\xef\xbb\xbf"
     "a;",
     "sql 1:1 a\n"},
    {"column-in-characters", "/* é表 */ a; b;", "sql 1:10 a\nsql 1:13 b\n"},
    {"string", "a 'x;''y;' ; b", "sql 1:1 a 'x;''y;'\nsql 1:14 b\n"},
    {"backslash-in-plain-string", "a 'x\\'; b", "sql 1:1 a 'x\\'\nsql 1:9 b\n"},
    {"escape-string", "a E'x\\';y''z'; b", "sql 1:1 a E'x\\';y''z'\nsql 1:16 b\n"},
    {"escape-string-goes-on", "a e'x' -- why\n 'y\\';'; b",
     "sql 1:1 a e'x' -- why\n 'y\\';'\nsql 2:10 b\n"},
    {"escape-string-ends-on-its-line", "a e'x' 'y\\'; b", "sql 1:1 a e'x' 'y\\'\nsql 1:14 b\n"},
    {"name-ending-in-e", "a type'x\\'; b", "sql 1:1 a type'x\\'\nsql 1:13 b\n"},
    {"unicode-string", "a U&'x\\'; b", "sql 1:1 a U&'x\\'\nsql 1:11 b\n"},
    {"quoted-identifier", "a \"x;\"\";\"; b", "sql 1:1 a \"x;\"\";\"\nsql 1:12 b\n"},
    {"dollar-quotes", "a $$;'$$; b $é1_$;$$;$é1_$; c",
     "sql 1:1 a $$;'$$\nsql 1:11 b $é1_$;$$;$é1_$\nsql 1:29 c\n"},
    {"dollar-in-identifier", "a x$y$; b z$$;", "sql 1:1 a x$y$\nsql 1:9 b z$$\n"},
    {"dollar-parameter", "a $1; b $2$;", "sql 1:1 a $1\nsql 1:7 b $2$\n"},
    {"line-comments", "-- a;\nb -- c;\n; d --e", "sql 2:1 b\nsql 3:3 d\n"},
    {"nested-comments", "/* a /* ; */ ; */ b /**/ c;", "sql 1:19 b /**/ c\n"},
    {"comment-behind-operator", "a +-- ;\n b; c */* ; */ d;",
     "sql 1:1 a +-- ;\n b\nsql 2:5 c */* ; */ d\n"},
    {"parentheses", "CREATE RULE r AS ON INSERT TO t DO (a; b); c);",
     "sql 1:1 CREATE RULE r AS ON INSERT TO t DO (a; b)\nsql 1:44 c)\n"},
    {"begin-atomic",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; "
     "b;",
     "sql 1:1 CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT "
     "2; END\nsql 1:92 b\n"},
    {"begin-atomic-procedure", "create or replace procedure p() begin\n atomic a; end; b;",
     "sql 1:1 create or replace procedure p() begin\n atomic a; end\nsql 2:17 b\n"},
    {"begin-elsewhere",
     "BEGIN; CREATE TABLE atomic (x int); END; CREATE FUNCTION begin() LANGUAGE c; x",
     "sql 1:1 BEGIN\nsql 1:8 CREATE TABLE atomic (x int)\nsql 1:37 END\n"
     "sql 1:42 CREATE FUNCTION begin() LANGUAGE c\nsql 1:78 x\n"},
    {"copy", "COPY public.\"T;\" (a, b) FROM stdin;\n1\t';\n2\t\\\\.\n\n\\.\nb;",
     "rows 1:1 public.\"T;\"=3 COPY public.\"T;\" (a, b) FROM stdin\nsql 6:1 b\n"},
    {"copy-options",
     "copy binary t from STDIN with (format csv, header true); -- rows\r\na\r\n1\r\n\\.\r\nb",
     "rows 1:1 t=1 copy binary t from STDIN with (format csv, header true)\nsql 5:1 b\n"},
    {"copy-header-off", "copy t from stdin (header off);\na\n1\n\\.\n",
     "rows 1:1 t=2 copy t from stdin (header off)\n"},
    {"copy-without-rows", "COPY t FROM stdin;\n\\.\n", "rows 1:1 t=0 COPY t FROM stdin\n"},
    {"copy-elsewhere", "COPY t FROM '/stdin'; COPY (SELECT 1 FROM stdin) TO stdout; b",
     "sql 1:1 COPY t FROM '/stdin'\nsql 1:23 COPY (SELECT 1 FROM stdin) TO stdout\nsql 1:61 b\n"},
    {"psql-copy", "\\copy t (a) from stdin\n1\n\\.\n\\copy t to 'f'\nb",
     "rows 1:1 t=1 \\copy t (a) from stdin\nmeta 4:1 \\copy t to 'f'\nsql 5:1 b\n"},
    {"insert",
     "INSERT INTO public . t (a, \"values\") VALUES (1, (2)), ((3), 'x),(') ON CONFLICT (a) DO "
     "NOTHING;",
     "rows 1:1 public.t=2 INSERT INTO public . t (a, \"values\") VALUES (1, (2)), ((3), 'x),(') ON "
     "CONFLICT (a) DO NOTHING\n"},
    {"insert-default-values", "insert into t default values returning (a)",
     "rows 1:1 t=1 insert into t default values returning (a)\n"},
    {"insert-select", "insert into t as x select * from (values (1)) v, (values (2)) w",
     "rows 1:1 t=0 insert into t as x select * from (values (1)) v, (values (2)) w\n"},
    {"inserts-in-a-row",
     "insert into t values (1);\ninsert into t values (2),(3);\ninsert into u values (4);",
     "rows 1:1 t=3 insert into t values (1)\nrows 3:1 u=1 insert into u values (4)\n"},
    {"psql-commands", "\\restrict abc\n\\connect 'a \\\\ b' \n a; \\echo b; \\\\ c; \\d",
     "meta 1:1 \\restrict abc\nmeta 2:1 \\connect 'a \\\\ b'\nsql 3:2 a\n"
     "meta 3:5 \\echo b;\nsql 3:17 c\nmeta 3:20 \\d\n"},
    {"psql-sends", "a \\gx\nb\n\\watch 1\nc \\crosstabview",
     "sql 1:1 a\nmeta 1:3 \\gx\nsql 2:1 b\nmeta 3:1 \\watch 1\nsql 4:1 c\nmeta 4:3 "
     "\\crosstabview\n"},
    {"psql-escaped-semicolon", "a \\; b; c", "sql 1:1 a \\; b\nsql 1:9 c\n"},
    {"numbers", "a 1e5 0x1F 1_000 1.5; b", "sql 1:1 a 1e5 0x1F 1_000 1.5\nsql 1:23 b\n"},
    {"complete-dump",
     "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 17.5 "
     "(Debian)\na;\n--\n"
     "-- PostgreSQL database dump complete\r\n--\n",
     "sql 6:1 a\n"},
    {"dumpall",
     "-- PostgreSQL database cluster dump\n-- PostgreSQL database dump\na;\n"
     "-- PostgreSQL database dump complete\n-- PostgreSQL database cluster dump complete\n",
     "sql 3:1 a\n"},
    {"dump-in-a-body", "a $$\n-- PostgreSQL database dump\n$$;",
     "sql 1:1 a $$\n-- PostgreSQL database dump\n$$\n"},
};

typedef struct {
    const char *name, *text;
    gsize length; /* 0: as strlen() */
    const char *message, *detail;
} Refusal;

static const Refusal refusals[] = {
    {"empty", "", 0, "\"shop.sql\" holds no statement", NULL},
    {"only-comments", "-- a\n/* b */ ;;\n", 0, "\"shop.sql\" holds no statement", NULL},
    {"in-string", "a;\n b 'c;\n", 0, "\"shop.sql\" ends inside a quoted string",
     "It begins on line 2, column 4."},
    {"in-escape-string", "a e'c\\'", 0, "\"shop.sql\" ends inside a quoted string",
     "It begins on line 1, column 3."},
    {"in-escape-string-backslash", "a e'\\", 0, "\"shop.sql\" ends inside a quoted string",
     "It begins on line 1, column 3."},
    {"in-identifier", "a \"b", 0, "\"shop.sql\" ends inside a quoted identifier",
     "It begins on line 1, column 3."},
    {"in-dollar-quotes", "a $x$ $y$", 0, "\"shop.sql\" ends inside a dollar-quoted string",
     "It begins on line 1, column 3."},
    {"in-comment", "a;\n/* /* */", 0, "\"shop.sql\" ends inside a comment",
     "It begins on line 2, column 1."},
    {"in-parentheses", "a;\n\nb (c; d;", 0, "\"shop.sql\" ends inside a statement",
     "It begins on line 3, column 1."},
    {"in-begin-atomic", "create function f() begin atomic a;", 0,
     "\"shop.sql\" ends inside a statement", "It begins on line 1, column 1."},
    {"in-copy", "a; COPY t FROM stdin;\n1\n2", 0, "\"shop.sql\" ends inside the data of COPY",
     "The COPY begins on line 1, column 4."},
    {"in-copy-before-data", "COPY t FROM stdin", 0, "\"shop.sql\" ends inside the data of COPY",
     "The COPY begins on line 1, column 1."},
    {"text-behind-copy", "COPY t FROM stdin; b;\n1\n\\.\n", 0,
     "\"shop.sql\" has text behind COPY on the same line", "Line 1, column 20."},
    {"dump-cut-in-statement", "-- PostgreSQL database dump\na;\nb c", 0,
     "\"shop.sql\" ends inside a statement", "It begins on line 3, column 1."},
    {"dump-cut-between-statements", "-- PostgreSQL database dump\na;\n", 0,
     "\"shop.sql\" is truncated",
     "It has the first line of a dump, but not its last, \"-- PostgreSQL database dump "
     "complete\"."},
    {"command-in-statement", "a (\n\\d\n);", 0,
     "\"shop.sql\" has a backslash command inside a statement", "Line 2, column 1."},
    {"command-in-copy", "COPY t FROM stdin \\g\n1\n\\.\n", 0,
     "\"shop.sql\" has a backslash command inside a statement", "Line 1, column 19."},
    {"latin1", "a;\nb 'caf\xe9';", 0, "\"shop.sql\" is not encoded in UTF-8",
     "Line 2, column 7 holds the byte 0xE9."},
    {"nul-bytes", "a\0b", 3, "\"shop.sql\" is not SQL text", "It holds NUL bytes."},
    {"custom-format", "PGDMP\x01\x0e", 0, "\"shop.sql\" is not SQL text",
     "It is a dump in pg_dump's custom format."},
    {"gzip", "\x1f\x8b\x08", 0, "\"shop.sql\" is not SQL text", "It is compressed by gzip."},
    {"zstd", "\x28\xb5\x2f\xfd", 0, "\"shop.sql\" is not SQL text", "It is compressed by zstd."},
    {"lz4", "\x04\x22\x4d\x18", 0, "\"shop.sql\" is not SQL text", "It is compressed by lz4."},
    {"xz",
     "\xfd"
     "7zXZ",
     6, "\"shop.sql\" is not SQL text", "It is compressed by xz."},
    {"bzip2", "BZh91AY", 0, "\"shop.sql\" is not SQL text", "It is compressed by bzip2."},
    {"utf-16",
     "\xff\xfe"
     "a",
     4, "\"shop.sql\" is not SQL text", "It is encoded in UTF-16."},
    {"utf-16-big-endian", "\xfe\xff\0a", 4, "\"shop.sql\" is not SQL text",
     "It is encoded in UTF-16."},
    {"utf-32", "\xff\xfe\0\0", 4, "\"shop.sql\" is not SQL text", "It is encoded in UTF-32."},
    {"tar-format", "toc.dat\0\0", 9, "\"shop.sql\" is not SQL text",
     "It is a dump in pg_dump's tar format."},
};

static void
test_refusal(gconstpointer data)
{
    const Refusal *c = data;
    g_autoptr(GError) error = NULL;
    const gsize length = c->length > 0 ? c->length : strlen(c->text);

    g_assert_null(pga_script_parse(c->text, length, "shop.sql", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, c->message);
    g_assert_cmpstr(pga_error_get_detail(error), ==, c->detail);
}

static void
test_dumped_from(void)
{
    g_autoptr(PgaScript) dump = parse("-- Dumped from database version 9.6.24\na;");
    g_autoptr(PgaScript) newer = parse("-- Dumped from database version 18beta1\na;");
    g_autoptr(PgaScript) other = parse("a;");

    g_assert_cmpuint(dump->dumped_from, ==, 9);
    g_assert_cmpuint(newer->dumped_from, ==, 18);
    g_assert_cmpuint(other->dumped_from, ==, 0);
}

static void
test_position(void)
{
    g_autoptr(PgaScript) script = parse("\n  a 'é'\n b");
    const PgaStatement *statement = &g_array_index(script->statements, PgaStatement, 0);
    static const guint want[][3] = {{0, 2, 3}, {1, 2, 3}, {5, 2, 7},
                                    {7, 3, 1}, {8, 3, 2}, {99, 3, 3}};

    for (guint i = 0; i < G_N_ELEMENTS(want); i++) {
        guint line, column;

        pga_statement_position(statement, want[i][0], &line, &column);
        g_assert_cmpuint(line, ==, want[i][1]);
        g_assert_cmpuint(column, ==, want[i][2]);
    }
}

/* A file that is not what it should be: the message names it, the hint is a command for it. */
static void
assert_refused(const char *path, const char *detail, const char *hint)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_script_open(path, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_cmpstr(pga_error_get_detail(error), ==, detail);
    g_assert_cmpstr(pga_error_get_hint(error), ==, hint);
}

static void
test_files(void)
{
    g_autofree char *folder = g_dir_make_tmp("pga-script-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "shop.sql", NULL);
    g_autofree char *odd = g_build_filename(folder, "my shop.dump", NULL);
    g_autofree char *toc = g_build_filename(folder, "toc.dat", NULL);
    g_autofree char *folder_hint =
        g_strdup_printf("Make SQL of it: pg_restore -s -f schema.sql %s", folder);
    g_autofree char *odd_hint =
        g_strdup_printf("Make SQL of it: pg_restore -s -f schema.sql '%s'", odd);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaScript) script = NULL;

    assert_refused(file, NULL, NULL);
    assert_refused(folder, NULL, NULL);
    assert_refused("/dev/null", NULL, NULL);
    g_assert_true(g_file_set_contents(toc, "PGDMP", -1, NULL));
    assert_refused(folder, "It is a dump in pg_dump's directory format.", folder_hint);
    g_assert_true(g_file_set_contents(odd, "PGDMP", -1, NULL));
    assert_refused(odd, "It is a dump in pg_dump's custom format.", odd_hint);
    g_assert_true(g_file_set_contents(file, "", 0, NULL));
    assert_refused(file, NULL, NULL);
    g_assert_true(g_file_set_contents(file, "a;\nb", -1, NULL));
    script = pga_script_open(file, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(script->name, ==, file);
    g_assert_cmpuint(script->statements->len, ==, 2);
    g_unlink(file);
    g_unlink(odd);
    g_unlink(toc);
    g_rmdir(folder);
}

static void
test_pipe(void)
{
    int ends[2];
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaScript) script = NULL;

    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(write(ends[1], "a; b;", 5), ==, 5);
    close(ends[1]);
    path = g_strdup_printf("/proc/self/fd/%d", ends[0]);
    script = pga_script_open(path, &error);
    close(ends[0]);
    g_assert_no_error(error);
    g_assert_cmpuint(script->statements->len, ==, 2);
}

static void
test_too_many(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i <= 2000000; i++)
        g_string_append(text, "a;");
    g_assert_null(pga_script_parse(text->str, text->len, "shop.sql", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, "\"shop.sql\" holds more than 2000000 statements");
}

/* A tar archive shows its mark only behind the first name. */
static void
test_tar(void)
{
    g_autofree char *name = g_strnfill(257, 'x');
    g_autofree char *text = g_strconcat(name, "ustar", name, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_script_parse(text, strlen(text), "-a b.tar", &error));
    g_assert_cmpstr(pga_error_get_detail(error), ==, "It is a tar archive.");
    g_assert_cmpstr(pga_error_get_hint(error), ==, "Unpack it first: tar -xf '-a b.tar'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strconcat("/parse/script/cuts/", cases[i].name, NULL);

        g_test_add_data_func(name, &cases[i], test_case);
    }
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *name = g_strconcat("/parse/script/refuses/", refusals[i].name, NULL);

        g_test_add_data_func(name, &refusals[i], test_refusal);
    }
    g_test_add_func("/parse/script/refuses/too-many-statements", test_too_many);
    g_test_add_func("/parse/script/refuses/tar-archive", test_tar);
    g_test_add_func("/parse/script/version-of-the-dumped-server", test_dumped_from);
    g_test_add_func("/parse/script/position-in-a-statement", test_position);
    g_test_add_func("/parse/script/files-and-folders", test_files);
    g_test_add_func("/parse/script/pipe", test_pipe);
    return g_test_run();
}
