-- A large organization, role or tenant that is deleted is marked at once and gone for every reader; a worker removes the
-- rest in slices (entity/deletion.h, tenant/tenant.c). The indexes of what is marked are nearly always empty.

ALTER TABLE organizations ADD COLUMN deleted_at bigint;
ALTER TABLE roles ADD COLUMN deleted_at bigint;
ALTER TABLE tenants ADD COLUMN deleted_at bigint;
CREATE INDEX organizations_deleted ON organizations (tenant_id, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX roles_deleted ON roles (tenant_id, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX tenants_deleted ON tenants (id) WHERE deleted_at IS NOT NULL;

-- The index itself leaves out what is marked, so that a page deep in the list need not look at the rows before it.
DROP INDEX organizations_newest;
CREATE INDEX organizations_newest ON organizations (tenant_id, created_at, id) WHERE deleted_at IS NULL;

-- What is marked is not counted any more.
CREATE TRIGGER organizations_count_mark AFTER UPDATE OF deleted_at ON organizations
	WHEN old.deleted_at IS NULL AND new.deleted_at IS NOT NULL BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'organizations' AND owner = '' AND slot = 0;
END;
DROP TRIGGER organizations_count_delete;
CREATE TRIGGER organizations_count_delete AFTER DELETE ON organizations WHEN old.deleted_at IS NULL BEGIN
	UPDATE counters SET n = n - 1 WHERE tenant_id = old.tenant_id AND kind = 'organizations' AND owner = '' AND slot = 0;
END;
