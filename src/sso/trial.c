/* Test sign-ins at the provider of a connector. */
#include "sso/trial.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "entity/expiry.h"
#include "entity/tree.h"
#include "signin/page.h"
#include "sso/outcome.h"
#include "sso/protocol.h"
#include "sso/trial_page.h"
#include "tenant/doors.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define STATE_LEN 43
#define BEGUN_MS INT64_C(600000)	/* to come back from the provider */
#define KEPT_MS HOUR_MS			/* to read what came of it */
#define MOST "20"			/* of one connector: the oldest goes */
#define SAID_MAX KIB(32)		/* of what the provider says */

#define PENDING "Pending"
#define SUCCEEDED "Succeeded"
#define FAILED "Failed"

/* The one of this request. */
struct trial {
	const char *id, *state;
	int64_t created_at_ms, expires_at_ms;
};

STATEMENT(sso_trial_insert,
	  "INSERT INTO sso_trials (tenant_id, id, sso_connector_id, hash, session, status, result, created_at,"
	  " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
STATEMENT(sso_trial_make_room,
	  "DELETE FROM sso_trials WHERE tenant_id = $1 AND sso_connector_id = $2 AND id NOT IN"
	  " (SELECT id FROM sso_trials WHERE tenant_id = $1 AND sso_connector_id = $2"
	  " ORDER BY created_at DESC, id LIMIT " MOST ")");
STATEMENT(sso_trial_find,
	  "SELECT id, session, created_at FROM sso_trials WHERE tenant_id = $1 AND hash = $2 AND sso_connector_id = $3"
	  " AND session IS NOT NULL AND expires_at > $4");
COLUMNS(sso_trial_find, id, session, created_at);
STATEMENT(sso_trial_use,
	  "UPDATE sso_trials SET session = NULL WHERE tenant_id = $1 AND id = $2 AND session IS NOT NULL");
STATEMENT(sso_trial_conclude,
	  "UPDATE sso_trials SET status = $3, result = $4, expires_at = $5 WHERE tenant_id = $1 AND id = $2");
STATEMENT(sso_trial_read,
	  "SELECT status, result, created_at, expires_at FROM sso_trials"
	  " WHERE tenant_id = $1 AND id = $2 AND sso_connector_id = $3 AND expires_at > $4");
COLUMNS(sso_trial_read, status, result, created_at, expires_at);
EXPIRING(sso_trial, "sso_trials", "id", 0);

bool trial_is_state(const char *state)
{
	return state && text_has_prefix(state, PAGE_TEST_STATE);
}

/* -- what became of it -- */

static void add_said(json_t *result, const char *name, const json_t *said)
{
	if (said && json_dumpb(said, NULL, 0, JSON_COMPACT) <= SAID_MAX)
		json_object_set(result, name, (json_t *)(uintptr_t)said);	/* jansson takes no const here */
}

/* The request's. */
static json_t *result_of(struct request *rq)
{
	const struct sso_work *w = sso_work(rq);
	json_t *result = tree_keep(rq, json_object());

	tree_set_text(result, "issuer", w->issuer);
	add_said(result, "claims", w->claims);
	add_said(result, "userInfo", w->userinfo);
	if (rq->failure.error)
		json_object_set_new(result, "error",
				    outcome_error(rq->failure.error, rq->failure.message, rq->failure.detail));
	else
		add_said(result, "person", w->person);
	return result;
}

static err_t print_trial(struct request *rq, int status, const char *state, const struct trial *t,
			 const json_t *result)
{
	struct json_out j = reply_json(rq, status);
	const char *name;
	json_t *value;

	json_open(&j);
	json_key_text(&j, "id", t->id);
	json_key_text(&j, "connectorId", path_arg(rq, "id"));
	json_key_text(&j, "status", state);
	json_key_int(&j, "createdAt", t->created_at_ms);
	json_key_int(&j, "expiresAt", t->expires_at_ms);
	if (status == 201 && !strcmp(state, PENDING))
		json_key_text(&j, "authorizationUri", sso_work(rq)->address);
	json_object_foreach((json_t *)(uintptr_t)result, name, value) {
		json_key(&j, name);
		json_value(&j, value);
	}
	json_close(&j);
	return OK;
}

/* -- beginning -- */

static err_t insert(struct request *rq, const char *status, const json_t *session, const json_t *result)
{
	const struct sso_work *w = sso_work(rq);
	const struct trial *t = w->trial;
	err_t e =
		store_exec(rq->tx, &sso_trial_insert,
			   ARGS(T(t->id), T(w->connector.id), T(digest_of(rq->arena, t->state)), tree_arg(rq, session),
				T(status), tree_arg(rq, result), N(t->created_at_ms), N(t->expires_at_ms)),
			   NULL);

	if (!e)
		e = store_exec(rq->tx, &sso_trial_make_room, ARGS(T(w->connector.id)), NULL);
	return e ? e : print_trial(rq, 201, status, t, result);
}

static err_t keep_begun(struct request *rq)
{
	rq->otherwise = NULL;
	return insert(rq, PENDING, tree_keep(rq, sso_session(rq)), tree_keep(rq, json_object()));
}

static const struct step keep_begun_step = { "keep a test sign-in", WRITE, keep_begun };

/* The provider cannot even be gone to: that is a result too. */
static err_t keep_not_begun(struct request *rq)
{
	return insert(rq, FAILED, NULL, result_of(rq));
}

static const struct step keep_not_begun_step = { "keep a test that cannot begin", WRITE, keep_not_begun };

static struct trial *make_trial(struct request *rq)
{
	struct trial *t = ARENA_NEW(rq->arena, struct trial);

	t->id = id_make(rq->arena, ID_LONG, ALPHABET_LOWER);
	t->state = arena_printf(rq->arena, PAGE_TEST_STATE "%s", id_make(rq->arena, STATE_LEN, ALPHABET_ALNUM));
	t->created_at_ms = clock_stamp_ms();
	t->expires_at_ms = t->created_at_ms + BEGUN_MS;
	return t;
}

/* The error of a connector that is not there, or of a kind that this version does not have. */
static err_t load_connector(struct request *rq, const char *id)
{
	struct sso_row *c = &sso_work(rq)->connector;
	err_t e = sso_connector_load(rq, id, c);

	return !e && !c->provider ? entity_miss_error(&sso_connector, ERR_NOT_EXISTS_WITH_ID, id) : e;
}

/* People need not be offered the connector, nor must it have domains: that is what is tested before. */
static err_t begin(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	err_t e = load_connector(rq, path_arg(rq, "id"));

	if (e)
		return e;
	w->trial = make_trial(rq);
	w->interaction_id = w->state = w->trial->state;
	w->redirect_uri = arena_printf(rq->arena, "%s/callback/%s", rq->tenant->endpoint, w->connector.id);
	w->then = &keep_begun_step;
	rq->otherwise = &keep_not_begun_step;
	return w->connector.provider->protocol->begin(rq);
}

static const struct step begin_step = { "begin a test sign-in", READ, begin };

/* -- the page in the end -- */

static err_t show(struct request *rq)
{
	return trial_page_answer(rq, NULL);
}

static const struct step show_step = { "show that there is no such test sign-in", READ, show };

/* -- the answer of the provider -- */

static err_t keep_result(struct request *rq)
{
	json_t *result = result_of(rq), *outcome = NULL;
	err_t e = rq->failure.error ? OK : outcome_foresee(rq, &outcome);

	rq->otherwise = NULL;
	if (e)
		return e;
	add_said(result, "outcome", outcome);
	e = store_exec(rq->tx, &sso_trial_conclude,
		       ARGS(T(sso_work(rq)->trial->id), T(rq->failure.error ? FAILED : SUCCEEDED),
			    tree_arg(rq, result), N(clock_ms() + KEPT_MS)),
		       NULL);
	return e ? e : trial_page_answer(rq, outcome);
}

static const struct step keep_result_step = { "keep what came of a test sign-in", WRITE, keep_result };

err_t trial_judge(struct request *rq, const struct step *then)
{
	rq->otherwise = &show_step;
	return next(rq, then);
}

err_t trial_take(struct request *rq, const char *state)
{
	CLEANUP(rows_close) struct rows row = {0};
	struct sso_work *w = sso_work(rq);
	struct trial *t = ARENA_NEW(rq->arena, struct trial);
	int64_t used = 0;
	err_t e = trial_is_state(state) ?
			  store_first(rq->tx, &sso_trial_find,
				      ARGS(T(digest_of(rq->arena, state)), T(w->connector.id), N(clock_ms())), &row) :
			  ERR_NOT_FOUND;

	if (e)
		return e == ERR_NOT_FOUND ? err_set(ERR_SSO_SESSION, "the test is over, or was never begun") : e;
	t->id = arena_copy(rq->arena, rows_text(&row, sso_trial_find_id));
	e = tree_of_column(rq, &row, sso_trial_find_session, &w->session);
	if (!e)
		e = rows_end(&row);
	if (!e)
		e = store_exec(rq->tx, &sso_trial_use, ARGS(T(t->id)), &used);
	if (!e && used == 0)
		e = err_set(ERR_SSO_SESSION, "the test was answered at the same time");
	if (e)
		return e;
	w->trial = t;
	w->then = &keep_result_step;
	rq->otherwise = &keep_result_step;
	return OK;
}

/* What the browser came with; of several of one name the first. */
static json_t *query_of(struct request *rq)
{
	json_t *query = tree_keep(rq, json_object());

	for (size_t i = rq->query.count; i-- > 0;)
		json_object_set_new(query, rq->query.at[i].name, json_string(rq->query.at[i].value));
	return query;
}

static err_t take_answer(struct request *rq)
{
	struct sso_work *w = sso_work(rq);
	err_t e = load_connector(rq, path_arg(rq, "connectorId"));

	if (!e)
		e = trial_take(rq, query_arg(rq, "state"));
	if (e)
		return e;
	w->data = query_of(rq);
	return next(rq, &sso_judge_step);
}

static const struct step take_step = { "take the answer to a test sign-in", WRITE, take_answer };

static err_t come_back(struct request *rq)
{
	return trial_judge(rq, &take_step);
}

/* -- reading -- */

static err_t get_trial(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	struct trial t = { .id = path_arg(rq, "testId") };
	json_t *result = NULL;
	const char *status;
	err_t e = store_first(rq->tx, &sso_trial_read, ARGS(T(t.id), T(path_arg(rq, "id")), N(clock_ms())), &row);

	if (e)
		return e == ERR_NOT_FOUND ? err_arg(err_set(e, "test '%.64s'", t.id), "entity", "sso_trial") : e;
	status = arena_copy(rq->arena, rows_text(&row, sso_trial_read_status));
	t.created_at_ms = rows_int(&row, sso_trial_read_created_at);
	t.expires_at_ms = rows_int(&row, sso_trial_read_expires_at);
	e = tree_of_column(rq, &row, sso_trial_read_result, &result);
	if (!e)
		e = rows_end(&row);
	return e ? e : print_trial(rq, 200, status, &t, result);
}

/* -- routes -- */

static const struct field members[] = {
	{ "id", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "connectorId", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "status", .type = FIELD_TEXT, .flags = REQUIRED, .help = "Pending, Succeeded or Failed." },
	{ "createdAt", .type = FIELD_TIME, .flags = REQUIRED },
	{ "expiresAt", .type = FIELD_TIME, .flags = REQUIRED, .help = "From then on there is no such test." },
	{ "authorizationUri", .type = FIELD_TEXT, .help = "To open in a browser; only where it was begun." },
	{ "issuer", .type = FIELD_TEXT, .help = "The provider, as accounts are kept by it." },
	{ "claims", .type = FIELD_OBJECT, .help = "Of the ID token or the assertion, once that is believed." },
	{ "userInfo", .type = FIELD_OBJECT, .help = "What the provider said further." },
	{ "person", .type = FIELD_OBJECT, .help = "What of it counts: {id, email?, unverifiedEmail?, name?, …}." },
	{ "outcome", .type = FIELD_STRUCT, .members = outcome_members, .help = "What a sign-in would do." },
	{ "error", .type = FIELD_STRUCT, .members = outcome_error_members, .help = "Why it failed." },
	FIELDS_END
};
static const struct shape one = { .fields = members };

#define BASE "/api/sso-connectors/{id}/tests"

const struct route trial_routes[] = {
	{ POST, BASE, MANAGEMENT, .first = &begin_step, .status = 201, .reply = &one,
	  .operation = "CreateSsoConnectorTest", .summary = "Begin a test sign-in at the provider of a connector" },
	{ GET, BASE "/{testId}", MANAGEMENT, READ, .handler = get_trial, .status = 200, .reply = &one,
	  .operation = "GetSsoConnectorTest", .summary = "Get what came of a test sign-in" },
	{ GET, "/enterprise-sso/{connectorId}/test-answer", ANYONE, READ, .handler = come_back, .status = 200,
	  .visited = true, .refuses = 400, .operation = "ShowSsoConnectorTest",
	  .summary = "Take the answer of a provider to a test sign-in, and show it" },
};
const size_t trial_route_count = ARRAY_LEN(trial_routes);
