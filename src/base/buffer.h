/*
 * buffer.h - bytes that grow up to a limit that buffer_init() states.
 *
 * A buffer that would pass its limit takes no more and stays `full`: so the calls that append need no check each, and
 * the caller looks at `full` once at the end. Bytes are wiped when the buffer ends, is emptied or moves to a
 * larger place: bodies hold passwords.
 *
 * A buffer with a charge (budget.h) takes its memory there; when that is refused, it is full, and charge->refused says
 * which limit it was. What is small is noted and never refused, so that every refusal can be written.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdarg.h>
#include <string.h>

#include "base/base.h"

struct charge;

struct buffer {
	char *data;		/* always ended by a NUL that `len` does not count; NULL while empty */
	size_t len, cap, max;
	bool full;
	struct charge *charge;	/* borrowed; NULL: none */
};

void buffer_init(struct buffer *b, size_t max);
void buffer_done(struct buffer *b);	/* fine on a zeroed one */
void buffer_clear(struct buffer *b);	/* empty again, memory kept */
void buffer_fit(struct buffer *b);	/* the same bytes in a place of their size, when that is worth it */
/* Room for `n` more bytes (behind data + len), or NULL and `full`. The caller writes and moves `len` on. */
char *buffer_reserve(struct buffer *b, size_t n);
static inline void buffer_add(struct buffer *b, const void *bytes, size_t n);
void buffer_text(struct buffer *b, const char *s);
/* Several texts, one behind the other, for a tenth of what buffer_printf() costs. */
#define buffer_texts(b, ...) \
	buffer__texts(b, (const char *const[]){ __VA_ARGS__ }, ARRAY_LEN(((const char *const[]){ __VA_ARGS__ })))
void buffer__texts(struct buffer *b, const char *const *texts, size_t n);
static inline void buffer_char(struct buffer *b, char c);
void buffer_int(struct buffer *b, int64_t n);
void buffer_printf(struct buffer *b, const char *format, ...) PRINTF(2, 3);
/* "" for an empty one, never NULL. */
const char *buffer_str(const struct buffer *b);
/*
 * Moves the bytes out; the caller frees them: free(), or secret_free() where it matters. The buffer is empty
 * afterwards, and its charge holds nothing of them.
 */
char *buffer_take(struct buffer *b, size_t *len);

void buffer__add(struct buffer *b, const void *bytes, size_t n);	/* when the buffer must grow, or is full */

static inline void buffer_add(struct buffer *b, const void *bytes, size_t n)
{
	if (UNLIKELY(n == 0 || b->full || n >= b->cap - b->len || n > b->max - b->len)) {
		buffer__add(b, bytes, n);
		return;
	}
	memcpy(b->data + b->len, bytes, n);
	b->data[b->len += n] = '\0';
}

static inline void buffer_char(struct buffer *b, char c)
{
	if (UNLIKELY(b->full || b->len + 1 >= b->cap || b->len >= b->max)) {
		buffer_add(b, &c, 1);
		return;
	}
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

#endif
