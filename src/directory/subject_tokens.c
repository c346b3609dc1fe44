/*
 * Subject tokens: with one a client exchanges its way to the rights of a user, for support or for a machine that acts
 * for a person. Contract: users-apps-resources.md section 8.
 */
#include "directory/subject_tokens.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/digest.h"
#include "directory/directory.h"
#include "entity/expiry.h"

#include "base/banned.h"

#define VALUE_PREFIX "sub_"
#define LIFE_S 600

STATEMENT(insert_subject_token,
	  "INSERT INTO subject_tokens (tenant_id, hash, user_id, context, created_at, expires_at)"
	  " VALUES ($1, $2, $3, $4, $5, $6)");
STATEMENT(find_subject_token,
	  "SELECT hash, user_id, context FROM subject_tokens WHERE tenant_id = $1 AND hash = $2"
	  " AND consumed_at IS NULL AND expires_at > $3");
COLUMNS(find_subject_token, hash, user_id, context);
STATEMENT(consume_subject_token,
	  "UPDATE subject_tokens SET consumed_at = $2 WHERE tenant_id = $1 AND hash = $3 AND consumed_at IS NULL");
EXPIRING(subject_token, "subject_tokens", "hash", 0);

/* -- for the token exchange -- */

err_t subject_token_find(struct txn *tx, struct arena *a, const char *value, struct subject_token *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(tx, &find_subject_token, ARGS(T(digest_of(a, value)), N(clock_ms())), &row);

	if (e)
		return e;
	*out = (struct subject_token){
		.hash = arena_copy(a, rows_text(&row, find_subject_token_hash)),
		.user_id = arena_copy(a, rows_text(&row, find_subject_token_user_id)),
		.context = arena_copy(a, rows_text(&row, find_subject_token_context)),
	};
	return rows_end(&row);
}

err_t subject_token_consume(struct txn *tx, const char *hash)
{
	int64_t changed;
	err_t e = store_exec(tx, &consume_subject_token, ARGS(N(clock_ms()), T(hash)), &changed);

	return e || changed ? e : ERR_NOT_FOUND;
}

/* -- endpoint -- */

static const struct field create_body[] = {
	{ "userId", .type = FIELD_TEXT, .flags = REQUIRED | STORED_MAX, .max = ID_COLUMN },
	{ "context", .type = FIELD_OBJECT, .help = "Anything that is to stand beside the token." },
	FIELDS_END
};

static const char *context_text(struct request *rq)
{
	const json_t *given = body_get(rq, "context");

	return given ? json_to_text(rq->arena, given) : "{}";
}

/* A suspended user is refused at the exchange. */
static err_t create_token(struct request *rq)
{
	char *value = arena_copy(rq->arena, VALUE_PREFIX "000000000000000000000");
	int64_t now = clock_ms();
	struct json_out j;
	err_t e = fields_fit(rq->arena, create_body, rq->body);

	if (e)
		return e;
	id_new(value + strlen(VALUE_PREFIX), ID_LONG, ALPHABET_LOWER);
	e = store_exec(rq->tx, &insert_subject_token,
		       ARGS(T(digest_of(rq->arena, value)), T(body_text(rq, "userId")), T(context_text(rq)), N(now),
			    N(now + LIFE_S * 1000)),
		       NULL);
	if (e)
		return e;
	j = reply_json(rq, 201);
	json_open(&j);
	json_key_text(&j, "subjectToken", value);
	json_key_int(&j, "expiresIn", LIFE_S);
	json_close(&j);
	return OK;
}

static const struct field token_members[] = {
	{ "subjectToken", .type = FIELD_TEXT, .flags = REQUIRED },
	{ "expiresIn", .type = FIELD_INTEGER, .flags = REQUIRED, .help = "Seconds." },
	FIELDS_END
};

static const struct shape made = { .fields = token_members };

const struct route subject_token_routes[] = {
	{ POST, "/api/subject-tokens", MANAGEMENT, WRITE, .body = create_body, .handler = create_token, .status = 201,
	  .reply = &made, .refuses = 404, .summary = "Create a subject token for a user" },
};
const size_t subject_token_route_count = ARRAY_LEN(subject_token_routes);
