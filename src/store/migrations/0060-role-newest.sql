-- When a user was made, beside each of its roles, so that an index has who holds a role in the order of the list: newest
-- first, also in the middle of a million. It never changes.
ALTER TABLE user_roles ADD COLUMN user_created_at bigint;
UPDATE user_roles SET user_created_at =
	(SELECT u.created_at FROM users u WHERE u.tenant_id = user_roles.tenant_id AND u.id = user_roles.user_id);
CREATE INDEX user_roles_newest ON user_roles (tenant_id, role_id, user_created_at, user_id);
