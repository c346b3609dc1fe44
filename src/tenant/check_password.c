/* Tells an administrator what the password policy says of a password. Contract: sign-in.md section 9.2. */
#include "tenant/experience.h"

#include "entity/tree.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/password_policy.h"
#include "tenant/tenant.h"

#include "base/banned.h"

STATEMENT(find_password_owner,
	  "SELECT name, username, primary_email, primary_phone FROM users WHERE tenant_id = $1 AND id = $2");
COLUMNS(find_password_owner, name, username, primary_email, primary_phone);

static const char *copy(struct request *rq, struct rows *row, int column)
{
	return rows_null(row, column) ? NULL : arena_copy(rq->arena, rows_text(row, column));
}

/* ERR_NOT_FOUND. */
static err_t find_owner(struct request *rq, const char *id, struct password_owner *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, &find_password_owner, ARGS(T(id)), &row);

	if (e == ERR_NOT_FOUND)
		return err_set(ERR_NOT_FOUND, "user '%.64s'", id);
	if (e)
		return e;
	*out = (struct password_owner){
		.name = copy(rq, &row, find_password_owner_name),
		.username = copy(rq, &row, find_password_owner_username),
		.email = copy(rq, &row, find_password_owner_primary_email),
		.phone = copy(rq, &row, find_password_owner_primary_phone),
	};
	return rows_end(&row);
}

static err_t owner_error(void)
{
	err_t e = err_arg(ERR_REQUEST_INPUT, "reason", "The policy asks who the password is for.");

	err_fault()->data = "{\"message\":\"User information data is required to check user information.\"}";
	return e;
}

struct password_question {
	json_t *policy;
	struct password_owner owner;
};
FLOW(password_question, struct password_question)

static err_t judge_password(struct request *rq)
{
	const struct password_question *q = password_question(rq);
	json_auto_t *issues = password_issues(rq->arena, q->policy, body_text(rq, "password"), &q->owner,
					      context.settings->breached_passwords);
	struct json_out j = reply_json(rq, json_array_size(issues) ? 400 : 200);

	json_open(&j);
	json_key_bool(&j, "result", json_array_size(issues) == 0);
	if (json_array_size(issues)) {
		json_key(&j, "issues");
		json_value(&j, issues);
	}
	json_close(&j);
	return OK;
}

static const struct step judge_password_step = { "judge the password", WORK, judge_password };

static err_t read_policy(struct request *rq)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	struct password_question *q = password_question(rq);
	const char *id = body_text(rq, "userId");
	const json_t *policy;
	err_t e = setting_load(rq->tx, &sign_in_experience, &value);

	if (!e && id)
		e = find_owner(rq, id, &q->owner);
	if (e)
		return e;
	policy = json_object_get(value, "passwordPolicy");
	if (!id && password_needs_owner(policy))
		return owner_error();
	q->policy = tree_keep(rq, json_deep_copy(policy));
	return next(rq, &judge_password_step);
}

static const struct step check_password = { "read the password policy", READ, read_policy };

static const struct field check_members[] = {
	{ "password", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "userId", .type = FIELD_TEXT, .help = "Who the password is for." },
	FIELDS_END
};
static const struct field yes_members[] = { { "result", .type = FIELD_BOOL, .flags = REQUIRED }, FIELDS_END };
static const struct field no_members[] = {
	{ "result", .type = FIELD_BOOL, .flags = REQUIRED }, OBJECT_LIST("issues"), FIELDS_END
};
static const struct shape yes = { .fields = yes_members };
static const struct shape no = { .fields = no_members };

const struct route check_password_routes[] = {
	{ POST, "/api/sign-in-exp/default/check-password", MANAGEMENT, .first = &check_password,
	  .body = check_members, .status = 200, .reply = &yes, .verdict = &no, .refuses = 404,
	  .operation = "CheckPasswordWithDefaultSignInExperience",
	  .summary = "Tell what the password policy says of a password" },
};
const size_t check_password_route_count = ARRAY_LEN(check_password_routes);
