/* Shows a test sign-in to the browser that made it. */
#include "sso/trial_page.h"

#include <string.h>

#include "base/text.h"
#include "http/plain_page.h"
#include "sso/outcome.h"
#include "sso/protocol.h"
#include "tenant/experience.h"

#include "base/banned.h"

#define PARTS_MOST 3
#define SHOWN_MOST 100	/* claims */
#define VALUE_MOST 2000	/* characters of one */

/* What is made of one part after another. */
struct card {
	struct request *rq;
	const json_t *phrases;
	struct trial_part *parts;
	size_t count;
};

static const char *phrase(const struct card *c, const char *name)
{
	return json_string_value(json_object_get(json_object_get(c->phrases, "trial"), name));
}

static struct trial_part *add_part(struct card *c, const char *heading)
{
	struct trial_part *part = &c->parts[c->count++];

	part->heading = phrase(c, heading);
	return part;
}

static const char *text_of(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

static void set_rows(struct trial_part *part, const struct param *rows, size_t n)
{
	part->has_rows = n > 0;
	part->rows.at = rows;
	part->rows.count = n;
}

/* -- what a sign-in would do -- */

static const struct { const char *action, *phrase; } sentences[] = {
	{ OUTCOME_SIGN_IN, "signs_in" }, { OUTCOME_LINK, "links" },
	{ OUTCOME_REGISTER, "registers" }, { OUTCOME_REFUSE, "refuses" },
};

/* As people know the user: by all that tells them from others. */
static const char *user_text(struct request *rq, const json_t *user)
{
	static const char *const members[] = { "name", "username", "primaryEmail" };
	const char *text = "";

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (text_of(user, members[i]))
			text = arena_printf(rq->arena, "%s%s%s", text, *text ? ", " : "", text_of(user, members[i]));
	return arena_printf(rq->arena, *text ? "%s (%s)" : "%s%s", text, text_of(user, "id"));
}

static void add_action(struct card *c, const json_t *outcome)
{
	struct trial_part *part = add_part(c, "outcome");
	const json_t *user = json_object_get(outcome, "user"), *error = json_object_get(outcome, "error");
	struct param *row = ARENA_NEW(c->rq->arena, struct param);

	for (size_t i = 0; i < ARRAY_LEN(sentences); i++)
		if (!strcmp(sentences[i].action, text_of(outcome, "action")))
			part->text = phrase(c, sentences[i].phrase);
	if (user) {
		*row = (struct param){ phrase(c, "user"), user_text(c->rq, user) };
		set_rows(part, row, 1);
	}
	if (error) {
		part->error = text_of(error, "code");
		part->detail = *text_of(error, "detail") ? text_of(error, "detail") : text_of(error, "message");
	}
}

static const char *roles_text(const struct card *c, const json_t *organization)
{
	const char *text = "";
	const json_t *role;
	size_t i;

	json_array_foreach(json_object_get(organization, "roles"), i, role)
		text = arena_printf(c->rq->arena, "%s%s%s", text, i ? ", " : "", text_of(role, "name"));
	if (!*text)
		text = phrase(c, "no_roles");
	return json_is_true(json_object_get(organization, "isMember")) ?
		       arena_printf(c->rq->arena, "%s (%s)", text, phrase(c, "member")) :
		       text;
}

static void add_organizations(struct card *c, const json_t *outcome)
{
	struct trial_part *part = add_part(c, "organizations");
	const json_t *list = json_object_get(outcome, "organizations"), *one;
	struct param *rows = ARENA_ARRAY(c->rq->arena, struct param, json_array_size(list) + 1);
	size_t i;

	json_array_foreach(list, i, one)
		rows[i] = (struct param){ text_of(one, "name"), roles_text(c, one) };
	set_rows(part, rows, json_array_size(list));
	if (!part->has_rows)
		part->text =
			phrase(c, json_object_get(outcome, "hasUnprovenDomain") ? "unproven" : "no_organizations");
}

/* -- what the provider says -- */

static const char *shown(struct request *rq, const json_t *value)
{
	const char *text = json_is_string(value) ? json_string_value(value) : json_to_text(rq->arena, value);

	return text_points(text) > VALUE_MOST ? "…" : text;
}

/* The claims of the ID token or the assertion, and what the provider said further. */
static void add_claims(struct card *c)
{
	const json_t *const both[] = { sso_work(c->rq)->claims, sso_work(c->rq)->userinfo };
	struct param *rows = ARENA_ARRAY(c->rq->arena, struct param, SHOWN_MOST);
	size_t n = 0;
	const char *name;
	json_t *value;

	for (size_t i = 0; i < ARRAY_LEN(both); i++)
		json_object_foreach((json_t *)(uintptr_t)both[i], name, value)
			if (n < SHOWN_MOST && !(i == 1 && json_equal(value, json_object_get(both[0], name))))
				rows[n++] = (struct param){ name, shown(c->rq, value) };
	if (n > 0)
		set_rows(add_part(c, "said"), rows, n);
}

/* -- the page -- */

static const char *title_of(const struct card *c, const json_t *outcome)
{
	if (!outcome)
		return phrase(c, "refused");
	return phrase(c, strcmp(text_of(outcome, "action"), OUTCOME_REFUSE) != 0 ? "worked" : "partly");
}

static void fill(struct card *c, const json_t *outcome, struct trial_card *out)
{
	const struct request *rq = c->rq;
	const char *code = err_row(rq->failure.error)->code;

	*out = (struct trial_card){ .title = title_of(c, outcome), .text = phrase(c, "text") };
	if (!outcome) {
		out->error = code ? code : err_name(rq->failure.error);
		out->detail = *rq->failure.detail ? rq->failure.detail : rq->failure.message;
	}
	if (outcome)
		add_action(c, outcome);
	if (json_object_get(outcome, "organizations"))
		add_organizations(c, outcome);
	add_claims(c);
	out->parts.at = c->parts;
	out->parts.count = c->count;
}

err_t trial_page_answer(struct request *rq, const json_t *outcome)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	json_auto_t *phrases = NULL;
	struct plain_page page = { .is_wide = true };
	struct card c = { .rq = rq, .parts = ARENA_ARRAY(rq->arena, struct trial_part, PARTS_MOST) };
	struct trial_card card;
	err_t e = phrases_for(rq, NULL, &page.language, &phrases);

	if (e)
		return e;
	c.phrases = phrases;
	fill(&c, outcome, &card);
	page.title = card.title;
	buffer_init(&b, MIB(2));
	trial_card_write(&b, &card);
	page.body = html_of(rq->arena, &b);
	return b.full ? ERR_BODY_TOO_LARGE : plain_page_answer(rq, outcome ? 200 : 400, page);
}
