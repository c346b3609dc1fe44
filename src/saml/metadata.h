/* metadata.h - what an identity provider publishes of itself (SAML metadata 2.4.3), and certificates on their own. */
#ifndef SAML_METADATA_H
#define SAML_METADATA_H

#include <jansson.h>

#include "saml/refusal.h"

/*
 * The question: { metadata: XML, now }. The answer: { entityId, signInEndpoint (HTTP-Redirect), postEndpoint?,
 * wantAuthnRequestsSigned, certificates: [as certificate_describe()] }, of which there is one at least. NULL: refused.
 */
json_t *metadata_read(const json_t *question, struct refusal *r);

/*
 * The question: { certificate: PEM or base64, now }. The answer: { certificate (PEM), startsAt, expiresAt, isValid }.
 * NULL: refused; a certificate that has expired is not.
 */
json_t *certificate_describe(const json_t *question, struct refusal *r);

#endif
