-- How the tenant sends mails and text messages: at most one connector of each type. The configuration holds secrets.
CREATE TABLE connectors (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	connector_id {text} NOT NULL,
	type {text} NOT NULL,
	config_sealed {blob} NOT NULL,
	metadata {text} NOT NULL,
	sync_profile bigint NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX connectors_one ON connectors (tenant_id, type) WHERE type IN ('Email', 'Sms');
