-- What happened, for those who are told of it (src/events). Numbers come from one sequence, which no transaction waits
-- for.

CREATE TABLE outbox (
	number bigint GENERATED ALWAYS AS IDENTITY,
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	event {text} NOT NULL,
	created_at bigint NOT NULL,
	payload {text} NOT NULL,
	PRIMARY KEY (tenant_id, number)
);

-- who wants to be told of what; without a row for an event nothing is written
CREATE TABLE outbox_readers (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	event {text} NOT NULL,
	reader {text} NOT NULL,
	PRIMARY KEY (tenant_id, event, reader)
);
