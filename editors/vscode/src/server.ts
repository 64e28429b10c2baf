// Finds the server: pure functions, without the editor, so that they can be tested alone.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Command {
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

const windows = process.platform === "win32";
const ENVIRONMENTS = [".venv", "venv", "env"];

function python(environment: string): string {
  return windows ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
}

/** All that may be the server, the most wanted first. A restricted workspace offers nothing that it brings itself. */
export function candidates(places: Places): Command[] {
  const found: Command[] = [];
  const module = (interpreter: string, from: string) =>
    found.push({ command: interpreter, args: ["-m", "reportlint", "lsp"], from });
  if (places.path) {
    found.push({ command: places.path, args: ["lsp"], from: "reportlint.path" });
  }
  if (places.interpreter) {
    module(places.interpreter, "reportlint.interpreter");
  }
  if (places.path || places.interpreter) {
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
    if (folder && (folder.startsWith("/") || /^[A-Za-z]:[\\/]/.test(folder)) && existsSync(join(folder, name))) {
      found.push({ command: join(folder, name), args: ["lsp"], from: "PATH" });
    }
  }
  return found;
}

/** Why a candidate is no server; undefined where it is one. */
export function flaw(candidate: Command): string | undefined {
  const args = [...candidate.args, "--help"];
  const run = spawnSync(candidate.command, args, { encoding: "utf-8", timeout: 20_000 });
  if (run.error) {
    return run.error.message;
  }
  if (run.status !== 0) {
    const words = run.stderr.trim().split("\n");
    return words[words.length - 1] || `status ${run.status}`;
  }
  return undefined;
}

/** The first candidate that is a server, else why each is none. */
export function choose(all: Command[], why: (candidate: Command) => string | undefined = flaw): Command | string {
  const flaws: string[] = [];
  for (const candidate of all) {
    const found = why(candidate);
    if (found === undefined) {
      return candidate;
    }
    flaws.push(`${candidate.command} (${candidate.from}): ${found}`);
  }
  return flaws.join("\n");
}
