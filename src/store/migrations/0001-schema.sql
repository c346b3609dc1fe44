-- Every table carries tenant_id; every key, unique index and foreign key begins with it (docs/architecture.md).
-- Ids are text, times UTC milliseconds, flags 0 or 1, JSON is text as it was given.
-- `search` is the folded text of the searched fields, joined by chr(31); see 0002.

CREATE TABLE tenants (
	id {text} NOT NULL PRIMARY KEY,
	host {text} NOT NULL UNIQUE,
	name {text} NOT NULL,
	created_at bigint NOT NULL
);

-- what is set per tenant and has no table of its own
CREATE TABLE tenant_settings (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	name {text} NOT NULL,
	value {text} NOT NULL,
	PRIMARY KEY (tenant_id, name)
) {clustered};

CREATE TABLE signing_keys (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	kid {text} NOT NULL,
	algorithm {text} NOT NULL,
	status {text} NOT NULL CHECK (status IN ('Next', 'Current', 'Previous')),
	public_jwk {text} NOT NULL,
	private_sealed {blob} NOT NULL,
	created_at_s bigint NOT NULL,
	effective_at bigint,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, status)
);

-- totals for Total-Number, kept by triggers (0003) in the transaction of the change
CREATE TABLE counters (
	tenant_id {text} NOT NULL,
	kind {text} NOT NULL,
	owner {text} NOT NULL,
	slot bigint NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (tenant_id, kind, owner, slot)
) {clustered};

-- organizations

CREATE TABLE organizations (
	{rowid}
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	name {text} NOT NULL,
	description {text},
	custom_data {text} NOT NULL,
	is_mfa_required bigint NOT NULL,
	color {text} NOT NULL,
	branding {text} NOT NULL,
	custom_css {text},
	created_at bigint NOT NULL,
	search {text} NOT NULL,
	{key} (tenant_id, id)
);
CREATE INDEX organizations_newest ON organizations (tenant_id, created_at, id);

CREATE TABLE organization_roles (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	name {text} NOT NULL,
	description {text},
	type {text} NOT NULL CHECK (type IN ('User', 'MachineToMachine')),
	search {text} NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name)
);

CREATE TABLE organization_scopes (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	name {text} NOT NULL,
	description {text},
	search {text} NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name)
);

-- people and applications

CREATE TABLE users (
	{rowid}
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	username {text},
	primary_email {text},
	email_key {text},
	primary_phone {text},
	password_digest {text},
	password_algorithm {text},
	name {text},
	avatar {text},
	profile {text} NOT NULL,
	application_id {text},
	cimd_client_id {text},
	identities {text} NOT NULL,
	custom_data {text} NOT NULL,
	logto_config {text} NOT NULL,
	mfa_verifications {text} NOT NULL,
	is_suspended bigint NOT NULL,
	is_password_expired bigint NOT NULL,
	last_sign_in_at bigint,
	password_updated_at bigint,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	search {text} NOT NULL,
	{key} (tenant_id, id),
	CONSTRAINT users_username UNIQUE (tenant_id, username),
	CONSTRAINT users_email UNIQUE (tenant_id, email_key),
	CONSTRAINT users_phone UNIQUE (tenant_id, primary_phone)
);
CREATE INDEX users_newest ON users (tenant_id, created_at, id);

CREATE TABLE applications (
	{rowid}
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	name {text} NOT NULL,
	legacy_secret_sealed {blob},
	description {text},
	type {text} NOT NULL CHECK (type IN ('Native', 'SPA', 'Traditional', 'MachineToMachine', 'Protected', 'SAML')),
	oidc_client_metadata {text} NOT NULL,
	custom_client_metadata {text} NOT NULL,
	protected_app_metadata {text},
	custom_data {text} NOT NULL,
	is_third_party bigint NOT NULL,
	app_level_access_control_enabled bigint NOT NULL,
	created_at bigint NOT NULL,
	search {text} NOT NULL,
	{key} (tenant_id, id)
);
CREATE INDEX applications_newest ON applications (tenant_id, created_at, id);

