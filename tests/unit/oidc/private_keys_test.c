/* Signing keys through the Management API (oidc.md section 3.1). */
#include "fixture.h"

#include "base/banned.h"

STATEMENT(t_previous, "SELECT id FROM signing_keys WHERE tenant_id = $1 AND status = 'Previous'");

#define PATH "/api/configs/oidc/private-keys"

/* Runs a route in a transaction that is committed when it succeeds. */
static struct request *change(enum method method, const char *path, const char *body, err_t *out)
{
	struct request *rq = request_new(&(struct ask){ method, path, NULL, NULL, { NULL } });
	struct txn *tx = write_begin("default");

	err_clear();
	rq->body = body ? json_loads(body, 0, NULL) : json_object();
	rq->body_kind = BODY_JSON;
	MUST(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant));
	*out = chain_run(rq, tx);
	if (*out)
		txn_rollback(&tx);
	else
		MUST(txn_commit(&tx));
	return rq;
}

static err_t rotate(const char *body)
{
	err_t e;
	struct request *rq = change(POST, PATH "/rotate", body, &e);

	if (!e)
		assert_int_equal(rq->reply.status, 200);
	request_free(rq);
	return e;
}

static err_t remove_key(const char *id)
{
	char path[80];
	struct request *rq;
	err_t e;

	snprintf(path, sizeof(path), PATH "/%s", id);
	rq = change(DELETE, path, NULL, &e);
	if (!e)
		assert_int_equal(rq->reply.status, 204);
	request_free(rq);
	return e;
}

static json_t *list(void)
{
	struct request *rq = run(private_keys_list, &(struct ask){ GET, PATH, NULL, NULL, { NULL } });
	json_t *out = json_loads(buffer_str(&rq->reply.body), 0, NULL);

	assert_int_equal(rq->reply.status, 200);
	request_free(rq);
	return out;
}

static const char *text_at(const json_t *keys, size_t i, const char *member)
{
	return json_string_value(json_object_get(json_array_get(keys, i), member));
}

/* The statuses that the list tells, in its order. */
static void expect(const char *statuses)
{
	json_t *keys = list();
	char found[40] = "";

	for (size_t i = 0; i < json_array_size(keys); i++)
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s", i ? " " : "",
			 text_at(keys, i, "status"));
	assert_string_equal(found, statuses);
	json_decref(keys);
}

static void id_of(size_t i, char *out)
{
	json_t *keys = list();

	snprintf(out, 22, "%s", text_at(keys, i, "id"));
	json_decref(keys);
}

static void a_key_is_described_without_its_material(void **state)
{
	static const char *const members[] = { "id", "createdAt", "signingKeyAlgorithm", "status", "effectiveAt" };
	json_t *keys, *value;
	const char *name;

	(void)state;
	MUST(rotate("{\"rotationGracePeriod\":60}"));
	keys = list();
	for (size_t i = 0; i < json_array_size(keys); i++) {
		json_object_foreach(json_array_get(keys, i), name, value) {
			bool known = false;

			for (size_t k = 0; k < ARRAY_LEN(members); k++)
				known = known || !strcmp(name, members[k]);
			assert_true(known);
		}
		assert_int_equal(json_object_get(json_array_get(keys, i), "effectiveAt") != NULL,
				 !strcmp(text_at(keys, i, "status"), "Next"));
	}
	json_decref(keys);
}

static void a_rotation_at_once_drops_the_oldest(void **state)
{
	char first[22], second[22], now[22];

	(void)state;
	expect("Current");
	id_of(0, first);
	MUST(rotate("{}"));
	expect("Current Previous");
	id_of(1, now);
	assert_string_equal(now, first);
	id_of(0, second);
	MUST(rotate("{\"rotationGracePeriod\":0}"));
	expect("Current Previous");
	id_of(1, now);
	assert_string_equal(now, second);
}

static void with_grace_a_key_waits_and_takes_the_place_of_one_that_waits(void **state)
{
	char waiting[22], now[22];

	(void)state;
	MUST(rotate("{}"));
	MUST(rotate("{\"rotationGracePeriod\":60}"));
	expect("Current Next Previous");
	id_of(1, waiting);
	MUST(rotate("{\"rotationGracePeriod\":60}"));
	expect("Current Next Previous");
	id_of(1, now);
	assert_string_not_equal(now, waiting);
	assert_int_equal(rotate("{}"), ERR_KEY_STAGED);
	id_of(1, waiting);
	assert_string_equal(now, waiting);
}

static void a_waiting_key_is_current_at_its_moment_and_not_before(void **state)
{
	json_t *keys;
	char waiting[22], now[22];

	(void)state;
	clock_stands_ms = INT64_C(1700000000500);
	MUST(rotate("{}"));
	MUST(rotate("{\"rotationGracePeriod\":60}"));
	keys = list();
	assert_true(json_integer_value(json_object_get(json_array_get(keys, 1), "effectiveAt")) ==
		    INT64_C(1700000060500));
	assert_int_equal(json_integer_value(json_object_get(json_array_get(keys, 1), "createdAt")), 1700000000);
	json_decref(keys);
	id_of(1, waiting);
	clock_stands_ms = INT64_C(1700000060499);
	expect("Current Next Previous");
	clock_stands_ms = INT64_C(1700000060500);
	expect("Current Previous");
	id_of(0, now);
	assert_string_equal(now, waiting);
	MUST(rotate("{}"));		/* nothing waits any more */
	clock_stands_ms = 0;
}

