/*
 * oauth_profile.h - who somebody is, of the answer of a provider that says it in its own words.
 */
#ifndef SSO_OAUTH_PROFILE_H
#define SSO_OAUTH_PROFILE_H

#include "sso/person.h"

/*
 * By `profileMap` of the configuration: id, name, avatar, email, emailVerified, each a path of members with dots, or
 * several with | between, of which the first that is there counts. By default the words of OpenID Connect, and `id`.
 */
void oauth_profile(struct arena *a, const json_t *answer, const json_t *config, struct claimed *out);
/*
 * The same, with the address of GitHub's list of addresses, [{email, primary, verified}, …]: of them only the primary
 * one, and only once it is verified. What a user shows as their address is anybody's.
 */
void oauth_profile_of_github(struct arena *a, const json_t *answer, const json_t *emails, const json_t *config,
			     struct claimed *out);

#endif
