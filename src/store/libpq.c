/* Loading libpq with dlopen(). */
#include "store/libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

struct libpq pq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[256];

static void note_failure(void)
{
	const char *why = dlerror();

	snprintf(failure, sizeof(failure), "%s", why ? why : "dlopen failed");
}

/* Finds every function of libpq. If it cannot, `failure` says why. */
static void load(void)
{
	static const struct {
		const char *name;
		size_t offset;
	} functions[] = {
#define F(name) { "PQ" #name, offsetof(struct libpq, name) },
		LIBPQ_FUNCTIONS(F)
#undef F
	};
	void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL), *f;

	if (!library) {
		note_failure();
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
		f = dlsym(library, functions[i].name);
		if (!f) {
			note_failure();
			return;
		}
		memcpy((char *)&pq + functions[i].offset, &f, sizeof(f));
	}
	if (!pq.isthreadsafe())
		snprintf(failure, sizeof(failure), "this libpq is not made for threads");
}

err_t libpq_load(void)
{
	pthread_once(&once, load);
	return *failure ? err_set(ERR_STORE, "PostgreSQL's client library (Debian: libpq5): %s", failure) : OK;
}
