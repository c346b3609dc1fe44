-- Webhooks: who is called when something happens (src/directory/hooks.c). Headers of the configuration may hold secrets.
CREATE TABLE hooks (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	name {text} NOT NULL,
	event {text},			-- the only one while `events` is empty
	events {text} NOT NULL,		-- JSON
	enabled bigint NOT NULL,
	config_sealed {blob},		-- JSON; these two are set in the transaction that makes the row
	key_sealed {blob},
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id)
);
CREATE INDEX hooks_newest ON hooks (tenant_id, created_at, id);

-- A row of the outbox is for one reader, which takes it when it is due. Nobody has read until now, so there are none.
ALTER TABLE outbox ADD COLUMN reader {text} NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN tries bigint NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN due_at bigint NOT NULL DEFAULT 0;
CREATE INDEX outbox_turn ON outbox (tenant_id, due_at);
CREATE INDEX outbox_of_reader ON outbox (tenant_id, reader, due_at);

-- What came of each delivery, apart from the audit log, whose lists and counts do not have them. Ids begin with the time,
-- as those of `logs` do. Entries outlive their hook, and the index answers counts without the entries.
CREATE TABLE hook_logs (
	tenant_id {text} NOT NULL,
	id {text} NOT NULL,
	hook_id {text} NOT NULL,
	key {text} NOT NULL,
	failed bigint NOT NULL,
	payload {text} NOT NULL,	-- JSON
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id)
) {clustered};
CREATE INDEX hook_logs_of_hook ON hook_logs (tenant_id, hook_id, id, key, failed);
