/*
 * The state of the Experience API, which the interaction keeps (sign-in.md section 1.1):
 *
 *	{interactionEvent, userId?, profile: {…}, mfa: {…}, verificationRecords: […], captcha: {verified, skipped},
 *	 signInContext: {ip, userAgent?}, submitted?, registered?, signInPasskey?}
 *
 * Here it begins, is shown, and turns to another purpose (sections 2.1, 2.2, 2.6).
 */
#include "signin/experience.h"

#include <string.h>

#include "entity/tree.h"
#include "signin/mfa.h"
#include "signin/record.h"
#include "signin/social_account.h"
#include "tenant/api.h"
#include "tenant/captcha.h"
#include "tenant/doors.h"
#include "tenant/experience.h"
#include "tenant/tenant.h"
#include "base/banned.h"

const char *const purposes[] = {
	[SIGN_IN] = "SignIn", [REGISTER] = "Register", [FORGOTTEN_PASSWORD] = "ForgotPassword", NULL
};

static enum purpose purpose_of(const char *name)
{
	for (int i = 0; purposes[i]; i++)
		if (!strcmp(purposes[i], name))
			return (enum purpose)i;
	return SIGN_IN;
}

/* -- loading and saving -- */

static void release_rules(void *rules)
{
	const json_t *value = rules;

	setting_release(&value);
}

err_t experience_load_rules(struct request *rq, struct experience *out)
{
	err_t e = setting_load(rq->tx, &sign_in_experience, &out->rules);

	if (!e)
		arena_defer(rq->arena, release_rules, (json_t *)(uintptr_t)out->rules);
	return e;
}

static err_t load_interaction(struct request *rq, const char *id, struct interaction *out)
{
	err_t e = interaction_find(rq, id, out);

	return e == ERR_NOT_FOUND ? err_set(ERR_SESSION_NOT_FOUND, "it ended after the door") : e;
}

/* Before that there may be a challenge for a passkey alone. */
static bool is_begun(const struct interaction *i)
{
	return json_object_get(i->experience, "interactionEvent") != NULL;
}

/* Points the members of `x` into its state. */
static void read_state(struct experience *x)
{
	const json_t *state = x->interaction.experience;

	x->purpose = purpose_of(json_string_value(json_object_get(state, "interactionEvent")));
	x->user_id = json_string_value(json_object_get(state, "userId"));
	x->profile = json_object_get(state, "profile");
	x->records = json_object_get(state, "verificationRecords");
	x->captcha = json_object_get(state, "captcha");
}

err_t experience_load_of(struct request *rq, const char *interaction_id, struct experience *out)
{
	err_t e = load_interaction(rq, interaction_id, &out->interaction);

	if (!e && !is_begun(&out->interaction))
		e = ERR_EXPERIENCE_NOT_BEGUN;
	if (!e)
		e = experience_load_rules(rq, out);
	if (!e)
		read_state(out);
	return e;
}

/* The interaction that the door has found. */
err_t experience_load(struct request *rq, struct experience *out)
{
	return experience_load_of(rq, rq->who.id, out);
}

err_t experience_save(struct request *rq, struct experience *x)
{
	return interaction_save(rq, &x->interaction);
}

void experience_set_user(struct experience *x, const char *user_id)
{
	experience_set_member(x, "userId", json_string(user_id));
	read_state(x);
}

err_t experience_find_person(struct request *rq, const struct experience *x, struct person *out)
{
	err_t e = x->user_id ? person_load(rq, x->user_id, out) : ERR_IDENTIFIER_MISSING;

	return e == ERR_NOT_FOUND ? err_set(ERR_USER_UNKNOWN, "deleted since the identification") : e;
}

void experience_stage(struct experience *x, json_t *values)
{
	if (json_object_get(values, "primaryEmail"))
		json_object_del(x->profile, "jitOrganizationIds");
	json_object_update(x->profile, values);
}

void experience_clear_profile(struct experience *x)
{
	json_object_clear(x->profile);
}

void experience_skip_captcha(struct experience *x)
{
	json_object_set_new(x->captcha, "skipped", json_true());
}

json_t *experience_member(const struct experience *x, const char *name)
{
	return json_object_get(x->interaction.experience, name);
}

void experience_set_member(struct experience *x, const char *name, json_t *value)
{
	json_object_set_new(x->interaction.experience, name, value);
}

err_t experience_require_begun(struct request *rq)
{
	struct interaction i;
	err_t e = load_interaction(rq, rq->who.id, &i);

	return !e && !is_begun(&i) ? ERR_EXPERIENCE_NOT_BEGUN : e;
}

/* -- rules -- */

