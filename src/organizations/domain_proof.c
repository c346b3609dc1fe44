/* The proofs of e-mail domains through the Management API, and the setting that asks for them. */
#include "organizations/domain_proof.h"

#include <string.h>

#include "base/clock.h"
#include "base/email_domain.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/public_suffix.h"
#include "entity/query.h"
#include "entity/tree.h"
#include "events/audit.h"
#include "store/store.h"
#include "tenant/doors.h"
#include "tenant/setting.h"

#include "base/banned.h"

#define RECORD_NAME "_guildhall-challenge."
#define RECORD_VALUE "guildhall-domain-proof="
#define DOMAIN_MOST (253 - (int)(sizeof(RECORD_NAME) - 1))	/* of the name of the record */
#define LABEL_MOST 63
#define PROOFS_MOST 500		/* of a tenant: each is looked up every day */

/* -- the thing -- */

const char *const proof_statuses[] = { "Pending", "Proven", "Lapsed", NULL };
const char *const proof_results[] = { "Found", "Missing", "NoAnswer", NULL };

static const struct field proof_fields[] = {
	{ "tenantId", "tenant_id", FIELD_TEXT, IGNORED },
	{ "id", "id", FIELD_TEXT, GENERATED },
	{ "domain", "domain", FIELD_TEXT, REQUIRED | NOT_EMPTY, .max = 253,
	  .help = "Kept in the form that it has in the DNS." },
	{ "recordName", "record_name", FIELD_TEXT, GENERATED, .help = "Of the TXT record to publish." },
	{ "recordValue", "record_value", FIELD_TEXT, GENERATED,
	  .help = "Its text; other texts of the same name do no harm." },
	{ "status", "status", FIELD_ENUM, GENERATED, .options = proof_statuses, .fallback = "Pending",
	  .help = "A proven domain lapses when the record was not seen for three days." },
	{ "lastResult", "last_result", FIELD_ENUM, GENERATED | NULLABLE, .options = proof_results,
	  .help = "Of the last look at the DNS." },
	{ "failures", "failures", FIELD_INTEGER, GENERATED | HIDDEN, .fallback = "0" },
	{ "createdAt", "created_at", FIELD_TIME, GENERATED },
	{ "provenAt", "proven_at", FIELD_TIME, GENERATED | NULLABLE },
	{ "seenAt", "seen_at", FIELD_TIME, GENERATED | NULLABLE, .help = "When the record was there last." },
	{ "checkedAt", "checked_at", FIELD_TIME, GENERATED | NULLABLE },
	{ "nextCheckAt", "due_at", FIELD_TIME, GENERATED | NULLABLE, .help = "null: only when it is asked for." },
	FIELDS_END
};

ENTITY(domain_proof) = {
	.name = "domain_proof", .table = "domain_proofs", .singular = "domain_proof", .parameter = "domainProofId",
	.fields = proof_fields, .id_len = ID_LONG, .delete_miss = ERR_NOT_EXISTS_WITH_ID,
};

void domain_proof_tell(struct request *rq, const char *what, const char *domain)
{
	struct audit *log = audit_open(rq, AUDIT_DOMAIN_PROOF, NULL, what);

	audit_text(log, "domain", domain);
	if (rq->who.id && !rq->who.is_user)
		audit_text(log, "applicationId", rq->who.id);
	log_info("tenant %.64s: proof of the domain %s: %s", txn_tenant(rq->tx), domain, what);
}

/* -- the API -- */

static err_t list_proofs(struct request *rq)
{
	CLEANUP(query_done) struct query q = {0};

	query_init(&q, rq, &domain_proof, "p", "domain_proofs p");
	q.order = "p.domain";
	return query_reply(&q);
}

static bool is_label(const char *at, size_t len)
{
	return len > 0 && len <= LABEL_MOST && at[0] != '-' && at[len - 1] != '-';
}

