/*
 * user_config.h - the settings of a user's own sign-in: what they said about second factors and passkeys
 * (users-apps-resources.md section 1.2, sign-in.md section 8.1).
 */
#ifndef DIRECTORY_USER_CONFIG_H
#define DIRECTORY_USER_CONFIG_H

#include "entity/shape.h"
#include "http/request.h"

/*
 * The stored object, the request's; it has members beside those of answers. Locks the user in a WRITE step.
 * ERR_NOT_FOUND.
 */
NODISCARD err_t user_config_load(struct request *rq, const char *user_id, json_t **out);
/* Lays the members of `sent`, {mfa?: {…}, passkeySignIn?: {…}}, over those of a loaded object, and stores it. */
NODISCARD err_t user_config_merge(struct request *rq, const char *user_id, json_t *config, const json_t *sent);
/* Answers 200 with {mfa, passkeySignIn}. */
NODISCARD err_t user_config_reply(struct request *rq, const json_t *config);

/* Those members, of bodies and answers. */
extern const struct field user_config_fields[];
extern const struct shape user_config_shape;

#endif
