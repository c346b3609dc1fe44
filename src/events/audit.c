/* Entries of the audit log: what a request notes, and when it is written. */
#include "events/audit.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "events/audit_mask.h"
#include "events/audit_rows.h"
#include "http/error.h"
#include "store/store.h"
#include "base/banned.h"

#define MEMBER_BYTES KIB(8)	/* of one member: callers send bodies of any size */
#define PAYLOAD_BYTES KIB(256)
#define AGENT_BYTES 512
#define TOO_LONG "\"(too long)\""
#define PARAMS_SHOWN 64
#define KEY_BYTES 128
#define PROTOCOL "oidc."	/* begins the codes of errors that OAuth names */

struct member {
	const char *name, *json;
	struct member *next;
};

struct audit {
	struct request *rq;
	const char *key;
	const char *tenant;		/* of the transaction in which it was opened; NULL: in none */
	struct member *first, **end;
	const char *user_id, *application_id;
	const char *error;		/* JSON; NULL: success */
	bool may_wait;
	bool settled;			/* written, or with the present step */
	bool due;			/* settled by the step that ran last */
	const struct step *settled_by;	/* that step, once it has ended */
	struct audit *next;
};

/* -- keys -- */

static const char *const key_texts[] = {
#define K(name, text) text,
#include "events/audit_keys.def"
#undef K
};

/* The key with its parts filled. */
static const char *key_text(struct arena *a, enum audit_key key, const char *event, const char *type)
{
	const char *at = key_texts[key], *open;
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KEY_BYTES);
	while ((open = strchr(at, '<'))) {
		const char *part = text_has_prefix(open, "<Event>") ? event : type;

		assert(part);
		buffer_add(&b, at, (size_t)(open - at));
		buffer_text(&b, part);
		at = strchr(open, '>') + 1;
	}
	buffer_text(&b, at);
	return arena_copy(a, buffer_str(&b));
}

/* -- notes -- */

struct audit *audit_open(struct request *rq, enum audit_key key, const char *event, const char *type)
{
	const char *text = key_text(rq->arena, key, event, type);
	struct audit **at = &rq->audit;

	while (*at && ((*at)->settled || strcmp((*at)->key, text)))
		at = &(*at)->next;
	if (!*at) {
		*at = ARENA_NEW(rq->arena, struct audit);
		(*at)->rq = rq;
		(*at)->key = text;
		(*at)->end = &(*at)->first;
	}
	if (rq->tx)
		(*at)->tenant = arena_copy(rq->arena, txn_tenant(rq->tx));
	return *at;
}

void audit_rename(struct audit *log, enum audit_key key, const char *event, const char *type)
{
	log->key = key_text(log->rq->arena, key, event, type);
}

void audit_drop(struct request *rq, struct audit *log)
{
	for (struct audit **at = &rq->audit; *at; at = &(*at)->next)
		if (*at == log) {
			*at = log->next;
			return;
		}
}

/* Sets a member to JSON that lives in the arena; NULL removes it. */
static void set_member(struct audit *log, const char *name, const char *json)
{
	struct member **at = &log->first, *m;

	while (*at && strcmp((*at)->name, name))
		at = &(*at)->next;
	if (!*at) {
		m = ARENA_NEW(log->rq->arena, struct member);
		m->name = name;
		*at = m;
	}
	(*at)->json = json;
}

/* What callers send may be any bytes. */
static const char *take_json(struct arena *a, const struct buffer *b)
{
	return b->full ? TOO_LONG : text_repair(a, arena_copy(a, buffer_str(b)), b->len);
}

void audit_text(struct audit *log, const char *member, const char *value)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct arena *a = log->rq->arena;
	struct json_out j;

	buffer_init(&b, MEMBER_BYTES);
	json_out_init(&j, &b);
	if (value)
		json_text(&j, value);
	set_member(log, member, value ? take_json(a, &b) : NULL);
	if (!strcmp(member, "userId"))
		log->user_id = arena_copy(a, value);
	else if (!strcmp(member, "applicationId"))
		log->application_id = arena_copy(a, value);
}

