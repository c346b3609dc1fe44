-- A look of its own for an application, over that of the tenant.

CREATE TABLE application_sign_in_experiences (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	color {text} NOT NULL,
	branding {text} NOT NULL,
	custom_css {text},
	terms_of_use_url {text},
	privacy_policy_url {text},
	display_name {text},
	PRIMARY KEY (tenant_id, application_id),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE
);
