/*
 * web_authn.h - passkeys in what people do: the options that a browser gets, the payload that it sends back, and the
 * factor that comes of it (sign-in.md sections 3.4 and 4.3). Signatures and forms: crypto/web_authn.h.
 *
 * The RP id is the host of the tenant's endpoint; its pages are those of that origin and of the related ones of the
 * account center. A challenge is kept with the record that asked for it and is gone with the first success.
 *
 * The check of a payload takes three steps: web_authn_read_…() on READ, web_authn_check_…() on WORK, and on WRITE the
 * caller looks once more whether the challenge is still there before it acts.
 */
#ifndef SIGNIN_WEB_AUTHN_H
#define SIGNIN_WEB_AUTHN_H

#include "crypto/web_authn.h"
#include "directory/person.h"
#include "entity/field.h"
#include "signin/experience.h"

/* -- what a browser gets -- */

/* A fresh challenge in base64url; lives in the request's arena. */
const char *web_authn_challenge(struct request *rq);
/* Host of the tenant's endpoint. */
const char *web_authn_rp_id(struct request *rq);
/* Writes a value: PublicKeyCredentialCreationOptionsJSON, which excludes the passkeys that the person has. */
void web_authn_write_creation(struct request *rq, struct json_out *j, const struct person *who, const char *challenge);
/* Writes a value: PublicKeyCredentialRequestOptionsJSON for the passkeys of a list of factors; NULL: for any. */
void web_authn_write_use(struct request *rq, struct json_out *j, const json_t *factors, const char *challenge);

/* -- what it sends back: the column `members` of a field `payload` -- */

extern const struct field web_authn_creation_payload[], web_authn_use_payload[];

/* One check, from step to step; zero at first. */
struct web_authn_check {
	struct web_authn_site site;
	struct web_authn_passkey passkey;
	struct slice id;		/* of the passkey, as the payload says */
	struct slice client_data, attestation;
	struct web_authn_assertion use;
	uint32_t counter;
	err_t outcome;			/* OK, ERR_WEB_AUTHN */
};

/* For a new passkey, with a transaction. What is wrong with the payload is the outcome. */
NODISCARD err_t web_authn_read_creation(struct request *rq, const json_t *payload, const char *challenge,
					struct web_authn_check *out);
/* For the use of one of the passkeys of `who`; the outcome also tells when it is none of these. */
NODISCARD err_t web_authn_read_use(struct request *rq, const json_t *payload, const char *challenge,
				   const struct person *who, struct web_authn_check *out);
/* Set the outcome unless it is set; on WORK. */
void web_authn_check_creation(struct web_authn_check *check);
void web_authn_check_use(struct web_authn_check *check);

/* A checked new passkey as an element of the list of factors (directory/factor.h), the request's; not yet stored. */
json_t *web_authn_new_factor(struct request *rq, const json_t *payload, const struct web_authn_check *check);
/* The passkey of a payload in a list, or of a credential's id; NULL: there is none. */
json_t *web_authn_find(const json_t *factors, const json_t *payload);
json_t *web_authn_find_id(const json_t *factors, const char *credential_id);
/* ERR_WEB_AUTHN: the list has the passkey already. */
NODISCARD err_t web_authn_check_new(const json_t *factors, const char *credential_id);
/* The user that the authenticator names in a payload; NULL: none. */
const char *web_authn_user_handle(struct request *rq, const json_t *payload);
/*
 * In a WRITE step: locks the list of the user's factors, and sets in it what the use changes: counter, time, and the
 * RP id where it was missing. `*outcome`: that of the check, or ERR_WEB_AUTHN since the counter does not grow or the
 * passkey is gone; OK: factors_save() stores it.
 */
NODISCARD err_t web_authn_settle_use(struct request *rq, const char *user_id, const json_t *payload,
				     const struct web_authn_check *check, json_t **list, err_t *outcome);

/* -- records of the Experience API -- */

/*
 * Stages the passkey of a verified registration: an element of the list of factors, in `webAuthn` of the state's
 * `mfa`. ERR_PROOF_UNKNOWN: no such record; ERR_PROOF_FAILED: it is not verified.
 */
NODISCARD err_t web_authn_stage(struct request *rq, struct experience *x, const char *verification_id);
/* Whether passkeys may be bound: they are a factor of the tenant, or sign people in. */
bool web_authn_is_enabled(const struct experience *x);

/* -- passkeys that sign in (section 8.6); signin/passkey.c -- */

/* Whether the tenant signs people in with them. */
bool passkey_signs_in(const struct experience *x);
/* At submit: ERR_PASSKEY_PREFERRED where the tenant wants people to have one, and this one has not said "later". */
NODISCARD err_t passkey_check_preferred(const struct experience *x, const struct person *who);
/* At submit: puts what was skipped into the settings of the user, `logtoConfig` of `patch`. */
void passkey_take_skipped(const struct experience *x, const struct person *who, json_t *patch);

extern const struct route web_authn_routes[], passkey_routes[], passkey_binding_routes[];
extern const size_t web_authn_route_count, passkey_route_count, passkey_binding_route_count;

#endif
