-- No statement may forget it.
ALTER TABLE user_roles ALTER COLUMN user_created_at SET NOT NULL;
