/*
 * experience.h - what a tenant sets for the people who sign in: one file for each subject, all of them rows of the
 * Management API.
 */
#ifndef TENANT_EXPERIENCE_H
#define TENANT_EXPERIENCE_H

#include "entity/entity.h"
#include "http/route.h"
#include "tenant/setting.h"

extern struct entity email_template, profile_field, custom_phrase;
extern struct setting account_center, sign_in_experience;

extern const struct route email_template_routes[], profile_field_routes[], account_center_routes[];
extern const struct route phrase_routes[], sign_in_experience_routes[], captcha_routes[], well_known_routes[];
extern const struct route console_routes[], check_password_routes[], not_offered_routes[];
extern const size_t email_template_route_count, profile_field_route_count, account_center_route_count;
extern const size_t phrase_route_count, sign_in_experience_route_count, captcha_route_count, well_known_route_count;
extern const size_t console_route_count, check_password_route_count, not_offered_route_count;
extern const struct field sign_in_experience_fields[];

/* Whether the pages can speak this language: the program has phrases in it, or the tenant. The tag is exact. */
NODISCARD err_t phrases_are_there(struct txn *tx, const char *tag, bool *out);

/*
 * The texts of a mail of this kind: in the language that the payload asks for (locale, or the first known of
 * uiLocales), else in the fallback language, else those for any kind in it. `*details`: {subject, content,
 * contentType?, replyTo?, sendFrom?}, the request's; NULL: there are none.
 */
NODISCARD err_t email_template_find(struct request *rq, const char *type, const json_t *payload, json_t **details);

/* Members of `color` and `branding`, all of them optional. */
extern const struct field color_members[], branding_members[];

/* An element of a list of profile fields: {name}. */
extern const struct field named_profile_field;
/*
 * Leaves of the list `member` of `sent` the profile fields that there are; nothing to do where it is not there.
 * ERR_REQUEST_INPUT: a name is listed twice.
 */
NODISCARD err_t profile_fields_keep_known(struct txn *tx, struct arena *a, json_t *sent, const char *member);

/*
 * All profile fields, and those that `list` names, in its order (NULL or null: all), as answers show them. The caller
 * owns both: json_decref().
 */
NODISCARD err_t profile_fields_read(struct txn *tx, const json_t *list, json_t **all, json_t **chosen);

/*
 * Whether people may have something of their own under this name. ERR_PROFILE_FIELD_BUILT_IN,
 * ERR_PROFILE_FIELD_CUSTOM_DATA, ERR_PROFILE_FIELD_IDENTIFIER.
 */
NODISCARD err_t profile_field_check_conflict(const char *name);

/* Whose look goes over the tenant's: ids, each of which may be NULL or unknown. */
struct look {
	const char *application, *organization;
};
/*
 * What the pages show, and how people may sign in: the setting as everyone may see it, with looks laid over it and
 * what the pages need to know beside it (sign-in.md section 10.1), but for the enterprise connectors: hasSsoConnectors
 * says whether there are any. `*out`: json_decref(), also after an error.
 */
NODISCARD err_t experience_for(struct request *rq, const struct look *whose, json_t **out);
/*
 * The phrases of the pages in the language that fits best: the first of `wanted` that there is (tags with blanks
 * between; NULL: none), else as the browser prefers where the tenant wants that, else the tenant's. `*tag` lives in
 * the request's arena. `*out`: json_decref(), also after an error.
 */
NODISCARD err_t phrases_for(struct request *rq, const char *wanted, const char **tag, json_t **out);

/* What pages need of the captcha service, without its secret; NULL: there is none. json_decref(). */
NODISCARD err_t captcha_shown(struct txn *tx, json_t **out);

#endif