void audit_value(struct audit *log, const char *member, const json_t *value)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, MEMBER_BYTES);
	json_out_init(&j, &b);
	if (value)
		audit_write_masked(&j, value);
	set_member(log, member, value ? take_json(log->rq->arena, &b) : NULL);
}

/* How many of the first parameters have the name; `*first`: this is the first of them. */
static size_t count_of(const struct params *p, size_t shown, size_t at, bool *first)
{
	size_t n = 0;

	*first = true;
	for (size_t i = 0; i < shown; i++)
		if (!strcmp(p->at[i].name, p->at[at].name)) {
			n++;
			*first = *first && i >= at;
		}
	return n;
}

static void write_param(struct json_out *j, const struct params *p, size_t shown, size_t at, size_t n)
{
	enum audit_showing how = audit_showing_of(p->at[at].name);

	if (how == AUDIT_LEFT_OUT)
		return;
	json_text(j, p->at[at].name);
	buffer_char(j->to, ':');
	j->comma = false;
	if (how == AUDIT_MASKED) {
		json_text(j, AUDIT_MASK);
		return;
	}
	if (n > 1)
		json_list(j);
	for (size_t i = at; i < shown; i++)
		if (!strcmp(p->at[i].name, p->at[at].name))
			json_text(j, p->at[i].value);
	if (n > 1)
		json_list_end(j);
}

void audit_params(struct audit *log, const char *member, const struct params *params)
{
	size_t shown = params->count < PARAMS_SHOWN ? params->count : PARAMS_SHOWN, n;
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;
	bool first;

	buffer_init(&b, MEMBER_BYTES);
	json_out_init(&j, &b);
	json_open(&j);
	for (size_t i = 0; i < shown; i++) {
		n = count_of(params, shown, i, &first);
		if (first)
			write_param(&j, params, shown, i, n);
	}
	json_close(&j);
	set_member(log, member, take_json(log->rq->arena, &b));
}

void audit_let_wait(struct audit *log)
{
	log->may_wait = true;
}

void audit_settle(struct audit *log)
{
	log->settled = log->due = true;
	log->settled_by = NULL;
}

/* -- errors -- */

/* What OAuth calls the error, and for the operator what the client is not told. */
static void write_protocol_error(struct json_out *j, const char *code)
{
	const char *description = error_arg("description"), *detail = err_fault()->detail;

	json_key_text(j, "error", code + strlen(PROTOCOL));
	if (description)
		json_key_text(j, "error_description", description);
	if (*detail && (!description || strcmp(detail, description) != 0))
		json_key_text(j, "error_detail", detail);
}

static void write_error(const struct request *rq, struct json_out *j, err_t e)
{
	const char *code = err_row(e)->code, *data = err_fault()->data;

	json_key_text(j, "message", error_message(rq, e));
	if (code)
		json_key_text(j, "code", code);
	if (code && data) {
		json_key(j, "data");
		json_raw(j, data, strlen(data));
	}
}

/* An object; of an error that OAuth names, the object as a text. */
static const char *error_json_of(const struct request *rq, err_t e)
{
	bool protocol = err_row(e)->code && text_has_prefix(err_row(e)->code, PROTOCOL);
	CLEANUP(buffer_done) struct buffer b = {0}, quoted = {0};
	struct json_out j;

	buffer_init(&b, MEMBER_BYTES);
	json_out_init(&j, &b);
	json_open(&j);
	if (protocol)
		write_protocol_error(&j, err_row(e)->code);
	else
		write_error(rq, &j, e);
	json_close(&j);
	if (!protocol || b.full)
		return take_json(rq->arena, &b);
	buffer_init(&quoted, 2 * MEMBER_BYTES);
	json_out_init(&j, &quoted);
	json_text(&j, buffer_str(&b));
	return take_json(rq->arena, &quoted);
}

void audit_fail(struct audit *log, err_t e)
{
	log->error = error_json_of(log->rq, e);
}

