/*
 * fiber.h - inside store/ only: a function that can stop in the middle and be taken up again later by the same thread.
 *
 * A fiber has a stack of its own. fiber_enter() runs it until it calls fiber_leave(); the next fiber_enter() goes on
 * from there. One fiber runs at a time in a thread, and a fiber never enters another one. Nothing here is parallel:
 * what two fibers share needs no lock. A lock must not be held when one leaves, since the next one would wait for it
 * forever.
 */
#ifndef STORE_FIBER_H
#define STORE_FIBER_H

#include "base/base.h"

#define FIBER_STACK KIB(256)	/* only what was touched takes memory */

struct fiber;

/* `run` starts at the first fiber_enter() and must not return: when it has nothing to do, it leaves. Borrows `of`. */
struct fiber *fiber_new(void (*run)(struct fiber *f, void *of), void *of);
/* The fiber must not be running; nothing on its stack is cleaned up. NULL is fine. */
void fiber_free(struct fiber *f);

/* Runs `f`; returns when it calls fiber_leave(). */
void fiber_enter(struct fiber *f);
/* Called on `f` itself: returns to the caller of fiber_enter(). This call returns when `f` is entered again. */
void fiber_leave(struct fiber *f);

#endif
