/*
 * arena.h - memory that is freed all at once.
 *
 * Everything a request makes lives in its arena and is gone with it; nothing is
 * freed one by one. What was handed out is wiped when the arena ends or is reset: passwords and secrets
 * pass through many functions, and none of them has to wipe what it used. An arena never returns NULL: what a caller
 * can ask for is bounded by the limits on bodies and rows, so running out of memory is a fault
 * of the machine, and the process ends with a line in the log.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena;
struct charge;

struct arena *arena_new(void);
void arena_free(struct arena *a);
/* Forget everything, keep the first block: the next request starts without a malloc. */
void arena_reset(struct arena *a);

/* From here on, until its reset, the arena notes all blocks but the first in `c` (budget.h), which ends after it. */
void arena_charge(struct arena *a, struct charge *c);

/* Aligned for any type; not zeroed. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, alloc_size(2), returns_nonnull));
/* The same, all zero. */
void *arena_zalloc(struct arena *a, size_t size) __attribute__((malloc, alloc_size(2), returns_nonnull));
char *arena_copy(struct arena *a, const char *s);		/* NULL stays NULL */
char *arena_copyn(struct arena *a, const char *s, size_t len);	/* adds the NUL */
char *arena_printf(struct arena *a, const char *format, ...) PRINTF(2, 3);
/*
 * Runs `end(what)` when the arena is freed or reset; the last one registered runs first. For what a request holds for
 * longer than one step and what freeing memory does not release (a counted reference, a private key). `what` may lie
 * in the arena.
 */
void arena_defer(struct arena *a, void (*end)(void *what), void *what);

#define ARENA_NEW(a, type) ((type *)arena_zalloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_zalloc((a), sizeof(type) * (n)))

#endif
