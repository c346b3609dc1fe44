-- Which service tells people from programs; one per tenant. The secret is sealed.

CREATE TABLE captcha_providers (
	tenant_id {text} NOT NULL PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	config {text} NOT NULL,
	secret_sealed {blob} NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL
);
