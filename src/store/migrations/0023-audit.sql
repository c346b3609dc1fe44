-- The audit log (src/events/audit.h). The id begins with the time, so that the key is also the order of the entries.
-- No foreign key to the tenant: entries that wait in memory are written together, and a tenant that was deleted
-- meanwhile must not keep those of others from being written. Its deletion removes them, and so does their age.
CREATE TABLE logs (
	tenant_id {text} NOT NULL,
	id {text} NOT NULL,
	key {text} NOT NULL,
	user_id {text},			-- as in the payload; NULL: it is of nobody
	application_id {text},
	payload {text} NOT NULL,	-- JSON
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id)
) {clustered};
CREATE INDEX logs_key ON logs (tenant_id, key, id);
CREATE INDEX logs_user ON logs (tenant_id, user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX logs_application ON logs (tenant_id, application_id, id) WHERE application_id IS NOT NULL;

-- How many entries of an hour there are, for totals: of a key and an application, where '' stands for all. Entries are
-- counted once, when they are old enough that no transaction adds to their time, and only where a tenant has many.
CREATE TABLE log_counts (
	tenant_id {text} NOT NULL,
	key {text} NOT NULL,
	application_id {text} NOT NULL,
	hour bigint NOT NULL,		-- since 1970
	n bigint NOT NULL,
	PRIMARY KEY (tenant_id, key, application_id, hour)
) {clustered};

-- what is counted: entries whose id is less than this one, which was written at `at`
CREATE TABLE log_folds (
	tenant_id {text} NOT NULL PRIMARY KEY,
	id {text} NOT NULL,
	at bigint NOT NULL
) {clustered};
