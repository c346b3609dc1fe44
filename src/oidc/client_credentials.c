/*
 * The grant client_credentials: tokens for machines (oidc.md section 7.3, organization-tokens.md section 4).
 * The order of the checks is the contract: membership, then the resource.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "entity/deletion.h"
#include "oidc/access_token.h"
#include "oidc/oauth.h"
#include "store/store.h"
#include "base/banned.h"

STATEMENT(machine_is_member,
	  "SELECT 1 FROM organization_applications WHERE tenant_id = $1 AND organization_id = $2"
	  " AND application_id = $3 AND " LIVE("organizations", "$2"));
/*
 * Scopes are looked up one by one of those that are asked for, not read from all roles: roles times scopes may be very
 * many. No row: not a member. Null: a member without any of them.
 */
STATEMENT(machine_organization_scopes,
	  "SELECT s.id, s.name FROM organization_applications m"
	  " LEFT JOIN organization_scopes s ON s.tenant_id = m.tenant_id AND s.name IN (SELECT l.id FROM {list:$4} l)"
	  " AND EXISTS (SELECT 1 FROM organization_application_roles r"
	  " JOIN organization_role_scopes h ON h.tenant_id = r.tenant_id"
	  " AND h.organization_role_id = r.organization_role_id"
	  " WHERE r.tenant_id = m.tenant_id AND r.organization_id = m.organization_id"
	  " AND r.application_id = m.application_id AND h.organization_scope_id = s.id)"
	  " WHERE m.tenant_id = $1 AND m.organization_id = $2 AND m.application_id = $3"
	  " AND " LIVE("organizations", "$2") " ORDER BY s.id");
COLUMNS(machine_organization_scopes, id, name);
STATEMENT(machine_resource, "SELECT id, access_token_ttl FROM resources WHERE tenant_id = $1 AND indicator = $2");
COLUMNS(machine_resource, id, access_token_ttl);
STATEMENT(machine_default_resource,
	  "SELECT id, access_token_ttl, indicator FROM resources WHERE tenant_id = $1 AND is_default = 1");
COLUMNS(machine_default_resource, id, access_token_ttl, indicator);
#define ASKED(list) "SELECT s.name FROM {list:" list "} l JOIN scopes s ON s.tenant_id = $1 AND s.name = l.id"
STATEMENT(machine_scopes,
	  ASKED("$4") " WHERE s.resource_id = $3 AND EXISTS (SELECT 1 FROM application_roles r"
	  " JOIN role_scopes h ON h.tenant_id = r.tenant_id AND h.role_id = r.role_id"
	  " WHERE r.tenant_id = $1 AND r.application_id = $2 AND h.scope_id = s.id"
	  " AND " LIVE("roles", "r.role_id") ")");
STATEMENT(machine_scopes_in_organization,
	  ASKED("$5") " WHERE s.resource_id = $4 AND EXISTS (SELECT 1 FROM organization_application_roles r"
	  " JOIN organization_role_resource_scopes h ON h.tenant_id = r.tenant_id"
	  " AND h.organization_role_id = r.organization_role_id"
	  " WHERE r.tenant_id = $1 AND r.organization_id = $2 AND r.application_id = $3 AND h.scope_id = s.id)"
	  " AND " LIVE("organizations", "$2"));
STATEMENT(machine_template_scopes,
	  "SELECT s.name FROM {list:$2} l JOIN organization_scopes s ON s.tenant_id = $1 AND s.name = l.id");
COLUMN_LIST(scope, name);
COLUMNS_OF(machine_scopes, scope);
COLUMNS_OF(machine_scopes_in_organization, scope);
COLUMNS_OF(machine_template_scopes, scope);

/* -- words of a scope -- */

struct words {
	const char **at;		/* in the order of the request */
	const char ***sorted;		/* places in `at`, by word and then by place */
	size_t count;
};