CREATE TABLE application_secrets (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	name {text} NOT NULL,
	value_sealed {blob} NOT NULL,
	created_at bigint NOT NULL,
	expires_at bigint,
	PRIMARY KEY (tenant_id, application_id, name),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE
);

-- API resources, their scopes, tenant roles

CREATE TABLE resources (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	name {text} NOT NULL,
	indicator {text} NOT NULL,
	is_default bigint NOT NULL,
	access_token_ttl bigint NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, indicator)
);
CREATE UNIQUE INDEX resources_default ON resources (tenant_id) WHERE is_default = 1;

CREATE TABLE scopes (
	tenant_id {text} NOT NULL,
	id {text} NOT NULL,
	resource_id {text} NOT NULL,
	name {text} NOT NULL,
	description {text},
	created_at bigint NOT NULL,
	search {text} NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, resource_id, name),
	FOREIGN KEY (tenant_id, resource_id) REFERENCES resources (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE roles (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	name {text} NOT NULL,
	description {text} NOT NULL,
	type {text} NOT NULL CHECK (type IN ('User', 'MachineToMachine')),
	is_default bigint NOT NULL,
	created_at bigint NOT NULL,
	search {text} NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name)
);
CREATE INDEX roles_default ON roles (tenant_id) WHERE is_default = 1;

