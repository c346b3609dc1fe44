-- the form in which domains are compared: that of the DNS, in lower case
ALTER TABLE organization_jit_email_domains ADD COLUMN domain_key {text};
UPDATE organization_jit_email_domains SET domain_key = lower(email_domain);
CREATE INDEX organization_jit_email_domains_key ON organization_jit_email_domains (tenant_id, domain_key);

-- mails and text messages that wait to be sent; what they say is sealed
CREATE TABLE outgoing_messages (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	type {text} NOT NULL,		-- of the connector
	sealed {blob} NOT NULL,
	tries bigint NOT NULL,
	due_at bigint NOT NULL,		-- when it may be taken: at once, after a pause, or when who has it must have ended
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id)
);
CREATE INDEX outgoing_messages_due ON outgoing_messages (due_at);

-- one-time tokens (magic links)
CREATE TABLE one_time_tokens (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	email {text} NOT NULL,
	hash {text} NOT NULL,		-- of the token
	token_sealed {blob} NOT NULL,	-- answers show it
	context {text} NOT NULL,
	status {text} NOT NULL CHECK (status IN ('active', 'consumed', 'revoked', 'expired')),
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_time_tokens_hash ON one_time_tokens (tenant_id, hash);
CREATE INDEX one_time_tokens_newest ON one_time_tokens (tenant_id, created_at, id);
CREATE INDEX one_time_tokens_email ON one_time_tokens (tenant_id, email, created_at);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);
