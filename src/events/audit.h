/*
 * audit.h - the audit log: who signed in, who got a token, who was refused (webhooks-and-logs.md sections 5 to 7).
 *
 * An entry belongs to a request. A step opens it as soon as it knows what the request is, adds what it learns, and
 * that is all:
 *
 *	struct audit *log = audit_open(rq, AUDIT_EXCHANGE_REFRESH_TOKEN, NULL, NULL);
 *	audit_text(log, "applicationId", client->id);
 *	...
 *	return refuse(rq, ERR_OAUTH_GRANT);		or an answer
 *
 * When the request ends, the entry is written once, with how it ended: Success, or Error with the error. It is part of
 * the transaction of the last step when that one is kept (an answer of a step on WRITE; refuse_keeping()). Otherwise a
 * transaction of its own writes it before the answer is sent: the note survives the rollback of a refusal.
 *
 * Steps may run again, and a flow has several of them: audit_open() with the same key finds the entry that is there,
 * and a member that is set again is replaced. So each step may open the entry anew in place of passing it on.
 *
 * Adding a kind of entry is a row in audit_keys.def. Members that may hold secrets are masked here, by their names, at
 * every depth; so give whole bodies and parameters, and never a secret under a name of your own.
 */
#ifndef EVENTS_AUDIT_H
#define EVENTS_AUDIT_H

#include "http/request.h"

struct audit;		/* an entry of the request; lives in its arena */

enum audit_key {
#define K(name, text) AUDIT_##name,
#include "events/audit_keys.def"
#undef K
};

/*
 * The open entry of this key; made when there is none. `event` stands in the key for <Event>, `type` for <Type> or
 * <Factor>; both are copied; NULL where the key has no such part.
 */
struct audit *audit_open(struct request *rq, enum audit_key key, const char *event, const char *type);
/* Gives the entry another key, once more is known. */
void audit_rename(struct audit *log, enum audit_key key, const char *event, const char *type);
/*
 * Sets a member of the payload; the name is a literal, the value is copied. NULL: the member is left out. "userId" and
 * "applicationId" are what the log can be filtered by.
 */
void audit_text(struct audit *log, const char *member, const char *value);
/* The same with a JSON value, masked. */
void audit_value(struct audit *log, const char *member, const json_t *value);
/* The same with the parameters of a query or form as an object; a name that repeats has a list. */
void audit_params(struct audit *log, const char *member, const struct params *params);

/* Records a refusal that the request answers without an error of its own, such as a redirect that tells it. */
void audit_fail(struct audit *log, err_t e);
/*
 * On WRITE: what happened is done with this step, though others follow (a signature on WORK). The entry is written
 * with this step, and what the following ones do does not change it.
 */
void audit_settle(struct audit *log);
/*
 * Lets a success wait in memory for up to a second, so that many are written at once. Those that wait are lost when
 * the process is killed: only for what happens often and changes nothing.
 */
void audit_let_wait(struct audit *log);
/* Forgets the entry: the request is nothing that the log tells of. */
void audit_drop(struct request *rq, struct audit *log);

/*
 * In a round of a worker, which has no end of a request: writes what is open, in the tenant of the transaction, and
 * forgets it.
 */
NODISCARD err_t audit_write_open(struct request *rq);

/* -- for the dispatcher -- */

/* Writes the entries that a request without a transaction of its own has left. */
extern const struct step audit_last_step;
/* Before a step is run: forgets what a run of it that was rolled back has settled. */
void audit_begin_step(struct request *rq, const struct step *step);
/*
 * After a step that is kept, in its transaction: writes what is settled, and all when the request ends with this step.
 * What cannot be written now makes rq->task.step the audit_last_step.
 */
NODISCARD err_t audit_record(struct request *rq, const struct step *step);
/* The request is refused with `e`: its open entries are errors. */
void audit_refuse(struct request *rq, err_t e);
/* The same after a rollback; rq->task.step is the audit_last_step if there is anything to write. */
void audit_refuse_rolled_back(struct request *rq, err_t e);

#endif