static int by_word_then_place(const void *x, const void *y)
{
	const char *const *const *p = x, *const *const *q = y;
	int c = strcmp(**p, **q);

	return c ? c : (*p < *q ? -1 : *p > *q);
}

/* Splits a text at its blanks; NULL has no words. */
static struct words words_of(struct arena *a, const char *text)
{
	struct words w = {0};

	if (!text)
		return w;
	w.at = arena_alloc(a, (strlen(text) / 2 + 1) * sizeof(*w.at));
	while (*(text += strspn(text, " "))) {
		size_t len = strcspn(text, " ");

		w.at[w.count++] = arena_copyn(a, text, len);
		text += len;
	}
	w.sorted = ARENA_ARRAY(a, const char **, w.count + 1);
	for (size_t i = 0; i < w.count; i++)
		w.sorted[i] = &w.at[i];
	qsort(w.sorted, w.count, sizeof(*w.sorted), by_word_then_place);
	return w;
}

/* The place of a word, the first of equal ones; -1: it is not there. Both lists may be long, so it is bisected. */
static int find_word(const struct words *w, const char *word)
{
	size_t low = 0, high = w->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(*w->sorted[middle], word) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < w->count && !strcmp(*w->sorted[low], word) ? (int)(w->sorted[low] - w->at) : -1;
}

/* The different words as a JSON list. */
static const char *list_of_words(struct arena *a, const struct words *w)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, MIB(2));
	json_out_init(&j, &b);
	json_list(&j);
	for (size_t i = 0; i < w->count; i++)
		if (i == 0 || strcmp(*w->sorted[i], *w->sorted[i - 1]))
			json_text(&j, *w->sorted[i]);
	json_list_end(&j);
	return arena_copyn(a, buffer_str(&b), b.len);
}

static void add_word(struct buffer *to, const char *word)
{
	if (to->len > 0)
		buffer_char(to, ' ');
	buffer_text(to, word);
}

/* Moves the text of the buffer into the arena and releases the buffer. */
static const char *take_text(struct arena *a, struct buffer *b)
{
	const char *out = arena_copyn(a, buffer_str(b), b->len);

	buffer_done(b);
	return out;
}

/*
 * Sets `*out` to the scopes that are both asked for and in the rows, in the order of the request, each once; NULL when
 * there are none. Closes the rows.
 */
static err_t intersect_scopes(struct arena *a, const struct words *asked, struct rows *rows, const char **out)
{
	bool *has = ARENA_ARRAY(a, bool, asked->count + 1);
	struct buffer b;
	err_t e;

	while (rows_next(rows)) {
		int i = find_word(asked, rows_text(rows, scope_name));

		if (i >= 0)
			has[i] = true;
	}
	e = rows_end(rows);
	if (e)
		return e;
	buffer_init(&b, KIB(64));
	for (size_t i = 0; i < asked->count; i++)
		if (has[i])
			add_word(&b, asked->at[i]);
	*out = b.len > 0 ? take_text(a, &b) : NULL;
	buffer_done(&b);
	return OK;
}

/* -- the resource -- */

struct target {
	const char *id, *indicator;	/* id NULL: ORGANIZATIONS_RESOURCE, which has no row */
	int64_t ttl_s;
};

/* RFC 8707 section 2: an indicator is an absolute URI without a fragment. ERR_OAUTH_TARGET. */
static err_t check_indicator(const char *s)
{
	size_t scheme = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	bool has_host = true;

	if ((s[0] >= '0' && s[0] <= '9') || scheme == 0 || strchr("+-.", s[0]) || s[scheme] != ':')
		return oauth_fail(ERR_OAUTH_TARGET, "resource indicator must be an absolute URI");
	if ((scheme == 4 && !strncasecmp(s, "http", 4)) || (scheme == 5 && !strncasecmp(s, "https", 5)))
		has_host = strspn(s + scheme + 1, "/") < strlen(s + scheme + 1);
	if (!has_host)
		return oauth_fail(ERR_OAUTH_TARGET, "resource indicator must be an absolute URI");
	if (strchr(s, '#'))
		return oauth_fail(ERR_OAUTH_TARGET, "resource indicator must not contain a fragment component");
	return OK;
}

