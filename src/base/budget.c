/* The sums of the account, and the limits that they are held against. */
#include "base/budget.h"

#include <malloc.h>

#include "base/ids.h"
#include "base/banned.h"

/*
 * The sum of a tenant or an address stands in a place that a hash of the name chooses, with a start that no caller
 * knows: no lock, no memory for each name. Two names that meet in one place have one share between them.
 */
#define PLACES 4096
#define TREE_PART 8		/* a tree may hold so many parts of the ceiling: 1/8 */
#define LARGE KIB(64)		/* pieces that may leave a hole in the heap behind */
#define WORTH_TRIMMING MIB(64)	/* taken in large pieces since the last time */

static struct {
	size_t ceiling, share;
	uint64_t start;			/* of the hash */
	_Atomic(size_t) held, churned;
	_Atomic(size_t) sums[SHARES][PLACES];
} budget = { .ceiling = SIZE_MAX, .share = SIZE_MAX };

void budget_start(size_t ceiling, size_t share)
{
	budget.ceiling = ceiling;
	budget.share = share;
	random_bytes(&budget.start, sizeof(budget.start));
}

static size_t sum_of(_Atomic(size_t) *sum)
{
	return atomic_load_explicit(sum, memory_order_relaxed);
}

size_t budget_held(void)
{
	return sum_of(&budget.held);
}

size_t budget_tree_most(void)
{
	return budget.ceiling / TREE_PART;
}

void budget_trim(void)
{
	size_t churned = sum_of(&budget.churned);

	if (churned < WORTH_TRIMMING || budget_held() > WORTH_TRIMMING / 2)
		return;
	if (atomic_compare_exchange_strong(&budget.churned, &churned, 0))
		malloc_trim(0);
}

/* -- sums -- */

static void sum_add(_Atomic(size_t) *sum, size_t bytes)
{
	atomic_fetch_add_explicit(sum, bytes, memory_order_relaxed);
}

static void sum_drop(_Atomic(size_t) *sum, size_t bytes)
{
	atomic_fetch_sub_explicit(sum, bytes, memory_order_relaxed);
}

static bool has_room(size_t sum, size_t bytes, size_t most)
{
	return sum <= most && bytes <= most - sum;
}

/* Adds to a sum unless that would pass `most`. */
static bool sum_try(_Atomic(size_t) *sum, size_t bytes, size_t most)
{
	size_t before = atomic_fetch_add_explicit(sum, bytes, memory_order_relaxed);

	if (has_room(before, bytes, most))
		return true;
	sum_drop(sum, bytes);
	return false;
}

/* The place of a name: FNV-1a. */
static _Atomic(size_t) *place_of(enum share of, const unsigned char *name, size_t len)
{
	uint64_t hash = budget.start ^ UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ name[i]) * UINT64_C(0x100000001b3);
	return &budget.sums[of][hash % PLACES];
}

/* -- charges -- */

void charge_share(struct charge *c, enum share of, const void *name, size_t len)
{
	_Atomic(size_t) *sum = place_of(of, name, len), *before = c->sums[of];

	if (sum == before)
		return;
	c->sums[of] = sum;
	if (!c->held)
		return;
	if (before)
		sum_drop(before, c->held);
	sum_add(sum, c->held);
}

static bool refuse(struct charge *c, const char *setting)
{
	c->refused = setting;
	return false;
}

bool charge_fits(struct charge *c, size_t bytes)
{
	for (int i = 0; i < SHARES; i++)
		if (c->sums[i] && !has_room(sum_of(c->sums[i]), bytes, budget.share))
			return refuse(c, "memory-share");
	return has_room(budget_held(), bytes, budget.ceiling) || refuse(c, "memory");
}

/* Takes back from the sums of the first `count` shares. */
static void drop_from_shares(struct charge *c, int count, size_t bytes)
{
	for (int i = 0; i < count; i++)
		if (c->sums[i])
			sum_drop(c->sums[i], bytes);
}

static void count_large(size_t bytes)
{
	if (bytes >= LARGE)
		sum_add(&budget.churned, bytes);
}

bool charge_add(struct charge *c, size_t bytes)
{
	if (!sum_try(&budget.held, bytes, budget.ceiling))
		return refuse(c, "memory");
	for (int i = 0; i < SHARES; i++)
		if (c->sums[i] && !sum_try(c->sums[i], bytes, budget.share)) {
			drop_from_shares(c, i, bytes);
			sum_drop(&budget.held, bytes);
			return refuse(c, "memory-share");
		}
	c->held += bytes;
	count_large(bytes);
	return true;
}

void charge_note(struct charge *c, size_t bytes)
{
	sum_add(&budget.held, bytes);
	for (int i = 0; i < SHARES; i++)
		if (c->sums[i])
			sum_add(c->sums[i], bytes);
	c->held += bytes;
	count_large(bytes);
}

void charge_drop(struct charge *c, size_t bytes)
{
	if (bytes > c->held)
		bytes = c->held;
	c->held -= bytes;
	drop_from_shares(c, SHARES, bytes);
	sum_drop(&budget.held, bytes);
}

void charge_end(struct charge *c)
{
	charge_drop(c, c->held);
	*c = (struct charge){0};
}
