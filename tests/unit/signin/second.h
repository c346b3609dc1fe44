/* second.h - second factors on the pages of a test (page.h): people who have some, and what they show. */
#ifndef TESTS_UNIT_SIGNIN_SECOND_H
#define TESTS_UNIT_SIGNIN_SECOND_H

#include "page.h"

#include <liboath/oath.h>

#include "base/clock.h"

#define GOOD "Meadow-lantern_58!"

/* The code of a secret, `steps` from now; by liboath, as an app would. */
static inline const char *code_of(const char *base32, int steps)
{
	char *key = NULL, code[7];
	size_t len = 0;

	assert_int_equal(oath_base32_decode(base32, strlen(base32), &key, &len), OATH_OK);
	assert_int_equal(oath_totp_generate(key, len, (time_t)(clock_s() + steps * 30), 30, 0, 6, code), OATH_OK);
	free(key);
	return arena_copy(api.arena, code);
}

static inline void mfa_rule(const char *factors, const char *policy)
{
	page_rule(arena_printf(api.arena, "{\"mfa\":{\"factors\":%s,\"policy\":\"%s\"}}", factors, policy));
}

/* A user; `more` are further members of the request, with a comma before. */
static inline const char *person_of(const char *username, const char *more)
{
	return api_post_for_id(
		"/api/users",
		arena_printf(api.arena, "{\"username\":\"%s\",\"password\":\"" GOOD "\"%s}", username, more));
}

/* Gives the user an authenticator app; its secret. */
static inline const char *give_totp(const char *user_id)
{
	api_expect(OK, POST, arena_printf(api.arena, "/api/users/%s/mfa-verifications", user_id),
		   "{\"type\":\"Totp\"}");
	return api_member("secret");
}

/* Gives the user backup codes; the first of them. */
static inline const char *give_backup_codes(const char *user_id)
{
	json_t *answer;
	const char *first;

	api_expect(OK, POST, arena_printf(api.arena, "/api/users/%s/mfa-verifications", user_id),
		   "{\"type\":\"BackupCode\"}");
	answer = json_loads(api.answer, 0, NULL);
	first = arena_copy(api.arena, json_string_value(json_array_get(json_object_get(answer, "codes"), 0)));
	json_decref(answer);
	return first;
}

/* As far as the first factor brings somebody. */
static inline void enter(const char *username)
{
	page_begin("SignIn");
	assert_int_equal(page_identify(page_prove(username, GOOD)), OK);
}

static inline void submit(err_t expected)
{
	page_expect(expected, POST, "/submit", NULL);
}

static inline bool answer_has(const char *text)
{
	return strstr(api.answer, text) != NULL;
}

/* Tries a code of the app in use. */
static inline void try_totp(err_t expected, const char *code)
{
	page_expect(expected, POST, "/verification/totp/verify", arena_printf(api.arena, "{\"code\":\"%s\"}", code));
}

static inline void try_backup_code(err_t expected, const char *code)
{
	page_expect(expected, POST, "/verification/backup-code/verify",
		    arena_printf(api.arena, "{\"code\":\"%s\"}", code));
}

static inline void bind_factor(err_t expected, const char *type, const char *id)
{
	page_expect(expected, POST, "/profile/mfa",
		    arena_printf(api.arena, "{\"type\":\"%s\",\"verificationId\":\"%s\"}", type, id));
}

/* Makes a secret and proves it; the id of the record, and in `*secret` (may be NULL) the secret. */
static inline const char *prove_secret(const char **secret)
{
	const char *id, *made;

	page_expect(OK, POST, "/verification/totp/secret", NULL);
	id = api_member("verificationId");
	made = api_member("secret");
	page_expect(OK, POST, "/verification/totp/verify",
		    arena_printf(api.arena, "{\"code\":\"%s\",\"verificationId\":\"%s\"}", code_of(made, 0), id));
	if (secret)
		*secret = made;
	return id;
}

#endif
