#!/usr/bin/env bash
# A step of WORK or CALL has no transaction. So neither its function nor what that one calls, in any file, mentions
# one. What is called through a pointer is not followed; the store ends the process when such a call asks without a
# transaction.
set -eu

# check FOLDER: complains about each such mention in the C files below it.
check() {
	node - "$1" <<'END'
const fs = require('fs'), path = require('path');
const files = fs.readdirSync(process.argv[2], { recursive: true }).filter((name) => /\.[ch]$/.test(name)).sort();

// comments and what stands in quotes become blanks, so that lines keep their numbers
const blank = (text) => text.replace(/[^\n]/g, ' ');
const strip = (text) => text.replace(/\/\*[^]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, blank);

// name -> every function of that name: static ones of several files may share it
const functions = new Map();
const texts = new Map();
for (const file of files) {
	const text = strip(fs.readFileSync(path.join(process.argv[2], file), 'utf8'));
	texts.set(file, text);
	for (const m of text.matchAll(/^(?!#)([a-z][\w \t*()]*?[ \t*])(\w+)\(([^;{}]*?)\)\s*\{[^]*?^\}/gm)) {
		const found = functions.get(m[2]) ?? [];
		const line = text.slice(0, m.index).split('\n').length;
		functions.set(m[2], [...found, { file, line, name: m[2], local: /\bstatic\b/.test(m[1]), body: m[0].slice(m[0].indexOf('{')) }]);
	}
}

// every function that is declared or defined with a transaction as its first argument
const taking = new Set();
for (const text of texts.values())
	for (const m of text.matchAll(/\b(\w+)\s*\(\s*(?:const\s+)?struct\s+txn\s*\*/g)) taking.add(m[1]);

const called = (from, name) => (functions.get(name) ?? []).filter((f) => f.file === from.file || !f.local);

// what a body says that needs a transaction; null: nothing
function mention(body) {
	const direct = /(?:->|\.)\s*tx\b|\b(?:store|txn|rows)_\w+/.exec(body);
	if (direct) return { at: direct.index, what: direct[0] };
	for (const m of body.matchAll(/\b(\w+)\s*\(/g))
		if (taking.has(m[1])) return { at: m.index, what: `${m[1]}(), which takes a transaction` };
	return null;
}

let bad = 0;
const complain = (line) => { console.log(line); bad = 1; };

function follow(f, way, seen) {
	if (seen.has(f)) return;
	seen.add(f);
	const found = mention(f.body);
	if (found)
		complain(`${f.file}:${f.line}: ${[...way, f.name].join(' > ')} has no transaction, and mentions ${found.what}`);
	for (const m of f.body.matchAll(/\b(\w+)\s*\(/g))
		for (const next of called(f, m[1])) follow(next, [...way, f.name], seen);
}

// rows of steps, routes and workers; the function of a step is its third value
let steps = 0;
for (const [file, text] of texts) {
	if (!file.endsWith('.c')) continue;
	for (const m of text.matchAll(/[={,]\s*\{([^{}]*\b(?:WORK|CALL)\b[^{}]*)\}/g)) {
		const name = /\.(?:run|handler)\s*=\s*(\w+)/.exec(m[1])?.[1] ?? /^[^,=]*,\s*(?:WORK|CALL)\s*,\s*(\w+)\s*$/.exec(m[1])?.[1];
		const runs = name ? called({ file }, name) : [];
		if (runs.length === 0) complain(`${file}:${text.slice(0, m.index).split('\n').length}: cannot tell what runs on this lane`);
		for (const f of runs) follow(f, [], new Set());
		steps++;
	}
}
if (steps === 0) complain('found no step of WORK or CALL');
process.exit(bad);
END
}

# What must be refused, and what must not: the check is worth nothing otherwise.
sample=$(mktemp -d)
trap 'rm -rf "$sample"' EXIT
cat >"$sample/user.h" <<'END'
NODISCARD err_t user_find(struct txn *tx, const char *id);
END
cat >"$sample/user.c" <<'END'
err_t user_touch(struct request *rq)
{
	return change(rq->tx);
}
END
row_of_work='static const struct step work_step = { "a, b", WORK, work };'
# try BODY [ROW]: the check of one step with this body.
try() {
	printf 'static err_t helper(struct request *rq)\n{\n\tif (rq) {\n\t\tuse(rq);\n\t}\n\treturn txn_tenant(rq);\n}\n\n' >"$sample/step.c"
	printf 'static err_t work(struct request *rq)\n{\n\t%s\n}\n\n' "$1" >>"$sample/step.c"
	printf '%s\n' "${2:-$row_of_work}" >>"$sample/step.c"
	check "$sample" >/dev/null
}
self_test() {
	local body row
	for body in 'return use(rq->tx);' 'return store_exec(0);' 'CLEANUP(rows_close) struct rows r;' 'return user_find(0, "x");' \
		'return helper(rq);' 'return user_touch(rq);'; do
		if try "$body"; then
			echo "a step of WORK may say: $body"
			return 1
		fi
	done
	for row in 'static const struct step call_step = { "c", CALL, work };' 'WORKER(w) = { .name = "w", .lane = WORK, .run = work };' \
		'static const struct route r[] = { { POST, "/x", ANYONE, WORK, .handler = work } };' \
		'static const struct step unknown = { "u", WORK, nowhere };'; do
		if try 'return use(rq->tx);' "$row"; then
			echo "what this runs is not looked at: $row"
			return 1
		fi
	done
	if ! try 'return next(rq, &rq_tx /* rq->tx */, "store_exec");'; then
		echo 'a step of WORK that needs no transaction is refused'
		return 1
	fi
	if ! try 'return next(rq, 0);' 'static const struct step w = { "w", WRITE, helper }, x = { "x", WORK, work };'; then
		echo 'a step of WRITE is refused its transaction'
		return 1
	fi
}
self_test
check src
