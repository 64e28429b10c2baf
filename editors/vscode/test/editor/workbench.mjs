// Visual Studio Code as a person uses it: code-server in a folder of its own, and a browser that nobody sees.
//
//     CODE_SERVER   the folder that code-server is installed in
//     CHROMIUM      the browser, by default /usr/bin/chromium

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PATIENCE = Number(process.env["PATIENCE"] ?? 60) * 1000; // a busy machine is no fault of the extension's
const BROWSER = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const VIEW = { width: 1240, height: 760 };

/** Waits until a function gives what is true, or fails and says for what it waited. */
export async function until(what, look, patience = PATIENCE) {
  const end = Date.now() + patience;
  let last;
  for (;;) {
    try {
      const found = await look();
      if (found) {
        return found;
      }
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${patience / 1000} s in vain for: ${what}${last ? ` (${last.message})` : ""}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Puts code-server up with these extensions; what `PATH` of its processes begins with is `room/bin`. */
export async function serve(extensions) {
  const code = join(process.env["CODE_SERVER"] ?? "", "node_modules/code-server/out/node/entry.js");
  if (!process.env["CODE_SERVER"] || !existsSync(code)) {
    throw new Error("CODE_SERVER does not name a folder that code-server is installed in");
  }
  const room = mkdtempSync(join(tmpdir(), "reportlint-code-"));
  const places = ["--user-data-dir", join(room, "data"), "--extensions-dir", join(room, "extensions")];
  const port = await freePort();
  const quiet = ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
  const listening = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--config", join(room, "config.yaml")];
  mkdirSync(join(room, "bin"));
  mkdirSync(join(room, "data", "User"), { recursive: true });
  const environment = {
    ...process.env,
    PATH: `${join(room, "bin")}:/usr/bin:/bin`,
    XDG_DATA_HOME: join(room, "share"),
    VSCODE_CLI: "1", // started from a terminal, so that PATH is this one and not that of a login
  };
  const run = (...args) => [process.execPath, [code, ...places, ...listening.slice(4), ...args]];
  execFileSync(...run(...extensions.flatMap((vsix) => ["--install-extension", vsix])), { env: environment, stdio: "pipe", timeout: PATIENCE });
  // A group of its own, so that its end is the end of all that it has started.
  const child = spawn(process.execPath, [code, ...places, ...listening, ...quiet], {
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (part) => (said += part));
  child.stderr.on("data", (part) => (said += part));
  const browser = await chromium.launch({ executablePath: BROWSER, args: QUIET });
  return {
    room,
    settings: (values) => writeFileSync(join(room, "data", "User", "settings.json"), JSON.stringify(values)),
    /** What of it still runs. */
    left: () => living(child.pid),
    async open(folder, { trust = true, locale = "en" } = {}) {
      await until(`code-server, which said ${said}`, () => fetch(`http://127.0.0.1:${port}/healthz`).then((r) => r.ok));
      const context = await browser.newContext({ viewport: VIEW, locale: locale === "zh-cn" ? "zh-CN" : "en-US" });
      await context.addInitScript((name) => localStorage.setItem("vscode.nls.locale", name), locale);
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE);
      await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`);
      const answer = trust ? "Yes, I trust the authors" : "No, I don't trust the authors";
      await page.locator(".monaco-dialog-box").getByText(answer).click();
      return new Workbench(page, context);
    },
    /** Closes the windows that a test has left open, because it failed; a picture of the last is kept. */
    async closeAll(picture) {
      for (const context of browser.contexts()) {
        if (picture) {
          await context.pages()[0]?.screenshot({ path: picture });
        }
        await context.close();
      }
    },
    async close() {
      await browser.close();
      try {
        process.kill(-child.pid, "SIGTERM");
        await until("code-server to end", () => living(child.pid).length === 0, 10_000);
      } catch {
        if (living(child.pid).length > 0) {
          process.kill(-child.pid, "SIGKILL");
        }
      }
      rmSync(room, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The processes of a group, as `ps` lists them. */
function living(group) {
  const all = execFileSync("ps", ["-eo", "pgid=,pid=,stat=,args="], { encoding: "utf-8" }).split("\n");
  return all.filter((line) => line.trim().startsWith(`${group} `) && !/^\s*\d+\s+\d+\s+Z/.test(line));
}

/** A window of the editor. */
export class Workbench {
  constructor(page, context) {
    this.page = page;
    this.context = context;
  }

  close() {
    return this.context.close();
  }

  press(...keys) {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  /** Types into the box at the top and takes what it offers first, once that is what was meant. */
  async quick(keys, text, offered) {
    const box = this.page.locator(".quick-input-widget input[type=text]");
    await until(`the box for ${text}`, async () => {
      if (!(await box.isVisible())) {
        await this.press(keys);
      }
      return box.isVisible();
    });
    await box.fill(keys === "F1" ? `>${text}` : text);
    if (offered) {
      await this.page.locator(".quick-input-list .monaco-list-row.focused").filter({ hasText: offered }).waitFor();
    }
    await this.press("Enter");
    await box.waitFor({ state: "hidden" });
  }

  async file(name) {
    const tab = this.page.locator(".tab.active").filter({ hasText: name });
    // What is offered first may be what was open before, and gives way to what was asked for.
    await until(`the file ${name}`, async () => {
      await this.quick("Control+p", name, name);
      return tab.waitFor({ timeout: 4000 }).then(() => true);
    });
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  command(title) {
    return this.quick("F1", title, title);
  }

  async line(number, column = 1) {
    await this.quick("Control+g", `:${number}:${column}`, "");
  }

  /** All squiggles that can be seen: the line's number, the severity and the characters above. */
  squiggles() {
    return this.page.evaluate(() => {
      const editor = document.querySelector(".editor-group-container.active .editor-instance .monaco-editor");
      const numbers = new Map();
      for (const each of editor.querySelectorAll(".margin-view-overlays > div")) {
        numbers.set(each.style.top, Number(each.querySelector(".line-numbers")?.textContent));
      }
      const lines = new Map([...editor.querySelectorAll(".view-lines > .view-line")].map((each) => [each.style.top, each]));
      const above = (line, box) => {
        const range = document.createRange();
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        let text = "";
        while (walker.nextNode()) {
          const node = walker.currentNode;
          for (let at = 0; at < node.length; at++) {
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            const { left, right } = range.getBoundingClientRect();
            const middle = (left + right) / 2;
            if (box.left < middle && middle < box.right) {
              text += node.data[at];
            }
          }
        }
        return text.replaceAll("\u00a0", " ");
      };
      const found = [];
      for (const row of editor.querySelectorAll(".view-overlays > div")) {
        for (const each of row.querySelectorAll("[class*=squiggly-]")) {
          const line = lines.get(row.style.top);
          const severity = /squiggly-(\w+)/.exec(each.className)[1];
          const text = line ? above(line, each.getBoundingClientRect()) : "";
          found.push({ line: numbers.get(row.style.top), severity, text });
        }
      }
      return found;
    });
  }

  /** The text of a line as it is drawn, with what is only shown in it. */
  drawn(number) {
    return this.page.evaluate((wanted) => {
      const editor = document.querySelector(".editor-group-container.active .editor-instance .monaco-editor");
      const margin = [...editor.querySelectorAll(".margin-view-overlays > div")];
      const top = margin.find((each) => Number(each.querySelector(".line-numbers")?.textContent) === wanted)?.style.top;
      const line = [...editor.querySelectorAll(".view-lines > .view-line")].find((each) => each.style.top === top);
      return line?.textContent.replaceAll(/\s/g, " ").replaceAll("\u200b", "") ?? "";
    }, number);
  }

  /** Holds the mouse over a character of a line as it is drawn, and waits for what is shown there. */
  async hover(number, index, text) {
    const place = await until(`character ${index} of line ${number}`, () =>
      this.page.evaluate(
        ([wanted, at]) => {
          const editor = document.querySelector(".editor-group-container.active .editor-instance .monaco-editor");
          const margin = [...editor.querySelectorAll(".margin-view-overlays > div")];
          const top = margin.find((each) => Number(each.querySelector(".line-numbers")?.textContent) === wanted)?.style.top;
          const line = [...editor.querySelectorAll(".view-lines > .view-line")].find((each) => each.style.top === top);
          const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
          let before = 0;
          while (walker.nextNode()) {
            const node = walker.currentNode;
            if (at < before + node.length) {
              const range = document.createRange();
              range.setStart(node, at - before);
              range.setEnd(node, at - before + 1);
              const { left, right, top: above, bottom } = range.getBoundingClientRect();
              return { x: (left + right) / 2, y: (above + bottom) / 2 };
            }
            before += node.length;
          }
          return undefined;
        },
        [number, index],
      ),
    );
    const shown = this.page.locator(".monaco-hover:visible").filter({ hasText: text }).first();
    await until(`the hover with ${text}`, async () => {
      await this.page.mouse.move(place.x + 200, place.y + 60);
      await this.page.mouse.move(place.x, place.y);
      return shown.waitFor({ timeout: 4000 }).then(() => true);
    });
    return (await shown.innerText()).replaceAll("\u00a0", " ");
  }

  /** The rows of the list of problems, each on one line. */
  async problems() {
    const rows = this.page.locator(".markers-panel .monaco-list-row");
    return (await rows.allInnerTexts()).map((each) => each.replaceAll("\n", " ").replaceAll("\u00a0", " "));
  }

  async status() {
    const item = this.page.locator(".statusbar-item").filter({ hasText: "reportlint" });
    return (await item.first().getAttribute("aria-label", { timeout: 5000 })) ?? "";
  }

  /** What the editor has to say at the corner of the window, with its buttons. */
  async notifications() {
    return (await this.page.locator(".notification-toast").allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  }

  button(text) {
    return this.page.locator(".notification-toast").getByRole("button", { name: text }).click();
  }

  /** What is offered at the cursor, once this is among it. */
  async offered(text) {
    const list = this.page.locator(".action-widget .monaco-list-row");
    await until(`the offer ${text}`, async () => {
      if (!(await list.first().isVisible())) {
        await this.press("Control+.");
      }
      return list.filter({ hasText: text }).first().waitFor({ timeout: 4000 }).then(() => true);
    });
    return list.allInnerTexts();
  }

  /** Takes an offer with the keys: down to it, and Enter. */
  async take(text) {
    const chosen = this.page.locator(".action-widget .monaco-list-row.focused");
    await until(`the offer ${text} to be chosen`, async () => {
      if ((await chosen.innerText({ timeout: 2000 })).includes(text)) {
        return true;
      }
      await this.press("ArrowDown");
      return false;
    });
    await this.press("Enter");
    await this.page.locator(".action-widget").waitFor({ state: "hidden" });
  }

  /** What stands in the terminal; its lines are as long as the window lets them be. */
  async terminal() {
    const rows = await this.page.locator(".terminal-wrapper .xterm-rows > div").allInnerTexts();
    return rows.join("").replaceAll(/\s/g, " ");
  }

  /** The text of the page of an editor beside the first. */
  async beside() {
    const group = this.page.locator(".editor-group-container").nth(1);
    return (await group.locator(".view-line").allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  }
}