/* Reads the one `resource` of the request, NULL when it has none; the same one twice counts once. */
static err_t read_indicator(const struct oauth *o, const char **out)
{
	const char *first = NULL;
	bool several = false;
	err_t e;

	for (size_t i = 0; i < o->fields.count; i++) {
		const char *value = o->fields.at[i].value;

		if (strcmp(o->fields.at[i].name, "resource") != 0 || !*value)
			continue;
		e = check_indicator(value);
		if (e)
			return e;
		several = several || (first && strcmp(first, value) != 0);
		first = first ? first : value;
	}
	if (several)
		return oauth_fail(ERR_OAUTH_TARGET,
				  "only a single resource indicator value is supported for this grant type");
	*out = first;
	return OK;
}

/* Finds the API resource of an indicator. ERR_OAUTH_TARGET: there is none. */
static err_t find_resource(const struct oauth *o, const char *indicator, struct target *out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e;

	*out = (struct target){ .indicator = indicator, .ttl_s = ORGANIZATIONS_RESOURCE_TTL_S };
	if (!strcmp(indicator, ORGANIZATIONS_RESOURCE))
		return OK;
	e = store_query(o->rq->tx, &machine_resource, ARGS(T(indicator)), &rows);
	if (!e && rows_next(&rows)) {
		out->id = arena_copy(o->rq->arena, rows_text(&rows, machine_resource_id));
		out->ttl_s = rows_int(&rows, machine_resource_access_token_ttl);
	}
	if (!e)
		e = rows_end(&rows);
	if (!e && !out->id)
		e = oauth_fail(ERR_OAUTH_TARGET, "resource indicator is missing, or unknown");
	return e;
}

/* The API resource for requests that name none. ERR_OAUTH_TARGET: the tenant has no default. */
static err_t find_default_resource(const struct oauth *o, struct target *out)
{
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e = store_query(o->rq->tx, &machine_default_resource, NO_ARGS, &rows);

	if (!e && rows_next(&rows))
		*out = (struct target){
			.id = arena_copy(o->rq->arena, rows_text(&rows, machine_default_resource_id)),
			.indicator = arena_copy(o->rq->arena, rows_text(&rows, machine_default_resource_indicator)),
			.ttl_s = rows_int(&rows, machine_default_resource_access_token_ttl),
		};
	if (!e)
		e = rows_end(&rows);
	if (!e && !out->id)
		e = oauth_fail(ERR_OAUTH_TARGET, "both `resource` and `organization_id` are not provided");
	return e;
}

/* -- the three kinds of tokens -- */

/*
 * Ends the step with the token. Machines ask for so many, and each changes so little, that their entries in the audit
 * log are written together.
 */
static err_t reply_token(const struct oauth *o, const struct access_token *t)
{
	static const char *const types[] = { "AccessToken", NULL };

	oauth_log_tokens(o, types, t->scope);
	audit_let_wait(o->log);
	return access_token_reply(o->rq, t);
}

static err_t refuse_nonmember(void)
{
	return oauth_fail(ERR_OAUTH_ACCESS_DENIED, "app has not associated with the organization");
}

static err_t check_member(const struct oauth *o, const char *organization_id)
{
	int64_t one;
	err_t e = store_int(o->rq->tx, &machine_is_member, ARGS(T(organization_id), T(o->client->id)), &one);

	return e == ERR_NOT_FOUND ? refuse_nonmember() : e;
}

