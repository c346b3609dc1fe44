-- The secrets that sign a tenant's cookies, newest first by created_at. A tenant that has none gets one when the server starts.
CREATE TABLE cookie_keys (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	secret_sealed {blob} NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id)
);
