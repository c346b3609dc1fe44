/*
 * authenticator.h - an authenticator in software, for tests: it makes passkeys and signs with them, and says what a
 * test wants it to, right or wrong. What it returns lives in static memory until its next answer.
 */
#ifndef TESTS_UNIT_AUTHENTICATOR_H
#define TESTS_UNIT_AUTHENTICATOR_H

#include <nettle/sha2.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/buffer.h"
#include "crypto/web_authn.h"

#define ES256 (-7)
#define RS256 (-257)
#define EDDSA (-8)

/* What it says; the rest is as it should be. */
struct saying {
	const char *type, *challenge, *origin, *rp_id, *members;	/* `members`: JSON behind those, or "" */
	unsigned flags;
	uint32_t counter;
	const char *format;			/* of the attestation: none, packed */
	int said_algorithm;			/* of packed; 0: its own */
	bool spoilt;				/* the last byte of the signature is another one */
	const char *extensions;			/* CBOR of authenticator extensions; NULL: none */
};

struct authenticator {
	EVP_PKEY *pkey;
	int algorithm;
	char id[24];
};

static inline struct authenticator authenticator_new(int algorithm)
{
	struct authenticator a = { .algorithm = algorithm, .id = "a passkey of 24 bytes.." };

	a.pkey = algorithm == ES256 ? EVP_EC_gen("P-256") :
		 algorithm == RS256 ? EVP_RSA_gen(2048) :
				      EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	assert_non_null(a.pkey);
	return a;
}

static inline void authenticator_free(struct authenticator *a)
{
	EVP_PKEY_free(a->pkey);
}

/* -- CBOR -- */

static inline void put_head(struct buffer *b, int kind, size_t n)
{
	if (n < 24) {
		buffer_char(b, (char)(kind << 5 | (int)n));
	} else if (n < 256) {
		buffer_char(b, (char)(kind << 5 | 24));
		buffer_char(b, (char)n);
	} else {
		buffer_char(b, (char)(kind << 5 | 25));
		buffer_char(b, (char)(n >> 8));
		buffer_char(b, (char)n);
	}
}

static inline void put_number(struct buffer *b, int n)
{
	put_head(b, n < 0, (size_t)(n < 0 ? -1 - n : n));
}

static inline void put_bytes(struct buffer *b, const void *bytes, size_t n)
{
	put_head(b, 2, n);
	buffer_add(b, bytes, n);
}

static inline void put_text(struct buffer *b, const char *text)
{
	put_head(b, 3, strlen(text));
	buffer_text(b, text);
}

/* -- its parts -- */

static inline void put_hash(struct buffer *b, const void *bytes, size_t n)
{
	uint8_t hash[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, n, bytes);
	sha256_digest(&ctx, sizeof(hash), hash);
	buffer_add(b, hash, sizeof(hash));
}

static inline void put_ec_key(struct buffer *b, const struct authenticator *a)
{
	unsigned char point[65];
	size_t n;

	assert_int_equal(EVP_PKEY_get_octet_string_param(a->pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &n),
			 1);
	assert_int_equal(n, sizeof(point));
	put_head(b, 5, 5);
	put_number(b, 1), put_number(b, 2);
	put_number(b, 3), put_number(b, ES256);
	put_number(b, -1), put_number(b, 1);
	put_number(b, -2), put_bytes(b, point + 1, 32);
	put_number(b, -3), put_bytes(b, point + 33, 32);
}

