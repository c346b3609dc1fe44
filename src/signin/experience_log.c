/* Which call of the Experience API is which key of the audit log, and what its entry holds. */
#include "signin/experience_log.h"

#include <string.h>

#include "base/text.h"
#include "events/audit.h"
#include "base/banned.h"

#define BASE "/api/experience"
#define CODE ""		/* the type is that of the identifier in the body */

/* The first row that fits is meant: its path, or one below it. */
static const struct logged {
	const char *path;
	enum audit_key key;
	const char *type;	/* NULL: the key has none */
} logged[] = {
	{ "/interaction-event", AUDIT_EVENT_UPDATE, NULL },
	{ "/identification", AUDIT_IDENTIFIER_SUBMIT, NULL },
	{ "/profile", AUDIT_PROFILE_UPDATE, NULL },
	{ "/submit", AUDIT_EVENT_SUBMIT, NULL },
	{ "/verification/password", AUDIT_VERIFICATION_SUBMIT, "Password" },
	{ "/verification/new-password-identity", AUDIT_VERIFICATION_SUBMIT, "NewPasswordIdentity" },
	{ "/verification/verification-code/verify", AUDIT_VERIFICATION_SUBMIT, CODE },
	{ "/verification/verification-code", AUDIT_VERIFICATION_CREATE, CODE },
	{ "/verification/one-time-token/verify", AUDIT_VERIFICATION_SUBMIT, "OneTimeToken" },
	{ "", AUDIT_EVENT_CREATE, NULL },
};

static bool is_below(const char *path, const char *base)
{
	size_t len = strlen(base);

	return text_has_prefix(path, base) && (!path[len] || (len > 0 && path[len] == '/'));
}

static const struct logged *logged_of(const struct request *rq)
{
	if (!rq->route || rq->method == GET || !text_has_prefix(rq->route->path, BASE))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(logged); i++)
		if (is_below(rq->route->path + strlen(BASE), logged[i].path))
			return &logged[i];
	return NULL;
}

static const char *type_of(const struct request *rq, const struct logged *l)
{
	const char *identifier = json_string_value(json_object_get(body_get(rq, "identifier"), "type"));

	if (!l->type || *l->type)
		return l->type;
	return identifier && !strcmp(identifier, "phone") ? "PhoneVerificationCode" : "EmailVerificationCode";
}

void experience_log(struct request *rq, const struct experience *x)
{
	const struct logged *l = logged_of(rq);
	json_t *shown;
	struct audit *log;

	if (!l)
		return;
	log = audit_open(rq, l->key, purposes[x->purpose], type_of(rq, l));
	shown = experience_shown(x);
	audit_text(log, "applicationId", x->interaction.client_id);
	audit_text(log, "userId", x->user_id);
	audit_value(log, "interaction", shown);
	audit_value(log, "payload", rq->body);
	json_decref(shown);
}
