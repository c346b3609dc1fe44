/* Finds the users who sign in. */
#include "directory/person.h"

#include <string.h>

#include "base/text.h"
#include "directory/phone.h"
#include "entity/tree.h"
#include "store/store.h"
#include "base/banned.h"

#define SELECT_PERSON \
	"SELECT id, username, primary_email, primary_phone, name, avatar, password_digest, password_algorithm," \
	" created_at, password_updated_at, is_password_expired, is_suspended, identities, profile, custom_data," \
	" logto_config, mfa_verifications FROM users WHERE tenant_id = $1 AND "
COLUMN_LIST(person, id, username, primary_email, primary_phone, name, avatar, password_digest, password_algorithm,
	    created_at, password_updated_at, is_password_expired, is_suspended, identities, profile, custom_data,
	    logto_config, mfa_verifications);
STATEMENT(load_person, SELECT_PERSON "id = $2");
COLUMNS_OF(load_person, person);
STATEMENT(lock_person, SELECT_PERSON "id = $2 {lock}");
COLUMNS_OF(lock_person, person);
STATEMENT(person_of_username, SELECT_PERSON "username = $2");
COLUMNS_OF(person_of_username, person);
STATEMENT(person_of_any_username,
	  SELECT_PERSON "lower(username) = $2 ORDER BY CASE WHEN username = $3 THEN 0 ELSE 1 END, id LIMIT 1");
COLUMNS_OF(person_of_any_username, person);
STATEMENT(person_of_email, SELECT_PERSON "email_key = $2");
COLUMNS_OF(person_of_email, person);
STATEMENT(person_of_phone, SELECT_PERSON "primary_phone IN ($2, $3, $4) ORDER BY created_at, id LIMIT 1");
COLUMNS_OF(person_of_phone, person);

static const char *text_at(struct request *rq, struct rows *row, int column)
{
	return arena_copy(rq->arena, rows_text(row, column));
}

static err_t read_trees(struct request *rq, struct rows *row, struct person *out)
{
	const struct {
		int column;
		json_t **to;
	} trees[] = {
		{ person_identities, &out->identities },
		{ person_profile, &out->profile },
		{ person_custom_data, &out->custom_data },
		{ person_logto_config, &out->config },
		{ person_mfa_verifications, &out->factors },
	};
	err_t e = OK;

	for (size_t i = 0; !e && i < ARRAY_LEN(trees); i++)
		e = tree_of_column(rq, row, trees[i].column, trees[i].to);
	return e;
}

static err_t read_person(struct request *rq, struct statement *s, const struct arg *args, int n, struct person *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(rq->tx, s, args, n, &row);

	if (e)
		return e;
	*out = (struct person){
		.id = text_at(rq, &row, person_id),
		.username = text_at(rq, &row, person_username),
		.email = text_at(rq, &row, person_primary_email),
		.phone = text_at(rq, &row, person_primary_phone),
		.name = text_at(rq, &row, person_name),
		.avatar = text_at(rq, &row, person_avatar),
		.digest = text_at(rq, &row, person_password_digest),
		.algorithm = text_at(rq, &row, person_password_algorithm),
		.created_at_ms = rows_int(&row, person_created_at),
		.password_updated_at_ms = rows_int(&row, person_password_updated_at),
		.is_password_expired = rows_int(&row, person_is_password_expired) != 0,
		.is_suspended = rows_int(&row, person_is_suspended) != 0,
	};
	e = read_trees(rq, &row, out);
	return e ? e : rows_end(&row);
}

err_t person_load(struct request *rq, const char *id, struct person *out)
{
	return read_person(rq, txn_is_write(rq->tx) ? &lock_person : &load_person, ARGS(T(id)), out);
}

static char *lower(struct arena *a, const char *s)
{
	char *out = arena_copy(a, s);

	for (char *c = out; *c; c++)
		*c = text_lower(*c);
	return out;
}

/*
 * Whether two addresses that are the same in folded letter case are the same mailbox. Folding takes U+017F for an s
 * and U+212A for a k, which mail servers do not: a code that is sent to the one proves nothing of the other.
 */
static bool is_same_mailbox(const char *a, const char *b)
{
	while (*a && *b) {
		if (((unsigned char)*a < 0x80) != ((unsigned char)*b < 0x80))
			return false;
		for (a++; text_is_continuation(*a);)
			a++;
		for (b++; text_is_continuation(*b);)
			b++;
	}
	return true;
}

static err_t find_by_email(struct request *rq, const char *email, struct person *out)
{
	err_t e = read_person(rq, &person_of_email, ARGS(T(text_fold(rq->arena, email))), out);

	if (e || is_same_mailbox(email, out->email))
		return e;
	*out = (struct person){0};
	return ERR_NOT_FOUND;
}

err_t person_find(struct request *rq, const struct identifier *by, bool any_case, struct person *out)
{
	struct phone phone;

	if (!strcmp(by->type, "email"))
		return find_by_email(rq, by->value, out);
	if (!strcmp(by->type, "username") && any_case)
		return read_person(rq, &person_of_any_username, ARGS(T(lower(rq->arena, by->value)), T(by->value)),
				   out);
	if (!strcmp(by->type, "username"))
		return read_person(rq, &person_of_username, ARGS(T(by->value)), out);
	if (!phone_parse(by->value, &phone))
		return read_person(rq, &person_of_phone, ARGS(T(by->value), T(by->value), T(by->value)), out);
	return read_person(rq, &person_of_phone, ARGS(T(by->value), T(phone.number), T(phone.with_zero)), out);
}
