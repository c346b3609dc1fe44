/*
 * words.h - sets of words, as a scope is one: a text with blanks between them, or a JSON list.
 *
 * Both come from outside and may be long, so that looking a word up bisects. All of it lives in the arena.
 */
#ifndef OIDC_WORDS_H
#define OIDC_WORDS_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"

struct buffer;
struct rows;

#define WORDS_MAX MIB(2)	/* bytes of a text that is put together; a body is much shorter */

struct words {
	const char **at;		/* in the order in which they came; a word may repeat */
	const char ***sorted;		/* places in `at`, by word and then by place */
	size_t count;
};

/* Splits a text at its blanks; NULL has no words. */
struct words words_of(struct arena *a, const char *text);
/* The texts of a list, borrowed from it; NULL has none. */
struct words words_of_list(struct arena *a, const json_t *texts);
/* The texts of a column, of all rows that are left; closes the rows. */
NODISCARD err_t words_of_rows(struct arena *a, struct rows *rows, int column, struct words *out);
/* The place of a word, the first of equal ones; -1: it is not there. */
int words_find(const struct words *w, const char *word);
bool words_have(const struct words *w, const char *word);
/* The different words as a JSON list, for a statement. */
const char *words_list(struct arena *a, const struct words *w);
/* The different words as a text, each once, in their order; "" for none. */
const char *words_text(struct arena *a, const struct words *w);
/* The words of `w` that the others have too, each once, in the order of `w`; "" for none. `y` NULL: it has all. */
const char *words_common(struct arena *a, const struct words *w, const struct words *x, const struct words *y);
/* The words of `w` that `x` does not have, each once, in the order of `w`; "" for none. */
const char *words_beyond(struct arena *a, const struct words *w, const struct words *x);
/* Adds a word, or several, to a text, with a blank between. */
void words_append(struct buffer *to, const char *word);

#endif
