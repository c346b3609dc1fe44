/*
 * Second factors of users as an administrator sees, gives and takes them.
 * Contract: users-apps-resources.md section 2.3. Secrets and codes are told once, in the answer that gives them.
 */
#include "directory/user.h"

#include <string.h>

#include "base/url.h"
#include "crypto/qr.h"
#include "crypto/totp.h"
#include "directory/factor.h"
#include "directory/person.h"
#include "http/step.h"

#include "base/banned.h"

/* What a new factor needs on its way: the secret of an app and its picture. */
struct new_factor {
	const char *account;
	const char *secret, *picture;
};
FLOW(new_factor, struct new_factor)

static err_t user_miss_error(const char *id)
{
	return entity_miss_error(&user, ERR_NOT_FOUND, id);
}

/* The user of the path. */
static err_t load_user(struct request *rq, struct person *out)
{
	const char *id = path_arg(rq, "userId");
	err_t e = person_load(rq, id, out);

	return e == ERR_NOT_FOUND ? user_miss_error(id) : e;
}

static bool is_totp(struct request *rq)
{
	return !strcmp(body_text(rq, "type"), factor_names[FACTOR_TOTP]);
}

/* -- list -- */

static err_t list_factors(struct request *rq)
{
	struct person person;
	err_t e = load_user(rq, &person);

	return e ? e : factors_reply(rq, person.factors);
}

/* -- a new factor: it is checked before its picture is drawn, and again when it is stored -- */

static err_t check_totp(struct request *rq, const json_t *factors)
{
	const char *secret = body_text(rq, "secret");

	if (factors_find(factors, FACTOR_TOTP))
		return ERR_TOTP_IN_USE;
	return secret && !totp_secret_is_valid(secret) ? ERR_TOTP_SECRET : OK;
}

static err_t check_backup_codes(struct request *rq, const json_t *factors)
{
	const json_t *codes = body_get(rq, "codes");
	bool alone = true;
	json_t *factor;
	size_t i;

	json_array_foreach(factors, i, factor) {
		if (factor_codes_left(factor) > 0)
			return ERR_BACKUP_CODES_IN_USE;
		alone = alone && factor_type_of(factor) == FACTOR_BACKUP_CODE;
	}
	if (alone)
		return ERR_BACKUP_CODES_ALONE;
	return codes && !backup_codes_fit(codes) ? ERR_BACKUP_CODES_FORM : OK;
}

static err_t check_new(struct request *rq, const json_t *factors)
{
	return is_totp(rq) ? check_totp(rq, factors) : check_backup_codes(rq, factors);
}

static err_t save_new(struct request *rq, json_t *factors, json_t *factor)
{
	json_array_append(factors, factor);
	return factors_save(rq, path_arg(rq, "userId"), factors);
}

static err_t add_totp(struct request *rq, json_t *factors)
{
	const struct new_factor *new = new_factor(rq);
	struct json_out j;
	json_t *factor;
	err_t e = factor_new_totp(rq, new->secret, &factor);

	if (!e)
		e = save_new(rq, factors, factor);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "type", factor_names[FACTOR_TOTP]);
	json_key_text(&j, "secret", new->secret);
	json_key_text(&j, "secretQrCode", new->picture);
	json_close(&j);
	return OK;
}

static err_t add_backup_codes(struct request *rq, json_t *factors)
{
	const json_t *given = body_get(rq, "codes"), *codes = given ? given : backup_codes_new(rq);
	struct json_out j;
	json_t *factor;
	err_t e = factor_new_backup_codes(rq, codes, &factor);

	if (!e)
		e = save_new(rq, factors, factor);
	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "type", factor_names[FACTOR_BACKUP_CODE]);
	json_key(&j, "codes");
	json_value(&j, codes);
	json_close(&j);
	return OK;
}

static err_t keep_factor(struct request *rq)
{
	json_t *factors;
	err_t e = factors_lock(rq, path_arg(rq, "userId"), &factors);

	if (!e)
		e = check_new(rq, factors);
	if (e)
		return e;
	return is_totp(rq) ? add_totp(rq, factors) : add_backup_codes(rq, factors);
}

