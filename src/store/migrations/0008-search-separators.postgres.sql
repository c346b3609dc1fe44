-- In the search texts of before, a separator of fields (U+001F) that stood within a field made two fields of it. Now it is U+001E
-- there (base/search.h). Folding makes one character of one, so each field of the text has the length of its column.

UPDATE organizations SET search = substr(search, 1, length(id) + 1) || replace(substr(search, length(id) + 2), chr(31), chr(30))
	WHERE strpos(name, chr(31)) > 0;

-- telephone numbers and user names hold none
UPDATE users SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(coalesce(primary_email, ''))), chr(31), chr(30))
	|| substr(search, length(id) + 2 + length(coalesce(primary_email, '')),
		3 + length(coalesce(primary_phone, '')) + length(coalesce(username, '')))
	|| replace(substr(search, length(id) + 5 + length(coalesce(primary_email, '')) + length(coalesce(primary_phone, ''))
		+ length(coalesce(username, ''))), chr(31), chr(30))
	WHERE strpos(coalesce(primary_email, '') || coalesce(name, ''), chr(31)) > 0;

UPDATE applications SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(name)), chr(31), chr(30)) || chr(31)
	|| replace(substr(search, length(id) + 3 + length(name)), chr(31), chr(30))
	WHERE strpos(name || coalesce(description, ''), chr(31)) > 0;

UPDATE roles SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(name)), chr(31), chr(30)) || chr(31)
	|| replace(substr(search, length(id) + 3 + length(name)), chr(31), chr(30))
	WHERE strpos(name || coalesce(description, ''), chr(31)) > 0;

UPDATE organization_roles SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(name)), chr(31), chr(30)) || chr(31)
	|| replace(substr(search, length(id) + 3 + length(name)), chr(31), chr(30))
	WHERE strpos(name || coalesce(description, ''), chr(31)) > 0;

UPDATE scopes SET search = substr(search, 1, length(id) + 1)
	|| replace(substr(search, length(id) + 2, length(name)), chr(31), chr(30)) || chr(31)
	|| replace(substr(search, length(id) + 3 + length(name)), chr(31), chr(30))
	WHERE strpos(name || coalesce(description, ''), chr(31)) > 0;

UPDATE organization_scopes SET search = replace(search, chr(31), chr(30)) WHERE strpos(name, chr(31)) > 0;
