/* Calls to a bucket are signed. */
#include "http/sigv4.h"

#include "http/request.h"
#include "test.h"
#include "base/banned.h"

static const struct sigv4_key key = { "eu-central-1", "s3", "KEYID", "very/secret" };
static const int64_t at = 1795879800000;	/* 2026-11-28T15:30:00Z */

/* The signature was computed by a program of another kind (Python's hmac and hashlib). */
static void a_call_has_the_headers_that_sign_it(void **state)
{
	struct arena *a = arena_new();
	struct call c = { .url = "http://s3.example:9000/files/default/a.png", .method = "PUT", .body = "hello",
			  .body_len = 5 };

	(void)state;
	assert_int_equal(sigv4_sign(a, &key, at, &c), OK);
	assert_int_equal(c.header_count, 3);
	assert_string_equal(c.headers[0].value, "20261128T153000Z");
	assert_string_equal(c.headers[1].value, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
	assert_string_equal(c.headers[2].value,
			    "AWS4-HMAC-SHA256 Credential=KEYID/20261128/eu-central-1/s3/aws4_request,"
			    " SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
			    " Signature=ecd99f4f34e5f525f33e4d2a193294fe32ada226f8017a298740db25e2e9c130");
	arena_free(a);
}

static const char *signature_of(struct arena *a, const char *url)
{
	struct call c = { .url = url };

	assert_int_equal(sigv4_sign(a, &key, at, &c), OK);
	return strstr(c.headers[2].value, "Signature=");
}

static void the_port_that_a_scheme_has_anyway_is_not_signed(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(signature_of(a, "https://s3.example/b/k"), signature_of(a, "https://s3.example:443/b/k"));
	assert_string_equal(signature_of(a, "http://s3.example/b/k"), signature_of(a, "http://s3.example:80/b/k"));
	assert_string_not_equal(signature_of(a, "http://s3.example/b/k"),
				signature_of(a, "http://s3.example:443/b/k"));
	arena_free(a);
}

static void what_is_not_the_url_of_an_object_is_not_signed(void **state)
{
	struct arena *a = arena_new();
	struct call with_query = { .url = "http://s3.example/b?x=1" }, mail = { .url = "smtp://s3.example" };

	(void)state;
	assert_int_equal(sigv4_sign(a, &key, at, &with_query), ERR_CALL_INPUT);
	assert_int_equal(sigv4_sign(a, &key, at, &mail), ERR_CALL_INPUT);
	arena_free(a);
}

RUN(T(a_call_has_the_headers_that_sign_it), T(the_port_that_a_scheme_has_anyway_is_not_signed),
    T(what_is_not_the_url_of_an_object_is_not_signed))
