-- The code that was last sent to an address or number and is not used up.
CREATE TABLE verification_codes (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	recipient {text} NOT NULL,
	code_sealed {blob} NOT NULL,
	tries bigint NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, recipient)
);
CREATE INDEX verification_codes_age ON verification_codes (created_at);

-- When the last messages of a kind went to a recipient: a JSON list of epoch milliseconds, no longer than the limit.
CREATE TABLE message_sends (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	kind {text} NOT NULL,
	recipient {text} NOT NULL,
	times {text} NOT NULL,
	last_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, kind, recipient)
);
CREATE INDEX message_sends_age ON message_sends (last_at);