/* Adds the scopes asked for, in the order of their ids as the rows come (organization-tokens.md section 3.2). */
static err_t add_scopes(const struct words *asked, struct rows *rows, struct buffer *to)
{
	char last[32] = "";
	bool is_member = false;
	err_t e;

	while (rows_next(rows)) {
		const char *id = rows_text(rows, machine_organization_scopes_id);
		const char *name = rows_text(rows, machine_organization_scopes_name);

		is_member = true;
		if (!id || !strcmp(last, id))
			continue;
		snprintf(last, sizeof(last), "%s", id);
		if (find_word(asked, name) >= 0)
			add_word(to, name);
	}
	e = rows_end(rows);
	return e || is_member ? e : refuse_nonmember();
}

/* Sets `*out` to the scope of an organization token, "" without one. ERR_OAUTH_ACCESS_DENIED: not a member. */
static err_t find_organization_scope(struct oauth *o, const char *organization_id, const char **out)
{
	struct words asked = words_of(o->rq->arena, oauth_field(o, "scope"));
	CLEANUP(rows_close) struct rows rows = {0};
	struct buffer b;
	err_t e;

	*out = "";
	if (asked.count == 0)
		return check_member(o, organization_id);
	e = store_query(o->rq->tx, &machine_organization_scopes,
			ARGS(T(organization_id), T(o->client->id), T(list_of_words(o->rq->arena, &asked))), &rows);
	if (e)
		return e;
	buffer_init(&b, KIB(64));
	e = add_scopes(&asked, &rows, &b);
	*out = take_text(o->rq->arena, &b);
	return e;
}

static err_t reply_organization_token(struct oauth *o, const char *organization_id)
{
	struct access_token t = {
		.sub = o->client->id, .client_id = o->client->id, .ttl_s = ORGANIZATION_TOKEN_TTL_S,
	};
	err_t e = find_organization_scope(o, organization_id, &t.scope);

	if (e)
		return e;
	t.aud = arena_printf(o->rq->arena, ORGANIZATION_AUDIENCE "%s", organization_id);
	return reply_token(o, &t);
}

/* Queries which of the scopes the client may have at the target, by its roles or by its roles in the organization. */
static err_t query_scopes(struct oauth *o, const struct target *target, const char *organization_id,
			  const struct words *asked, struct rows *rows)
{
	const char *list = list_of_words(o->rq->arena, asked);
	struct txn *tx = o->rq->tx;

	if (!target->id)
		return store_query(tx, &machine_template_scopes, ARGS(T(list)), rows);
	if (organization_id)
		return store_query(tx, &machine_scopes_in_organization,
				   ARGS(T(organization_id), T(o->client->id), T(target->id), T(list)), rows);
	return store_query(tx, &machine_scopes, ARGS(T(o->client->id), T(target->id), T(list)), rows);
}

static err_t reply_resource_token(struct oauth *o, const struct target *target, const char *organization_id)
{
	struct access_token t = { .sub = o->client->id, .client_id = o->client->id, .aud = target->indicator,
				  .ttl_s = target->ttl_s, .organization_id = organization_id };
	struct words asked = words_of(o->rq->arena, oauth_field(o, "scope"));
	CLEANUP(rows_close) struct rows rows = {0};
	err_t e;

	if (asked.count > 0) {
		e = query_scopes(o, target, organization_id, &asked, &rows);
		if (!e)
			e = intersect_scopes(o->rq->arena, &asked, &rows, &t.scope);
		if (e)
			return e;
	}
	return reply_token(o, &t);
}

err_t grant_client_credentials(struct oauth *o)
{
	const char *organization_id = oauth_field(o, "organization_id"), *indicator = NULL;
	struct target target = {0};
	err_t e = OK;

	if (organization_id && !oauth_field(o, "resource"))
		return reply_organization_token(o, organization_id);
	if (organization_id)
		e = check_member(o, organization_id);
	if (!e)
		e = read_indicator(o, &indicator);
	if (!e)
		e = indicator ? find_resource(o, indicator, &target) : find_default_resource(o, &target);
	return e ? e : reply_resource_token(o, &target, organization_id);
}
