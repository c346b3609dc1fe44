/* The search language, on rows that stand committed. */
#include "world.h"

#include "directory/directory.h"
#include "organizations/organizations.h"

#include "base/banned.h"

#define MUST(call) assert_int_equal(call, OK)

/* -- what the routes here run -- */

static bool scanned, looked;	/* by the last query */

static err_t finish(struct query *q, const char *order)
{
	q->order = order;
	scanned = q->scans;
	looked = !strstr(buffer_str(&q->where), "1 = 0");
	return query_reply(q);
}

static err_t list_users(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &user, "u", "users u");
	query_search(&q);
	return finish(&q, "u.id");
}

static err_t list_users_but_one(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &user, "u", "users u");
	query_where(&q, "u.id <> ?", ARGS(T("u2")));
	query_search(&q);
	return finish(&q, "u.id");
}

static err_t list_organizations(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &organization, "o", "organizations o");
	query_keyword(&q);
	return finish(&q, "o.id");
}

static err_t list_roles(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &organization_role, "r", "organization_roles r");
	query_keyword(&q);
	return finish(&q, "r.id");
}

#define USERS "/api/t/users"
#define OTHERS "/api/t/others"
#define ORGANIZATIONS "/api/t/organizations"
#define ROLES "/api/t/roles"

static const struct route routes[] = {
	{ GET, USERS, ANYONE, READ, .handler = list_users, .status = 200 },
	{ GET, OTHERS, ANYONE, READ, .handler = list_users_but_one, .status = 200 },
	{ GET, ORGANIZATIONS, ANYONE, READ, .handler = list_organizations, .status = 200 },
	{ GET, ROLES, ANYONE, READ, .handler = list_roles, .status = 200 },
};

/* -- asking -- */

static struct request *ask(const char *path, const char *query)
{
	struct request *rq = request_run(read_begin("default"), &(struct ask){ GET, path, query });

	read_end();
	return rq;
}

/* The ids of the answer: "u1,u2" */
static void expect(const char *path, const char *query, const char *ids)
{
	struct request *rq = ask(path, query);
	json_t *list = json_loads(buffer_str(&rq->reply.body), 0, NULL), *one;
	const char *found = "";
	size_t i;

	json_array_foreach(list, i, one)
		found = arena_printf(rq->arena, "%s%s%s", found, i ? "," : "",
				     json_string_value(json_object_get(one, "id")));
	if (rq->reply.status != 200 || strcmp(found, ids))
		fail_msg("%s?%.500s: %d %s, not %s", path, query ? query : "", rq->reply.status, found, ids);
	json_decref(list);
	request_free(rq);
}

static void refused(const char *query, const char *reason)
{
	struct request *rq = ask(USERS, query);

	if (rq->reply.status != 400 || !strstr(buffer_str(&rq->reply.body), reason))
		fail_msg("%s: no %s in %d %s", query, reason, rq->reply.status, buffer_str(&rq->reply.body));
	assert_non_null(strstr(buffer_str(&rq->reply.body), "{\"code\":\"request.invalid_input\",\"data\":{},"));
	request_free(rq);
}

/* `name` with values 0 to n - 1, all exact */
static const char *many(struct buffer *b, const char *name, int n)
{
	buffer_clear(b);
	buffer_text(b, "mode=exact");
	for (int i = 0; i < n; i++)
		buffer_printf(b, "&%s=%d", name, i);
	return buffer_str(b);
}

/* Names of users and organizations have 128 characters at most, ids fewer; folding makes one of one. */
static void what_is_longer_than_what_is_stored_finds_nothing_without_looking(void **state)
{
	char word[1000], query[1100];
	size_t i;
	static const struct { const char *path, *before; bool looks; int length; } cases[] = {
		{ ORGANIZATIONS, "q=", true, 128 }, { ORGANIZATIONS, "q=", false, 129 },
		{ ORGANIZATIONS, "q=%25%25", false, 129 }, { ORGANIZATIONS, "q=_", false, 128 },
		{ USERS, "search=_", true, 100 }, { USERS, "search=_", false, 129 },
		{ USERS, "search.id=_", true, 60 }, { USERS, "search.id=_", false, 65 },
		{ USERS, "mode=exact&search.name=", false, 129 }, { USERS, "mode=posix&search.name=", false, 129 },
		{ USERS, "mode=similar_to&isCaseSensitive=1&search.name=", false, 129 },
		/* a regular expression may be longer than what it finds */
		{ USERS, "mode=posix&search.name=b*", true, 900 },
		{ USERS, "mode=similar_to&isCaseSensitive=1&search.name=%25", true, 900 },
	};

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		memset(word, 'a', sizeof(word));
		word[cases[i].length] = '\0';
		snprintf(query, sizeof(query), "%s%s", cases[i].before, word);
		expect(cases[i].path, query, "");
		if (looked != cases[i].looks)
			fail_msg("%s of %d characters", cases[i].before, cases[i].length);
	}
}

