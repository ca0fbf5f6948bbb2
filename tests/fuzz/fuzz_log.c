/* Any bytes as a log, plain or packed: refused with an error, or read to statements with texts that
 * lie in memory; read again with each part of the answer as an option. */
#include <parse/log.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

/** What must hold of every statement. */
typedef struct {
    guint64 n, n_bytes, sum;
} Seen;

static gboolean
take(gpointer self, const PgaLogStatement *statement, G_GNUC_UNUSED GError **error)
{
    Seen *seen = self;

    g_assert_cmpuint(statement->length, >, 0);
    g_assert_cmpuint(statement->line, >, 0);
    g_assert_true(statement->parameters || statement->parameters_length == 0);
    for (gsize i = 0; i < statement->length; i++) /* touched, for the sanitizer */
        seen->sum += (guint8)statement->text[i];
    for (gsize i = 0; i < statement->parameters_length; i++)
        seen->sum += (guint8)statement->parameters[i];
    seen->n_bytes += statement->user ? strlen(statement->user) : 0;
    seen->n_bytes += statement->database ? strlen(statement->database) : 0;
    seen->n++;
    return TRUE;
}

static gboolean
read_log(const PgaLogOptions *options, PgaLogSummary *summary)
{
    g_autoptr(GError) error = NULL;
    Seen seen = {0};
    const gboolean done = pga_log_read(options, take, &seen, summary, &error);

    g_assert_true(done == (error == NULL));
    if (done)
        g_assert_cmpuint(seen.n, ==, summary->n_statements);
    return done;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    PgaLogOptions options = {.path = path};
    g_auto(PgaLogSummary) first = {0}, second = {0};

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, data, size), ==, size);
    g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
    pga_log_looks_like_one(path, NULL);
    if (read_log(&options, &first) && first.format == PGA_LOG_STDERR && first.prefix) {
        options.prefix = first.prefix;
        options.database = "shop";
        read_log(&options, &second);
    }
    options.prefix = "%t:%r:%u@%d:[%p]:%q%a";
    pga_log_summary_clear(&second);
    read_log(&options, &second);
    close(fd);
    return 0;
}
