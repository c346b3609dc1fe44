/* The buffer: room doubles up to `max`; the old place is wiped whenever the bytes move. */
#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/banned.h"

#define SMALLEST 256

void buffer_init(struct buffer *b, size_t max)
{
	*b = (struct buffer){ .max = max };
}

void buffer_done(struct buffer *b)
{
	if (b->data)
		explicit_bzero(b->data, b->len);
	free(b->data);
	*b = (struct buffer){ .max = b->max };
}

void buffer_clear(struct buffer *b)
{
	if (b->data)
		explicit_bzero(b->data, b->len);
	b->len = 0;
	b->full = false;
}

/* Makes room for `need` bytes, the NUL among them. `cap` counts the NUL, `max` does not. */
static void grow(struct buffer *b, size_t need)
{
	size_t cap = b->cap ? b->cap : SMALLEST;
	char *data;

	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (cap - 1 > b->max)
		cap = b->max + 1;
	data = malloc(cap);	/* realloc() would leave the bytes behind where they were */
	if (!data)
		log_fatal("out of memory: the system refused %zu bytes", cap);
	if (b->data) {
		memcpy(data, b->data, b->len + 1);
		explicit_bzero(b->data, b->len);
		free(b->data);
	}
	b->data = data;
	b->cap = cap;
}

/* The place for `n` more bytes and a NUL, or NULL. */
static inline char *room(struct buffer *b, size_t n)
{
	if (UNLIKELY(b->full || n > b->max - b->len || n >= SIZE_MAX - b->len)) {
		b->full = true;
		return NULL;
	}
	if (UNLIKELY(b->len + n >= b->cap))
		grow(b, b->len + n + 1);
	return b->data + b->len;
}

char *buffer_reserve(struct buffer *b, size_t n)
{
	char *at = room(b, n);

	if (at)
		at[0] = at[n] = '\0';
	return at;
}

void buffer__add(struct buffer *b, const void *bytes, size_t n)
{
	char *at = room(b, n);

	if (!at)
		return;
	if (n)
		memcpy(at, bytes, n);
	at[n] = '\0';
	b->len += n;
}

void buffer_text(struct buffer *b, const char *s)
{
	buffer_add(b, s, strlen(s));
}

void buffer__texts(struct buffer *b, const char *const *texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buffer_text(b, texts[i]);
}

/* Two digits a division: each row of a list has two times of thirteen digits. */
void buffer_int(struct buffer *b, int64_t n)
{
	static const char pairs[] =
		"00010203040506070809" "10111213141516171819" "20212223242526272829" "30313233343536373839"
		"40414243444546474849" "50515253545556575859" "60616263646566676869" "70717273747576777879"
		"80818283848586878889" "90919293949596979899";
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	char digits[20], *at = digits + sizeof(digits);	/* "-9223372036854775808" */

	for (; left >= 10; left /= 100) {
		at -= 2;
		memcpy(at, pairs + 2 * (left % 100), 2);
	}
	if (left || at == digits + sizeof(digits))
		*--at = (char)('0' + left);
	if (n < 0)
		*--at = '-';
	buffer_add(b, at, (size_t)(digits + sizeof(digits) - at));
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
	size_t have = b->full ? 0 : b->cap - b->len;
	va_list args;
	char *at;
	int n;

	va_start(args, format);
	n = vsnprintf(have ? b->data + b->len : NULL, have, format, args);
	va_end(args);
	if (n < 0)
		return;
	at = room(b, (size_t)n);
	if (!at) {
		if (b->data)
			b->data[b->len] = '\0';	/* the part that was written does not count */
		return;
	}
	if ((size_t)n >= have) {
		va_start(args, format);
		vsnprintf(at, (size_t)n + 1, format, args);
		va_end(args);
	}
	b->len += (size_t)n;
}

const char *buffer_str(const struct buffer *b)
{
	if (!b->data)
		return "";
	b->data[b->len] = '\0';		/* a caller that wrote into reserved room may have left it out */
	return b->data;
}

char *buffer_take(struct buffer *b, size_t *len)
{
	char *data;

	if (!b->data)
		grow(b, 1);
	data = b->data;
	data[b->len] = '\0';
	if (len)
		*len = b->len;
	buffer_init(b, b->max);
	return data;
}
