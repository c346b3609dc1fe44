/* key.h - certificates and keys as administrators and metadata give them. */
#ifndef SAML_KEY_H
#define SAML_KEY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "saml/refusal.h"

#define KEYS_MOST 10
#define RSA_BITS_LEAST 2048

/* Public keys that may sign for an identity provider, or private keys that may decrypt for us. */
struct keys {
	EVP_PKEY *each[KEYS_MOST];
	int count;
};

void keys_done(struct keys *keys);
/* Takes `key`, also when there is no room. */
bool keys_add(struct keys *keys, EVP_PKEY *key, struct refusal *r);

/* PEM, or the base64 of DER alone. NULL: refused. Yours: X509_free(). */
X509 *certificate_read(const char *text, struct refusal *r);
/* Its key, if signatures of it may be believed. NULL: refused. Yours. */
EVP_PKEY *certificate_key(X509 *certificate, struct refusal *r);
/* A private RSA key: PEM, or the base64 of PKCS#8. NULL: refused. Yours. */
EVP_PKEY *private_key_read(const char *text, struct refusal *r);

#endif
