-- What happened, for those who are told of it (src/events). A number is never given twice, also when the last rows are
-- gone.

CREATE TABLE outbox (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	event {text} NOT NULL,
	created_at bigint NOT NULL,
	payload {text} NOT NULL,
	UNIQUE (tenant_id, number)
);

-- who wants to be told of what; without a row for an event nothing is written
CREATE TABLE outbox_readers (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	event {text} NOT NULL,
	reader {text} NOT NULL,
	PRIMARY KEY (tenant_id, event, reader)
) {clustered};
