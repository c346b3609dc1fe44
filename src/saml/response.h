/*
 * response.h - what an identity provider says of a person: the Response of SAML's web browser SSO profile (profiles
 * 4.1.4.2 and 4.1.4.3), checked in full before a word of it is believed.
 */
#ifndef SAML_RESPONSE_H
#define SAML_RESPONSE_H

#include <jansson.h>

#include "saml/refusal.h"

/*
 * The question:
 *	response		base64, as the form has it
 *	now, skew		milliseconds; how far the provider's clock may be off
 *	identityProvider	{ entityId, certificates: [PEM or base64] }
 *	serviceProvider		{ entityId, assertionConsumerServiceUrl }
 *	requestId		of the request that is answered; null: none was sent, and the response names none
 *	decryptionKeys		[PEM], private
 *	allowSha1		true or false
 *
 * The answer: { assertionId, expiresAt (from when on it is refused as too old anyway), nameId, nameIdFormat,
 * sessionIndex, sessionExpiresAt, attributes: { NAME: [text, ...] } }; what the provider did not say is missing.
 * NULL: refused. Yours.
 */
json_t *response_check(const json_t *question, struct refusal *r);

#endif
