/*
 * Statements: their registry, and how a text of ours becomes one that an engine takes.
 *
 * A statement gets its number once in a process, in the order in which it is found. Each store expands all texts for
 * its engine when it starts; each connection keeps what it prepared under the number.
 */
#include "store/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/log.h"
#include "base/banned.h"

/* Made by the linker; absent (NULL) in a program without any statement. */
extern struct statement *const __start_statements[] __attribute__((weak));
extern struct statement *const __stop_statements[] __attribute__((weak));

extern const struct columns *const __start_statement_columns[] __attribute__((weak));
extern const struct columns *const __stop_statement_columns[] __attribute__((weak));

static struct statement **registered;
static int registered_count;
static store_expander *expander;

struct store_program store__program;

/* ---- tokens ---- */

static const struct {
	const char *token, *sqlite, *postgres;
} tokens[] = {
	{ "text", "TEXT", "text COLLATE \"C\"" },
	{ "blob", "BLOB", "bytea" },
	{ "rowid", "seq INTEGER PRIMARY KEY,", "" },
	{ "key", "UNIQUE", "PRIMARY KEY" },
	{ "clustered", "WITHOUT ROWID", "" },
	{ "agg", "json_group_array", "json_agg" },
	{ "obj", "json_object", "json_build_object" },
	{ "join", "group_concat", "string_agg" },
	{ "lock", "", "FOR NO KEY UPDATE" },
};

/* Whether the name of a token may have this character. */
static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

/* {list:$n}: the rows of a JSON list of texts. */
static err_t expand_list(enum engine engine, const char *param, struct buffer *to)
{
	if (param[0] != '$' || !param[1] || param[1 + strspn(param + 1, "0123456789")])
		return err_set(ERR_STORE, "{list:%s}: $n is missing", param);
	if (engine == SQLITE)
		buffer_printf(to, "(SELECT key AS pos, value AS id FROM json_each(%s))", param);
	else
		buffer_printf(to,
			      "(SELECT ordinality - 1 AS pos, value COLLATE \"C\" AS id"
			      " FROM jsonb_array_elements_text(CAST(%s AS jsonb)) WITH ORDINALITY)",
			      param);
	return OK;
}

/* {cols:entity:alias}: what the expander writes. `name` is cut at the colon. ERR_STORE: an unknown entity. */
static err_t expand_columns(char *name, struct buffer *to)
{
	char *alias = strchr(name, ':');

	if (alias)
		*alias++ = '\0';
	if (!alias || !expander || !expander(to, name, alias))
		return err_set(ERR_STORE, "{cols:%s:%s}: nothing is known of it", name, alias ? alias : "");
	return OK;
}

/*
 * Writes what the engine takes for a token. `token`: the text between the braces; it is changed. ERR_STORE: unknown.
 */
static err_t expand_token(enum engine engine, char *token, struct buffer *to)
{
	size_t i;

	if (strncmp(token, "list:", 5) == 0)
		return expand_list(engine, token + 5, to);
	if (strncmp(token, "cols:", 5) == 0)
		return expand_columns(token + 5, to);
	for (i = 0; i < ARRAY_LEN(tokens); i++) {
		if (strcmp(token, tokens[i].token) == 0) {
			buffer_text(to, engine == SQLITE ? tokens[i].sqlite : tokens[i].postgres);
			return OK;
		}
	}
	return err_set(ERR_STORE, "{%s}: no such token", token);
}

/* A token is {word} or {word:…}; any other brace ('{}', a regular expression) is text. Returns its end, or NULL. */
static const char *token_end(const char *brace)
{
	const char *at = brace + 1;

	while (is_word(*at))
		at++;
	if (at == brace + 1)
		return NULL;
	if (*at == ':')
		at += strcspn(at, "}\n ");
	return *at == '}' ? at : NULL;
}

/* ---- texts ---- */

err_t store__expand(enum engine engine, const char *text, char **out)
{
	CLEANUP(buffer_done) struct buffer to = {0};
	const char *brace, *end;
	char token[96];
	err_t e = OK;

	buffer_init(&to, MIB(16));
	for (; (brace = strchr(text, '{')); text = end + 1) {
		buffer_add(&to, text, (size_t)(brace - text));
		end = token_end(brace);
		if (!end) {
			buffer_char(&to, '{');
			end = brace;
			continue;
		}
		if ((size_t)(end - brace) > sizeof(token))
			return err_set(ERR_STORE, "a token is too long: %.40s", brace);
		memcpy(token, brace + 1, (size_t)(end - brace - 1));
		token[end - brace - 1] = '\0';
		e = expand_token(engine, token, &to);
		if (e)
			return e;
	}
	buffer_text(&to, text);
	if (to.full)
		return err_set(ERR_STORE, "a statement is longer than 16 MiB");
	*out = buffer_take(&to, NULL);
	return OK;
}

