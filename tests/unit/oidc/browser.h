/*
 * browser.h - a browser for the tests of src/oidc: it keeps cookies, and asks in a transaction that the test rolls
 * back. The applications: `page` (SPA), `phone` (Native), `shop` (Traditional, two addresses), `guest` (of a third
 * party); all of them return to https://app.example/cb. The person is `ada`.
 */
#ifndef TESTS_UNIT_OIDC_BROWSER_H
#define TESTS_UNIT_OIDC_BROWSER_H

#include "fixture.h"

#include "http/door.h"
#include "oidc/authorize.h"

STATEMENT(t_sign_in, "UPDATE interactions SET login = $2 WHERE tenant_id = $1 AND id = $3");

#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CALLBACK "https%3A%2F%2Fapp.example%2Fcb"
#define ASK_PAGE "client_id=page&redirect_uri=" CALLBACK "&response_type=code&state=s&code_challenge=" CHALLENGE \
	"&code_challenge_method=S256&scope=openid+profile"
#define ASK_SHOP "client_id=shop&redirect_uri=" CALLBACK "&response_type=code&state=s&scope=openid+profile"

struct browser {
	struct txn *tx;
	struct { char name[64], value[1200]; } cookies[16];
	int count;
	struct request *last;		/* the answer; ends with the next one */
};

static struct browser browser;

static int browser_start(void **state)
{
	static const char own[] = "{\"redirectUris\":[\"https://app.example/cb\"],"
				  "\"postLogoutRedirectUris\":[\"https://app.example/bye\"]}";
	struct txn *tx;

	if (start(state))
		return -1;
	tx = write_begin("default");
	add_app(tx, &(struct app){ "page", "SPA", own });
	add_app(tx, &(struct app){ "phone", "Native", own });
	add_app(tx, &(struct app){ "shop", "Traditional",
				   "{\"redirectUris\":[\"https://app.example/cb\",\"https://app.example/2\"]}" });
	add_app(tx, &(struct app){ "guest", "Traditional", own, .is_third_party = true });
	add_secret(tx, "shop", "first", "sesame", T(NULL));
	return txn_commit(&tx);
}

static int browser_open(void **state)
{
	(void)state;
	browser = (struct browser){ .tx = write_begin("default") };
	return 0;
}

static int browser_close(void **state)
{
	(void)state;
	if (browser.last)
		request_free(browser.last);
	browser.last = NULL;
	txn_rollback(&browser.tx);
	cache_mark(context.cache);
	return 0;
}

/* Keeps what an answer sets, by name and path alone: the tests have one interaction at a time. */
static void keep_cookie(const char *line)
{
	size_t len = strcspn(line, "="), value = strcspn(line + len + 1, ";");
	int at = 0;

	while (at < browser.count &&
	       (strlen(browser.cookies[at].name) != len || strncmp(browser.cookies[at].name, line, len) != 0))
		at++;
	if (at == browser.count)
		browser.count++;
	assert_true(browser.count <= (int)ARRAY_LEN(browser.cookies) && value < sizeof(browser.cookies[0].value));
	snprintf(browser.cookies[at].name, sizeof(browser.cookies[at].name), "%.*s", (int)len, line);
	snprintf(browser.cookies[at].value, sizeof(browser.cookies[at].value), "%.*s", (int)value, line + len + 1);
}

/* The value of a cookie; NULL: it has none of this name. */
__attribute__((unused)) static const char *cookie(const char *name)
{
	for (int i = 0; i < browser.count; i++)
		if (!strcmp(browser.cookies[i].name, name))
			return browser.cookies[i].value[0] ? browser.cookies[i].value : NULL;
	return NULL;
}

/* As request_run(), and through the door. */
static struct request *run_at_door(const struct ask *c)
{
	struct request *rq = request_new(c);
	const char *before = txn_tenant(browser.tx);
	err_t e;

	if (c->body && !rq->header_count)
		rq->headers[rq->header_count++] = (struct header){ "Content-Type", "application/json" };
	err_clear();
	MUST(tenant_resolve(browser.tx, rq->arena, rq->origin, &rq->tenant));
	txn_set_tenant(browser.tx, rq->tenant->id);
	rq->tx = browser.tx;
	e = door_settle(rq);
	if (!e)
		e = chain_run(rq, browser.tx);
	if (e)
		reply_error(rq, e);
	txn_set_tenant(browser.tx, before);
	return rq;
}

static struct request *send_as_browser(const struct ask *c)
{
	struct ask all = *c;
	struct request *rq;
	char line[16384] = "";
	int n = 0;

	for (int i = 0; i < browser.count; i++)
		if (browser.cookies[i].value[0])
			snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s%s=%s", *line ? "; " : "",
				 browser.cookies[i].name, browser.cookies[i].value);
	while (all.headers[n])
		n += 2;
	if (*line) {
		all.headers[n] = "Cookie";
		all.headers[n + 1] = line;
	}
	rq = run_at_door(&all);
	for (int i = 0; i < rq->reply.header_count; i++)
		if (!strcmp(rq->reply.headers[i].name, "Set-Cookie"))
			keep_cookie(rq->reply.headers[i].value);
	if (browser.last)
		request_free(browser.last);
	return browser.last = rq;
}

static struct request *visit(const char *path, const char *query)
{
	return send_as_browser(&(struct ask){ GET, path, query });
}

__attribute__((unused)) static struct request *submit(const char *path, const char *form)
{
	return send_as_browser(&(struct ask){ POST, path, NULL, form, { FORM_TYPE } });
}

/* The Location of the last answer; "": none. */
static const char *location(void)
{
	const char *to = reply_header_value(browser.last, "Location");

	return to ? to : "";
}

/* Does what the pages do: the person proves who they are. Then goes on with the authorization. */
__attribute__((unused)) static struct request *sign_in_as(const char *user_id, int64_t at_s)
{
	struct arena *a = arena_new();
	const char *id = cookie("_interaction_resume");
	const char *path = arena_printf(a, "/oidc/auth/%s", id);
	struct request *rq;

	MUST(store_exec(
		browser.tx, &t_sign_in,
		ARGS(T(arena_printf(a, "{\"accountId\":\"%s\",\"ts\":%lld}", user_id, (long long)at_s)), T(id)),
		NULL));
	rq = visit(path, NULL);
	arena_free(a);
	return rq;
}

/* Follows an authorization through the consent of a first-party application to its end. */
__attribute__((unused)) static void consent(void)
{
	char path[128];
	const char *to;

	assert_true(text_has_prefix(location(), "/consent?app_id="));
	snprintf(path, sizeof(path), "%s", strchr(location(), '?') + 1);
	visit("/consent", path);
	assert_int_equal(browser.last->reply.status, 302);
	to = strstr(location(), "/oidc/auth/");
	assert_non_null(to);
	snprintf(path, sizeof(path), "%s", to);
	visit(path, NULL);
}

#endif
