// The packaged extension in a real Visual Studio Code. Reports are our own, the server is the real one.
//
//     PYTHON     a Python that has reportlint[lsp], by default that of the checkout
//     PICTURES   a folder; where it is given, pictures for the documentation are kept there

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve, until } from "./workbench.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const extension = join(here, "..", "..");
const top = join(extension, "..", "..");
const python = process.env["PYTHON"] ?? join(top, ".venv", "bin", "python");
const pictures = process.env["PICTURES"];
const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "editor.minimap.enabled": false,
  "editor.fontSize": 14,
  "editor.occurrencesHighlight": "off",
  "editor.stickyScroll.enabled": false,
  "extensions.ignoreRecommendations": true,
  "terminal.integrated.gpuAcceleration": "off", // so that its text is text
};
// A rule of the repository, as an office would add it: it mends what it finds.
const RULE = `id: year-as-the-city-writes-it
code: XQ001
kind: substitution
severity: warning
profile: cn-disclosure
source: {zh: 市政务公开办2024年编制要求第18条, en: "City office, requirements of 2024, no. 18"}
why: {zh: 全市统一写“2020年”，不写“2020年度”。, en: The city writes 2020年 and not 2020年度.}
message: {zh: "“{found}”写作“{expected}”", en: "write “{expected}” for “{found}”"}
options: {swaps: [{pattern: '(?P<year>{:year:})年度', replace: '{year}年'}], safety: safe, fold: true}
examples:
  - name: the other word
    change: [{replace: 2020年，我镇, by: 2020年度，我镇}]
    expect: ["6:1 warning “2020年度”写作“2020年”"]
  - {name: the word that is wanted, change: [], expect: []}
`;
const FAULTY = readFileSync(join(top, "examples/cn-disclosure-2021/faulty.txt"), "utf-8").replace(
  "2022年，河湾街道",
  "2022年度，河湾街道",
);

let editor;
let packed;

function program(path, body) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

/** A Python as that of an environment, which leaves a trace each time it is run. */
function environment(folder, body = `exec '${python}' "$@"`) {
  program(join(folder, ".venv", "bin", "python"), `echo "$$ $@" >> '${folder}/.venv/runs'\n${body}`);
}

function runs(folder) {
  const file = join(folder, ".venv", "runs");
  return existsSync(file) ? readFileSync(file, "utf-8").trim().split("\n") : [];
}

function workspace(name) {
  const folder = join(editor.room, name);
  mkdirSync(join(folder, ".reportlint", "rules"), { recursive: true });
  writeFileSync(join(folder, ".reportlint", "rules", "year.yaml"), RULE);
  writeFileSync(join(folder, "2022.txt"), FAULTY);
  copyFileSync(join(top, "examples/cn-disclosure-2019/faulty.txt"), join(folder, "2020.txt"));
  return folder;
}

/** Keeps a picture, of the whole window or a part. still: The mouse stays where it is. */
async function picture(bench, name, clip, still = false) {
  if (pictures) {
    if (!still) {
      await bench.page.mouse.move(1020, 17);
    }
    await bench.page.screenshot({ path: join(pictures, `${name}.png`), clip, animations: "disabled", caret: "hide" });
  }
}

/** Waits until the squiggle is drawn under these characters of this line. */
function squiggle(bench, wanted, patience) {
  return until(
    `a squiggle ${JSON.stringify(wanted)}`,
    async () => (await bench.squiggles()).find((each) => JSON.stringify(each) === JSON.stringify(wanted)),
    patience,
  );
}

before(async () => {
  const vsix = join(extension, "reportlint.vsix");
  rmSync(vsix, { force: true });
  execFileSync("npm", ["run", "package"], { cwd: extension, stdio: "pipe" });
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
  }
  packed = mkdtempSync(join(tmpdir(), "reportlint-stand-ins-"));
  const standIns = ["python", "yaml"].map((name) => {
    const out = join(packed, `${name}.vsix`);
    const vsce = join(extension, "node_modules", ".bin", "vsce");
    const options = ["package", "--no-dependencies", "--skip-license", "--allow-missing-repository", "--out", out];
    execFileSync(vsce, options, { cwd: join(here, "stand-ins", name), stdio: "pipe" });
    return out;
  });
  editor = await serve([vsix, ...standIns]);
});

after(async () => {
  await editor?.close();
  if (packed) {
    rmSync(packed, { recursive: true, force: true });
  }
});

// What was to be seen where a test failed.
afterEach(async (context) => {
  await editor?.closeAll(process.env["FAILURES"] && join(process.env["FAILURES"], `${context.name.replace(/\W+/g, "-")}.png`));
});

