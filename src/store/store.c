#include "store/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/ids.h"
#include "base/log.h"
#include "store/engine.h"
#include "base/banned.h"

/*
 * Statements get their number once in a process, in the order in which they are found. Each store expands the texts
 * for its engine when it starts; each connection keeps what was prepared under the number.
 */

/* Made by the linker; absent (NULL) in a program without any statement. */
extern struct statement *const __start_statements[] __attribute__((weak));
extern struct statement *const __stop_statements[] __attribute__((weak));

static struct statement **registered;
static int registered_count;
static store_expander *expander;

struct store_program store__program;

static _Thread_local char constraint[256];

/* ---- memory ---- */

static void *checked(void *p)
{
	if (!p) {
		log_error("out of memory in the store");
		abort();
	}
	return p;
}

void *store__alloc(size_t size)
{
	return checked(calloc(1, size));
}

void *store__resize(void *p, size_t count, size_t size)
{
	return checked(reallocarray(p, count, size));
}

/* ---- texts ---- */

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
	{ "lock", "", "FOR NO KEY UPDATE" },
};

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

static err_t expand_list(enum engine engine, const char *param, struct buffer *to)
{
	if (param[0] != '$' || !param[1] || param[1 + strspn(param + 1, "0123456789")])
		return err_set(ERR_STORE, "{list:%s}: $n is missing", param);
	if (engine == SQLITE)
		buffer_printf(to, "(SELECT key AS pos, value AS id FROM json_each(%s))", param);
	else
		buffer_printf(to, "(SELECT ordinality - 1 AS pos, value COLLATE \"C\" AS id"
			      " FROM jsonb_array_elements_text(CAST(%s AS jsonb)) WITH ORDINALITY)", param);
	return OK;
}

static err_t expand_columns(char *name, struct buffer *to)
{
	char *alias = strchr(name, ':');

	if (alias)
		*alias++ = '\0';
	if (!alias || !expander || !expander(to, name, alias))
		return err_set(ERR_STORE, "{cols:%s:%s}: nothing is known of it", name, alias ? alias : "");
	return OK;
}

/* `token`: what stands between the braces; changed. */
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

/* Behind a quoted piece or a comment that starts here; `at` itself when none does. */
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

