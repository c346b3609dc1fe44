/* Splits, looks up and compares sets of words. */
#include "oidc/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "store/store.h"
#include "base/banned.h"

/* -- making -- */

static int by_word_then_place(const void *x, const void *y)
{
	const char *const *const *p = x, *const *const *q = y;
	int c = strcmp(**p, **q);

	return c ? c : (*p < *q ? -1 : *p > *q);
}

static void sort(struct arena *a, struct words *w)
{
	w->sorted = ARENA_ARRAY(a, const char **, w->count + 1);
	for (size_t i = 0; i < w->count; i++)
		w->sorted[i] = &w->at[i];
	qsort(w->sorted, w->count, sizeof(*w->sorted), by_word_then_place);
}

struct words words_of(struct arena *a, const char *text)
{
	struct words w = {0};

	if (!text)
		return w;
	w.at = arena_alloc(a, (strlen(text) / 2 + 1) * sizeof(*w.at));
	while (*(text += strspn(text, " "))) {
		size_t len = strcspn(text, " ");

		w.at[w.count++] = arena_copyn(a, text, len);
		text += len;
	}
	sort(a, &w);
	return w;
}

struct words words_of_list(struct arena *a, const json_t *texts)
{
	struct words w = {0};
	const json_t *text;
	size_t i;

	w.at = ARENA_ARRAY(a, const char *, json_array_size(texts) + 1);
	json_array_foreach(texts, i, text)
		w.at[w.count++] = json_string_value(text);
	sort(a, &w);
	return w;
}

err_t words_of_rows(struct arena *a, struct rows *rows, int column, struct words *out)
{
	size_t room = 8;
	err_t e;

	*out = (struct words){ .at = ARENA_ARRAY(a, const char *, room) };
	while (rows_next(rows)) {
		if (out->count == room) {
			const char **grown = ARENA_ARRAY(a, const char *, room *= 2);

			memcpy(grown, out->at, out->count * sizeof(*grown));
			out->at = grown;
		}
		out->at[out->count++] = arena_copy(a, rows_text(rows, column));
	}
	e = rows_end(rows);
	sort(a, out);
	return e;
}

/* -- asking -- */

int words_find(const struct words *w, const char *word)
{
	size_t low = 0, high = w->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(*w->sorted[middle], word) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < w->count && !strcmp(*w->sorted[low], word) ? (int)(w->sorted[low] - w->at) : -1;
}

bool words_have(const struct words *w, const char *word)
{
	return words_find(w, word) >= 0;
}

/* -- writing -- */

/* Moves the text of the buffer into the arena and releases the buffer. */
static const char *take_text(struct arena *a, struct buffer *b)
{
	const char *out = arena_copyn(a, buffer_str(b), b->len);

	buffer_done(b);
	return out;
}

const char *words_list(struct arena *a, const struct words *w)
{
	struct buffer b;
	struct json_out j;

	buffer_init(&b, WORDS_MAX);
	json_out_init(&j, &b);
	json_list(&j);
	for (size_t i = 0; i < w->count; i++)
		if (i == 0 || strcmp(*w->sorted[i], *w->sorted[i - 1]))
			json_text(&j, *w->sorted[i]);
	json_list_end(&j);
	return take_text(a, &b);
}

void words_append(struct buffer *to, const char *word)
{
	if (to->len > 0)
		buffer_char(to, ' ');
	buffer_text(to, word);
}

const char *words_text(struct arena *a, const struct words *w)
{
	return words_common(a, w, w, NULL);
}

const char *words_common(struct arena *a, const struct words *w, const struct words *x, const struct words *y)
{
	struct buffer b;

	buffer_init(&b, WORDS_MAX);
	for (size_t i = 0; i < w->count; i++)
		if (words_find(w, w->at[i]) == (int)i && words_have(x, w->at[i]) && (!y || words_have(y, w->at[i])))
			words_append(&b, w->at[i]);
	return take_text(a, &b);
}

const char *words_beyond(struct arena *a, const struct words *w, const struct words *x)
{
	struct buffer b;

	buffer_init(&b, WORDS_MAX);
	for (size_t i = 0; i < w->count; i++)
		if (words_find(w, w->at[i]) == (int)i && !words_have(x, w->at[i]))
			words_append(&b, w->at[i]);
	return take_text(a, &b);
}
