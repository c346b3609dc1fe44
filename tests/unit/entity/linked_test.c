/* Lists of other things in the rows of a list: roles of members, whichever way they are read. */
#include "world.h"

#include "entity/linked.h"
#include "organizations/organizations.h"

#include "base/banned.h"

STATEMENT(t_linked_role,
	  "INSERT INTO organization_roles (tenant_id, id, name, type, search)"
	  " VALUES ($1, $2, $3, 'User', '')");
STATEMENT(t_linked_organization,
	  "INSERT INTO organizations (tenant_id, id, name, custom_data, is_mfa_required, color, branding,"
	  " created_at, search) VALUES ($1, 'o1', 'o1', '{}', 0, '{}', '{}', 1, '')");
STATEMENT(t_linked_user,
	  "INSERT INTO users (tenant_id, id, profile, identities, custom_data, logto_config,"
	  " mfa_verifications, is_suspended, is_password_expired, created_at, updated_at, search)"
	  " VALUES ($1, $2, '{}', '{}', '{}', '{}', '[]', 0, 0, 1, 1, '')");
STATEMENT(t_linked_member,
	  "INSERT INTO organization_users (tenant_id, organization_id, user_id) VALUES ($1, 'o1', $2)");
STATEMENT(t_linked_holds,
	  "INSERT INTO organization_user_roles (tenant_id, organization_id, user_id, organization_role_id)"
	  " VALUES ($1, 'o1', $2, $3)");

static struct request *rq;
static struct buffer body;

#define ROW(at, id) linked_add(l, at, id, strlen(id))
#define ZETA "{\"id\":\"r1\",\"name\":\"zeta\"}"
#define BETA "{\"id\":\"r2\",\"name\":\"beta\"}"

static void expect(struct linked *l, size_t *starts, int n, const char *text)
{
	assert_int_equal(linked_fill(l, &body, starts, n), OK);
	assert_string_equal(buffer_str(&body), text);
}

static void things_are_written_where_they_belong_in_their_order(void **state)
{
	struct linked *l = linked_new(rq, &roles_of_user, NULL);

	(void)state;
	buffer_text(&body, "(1)(2)(3)");
	ROW(2, "r1,r2");
	ROW(5, "r1");
	ROW(8, "r2,r1");
	expect(l, NULL, 0, "(1[" BETA "," ZETA "])(2[" ZETA "])(3[" BETA "," ZETA "])");
}

static void what_is_gone_is_left_out_and_none_is_an_empty_list(void **state)
{
	struct linked *l = linked_new(rq, &roles_of_user, NULL);

	(void)state;
	buffer_text(&body, "(1)(2)(3)");
	ROW(2, "gone,r1");
	ROW(5, "gone");
	linked_add(l, 8, NULL, 0);
	expect(l, NULL, 0, "(1[" ZETA "])(2[])(3[])");
}

static void pairs_are_read_between_the_first_row_and_the_last(void **state)
{
	struct linked *l = linked_new(rq, &roles_of_user, "o1");

	(void)state;
	buffer_text(&body, "(b)(c)(d)");
	ROW(2, "b");
	ROW(5, "c");
	ROW(8, "d");
	expect(l, NULL, 0, "(b[" BETA "," ZETA "])(c[])(d[" ZETA "])");
}

/* A row without its member: it has come since the page was read, or has gone. */
static void pairs_of_other_rows_are_passed_over(void **state)
{
	struct linked *l = linked_new(rq, &roles_of_user, "o1");

	(void)state;
	buffer_text(&body, "(a)(d)(x)");
	ROW(2, "a");
	ROW(5, "d");
	ROW(8, "x");
	expect(l, NULL, 0, "(a[" BETA "])(d[" ZETA "])(x[])");
}

static void a_page_that_was_read_from_the_end_has_its_starts_moved(void **state)
{
	struct linked *l = linked_new(rq, &roles_of_user, "o1");
	size_t starts[] = { 0, 4, 8 };

	(void)state;
	buffer_text(&body, "(d),(c),(b)");
	ROW(2, "d");
	ROW(6, "c");
	ROW(10, "b");
	expect(l, starts, 3, "(d[" ZETA "]),(c[]),(b[" BETA "," ZETA "])");
	assert_ptr_equal(strstr(buffer_str(&body), "(d"), buffer_str(&body) + starts[0]);
	assert_ptr_equal(strstr(buffer_str(&body), "(c"), buffer_str(&body) + starts[1]);
	assert_ptr_equal(strstr(buffer_str(&body), "(b"), buffer_str(&body) + starts[2]);
}

#define PAIR ".[" BETA "].[" ZETA "]"

static void more_rows_than_a_page_has_are_all_filled(void **state)
{
	struct linked *l = linked_new(rq, &roles_of_user, NULL);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		buffer_char(&body, '.');
		ROW((size_t)i + 1, i % 2 ? "r1" : "r2");
	}
	assert_int_equal(linked_fill(l, &body, NULL, 0), OK);
	assert_int_equal(body.len, 500 * strlen(PAIR));
	assert_string_equal(buffer_str(&body) + body.len - strlen(PAIR), PAIR);
}

static void no_row_needs_no_statement(void **state)
{
	(void)state;
	expect(linked_new(rq, &roles_of_user, "o1"), NULL, 0, "");
}

static void write_rows(void)
{
	static const char *const held[][2] = { { "a", "r2" }, { "b", "r1" }, { "b", "r2" }, { "d", "r1" } };
	struct txn *tx = write_begin("default");

	assert_int_equal(store_exec(tx, &t_linked_organization, NO_ARGS, NULL), OK);
	assert_int_equal(store_exec(tx, &t_linked_role, ARGS(T("r1"), T("zeta")), NULL), OK);
	assert_int_equal(store_exec(tx, &t_linked_role, ARGS(T("r2"), T("beta")), NULL), OK);
	for (const char *id = "a\0b\0c\0d\0"; *id; id += 2) {
		assert_int_equal(store_exec(tx, &t_linked_user, ARGS(T(id)), NULL), OK);
		assert_int_equal(store_exec(tx, &t_linked_member, ARGS(T(id)), NULL), OK);
	}
	for (size_t i = 0; i < ARRAY_LEN(held); i++)
		assert_int_equal(store_exec(tx, &t_linked_holds, ARGS(T(held[i][0]), T(held[i][1])), NULL), OK);
	assert_int_equal(txn_commit(&tx), OK);
}

static int sqlite_world(void **state)
{
	world_begin(state);
	write_rows();
	return 0;
}

static int postgres_world(void **state)
{
	world_begin_postgres(state);
	write_rows();
	return 0;
}

static int begin(void **state)
{
	(void)state;
	rq = request_new(&(struct ask){ GET, "/api/organizations" });
	rq->tx = read_begin("default");
	buffer_init(&body, MIB(1));
	return 0;
}

static int end(void **state)
{
	(void)state;
	buffer_done(&body);
	request_free(rq);
	read_end();
	return 0;
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(things_are_written_where_they_belong_in_their_order),
		CASE(what_is_gone_is_left_out_and_none_is_an_empty_list),
		CASE(pairs_are_read_between_the_first_row_and_the_last), CASE(pairs_of_other_rows_are_passed_over),
		CASE(a_page_that_was_read_from_the_end_has_its_starts_moved),
		CASE(more_rows_than_a_page_has_are_all_filled), CASE(no_row_needs_no_statement),
	};

	return WORLDS_RUN(tests, sqlite_world, tests, postgres_world);
}
