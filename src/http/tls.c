/* Reads certificates and keys with GnuTLS, which is what libmicrohttpd speaks TLS with, and hands them to it. */
#include "http/tls.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/banned.h"

#define CHAIN_MOST 16
#define ID_SIZE 32	/* SHA-256 of a public key */

/* Forward secrecy and authenticated encryption only, for certificates of any kind. */
const char tls_priorities[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA"
			      ":-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:-MAC-ALL:+AEAD"
			      ":%SERVER_PRECEDENCE";

/* Those of before are kept until the end: a handshake may still read them, and renewals are rare. */
struct identity {
	struct identity *before;
	gnutls_pcert_st chain[CHAIN_MOST];
	unsigned count;
	gnutls_privkey_t key;
};

static _Atomic(struct identity *) shown;

/* GnuTLS calls it for each handshake. */
static int show(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
		const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain, unsigned *count,
		gnutls_privkey_t *key)
{
	struct identity *i = atomic_load(&shown);

	(void)session;
	(void)authorities;
	(void)authority_count;
	(void)algorithms;
	(void)algorithm_count;
	*chain = i->chain;
	*count = i->count;
	*key = i->key;
	return 0;
}

void *const tls_callback = (void *)show;

static void identity_free(struct identity *i)
{
	for (unsigned n = 0; n < i->count; n++)
		gnutls_pcert_deinit(&i->chain[n]);
	if (i->key)
		gnutls_privkey_deinit(i->key);
	free(i);
}

static gnutls_datum_t datum_of(const char *text)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)text, (unsigned)strlen(text) };
}

static err_t read_chain(struct identity *i, const char *certificates)
{
	const gnutls_datum_t text = datum_of(certificates);
	unsigned count = CHAIN_MOST;
	int rc = gnutls_pcert_list_import_x509_raw(i->chain, &count, &text, GNUTLS_X509_FMT_PEM,
						   GNUTLS_X509_CRT_LIST_SORT);

	if (rc < 0)
		return err_set(ERR_INTERNAL, "the certificate cannot be read: %s", gnutls_strerror(rc));
	i->count = count;
	return OK;
}

static err_t read_key(struct identity *i, const char *key)
{
	const gnutls_datum_t text = datum_of(key);
	int rc = gnutls_privkey_init(&i->key);

	if (rc >= 0)
		rc = gnutls_privkey_import_x509_raw(i->key, &text, GNUTLS_X509_FMT_PEM, NULL, 0);
	return rc >= 0 ? OK :
			 err_set(ERR_INTERNAL, "the private key of the certificate cannot be read: %s",
				 gnutls_strerror(rc));
}

static bool id_of(gnutls_pubkey_t key, unsigned char *id)
{
	size_t len = ID_SIZE;

	return gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id, &len) >= 0 && len == ID_SIZE;
}

static err_t check_pair(const struct identity *i)
{
	unsigned char of_chain[ID_SIZE], of_key[ID_SIZE];
	gnutls_pubkey_t key = NULL;
	bool fits = gnutls_pubkey_init(&key) >= 0 && gnutls_pubkey_import_privkey(key, i->key, 0, 0) >= 0 &&
		    id_of(key, of_key) && id_of(i->chain[0].pubkey, of_chain) &&
		    memcmp(of_key, of_chain, ID_SIZE) == 0;

	if (key)
		gnutls_pubkey_deinit(key);
	return fits ? OK : err_set(ERR_INTERNAL, "the private key is not that of the certificate");
}

err_t tls_show(const char *certificates, const char *key)
{
	struct identity *i = calloc(1, sizeof(*i));
	err_t e;

	if (!i)
		return err_set(ERR_INTERNAL, "no memory for a certificate");
	e = read_chain(i, certificates);
	if (!e)
		e = read_key(i, key);
	if (!e)
		e = check_pair(i);
	if (e) {
		identity_free(i);
		return e;
	}
	i->before = atomic_load(&shown);
	atomic_store(&shown, i);
	return OK;
}

void tls_done(void)
{
	struct identity *i = atomic_exchange(&shown, NULL), *before;

	for (; i; i = before) {
		before = i->before;
		identity_free(i);
	}
}
