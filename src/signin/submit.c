/*
 * POST /submit: everything is checked once more, and written (sign-in.md section 2.5).
 */
#include <string.h>

#include "base/clock.h"
#include "directory/user.h"
#include "entity/tree.h"
#include "signin/record.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"
#include "base/banned.h"

/* What the provider and the session take from it (signin/interaction.h). */
static void write_login(struct request *rq, struct experience *x)
{
	x->interaction.login = tree_keep(
		rq, json_pack("{s:s, s:I, s:s, s:s, s:o, s:O}", "accountId", x->user_id, "ts", (json_int_t)clock_s(),
			      "interactionEvent", purposes[x->purpose], "userId", x->user_id, "verificationRecords",
			      experience_shown_records(x), "signInContext", experience_member(x, "signInContext")));
}

/* The page goes on where the authorization request waits. */
static err_t reply_redirect_to(struct request *rq, const struct experience *x)
{
	const char *path = json_string_value(json_object_get(x->interaction.request, "returnTo"));
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "redirectTo", arena_printf(rq->arena, "%s%s", rq->tenant->endpoint, path));
	json_close(&j);
	return OK;
}

static err_t complete_user(struct request *rq, struct experience *x)
{
	json_auto_t *patch = json_copy(x->profile);
	err_t e;

	json_object_set_new(patch, "lastSignInAt", json_integer(clock_ms()));
	e = user_complete(rq, x->user_id, patch);
	return e == ERR_NOT_FOUND ? err_set(ERR_USER_UNKNOWN, "deleted meanwhile") : e;
}

static err_t submit_login(struct request *rq, struct experience *x)
{
	struct person person;
	err_t e = person_load(rq, x->user_id, &person);

	if (e)
		return e == ERR_NOT_FOUND ? err_set(ERR_USER_UNKNOWN, "deleted meanwhile") : e;
	if (person.is_suspended)
		return ERR_USER_SUSPENDED;
	e = complete_user(rq, x);
	if (e)
		return e;
	experience_clear_profile(x);
	write_login(rq, x);
	e = experience_save(rq, x);
	return e ? e : reply_redirect_to(rq, x);
}

static err_t post_submit(struct request *rq)
{
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (!e && !x.user_id)
		e = ERR_IDENTIFIER_MISSING;
	return e ? e : submit_login(rq, &x);
}

/* -- routes -- */

static const struct field submit_members[] = {
	{ "redirectTo", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
static const struct shape submit_shape = { .fields = submit_members };

const struct route submit_routes[] = {
	{ POST, "/api/experience/submit", INTERACTION, WRITE, .before = experience_require_begun,
	  .handler = post_submit, .status = 200, .reply = &submit_shape, .refuses = 401,
	  .operation = "SubmitInteraction", .summary = "Finish, and learn where the browser goes on" },
};
const size_t submit_route_count = ARRAY_LEN(submit_routes);
