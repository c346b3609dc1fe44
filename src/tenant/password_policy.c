/* Judges passwords: length, kinds of characters, stolen ones, phrases that are easily guessed; and their age. */
#include "tenant/password_policy.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/breached.h"
#include "tenant/tenant.h"

#include "base/banned.h"

/* -- the policy, with its defaults -- */

enum { LEAST, MOST };	/* places in the members of a range */

static const struct field length_members[] = {
	{ "min", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .max = 256, .fallback = "8" },
	{ "max", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .max = 256, .fallback = "256" },
	FIELDS_END
};

static const struct field kinds_members[] = {
	{ "min", .type = FIELD_INTEGER, .flags = WHOLE, .min = 1, .max = 4, .fallback = "1",
	  .help = "Of lower case, upper case, digits and symbols." },
	FIELDS_END
};

static const struct field rejects_members[] = {
	{ "pwned", .type = FIELD_BOOL, .fallback = "true" },
	{ "repetitionAndSequence", .type = FIELD_BOOL, .fallback = "true" },
	{ "userInfo", .type = FIELD_BOOL, .fallback = "true" },
	{ "words", .type = FIELD_LIST, .element = &field_text, .fallback = "[]" },
	FIELDS_END
};

const struct field password_policy_members[] = {
	{ "length", .type = FIELD_STRUCT, .members = length_members },
	{ "characterTypes", .type = FIELD_STRUCT, .members = kinds_members },
	{ "rejects", .type = FIELD_STRUCT, .members = rejects_members },
	FIELDS_END
};

/* The member `f` of a part of the policy. */
static int limit_of(const json_t *policy, const char *part, const struct field *f)
{
	const json_t *value = json_object_get(json_object_get(policy, part), f->name);

	return json_is_integer(value) ? (int)json_integer_value(value) : (int)strtol(f->fallback, NULL, 10);
}

static bool rejects(const json_t *policy, const char *member)
{
	return !json_is_false(json_object_get(json_object_get(policy, "rejects"), member));
}

bool password_needs_owner(const json_t *policy)
{
	return rejects(policy, "userInfo");
}

/* -- issues -- */

static void add(json_t *issues, const char *code)
{
	json_array_append_new(issues, json_pack("{s:s}", "code", code));
}

static void add_limit(json_t *issues, const char *code, const char *name, int limit)
{
	json_array_append_new(issues, json_pack("{s:s, s:{s:i}}", "code", code, "interpolation", name, limit));
}

static void judge_length(json_t *issues, const json_t *policy, const char *password)
{
	int least = limit_of(policy, "length", &length_members[LEAST]);
	int most = limit_of(policy, "length", &length_members[MOST]);
	size_t n = text_utf16_len(password);

	if (n < (size_t)least)
		add_limit(issues, "password_rejected.too_short", "min", least);
	else if (n > (size_t)most)
		add_limit(issues, "password_rejected.too_long", "max", most);
}

/* Kinds: lower case, upper case, digits, symbols with the blank; ASCII only. */
static void judge_kinds(json_t *issues, const json_t *policy, const char *password)
{
	bool lower = false, upper = false, digit = false, symbol = false;
	int least = limit_of(policy, "characterTypes", &kinds_members[LEAST]);

	for (const char *s = password; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x80 || c < ' ' || c == 0x7f) {
			add(issues, "password_rejected.unsupported_characters");
			return;
		}
		lower |= islower(c) != 0;
		upper |= isupper(c) != 0;
		digit |= isdigit(c) != 0;
		symbol |= !isalnum(c);
	}
	if (lower + upper + digit + symbol < least)
		add_limit(issues, "password_rejected.character_types", "min", least);
}

/* -- phrases that are easily guessed -- */

/* The password by its characters: as it is and with its letter case folded, and which are part of such a phrase. */
struct marks {
	struct slice *as_is, *folded;
	bool *on;
	size_t n;
};

static struct slice *split(struct arena *a, const char *text, size_t n)
{
	struct slice *at = ARENA_ARRAY(a, struct slice, n + 1);
	size_t left = strlen(text);

	for (size_t i = 0; i < n; i++) {
		size_t len = text_char_len(text, left);

		at[i] = (struct slice){ text, len };
		text += len;
		left -= len;
	}
	return at;
}

static void split_all(struct arena *a, const char *password, struct marks *m)
{
	m->n = text_points(password);
	m->as_is = split(a, password, m->n);
	m->folded = split(a, text_fold(a, password), m->n);
	m->on = ARENA_ARRAY(a, bool, m->n + 1);
}

static void mark_range(struct marks *m, size_t from, size_t len)
{
	for (size_t i = from; i < from + len; i++)
		m->on[i] = true;
}

static bool is_same(struct slice a, struct slice b)
{
	return a.len == b.len && !memcmp(a.at, b.at, a.len);
}

#define RUN_LEAST 3

static bool mark_repetitions(struct marks *m)
{
	bool any = false;
	size_t len;

	for (size_t i = 0; i < m->n; i += len) {
		for (len = 1; i + len < m->n && is_same(m->as_is[i], m->as_is[i + len]);)
			len++;
		if (len >= RUN_LEAST) {
			mark_range(m, i, len);
			any = true;
		}
	}
	return any;
}

/* How many characters from `i` on follow each other in the sequence. */
static size_t run_in(const struct marks *m, size_t i, const char *sequence)
{
	const char *at = m->folded[i].len == 1 ? strchr(sequence, m->folded[i].at[0]) : NULL;
	size_t len = 0;

	while (at && at[len] && i + len < m->n && m->folded[i + len].len == 1 && m->folded[i + len].at[0] == at[len])
		len++;
	return len;
}

