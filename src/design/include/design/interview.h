/* Few questions whose answers make a requirements file; no terminal here. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

#define PGA_INTERVIEW_QUESTIONS 7

typedef struct {
    const char *field; /* of the requirements file */
    const char *text;
    const char *default_;
} PgaInterviewQuestion;

/* @i below PGA_INTERVIEW_QUESTIONS. Static. */
const PgaInterviewQuestion *pga_interview_question(guint i);

/* @answers: one for each question, NULL for its default. PGA_ERROR_INPUT when the requirements that
 * they make cannot be read, or contradict each other. */
gboolean pga_interview_check(const char *const *answers, GError **error);

/* (transfer full) (nullable): the file's text, with what is assumed as comments. PGA_ERROR_INPUT as
 * above. */
char *pga_interview_write(const char *const *answers, GError **error);

G_END_DECLS