const json_t *experience_rule(const struct experience *x, const char *part, const char *member)
{
	return json_object_get(json_object_get(x->rules, part), member);
}

bool experience_any_case(const struct experience *x)
{
	return json_is_false(experience_rule(x, "usernamePolicy", "caseSensitive"));
}

err_t experience_check_mode(const struct experience *x, enum purpose purpose)
{
	const char *mode = json_string_value(json_object_get(x->rules, "signInMode"));

	if (purpose == SIGN_IN && !strcmp(mode, "Register"))
		return ERR_SIGN_IN_MODE;
	if (purpose == REGISTER && !strcmp(mode, "SignIn") && !record_has_invitation(x))
		return ERR_SIGN_IN_MODE;
	return OK;
}

err_t experience_check_captcha(const struct experience *x)
{
	bool asked = json_is_true(experience_rule(x, "captchaPolicy", "enabled"));

	return !asked || json_is_true(json_object_get(x->captcha, "verified")) ||
			       json_is_true(json_object_get(x->captcha, "skipped")) ?
		       OK :
		       ERR_CAPTCHA_REQUIRED;
}

/* -- showing -- */

/* What is staged and may be seen: never the digest of a password. */
static const char *const shown_profile[] = { "username", "primaryEmail", "primaryPhone", "name", "avatar", "profile",
					      "customData", "jitOrganizationIds", STAGED_SOCIAL, NULL };

static json_t *copy_members(const json_t *from, const char *const *names)
{
	json_t *to = json_object();

	for (; *names; names++)
		if (json_object_get(from, *names))
			json_object_set(to, *names, json_object_get(from, *names));
	return to;
}

json_t *experience_shown_records(const struct experience *x)
{
	json_t *list = json_array();
	const json_t *record;
	size_t i;

	json_array_foreach(x->records, i, record)
		json_array_append_new(list, record_shown(record));
	return list;
}

json_t *experience_shown(const struct experience *x)
{
	static const char *const plain[] = { "interactionEvent", "userId", NULL };
	static const char *const last[] = { "captcha", "signInContext", NULL };
	json_t *shown = copy_members(x->interaction.experience, plain);
	json_t *rest = copy_members(x->interaction.experience, last);

	json_object_set_new(shown, "profile", copy_members(x->profile, shown_profile));
	json_object_set_new(shown, "mfa", mfa_shown(x));
	json_object_set_new(shown, "verificationRecords", experience_shown_records(x));
	json_object_update(shown, rest);
	json_decref(rest);
	return shown;
}

void experience_log(struct request *rq, const struct experience *x, enum audit_key key, const char *type)
{
	json_auto_t *shown = experience_shown(x);
	struct audit *log = audit_open(rq, key, purposes[x->purpose], type);

	audit_text(log, "applicationId", x->interaction.client_id);
	audit_text(log, "userId", x->user_id);
	audit_value(log, "interaction", shown);
}

static err_t get_interaction(struct request *rq)
{
	json_auto_t *shown = NULL;
	struct experience x;
	struct json_out j;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	shown = experience_shown(&x);
	j = reply_json(rq, 200);
	json_value(&j, shown);
	return OK;
}

err_t reply_verification(struct request *rq, const char *id)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "verificationId", id);
	json_close(&j);
	return OK;
}

/* -- beginning -- */

/* Where the person comes from. json_decref(). */
static json_t *context_of(const struct request *rq)
{
	const char *agent = request_header(rq, "User-Agent");
	json_t *caller = json_object();

	if (rq->remote)
		json_object_set_new(caller, "ip", json_string(rq->remote));
	if (agent)
		json_object_set_new(caller, "userAgent", json_string(agent));
	return caller;
}

static json_t *new_state(const struct request *rq)
{
	return json_pack("{s:s, s:{}, s:{}, s:[], s:{s:b, s:b}, s:o}", "interactionEvent",
			 body_text(rq, "interactionEvent"), "profile", "mfa", "verificationRecords", "captcha",
			 "verified", 0, "skipped", 0, "signInContext", context_of(rq));
}

/* What a person cannot get rid of by beginning anew, and a challenge for a passkey. */
static json_t *count_on(const json_t *old, json_t *state)
{
	static const char *const kept[] = { EXPERIENCE_AVATARS, "signInPasskey" };

	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		json_t *value = json_object_get(old, kept[i]);

		if (value)
			json_object_set(state, kept[i], value);
	}
	return state;
}

