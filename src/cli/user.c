/* The verb that makes a user. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/password.h"
#include "server/local.h"
#include "server/routes.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* Reads the first line of standard input: a password on a command line could be read by other users of the machine. */
static err_t read_password(struct arena *a, const char **out)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len = getline(&line, &room, stdin);
	err_t e = OK;

	if (len > 0 && line[len - 1] == '\n')
		len--;
	if (len <= 0)
		e = err_set(ERR_INPUT, "no password on standard input");
	else if (strlen(line) < (size_t)len || !text_is_utf8(line, (size_t)len))
		e = err_set(ERR_INPUT, "the password is not UTF-8 text");
	else
		*out = arena_copyn(a, line, (size_t)len);
	if (line)
		explicit_bzero(line, room);
	free(line);
	return e;
}

static const struct { const char *option, *member; } members[] = {
	{ "username", "username" }, { "email", "primaryEmail" }, { "phone", "primaryPhone" }, { "name", "name" },
};

/* Reads and hashes the password before the transaction, since hashing takes long on purpose. ERR_INPUT. */
static err_t hash_password(struct invocation *v)
{
	const char *password;
	err_t e = OK;

	if (!option(v, "password-stdin"))
		return OK;
	e = read_password(v->arena, &password);
	if (!e && strlen(password) > PASSWORD_MAX)
		e = err_set(ERR_INPUT, "the password is too long");
	return e ? e : password_hash(v->arena, &v->settings, password, &v->digest);
}

static err_t create(struct invocation *v)
{
	json_t *body = json_object(), *made = NULL;
	const struct tenant *tenant;
	struct json_out j;
	err_t e = tenant_find(v->tx, v->arena, txn_tenant(v->tx), &tenant);

	for (size_t i = 0; !e && i < ARRAY_LEN(members); i++)
		if (option(v, members[i].option) &&
		    json_object_set_new(body, members[i].member, json_string(option(v, members[i].option))))
			e = err_set(ERR_INPUT, "--%s is not UTF-8 text", members[i].option);
	if (!e && v->digest) {
		json_object_set_new(body, "passwordDigest", json_string(v->digest));
		json_object_set_new(body, "passwordAlgorithm", json_string(PASSWORD_ALGORITHM));
	}
	if (!e)
		e = routes_start();
	if (!e)
		e = local_call(v->tx, v->arena, tenant, POST, "/api/users", body, &made);
	json_decref(body);
	if (e)
		return e;
	json_out_init(&j, &v->out);
	json_value(&j, made);
	buffer_char(&v->out, '\n');
	json_decref(made);
	return OK;
}

static const struct option_row create_options[] = {
	{ "username", "TEXT", "User name" },
	{ "email", "ADDRESS", "Primary e-mail address" },
	{ "phone", "DIGITS", "Primary phone number, international, digits only" },
	{ "name", "TEXT", "Display name" },
	{ "password-stdin", NULL, "Read the password from the first line of standard input" },
	{ .name = NULL }
};

const struct verb user_verbs[] = {
	{ "user", "create", .options = create_options, .tenant = true, .work = hash_password, .run = create,
	  .help = "Make a user; print it as the API shows it", .reads = BY_USERS },
};
const size_t user_verb_count = ARRAY_LEN(user_verbs);
