-- SAML: what a connector signs requests with, and its partners encrypt to (jit-and-sso.md section 3.6); what was
-- believed once and may not come again; sign-in that begins at the identity provider (section 3.7).
CREATE TABLE sso_signing_keys (
	tenant_id {text} NOT NULL,
	id {text} NOT NULL,
	sso_connector_id {text} NOT NULL,
	certificate {text} NOT NULL,	-- PEM
	key_sealed {blob} NOT NULL,	-- PKCS#8
	active bigint NOT NULL,
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,	-- as the certificate says; the row stays
	PRIMARY KEY (tenant_id, id),
	FOREIGN KEY (tenant_id, sso_connector_id) REFERENCES sso_connectors (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sso_signing_keys_connector ON sso_signing_keys (tenant_id, sso_connector_id, created_at);
CREATE UNIQUE INDEX sso_signing_keys_active ON sso_signing_keys (tenant_id, sso_connector_id) WHERE active = 1;

CREATE TABLE saml_assertions (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	hash {text} NOT NULL,		-- of issuer and id
	expires_at bigint NOT NULL,	-- when the assertion itself has expired
	PRIMARY KEY (tenant_id, hash)
) {clustered};
CREATE INDEX saml_assertions_expiry ON saml_assertions (expires_at);

CREATE TABLE sso_idp_initiated (
	tenant_id {text} NOT NULL,
	sso_connector_id {text} NOT NULL,
	auto_send bigint NOT NULL,
	application_id {text} NOT NULL,
	redirect_uri {text},
	auth_parameters {text} NOT NULL,	-- JSON: names and texts
	client_callback {text},
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, sso_connector_id),
	FOREIGN KEY (tenant_id, sso_connector_id) REFERENCES sso_connectors (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sso_idp_initiated_application ON sso_idp_initiated (tenant_id, application_id);

-- What a provider has said of its own accord, until the browser comes to our page with the cookie.
CREATE TABLE saml_sessions (
	tenant_id {text} NOT NULL,
	hash {text} NOT NULL,		-- of the cookie
	sso_connector_id {text} NOT NULL,
	issuer {text} NOT NULL,
	said {text} NOT NULL,		-- JSON: the helper's answer
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, hash),
	FOREIGN KEY (tenant_id, sso_connector_id) REFERENCES sso_connectors (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX saml_sessions_connector ON saml_sessions (tenant_id, sso_connector_id);
CREATE INDEX saml_sessions_expiry ON saml_sessions (expires_at);
