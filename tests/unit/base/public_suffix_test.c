#include "base/public_suffix.h"

#include "test.h"
#include "base/banned.h"

static void a_suffix_is_what_the_list_has(void **state)
{
	static const char *const suffixes[] = {
		"com", "co.uk", "github.io", "xn--p1ai", "xn--55qx5d.cn", "ck", "anything.ck",
	};
	static const char *const others[] = {
		"example.com", "acme.co.uk", "example", "localhost", "a", "www.ck", "", ".", "..", ".com",
		"not a host", "127.0.0.1", "[2001:db8::1]", "xn--bcher-kva.example",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		assert_true(is_public_suffix(suffixes[i]));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(is_public_suffix(others[i]));
}

RUN(T(a_suffix_is_what_the_list_has))
