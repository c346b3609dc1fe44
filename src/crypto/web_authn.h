/*
 * web_authn.h - what an authenticator answers when it makes a passkey, and when it uses one: checked as a relying
 * party does (WebAuthn level 2, sections 7.1 and 7.2).
 *
 * Functions of bytes alone: the caller keeps challenges, each good for one success, and the counters. All must hold:
 * the type of the answer, its challenge, its origin, not from a frame of another origin; the hash of the RP id; that
 * the person was there and was verified. libfido2 checks signatures. The forms are checked here before it sees them:
 * what it parses CBOR with takes memory for what a header claims.
 *
 * Algorithms are those of web_authn_algorithms. RSA keys have 2048 bits and an exponent of three bytes, as those of
 * authenticators do. No attestation is asked for: what comes is `none`, or `packed` by the passkey itself or by a
 * certificate, whose signature must be right and tells nothing about who made the authenticator.
 */
#ifndef CRYPTO_WEB_AUTHN_H
#define CRYPTO_WEB_AUTHN_H

#include "base/arena.h"
#include "base/err.h"

#define WEB_AUTHN_CLIENT_DATA_MAX 4096
#define WEB_AUTHN_ATTESTATION_MAX 16384
#define WEB_AUTHN_AUTH_DATA_MAX 1024		/* of an assertion */
#define WEB_AUTHN_SIGNATURE_MAX 512
#define WEB_AUTHN_ID_MAX 1023			/* of a passkey: section 4, Credential ID */
#define WEB_AUTHN_CHALLENGE_SIZE 32

/* COSE numbers, in the order of preference. */
#define WEB_AUTHN_ALGORITHMS 2
extern const int web_authn_algorithms[WEB_AUTHN_ALGORITHMS];	/* ES256, RS256 */

/* What an answer must be for. All borrowed. */
struct web_authn_site {
	const char *rp_id;
	const char *const *origins;	/* of its pages, as browsers write them; ended by NULL */
	const char *challenge;		/* in base64url, as the options had it */
};

/* Bytes as they are kept. */
struct web_authn_passkey {
	struct slice id;
	struct slice key;		/* COSE_Key */
	uint32_t counter;
};

/*
 * Checks the making of a passkey. The parts of `*out` are pieces of `attestation`. ERR_WEB_AUTHN with the reason for
 * the operator.
 */
NODISCARD err_t web_authn_register(const struct web_authn_site *site, struct slice client_data,
				   struct slice attestation, struct web_authn_passkey *out);

struct web_authn_assertion {
	struct slice client_data, auth_data, signature;
};

/*
 * Checks that a passkey was used. `*counter` is what to store: the caller asks web_authn_counter_grows() once it holds
 * the stored one. ERR_WEB_AUTHN.
 */
NODISCARD err_t web_authn_assert(const struct web_authn_site *site, const struct web_authn_passkey *passkey,
				 const struct web_authn_assertion *assertion, uint32_t *counter);
/* One that stands still or goes back comes from a copy of the authenticator; those that do not count say 0. */
bool web_authn_counter_grows(uint32_t stored, uint32_t next);

#endif
