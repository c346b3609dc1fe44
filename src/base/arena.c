/* Blocks of memory that are wiped and freed together, and what is to run at their end. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/*
 * Blocks in a list, newest first; the oldest also holds the struct itself, so that
 * a new arena is one malloc. Memory is cut from [at, end) of the newest small block;
 * a piece too large for that gets a block of its own behind it. Under
 * AddressSanitizer what is not handed out is poisoned: reading past a piece, or a
 * piece of an arena that was reset, is found.
 */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define GAP alignof(max_align_t)	/* between two pieces, never handed out */
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP 0
#endif

#include "base/banned.h"

#define FIRST_BLOCK KIB(16)
#define LARGEST_STEP KIB(256)	/* blocks double up to here */

struct block {
	struct block *next;
	size_t used;	/* bytes handed out; of the block in use it is known only when it ends */
	alignas(max_align_t) char bytes[];
};

struct deferred {
	struct deferred *before;
	void (*end)(void *what);
	void *what;
};

struct arena {
	char *at, *end;
	struct block *newest, *in_use;	/* in_use: NULL while it is the first */
	size_t first_used;
	struct deferred *deferred;	/* the last one registered */
	size_t step;	/* size of the next block */
	alignas(max_align_t) char first[];
};

static size_t align_up(size_t n)
{
	return (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static void *must_malloc(size_t size)
{
	void *p = malloc(size);

	if (!p)
		log_fatal("out of memory: the system refused %zu bytes", size);
	return p;
}

static void start_over(struct arena *a)
{
	a->at = a->first;
	a->end = (char *)a + FIRST_BLOCK;
	a->newest = a->in_use = NULL;
	a->deferred = NULL;
	a->step = 2 * FIRST_BLOCK;
	POISON(a->at, (size_t)(a->end - a->at));
}

struct arena *arena_new(void)
{
	struct arena *a = must_malloc(FIRST_BLOCK);

	start_over(a);
	return a;
}

/* Records how many bytes of the block in use were handed out: before another takes its place, or before wiping. */
static void leave_block(struct arena *a)
{
	if (a->in_use)
		a->in_use->used = (size_t)(a->at - a->in_use->bytes);
	else
		a->first_used = (size_t)(a->at - a->first);
}

static void wipe(char *bytes, size_t n)
{
	UNPOISON(bytes, n);
	explicit_bzero(bytes, n);
}

/* Wipes all that was handed out and frees every block but the first. */
static void wipe_all(struct arena *a)
{
	struct block *b, *next;

	leave_block(a);
	for (b = a->newest; b; b = next) {
		next = b->next;
		wipe(b->bytes, b->used);
		free(b);
	}
	wipe(a->first, a->first_used);
}

void arena_defer(struct arena *a, void (*end)(void *what), void *what)
{
	struct deferred *d = arena_alloc(a, sizeof(*d));

	*d = (struct deferred){ a->deferred, end, what };
	a->deferred = d;
}

static void run_deferred(struct arena *a)
{
	for (struct deferred *d = a->deferred; d; d = d->before)
		d->end(d->what);
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	run_deferred(a);
	wipe_all(a);
	free(a);
}

void arena_reset(struct arena *a)
{
	run_deferred(a);
	wipe_all(a);
	start_over(a);
}

/* A new block with `room` bytes. Until leave_block() says less, all of them count as handed out. */
static struct block *add_block(struct arena *a, size_t room)
{
	struct block *b = must_malloc(sizeof(*b) + room);

	b->next = a->newest;
	b->used = room;
	a->newest = b;
	return b;
}

/* `need` bytes, aligned already, where the block in use has no room for them. */
static void *alloc_slow(struct arena *a, size_t need)
{
	char *bytes;

	if (need > a->step / 4)		/* a block of its own; the block in use stays in use */
		return add_block(a, need)->bytes;
	leave_block(a);
	a->in_use = add_block(a, a->step);
	bytes = a->in_use->bytes;
	a->at = bytes + need;
	a->end = bytes + a->step;
	POISON(bytes, a->step);
	if (a->step < LARGEST_STEP)
		a->step *= 2;
	return bytes;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need;
	char *p;

	if (UNLIKELY(size > SIZE_MAX / 2))
		log_fatal("out of memory: %zu bytes were asked for at once", size);
	need = align_up(size ? size : 1) + GAP;
	if (LIKELY(need <= (size_t)(a->end - a->at))) {
		p = a->at;
		a->at += need;
	} else {
		p = alloc_slow(a, need);
	}
	UNPOISON(p, size);
	return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
	return memset(arena_alloc(a, size), 0, size);
}

char *arena_copyn(struct arena *a, const char *s, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *arena_copy(struct arena *a, const char *s)
{
	return s ? arena_copyn(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	char shorty[256], *text;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(shorty, sizeof(shorty), format, args);
	va_end(args);
	if (n < 0)
		return arena_copy(a, "");
	if ((size_t)n < sizeof(shorty))
		return arena_copyn(a, shorty, (size_t)n);
	text = arena_alloc(a, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	return text;
}