static const struct step keep_step = { "store a factor", WRITE, keep_factor };

/* The name of this server without its port, as apps show it. */
static const char *issuer_name(struct request *rq)
{
	struct url origin;

	return url_parse(rq->origin, strlen(rq->origin), &origin) ?
		       arena_copyn(rq->arena, origin.host.at, origin.host.len) :
		       "";
}

const char *factor_totp_account(const struct person *p)
{
	if (p->username)
		return p->username;
	return p->email ? p->email : p->phone;
}

err_t factor_totp_picture(struct request *rq, const char *account, const char *secret, const char **out)
{
	*out = qr_data_url(rq->arena, totp_uri(rq->arena, issuer_name(rq), account, secret));
	return *out ? OK : err_set(ERR_INTERNAL, "a QR code cannot be drawn");
}

static err_t draw_secret(struct request *rq)
{
	struct new_factor *new = new_factor(rq);
	const char *given = body_text(rq, "secret");
	err_t e;

	new->secret = given ? given : totp_secret_new(rq->arena);
	e = factor_totp_picture(rq, new->account, new->secret, &new->picture);
	return e ? e : next(rq, &keep_step);
}

static const struct step draw_step = { "draw the secret of a factor", WORK, draw_secret };

static err_t check_factor(struct request *rq)
{
	struct person person;
	err_t e = load_user(rq, &person);

	if (!e)
		e = check_new(rq, person.factors);
	if (e)
		return e;
	new_factor(rq)->account = factor_totp_account(&person);
	return next(rq, is_totp(rq) ? &draw_step : &keep_step);
}

static const struct step add_factor = { "check a new factor", READ, check_factor };

/* -- deletion -- */

static err_t delete_factor(struct request *rq)
{
	const char *user_id = path_arg(rq, "userId"), *id = path_arg(rq, "verificationId");
	json_t *factors;
	err_t e = factors_lock(rq, user_id, &factors);

	if (e)
		return e;
	if (!factors_remove(factors, id))
		return err_set(ERR_NOT_FOUND, "factor '%.64s' of user '%s'", id, user_id);
	e = factors_save(rq, user_id, factors);
	return e ? e : reply_empty(rq, 204);
}

/* -- routes -- */

static const char *const new_types[] = { TYPE_TOTP, TYPE_BACKUP_CODE, NULL };

static const struct field new_body[] = {
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED | DISCRIMINATOR, .options = new_types },
	{ "secret", .type = FIELD_TEXT,
	  .help = "Of Totp: base32 in capital letters, 16 to 32 characters; made when it is absent." },
	{ "codes", .type = FIELD_LIST, .element = &field_text,
	  .help = "Of BackupCode: ten of ten hexadecimal digits; made when they are absent." },
	FIELDS_END
};

static const struct field made_members[] = {
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = new_types },
	{ "secret", .type = FIELD_TEXT, .help = "Of Totp. It is told this once." },
	{ "secretQrCode", .type = FIELD_TEXT, .help = "Of Totp: a picture for an app, as a data: address." },
	{ "codes", .type = FIELD_LIST, .element = &field_text, .help = "Of BackupCode. They are told this once." },
	FIELDS_END
};

static const struct shape made = { .fields = made_members };

#define BASE "/api/users/{userId}/mfa-verifications"

const struct route user_factor_routes[] = {
	{ GET, BASE, MANAGEMENT, READ, .handler = list_factors, .of = &user, .status = 200, .reply = &factors_shape,
	  .summary = "List the second factors of a user" },
	{ POST, BASE, MANAGEMENT, .first = &add_factor, .body = new_body, .of = &user, .status = 200, .reply = &made,
	  .summary = "Give a user a second factor" },
	{ DELETE, BASE "/{verificationId}", MANAGEMENT, WRITE, .handler = delete_factor, .of = &user, .status = 204,
	  .summary = "Take a second factor from a user" },
};
const size_t user_factor_route_count = ARRAY_LEN(user_factor_routes);
