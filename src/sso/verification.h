/*
 * verification.h - what the two records of this room share, that of an organization's provider and that of a social
 * one: how they are found, what a page is told when one is begun, and what is kept of a person who was proven.
 */
#ifndef SSO_VERIFICATION_H
#define SSO_VERIFICATION_H

#include "entity/field.h"
#include "signin/record.h"

/* The record that the body's verificationId names, if it is one of the path's connector. ERR_PROOF_UNKNOWN. */
NODISCARD err_t sso_verification_find(struct request *rq, const struct experience *x, const struct record_type *type,
				      json_t **out);
/* Answers 200 with the address of the provider and the record's id. */
err_t sso_verification_begun(struct request *rq, const char *id);
extern const struct shape sso_verification_begun_shape;
/* Keeps the person of the work as member `info` of the record, which is verified then; answers 200 with its id. */
err_t sso_verification_keep(struct request *rq, struct experience *x, const struct record_type *type, const char *info,
			    json_t *record, const char *id);

#endif
