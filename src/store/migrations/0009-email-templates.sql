-- What mails say, by language and kind.

CREATE TABLE email_templates (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	language_tag {text} NOT NULL,
	template_type {text} NOT NULL,
	details {text} NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, language_tag, template_type)
);