/* Returns the place behind a quoted piece or a comment that starts at `at`; `at` itself when none starts there. */
static const char *skip_quoted(const char *at)
{
	char quote = *at;

	if (at[0] == '-' && at[1] == '-')
		return at + strcspn(at, "\n");
	if (quote != '\'' && quote != '"')
		return at;
	for (at++; *at && *at != quote; at++)
		;
	return *at ? at + 1 : at;
}

int store__params(const char *text, bool *has_first)
{
	const char *at = text, *next;
	int highest = 0;
	long n;

	*has_first = false;
	while (*at) {
		next = skip_quoted(at);
		if (next != at) {
			at = next;
			continue;
		}
		if (*at++ != '$' || *at < '0' || *at > '9')
			continue;
		n = strtol(at, (char **)&at, 10);
		if (n == 1)
			*has_first = true;
		if (n > highest)
			highest = n < 1000000 ? (int)n : 1000000;
	}
	return highest;
}

/* Whether a statement may change rows. A text begins with its verb; what begins with WITH may hold any verb. */
static bool may_change(const char *text)
{
	text += strspn(text, " \t\n(");
	if (strncasecmp(text, "WITH", 4) == 0)
		return strcasestr(text, "INSERT INTO") || strcasestr(text, "UPDATE ") ||
		       strcasestr(text, "DELETE FROM");
	return strncasecmp(text, "SELECT", 6) != 0;
}

/* One step of the hash: the multiplier is 2^64 divided by the golden ratio, odd. */
static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

uint64_t store__text_hash(const char *text, size_t len)
{
	uint64_t h = len, word;

	for (; len >= sizeof(word); text += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		h = mix(h, word);
	}
	word = 0;
	memcpy(&word, text, len);
	return mix(h, word);
}

err_t store__sql_make(enum engine engine, const char *name, const char *text, bool global, struct sql *out)
{
	bool has_first;
	err_t e;

	out->name = name;
	out->global = global;
	e = store__expand(engine, text, &out->text);
	if (e)
		return e;
	out->hash = store__text_hash(out->text, strlen(out->text));
	out->params = store__params(out->text, &has_first);
	out->changes = may_change(out->text);
	if (!global && !has_first)
		return err_set(ERR_STORE, "no $1: a statement must filter by its tenant");
	return OK;
}

/* ---- the registry ---- */

void store_register(struct statement *s)
{
	if (s->number)
		return;
	registered = store__resize(registered, (size_t)registered_count + 1, sizeof(struct statement *));
	registered[registered_count++] = s;
	s->number = registered_count;
}

void store_set_expander(store_expander *expand)
{
	expander = expand;
}

void store__register_program(void)
{
	const struct columns *const *has;
	struct statement *const *at;

	if (!store__program.migrations && !store__program.first) {
		store__program.migrations = store__migrations;
		store__program.migration_count = store__migration_count;
		store__program.first = __start_statements;
		store__program.last = __stop_statements;
	}
	for (at = store__program.first; at && at < store__program.last; at++)
		store_register(*at);
	for (has = __start_statement_columns; has && has < __stop_statement_columns; has++)
		(*has)->of->columns = (*has)->names;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct statement *const *)a)->name, (*(struct statement *const *)b)->name);
}

/* ERR_STORE when two statements have the same name: the log names statements, and must name one. */
static err_t check_names(void)
{
	size_t size = sizeof(struct statement *) * ((size_t)registered_count + 1);
	struct statement **sorted = store__alloc(size);
	err_t result = OK;
	int i;

	if (registered_count)
		memcpy(sorted, registered, size - sizeof(struct statement *));
	qsort(sorted, (size_t)registered_count, sizeof(struct statement *), by_name);
	for (i = 1; i < registered_count; i++) {
		if (strcmp(sorted[i - 1]->name, sorted[i]->name) != 0)
			continue;
		log_error("statement %s: two have this name", sorted[i]->name);
		result = err_set(ERR_STORE, "two statements are called %s", sorted[i]->name);
	}
	free(sorted);
	return result;
}

/* The text of a registered statement for the engine of the store, and its columns. */
static err_t text_make(const struct store *s, const struct statement *st, struct sql *out)
{
	const char *text = s->engine == SQLITE ? st->sqlite : st->postgres;
	err_t e = store__sql_make(s->engine, st->name, text, st->global, out);

	return e || !st->columns ? e : store__expand(s->engine, st->columns, &out->columns);
}

err_t store__texts_make(struct store *s)
{
	err_t e, result = check_names();
	int i;

	s->count = registered_count;
	s->sqls = store__alloc(sizeof(struct sql) * ((size_t)s->count + 1));
	for (i = 0; i < s->count; i++) {
		e = text_make(s, registered[i], &s->sqls[i]);
		if (!e)
			continue;
		log_error("statement %s: %s", registered[i]->name, err_fault()->detail);
		result = e;
	}
	return result;
}

void store__texts_free(struct store *s)
{
	int i;

	for (i = 0; i < s->count; i++) {
		free(s->sqls[i].text);
		free(s->sqls[i].columns);
	}
	free(s->sqls);
}
