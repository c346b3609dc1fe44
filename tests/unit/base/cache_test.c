#include "base/cache.h"

#include <pthread.h>
#include <stdio.h>

#include "base/clock.h"
#include "test.h"
#include "base/banned.h"

enum { KEYS = 1, ACCESS = 8 };

static int destroyed;

static void count(void *value)
{
	destroyed++;
	free(value);
}

static int *number(int n)
{
	int *p = malloc(sizeof(*p));

	*p = n;
	return p;
}

static void put(struct cache *c, const char *tenant, unsigned depends, const char *key, int n)
{
	cache_release(c, cache_store(c, cache_ticket(c, tenant, depends), tenant, depends, key, strlen(key), number(n),
				     sizeof(int), 0, count));
}

/* -1: not remembered */
static int get(struct cache *c, const char *tenant, const char *key)
{
	int *p = cache_find(c, tenant, key, strlen(key)), n = p ? *p : -1;

	cache_release(c, p);
	return n;
}

static void what_is_stored_is_found_by_its_tenant_only(void **state)
{
	struct cache *c = cache_new(100, MIB(1));

	(void)state;
	put(c, "acme", KEYS, "k", 1);
	put(c, "ada", KEYS, "k", 2);
	assert_int_equal(get(c, "acme", "k"), 1);
	assert_int_equal(get(c, "ada", "k"), 2);
	assert_int_equal(get(c, "bob", "k"), -1);
	put(c, "acme", KEYS, "k", 3);
	assert_int_equal(get(c, "acme", "k"), 3);
	cache_free(c);
}

static void forgetting_drops_what_depends_on_the_change(void **state)
{
	struct cache *c = cache_new(100, MIB(1));

	(void)state;
	put(c, "acme", KEYS, "keys", 1);
	put(c, "acme", KEYS | ACCESS, "both", 2);
	put(c, "ada", ACCESS, "other", 3);
	put(c, NULL, ACCESS, "nobody", 4);
	cache_forget(c, "acme", ACCESS);
	assert_int_equal(get(c, "acme", "keys"), 1);
	assert_int_equal(get(c, "acme", "both"), -1);
	assert_int_equal(get(c, "ada", "other"), 3);
	assert_int_equal(get(c, NULL, "nobody"), -1);
	cache_forget(c, NULL, ACCESS | KEYS);
	assert_int_equal(get(c, "acme", "keys"), -1);
	assert_int_equal(get(c, "ada", "other"), -1);
	cache_free(c);
}

static void what_is_not_trusted_any_more_is_not_found_until_it_is_trusted_again(void **state)
{
	struct cache *c = cache_new(100, MIB(1));

	(void)state;
	put(c, "acme", KEYS, "k", 1);
	cache_trust_until(c, clock_monotonic_us() + 60000000);
	assert_int_equal(get(c, "acme", "k"), 1);
	cache_trust_until(c, clock_monotonic_us());
	assert_int_equal(get(c, "acme", "k"), -1);
	put(c, "acme", KEYS, "l", 2);
	assert_int_equal(get(c, "acme", "l"), -1);
	cache_forget(c, "acme", ACCESS);
	cache_trust_until(c, clock_monotonic_us() + 60000000);
	assert_int_equal(get(c, "acme", "k"), 1);
	assert_int_equal(get(c, "acme", "l"), 2);
	cache_trust_until(c, clock_monotonic_us());
	cache_forget(c, "acme", KEYS);		/* heard late */
	cache_trust_until(c, INT64_MAX);
	assert_int_equal(get(c, "acme", "k"), -1);
	cache_free(c);
}

static void what_was_read_before_a_forgetting_is_not_remembered(void **state)
{
	struct cache *c = cache_new(100, MIB(1));
	struct cache_ticket before = cache_ticket(c, "acme", KEYS);
	int *value;

	(void)state;
	cache_forget(c, "acme", KEYS);
	value = cache_store(c, before, "acme", KEYS, "k", 1, number(7), sizeof(int), 0, count);
	assert_int_equal(*value, 7);
	cache_release(c, value);
	assert_int_equal(get(c, "acme", "k"), -1);
	cache_free(c);
}

static void what_is_read_from_an_old_snapshot_is_not_remembered(void **state)
{
	struct cache *c = cache_new(100, MIB(1));

	(void)state;
	cache_mark(c);
	cache_forget(c, "somebody", KEYS);	/* after the snapshot, before the ticket */
	put(c, "acme", KEYS, "k", 1);
	assert_int_equal(get(c, "acme", "k"), -1);
	cache_mark(c);
	put(c, "acme", KEYS, "k", 1);
	assert_int_equal(get(c, "acme", "k"), 1);
	cache_free(c);
}

