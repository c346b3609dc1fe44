-- E-mail domains that a tenant has proven to be its own, by a record in the DNS (architecture.md, section 6).
CREATE TABLE domain_proofs (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	domain {text} NOT NULL,		-- as the DNS has it
	record_name {text} NOT NULL,	-- what the domain's owner was told to publish
	record_value {text} NOT NULL,
	status {text} NOT NULL,		-- Pending, Proven, Lapsed
	last_result {text},		-- Found, Missing, NoAnswer
	failures bigint NOT NULL,	-- of the worker, since the record was seen
	created_at bigint NOT NULL,
	proven_at bigint,
	seen_at bigint,			-- the record, last
	checked_at bigint,
	due_at bigint,			-- for the worker; NULL: only when somebody asks
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, domain)
);
CREATE INDEX domain_proofs_due ON domain_proofs (due_at);
