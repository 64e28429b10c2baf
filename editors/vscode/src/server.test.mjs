import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const { candidates, choose, flaw } = createRequire(import.meta.url)("../out/server.js");

const top = mkdtempSync(join(tmpdir(), "reportlint-"));
mkdirSync(join(top, ".venv", "bin"), { recursive: true });
mkdirSync(join(top, "bin"));
for (const [name, body] of [
  [".venv/bin/python", "#!/bin/sh\nexit 0\n"],
  ["bin/reportlint", "#!/bin/sh\necho no module named pygls >&2; exit 2\n"],
]) {
  writeFileSync(join(top, name), body);
  chmodSync(join(top, name), 0o755);
}
const places = { path: "", interpreter: "", folders: [top], search: `bin:${join(top, "bin")}`, trusted: true };

test("the project's environment comes first, then the selected one, then PATH", () => {
  assert.deepEqual(
    candidates({ ...places, selected: "/usr/bin/python3" }).map((each) => each.command),
    [join(top, ".venv/bin/python"), "/usr/bin/python3", join(top, "bin/reportlint")],
  );
});

test("what is set is what is used", () => {
  const found = candidates({ ...places, path: "/opt/reportlint" });
  assert.deepEqual(found, [{ command: "/opt/reportlint", args: ["lsp"], from: "reportlint.path" }]);
  assert.deepEqual(candidates({ ...places, interpreter: "/opt/python" })[0].args, ["-m", "reportlint", "lsp"]);
});

test("a restricted workspace offers nothing of its own", () => {
  const found = candidates({ ...places, trusted: false, selected: join(top, ".venv/bin/python") });
  assert.deepEqual(found.map((each) => each.from), ["PATH"]);
});

test("the first that runs is chosen, and why others do not is told", () => {
  const [own, , onPath] = candidates({ ...places, selected: join(top, "gone") });
  assert.equal(choose([onPath, own]), own);
  assert.equal(flaw(onPath), "no module named pygls");
  assert.match(choose([onPath, { command: join(top, "gone"), args: [], from: "x" }]), /pygls\n.*ENOENT/);
  assert.equal(choose([]), "");
});
