#include "tenant/setting.h"

#include "store/store.h"
#include "base/banned.h"

STATEMENT(setting_get, "SELECT value FROM tenant_settings WHERE tenant_id = $1 AND name = $2");
STATEMENT(setting_set, "INSERT INTO tenant_settings (tenant_id, name, value) VALUES ($1, $2, $3)"
	  " ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value");
STATEMENT(setting_remove, "DELETE FROM tenant_settings WHERE tenant_id = $1 AND name = $2");

err_t setting_find(struct txn *tx, struct arena *a, const char *name, const char **value)
{
	return store_text(tx, &setting_get, ARGS(T(name)), a, value);
}

err_t setting_put(struct txn *tx, const char *name, const char *value)
{
	err_t e = store_exec(tx, &setting_set, ARGS(T(name), T(value)), NULL);

	if (!e)
		store_changed(tx, CHANGE_SETTINGS);
	return e;
}

err_t setting_delete(struct txn *tx, const char *name)
{
	int64_t gone;
	err_t e = store_exec(tx, &setting_remove, ARGS(T(name)), &gone);

	if (e)
		return e;
	if (gone == 0)
		return err_set(ERR_NOT_FOUND, "setting '%s'", name);
	store_changed(tx, CHANGE_SETTINGS);
	return OK;
}