// What each language says where the test looks.
const WORDS = {
  zh: {
    problem: "（七）总计为 3，但 2 + 2 + 0 + … = 4",
    labels: "三、本年度办理结果 › （一）予以公开 × 法人或其他组织 › 商业企业",
    holds: "成立",
    broken: "不成立",
    fix: "改为“2022年”",
    explain: "说明规则",
    explained: "为什么: 全市统一写“2020年”，不写“2020年度”。",
    held: /规则：\d+ 项通过，\d+ 项未通过/,
    missing: "没有找到 reportlint 语言服务器",
    stopped: "服务器已停止",
    install: "安装…",
    retry: "重试",
    restricted: "受限工作区",
  },
  en: {
    problem: "（七）总计 is 3, but 2 + 2 + 0 + … = 4",
    labels: "三、本年度办理结果 › （一）予以公开 × 法人或其他组织 › 商业企业",
    holds: "holds",
    broken: "does not hold",
    fix: "write “2022年”",
    explain: "Explain",
    explained: "why: The city writes 2020年 and not 2020年度.",
    held: /rules: \d+ held, \d+ failed/,
    missing: "No reportlint language server was found",
    stopped: "the server has stopped",
    install: "Install…",
    retry: "Try again",
    restricted: "restricted workspace",
  },
};
const LIMIT = { timeout: 180_000 };
const SUM = { line: 55, severity: "error", text: "3" };
const YEAR = { line: 5, severity: "warning", text: "2022年度" };

/** What `reportlint check` says of the report, as the list of problems would have it. */
function checked(folder, language) {
  const command = ["-m", "reportlint", "check", "--lang", language, "--format", "json", "--fail-on", "never", "2022.txt"];
  const { reports } = JSON.parse(execFileSync(python, command, { cwd: folder, encoding: "utf-8", stdio: "pipe" }));
  const order = ["error", "warning", "info"];
  return reports[0].diagnostics
    .filter(({ severity, code }) => severity !== "info" || !code.startsWith("FRM")) // those are hints, and not listed
    .map(({ message, rule, severity, range: { start } }) => ({ message, rule, severity, ...start }))
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || a.line - b.line || a.column - b.column);
}

// Both languages of each where pictures are wanted; the way through the program is the same.
for (const language of pictures ? ["zh", "en"] : ["zh"]) {
  const say = WORDS[language];

  test(`a report is checked, understood and mended (${language})`, LIMIT, async () => {
    editor.settings({ ...QUIET, "reportlint.language": language });
    const folder = workspace(`reports-${language}`);
    environment(folder);
    const bench = await editor.open(folder);
    await bench.file("2022.txt");

    // Squiggles under the very characters.
    for (const wanted of [YEAR, { line: 6, severity: "warning", text: "520" }, { line: 10, severity: "info", text: "一、" }]) {
      await squiggle(bench, wanted);
    }
    await bench.line(55);
    await squiggle(bench, SUM);

    // The list of problems says what `check` says, in words, rule and place.
    await bench.press("Control+Shift+m");
    const rows = await until("the problems", async () => {
      const found = await bench.problems();
      return found.length > 5 && found;
    });
    const expected = checked(folder, language);
    assert.equal(rows[0], `2022.txt ${expected.length}`);
    rows.slice(1).forEach((row, index) => {
      const { message, rule, line, column } = expected[index];
      assert.equal(row.startsWith(`${message} reportlint ${rule} [Ln ${line}, Col ${column}]`), true, `${row}: ${rule}`);
    });
    assert.equal(expected.some(({ message, line }) => message === say.problem && line === SUM.line), true);
    await picture(bench, `problems-${language}`);
    await bench.press("Control+j");
    await bench.page.locator(".markers-panel").waitFor({ state: "hidden" });

    // What a wrong total comes to, and what a number that stands alone is.
    await until("the sum that is right", async () => (await bench.drawn(55)).startsWith("（七）总计 | 15 | 3 = 4 | 1 |"));
    await bench.file("2020.txt");
    await bench.line(129);
    await until("the labels", async () => (await bench.drawn(129)).trim() === "2 = 1 商业企业 · （一）予以公开");
    await picture(bench, `hints-${language}`, { x: 348, y: 36, width: 640, height: 560 });

    // A number tells its labels and its sums.
    await bench.file("2022.txt");
    await bench.line(38);
    const number = await until("the line", async () => (await bench.drawn(34)).lastIndexOf("| 2 |") + 2);
    const hovered = (await bench.hover(34, number, "row-sum")).split("\n");
    await picture(bench, `hover-${language}`, { x: 348, y: 36, width: 892, height: 460 }, true);
    assert.equal(hovered[0], say.labels);
    assert.equal(hovered.find((each) => each.startsWith("✓ row-sum: 总计 11 = ")).endsWith(say.holds), true);
    assert.equal(hovered.find((each) => each.startsWith("✗ column-sum: ")).endsWith(say.broken), true);

    // The status item, and the rule in full.
    await until("the status", async () => say.held.test(await bench.status()));
    await bench.line(5);
    const offers = await bench.offered(say.fix);
    assert.equal(offers.includes(`${say.explain} year-as-the-city-writes-it`), true);
    await picture(bench, `fix-${language}`, { x: 348, y: 36, width: 892, height: 310 }, true);
    await bench.take(say.explain);
    await until("the explanation", async () => (await bench.beside()).includes(say.explained));
    await bench.file("2022.txt");

    // The fix: the squiggle goes, and the file that is saved is mended there and nowhere else.
    await bench.line(5);
    await bench.offered(say.fix);
    await bench.take(say.fix);
    await until("the squiggle to go", async () => !(await bench.squiggles()).some(({ line }) => line === YEAR.line));
    assert.equal(readFileSync(join(folder, "2022.txt"), "utf-8"), FAULTY);
    await bench.press("Control+s");
    const mended = FAULTY.replace("2022年度，河湾街道", "2022年，河湾街道");
    await until("the file that is mended", () => readFileSync(join(folder, "2022.txt"), "utf-8") === mended);
    await bench.close();
  });

}

