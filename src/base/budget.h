/*
 * budget.h - one account, for the whole process, of the memory that requests in flight hold.
 *
 * Every request has a charge: what its body, the tree parsed of it, its arena and its answer hold. All charges
 * together stay below a ceiling; those of one tenant, and those of one client's network, below a share of it. What
 * would pass one of these limits is refused, except by charge_note(), which is for memory that is taken already.
 *
 * A charge belongs to one thread at a time, as its request does; the sums belong to all threads.
 */
#ifndef BASE_BUDGET_H
#define BASE_BUDGET_H

#include <stdatomic.h>

#include "base/base.h"

enum share { SHARE_ADDRESS, SHARE_TENANT, SHARES };

/* All zero: holds nothing, and counts into no share. */
struct charge {
	size_t held;
	_Atomic(size_t) *sums[SHARES];	/* of the shares that it counts into */
	const char *refused;		/* the flag of the setting that refused last, in settings.def; NULL: none */
};

/* Sets the limits, in bytes. Before the first request; without it nothing is refused. */
void budget_start(size_t ceiling, size_t share);
/* What all charges hold. */
size_t budget_held(void);
/* The most that the tree of one body may hold: so no body can use up the share of its tenant. */
size_t budget_tree_most(void);
/* Gives memory back to the system when much was held and little is. Any thread calls it about once a second. */
void budget_trim(void);

/* From here on the charge counts into the share of this tenant or address too, with what it holds already. */
void charge_share(struct charge *c, enum share of, const void *name, size_t len);
/* Whether there is room for `bytes` more, which are not taken; sets `refused`. */
bool charge_fits(struct charge *c, size_t bytes);
/* Takes `bytes` more. False: a limit refuses them, and nothing is taken. */
bool charge_add(struct charge *c, size_t bytes);
/* Takes `bytes` more, also past a limit. */
void charge_note(struct charge *c, size_t bytes);
/* Gives back `bytes`, or all when it holds less. */
void charge_drop(struct charge *c, size_t bytes);
/* Gives back all; the charge is as new. */
void charge_end(struct charge *c);

#endif
