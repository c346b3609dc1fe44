/* A picture of a person who registers (sign-in.md section 4.2). Nobody has proven anything yet, so there are few. */
#include "signin/experience.h"
#include "tenant/doors.h"
#include "tenant/upload.h"

#include "base/banned.h"

#define AVATARS_MOST 5

static err_t check_purpose(const struct experience *x)
{
	if (x->purpose == FORGOTTEN_PASSWORD)
		return ERR_NOT_WHILE_FORGOTTEN;
	return x->purpose == REGISTER ? OK : ERR_ONLY_WHILE_REGISTERING;
}

/* Counted before it is stored, so that many at once are not more. */
static err_t take_place(struct request *rq)
{
	struct experience x;
	json_int_t count;
	err_t e = experience_load(rq, &x);

	if (!e)
		e = check_purpose(&x);
	if (e)
		return e;
	count = json_integer_value(experience_member(&x, EXPERIENCE_AVATARS));
	if (count >= AVATARS_MOST)
		return ERR_AVATARS;
	experience_set_member(&x, EXPERIENCE_AVATARS, json_integer(count + 1));
	e = experience_save(rq, &x);
	return e ? e : next(rq, &store_avatar);
}

static const struct step place_step = { "count an avatar", WRITE, take_place };

static err_t check_picture(struct request *rq)
{
	err_t e = upload_check_avatar(rq);

	return e ? e : next(rq, &place_step);
}

static const struct step picture_step = { "look at an avatar", WORK, check_picture };

static err_t check_caller(struct request *rq)
{
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (!e)
		e = check_purpose(&x);
	return e ? e : next(rq, &picture_step);
}

static const struct step caller_step = { "check who uploads an avatar", READ, check_caller };

const struct route avatar_routes[] = {
	{ POST, "/api/experience/user-assets/avatar", INTERACTION, .before = experience_require_begun,
	  .first = &caller_step, .upload_max = UPLOAD_BODY_MOST, .status = 200, .reply = &upload_shape,
	  .refuses = 429, .operation = "UploadAvatar", .summary = "Upload a picture of the person who registers" },
};
const size_t avatar_route_count = ARRAY_LEN(avatar_routes);