for (const language of pictures ? ["zh", "en"] : ["en"]) {
  const say = WORDS[language];

  test(`a Python without reportlint is told, with the way out (${language})`, LIMIT, async () => {
    editor.settings({ ...QUIET, "reportlint.language": language });
    const folder = workspace(`missing-${language}`);
    execFileSync(python, ["-m", "venv", "--without-pip", join(folder, ".venv")]);
    const bench = await editor.open(folder);
    await bench.file("2022.txt");
    await until("the message", async () => (await bench.notifications()).includes(say.missing));
    assert.equal((await bench.notifications()).includes(".venv/bin/python: No module named reportlint"), true);
    assert.match(await bench.status(), new RegExp(say.missing));
    assert.deepEqual(await bench.squiggles(), []);
    await picture(bench, `missing-${language}`, { x: 640, y: 552, width: 600, height: 208 });
    if (language === "en") {
      // What installs it is typed, and runs when the person says so.
      await bench.button(say.install);
      const typed = `.venv/bin/python' -m pip install "reportlint[lsp]"`;
      await until("the command in the terminal", async () => (await bench.terminal()).includes(typed));
      await bench.command("reportlint: Restart the server");
      await until("the message again", async () => (await bench.notifications()).includes(say.missing));
    }
    rmSync(join(folder, ".venv"), { recursive: true });
    environment(folder);
    await bench.button(say.retry);
    await squiggle(bench, YEAR);
    await bench.close();
  });
}

test("a restricted workspace brings no server, and is checked with the person's own", LIMIT, async () => {
  const say = WORDS.en;
  editor.settings({ ...QUIET, "reportlint.language": "en" });
  const folder = workspace("restricted");
  environment(folder);
  mkdirSync(join(folder, ".vscode"));
  const own = { "reportlint.interpreter": "${workspaceFolder}/.venv/bin/python" };
  writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(own));
  const bench = await editor.open(folder, { trust: false });
  await bench.file("2022.txt");
  await until("the status", async () => (await bench.status()).includes("nothing is checked. Click to manage trust"));
  assert.deepEqual([runs(folder), await bench.squiggles(), await bench.notifications()], [[], [], ""]);
  // The one on PATH is the person's own.
  program(join(editor.room, "bin", "reportlint"), `exec '${python}' -m reportlint "$@"`);
  try {
    await bench.command("reportlint: Restart the server");
    await squiggle(bench, YEAR);
    await until("the status", async () => (await bench.status()).includes(`${say.restricted}: none of its plugins run`));
    assert.deepEqual(runs(folder), []);
  } finally {
    rmSync(join(editor.room, "bin", "reportlint"));
  }
  // Once it is trusted, what it names is the server.
  await bench.command("Workspaces: Manage Workspace Trust");
  await bench.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
  await until("the workspace's server", () => runs(folder).length >= 2);
  await until("the status", async () => (await bench.status()).includes(".venv/bin/python"));
  assert.equal((await bench.status()).includes(say.restricted), false);
  await bench.close();
});

