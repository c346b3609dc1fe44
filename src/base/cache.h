/*
 * cache.h - what the program remembers between requests: one bounded memory with one way to forget.
 *
 * An entry belongs to a tenant and to kinds of change (store.h, enum change). Forgetting bumps a generation; an entry
 * stored under an older one is not found any more. So a value read before a forgetting is never stored after it:
 * the generation is taken before reading (cache_ticket) and given back when storing.
 * Values are counted: a reader keeps what it found until cache_release(), whatever is forgotten meanwhile.
 * Tenant NULL: the value belongs to no tenant and depends on changes of all of them. A value that depends on a second
 * tenant keeps that one's ticket and asks cache_is_current() when it is found.
 */
#ifndef BASE_CACHE_H
#define BASE_CACHE_H

#include "base/base.h"

struct cache;

struct cache_ticket {
	uint64_t generation;
	bool off;
};

struct cache *cache_new(size_t max_entries, size_t max_bytes);
void cache_free(struct cache *c);

/*
 * This thread begins to read from a snapshot: from here until the next mark of the thread, a ticket taken after
 * something was forgotten is `off`, since the snapshot may be older than the change. A lane calls it just before it
 * begins a transaction; a caller that reads without a snapshot, and so sees what is current, needs no mark.
 */
void cache_mark(struct cache *c);

/* Before reading what will be stored. `depends`: kinds of change the value depends on. */
struct cache_ticket cache_ticket(struct cache *c, const char *tenant, unsigned depends);
/* Nothing of these kinds was forgotten since the ticket, and the memory is on. */
bool cache_is_current(struct cache *c, struct cache_ticket ticket, const char *tenant, unsigned depends);
/*
 * Keeps `value` (taken; `destroy` frees it after the last reader has released it) under the key; the oldest go when
 * it is full. `bytes`: what the value holds; `expires_at_s`: from then on it is not found, 0: never.
 * Not stored, only returned counted, when something it depends on was forgotten since the ticket, or the memory is
 * off. Returns the value, to be released by cache_release().
 */
void *cache_store(struct cache *c, struct cache_ticket ticket, const char *tenant, unsigned depends, const char *key,
		  size_t key_len, void *value, size_t bytes, int64_t expires_at_s, void (*destroy)(void *));
/* The value under the key, to be released by cache_release(). NULL: it is not remembered. */
void *cache_find(struct cache *c, const char *tenant, const char *key, size_t key_len);
void cache_release(struct cache *c, void *value);

/* Forgets what depends on these kinds of change; tenant NULL: that of every tenant. */
void cache_forget(struct cache *c, const char *tenant, unsigned changes);
/*
 * From `us` of the monotonic clock on nothing is found, until a later call names a later time: changes may have been
 * missed by then. What is stored stays, and is found again when it turns out that none was. At first there is no end.
 */
void cache_trust_until(struct cache *c, int64_t us);
/* While off, nothing is found and nothing kept (changes of other copies cannot be heard). */
void cache_switch(struct cache *c, bool on);

#endif