/* A name of at least two labels that is no address of four numbers; `key`: as email_domain_key() makes it. */
static bool is_domain(const char *key)
{
	const char *last = strrchr(key, '.');
	size_t len;

	if (!last || strlen(key) > DOMAIN_MOST || strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-.") != strlen(key))
		return false;
	if (!last[1 + strspn(last + 1, "0123456789")])
		return false;
	for (;; key += len + 1) {
		len = strcspn(key, ".");
		if (!is_label(key, len))
			return false;
		if (!key[len])
			return true;
	}
}

/* Nobody owns alone what everybody has names or addresses in. */
static err_t check_domain(struct request *rq, const char *key)
{
	err_t e;

	if (!is_domain(key))
		return input_issue(rq->arena, "body", "domain", "custom", "Invalid input");
	if (!is_public_suffix(key) && !email_domain_is_free(key))
		return OK;
	e = err_set(ERR_SSO_DOMAINS_PUBLIC, "%s", key);
	err_fault()->data = arena_printf(rq->arena, "{\"data\":[\"%s\"]}", key);
	return e;
}

STATEMENT(count_domain_proofs, "SELECT count(*) FROM domain_proofs WHERE tenant_id = $1");

static err_t check_count(struct request *rq)
{
	int64_t n = 0;
	err_t e = store_int(rq->tx, &count_domain_proofs, NO_ARGS, &n);

	return !e && n >= PROOFS_MOST ? err_set(ERR_DOMAIN_PROOFS_MOST, "there are %d", (int)n) : e;
}

static err_t create_proof(struct request *rq)
{
	CLEANUP(rows_close) struct rows row = {0};
	const char *key = email_domain_key(rq->arena, body_text(rq, "domain"));
	json_auto_t *object =
		json_pack("{s:s, s:s, s:s, s:I}", "domain", key, "recordName",
			  arena_printf(rq->arena, RECORD_NAME "%s", key), "recordValue",
			  arena_printf(rq->arena, RECORD_VALUE "%s", id_make(rq->arena, SECRET_LEN, ALPHABET_ALNUM)),
			  "nextCheckAt", (json_int_t)(clock_ms() + PROOF_FIRST_MS));
	err_t e = check_domain(rq, key);

	if (!e)
		e = check_count(rq);
	if (!e)
		e = entity_insert(rq->tx, rq->arena, &domain_proof, object, &row);
	if (e)
		return e;
	domain_proof_tell(rq, "Create", key);
	return entity_reply(rq, 201, &domain_proof, &row);
}

STATEMENT(domain_of_proof, "SELECT domain FROM domain_proofs WHERE tenant_id = $1 AND id = $2");

static err_t delete_proof(struct request *rq)
{
	const char *id = path_arg(rq, "id"), *domain;
	err_t e = store_text(rq->tx, &domain_of_proof, ARGS(T(id)), rq->arena, &domain);

	if (e == ERR_NOT_FOUND)
		return entity_miss_error(&domain_proof, ERR_NOT_EXISTS_WITH_ID, id);
	if (!e)
		e = entity_delete(rq->tx, &domain_proof, id);
	if (e)
		return e;
	domain_proof_tell(rq, "Delete", domain);
	return reply_empty(rq, 204);
}

/* -- the setting -- */

static const struct field provisioning_fields[] = {
	{ "onlyProvenDomains", .type = FIELD_BOOL, .flags = REQUIRED, .fallback = "false",
	  .help = "Addresses make people members of organizations only where the tenant has proven their domain." },
	FIELDS_END
};

SETTING(provisioning) = { .name = "provisioning", .fields = provisioning_fields };

STATEMENT(domain_is_proven,
	  "SELECT count(*) FROM domain_proofs WHERE tenant_id = $1 AND domain = $2 AND status = 'Proven'");

err_t domain_may_provision(struct request *rq, const char *domain, bool *out)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	int64_t n = 0;
	err_t e = setting_load(rq->tx, &provisioning, &value);

	*out = !e && !json_is_true(json_object_get(value, "onlyProvenDomains"));
	if (e || *out)
		return e;
	e = store_int(rq->tx, &domain_is_proven, ARGS(T(domain)), &n);
	*out = n > 0;
	return e;
}

/* -- routes -- */

static const struct shape one = { .of = &domain_proof };
static const struct shape many = { .of = &domain_proof, .list = true };
static const struct shape provisioning_shape = { .fields = provisioning_fields };

#define BASE "/api/domain-proofs"

const struct route domain_proof_routes[] = {
	{ GET, BASE, MANAGEMENT, READ, PAGES_IF_ASKED, .handler = list_proofs, .status = 200, .reply = &many,
	  .summary = "List the e-mail domains that are proven, or shall be" },
	{ POST, BASE, MANAGEMENT, WRITE, .body = proof_fields, .handler = create_proof, .status = 201, .refuses = 422,
	  .reply = &one, .summary = "Begin to prove an e-mail domain by a TXT record" },
	{ GET, BASE "/{id}", MANAGEMENT, READ, .handler = entity_get, .of = &domain_proof, .status = 200,
	  .reply = &one, .summary = "Get the proof of an e-mail domain" },
	{ POST, BASE "/{id}/check", MANAGEMENT, READ, .handler = domain_proof_check, .status = 200,
	  .asks_others = true, .reply = &one, .summary = "Look for the TXT record of an e-mail domain now" },
	{ DELETE, BASE "/{id}", MANAGEMENT, WRITE, .handler = delete_proof, .status = 204,
	  .summary = "Delete the proof of an e-mail domain" },

	{ GET, "/api/configs/provisioning", MANAGEMENT, READ, .handler = setting_get_handler, .of = &provisioning,
	  .status = 200, .reply = &provisioning_shape, .operation = "GetProvisioningConfig",
	  .summary = "Get which domains may make people members" },
	{ PATCH, "/api/configs/provisioning", MANAGEMENT, WRITE, .body = provisioning_fields, .body_is_patch = true,
	  .handler = setting_patch_handler, .of = &provisioning, .status = 200, .reply = &provisioning_shape,
	  .operation = "UpdateProvisioningConfig", .summary = "Set which domains may make people members" },
};
const size_t domain_proof_route_count = ARRAY_LEN(domain_proof_routes);