test("settings count at once, and another server is started where they name one", LIMIT, async () => {
  editor.settings({ ...QUIET, "reportlint.language": "en" });
  const folder = workspace("settings");
  mkdirSync(join(folder, ".vscode"));
  const set = (values) => writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(values));
  environment(folder);
  const bench = await editor.open(folder);
  await bench.file("2022.txt");
  await squiggle(bench, YEAR);
  const before = runs(folder);
  set({ "reportlint.ignore": ["year-as-the-city-*"] });
  await until("the squiggle to go", async () => !(await bench.squiggles()).some(({ line }) => line === YEAR.line));
  set({});
  await squiggle(bench, YEAR);
  assert.deepEqual(runs(folder), before);
  // A rule of the repository that changes.
  writeFileSync(join(folder, ".reportlint", "rules", "year.yaml"), RULE.replace("severity: warning", "severity: error"));
  await squiggle(bench, { ...YEAR, severity: "error" });
  const other = join(editor.room, "other");
  environment(other);
  set({ "reportlint.interpreter": join(other, ".venv", "bin", "python") });
  await until("the other server", () => runs(other).length >= 2);
  await until("the status", async () => (await bench.status()).includes(join(other, ".venv", "bin", "python")));
  await squiggle(bench, { ...YEAR, severity: "error" });
  assert.deepEqual(runs(folder), before);
  await bench.command("reportlint: Mend all that can be mended safely");
  await until("the squiggle to go", async () => !(await bench.squiggles()).some(({ line }) => line === YEAR.line));
  set({ "reportlint.enable": false });
  await until("all squiggles to go", async () => (await bench.squiggles()).length === 0);
  await bench.close();
});

test("the selected Python is asked, and the schemas are those of the server that was found", LIMIT, async () => {
  editor.settings({ ...QUIET, "reportlint.language": "en" });
  const folder = workspace("selected");
  const [first, second] = ["first", "second"].map((name) => join(editor.room, name));
  [first, second].forEach((each) => environment(each));
  const select = (each) => writeFileSync(join(folder, "selected"), join(each, ".venv", "bin", "python"));
  select(first);
  const bench = await editor.open(folder);
  await bench.file("2022.txt");
  await squiggle(bench, YEAR);
  assert.equal(runs(first).length >= 2, true);
  select(second);
  await bench.command("Stand-in: another Python is selected");
  await until("the other server", () => runs(second).length >= 2);
  await until("the status", async () => (await bench.status()).includes(join(second, ".venv", "bin", "python")));
  await squiggle(bench, YEAR);
  await bench.command("Stand-in: write the schemas");
  const file = join(folder, "schemas.json");
  await until("the schemas", () => existsSync(file));
  const written = await until("all of them", () => JSON.parse(readFileSync(file, "utf-8")));
  const titles = Object.entries(written).map(([url, { title }]) => [url, title]);
  assert.deepEqual(titles, [
    ["reportlint-schema:/settings", "reportlint: settings"],
    ["reportlint-schema:/waivers", "reportlint: waivers"],
    ["reportlint-schema:/profile", "reportlint: profile"],
    ["reportlint-schema:/rule", "reportlint: rule"],
  ]);
  // The rule of the repository is in them.
  assert.match(JSON.stringify(written["reportlint-schema:/settings"]), /year-as-the-city-writes-it/);
  await bench.close();
});

test("a server that dies is started again, and one that dies always is told", LIMIT, async () => {
  editor.settings({ ...QUIET, "reportlint.language": "en" });
  const folder = workspace("dying");
  environment(folder);
  const bench = await editor.open(folder);
  await bench.file("2022.txt");
  await squiggle(bench, YEAR);
  const first = runs(folder).length;
  process.kill(Number(runs(folder).at(-1).split(" ")[0]), "SIGKILL");
  await until("another server", () => runs(folder).length > first);
  await until("the status", async () => (await bench.status()).includes("rules: "));
  await squiggle(bench, YEAR);
  // It answers when it is greeted and dies when it is needed: what this file waits for does not come.
  environment(folder, `test -e '${folder}/greeted' && exit 1; touch '${folder}/greeted'; exec '${python}' "$@"`);
  await bench.command("reportlint: Restart the server");
  await until("the status", async () => (await bench.status()).includes("nothing is checked"));
  await assert.rejects(squiggle(bench, YEAR, 3000), /waited 3 s in vain for: a squiggle/);
  await bench.close();
});

test("nothing runs on when the windows are closed and the editor has ended", LIMIT, async () => {
  const { left } = editor;
  await editor.close();
  assert.deepEqual([left(), existsSync(editor.room)], [[], false]);
  editor = undefined;
});
