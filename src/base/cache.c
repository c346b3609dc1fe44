/* The cache: tables of entries and of counted values, and generations that make forgetting cheap. */
#include "base/cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/banned.h"

/*
 * Two tables, each cut into shards with a mutex: entries by key, and holders (a value with its count) by the value's
 * address, since a reader gives back nothing but that.
 *
 * A generation is a sum of counters that only grow: two for each kind of change, one of all tenants and one of the
 * tenant's slot. Sums are equal only if no counter moved, so forgetting touches no entry; the stale ones are dropped
 * when they are met or are the oldest. Tenants that share a slot forget together, which is harmless.
 *
 * Eviction is second chance: an entry found since it was last looked at goes to the young end once more.
 */

#define KINDS 8
#define SLOTS 256
#define MAX_SHARDS 16
#define HOLDER_SHARDS 32
#define HOLDER_BUCKETS 512	/* a shard; chains stay short up to tens of thousands of values */
#define ENTRY_OVERHEAD 160

struct holder {
	struct holder *next;
	void *value;
	void (*destroy)(void *);
	int refs;
};

struct entry {
	struct entry *next;		/* of the bucket */
	struct entry *older, *younger;
	struct holder *holder;
	uint64_t hash, generation;
	int64_t expires_at_s;
	size_t bytes;
	unsigned depends;
	bool used, nobody;		/* nobody: tenant NULL */
	unsigned char slot;
	size_t key_len;
	char key[];			/* tenant, NUL, key */
};

struct shard {
	pthread_mutex_t lock;
	struct entry **buckets;
	size_t bucket_count, entries, bytes, max_entries, max_bytes;
	struct entry *oldest, *youngest;
};

struct holder_shard {
	pthread_mutex_t lock;
	struct holder *buckets[HOLDER_BUCKETS];
};

struct cache {
	_Atomic uint64_t everywhere[KINDS];	/* forgotten for every tenant */
	_Atomic uint64_t anywhere[KINDS];	/* forgotten for some tenant */
	_Atomic uint64_t slots[SLOTS][KINDS];
	_Atomic uint64_t forgettings;		/* counted before the others, so that a reader of those sees this */
	atomic_bool off;
	_Atomic int64_t trusted_until_us;	/* INT64_MAX: no end */
	uint64_t seed;
	int shard_count;
	struct shard shards[MAX_SHARDS];
	struct holder_shard holders[HOLDER_SHARDS];
};

/* The last cache_mark() of this thread. `of` is the seed of the cache, since an address may be used again. */
static _Thread_local struct { uint64_t of, forgettings; } mark;

static void *must(void *memory)
{
	if (!memory)
		log_fatal("out of memory");
	return memory;
}