CREATE TABLE role_scopes (
	tenant_id {text} NOT NULL,
	role_id {text} NOT NULL,
	scope_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, role_id, scope_id),
	FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, scope_id) REFERENCES scopes (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX role_scopes_scope ON role_scopes (tenant_id, scope_id);

CREATE TABLE user_roles (
	tenant_id {text} NOT NULL,
	role_id {text} NOT NULL,
	user_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, role_id, user_id),
	FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX user_roles_user ON user_roles (tenant_id, user_id);

CREATE TABLE application_roles (
	tenant_id {text} NOT NULL,
	role_id {text} NOT NULL,
	application_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, role_id, application_id),
	FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX application_roles_application ON application_roles (tenant_id, application_id);

-- who belongs to an organization, and as what: a role row hangs on a membership and dies with it

CREATE TABLE organization_users (
	tenant_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	user_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, organization_id, user_id),
	FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_users_user ON organization_users (tenant_id, user_id, organization_id);

CREATE TABLE organization_applications (
	tenant_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	application_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, organization_id, application_id),
	FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_applications_application ON organization_applications (tenant_id, application_id, organization_id);

CREATE TABLE organization_user_roles (
	tenant_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	user_id {text} NOT NULL,
	organization_role_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, organization_id, user_id, organization_role_id),
	FOREIGN KEY (tenant_id, organization_id, user_id)
		REFERENCES organization_users (tenant_id, organization_id, user_id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_role_id) REFERENCES organization_roles (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_user_roles_role ON organization_user_roles (tenant_id, organization_role_id, organization_id, user_id);

CREATE TABLE organization_application_roles (
	tenant_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	application_id {text} NOT NULL,
	organization_role_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, organization_id, application_id, organization_role_id),
	FOREIGN KEY (tenant_id, organization_id, application_id)
		REFERENCES organization_applications (tenant_id, organization_id, application_id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_role_id) REFERENCES organization_roles (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_application_roles_role
	ON organization_application_roles (tenant_id, organization_role_id, organization_id, application_id);

CREATE TABLE organization_role_scopes (
	tenant_id {text} NOT NULL,
	organization_role_id {text} NOT NULL,
	organization_scope_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, organization_role_id, organization_scope_id),
	FOREIGN KEY (tenant_id, organization_role_id) REFERENCES organization_roles (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_scope_id) REFERENCES organization_scopes (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_role_scopes_scope ON organization_role_scopes (tenant_id, organization_scope_id);

CREATE TABLE organization_role_resource_scopes (
	tenant_id {text} NOT NULL,
	organization_role_id {text} NOT NULL,
	scope_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, organization_role_id, scope_id),
	FOREIGN KEY (tenant_id, organization_role_id) REFERENCES organization_roles (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, scope_id) REFERENCES scopes (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_role_resource_scopes_scope ON organization_role_resource_scopes (tenant_id, scope_id);

-- just-in-time provisioning

CREATE TABLE sso_connectors (
	tenant_id {text} NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id {text} NOT NULL,
	provider_name {text} NOT NULL,
	connector_name {text} NOT NULL,
	config {text} NOT NULL,
	domains {text} NOT NULL,
	branding {text} NOT NULL,
	sync_profile bigint NOT NULL,
	enable_token_storage bigint NOT NULL,
	created_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, connector_name)
);

CREATE TABLE organization_jit_email_domains (
	tenant_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	email_domain {text} NOT NULL,
	PRIMARY KEY (tenant_id, organization_id, email_domain),
	FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_jit_email_domains_domain ON organization_jit_email_domains (tenant_id, email_domain);

CREATE TABLE organization_jit_roles (
	tenant_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	organization_role_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, organization_id, organization_role_id),
	FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_role_id) REFERENCES organization_roles (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_jit_roles_role ON organization_jit_roles (tenant_id, organization_role_id);

CREATE TABLE organization_jit_sso_connectors (
	tenant_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	sso_connector_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, organization_id, sso_connector_id),
	FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, sso_connector_id) REFERENCES sso_connectors (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_jit_sso_connectors_connector ON organization_jit_sso_connectors (tenant_id, sso_connector_id);

-- invitations; consent of people to third-party applications

CREATE TABLE organization_invitations (
	tenant_id {text} NOT NULL,
	id {text} NOT NULL,
	inviter_id {text},
	invitee {text} NOT NULL,
	invitee_key {text} NOT NULL,
	accepted_user_id {text},
	organization_id {text} NOT NULL,
	status {text} NOT NULL CHECK (status IN ('Pending', 'Accepted', 'Expired', 'Revoked')),
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	expires_at bigint NOT NULL,
	PRIMARY KEY (tenant_id, id),
	FOREIGN KEY (tenant_id, inviter_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, accepted_user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX organization_invitations_pending
	ON organization_invitations (tenant_id, organization_id, invitee) WHERE status = 'Pending';
CREATE INDEX organization_invitations_organization ON organization_invitations (tenant_id, organization_id, created_at);
CREATE INDEX organization_invitations_invitee ON organization_invitations (tenant_id, invitee_key);
CREATE INDEX organization_invitations_inviter ON organization_invitations (tenant_id, inviter_id);
CREATE INDEX organization_invitations_accepted ON organization_invitations (tenant_id, accepted_user_id);

CREATE TABLE organization_invitation_roles (
	tenant_id {text} NOT NULL,
	invitation_id {text} NOT NULL,
	organization_role_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, invitation_id, organization_role_id),
	FOREIGN KEY (tenant_id, invitation_id) REFERENCES organization_invitations (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_role_id) REFERENCES organization_roles (tenant_id, id) ON DELETE CASCADE
) {clustered};
CREATE INDEX organization_invitation_roles_role ON organization_invitation_roles (tenant_id, organization_role_id);

CREATE TABLE consent_organizations (
	tenant_id {text} NOT NULL,
	application_id {text} NOT NULL,
	user_id {text} NOT NULL,
	organization_id {text} NOT NULL,
	PRIMARY KEY (tenant_id, application_id, user_id, organization_id),
	FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, organization_id, user_id)
		REFERENCES organization_users (tenant_id, organization_id, user_id) ON DELETE CASCADE
) {clustered};
CREATE INDEX consent_organizations_membership ON consent_organizations (tenant_id, organization_id, user_id);
