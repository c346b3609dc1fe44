/*
 * answer.h - a question of the server and its answer, both JSON. The question: { do: "response" | "metadata" |
 * "certificate", ... }; response.h and metadata.h have the members. The answer: { answer: {...} } or
 * { refusal: { code, message } }.
 */
#ifndef SAML_ANSWER_H
#define SAML_ANSWER_H

#include <stddef.h>

/* The answer as text, ended by NUL; NULL: out of memory. Yours: free(). */
char *saml_answer(const char *question, size_t len);

#endif
