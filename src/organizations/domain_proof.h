/*
 * domain_proof.h - which e-mail domains the tenant has proven to be its own: by a text in the DNS that only who runs
 * the domain can publish. A setting lets only those provision members.
 *
 * Beyond the contract. domain_proof.c is the thing and its API, domain_proof_check.c looks for the record: when
 * somebody asks, and again and again by a worker, so that a domain that was given up does not stay proven.
 */
#ifndef ORGANIZATIONS_DOMAIN_PROOF_H
#define ORGANIZATIONS_DOMAIN_PROOF_H

#include "base/clock.h"
#include "entity/entity.h"
#include "http/request.h"

extern struct entity domain_proof;
extern const struct route domain_proof_routes[];
extern const size_t domain_proof_route_count;

/*
 * Whether people may become members because of their address in this domain, given as email_domain_key() makes it; "":
 * they have none. Always, unless the tenant wants proven domains only.
 */
NODISCARD err_t domain_may_provision(struct request *rq, const char *domain, bool *out);

/* -- checking -- */

/* On READ: looks for the record of {id}, notes what was found, and answers with the proof. */
err_t domain_proof_check(struct request *rq);

enum proof_status { PROOF_PENDING, PROOF_PROVEN, PROOF_LAPSED };
enum proof_result { PROOF_FOUND, PROOF_MISSING, PROOF_NO_ANSWER };
extern const char *const proof_statuses[], *const proof_results[];	/* their names, ended by NULL */

/* Where a proof stands; times are milliseconds, 0: never. */
struct proof_standing {
	enum proof_status status;
	int failures;
	int64_t created_at, proven_at, seen_at, due_at;
};

/* A new one is looked for so soon. */
#define PROOF_FIRST_MS MINUTE_MS
/*
 * What a check makes of it. `asked`: somebody wanted to know, so that a failure does not put off the worker's next
 * look.
 */
void proof_judge(struct proof_standing *p, enum proof_result result, bool asked, int64_t now_ms);

/* An entry of the audit log, and a line of the server's. `what`: Create, Proven, Lapsed or Delete. */
void domain_proof_tell(struct request *rq, const char *what, const char *domain);

#endif