static void a_reader_keeps_what_it_found(void **state)
{
	struct cache *c = cache_new(100, MIB(1));
	int *found;

	(void)state;
	destroyed = 0;
	put(c, "acme", KEYS, "k", 5);
	found = cache_find(c, "acme", "k", 1);
	cache_forget(c, "acme", KEYS);
	assert_int_equal(get(c, "acme", "k"), -1);
	assert_int_equal(destroyed, 0);
	assert_int_equal(*found, 5);
	cache_release(c, found);
	assert_int_equal(destroyed, 1);
	cache_free(c);
}

static void the_memory_is_bounded_and_keeps_what_is_used(void **state)
{
	struct cache *c = cache_new(8, MIB(1));
	char key[16];

	(void)state;
	destroyed = 0;
	put(c, "acme", KEYS, "used", 1);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(get(c, "acme", "used"), 1);
		snprintf(key, sizeof(key), "k%d", i);
		put(c, "acme", KEYS, key, i);
	}
	assert_int_equal(destroyed, 101 - 8);
	assert_int_equal(get(c, "acme", "k99"), 99);
	assert_int_equal(get(c, "acme", "k0"), -1);
	cache_free(c);
	assert_int_equal(destroyed, 101);
}

static void a_value_beyond_the_bound_is_returned_and_not_kept(void **state)
{
	struct cache *c = cache_new(8, 1000);
	int *value;

	(void)state;
	value = cache_store(c, cache_ticket(c, "acme", KEYS), "acme", KEYS, "k", 1, number(1), 2000, 0, count);
	assert_int_equal(*value, 1);
	cache_release(c, value);
	assert_int_equal(get(c, "acme", "k"), -1);
	cache_free(c);
}

static void an_expired_entry_is_not_found(void **state)
{
	struct cache *c = cache_new(8, MIB(1));
	struct cache_ticket t = cache_ticket(c, "acme", KEYS);

	(void)state;
	cache_release(c, cache_store(c, t, "acme", KEYS, "old", 3, number(1), 4, clock_s(), count));
	cache_release(c, cache_store(c, t, "acme", KEYS, "new", 3, number(2), 4, clock_s() + 100, count));
	assert_int_equal(get(c, "acme", "old"), -1);
	assert_int_equal(get(c, "acme", "new"), 2);
	cache_free(c);
}

static void while_it_is_off_nothing_is_found_and_nothing_kept(void **state)
{
	struct cache *c = cache_new(8, MIB(1));

	(void)state;
	put(c, "acme", KEYS, "before", 1);
	cache_switch(c, false);
	assert_int_equal(get(c, "acme", "before"), -1);
	put(c, "acme", KEYS, "meanwhile", 2);
	cache_switch(c, true);
	assert_int_equal(get(c, "acme", "before"), -1);
	assert_int_equal(get(c, "acme", "meanwhile"), -1);
	put(c, "acme", KEYS, "after", 3);
	assert_int_equal(get(c, "acme", "after"), 3);
	cache_free(c);
}

static void *hammer(void *arg)
{
	struct cache *c = arg;
	char key[16];

	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "k%d", i % 97);
		if (i % 50 == 0)
			cache_forget(c, "acme", KEYS);
		if (get(c, "acme", key) == -1)
			cache_release(c, cache_store(c, cache_ticket(c, "acme", KEYS), "acme", KEYS, key, strlen(key),
						     number(i % 97), 4, 0, free));
		else
			assert_true(1);
	}
	return NULL;
}

static void threads_may_share_it(void **state)
{
	struct cache *c = cache_new(2048, MIB(1));
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hammer, c), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_join(threads[i], NULL);
	cache_free(c);
}

RUN(T(what_is_stored_is_found_by_its_tenant_only), T(forgetting_drops_what_depends_on_the_change),
    T(what_was_read_before_a_forgetting_is_not_remembered), T(what_is_read_from_an_old_snapshot_is_not_remembered),
    T(a_reader_keeps_what_it_found), T(the_memory_is_bounded_and_keeps_what_is_used),
    T(a_value_beyond_the_bound_is_returned_and_not_kept), T(an_expired_entry_is_not_found),
    T(what_is_not_trusted_any_more_is_not_found_until_it_is_trusted_again),
    T(while_it_is_off_nothing_is_found_and_nothing_kept), T(threads_may_share_it))
