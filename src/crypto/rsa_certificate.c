#include "crypto/rsa_certificate.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "base/buffer.h"

#include "base/banned.h"

#define SIGNATURE_MOST 1024
#define SERIAL_BITS 127 /* positive, and 16 bytes at most */

static EVP_PKEY *key_of(const struct secret *key)
{
	const unsigned char *at = key->bytes;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)key->len);
	EVP_PKEY *pkey = info ? EVP_PKCS82PKEY(info) : NULL;

	PKCS8_PRIV_KEY_INFO_free(info);
	if (pkey && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA)
		return pkey;
	EVP_PKEY_free(pkey);
	return NULL;
}

/* -- certificates -- */

static bool set_serial(X509 *x)
{
	BIGNUM *n = BN_new();
	bool good = n && BN_rand(n, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
		    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));

	BN_free(n);
	return good;
}

static bool set_time(ASN1_TIME *to, int64_t ms)
{
	return ASN1_TIME_set(to, (time_t)(ms / 1000)) != NULL;
}

static bool certificate_fill(X509 *x, EVP_PKEY *pkey, const char *name, int64_t from_ms, int64_t until_ms)
{
	X509_NAME *subject = X509_get_subject_name(x);

	return X509_set_version(x, X509_VERSION_3) && set_serial(x) && set_time(X509_getm_notBefore(x), from_ms) &&
	       set_time(X509_getm_notAfter(x), until_ms) && X509_set_pubkey(x, pkey) &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) &&
	       X509_set_issuer_name(x, subject) && X509_sign(x, pkey, EVP_sha256()) > 0;
}

/* Lines end with CR LF, as the contract has it. */
static const char *pem_in(struct arena *a, X509 *x)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct buffer lines;
	char *bytes, *pem = NULL;
	long n;

	buffer_init(&lines, KIB(16));
	if (bio && PEM_write_bio_X509(bio, x)) {
		n = BIO_get_mem_data(bio, &bytes);
		for (long i = 0; i < n; i++)
			bytes[i] == '\n' ? buffer_text(&lines, "\r\n") : buffer_char(&lines, bytes[i]);
		pem = lines.full ? NULL : arena_copyn(a, lines.data, lines.len);
	}
	buffer_done(&lines);
	BIO_free(bio);
	return pem;
}

err_t rsa_certificate_make(struct arena *a, const struct secret *key, const char *name, int64_t from_ms,
			   int64_t until_ms, const char **pem)
{
	EVP_PKEY *pkey = key_of(key);
	X509 *x = pkey ? X509_new() : NULL;

	*pem = x && certificate_fill(x, pkey, name, from_ms, until_ms) ? pem_in(a, x) : NULL;
	X509_free(x);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return *pem ? OK : err_set(ERR_INTERNAL, "no certificate of an RSA key could be made");
}

bool rsa_certificate_digest(const char *pem, unsigned char out[CERTIFICATE_DIGEST_SIZE])
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	unsigned int n = 0;
	bool good = x && X509_digest(x, EVP_sha256(), out, &n) && n == CERTIFICATE_DIGEST_SIZE;

	X509_free(x);
	BIO_free(bio);
	ERR_clear_error();
	return good;
}

/* -- signatures -- */

err_t rsa_sign(const struct secret *key, enum rsa_digest digest, const void *data, size_t len, struct buffer *base64)
{
	const EVP_MD *md = digest == RSA_SHA512 ? EVP_sha512() : EVP_sha256();
	unsigned char signature[SIGNATURE_MOST];
	size_t n = sizeof(signature);
	EVP_PKEY *pkey = key_of(key);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = pkey && ctx && (size_t)EVP_PKEY_get_size(pkey) <= sizeof(signature) &&
		    EVP_DigestSignInit(ctx, NULL, md, NULL, pkey) > 0 &&
		    EVP_DigestSign(ctx, signature, &n, data, len) > 0;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	if (!good)
		return err_set(ERR_INTERNAL, "an RSA key cannot sign");
	text_base64(base64, signature, n);
	return OK;
}
