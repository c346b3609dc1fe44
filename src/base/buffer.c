/*
 * The buffer: room grows up to `max`; the old place is wiped whenever the bytes move. A large place is pages of its
 * own: they grow without a copy, and go back to the system at once.
 */
#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/budget.h"
#include "base/log.h"
#include "base/banned.h"

#define SMALLEST 256
#define NEVER_REFUSED KIB(16)
#define WORTH_FITTING KIB(64)
#define LARGE KIB(256)

void buffer_init(struct buffer *b, size_t max)
{
	*b = (struct buffer){ .max = max };
}

/* -- places -- */

static bool is_large(size_t cap)
{
	return cap >= LARGE;
}

/* A place of `cap` bytes for a buffer that has none, or of two large ones the same with another size. */
static char *place_new(struct buffer *b, size_t cap)
{
	void *p;

	if (!is_large(cap))
		p = malloc(cap);
	else if (is_large(b->cap))
		p = mremap(b->data, b->cap, cap, MREMAP_MAYMOVE);
	else
		p = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!p || p == MAP_FAILED)
		log_fatal("out of memory: the system refused %zu bytes", cap);
	return p;
}

/* Gives the place back. Pages are wiped by the system before anybody has them again. */
static void place_free(struct buffer *b)
{
	if (!b->data)
		return;
	if (is_large(b->cap)) {
		munmap(b->data, b->cap);
		return;
	}
	explicit_bzero(b->data, b->len);
	free(b->data);
}

/* Moves the bytes to a place of `cap` bytes. realloc() would leave them behind where they were. */
static void move(struct buffer *b, size_t cap)
{
	bool stays = is_large(b->cap) && is_large(cap);
	char *data = place_new(b, cap);

	if (b->data && !stays) {
		memcpy(data, b->data, b->len + 1);
		place_free(b);
	}
	b->data = data;
	b->cap = cap;
}

/* -- growing -- */

void buffer_done(struct buffer *b)
{
	place_free(b);
	if (b->charge)
		charge_drop(b->charge, b->cap);
	*b = (struct buffer){ .max = b->max, .charge = b->charge };
}

void buffer_clear(struct buffer *b)
{
	if (b->data)
		explicit_bzero(b->data, b->len);
	b->len = 0;
	b->full = false;
}

/* Whether the buffer may hold `cap` bytes: it has no charge, or the charge takes them. */
static bool charge_growth(struct buffer *b, size_t cap)
{
	if (!b->charge)
		return true;
	if (cap > NEVER_REFUSED)
		return charge_add(b->charge, cap - b->cap);
	charge_note(b->charge, cap - b->cap);
	return true;
}

/* The next size. A large place grows without a copy, so it takes little that may not be used. */
static size_t next_size(size_t cap)
{
	return is_large(cap) ? cap + cap / 4 : cap * 2;
}

/* Makes room for `need` bytes, the NUL among them. `cap` counts the NUL, `max` does not. False: it is full now. */
static bool grow(struct buffer *b, size_t need)
{
	size_t cap = b->cap ? b->cap : SMALLEST;

	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : next_size(cap);
	if (cap - 1 > b->max)
		cap = b->max + 1;
	b->full = !charge_growth(b, cap);
	if (!b->full)
		move(b, cap);
	return !b->full;
}

void buffer_fit(struct buffer *b)
{
	size_t before = b->cap;

	if (before < WORTH_FITTING || b->len >= before / 2)
		return;
	b->data[b->len] = '\0';
	move(b, b->len + 1);
	if (b->charge)
		charge_drop(b->charge, before - b->cap);
}

/* The place for `n` more bytes and a NUL, or NULL. */
static inline char *room(struct buffer *b, size_t n)
{
	if (UNLIKELY(b->full || n > b->max - b->len || n >= SIZE_MAX - b->len)) {
		b->full = true;
		return NULL;
	}
	if (UNLIKELY(b->len + n >= b->cap) && !grow(b, b->len + n + 1))
		return NULL;
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

/* Moves the bytes to where free() takes them, if they are in pages of their own. */
static char *take_bytes(struct buffer *b)
{
	char *data = b->data;

	if (is_large(b->cap)) {
		data = malloc(b->len + 1);
		if (!data)
			log_fatal("out of memory: the system refused %zu bytes", b->len + 1);
		memcpy(data, b->data, b->len);
		place_free(b);
	}
	data[b->len] = '\0';
	return data;
}

char *buffer_take(struct buffer *b, size_t *len)
{
	char *data;

	if (b->charge)
		charge_drop(b->charge, b->cap);
	b->charge = NULL;
	if (!b->data)
		grow(b, 1);
	data = take_bytes(b);
	if (len)
		*len = b->len;
	buffer_init(b, b->max);
	return data;
}
