#include "saml/key.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "saml/xml.h"

#include "base/banned.h"

#define CERTIFICATE_MOST 65536 /* characters */

void keys_done(struct keys *keys)
{
	for (int i = 0; i < keys->count; i++)
		EVP_PKEY_free(keys->each[i]);
	keys->count = 0;
}

bool keys_add(struct keys *keys, EVP_PKEY *key, struct refusal *r)
{
	if (keys->count == KEYS_MOST) {
		EVP_PKEY_free(key);
		return refuse(r, "certificate", "there are more than %d keys", KEYS_MOST);
	}
	keys->each[keys->count++] = key;
	return true;
}

static X509 *read_pem(const char *text)
{
	BIO *bio = BIO_new_mem_buf(text, -1);
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return certificate;
}

static X509 *read_base64(const char *text)
{
	unsigned char *der = malloc(strlen(text) + 1);
	int n = der ? xml_base64(text, der) : -1;
	const unsigned char *at = der;
	X509 *certificate = n > 0 ? d2i_X509(NULL, &at, n) : NULL;

	if (certificate && at != der + n) {
		X509_free(certificate);
		certificate = NULL;
	}
	free(der);
	return certificate;
}

X509 *certificate_read(const char *text, struct refusal *r)
{
	X509 *certificate = NULL;

	if (strlen(text) <= CERTIFICATE_MOST)
		certificate = strstr(text, "-----BEGIN") ? read_pem(text) : read_base64(text);
	ERR_clear_error();
	if (!certificate)
		refuse(r, "certificate", "a certificate cannot be read: it is neither PEM nor the base64 of one");
	return certificate;
}

static bool is_strong(EVP_PKEY *key)
{
	int type = EVP_PKEY_get_base_id(key);

	return (type == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= RSA_BITS_LEAST) ||
	       (type == EVP_PKEY_EC && EVP_PKEY_get_bits(key) >= 256);
}

EVP_PKEY *certificate_key(X509 *certificate, struct refusal *r)
{
	EVP_PKEY *key = X509_get_pubkey(certificate);

	ERR_clear_error();
	if (key && is_strong(key))
		return key;
	EVP_PKEY_free(key);
	refuse(r, "certificate", "the key of a certificate is not RSA of %d bits or EC of 256, or more",
	       RSA_BITS_LEAST);
	return NULL;
}

/* A key without a password: nobody is asked for one. */
static int no_password(char *buf, int size, int writes, void *of)
{
	(void)buf, (void)size, (void)writes, (void)of;
	return -1;
}

static EVP_PKEY *read_private_pem(const char *text)
{
	BIO *bio = BIO_new_mem_buf(text, -1);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;

	BIO_free(bio);
	return key;
}

static EVP_PKEY *read_private_base64(const char *text)
{
	size_t room = strlen(text) + 1;
	unsigned char *der = malloc(room);
	int n = der ? xml_base64(text, der) : -1;
	const unsigned char *at = der;
	EVP_PKEY *key = n > 0 ? d2i_AutoPrivateKey(NULL, &at, n) : NULL;

	if (der)
		OPENSSL_cleanse(der, room);
	free(der);
	return key;
}

EVP_PKEY *private_key_read(const char *text, struct refusal *r)
{
	EVP_PKEY *key = strstr(text, "-----BEGIN") ? read_private_pem(text) : read_private_base64(text);

	ERR_clear_error();
	if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
		return key;
	EVP_PKEY_free(key);
	refuse(r, "internal", "a key of ours is not a private RSA key");
	return NULL;
}
