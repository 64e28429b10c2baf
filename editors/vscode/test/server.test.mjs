// Where the server is looked for, what is taken for one, and what a schema is asked for.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const require = createRequire(import.meta.url);
const { candidates, choose, expanded, greet, installation, installer } = require("../out/server.js");
const { register } = require("../out/schemas.js");
const { words } = require("../out/words.js");
const manifest = require("../package.json");

const top = mkdtempSync(join(tmpdir(), "reportlint-"));
after(() => rmSync(top, { recursive: true }));

function program(name, body) {
  const path = join(top, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, body);
  chmodSync(path, 0o755);
  return path;
}

// Answers a greeting as the server does, and tells where it was started and with what.
const SERVER = `#!/bin/sh
cat > "${top}/heard"
{ pwd; echo "$@"; echo "$PYTHONSAFEPATH"; } > "${top}/started"
body='{"jsonrpc": "2.0", "id": 1, "result": {"capabilities": {}, "serverInfo": {"name": "reportlint", "version": "1.2.3"}}}'
printf 'Content-Length: %s\\r\\n\\r\\n%s' \${#body} "$body"
`;
const own = program(".venv/bin/python", SERVER);
const onPath = program("bin/reportlint", "#!/bin/sh\ncat >/dev/null; echo the packages are missing >&2; exit 2\n");
const silent = program("silent", "#!/bin/sh\ncat >/dev/null\n");
const module = ["-m", "reportlint"];
const places = { path: "", interpreter: "", folders: [top], search: `bin:${join(top, "bin")}`, trusted: true };

test("the project's environment comes first, then the selected one, then PATH", () => {
  assert.deepEqual(candidates({ ...places, selected: "/usr/bin/python3" }), [
    { command: own, args: module, from: join(top, ".venv") },
    { command: "/usr/bin/python3", args: module, from: "the selected Python" },
    { command: onPath, args: [], from: "PATH" },
  ]);
});

test("what is set is what is used", () => {
  const found = candidates({ ...places, path: "/opt/reportlint", interpreter: "/opt/python" });
  assert.deepEqual(found, [
    { command: "/opt/reportlint", args: [], from: "reportlint.path" },
    { command: "/opt/python", args: module, from: "reportlint.interpreter" },
  ]);
});

test("a restricted workspace offers nothing of its own", () => {
  const restricted = { ...places, trusted: false, selected: own };
  assert.deepEqual(candidates(restricted), [{ command: onPath, args: [], from: "PATH" }]);
  assert.deepEqual(candidates({ ...restricted, interpreter: "${workspaceFolder}/.venv/bin/python" }), []);
  assert.deepEqual(candidates({ ...restricted, interpreter: ".venv/bin/python" }), []);
});

test("paths in settings are read as people write them", () => {
  const read = (path) => expanded(path, places);
  assert.deepEqual(
    ["~/bin/reportlint", "${workspaceFolder}/x", "tools/x", "reportlint", "/opt/x", ""].map(read),
    [join(homedir(), "bin/reportlint"), join(top, "x"), join(top, "tools/x"), "reportlint", "/opt/x", ""],
  );
});

test("a server is what answers and takes its leave", async () => {
  assert.equal(await greet({ command: own, args: module, from: "" }), "1.2.3");
  const { readFileSync } = require("node:fs");
  const [folder, args, safe] = readFileSync(join(top, "started"), "utf-8").split("\n");
  // Outside of the workspace, and importing nothing from where it is started.
  assert.deepEqual([folder === tmpdir(), args, safe], [true, "-m reportlint lsp", "1"]);
  assert.match(readFileSync(join(top, "heard"), "utf-8"), /"initialize".*"shutdown".*"exit"/s);
  await assert.rejects(greet({ command: silent, args: [], from: "" }), /not a reportlint server \(status 0\)/);
});

test("the first that runs is chosen, and why others do not is told", async () => {
  const [first, broken] = candidates(places);
  assert.deepEqual(await choose([broken, first]), { server: first, version: "1.2.3" });
  const gone = { command: join(top, "gone"), args: [], from: "x" };
  const { flaws } = await choose([broken, gone]);
  assert.deepEqual(flaws[0], { program: broken, why: "the packages are missing" });
  assert.equal(flaws[1].program, gone);
  assert.match(flaws[1].why, /ENOENT/);
  // What Python says of itself is not told twice.
  const ask = () => Promise.reject(new Error(`${own}: No module named reportlint`));
  assert.deepEqual(await choose([first], ask), { flaws: [{ program: first, why: "No module named reportlint" }] });
  assert.deepEqual(await choose([]), { flaws: [] });
});

test("it is installed into the project's environment, else the selected one", () => {
  assert.equal(installer(places), own);
  assert.equal(installer({ ...places, folders: [], selected: "/usr/bin/python3" }), "/usr/bin/python3");
  assert.equal(installer({ ...places, trusted: false }), undefined);
  assert.equal(installation("/opt/it's here/python"), `'/opt/it'\\''s here/python' -m pip install "reportlint[lsp]"`);
  assert.equal(installation(undefined), `python3 -m pip install "reportlint[lsp]"`);
});

test("every file of ours that is YAML has its schema from the server", async () => {
  let asked;
  const registry = { registerContributor: (...given) => (asked = given) && true };
  assert.equal(register(registry, async (kind) => `schema of ${kind}`), true);
  const [scheme, , content] = asked;
  const urls = manifest.contributes.yamlValidation.map(({ url }) => url);
  assert.deepEqual(await Promise.all(urls.map(content)), [
    "schema of settings",
    "schema of waivers",
    "schema of profile",
    "schema of rule",
  ]);
  assert.equal(urls.every((url) => url.startsWith(`${scheme}:`)), true);
  await assert.rejects(content(`${scheme}:/other`), /no such schema; known: settings, rule, profile, waivers/);
});

test("the editor's language decides between Chinese and English", () => {
  assert.deepEqual(["zh-cn", "en", "fr"].map((language) => words(language)("是", "yes")), ["是", "yes", "yes"]);
});

test("every text of the manifest is there in both languages", () => {
  const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
  for (const name of ["package.nls.json", "package.nls.zh-cn.json"]) {
    assert.deepEqual(Object.keys(require(`../${name}`)).sort(), [...new Set(used)].sort(), name);
  }
});
