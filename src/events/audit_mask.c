/* What the audit log does not show, by the names of members (webhooks-and-logs.md section 5.1). */
#include "events/audit_mask.h"

#include <string.h>

#include "base/text.h"
#include "base/banned.h"

#define NAME_ROOM 64	/* of what is compared; of a longer name, the beginning and the end */
#define DEPTH 16	/* of what is shown */

/* The name without `_` and `-`, in lower case. */
static void simplify(const char *name, char out[NAME_ROOM])
{
	size_t n = 0, len = strlen(name);

	for (size_t i = 0; i < len; i++) {
		if (n == NAME_ROOM / 2 && len - i > NAME_ROOM / 2)
			i = len - NAME_ROOM / 2 + 1;
		if (name[i] != '_' && name[i] != '-' && n < NAME_ROOM - 1)
			out[n++] = text_lower(name[i]);
	}
	out[n] = '\0';
}

static bool ends_with(const char *text, const char *end)
{
	size_t a = strlen(text), b = strlen(end);

	return a >= b && !strcmp(text + a - b, end);
}

/*
 * Names in which one of the first list stands, and those that are one of the second. Codes of a grant are shown by the
 * peer; here they are masked like the tokens that they are exchanged for.
 */
static bool is_secret(const char *simple)
{
	static const char *const parts[] = { "secret", "password", "apikey", "privatekey", "credential", "cookie" };
	static const char *const wholes[] = {
		"authorization", "xfunctionskey", "code", "codeverifier", "devicecode", "usercode", "assertion",
		"clientassertion", "idtokenhint", NULL,
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strstr(simple, parts[i]))
			return true;
	return ends_with(simple, "token") || text_is_one_of(simple, wholes);
}

enum audit_showing audit_showing_of(const char *name)
{
	char simple[NAME_ROOM];

	simplify(name, simple);
	if (text_has_prefix(simple, "script") || ends_with(simple, "script") || strstr(simple, "environmentvariables"))
		return AUDIT_LEFT_OUT;
	return is_secret(simple) ? AUDIT_MASKED : AUDIT_SHOWN;
}

/* Members that tell of a secret without holding it. */
static bool is_harmless(const char *name, const json_t *value)
{
	if (json_is_boolean(value))
		return !strcmp(name, "hasPassword") || !strcmp(name, "passwordVerified");
	return json_is_object(value) && !strcmp(name, "applicationSecret");
}

static void write_value(struct json_out *j, const json_t *value, int depth);

static void write_members(struct json_out *j, json_t *object, int depth)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		enum audit_showing how = is_harmless(name, value) ? AUDIT_SHOWN : audit_showing_of(name);

		if (how == AUDIT_LEFT_OUT)
			continue;
		json_text(j, name);
		buffer_char(j->to, ':');
		j->comma = false;
		if (how == AUDIT_MASKED)
			json_text(j, AUDIT_MASK);
		else
			write_value(j, value, depth);
	}
}

static void write_value(struct json_out *j, const json_t *value, int depth)
{
	const json_t *element;
	size_t i;

	if (!json_is_object(value) && !json_is_array(value)) {
		json_value(j, value);
	} else if (depth >= DEPTH) {
		json_text(j, "…");
	} else if (json_is_object(value)) {
		json_open(j);
		write_members(j, (json_t *)value, depth + 1);
		json_close(j);
	} else {
		json_list(j);
		json_array_foreach(value, i, element)
			write_value(j, element, depth + 1);
		json_list_end(j);
	}
}

void audit_write_masked(struct json_out *j, const json_t *value)
{
	write_value(j, value, 0);
}