static inline void put_rsa_key(struct buffer *b, const struct authenticator *a)
{
	unsigned char modulus[256];
	BIGNUM *n = NULL;

	assert_int_equal(EVP_PKEY_get_bn_param(a->pkey, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	assert_int_equal(BN_bn2binpad(n, modulus, sizeof(modulus)), sizeof(modulus));
	BN_free(n);
	put_head(b, 5, 4);
	put_number(b, 1), put_number(b, 3);
	put_number(b, 3), put_number(b, RS256);
	put_number(b, -1), put_bytes(b, modulus, sizeof(modulus));
	put_number(b, -2), put_bytes(b, "\x01\x00\x01", 3);
}

static inline void put_okp_key(struct buffer *b, const struct authenticator *a)
{
	unsigned char bytes[32];
	size_t n = sizeof(bytes);

	assert_int_equal(EVP_PKEY_get_raw_public_key(a->pkey, bytes, &n), 1);
	put_head(b, 5, 4);
	put_number(b, 1), put_number(b, 1);
	put_number(b, 3), put_number(b, EDDSA);
	put_number(b, -1), put_number(b, 6);
	put_number(b, -2), put_bytes(b, bytes, n);
}

static inline void put_key(struct buffer *b, const struct authenticator *a)
{
	if (a->algorithm == ES256)
		put_ec_key(b, a);
	else if (a->algorithm == RS256)
		put_rsa_key(b, a);
	else
		put_okp_key(b, a);
}

/* `a` NULL: without a passkey. */
static inline void put_auth_data(struct buffer *b, const struct authenticator *a, const struct saying *say)
{
	static const char guid[16];

	put_hash(b, say->rp_id, strlen(say->rp_id));
	buffer_char(b, (char)say->flags);
	for (int shift = 24; shift >= 0; shift -= 8)
		buffer_char(b, (char)(say->counter >> shift));
	if (a) {
		buffer_add(b, guid, sizeof(guid));
		buffer_char(b, 0);
		buffer_char(b, (char)sizeof(a->id));
		buffer_add(b, a->id, sizeof(a->id));
		put_key(b, a);
	}
	if (say->extensions)
		buffer_text(b, say->extensions);
}

static inline void put_client_data(struct buffer *b, const struct saying *say)
{
	buffer_printf(b, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}", say->type, say->challenge,
		      say->origin, say->members ? say->members : "");
}

/* Over authenticator data and the hash of the client data (WebAuthn section 6.3.3). */
static inline void put_signature(struct buffer *b, const struct authenticator *a, const struct saying *say,
				 struct slice auth_data, struct slice client_data)
{
	struct buffer message = {0};
	unsigned char signature[512];
	size_t n = sizeof(signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	buffer_init(&message, MIB(1));
	buffer_add(&message, auth_data.at, auth_data.len);
	put_hash(&message, client_data.at, client_data.len);
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, a->algorithm == EDDSA ? NULL : EVP_sha256(), NULL, a->pkey), 1);
	assert_int_equal(EVP_DigestSign(ctx, signature, &n, (const unsigned char *)message.data, message.len), 1);
	EVP_MD_CTX_free(ctx);
	buffer_done(&message);
	if (say->spoilt)
		signature[n - 1] ^= 1;
	buffer_add(b, signature, n);
}

static inline struct slice slice_of(const struct buffer *b)
{
	return (struct slice){ b->data, b->len };
}

static struct buffer said_client, said_auth, said_attestation, said_signature;

static inline void forget(struct buffer *b)
{
	buffer_done(b);
	*b = (struct buffer){0};
	buffer_init(b, MIB(1));
}

/* -- its answers -- */

/* Makes its passkey; the attestation object. The client data is said_client. */
static inline struct slice authenticator_make(const struct authenticator *a, const struct saying *say)
{
	bool packed = !strcmp(say->format, "packed");

	forget(&said_client), forget(&said_auth), forget(&said_attestation), forget(&said_signature);
	put_client_data(&said_client, say);
	put_auth_data(&said_auth, a, say);
	put_signature(&said_signature, a, say, slice_of(&said_auth), slice_of(&said_client));
	put_head(&said_attestation, 5, 3);
	put_text(&said_attestation, "fmt");
	put_text(&said_attestation, say->format);
	put_text(&said_attestation, "attStmt");
	put_head(&said_attestation, 5, packed ? 2 : 0);
	if (packed) {
		put_text(&said_attestation, "alg");
		put_number(&said_attestation, say->said_algorithm ? say->said_algorithm : a->algorithm);
		put_text(&said_attestation, "sig");
		put_bytes(&said_attestation, said_signature.data, said_signature.len);
	}
	put_text(&said_attestation, "authData");
	put_bytes(&said_attestation, said_auth.data, said_auth.len);
	return slice_of(&said_attestation);
}

static inline struct web_authn_assertion authenticator_use(const struct authenticator *a, const struct saying *say)
{
	forget(&said_client), forget(&said_auth), forget(&said_signature);
	put_client_data(&said_client, say);
	put_auth_data(&said_auth, NULL, say);
	put_signature(&said_signature, a, say, slice_of(&said_auth), slice_of(&said_client));
	return (struct web_authn_assertion){ slice_of(&said_client), slice_of(&said_auth), slice_of(&said_signature) };
}

#endif
