/* Loads libcurl and finds its functions. */
#include "http/libcurl.h"

#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define OLDEST 0x075700		/* 7.87: CURLOPT_QUICK_EXIT, without which a name server that hangs stops all */

struct libcurl curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[256];

/* -- memory of libcurl, wiped when it is freed -- */

static void wipe_free(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

/* realloc() itself would leave the old bytes where they were. */
static void *wipe_realloc(void *p, size_t size)
{
	size_t had = p ? malloc_usable_size(p) : 0;
	void *now = malloc(size ? size : 1);

	if (!now)
		return NULL;
	if (had)
		memcpy(now, p, had < size ? had : size);
	wipe_free(p);
	return now;
}

/* -- loading -- */

static void note_failure(void)
{
	const char *why = dlerror();

	snprintf(failure, sizeof(failure), "%s", why ? why : "dlopen failed");
}

static bool find_functions(void *library)
{
	static const struct {
		const char *name;
		size_t offset;
	} functions[] = {
#define F(name) { "curl_" #name, offsetof(struct libcurl, name) },
		LIBCURL_FUNCTIONS(F)
#undef F
	};

	for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
		void *f = dlsym(library, functions[i].name);

		if (!f)
			return false;
		memcpy((char *)&curl + functions[i].offset, &f, sizeof(f));
	}
	return true;
}

/* Finds the functions and starts libcurl. If it cannot, `failure` says why. */
static void load(void)
{
	void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	const curl_version_info_data *version;
	CURLcode code;

	if (!library || !find_functions(library)) {
		note_failure();
		return;
	}
	version = curl.version_info(CURLVERSION_NOW);
	if (version->version_num < OLDEST) {
		snprintf(failure, sizeof(failure), "version %s is older than 7.87", version->version);
		return;
	}
	code = curl.global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wipe_free, wipe_realloc, strdup, calloc);
	if (code != CURLE_OK)
		snprintf(failure, sizeof(failure), "curl_global_init_mem(): %d", (int)code);
}

err_t libcurl_load(void)
{
	pthread_once(&once, load);
	return *failure ? err_set(ERR_CALL_FAILED, "libcurl (Debian: libcurl4): %s", failure) : OK;
}
