-- Which organizations require MFA, newest first, also where they are few in a million.
CREATE INDEX organizations_strict ON organizations (tenant_id, created_at, id)
	WHERE is_mfa_required = 1 AND deleted_at IS NULL;