void audit_refuse(struct request *rq, err_t e)
{
	for (struct audit *log = rq->audit; log; log = log->next)
		if (!log->settled)
			audit_fail(log, e);
}

/* -- rows -- */

static void write_caller(struct json_out *j, const struct request *rq)
{
	const char *agent = request_header(rq, "user-agent");
	size_t len = agent ? strlen(agent) : 0;

	if (rq->remote)
		json_key_text(j, "ip", rq->remote);
	if (!agent)
		return;
	len = len > AGENT_BYTES ? text_cut(agent, AGENT_BYTES) : len;
	json_key_text(j, "userAgent", text_repair(rq->arena, arena_copyn(rq->arena, agent, len), len));
}

static const char *payload_of(const struct audit *log)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct json_out j;

	buffer_init(&b, PAYLOAD_BYTES);
	json_out_init(&j, &b);
	json_open(&j);
	json_key_text(&j, "key", log->key);
	json_key_text(&j, "result", log->error ? "Error" : "Success");
	if (log->error) {
		json_key(&j, "error");
		json_raw(&j, log->error, strlen(log->error));
	}
	write_caller(&j, log->rq);
	for (const struct member *m = log->first; m; m = m->next)
		if (m->json) {
			json_key(&j, m->name);
			json_raw(&j, m->json, strlen(m->json));
		}
	json_close(&j);
	return arena_copy(log->rq->arena, buffer_str(&b));
}

static struct audit_row row_of(const struct audit *log)
{
	struct audit_row row = {
		.tenant = log->tenant, .key = log->key, .user_id = log->user_id,
		.application_id = log->application_id, .payload = payload_of(log),
	};

	audit_row_stamp(&row);
	return row;
}

static err_t write_entry(struct request *rq, const struct audit *log)
{
	const struct audit_row row = row_of(log);

	return audit_row_write(rq->tx, &row);
}

/* Leaves a success that may wait to the worker. False: it is to be written otherwise. */
static bool put_entry(struct audit *log)
{
	struct audit_row row;

	if (!log->may_wait || log->error || !log->tenant)
		return false;
	row = row_of(log);
	log->settled = audit_row_put(&row);
	return log->settled;
}

static err_t write_open(struct request *rq)
{
	err_t e = OK;

	for (struct audit *log = rq->audit; log && !e; log = log->next)
		if (!log->settled)
			e = write_entry(rq, log);
	return e;
}

err_t audit_write_open(struct request *rq)
{
	err_t e = write_open(rq);

	rq->audit = NULL;
	return e;
}

const struct step audit_last_step = { "write entries of the audit log", WRITE, write_open };

/* -- for the dispatcher -- */

void audit_begin_step(struct request *rq, const struct step *step)
{
	for (struct audit *log = rq->audit; log; log = log->next) {
		if (log->due && (!log->settled_by || log->settled_by == step))
			log->settled = false;
		log->due = false;
	}
}

/* After a step without a transaction that writes: some entries may wait, the others need one. */
static void leave_open(struct request *rq)
{
	bool left = false;

	for (struct audit *log = rq->audit; log; log = log->next)
		if (!log->settled && !put_entry(log))
			left = true;
	if (left)
		rq->task.step = &audit_last_step;
}

err_t audit_record(struct request *rq, const struct step *step)
{
	bool ends = !rq->task.step, writes = rq->tx && txn_is_write(rq->tx);
	err_t e = OK;

	for (struct audit *log = rq->audit; log && !e; log = log->next) {
		if (!log->due)
			continue;
		log->settled_by = step;
		e = writes ? write_entry(rq, log) :
			     err_set(ERR_INTERNAL, "an entry of the audit log in a step that does not write");
	}
	if (e || !ends)
		return e;
	if (writes)
		return write_open(rq);
	leave_open(rq);
	return OK;
}

void audit_refuse_rolled_back(struct request *rq, err_t e)
{
	audit_begin_step(rq, NULL);
	audit_refuse(rq, e);
	for (const struct audit *log = rq->audit; log; log = log->next)
		if (!log->settled)
			rq->task.step = &audit_last_step;
}
