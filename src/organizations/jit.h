/*
 * jit.h - who becomes a member of which organization without being invited, by the settings that organizations have
 * for it: the domain of an e-mail address, the enterprise connector by which they signed in, or a one-time token that
 * names organizations.
 *
 * A person who is a member already stays one, and still gets the roles of the settings, so that two calls at once, or
 * one after the other, do what one call does. Roles for machines among them are left out. Organizations in which the
 * person was not a member have the event Organization.Membership.Updated.
 *
 * Where only proven domains provision (domain_proof.h), the domain of the address counts by which they came; one-time
 * tokens name organizations by themselves.
 *
 * ERR_AGAIN, from each: an organization or a role was deleted meanwhile; the step is run again from its start.
 * Contract: jit-and-sso.md section 2.
 */
#ifndef ORGANIZATIONS_JIT_H
#define ORGANIZATIONS_JIT_H

#include "http/request.h"

/*
 * Admits a user to the organizations that list the domain of the address, compared as email_domain.h has it; to none
 * when it is a public suffix, or mail servers may differ about what the domain is. Only for an address that the person
 * has proven to be theirs, and only when they register: the caller sees to both.
 */
NODISCARD err_t jit_admit_by_email(struct request *rq, const char *user_id, const char *email);
/*
 * Admits a user to the organizations that list an enterprise connector. Only when the account there becomes the
 * user's: the caller sees to it. `email`: the one that counts of what the provider told, whose domain has to be proven
 * where those alone provision; NULL: none.
 */
NODISCARD err_t jit_admit_by_connector(struct request *rq, const char *user_id, const char *connector_id,
				       const char *email);
/*
 * Names the organizations that this would admit a user to, without doing it (user_id NULL: a new one): a list of
 * {id, name, isMember, roles: [{id, name}]}, JIT_FORESEEN_MOST at most; json_decref(), also after an error.
 * `*is_unproven`: none, since the domain of the address is not proven.
 */
NODISCARD err_t jit_foresee_by_connector(struct request *rq, const char *user_id, const char *connector_id,
					 const char *email, json_t **out, bool *is_unproven);
#define JIT_FORESEEN_MOST 50
/* Admits a user to the organizations of the list; a text that is not the id of one is skipped. NULL: none. */
NODISCARD err_t jit_admit_by_ids(struct request *rq, const char *user_id, const json_t *organization_ids);

#endif
