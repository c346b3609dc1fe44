/*
 * The C library's ucontext makes a stack and enters it for the first time. From then on the compiler's own setjmp and
 * longjmp switch: swapcontext() costs a system call each time (the signal mask), and one read switches four times or
 * more. Below each stack lies memory that nobody may touch: a stack that runs over ends the process instead of writing
 * into its neighbour.
 *
 * AddressSanitizer has to know on which stack the program is, ThreadSanitizer which fiber touches memory. Both are
 * told at every switch, where they are compiled in.
 */
#include "store/fiber.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "base/log.h"
#include "store/engine.h"
#include "base/banned.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define WITH_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WITH_TSAN 1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef WITH_TSAN
#include <sanitizer/tsan_interface.h>
#endif

#define GUARD KIB(64)		/* more than the largest frame, so that no call jumps across */

struct fiber {
	ucontext_t start;
	bool started;
	void *here[5], *back[5];	/* where it left, and where it was entered, as __builtin_setjmp() saves them */
	void (*run)(struct fiber *f, void *of);
	void *of;
	char *memory;		/* the guard, then the stack */
#ifdef WITH_ASAN
	void *fake, *fake_back;	/* what AddressSanitizer saves of each stack while another one runs */
	const void *bottom_back;
	size_t size_back;
#endif
#ifdef WITH_TSAN
	void *tsan, *tsan_back;
#endif
};

/* ---- what the sanitizers are told ---- */

#ifdef WITH_ASAN
static void sanitizer_begin_enter(struct fiber *f)
{
	__sanitizer_start_switch_fiber(&f->fake_back, f->memory + GUARD, FIBER_STACK);
}

static void sanitizer_end_enter(struct fiber *f)
{
	__sanitizer_finish_switch_fiber(f->fake, &f->bottom_back, &f->size_back);
}

static void sanitizer_begin_leave(struct fiber *f)
{
	__sanitizer_start_switch_fiber(&f->fake, f->bottom_back, f->size_back);
}

static void sanitizer_end_leave(struct fiber *f)
{
	__sanitizer_finish_switch_fiber(f->fake_back, NULL, NULL);
}
#elif defined(WITH_TSAN)
static void sanitizer_begin_enter(struct fiber *f)
{
	f->tsan_back = __tsan_get_current_fiber();
	__tsan_switch_to_fiber(f->tsan, 0);
}

static void sanitizer_begin_leave(struct fiber *f)
{
	__tsan_switch_to_fiber(f->tsan_back, 0);
}

#define sanitizer_end_enter(f) ((void)(f))
#define sanitizer_end_leave(f) ((void)(f))
#else
#define sanitizer_begin_enter(f) ((void)(f))
#define sanitizer_end_enter(f) ((void)(f))
#define sanitizer_begin_leave(f) ((void)(f))
#define sanitizer_end_leave(f) ((void)(f))
#endif

/* ---- switching ---- */

/* The fiber that is entered for the first time: makecontext() passes numbers only, so begin() finds it here. */
static _Thread_local struct fiber *starting;

static void begin(void)
{
	struct fiber *f = starting;

	sanitizer_end_enter(f);
	f->run(f, f->of);
}

/* Jumps into the fiber. A function of its own, since the compiler wants setjmp and longjmp apart. */
static __attribute__((noinline, noreturn)) void go_in(struct fiber *f)
{
	if (f->started)
		__builtin_longjmp(f->here, 1);
	f->started = true;
	setcontext(&f->start);
	abort();
}

static __attribute__((noinline, noreturn)) void go_back(struct fiber *f)
{
	__builtin_longjmp(f->back, 1);
}

__attribute__((noinline)) void fiber_enter(struct fiber *f)
{
	starting = f;
	sanitizer_begin_enter(f);
	if (!__builtin_setjmp(f->back))
		go_in(f);
	sanitizer_end_leave(f);
}

__attribute__((noinline)) void fiber_leave(struct fiber *f)
{
	sanitizer_begin_leave(f);
	if (!__builtin_setjmp(f->here))
		go_back(f);
	sanitizer_end_enter(f);
}

struct fiber *fiber_new(void (*run)(struct fiber *f, void *of), void *of)
{
	struct fiber *f = store__alloc(sizeof(*f));

	f->run = run;
	f->of = of;
	f->memory = mmap(NULL, GUARD + FIBER_STACK, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (f->memory == MAP_FAILED || mprotect(f->memory, GUARD, PROT_NONE) != 0 || getcontext(&f->start) != 0)
		log_fatal("no memory for the stack of a read");
	f->start.uc_stack.ss_sp = f->memory + GUARD;
	f->start.uc_stack.ss_size = FIBER_STACK;
	makecontext(&f->start, begin, 0);
#ifdef WITH_TSAN
	f->tsan = __tsan_create_fiber(0);
#endif
	return f;
}

void fiber_free(struct fiber *f)
{
	if (!f)
		return;
#ifdef WITH_TSAN
	__tsan_destroy_fiber(f->tsan);
#endif
	munmap(f->memory, GUARD + FIBER_STACK);
	free(f);
}
