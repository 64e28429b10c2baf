// Finds the server: without the editor, so that it can be tested alone.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

/** A program that may be reportlint; `lsp` or another of its commands follows the arguments. */
export interface Program {
  command: string;
  args: string[];
  /** Where it was found, for the person. */
  from: string;
}

export interface Places {
  /** The settings; empty where nothing is set. */
  path: string;
  interpreter: string;
  /** The workspace's folders. */
  folders: string[];
  /** The Python that the Python extension has selected. */
  selected?: string;
  /** PATH. */
  search: string;
  /** Whether programs of the workspace may be run. */
  trusted: boolean;
}

/** Why a candidate is no server. */
export interface Flaw {
  program: Program;
  why: string;
}

/** The server, or why each of the candidates is none. */
export type Choice = { server: Program; version: string } | { flaws: Flaw[] };

const windows = process.platform === "win32";
const ENVIRONMENTS = [".venv", "venv", "env"];
const PATIENCE = 20_000; // milliseconds; the first start of a Python after an installation compiles its modules
/** What Python is started with: the folder it is started in is a workspace, and no place to import from. */
export const ENVIRONMENT = { PYTHONSAFEPATH: "1", PYTHONUTF8: "1" };

function python(environment: string): string {
  return windows ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
}

/** A path as people write it into settings, or undefined where it leads into a workspace that is not trusted. */
export function expanded(path: string, places: Places): string | undefined {
  const home = path.replace(/^~(?=$|[\\/])/, () => homedir());
  const [folder] = places.folders;
  const full = home.replace(/\$\{workspaceFolder\}/g, () => folder ?? "");
  if (isAbsolute(home)) {
    return home;
  }
  if (full === home && !/[\\/]/.test(home)) {
    return home; // a bare name, looked for on PATH
  }
  return places.trusted && folder ? (isAbsolute(full) ? full : join(folder, full)) : undefined;
}

/** All that may be the server, the most wanted first. A restricted workspace offers nothing that it brings itself. */
export function candidates(places: Places): Program[] {
  const found: Program[] = [];
  const module = (interpreter: string, from: string) =>
    found.push({ command: interpreter, args: ["-m", "reportlint"], from });
  if (places.path || places.interpreter) {
    const path = expanded(places.path, places);
    if (path) {
      found.push({ command: path, args: [], from: "reportlint.path" });
    }
    const interpreter = expanded(places.interpreter, places);
    if (interpreter) {
      module(interpreter, "reportlint.interpreter");
    }
    return found;
  }
  if (places.trusted) {
    for (const folder of places.folders) {
      for (const name of ENVIRONMENTS) {
        const interpreter = python(join(folder, name));
        if (existsSync(interpreter)) {
          module(interpreter, join(folder, name));
        }
      }
    }
    if (places.selected) {
      module(places.selected, "the selected Python");
    }
  }
  const name = windows ? "reportlint.exe" : "reportlint";
  for (const folder of places.search.split(delimiter)) {
    // A relative folder on PATH is the workspace's, in effect.
    if (folder && isAbsolute(folder) && existsSync(join(folder, name))) {
      found.push({ command: join(folder, name), args: [], from: "PATH" });
    }
  }
  return found;
}

/** The Python that reportlint would be installed into, where there is one: the project's, else the selected one. */
export function installer(places: Places): string | undefined {
  const named = expanded(places.interpreter, places);
  if (named) {
    return named;
  }
  const own = candidates({ ...places, path: "", interpreter: "" }).find((each) => each.args.length > 0);
  return own?.command;
}

/** What is typed into a terminal to install the server. */
export function installation(interpreter: string | undefined): string {
  const call = interpreter === undefined ? "python3" : windows ? `& "${interpreter}"` : `'${interpreter.replace(/'/g, "'\\''")}'`;
  return `${call} -m pip install "reportlint[lsp]"`;
}

function message(fields: Record<string, unknown>): string {
  const body = JSON.stringify({ jsonrpc: "2.0", ...fields });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

// A client that comes and takes its leave: only a server that works ends with status 0 after it.
const GREETING = [
  message({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } }),
  message({ id: 2, method: "shutdown" }),
  message({ method: "exit" }),
].join("");

/** Talks to a candidate for a moment; its version, or an error that says why it is no server. */
export function greet(candidate: Program): Promise<string> {
  return new Promise((resolve, reject) => {
    // Elsewhere than in the workspace: nothing of it has a say in whether the program is one.
    const child = spawn(candidate.command, [...candidate.args, "lsp"], {
      cwd: tmpdir(),
      env: { ...process.env, ...ENVIRONMENT },
    });
    const bell = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    let said = "";
    let complaint = "";
    child.stdout.setEncoding("utf-8").on("data", (part: string) => (said += part));
    child.stderr.setEncoding("utf-8").on("data", (part: string) => (complaint += part));
    child.stdin.on("error", () => undefined); // one that has ended already says so by its status
    child.on("error", (error) => {
      clearTimeout(bell);
      reject(error);
    });
    child.on("close", (status, signal) => {
      clearTimeout(bell);
      const version = /"serverInfo":\s*\{"name":\s*"reportlint",\s*"version":\s*"([^"]+)"/.exec(said)?.[1];
      if (status === 0 && version !== undefined) {
        resolve(version);
        return;
      }
      const last = complaint.trim().split("\n").pop();
      const ended = signal ? `no answer within ${PATIENCE / 1000} s` : `not a reportlint server (status ${status})`;
      reject(new Error(last || ended));
    });
    child.stdin.end(GREETING);
  });
}

/** The first candidate that is a server, else why each is none. */
export async function choose(all: Program[], ask: (candidate: Program) => Promise<string> = greet): Promise<Choice> {
  const flaws: Flaw[] = [];
  for (const program of all) {
    try {
      return { server: program, version: await ask(program) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // Python begins with its own path, which is told anyway.
      flaws.push({ program, why: why.startsWith(`${program.command}: `) ? why.slice(program.command.length + 2) : why });
    }
  }
  return { flaws };
}
