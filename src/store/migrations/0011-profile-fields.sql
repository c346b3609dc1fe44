-- Profile fields of the tenant's own, shown in the order of sie_order.

CREATE TABLE custom_profile_fields (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	name {text} NOT NULL,
	type {text} NOT NULL,
	label {text} NOT NULL,
	description {text},
	required bigint NOT NULL,
	config {text} NOT NULL,
	created_at bigint NOT NULL,
	sie_order bigint NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name)
);