/* FNV-1a from a random start; what a client can choose reaches it only as a digest. */
static uint64_t hash_bytes(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t mix(uint64_t h)
{
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	return h ^ (h >> 33);
}

/* The slot of counters that the tenant shares with some others; 0 for no tenant, which uses `anywhere` instead. */
static unsigned char tenant_slot(const char *tenant)
{
	return tenant ? (unsigned char)mix(hash_bytes(UINT64_C(0xcbf29ce484222325), tenant, strlen(tenant))) : 0;
}

/* The sum of the counters of these kinds; it changes whenever one of the kinds is forgotten. */
static uint64_t generation_of(struct cache *c, bool nobody, unsigned char slot, unsigned depends)
{
	uint64_t sum = 0;

	for (unsigned kind = 0; kind < KINDS; kind++)
		if (depends & 1u << kind) {
			sum += atomic_load_explicit(&c->everywhere[kind], memory_order_acquire);
			sum += atomic_load_explicit(nobody ? &c->anywhere[kind] : &c->slots[slot][kind],
						    memory_order_acquire);
		}
	return sum;
}

struct cache *cache_new(size_t max_entries, size_t max_bytes)
{
	struct cache *c = must(calloc(1, sizeof(*c)));

	random_bytes(&c->seed, sizeof(c->seed));
	atomic_init(&c->trusted_until_us, INT64_MAX);
	/* A small memory in one piece, so that its bound is exact. */
	c->shard_count = max_entries < 64 * MAX_SHARDS ? 1 : MAX_SHARDS;
	for (int i = 0; i < c->shard_count; i++) {
		struct shard *s = &c->shards[i];

		pthread_mutex_init(&s->lock, NULL);
		s->max_entries = max_entries / (size_t)c->shard_count;
		s->max_bytes = max_bytes / (size_t)c->shard_count;
		s->bucket_count = 16;
		while (s->bucket_count < s->max_entries)
			s->bucket_count *= 2;
		s->buckets = must(calloc(s->bucket_count, sizeof(struct entry *)));
	}
	for (int i = 0; i < HOLDER_SHARDS; i++)
		pthread_mutex_init(&c->holders[i].lock, NULL);
	return c;
}

/* -- holders -- */

static struct holder_shard *holder_shard(struct cache *c, const void *value, struct holder ***bucket)
{
	uint64_t h = mix((uint64_t)(uintptr_t)value);
	struct holder_shard *s = &c->holders[h % HOLDER_SHARDS];

	*bucket = &s->buckets[(h / HOLDER_SHARDS) % HOLDER_BUCKETS];
	return s;
}

static void hold(struct cache *c, struct holder *h)
{
	struct holder **bucket;
	struct holder_shard *s = holder_shard(c, h->value, &bucket);

	pthread_mutex_lock(&s->lock);
	h->refs++;
	pthread_mutex_unlock(&s->lock);
}

static struct holder *holder_new(struct cache *c, void *value, void (*destroy)(void *))
{
	struct holder *h = must(calloc(1, sizeof(*h)));
	struct holder **bucket;
	struct holder_shard *s = holder_shard(c, value, &bucket);

	*h = (struct holder){ .value = value, .destroy = destroy, .refs = 1 };
	pthread_mutex_lock(&s->lock);
	h->next = *bucket;
	*bucket = h;
	pthread_mutex_unlock(&s->lock);
	return h;
}

void cache_release(struct cache *c, void *value)
{
	struct holder **at, *gone = NULL;
	struct holder_shard *s;

	if (!value)
		return;
	s = holder_shard(c, value, &at);
	pthread_mutex_lock(&s->lock);
	while (*at && (*at)->value != value)
		at = &(*at)->next;
	if (*at && --(*at)->refs == 0) {
		gone = *at;
		*at = gone->next;
	}
	pthread_mutex_unlock(&s->lock);
	if (!gone)
		return;
	if (gone->destroy)
		gone->destroy(gone->value);
	free(gone);
}

/* -- entries; the shard is locked -- */

static void unlink_age(struct shard *s, struct entry *e)
{
	*(e->older ? &e->older->younger : &s->oldest) = e->younger;
	*(e->younger ? &e->younger->older : &s->youngest) = e->older;
}

static void link_youngest(struct shard *s, struct entry *e)
{
	e->older = s->youngest;
	e->younger = NULL;
	*(s->youngest ? &s->youngest->younger : &s->oldest) = e;
	s->youngest = e;
}

static void entry_drop(struct cache *c, struct shard *s, struct entry *e)
{
	struct entry **at = &s->buckets[(e->hash / MAX_SHARDS) & (s->bucket_count - 1)];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	unlink_age(s, e);
	s->entries--;
	s->bytes -= e->bytes;
	cache_release(c, e->holder->value);
	free(e);
}

static bool entry_is_stale(struct cache *c, const struct entry *e)
{
	return e->generation != generation_of(c, e->nobody, e->slot, e->depends) ||
	       (e->expires_at_s && e->expires_at_s <= clock_s());
}

/* Drops entries from the oldest on until one of `bytes` fits; one that was used lately gets its second chance. */
static void make_room(struct cache *c, struct shard *s, size_t bytes)
{
	while (s->oldest && (s->entries >= s->max_entries || s->bytes + bytes > s->max_bytes)) {
		struct entry *e = s->oldest;

		if (e->used && e != s->youngest && !entry_is_stale(c, e)) {
			e->used = false;
			unlink_age(s, e);
			link_youngest(s, e);
		} else {
			entry_drop(c, s, e);
		}
	}
}

/* The key that a caller looks for or stores under. */
struct lookup {
	const char *tenant, *key;
	size_t tenant_len, key_len;
	uint64_t hash;
};

static struct lookup make_lookup(const struct cache *c, const char *tenant, const char *key, size_t key_len)
{
	struct lookup w = { .tenant = tenant ? tenant : "", .key = key, .key_len = key_len };

	w.tenant_len = strlen(w.tenant) + 1;
	w.hash = mix(hash_bytes(hash_bytes(c->seed, w.tenant, w.tenant_len), key, key_len));
	return w;
}

static struct shard *shard_of(struct cache *c, const struct lookup *w)
{
	return &c->shards[w->hash % (unsigned)c->shard_count];
}

static struct entry *entry_find(const struct shard *s, const struct lookup *w)
{
	struct entry *e = s->buckets[(w->hash / MAX_SHARDS) & (s->bucket_count - 1)];

	for (; e; e = e->next)
		if (e->hash == w->hash && e->key_len == w->tenant_len + w->key_len &&
		    !memcmp(e->key, w->tenant, w->tenant_len) && !memcmp(e->key + w->tenant_len, w->key, w->key_len))
			return e;
	return NULL;
}

static struct entry *entry_new(const struct lookup *w)
{
	struct entry *e = must(calloc(1, sizeof(*e) + w->tenant_len + w->key_len));

	e->hash = w->hash;
	e->key_len = w->tenant_len + w->key_len;
	memcpy(e->key, w->tenant, w->tenant_len);
	memcpy(e->key + w->tenant_len, w->key, w->key_len);
	return e;
}

/* -- */

void cache_free(struct cache *c)
{
	if (!c)
		return;
	for (int i = 0; i < c->shard_count; i++) {
		struct shard *s = &c->shards[i];

		while (s->oldest)
			entry_drop(c, s, s->oldest);
		free(s->buckets);
		pthread_mutex_destroy(&s->lock);
	}
	for (int i = 0; i < HOLDER_SHARDS; i++)
		pthread_mutex_destroy(&c->holders[i].lock);
	free(c);
}

void cache_mark(struct cache *c)
{
	mark.of = c->seed;
	mark.forgettings = atomic_load(&c->forgettings);
}

struct cache_ticket cache_ticket(struct cache *c, const char *tenant, unsigned depends)
{
	struct cache_ticket t = { .generation = generation_of(c, !tenant, tenant_slot(tenant), depends) };

	t.off = atomic_load(&c->off) || (mark.of == c->seed && mark.forgettings != atomic_load(&c->forgettings));
	return t;
}

bool cache_is_current(struct cache *c, struct cache_ticket ticket, const char *tenant, unsigned depends)
{
	return !ticket.off && !atomic_load(&c->off) &&
	       generation_of(c, !tenant, tenant_slot(tenant), depends) == ticket.generation;
}

void *cache_store(struct cache *c, struct cache_ticket ticket, const char *tenant, unsigned depends, const char *key,
		  size_t key_len, void *value, size_t bytes, int64_t expires_at_s, void (*destroy)(void *))
{
	struct holder *h = holder_new(c, value, destroy);
	struct lookup w = make_lookup(c, tenant, key, key_len);
	struct shard *s = shard_of(c, &w);
	struct entry *e, *old;

	bytes += ENTRY_OVERHEAD + w.tenant_len + key_len;
	if (!cache_is_current(c, ticket, tenant, depends) || bytes > s->max_bytes || s->max_entries == 0)
		return value;
	e = entry_new(&w);
	e->holder = h;
	e->generation = ticket.generation;
	e->depends = depends;
	e->nobody = !tenant;
	e->slot = tenant_slot(tenant);
	e->expires_at_s = expires_at_s;
	e->bytes = bytes;
	hold(c, h);
	pthread_mutex_lock(&s->lock);
	old = entry_find(s, &w);
	if (old)
		entry_drop(c, s, old);
	make_room(c, s, bytes);
	e->next = s->buckets[(w.hash / MAX_SHARDS) & (s->bucket_count - 1)];
	s->buckets[(w.hash / MAX_SHARDS) & (s->bucket_count - 1)] = e;
	link_youngest(s, e);
	s->entries++;
	s->bytes += bytes;
	pthread_mutex_unlock(&s->lock);
	return value;
}

static bool is_trusted(struct cache *c)
{
	int64_t until = atomic_load_explicit(&c->trusted_until_us, memory_order_acquire);

	return until == INT64_MAX || clock_monotonic_us() < until;
}

void *cache_find(struct cache *c, const char *tenant, const char *key, size_t key_len)
{
	struct lookup w;
	struct shard *s;
	struct entry *e;
	void *value = NULL;

	if (atomic_load(&c->off) || !is_trusted(c))
		return NULL;
	w = make_lookup(c, tenant, key, key_len);
	s = shard_of(c, &w);
	pthread_mutex_lock(&s->lock);
	e = entry_find(s, &w);
	if (e && entry_is_stale(c, e)) {
		entry_drop(c, s, e);
	} else if (e) {
		e->used = true;
		hold(c, e->holder);
		value = e->holder->value;
	}
	pthread_mutex_unlock(&s->lock);
	return value;
}

void cache_forget(struct cache *c, const char *tenant, unsigned changes)
{
	unsigned char slot = tenant_slot(tenant);

	atomic_fetch_add(&c->forgettings, 1);
	for (unsigned kind = 0; kind < KINDS; kind++)
		if (changes & 1u << kind) {
			if (tenant) {
				atomic_fetch_add(&c->slots[slot][kind], 1);
				atomic_fetch_add(&c->anywhere[kind], 1);
			} else {
				atomic_fetch_add(&c->everywhere[kind], 1);
			}
		}
}

void cache_trust_until(struct cache *c, int64_t us)
{
	atomic_store_explicit(&c->trusted_until_us, us, memory_order_release);
}

void cache_switch(struct cache *c, bool on)
{
	/* Both ways: what was stored before, or read while it was off, is not found afterwards. */
	cache_forget(c, NULL, (1u << KINDS) - 1);
	atomic_store(&c->off, !on);
	cache_forget(c, NULL, (1u << KINDS) - 1);
}
