/*
 * The secret of an authenticator app as a picture, for the account page: the call of the contract that makes a secret
 * answers with its text alone.
 */
#include "account/account.h"

#include "crypto/totp.h"
#include "directory/factor.h"
#include "directory/person.h"
#include "tenant/doors.h"

#include "base/banned.h"

struct picture {
	const char *account;	/* what the app lists it by */
};
FLOW(picture, struct picture)

static err_t draw(struct request *rq)
{
	const char *url;
	struct json_out j;
	err_t e = factor_totp_picture(rq, picture(rq)->account, body_text(rq, "secret"), &url);

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "secretQrCode", url);
	json_close(&j);
	return OK;
}

static const struct step draw_step = { "draw the secret of an owner", WORK, draw };

static err_t check(struct request *rq)
{
	struct person owner;
	err_t e = account_check(rq, &needs_to_make_factors);

	if (!e && !totp_secret_is_valid(body_text(rq, "secret")))
		e = ERR_TOTP_SECRET;
	if (!e)
		e = person_load(rq, rq->who.id, &owner);
	if (e)
		return e;
	picture(rq)->account = factor_totp_account(&owner);
	return next(rq, &draw_step);
}

static const struct step check_step = { "read whose secret is drawn", READ, check };

static const struct field secret_body[] = {
	{ "secret", .type = FIELD_TEXT, .flags = REQUIRED, .help = "As the call that makes one has answered." },
	FIELDS_END
};
static const struct field picture_members[] = {
	{ "secretQrCode", .type = FIELD_TEXT, .flags = REQUIRED, .help = "A PNG as a data: address." },
	FIELDS_END
};
static const struct shape picture_shape = { .fields = picture_members };

const struct route totp_picture_routes[] = {
	{ POST, "/api/my-account/mfa-verifications/totp-secret/qr-code", ACCOUNT, .first = &check_step,
	  .body = secret_body, .status = 200, .reply = &picture_shape, .operation = "DrawMyTotpSecret",
	  .summary = "Get the secret of an authenticator app as a QR code" },
};
const size_t totp_picture_route_count = ARRAY_LEN(totp_picture_routes);