static err_t sql_make(enum engine engine, const char *name, const char *text, bool global, struct sql *out)
{
	bool has_first;
	err_t e;

	out->name = name;
	out->global = global;
	e = store__expand(engine, text, &out->text);
	if (e)
		return e;
	out->params = store__params(out->text, &has_first);
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

static void register_program(void)
{
	struct statement *const *at;

	if (!store__program.migrations && !store__program.first) {
		store__program.migrations = store__migrations;
		store__program.migration_count = store__migration_count;
		store__program.first = __start_statements;
		store__program.last = __stop_statements;
	}
	for (at = store__program.first; at && at < store__program.last; at++)
		store_register(*at);
}

/* All texts for this engine. Every fault gets its line in the log before the start is refused. */
static err_t make_texts(struct store *s)
{
	const struct statement *st;
	err_t e, result = OK;
	int i;

	s->count = registered_count;
	s->sqls = store__alloc(sizeof(struct sql) * ((size_t)s->count + 1));
	for (i = 0; i < s->count; i++) {
		st = registered[i];
		e = sql_make(s->engine, st->name, s->engine == SQLITE ? st->sqlite : st->postgres, st->global, &s->sqls[i]);
		if (!e)
			continue;
		log_error("statement %s: %s", st->name, err_fault()->detail);
		result = e;
	}
	return result;
}

/* ---- starting and stopping ---- */

err_t store_check(struct store *s)
{
	struct conn *c = NULL;
	struct txn *tx = NULL;
	err_t e, result;
	int i;

	result = conn_open(s, true, &c);
	if (result)
		return result;
	for (i = 0; i < s->count; i++) {
		e = txn_begin(c, NULL, false, &tx);
		if (!e)
			e = s->ops->prepare(tx, &(struct run){ .sql = &s->sqls[i], .prepared = &c->prepared[i] });
		if (e) {
			log_error("statement %s: %s", s->sqls[i].name, err_fault()->detail);
			result = e;
		}
		txn_rollback(&tx);
		if (e == ERR_STORE_DOWN)
			break;
	}
	conn_close(c);
	return result;
}

static err_t start(struct store *s)
{
	err_t e;

	e = make_texts(s);
	if (e)
		return e;
	e = s->ops->prepare_store(s);
	if (!e)
		e = store_migrate(s, NULL);
	if (!e)
		e = s->ops->watch(s);
	if (e)
		log_error("database: %s", err_fault()->detail);
	return e;
}

static char *copied(const char *s)
{
	return s ? checked(strdup(s)) : NULL;
}

err_t store_start(const struct store_options *o, struct store **out)
{
	struct store *s = store__alloc(sizeof(*s));
	err_t e;

	register_program();
	s->engine = o->url && *o->url ? POSTGRES : SQLITE;
	s->ops = s->engine == SQLITE ? &store__sqlite : &store__postgres;
	s->path = copied(o->path);
	s->url = copied(o->url);
	s->listener = o->listener;
	id_new(s->origin, sizeof(s->origin) - 1, ALPHABET_LOWER);
	e = start(s);
	if (e) {
		store_stop(s);
		return e;
	}
	*out = s;
	return OK;
}

void store_stop(struct store *s)
{
	int i;

	if (!s)
		return;
	s->ops->done_store(s);
	for (i = 0; i < s->count; i++)
		free(s->sqls[i].text);
	free(s->sqls);
	free(s->path);
	free(s->url);
	free(s);
}

enum engine store_engine(const struct store *s)
{
	return s->engine;
}

bool store_listening(const struct store *s)
{
	return s->ops->listening(s);
}

/* ---- connections ---- */

err_t conn_open(struct store *s, bool write, struct conn **out)
{
	struct conn *c;
	err_t e;

	e = s->ops->conn_open(s, write, &c);
	if (e)
		return e;
	c->store = s;
	c->ops = s->ops;
	c->write = write;
	c->tx.conn = c;
	c->tx.ops = s->ops;
	c->arena = arena_new();
	c->prepared = store__alloc(sizeof(void *) * ((size_t)s->count + 1));
	*out = c;
	return OK;
}

static void shape_drop(struct shape *sh)
{
	free(sh->key);
	free(sh->sql.text);
	*sh = (struct shape){0};
}

void conn_close(struct conn *c)
{
	struct txn *tx;
	int i;

	if (!c)
		return;
	if (c->tx.open) {
		tx = &c->tx;
		txn_rollback(&tx);
	}
	for (i = 0; i < c->store->count; i++)
		c->ops->forget(c, &c->prepared[i]);
	for (i = 0; i < SHAPES; i++) {
		c->ops->forget(c, &c->shapes[i].prepared);
		shape_drop(&c->shapes[i]);
	}
	free(c->prepared);
	free(c->changes);
	arena_free(c->arena);
	c->ops->conn_close(c);
}

/* ---- transactions ---- */

const char *txn_tenant(const struct txn *tx)
{
	return tx->tenant;
}

enum engine txn_engine(const struct txn *tx)
{
	return tx->conn->store->engine;
}

bool txn_is_write(const struct txn *tx)
{
	return tx->write;
}

void txn_set_tenant(struct txn *tx, const char *tenant)
{
	tx->tenant = tenant;
}

err_t txn_begin(struct conn *c, const char *tenant, bool write, struct txn **out)
{
	struct txn *tx = &c->tx;
	err_t e;

	assert(!tx->open);
	assert(c->write || !write);
	tx->tenant = tenant;
	tx->write = write;
	tx->spoilt = tx->in_savepoint = false;
	tx->open_rows = 0;
	tx->ahead = NULL;
	tx->stopped = false;
	e = tx->ops->begin(tx);
	if (UNLIKELY(e))
		return e;
	tx->open = true;
	*out = tx;
	return OK;
}

static void ended(struct txn *tx)
{
	struct conn *c = tx->conn;

	tx->open = false;
	if (tx->write) {
		c->change_count = 0;
		arena_reset(c->arena);
	}
}

static void tell(const struct conn *c)
{
	size_t i;

	for (i = 0; c->store->listener && i < c->change_count; i++)
		c->store->listener(c->changes[i].tenant, c->changes[i].what);
}

err_t txn_commit(struct txn **at)
{
	struct txn *tx = *at;
	err_t e;

	*at = NULL;
	assert(tx->open && tx->open_rows == 0);
	if (UNLIKELY(tx->spoilt || tx->in_savepoint)) {
		e = err_set(ERR_STORE, tx->spoilt ? "commit of a transaction in which a statement failed" : "commit inside of a savepoint");
		tx->ops->rollback(tx);
	} else {
		e = tx->ops->commit(tx);
	}
	if (!e)
		tell(tx->conn);
	ended(tx);
	return e;
}

void txn_rollback(struct txn **at)
{
	struct txn *tx = *at;

	*at = NULL;
	if (!tx)
		return;
	assert(tx->open);
	tx->ops->rollback(tx);
	ended(tx);
}

err_t txn_savepoint(struct txn *tx, const char *tenant)
{
	err_t e;

	assert(tx->open && tx->write && !tx->in_savepoint);
	if (tx->spoilt)
		return err_set(ERR_STORE, "the transaction is lost");
	e = tx->ops->savepoint(tx);
	if (e) {
		tx->spoilt = true;
		return e;
	}
	tx->in_savepoint = true;
	tx->tenant = tenant;
	tx->conn->change_mark = tx->conn->change_count;
	return OK;
}

err_t txn_release(struct txn *tx)
{
	err_t e;

	assert(tx->in_savepoint && tx->open_rows == 0);
	if (tx->spoilt)
		return err_set(ERR_STORE, "release of a savepoint in which a statement failed");
	e = tx->ops->release(tx);
	if (e)
		tx->spoilt = true;
	else
		tx->in_savepoint = false;
	return e;
}

/* What the engine cannot undo alone stays spoilt, so that the whole batch is refused. */
err_t txn_rollback_to(struct txn *tx)
{
	err_t e;

	assert(tx->in_savepoint);
	tx->conn->change_count = tx->conn->change_mark;
	e = tx->ops->rollback_to(tx);
	tx->spoilt = e != OK;
	tx->in_savepoint = false;
	return e;
}

/* One entry a tenant, but none shared with what a savepoint released: it must be possible to take back. */
void store_changed(struct txn *tx, enum change what)
{
	struct conn *c = tx->conn;
	size_t i = tx->in_savepoint ? c->change_mark : 0;
	const char *tenant;

	assert(tx->open && tx->write);
	for (; i < c->change_count; i++) {
		tenant = c->changes[i].tenant;
		if (tenant == tx->tenant || (tenant && tx->tenant && strcmp(tenant, tx->tenant) == 0)) {
			c->changes[i].what |= what;
			return;
		}
	}
	if (c->change_count == c->change_cap) {
		c->change_cap = c->change_cap ? c->change_cap * 2 : 16;
		c->changes = store__resize(c->changes, c->change_cap, sizeof(*c->changes));
	}
	c->changes[c->change_count++] = (struct change_of){ arena_copy(c->arena, tx->tenant), what };
}

unsigned txn_changes(const struct txn *tx)
{
	unsigned all = 0;

	for (size_t i = 0; tx->write && i < tx->conn->change_count; i++)
		all |= tx->conn->changes[i].what;
	return all;
}

/* ---- statements ---- */

/* A mistake of ours: said at once, since what the caller makes of it may hide where it was made. */
static err_t mistake(const struct txn *tx, const char *name, const char *what)
{
	log_error("statement %s: %s", name, what);
	return err_set(ERR_STORE, "statement %s: %s (tenant %s)", name, what, tx->tenant ? tx->tenant : "-");
}

static err_t check_run(const struct txn *tx, const struct run *r)
{
	assert(tx->open);
	if (UNLIKELY(r->n + !r->sql->global != r->sql->params))
		return mistake(tx, r->sql->name, "the number of arguments is not that of its parameters");
	if (UNLIKELY(tx->spoilt))
		return err_set(ERR_STORE, "statement %s: an earlier one failed in this transaction", r->sql->name);
	return UNLIKELY(tx->stopped) ? ERR_SENT : OK;
}

static err_t run_of(struct txn *tx, struct statement *s, const struct arg *args, int n, struct run *out)
{
	struct conn *c = tx->conn;

	if (UNLIKELY(s->number < 1 || s->number > c->store->count))
		return mistake(tx, s->name, "it was not registered before the store started");
	*out = (struct run){ &c->store->sqls[s->number - 1], &c->prepared[s->number - 1], args, n };
	return check_run(tx, out);
}

/* An error inside a write leaves nothing but the way back. */
static err_t noted(struct txn *tx, err_t e)
{
	if (UNLIKELY(e) && tx->write)
		tx->spoilt = true;
	return e;
}

/* ---- answers that were asked for ahead ---- */

void txn_ahead(struct txn *tx, struct ahead *place, struct arena *a)
{
	assert(tx->open && !tx->write);
	tx->ahead = place;
	tx->ahead_arena = a;
}

err_t store_receive_ahead(struct conn *c, struct ahead *places, size_t n)
{
	return c->ops->receive_ahead(c, places, n);
}

void ahead_drop(struct conn *c, struct ahead *place)
{
	if (place->result)
		c->ops->drop_ahead(place);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_arg(const struct arg *a, const struct arg *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case ARG_NULL:
		return true;
	case ARG_TEXT:
		return same_text(a->text, b->text);
	case ARG_INT:
		return a->n == b->n;
	default:
		return false;	/* rare: asked again */
	}
}

static bool is_answer_to(const struct ahead *place, const struct txn *tx, const struct run *r)
{
	int i;

	if (!place->result || place->prepared != r->prepared || place->n != r->n || !same_text(place->tenant, tx->tenant))
		return false;
	for (i = 0; i < r->n && same_arg(&place->args[i], &r->args[i]); i++)
		;
	return i == r->n;
}

static void note_sent(struct ahead *place, const struct txn *tx, const struct run *r)
{
	struct arena *a = tx->ahead_arena;
	struct arg *args = ARENA_ARRAY(a, struct arg, (size_t)r->n + 1);
	int i;

	for (i = 0; i < r->n; i++) {
		args[i] = r->args[i];
		if (args[i].kind == ARG_TEXT)
			args[i].text = arena_copy(a, args[i].text);
	}
	*place = (struct ahead){ .prepared = r->prepared, .tenant = tx->tenant ? arena_copy(a, tx->tenant) : NULL, .args = args, .n = r->n };
}

/* The first statement is none that goes ahead: it is run in the second run. */
static err_t pass_ahead(struct txn *tx)
{
	struct ahead *place = tx->ahead;

	tx->ahead = NULL;
	if (place->asked)
		return OK;
	place->asked = tx->stopped = true;
	return ERR_SENT;
}

static err_t query_first(struct txn *tx, const struct run *r, struct rows *out)
{
	struct ahead *place = tx->ahead;

	tx->ahead = NULL;
	if (!place->asked) {
		note_sent(place, tx, r);
		tx->ops->send_ahead(tx, r, place);
		place->asked = tx->stopped = true;
		return ERR_SENT;
	}
	if (!is_answer_to(place, tx, r))
		return tx->ops->query(tx, r, out);
	tx->ops->take_ahead(place, out);
	return OK;
}

err_t store_exec(struct txn *tx, struct statement *s, const struct arg *args, int n, int64_t *changed)
{
	struct run r;
	err_t e;

	e = run_of(tx, s, args, n, &r);
	if (!e && tx->ahead)
		e = pass_ahead(tx);
	if (!e)
		e = tx->ops->exec(tx, &r, changed);
	return noted(tx, e);
}

static err_t query(struct txn *tx, const struct run *r, struct rows *out)
{
	err_t e;

	*out = (struct rows){ .tx = tx };
	e = tx->ahead ? query_first(tx, r, out) : tx->ops->query(tx, r, out);
	if (LIKELY(!e)) {
		tx->open_rows++;
		return OK;
	}
	out->stmt = NULL;
	out->error = e;
	out->done = true;
	return noted(tx, e);
}

err_t store_query(struct txn *tx, struct statement *s, const struct arg *args, int n, struct rows *out)
{
	struct run r;
	err_t e;

	*out = (struct rows){ .tx = tx, .done = true };
	e = run_of(tx, s, args, n, &r);
	if (UNLIKELY(e))
		return noted(tx, e);
	return query(tx, &r, out);
}

/* ---- texts made at run time ---- */

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static uint64_t hash_of(const char *text, size_t len)
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

static struct shape *shape_find(struct conn *c, const char *text, size_t len, uint64_t hash)
{
	struct shape *sh;

	for (sh = c->shapes; sh < c->shapes + SHAPES; sh++) {
		if (sh->used && sh->hash == hash && sh->key_len == len && memcmp(sh->key, text, len) == 0)
			return sh;
	}
	return NULL;
}

/* A free place, or that of the one unused for longest. One whose rows are being read stays. */
static struct shape *shape_room(struct conn *c)
{
	struct shape *oldest, *sh;
	uint64_t after = 0;

	for (;;) {
		oldest = NULL;
		for (sh = c->shapes; sh < c->shapes + SHAPES; sh++) {
			if (!sh->used)
				return sh;
			if (sh->used > after && (!oldest || sh->used < oldest->used))
				oldest = sh;
		}
		if (!oldest)
			return NULL;
		if (c->ops->forget(c, &oldest->prepared)) {
			shape_drop(oldest);
			return oldest;
		}
		after = oldest->used;
	}
}

static err_t shape_of(struct txn *tx, const char *text, struct shape **out)
{
	struct conn *c = tx->conn;
	size_t len = strlen(text);
	uint64_t hash = hash_of(text, len);
	struct shape *sh;
	err_t e;

	sh = shape_find(c, text, len, hash);
	if (!sh) {
		sh = shape_room(c);
		if (!sh)
			return err_set(ERR_STORE, "rows of %d texts are open at once", SHAPES);
		e = sql_make(c->store->engine, "(text)", text, false, &sh->sql);
		if (e) {
			shape_drop(sh);
			log_error("statement %s: %s", text, err_fault()->detail);
			return e;
		}
		sh->key = copied(text);
		sh->key_len = len;
		sh->hash = hash;
	}
	sh->used = ++c->tick;
	*out = sh;
	return OK;
}

err_t store_query_text(struct txn *tx, const char *text, const struct arg *args, int n, struct rows *out)
{
	struct shape *sh = NULL;
	struct run r;
	err_t e;

	*out = (struct rows){ .tx = tx, .done = true };
	e = shape_of(tx, text, &sh);
	if (!e) {
		r = (struct run){ &sh->sql, &sh->prepared, args, n };
		e = check_run(tx, &r);
	}
	if (UNLIKELY(e))
		return noted(tx, e);
	return query(tx, &r, out);
}

/* ---- rows ---- */

bool rows_next(struct rows *r)
{
	if (r->done)
		return false;
	if (LIKELY(r->tx->ops->rows_next(r)))
		return true;
	r->done = true;
	if (r->error)
		(void)noted(r->tx, r->error);
	return false;
}

const char *rows_text(struct rows *r, int column)
{
	size_t len;

	return r->tx->ops->rows_text(r, column, &len);
}

const char *rows_textn(struct rows *r, int column, size_t *len)
{
	*len = 0;
	return r->tx->ops->rows_text(r, column, len);
}

const void *rows_blob(struct rows *r, int column, size_t *len, struct arena *a)
{
	*len = 0;
	return r->tx->ops->rows_blob(r, column, len, a);
}

int64_t rows_int(struct rows *r, int column)
{
	return r->tx->ops->rows_int(r, column);
}

double rows_real(struct rows *r, int column)
{
	return r->tx->ops->rows_real(r, column);
}

bool rows_null(struct rows *r, int column)
{
	return r->tx->ops->rows_null(r, column);
}

void rows_close(struct rows *r)
{
	if (r->stmt) {
		r->tx->ops->rows_close(r);
		if (r->tx->open_rows > 0)	/* else the transaction went first */
			r->tx->open_rows--;
		r->stmt = NULL;
	}
	r->done = true;
}

err_t rows_end(struct rows *r)
{
	rows_close(r);
	return r->error;
}

err_t store_int(struct txn *tx, struct statement *s, const struct arg *args, int n, int64_t *out)
{
	CLEANUP(rows_close) struct rows r = {0};
	err_t e;

	e = store_query(tx, s, args, n, &r);
	if (e)
		return e;
	if (!rows_next(&r))
		return r.error ? r.error : ERR_NOT_FOUND;
	*out = rows_int(&r, 0);
	return OK;
}

err_t store_text(struct txn *tx, struct statement *s, const struct arg *args, int n, struct arena *a, const char **out)
{
	CLEANUP(rows_close) struct rows r = {0};
	const char *text;
	size_t len;
	err_t e;

	e = store_query(tx, s, args, n, &r);
	if (e)
		return e;
	if (!rows_next(&r))
		return r.error ? r.error : ERR_NOT_FOUND;
	text = rows_textn(&r, 0, &len);
	*out = text ? arena_copyn(a, text, len) : NULL;
	return OK;
}

/* ---- constraints ---- */

const char *store_constraint(void)
{
	return constraint;
}

void store__constraint_set(const char *s, size_t len)
{
	if (len > sizeof(constraint) - 1)
		len = sizeof(constraint) - 1;
	memcpy(constraint, s, len);
	constraint[len] = '\0';
}
