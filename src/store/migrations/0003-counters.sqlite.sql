-- One row a counted thing: SQLite has one writer. `kind` is the table; `owner` the parent, or empty.

CREATE TRIGGER organizations_count_insert AFTER INSERT ON organizations BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'organizations', '', 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER organizations_count_delete AFTER DELETE ON organizations BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'organizations' AND owner = '' AND slot = 0;
END;

CREATE TRIGGER users_count_insert AFTER INSERT ON users BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'users', '', 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER users_count_delete AFTER DELETE ON users BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'users' AND owner = '' AND slot = 0;
END;

CREATE TRIGGER applications_count_insert AFTER INSERT ON applications BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'applications', '', 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER applications_count_delete AFTER DELETE ON applications BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'applications' AND owner = '' AND slot = 0;
END;

CREATE TRIGGER resources_count_insert AFTER INSERT ON resources BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'resources', '', 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER resources_count_delete AFTER DELETE ON resources BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'resources' AND owner = '' AND slot = 0;
END;

CREATE TRIGGER organization_roles_count_insert AFTER INSERT ON organization_roles BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'organization_roles', '', 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER organization_roles_count_delete AFTER DELETE ON organization_roles BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'organization_roles' AND owner = '' AND slot = 0;
END;

CREATE TRIGGER organization_scopes_count_insert AFTER INSERT ON organization_scopes BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'organization_scopes', '', 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER organization_scopes_count_delete AFTER DELETE ON organization_scopes BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'organization_scopes' AND owner = '' AND slot = 0;
END;

CREATE TRIGGER scopes_count_insert AFTER INSERT ON scopes BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'scopes', new.resource_id, 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER scopes_count_delete AFTER DELETE ON scopes BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'scopes' AND owner = old.resource_id AND slot = 0;
END;

CREATE TRIGGER organization_users_count_insert AFTER INSERT ON organization_users BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'organization_users', new.organization_id, 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER organization_users_count_delete AFTER DELETE ON organization_users BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'organization_users' AND owner = old.organization_id AND slot = 0;
END;

CREATE TRIGGER organization_applications_count_insert AFTER INSERT ON organization_applications BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'organization_applications', new.organization_id, 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER organization_applications_count_delete AFTER DELETE ON organization_applications BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'organization_applications' AND owner = old.organization_id AND slot = 0;
END;

CREATE TRIGGER user_roles_count_insert AFTER INSERT ON user_roles BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'user_roles', new.role_id, 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER user_roles_count_delete AFTER DELETE ON user_roles BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'user_roles' AND owner = old.role_id AND slot = 0;
END;

CREATE TRIGGER application_roles_count_insert AFTER INSERT ON application_roles BEGIN
	INSERT INTO counters (tenant_id, kind, owner, slot, n) VALUES (new.tenant_id, 'application_roles', new.role_id, 0, 1)
		ON CONFLICT (tenant_id, kind, owner, slot) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER application_roles_count_delete AFTER DELETE ON application_roles BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'application_roles' AND owner = old.role_id AND slot = 0;
END;
