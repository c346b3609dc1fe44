/*
 * bare_passkey.c - what libfido2 alone gives on this machine: `bare_passkey SECONDS`.
 *
 * As many threads as processors verify one assertion of one passkey (ES256) over and over. Key and assertion are
 * filled in each time, since each request brings or loads one. Prints how many a second.
 */
#include <fido.h>
#include <fido/es256.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "over_and_over.h"

#define RP_ID "localhost"
#define CLIENT_DATA \
	"{\"type\":\"webauthn.get\",\"challenge\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"," \
	"\"origin\":\"http://localhost:3001\",\"crossOrigin\":false}"
#define VERIFIED 0x05 /* somebody was there, and was verified */

static const unsigned char client_data[] = CLIENT_DATA;
static const size_t client_data_len = sizeof(CLIENT_DATA) - 1;
static unsigned char auth_data[SHA256_DIGEST_LENGTH + 5]; /* hash of the RP id, flags, a counter of 0 */
static unsigned char point[65]; /* the public key, behind a byte that says what it is */
static unsigned char signature[80];
static size_t signature_len = sizeof(signature);

static void make_assertion(void)
{
	unsigned char text[sizeof(auth_data) + SHA256_DIGEST_LENGTH];
	EVP_PKEY *key = EVP_EC_gen("P-256");
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len;

	SHA256((const unsigned char *)RP_ID, strlen(RP_ID), auth_data);
	auth_data[SHA256_DIGEST_LENGTH] = VERIFIED;
	memcpy(text, auth_data, sizeof(auth_data));
	SHA256(client_data, client_data_len, text + sizeof(auth_data));
	if (!key || !ctx ||
	    EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &len) != 1 ||
	    len != sizeof(point) || EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, signature, &signature_len, text, sizeof(text)) != 1)
		die("no assertion");
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
}

static int fill(fido_assert_t *a)
{
	return fido_assert_set_rp(a, RP_ID) || fido_assert_set_up(a, FIDO_OPT_TRUE) ||
	       fido_assert_set_uv(a, FIDO_OPT_TRUE) || fido_assert_set_count(a, 1) ||
	       fido_assert_set_clientdata(a, client_data, client_data_len) ||
	       fido_assert_set_authdata_raw(a, 0, auth_data, sizeof(auth_data)) ||
	       fido_assert_set_sig(a, 0, signature, signature_len);
}

static void verify(void)
{
	es256_pk_t *key = es256_pk_new();
	fido_assert_t *a = fido_assert_new();

	if (!key || !a || es256_pk_from_ptr(key, point + 1, sizeof(point) - 1) != FIDO_OK || fill(a) ||
	    fido_assert_verify(a, 0, COSE_ES256, key) != FIDO_OK)
		die("it does not verify");
	fido_assert_free(&a);
	es256_pk_free(&key);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		die("usage: bare_passkey SECONDS");
	fido_init(0);
	make_assertion();
	over_and_over((unsigned)strtoul(argv[1], NULL, 10), verify);
	return 0;
}
