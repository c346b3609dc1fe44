-- links with which the first administrator registers; each start of a server makes one while there is none
CREATE TABLE claims (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	hash {text} NOT NULL,		-- SHA-256 of what the link holds, in base64url
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX claims_expiry ON claims (expires_at);
