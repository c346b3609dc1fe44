/* A picture of a person who registers (sign-in.md section 4.2). */
#include "signin/experience.h"
#include "tenant/doors.h"
#include "tenant/upload.h"

#include "base/banned.h"

static err_t check_purpose(struct request *rq)
{
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	if (x.purpose == FORGOTTEN_PASSWORD)
		return ERR_NOT_WHILE_FORGOTTEN;
	return x.purpose == REGISTER ? next(rq, &store_avatar) : ERR_ONLY_WHILE_REGISTERING;
}

static const struct step check_step = { "check who uploads an avatar", READ, check_purpose };

const struct route avatar_routes[] = {
	{ POST, "/api/experience/user-assets/avatar", INTERACTION, .before = experience_require_begun,
	  .first = &check_step, .upload_max = UPLOAD_BODY_MOST, .status = 200, .reply = &upload_shape,
	  .operation = "UploadAvatar", .summary = "Upload a picture of the person who registers" },
};
const size_t avatar_route_count = ARRAY_LEN(avatar_routes);