/* A query holds a thousand parameters. */
static void a_field_may_have_any_number_of_exact_values(void **state)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	(void)state;
	buffer_init(&b, KIB(64));
	expect(USERS, many(&b, "search.id", 900), "");
	buffer_text(&b, "&search.id=U5&search.id=u2&search.id=u2");
	expect(USERS, buffer_str(&b), "u2,u5");
	buffer_text(&b, "&search.name=robert+100%25&search.name=x&joint=and");
	expect(USERS, buffer_str(&b), "u2");
	buffer_text(&b, "&isCaseSensitive=1");
	expect(USERS, buffer_str(&b), "");
	many(&b, "search", 900);
	buffer_text(&b, "&search=bob&search=ada%40example.com&search=%C3%A4rger+eva");
	expect(USERS, buffer_str(&b), "u1,u2,u5");
	buffer_text(&b, "&isCaseSensitive=1");
	expect(USERS, buffer_str(&b), "u2");
	buffer_clear(&b);
	for (int i = 0; i < 17; i++)
		buffer_printf(&b, "&search%d=abc", i);
	refused(buffer_str(&b), "Too many search parameters.");
}

/* What no field can hold is a search that finds nothing. */
static void a_long_value_is_searched_for_in_every_mode(void **state)
{
	static const char *const modes[] = { "like", "exact", "posix", "similar_to" };
	CLEANUP(buffer_done) struct buffer b = {0};

	(void)state;
	buffer_init(&b, KIB(64));
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		buffer_clear(&b);
		buffer_printf(&b, "isCaseSensitive=1&mode=%s&search.name=%015000d", modes[i], 0);
		expect(USERS, buffer_str(&b), "");
	}
	buffer_clear(&b);
	buffer_printf(&b, "q=%015000d", 0);
	expect(ORGANIZATIONS, buffer_str(&b), "");
	buffer_clear(&b);
	buffer_printf(&b, "mode=posix&search.name=x%%7C%014000d%%7CROBERT", 0);
	expect(USERS, buffer_str(&b), "u2");
}

