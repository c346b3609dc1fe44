#include "base/base64.h"

#include "test.h"
#include "base/banned.h"

static void base64_goes_there_and_back(void **state)
{
	unsigned char in[100], out[200];
	struct buffer url, standard;

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (unsigned char)(i * 37 + 251);
	buffer_init(&url, 1000);
	buffer_init(&standard, 1000);
	for (size_t n = 0; n <= sizeof(in); n++) {
		buffer_clear(&url);
		buffer_clear(&standard);
		text_base64url(&url, in, n);
		text_base64(&standard, in, n);
		assert_int_equal(standard.len % 4, 0);
		assert_int_equal(text_base64url_decode(url.data, url.len, out), n);
		assert_memory_equal(in, out, n);
		assert_int_equal(text_base64_decode(standard.data, standard.len, out), n);
		assert_memory_equal(in, out, n);
	}
	buffer_done(&url);
	buffer_done(&standard);
}

static void base64_has_the_vectors_of_rfc_4648(void **state)
{
	static const char *const plain[] = { "", "f", "fo", "foo", "foob", "fooba", "foobar" };
	static const char *const coded[] = { "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
	struct buffer b;

	(void)state;
	buffer_init(&b, 100);
	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		buffer_clear(&b);
		text_base64(&b, plain[i], i);
		assert_string_equal(buffer_str(&b), coded[i]);
	}
	buffer_done(&b);
}

static void base64url_is_strict(void **state)
{
	static const char *const bad[] = { "A", "AAAAA", "Zg==", "Zm8=", "Zh", "Zm9", "ab+d", "ab/d", "ab d", "abc\n",
		"a.bc", "\xc3\xa4xy" };
	unsigned char out[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(text_base64url_decode(bad[i], strlen(bad[i]), out), -1);
	for (int c = 0x80; c <= 0xff; c++)
		for (size_t i = 0; i < 4; i++) {
			char four[] = "AAAA";

			four[i] = (char)c;
			assert_int_equal(text_base64url_decode(four, 4, out), -1);
			assert_int_equal(text_base64_decode(four, 4, out), -1);
		}
	assert_int_equal(text_base64url_decode("-_-_", 4, out), 3);
	assert_int_equal(text_base64url_decode("Zg\0", 3, out), -1);
	assert_int_equal(text_base64_decode("Zg", 2, out), 1);
	assert_int_equal(text_base64_decode("Zg=", 3, out), -1);
	assert_int_equal(text_base64_decode("Z===", 4, out), -1);
	assert_int_equal(text_base64_decode("====", 4, out), -1);
	assert_int_equal(text_base64_decode("-_-_", 4, out), -1);
	assert_int_equal(text_base64_decode("+/+/", 4, out), 3);
}

RUN(T(base64_goes_there_and_back), T(base64_has_the_vectors_of_rfc_4648), T(base64url_is_strict))