static void grace_is_whole_seconds_of_at_most_a_hundred_years(void **state)
{
	static const struct { const char *body; err_t e; } cases[] = {
		{ "{\"rotationGracePeriod\":-1}", ERR_INPUT }, { "{\"rotationGracePeriod\":0.5}", ERR_INPUT },
		{ "{\"rotationGracePeriod\":3153600001}", ERR_INPUT },
		{ "{\"rotationGracePeriod\":1e300}", ERR_INPUT },
		/* before a key is made in vain */
		{ "{\"rotationGracePeriod\":-1,\"signingKeyAlgorithm\":\"RSA\"}", ERR_INPUT },
		{ "{\"rotationGracePeriod\":3153600000}", OK }, { "{\"rotationGracePeriod\":1.0}", OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(rotate(cases[i].body), cases[i].e);
	expect("Current Next");
}

static void the_operator_chooses_the_grace_that_nobody_names(void **state)
{
	(void)state;
	world.settings.rotation_grace = 60;
	MUST(rotate("{}"));
	expect("Current Next");
	world.settings.rotation_grace = 0;
}

/* The contract knows two names. */
static void EC_is_the_curve_that_the_operator_chose(void **state)
{
	static const struct { const char *setting; enum key_algorithm made; } cases[] = {
		{ "ES256", KEY_ES256 }, { "ES384", KEY_ES384 }, { "EdDSA", KEY_EDDSA }, { "RS256", KEY_ES256 },
		{ "nonsense", KEY_ES256 },
	};
	const char *before = world.settings.signing_algorithm;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct keyring *ring;
		json_t *keys;

		world.settings.signing_algorithm = cases[i].setting;
		MUST(rotate(i % 2 ? "{}" : "{\"signingKeyAlgorithm\":\"EC\"}"));
		MUST(keyring_load(read_begin("default"), "default", &ring));
		read_end();
		assert_int_equal(key_algorithm(keyring_current(ring)), cases[i].made);
		keyring_release(&ring);
		keys = list();
		assert_string_equal(text_at(keys, 0, "signingKeyAlgorithm"), "EC");
		json_decref(keys);
	}
	world.settings.signing_algorithm = before;
}

/* An RSA key takes a second to make, in which the writer must not wait. */
static void a_key_is_made_on_WORK_before_anything_is_written(void **state)
{
	struct request *rq = request_new(&(struct ask){ POST, PATH "/rotate", NULL, NULL, { NULL } });
	struct txn *tx = write_begin("default");
	json_t *keys;

	(void)state;
	rq->body = json_loads("{\"signingKeyAlgorithm\":\"RSA\"}", 0, NULL);
	rq->body_kind = BODY_JSON;
	MUST(tenant_resolve(tx, rq->arena, rq->origin, &rq->tenant));
	assert_int_equal(rq->route->first->lane, WORK);
	MUST(step_run(rq, NULL));
	assert_int_equal(rq->task.step->lane, WRITE);
	MUST(step_run(rq, tx));
	assert_null(rq->task.step);
	MUST(txn_commit(&tx));
	request_free(rq);
	keys = list();
	assert_string_equal(text_at(keys, 0, "signingKeyAlgorithm"), "RSA");
	json_decref(keys);
}

static void the_answer_of_a_rotation_shows_what_it_did(void **state)
{
	err_t e;
	struct request *rq = change(POST, PATH "/rotate", "{}", &e);
	json_t *said = json_loads(buffer_str(&rq->reply.body), 0, NULL), *keys = list();

	(void)state;
	MUST(e);
	assert_int_equal(json_array_size(said), 2);
	assert_true(json_equal(said, keys));
	json_decref(said);
	json_decref(keys);
	request_free(rq);
}

static void only_the_previous_key_can_be_deleted(void **state)
{
	struct arena *a = arena_new();
	const char *foreign = NULL;
	char id[22];

	(void)state;
	id_of(0, id);
	assert_int_equal(remove_key(id), ERR_KEY_REQUIRED);
	assert_int_equal(remove_key("nope"), ERR_KEY_REQUIRED);		/* this first: there is nothing to delete */
	MUST(rotate("{}"));
	MUST(rotate("{\"rotationGracePeriod\":60}"));
	assert_int_equal(remove_key("nope"), ERR_KEY_NOT_FOUND);
	id_of(0, id);
	assert_int_equal(remove_key(id), ERR_KEY_NOT_PREVIOUS);
	id_of(1, id);
	assert_int_equal(remove_key(id), ERR_KEY_NOT_PREVIOUS);
	/* another tenant's is none of ours */
	key_free(rotate_to("admin", key_of(KEY_EDDSA), 0));
	MUST(store_text(read_begin("admin"), &t_previous, NO_ARGS, a, &foreign));
	read_end();
	assert_int_equal(remove_key(foreign), ERR_KEY_NOT_FOUND);
	id_of(2, id);
	MUST(remove_key(id));
	expect("Current Next");
	arena_free(a);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, reset_default)
	const struct CMUnitTest tests[] = {
		CASE(a_key_is_described_without_its_material),
		CASE(a_rotation_at_once_drops_the_oldest),
		CASE(with_grace_a_key_waits_and_takes_the_place_of_one_that_waits),
		CASE(a_waiting_key_is_current_at_its_moment_and_not_before),
		CASE(grace_is_whole_seconds_of_at_most_a_hundred_years),
		CASE(the_operator_chooses_the_grace_that_nobody_names),
		CASE(EC_is_the_curve_that_the_operator_chose),
		CASE(a_key_is_made_on_WORK_before_anything_is_written),
		CASE(the_answer_of_a_rotation_shows_what_it_did),
		CASE(only_the_previous_key_can_be_deleted),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
