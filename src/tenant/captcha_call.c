/* Asks the service that tells people from programs. */
#include "tenant/captcha.h"

#include <string.h>

#include "base/escape.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define TURNSTILE "https://challenges.cloudflare.com"
#define RECAPTCHA "https://recaptchaenterprise.googleapis.com"
#define LEAST_SCORE 0.5		/* 1: surely a person */
#define BODY_ROOM KIB(64)

/* Where the services are, unless the operator says otherwise. */
static const char *base_of(const char *service)
{
	return *context.settings->captcha_url ? context.settings->captcha_url : service;
}

static const char *member(const json_t *config, const char *name)
{
	const char *value = json_string_value(json_object_get(config, name));

	return value ? value : "";
}

static void form_add(struct buffer *to, const char *name, const char *value)
{
	if (to->len)
		buffer_char(to, '&');
	buffer_text(to, name);
	buffer_char(to, '=');
	text_escape_form(to, value);
}

/* Cloudflare's siteverify: a form; the answer is {success}. */
static void ask_turnstile(struct request *rq, const json_t *config, const char *token, struct call *out)
{
	static const struct header headers[] = { { "Content-Type", "application/x-www-form-urlencoded" } };
	CLEANUP(buffer_done) struct buffer body = {0};

	buffer_init(&body, BODY_ROOM);
	form_add(&body, "secret", member(config, "secretKey"));
	form_add(&body, "response", token);
	if (rq->remote)
		form_add(&body, "remoteip", rq->remote);
	out->url = arena_printf(rq->arena, "%s/turnstile/v0/siteverify", base_of(TURNSTILE));
	out->body = arena_copy(rq->arena, buffer_str(&body));
	out->body_len = body.len;
	out->headers = headers;
	out->header_count = ARRAY_LEN(headers);
}

/* An assessment of reCAPTCHA Enterprise: JSON; the answer is {tokenProperties {valid}, riskAnalysis {score}}. */
static void ask_recaptcha(struct request *rq, const json_t *config, const char *token, struct call *out)
{
	CLEANUP(buffer_done) struct buffer project = {0};
	json_auto_t *body = json_pack("{s:{s:s, s:s, s:s?}}", "event", "token", token, "siteKey",
				      member(config, "siteKey"), "userIpAddress", rq->remote);
	struct header *headers = ARENA_ARRAY(rq->arena, struct header, 2);
	const char *text = json_to_text(rq->arena, body);

	buffer_init(&project, KIB(4));
	text_escape_form(&project, member(config, "projectId"));
	headers[0] = (struct header){ "Content-Type", "application/json" };
	headers[1] = (struct header){ "X-Goog-Api-Key", arena_copy(rq->arena, member(config, "secretKey")) };
	out->url = arena_printf(rq->arena, "%s/v1/projects/%s/assessments", base_of(RECAPTCHA), buffer_str(&project));
	out->body = text;
	out->body_len = strlen(text);
	out->headers = headers;
	out->header_count = 2;
}

err_t captcha_call(struct request *rq, const char *token, struct captcha_call *out)
{
	const json_t *config;
	err_t e = captcha_config(rq, &config);

	if (e)
		return e == ERR_NOT_FOUND ? err_set(ERR_CAPTCHA_FAILED, "no service is set") : e;
	*out = (struct captcha_call){
		.call = { .kind = CALL_HTTP, .method = "POST", .any_address = *context.settings->captcha_url },
		.is_recaptcha = !strcmp(member(config, "type"), "RecaptchaEnterprise"),
		.is_scored = strcmp(member(config, "mode"), "checkbox") != 0,
	};
	if (out->is_recaptcha)
		ask_recaptcha(rq, config, token, &out->call);
	else
		ask_turnstile(rq, config, token, &out->call);
	return OK;
}

/* Whether the answer speaks of a person. */
static bool is_person(const struct captcha_call *c, const json_t *answer)
{
	const json_t *score = json_object_get(json_object_get(answer, "riskAnalysis"), "score");

	if (!c->is_recaptcha)
		return json_is_true(json_object_get(answer, "success"));
	if (!json_is_true(json_object_get(json_object_get(answer, "tokenProperties"), "valid")))
		return false;
	return !c->is_scored || json_number_value(score) >= LEAST_SCORE;
}

err_t captcha_outcome(const struct captcha_call *c)
{
	json_auto_t *answer = NULL;

	if (c->call.error)
		return err_set(ERR_CAPTCHA_FAILED, "the service was not reached: %s", err_name(c->call.error));
	if (c->call.status != 200)
		return err_set(ERR_CAPTCHA_FAILED, "the service answered %d", c->call.status);
	answer = json_loadb(c->call.answer.data, c->call.answer.len, 0, NULL);
	return is_person(c, answer) ? OK : err_set(ERR_CAPTCHA_FAILED, "the service said no");
}