static bool mark_sequences(struct marks *m)
{
	static const char *const sequences[] = {
		"0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
		"1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol",
	};
	bool any = false;

	for (size_t i = 0; i < m->n; i++) {
		for (size_t k = 0; k < ARRAY_LEN(sequences); k++) {
			size_t len = run_in(m, i, sequences[k]);

			if (len >= RUN_LEAST) {
				mark_range(m, i, len);
				any = true;
			}
		}
	}
	return any;
}

/* Marks the phrase wherever it stands, in any letter case. */
static bool mark_phrase(struct arena *a, struct marks *m, const char *phrase)
{
	size_t n = phrase ? text_points(phrase) : 0;
	const struct slice *wanted = n > 0 && n <= m->n ? split(a, text_fold(a, phrase), n) : NULL;
	bool any = false;

	for (size_t i = 0; wanted && i + n <= m->n; i++) {
		size_t k = 0;

		while (k < n && is_same(m->folded[i + k], wanted[k]))
			k++;
		if (k == n) {
			mark_range(m, i, n);
			any = true;
		}
	}
	return any;
}

static bool mark_words(struct arena *a, struct marks *m, const json_t *policy)
{
	const json_t *words = json_object_get(json_object_get(policy, "rejects"), "words");
	bool any = false;

	for (size_t i = 0; i < json_array_size(words); i++)
		any |= mark_phrase(a, m, json_string_value(json_array_get(words, i)));
	return any;
}

/* The name as it is, without its blanks, and each of its words. */
static bool mark_name(struct arena *a, struct marks *m, const char *name)
{
	char *joined = arena_copy(a, name), *to = joined;
	bool any = mark_phrase(a, m, name);
	size_t len;

	for (const char *at = name + strspn(name, " "); *at; at += strspn(at, " ")) {
		len = strcspn(at, " ");
		any |= mark_phrase(a, m, arena_copyn(a, at, len));
		memmove(to, at, len);
		to += len;
		at += len;
	}
	*to = '\0';
	return any | mark_phrase(a, m, joined);
}

static bool mark_owner(struct arena *a, struct marks *m, const struct password_owner *owner)
{
	bool any = false;

	if (!owner)
		return false;
	if (owner->email)
		any |= mark_phrase(a, m, arena_copyn(a, owner->email, strcspn(owner->email, "@")));
	any |= mark_phrase(a, m, owner->phone);
	any |= mark_phrase(a, m, owner->username);
	return owner->name ? any | mark_name(a, m, owner->name) : any;
}

static size_t marked(const struct marks *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->on[i];
	return n;
}

/* What is found counts only where it leaves fewer than three characters of the password. */
static void judge_phrases(struct arena *a, json_t *issues, const json_t *policy, const char *password,
			  const struct password_owner *owner)
{
	bool plain = rejects(policy, "repetitionAndSequence"), repeated, sequence, word, known;
	struct marks m;

	split_all(a, password, &m);
	repeated = plain && mark_repetitions(&m);
	sequence = plain && mark_sequences(&m);
	word = mark_words(a, &m, policy);
	known = rejects(policy, "userInfo") && mark_owner(a, &m, owner);
	if (marked(&m) <= (m.n > 4 ? m.n - 3 : 1))
		return;
	if (repeated)
		add(issues, "password_rejected.restricted.repetition");
	if (sequence)
		add(issues, "password_rejected.restricted.sequence");
	if (word)
		add(issues, "password_rejected.restricted.words");
	if (known)
		add(issues, "password_rejected.restricted.user_info");
}

/* -- stolen passwords -- */

static void judge_stolen(json_t *issues, const json_t *policy, const char *password, const char *list)
{
	bool found = false;

	if (!*list || !rejects(policy, "pwned"))
		return;
	if (breached_find(list, password, &found))
		log_warn("passwords are not compared with stolen ones: %s", err_fault()->detail);
	else if (found)
		add(issues, "password_rejected.pwned");
}

/* -- */

json_t *password_issues(struct arena *a, const json_t *policy, const char *password,
			const struct password_owner *owner, const char *stolen)
{
	json_t *issues = json_array();

	judge_length(issues, policy, password);
	judge_kinds(issues, policy, password);
	judge_stolen(issues, policy, password, stolen);
	judge_phrases(a, issues, policy, password, owner);
	return issues;
}

err_t password_check(struct arena *a, const json_t *policy, const char *password, const struct password_owner *owner)
{
	json_auto_t *issues = password_issues(a, policy, password, owner, context.settings->breached_passwords);

	if (json_array_size(issues) == 0)
		return OK;
	err_fault()->data = json_to_text(a, issues);
	return ERR_PASSWORD_REJECTED;
}

/* -- how long they are good -- */

/* What was set before the policy, at a time that nobody noted, is as old as the policy. */
static int64_t set_at(const json_t *expiration, const struct password_age *age)
{
	const json_t *enabled_at = json_object_get(expiration, "enabledAt");

	if (age->set_at)
		return age->set_at;
	return json_is_integer(enabled_at) ? json_integer_value(enabled_at) : age->created_at;
}

bool password_is_expired(const json_t *expiration, const struct password_age *age, int64_t now)
{
	int64_t days = json_integer_value(json_object_get(expiration, "validPeriodDays"));

	if (!json_is_true(json_object_get(expiration, "enabled")))
		return false;
	return age->is_expired || set_at(expiration, age) + days * DAY_MS < now;
}
