/* Keys that come with a certificate: what it says, and that what they sign holds. */
#include "crypto/rsa_certificate.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/buffer.h"
#include "crypto/keys.h"
#include "test.h"

#include "base/banned.h"

#define FROM INT64_C(1785585600000)	/* 2026-08-01T12:00:00Z */
#define UNTIL (FROM + INT64_C(86400000))

static struct secret private_key;
static const char *pem;
static struct arena *arena;

static int make(void **state)
{
	struct key *key = NULL;

	(void)state;
	arena = arena_new();
	if (key_generate(KEY_RS256, NULL, &key) || key_private(key, &private_key))
		return -1;
	key_free(key);
	return rsa_certificate_make(arena, &private_key, "connector-1", FROM, UNTIL, &pem);
}

static int drop(void **state)
{
	(void)state;
	secret_done(&private_key);
	arena_free(arena);
	return 0;
}

static X509 *parsed(void)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	assert_non_null(x);
	return x;
}

static void a_certificate_names_its_owner_and_time_and_is_signed_by_its_own_key_with_sha_256(void **state)
{
	X509 *x = parsed();
	EVP_PKEY *key = X509_get_pubkey(x);
	char name[64];

	(void)state;
	assert_int_equal(X509_verify(x, key), 1);
	assert_int_equal(X509_get_signature_nid(x), NID_sha256WithRSAEncryption);
	assert_true(X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, name, sizeof(name)) > 0);
	assert_string_equal(name, "connector-1");
	assert_int_equal(ASN1_TIME_cmp_time_t(X509_get0_notBefore(x), FROM / 1000), 0);
	assert_int_equal(ASN1_TIME_cmp_time_t(X509_get0_notAfter(x), UNTIL / 1000), 0);
	EVP_PKEY_free(key);
	X509_free(x);
}

static void lines_of_a_certificate_end_with_cr_lf(void **state)
{
	(void)state;
	for (const char *p = pem; *p; p++)
		if (*p == '\n')
			assert_true(p > pem && p[-1] == '\r');
	assert_ptr_equal(strstr(pem, "-----BEGIN CERTIFICATE-----\r\n"), pem);
}

static void its_digest_is_that_of_its_bytes(void **state)
{
	unsigned char found[CERTIFICATE_DIGEST_SIZE], own[EVP_MAX_MD_SIZE];
	unsigned int n;
	X509 *x = parsed();

	(void)state;
	assert_true(X509_digest(x, EVP_sha256(), own, &n));
	assert_true(rsa_certificate_digest(pem, found));
	assert_memory_equal(found, own, sizeof(found));
	assert_false(rsa_certificate_digest("no certificate", found));
	X509_free(x);
}

static void verifies(enum rsa_digest digest, const EVP_MD *md)
{
	unsigned char bytes[1024];
	struct buffer base64;
	X509 *x = parsed();
	EVP_PKEY *key = X509_get_pubkey(x);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int n;

	buffer_init(&base64, KIB(4));
	assert_int_equal(rsa_sign(&private_key, digest, "words", 5, &base64), OK);
	n = EVP_DecodeBlock(bytes, (const unsigned char *)base64.data, (int)base64.len);
	assert_true(n >= EVP_PKEY_get_size(key));
	assert_true(EVP_DigestVerifyInit(ctx, NULL, md, NULL, key) > 0);
	assert_int_equal(
		EVP_DigestVerify(ctx, bytes, (size_t)EVP_PKEY_get_size(key), (const unsigned char *)"words", 5), 1);
	assert_int_equal(
		EVP_DigestVerify(ctx, bytes, (size_t)EVP_PKEY_get_size(key), (const unsigned char *)"Words", 5), 0);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	X509_free(x);
	buffer_done(&base64);
}

static void what_the_key_signs_holds_with_the_certificate(void **state)
{
	(void)state;
	verifies(RSA_SHA256, EVP_sha256());
	verifies(RSA_SHA512, EVP_sha512());
}

static void what_is_no_rsa_key_is_refused(void **state)
{
	static unsigned char junk[] = "junk";
	const struct secret bad = { junk, sizeof(junk) };
	struct buffer base64;
	const char *none;

	(void)state;
	buffer_init(&base64, KIB(4));
	assert_int_equal(rsa_sign(&bad, RSA_SHA256, "words", 5, &base64), ERR_INTERNAL);
	assert_int_equal(rsa_certificate_make(arena, &bad, "n", FROM, UNTIL, &none), ERR_INTERNAL);
	buffer_done(&base64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_certificate_names_its_owner_and_time_and_is_signed_by_its_own_key_with_sha_256),
		T(lines_of_a_certificate_end_with_cr_lf),
		T(its_digest_is_that_of_its_bytes),
		T(what_the_key_signs_holds_with_the_certificate),
		T(what_is_no_rsa_key_is_refused),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