/* Whatever else there was is gone, who had signed in included. */
static err_t begin(struct request *rq, bool solved)
{
	struct experience x = {0};
	err_t e = load_interaction(rq, rq->who.id, &x.interaction);

	if (e)
		return e;
	x.interaction.experience = tree_keep(rq, count_on(x.interaction.experience, new_state(rq)));
	x.interaction.login = NULL;
	read_state(&x);
	json_object_set_new(x.captcha, "verified", json_boolean(solved));
	experience_log(rq, &x, AUDIT_EVENT_CREATE, NULL);
	e = experience_save(rq, &x);
	return e ? e : reply_empty(rq, 204);
}

FLOW(captcha, struct captcha_call)

static err_t judge_captcha(struct request *rq)
{
	err_t e = captcha_outcome(captcha(rq));

	audit_open(rq, AUDIT_INTERACTION_CAPTCHA, NULL, NULL);
	return e ? refuse(rq, e) : begin(rq, true);
}

static const struct step judge_captcha_step = { "judge a captcha", WRITE, judge_captcha };

static err_t ask_captcha(struct request *rq)
{
	return transfer(rq, &captcha(rq)->call, &judge_captcha_step);
}

static const struct step ask_captcha_step = { "ask about a captcha", CALL, ask_captcha };

/* A token of the captcha service is looked at before anything is begun. */
static err_t put_experience(struct request *rq)
{
	const char *token = body_text(rq, "captchaToken");
	err_t e;

	if (!token)
		return begin(rq, false);
	e = captcha_call(rq, token, captcha(rq));
	return e ? e : next(rq, &ask_captcha_step);
}

/* -- turning to another purpose -- */

static err_t put_event(struct request *rq)
{
	enum purpose to = purpose_of(body_text(rq, "interactionEvent"));
	struct experience x;
	err_t e = experience_load(rq, &x);

	if (e)
		return e;
	experience_log(rq, &x, AUDIT_EVENT_UPDATE, NULL);
	e = experience_check_mode(&x, to);
	if (!e && (to == FORGOTTEN_PASSWORD) != (x.purpose == FORGOTTEN_PASSWORD))
		e = ERR_NOT_WHILE_FORGOTTEN;
	if (e)
		return e;
	if (to != x.purpose)
		experience_clear_profile(&x);
	experience_set_member(&x, "interactionEvent", json_string(purposes[to]));
	e = experience_save(rq, &x);
	return e ? e : reply_empty(rq, 204);
}

/* -- bodies -- */

#define IDENTIFIER_MOST 256

static const char *const identifier_types[] = { "username", "email", "phone", NULL };
const struct field identifier_members[] = {
	{ "type", .type = FIELD_ENUM, .flags = REQUIRED, .options = identifier_types },
	{ "value", .type = FIELD_TEXT, .flags = REQUIRED, .max = IDENTIFIER_MOST },
	FIELDS_END
};

struct identifier body_identifier(const struct request *rq)
{
	const json_t *sent = body_get(rq, "identifier");

	return (struct identifier){ json_string_value(json_object_get(sent, "type")),
				    json_string_value(json_object_get(sent, "value")) };
}

/* -- the mount and its routes -- */

static const struct door *const doors[] = { INTERACTION, NULL };

const struct mount experience_mount = {
	.prefix = "/api/experience", .doors = doors, .allowed_origin = api_allowed_origin,
	.write_error = interaction_write_error, API_RULES
};

#define PURPOSE_FIELD { "interactionEvent", .type = FIELD_ENUM, .flags = REQUIRED, .options = purposes }
#define CAPTCHA_TOKEN_MOST 8192

static const struct field begin_body[] = {
	PURPOSE_FIELD,
	{ "captchaToken", .type = FIELD_TEXT, .max = CAPTCHA_TOKEN_MOST, .help = "What the captcha service gave." },
	FIELDS_END
};
static const struct field event_body[] = { PURPOSE_FIELD, FIELDS_END };

static const struct field verification_members[] = {
	{ "verificationId", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END
};
const struct shape verification_shape = { .fields = verification_members };

#define BASE "/api/experience"

const struct route experience_routes[] = {
	{ PUT, BASE, INTERACTION, WRITE, .body = begin_body, .handler = put_experience, .status = 204,
	  .operation = "InitInteraction", .summary = "Begin to sign in, to register or to reset a password" },
	{ PUT, BASE "/interaction-event", INTERACTION, WRITE, .before = experience_require_begun, .body = event_body,
	  .handler = put_event, .status = 204, .operation = "UpdateInteractionEvent",
	  .summary = "Turn from signing in to registering, and back" },
	{ GET, BASE "/interaction", INTERACTION, READ, .before = experience_require_begun, .handler = get_interaction,
	  .status = 200, .reply = &any_object, .operation = "GetInteraction",
	  .summary = "Get what was done so far, without secrets" },
};
const size_t experience_route_count = ARRAY_LEN(experience_routes);
