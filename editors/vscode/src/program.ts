// Runs a command of reportlint to its end, for what is no matter of the language server.

import { execFile } from "node:child_process";
import { ENVIRONMENT, type Program } from "./server";

const PATIENCE = 30_000; // milliseconds
const MOST = 16 * 1024 * 1024; // bytes

/** What the command prints; an error with what it complains of where it fails. */
export function printed(program: Program, args: string[], folder: string | undefined): Promise<string> {
  const options = {
    cwd: folder,
    env: { ...process.env, ...ENVIRONMENT },
    timeout: PATIENCE,
    maxBuffer: MOST,
    encoding: "utf-8" as const,
  };
  return new Promise((resolve, reject) => {
    execFile(program.command, [...program.args, ...args], options, (error, output, complaint) => {
      if (error) {
        reject(new Error(complaint.trim() || error.message));
      } else {
        resolve(output);
      }
    });
  });
}
