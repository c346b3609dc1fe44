/* Stores the account at a social provider by which somebody has come. */
#include "signin/social_account.h"

#include <string.h>

#include "base/banned.h"

bool social_account_of(const json_t *staged, struct social_account *out)
{
	const json_t *account = json_object_get(staged, STAGED_SOCIAL);

	*out = (struct social_account){
		.target = json_string_value(json_object_get(account, "target")),
		.id = json_string_value(json_object_get(account, "userId")),
		.details = json_object_get(account, "details"),
	};
	return account != NULL;
}

err_t social_account_check_new(const json_t *staged, const struct person *person)
{
	struct social_account account;
	const char *own;

	if (!social_account_of(staged, &account))
		return OK;
	own = json_string_value(json_object_get(json_object_get(person->identities, account.target), "userId"));
	return own ? ERR_SOCIAL_IN_PROFILE : OK;
}

err_t social_account_check_free(struct request *rq, const json_t *staged, const char *user_id)
{
	struct social_account account;
	const char *owner = NULL;
	err_t e;

	if (!social_account_of(staged, &account))
		return OK;
	e = user_find_social(rq, &account, &owner);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return user_id && !strcmp(owner, user_id) ? OK : ERR_IDENTITY_IN_USE;
}

err_t social_account_settle(struct request *rq, const json_t *staged, const char *user_id, bool *is_new)
{
	struct social_account account;
	bool fresh = false;
	err_t e = social_account_of(staged, &account) ? user_link_social(rq, user_id, &account, &fresh) : OK;

	*is_new = *is_new || fresh;
	return e;
}
