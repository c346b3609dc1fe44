#include "http/libcurl.h"

#include <fcntl.h>
#include <unistd.h>

#include "test.h"
#include "base/banned.h"

static void every_function_is_there_once_it_is_loaded(void **state)
{
	const char *const names[] = {
#define F(name) #name,
		LIBCURL_FUNCTIONS(F)
#undef F
	};
	void *functions[ARRAY_LEN(names)];

	(void)state;
	assert_int_equal(sizeof(curl), sizeof(functions));
	assert_int_equal(libcurl_load(), OK);
	assert_int_equal(libcurl_load(), OK);
	memcpy(functions, &curl, sizeof(functions));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!functions[i])
			fail_msg("curl_%s is missing", names[i]);
}

static void it_speaks_what_calls_need(void **state)
{
	static const char *const wanted[] = { "http", "https", "smtp", "smtps" };
	const curl_version_info_data *v;

	(void)state;
	assert_int_equal(libcurl_load(), OK);
	v = curl.version_info(CURLVERSION_NOW);
	assert_true(v->features & CURL_VERSION_ASYNCHDNS); /* a name server that hangs does not hold up the thread */
	assert_true(v->features & CURL_VERSION_SSL);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		size_t found = 0;

		for (const char *const *p = v->protocols; *p; p++)
			found += strcmp(*p, wanted[i]) == 0;
		assert_int_equal(found, 1);
	}
}

/* The bytes at `at`, read past every check: the block may be freed. */
static void peek(const void *at, char *out, size_t size)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);

	assert_int_equal(pread(fd, out, size, (off_t)(uintptr_t)at), (ssize_t)size);
	close(fd);
}

static void memory_is_wiped_when_libcurl_gives_it_back(void **state)
{
	static const char secret[] = "Authorization: Bearer a-token-that-nobody-may-find-later";
	struct curl_slist *list;
	const char *copy;
	char left[sizeof(secret)];

	(void)state;
	assert_int_equal(libcurl_load(), OK);
	list = curl.slist_append(NULL, secret);
	copy = list->data;
	peek(copy, left, sizeof(left));
	assert_string_equal(left, secret);
	curl.slist_free_all(list);
	peek(copy, left, sizeof(left));
	assert_null(memmem(left, sizeof(left), "token", 5));
	assert_null(memmem(left, sizeof(left), "later", 5));
}

RUN(T(every_function_is_there_once_it_is_loaded), T(it_speaks_what_calls_need),
    T(memory_is_wiped_when_libcurl_gives_it_back))
