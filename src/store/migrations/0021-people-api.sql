-- What an administrator makes and a token exchange takes. A `hash` is as in 0016.

CREATE TABLE personal_access_tokens (
	tenant_id {text} NOT NULL,
	user_id {text} NOT NULL,
	name {text} NOT NULL,
	hash {text} NOT NULL,
	value_sealed {blob} NOT NULL,	-- the API shows it at any time
	created_at bigint NOT NULL,
	expires_at bigint,		-- NULL: never
	PRIMARY KEY (tenant_id, user_id, name),
	UNIQUE (tenant_id, hash),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE subject_tokens (
	tenant_id {text} NOT NULL,
	hash {text} NOT NULL,
	user_id {text} NOT NULL,	-- who the exchange acts as
	context {text} NOT NULL,	-- JSON: whatever the caller wants to know later
	consumed_at bigint,
	created_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, hash),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX subject_tokens_user ON subject_tokens (tenant_id, user_id);
CREATE INDEX subject_tokens_expiry ON subject_tokens (expires_at);

-- which scopes a third-party application may ask a person for

CREATE TABLE application_organization_scopes (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	organization_scope_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, application_id, organization_scope_id),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_scope_id) REFERENCES organization_scopes (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX application_organization_scopes_scope ON application_organization_scopes (tenant_id, organization_scope_id);

CREATE TABLE application_resource_scopes (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	scope_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, application_id, scope_id),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, scope_id) REFERENCES scopes (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX application_resource_scopes_scope ON application_resource_scopes (tenant_id, scope_id);

CREATE TABLE application_organization_resource_scopes (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	scope_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, application_id, scope_id),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, scope_id) REFERENCES scopes (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX application_organization_resource_scopes_scope
	ON application_organization_resource_scopes (tenant_id, scope_id);

CREATE TABLE application_user_scopes (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	name {text} NOT NULL,
	PRIMARY KEY (tenant_id, application_id, name),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE
) {clustered};

-- who may use an application: one of these must fit, once its access control is on

CREATE TABLE application_access_users (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	user_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, application_id, user_id),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX application_access_users_user ON application_access_users (tenant_id, user_id);

CREATE TABLE application_access_roles (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	role_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, application_id, role_id),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX application_access_roles_role ON application_access_roles (tenant_id, role_id);

CREATE TABLE application_access_organizations (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, application_id, organization_id),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX application_access_organizations_organization
	ON application_access_organizations (tenant_id, organization_id);

CREATE TABLE application_access_organization_roles (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	organization_role_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, application_id, organization_id, organization_role_id),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_role_id) REFERENCES organization_roles (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX application_access_organization_roles_organization
	ON application_access_organization_roles (tenant_id, organization_id);
CREATE INDEX application_access_organization_roles_role
	ON application_access_organization_roles (tenant_id, organization_role_id);

-- which account elsewhere is whose; users.identities has the rest of it

CREATE TABLE user_identities (
	tenant_id {text} NOT NULL,
	target {text} NOT NULL,		-- google, github, …
	identity_id {text} NOT NULL,	-- of the account there
	user_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, target, identity_id),
	UNIQUE (tenant_id, user_id, target),
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {clustered};