/* It separates the fields in the column that is searched. */
static void a_separator_in_a_field_is_a_character_like_others(void **state)
{
	static const struct { const char *query, *ids; } cases[] = {
		{ "search.name=a%1Fb+c&mode=exact", "v1" }, { "search.name=A%1FB%25", "v1" },
		{ "search.name=%25c", "v1" }, { "search.name=a%1F%25&isCaseSensitive=1", "v1" },
		 { "search=a%1Fb+c&search=x&mode=exact", "v1" },
		{ "search.name=a", "" }, { "search.name=a&search.name=b+c&mode=exact", "" },
		{ "search.name=%5Ea.b&mode=posix", "v1" }, { "search.username=b+c&mode=exact", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect(USERS, cases[i].query, cases[i].ids);
	expect(ORGANIZATIONS, "q=x%1Fy", "p1");
	expect(ORGANIZATIONS, "q=X%25Z", "p1");
	expect(ORGANIZATIONS, "q=x%1Fz", "");
}

/* -- q -- */

static void a_keyword_is_a_substring_of_one_field(void **state)
{
	static const struct { const char *q, *ids; } cases[] = {
		{ "q=acme", "o1,o2" }, { "q=ACME", "o1,o2" }, { "q=%C3%A4rger", "o3" }, { "q=%C3%84RG", "o3" },
		{ "q=", "o1,o2,o3,o4,p1" }, { "q=o", "o1,o2,o3,o4" }, { "q=O4", "o4" }, { "q=nope", "" },
		/* % and _ are wildcards, and do not reach from the id into the name */
		{ "q=c%25q", "o1" }, { "q=a_m_", "o1,o2" }, { "q=o1%25acme", "" }, { "q=o1_acme", "" },
		{ "q=%25", "o1,o2,o3,o4,p1" }, { "q=100%5C%25", "o4" }, { "q=100%25", "o3,o4" }, { "q=a%5Cb%5C", "" },
		/* what the languages of index and LIKE would take for their own */
		{ "q=%22q%22", "o1" }, { "q=me+%22q", "o1" }, { "q=%22%22", "" }, { "q=o'brien", "o2" },
		{ "q=acme*", "" }, { "q=acme+OR+100", "" }, { "q='brien+-", "o2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect(ORGANIZATIONS, cases[i].q, cases[i].ids);
}

/* Three characters beside each other are what the index can look up. */
static void a_search_that_no_index_helps_scans(void **state)
{
	static const struct { const char *path, *query; bool scans; } cases[] = {
		{ ORGANIZATIONS, "q=ab", true }, { ORGANIZATIONS, "q=abc", false },
		{ ORGANIZATIONS, "q=%C3%A4%C3%B6", true }, { ORGANIZATIONS, "q=%C3%A4%C3%B6%C3%BC", false },
		{ ORGANIZATIONS, "q=ab%25cd", true }, { ORGANIZATIONS, "q=ab%25cde", false },
		{ ORGANIZATIONS, "q=ab%5C%25", false }, { ORGANIZATIONS, "q=a_b_c_d", true },
		{ ORGANIZATIONS, "q=", false },
		{ ROLES, "q=a", false },	/* a small table without an index is read as it is */
		{ USERS, "search=abc%25", false }, { USERS, "search=ab%25", true },
		{ USERS, "search=a_c&mode=exact", false }, { USERS, "search.id=abc&search.id=def&mode=exact", true },
		{ USERS, "search=abc&mode=posix", false }, { USERS, "search=ab%2Bc&mode=posix", true },
		{ USERS, "search.id=abc&search.name=%25x&joint=and", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		request_free(ask(cases[i].path, cases[i].query));
		if (scanned != cases[i].scans)
			fail_msg("%s", cases[i].query);
	}
}

/* -- search -- */

static void each_mode_compares_in_its_way(void **state)
{
	static const struct { const char *query, *ids; } cases[] = {
		{ "search=%25ada%25", "u1" }, { "search=ada", "" }, { "search=ADA_L", "u1" },
		{ "search=robert%25", "u2,u5" }, { "search.name=%25robert%25", "u2" },
		{ "search.name=%25100%5C%25", "u2" }, { "search.name=%C3%A4rger%25", "u5" },
		{ "search.primaryEmail=%25%40example.com", "u1,u3" },
		{ "search.primary_email=%25%40example.com", "u1,u3" },
		{ "search.username=%25", "u1,u2,u5" },			/* null is not like anything */
		{ "search.name=Robert%25&isCaseSensitive=true", "u2" },
		{ "search.name=robert%25&isCaseSensitive=Yes", "" },
		{ "search.name=robert%25&isCaseSensitive=no", "u2" },
		{ "search.id=U1&search.id=u3&mode=exact", "u1,u3" },
		{ "search.id=U1&mode=exact&isCaseSensitive=1", "" }, { "search=bob&mode=exact", "u2" },
		{ "search=bo_&mode=exact", "" }, { "search.id=%5EU%5B12%5D%24&mode=posix", "u1,u2" },
		{ "search.id=U%5B12%5D&mode=posix&isCaseSensitive=y", "" },
		{ "search.id=u(1%7C3)&mode=similar_to&isCaseSensitive=1", "u1,u3" },
		{ "search.id=u&mode=similar_to&isCaseSensitive=1", "" },
		{ "searchfoo=u1", "u1" },	/* whatever begins so is one, over all fields */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect(USERS, cases[i].query, cases[i].ids);
}

static void the_mode_is_that_of_the_field_then_that_of_all_then_like(void **state)
{
	(void)state;
	expect(USERS, "search.id=u_", "u1,u2,u3,u4,u5");
	expect(USERS, "search.id=u_&mode=exact", "");
	expect(USERS, "search.id=u_&mode=exact&mode.id=like", "u1,u2,u3,u4,u5");
	expect(USERS, "search.id=u_&mode.id=exact", "");
	expect(USERS, "search=u_&mode.id=exact", "u1,u2,u3,u4,u5");	/* of any field: its own is the one of all */
	expect(USERS, "search.primaryEmail=cyd%25&mode.primary_email=exact", "");
	expect(USERS, "search.primary_email=cyd%25&mode.primaryEmail=exact", "");
	expect(USERS, "search.id=u1&mode.nope=exact", "u1");
	expect(USERS, "search.id=u_&mode=exact&mode=like", "u1,u2,u3,u4,u5");	/* of several the last */
}

static void several_parameters_are_joined_by_or_unless_and_is_asked_for(void **state)
{
	(void)state;
#define BOTH "search.name=%25o%25&search.username=%25o%25"
	expect(USERS, BOTH, "u1,u2,u5");
	expect(USERS, BOTH "&joint=and", "u2");
	expect(USERS, BOTH "&jointMode=and", "u2");
	expect(USERS, BOTH "&joint=&jointMode=and", "u2");
	expect(USERS, BOTH "&joint=or&jointMode=and", "u1,u2,u5");
	expect(USERS, BOTH "&joint=and&joint=or", "u1,u2,u5");
}

/* The peer lets an OR escape the list it stands in (http-conventions.md section 5.2, c). */
static void an_or_does_not_reach_beyond_its_list(void **state)
{
	(void)state;
	expect(OTHERS, "search.name=zzz&search.id=%25", "u1,u3,u4,u5,v1");
	expect(OTHERS, BOTH, "u1,u5");
	expect(OTHERS, "search.id=u2", "");
}

static void the_first_fault_is_told_with_its_reason(void **state)
{
	static const struct { const char *query, *reason; } cases[] = {
		{ "search=", "A search value cannot be empty." },
		{ "search.name=a&search.id=", "A search value cannot be empty." },
		{ "search.id=a&search.id=b", "need the mode `exact`" },
		{ "search=a&search=b&mode=posix", "need the mode `exact`" },
		{ "search=a&mode=similar_to", "cannot be case-insensitive" },
		{ "search.createdAt=a", "Search field `created_at` is not valid: it is none of id, primary_email,"
		  " primary_phone, username, name." },
		{ "search.=a", "Search field `` is not valid" },
		{ "search.a.b=a", "The search path `a.b` has more than one level." },
		{ "mode=x", "Search match mode `x` is not valid: it is none of like, exact, similar_to, posix." },
		{ "mode=", "Search match mode `` is not valid" },
		{ "mode.nope=x", "Search match mode `x` for field `nope` is not valid" },
		{ "joint=x", "Search joint mode `x` is not valid: it is none of or, and." },
		{ "search=a%5C", "A pattern cannot end with a single backslash." },
		{ "search=a%5C%5C%5C", "single backslash" },
		{ "search=(&mode=posix", "A search pattern is not valid." },
		{ "search=(&mode=similar_to&isCaseSensitive=1", "A search pattern is not valid." },
		{ "search=[x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF]"
		  "[x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF]"
		  "[x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF][x-%F4%8F%BF%BF]"
		  "&mode=posix", "The classes of a pattern have too many characters." },
		/* joint, then modes, then fields, then values */
		{ "search=&search.x=&mode=x&joint=x", "joint mode" }, { "search=&search.x=&mode=x", "match mode" },
		{ "search=&search.x=", "Search field" },
		{ "search=%5C&search.id=", "single backslash" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		refused(cases[i].query, cases[i].reason);
	expect(USERS, "search=a%5C%5C", "");		/* one backslash, escaped */
	expect(USERS, "search=(&mode=exact", "");
}

STATEMENT(t_many_users,
	  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)"
	  " INSERT INTO users (tenant_id, id, profile, identities, custom_data, logto_config, mfa_verifications,"
	  " is_suspended, is_password_expired, created_at, updated_at, search)"
	  " SELECT $1, 'w' || i, '{}', '{}', $2, '{}', '[]', 0, 0, 1, 1,"
	  " 'w' || i || $3 || 'w' || i || '.common@shared.example' FROM n");
/* So that PostgreSQL knows how large the table is. */
GLOBAL_STATEMENT2(t_look_at_users, "SELECT 1", "ANALYZE users");
STATEMENT(t_many_users_gone, "DELETE FROM users WHERE tenant_id = $1 AND id LIKE 'w%'");

/* PostgreSQL, a table with more than 500 pages; in smaller ones it looks for the whole text. */
static void in_a_large_table_a_long_text_is_found_by_its_rarest_part(void **state)
{
	char filler[1001];
	struct txn *tx = write_begin("default");

	(void)state;
	memset(filler, 'x', sizeof(filler));
	filler[0] = filler[sizeof(filler) - 2] = '"';
	filler[sizeof(filler) - 1] = '\0';
	MUST(store_exec(tx, &t_many_users, ARGS(T(filler), T("\x1f")), NULL));
	MUST(store_exec(tx, &t_look_at_users, NO_ARGS, NULL));
	MUST(txn_commit(&tx));
	expect(USERS, "search=%25w777.common%40shared.example%25", "w777");
	expect(USERS, "search=%25.common%40shared.example%25&search.id=w5&joint=and", "w5");
	expect(USERS, "search=%25777.common%40shared.example%25&search.id=w%25&joint=and", "w1777,w2777,w3777,w777");
	expect(USERS, "search=%25common%40nowhere.example%25", "");
	tx = write_begin("default");
	MUST(store_exec(tx, &t_many_users_gone, NO_ARGS, NULL));
	MUST(txn_commit(&tx));
}

/* -- the world -- */

static void put(struct txn *tx, struct arena *a, struct entity *e, json_t *object)
{
	CLEANUP(rows_close) struct rows row = {0};

	MUST(entity_insert(tx, a, e, object, &row));
	json_decref(object);
}

static void put_user(struct txn *tx, struct arena *a, const char *id, const char *email, const char *username,
		     const char *name)
{
	put(tx, a, &user,
	    json_pack("{s:s,s:s?,s:s?,s:s?}", "id", id, "primaryEmail", email, "username", username, "name", name));
}

static int put_rows(void)
{
	const struct routes mine = { routes, ARRAY_LEN(routes) };
	static const char *const names[] = { "Acme \"Q\" Corp", "O'Brien - Acme", "Ärger 100", "100%" };
	char id[] = "o1";
	struct arena *a;
	struct txn *tx;

	if (route_table(&mine, 1))
		return -1;
	a = arena_new();
	tx = write_begin("default");
	for (size_t i = 0; i < ARRAY_LEN(names); i++, id[1]++)
		put(tx, a, &organization, json_pack("{s:s,s:s}", "id", id, "name", names[i]));
	put_user(tx, a, "u1", "Ada@Example.com", "ada_l", "Ada Lovelace");
	put_user(tx, a, "u2", NULL, "bob", "Robert 100%");
	put_user(tx, a, "u3", "cyd@example.com", NULL, NULL);
	put_user(tx, a, "u4", NULL, NULL, "Dan \"the\" Man");
	put_user(tx, a, "u5", NULL, "Robert", "ÄRGER Eva");
	put(tx, a, &organization, json_pack("{s:s,s:s}", "id", "p1", "name", "x\x1fy z"));
	put_user(tx, a, "v1", NULL, NULL, "a\x1f" "b c");
	MUST(txn_commit(&tx));
	arena_free(a);
	return 0;
}

static int sqlite_world(void **state)
{
	return world_begin(state) || put_rows();
}

static int postgres_world(void **state)
{
	return world_begin_postgres(state) || put_rows();
}

int main(void)
{
#define CASE(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		CASE(what_is_longer_than_what_is_stored_finds_nothing_without_looking),
		CASE(a_field_may_have_any_number_of_exact_values), CASE(a_long_value_is_searched_for_in_every_mode),
		CASE(a_separator_in_a_field_is_a_character_like_others), CASE(a_keyword_is_a_substring_of_one_field),
		CASE(a_search_that_no_index_helps_scans), CASE(each_mode_compares_in_its_way),
		CASE(the_mode_is_that_of_the_field_then_that_of_all_then_like),
		CASE(several_parameters_are_joined_by_or_unless_and_is_asked_for),
		CASE(an_or_does_not_reach_beyond_its_list), CASE(the_first_fault_is_told_with_its_reason),
	};

	const struct CMUnitTest postgres[] = {
		CASE(in_a_large_table_a_long_text_is_found_by_its_rarest_part),
		CASE(a_keyword_is_a_substring_of_one_field), CASE(each_mode_compares_in_its_way),
	};

	return WORLDS_RUN(tests, sqlite_world, postgres, postgres_world);
}
