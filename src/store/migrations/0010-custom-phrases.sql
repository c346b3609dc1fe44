-- Phrases of the tenant's own, over those that the program has.

CREATE TABLE custom_phrases (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	language_tag {text} NOT NULL,
	translation {text} NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, language_tag)
);
