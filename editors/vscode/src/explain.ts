// What a rule checks and why, as `reportlint explain` prints it, in a read-only page beside the report.

import * as vscode from "vscode";
import { printed } from "./program";
import type { Program } from "./server";
import type { words } from "./words";

export const SCHEME = "reportlint-explain";

export interface Host {
  told: ReturnType<typeof words>;
  /** The server that runs; undefined where there is none. */
  server(): Program | undefined;
  /** What a command of reportlint is told of language and trust. */
  options(): string[];
}

interface Rule {
  code: string;
  name: string;
  why: string;
}

function folder(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}

/** The name of the rule behind a diagnostic of ours. */
export function ruleOf(diagnostic: vscode.Diagnostic): string | undefined {
  if (diagnostic.source !== "reportlint") {
    return undefined;
  }
  const code = diagnostic.code;
  return typeof code === "object" ? String(code.value) : code === undefined ? undefined : String(code);
}

/** Offers to explain the rule of each diagnostic at a place, after what mends it. */
export class Explainer implements vscode.CodeActionProvider, vscode.TextDocumentContentProvider {
  constructor(private readonly host: Host) {}

  provideCodeActions(
    _document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const rules = new Set(context.diagnostics.map(ruleOf).filter((rule) => rule !== undefined));
    return [...rules].map((rule) => {
      const title = this.host.told(`说明规则 ${rule}`, `Explain ${rule}`);
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.command = { title, command: "reportlint.explain", arguments: [rule] };
      return action;
    });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const server = this.host.server();
    if (server === undefined) {
      return this.host.told("没有 reportlint，无法说明规则", "there is no reportlint to explain the rule");
    }
    try {
      return await printed(server, ["explain", ...this.host.options(), "--", uri.path.slice(1)], folder());
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Shows a rule; without a name that of the diagnostic at the cursor, else one that is picked from all. */
  async show(name: unknown): Promise<void> {
    const rule = typeof name === "string" ? name : (this.atCursor() ?? (await this.picked()));
    if (rule !== undefined) {
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${rule}` });
      const options = { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true };
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), options);
    }
  }

  private atCursor(): string | undefined {
    const editor = vscode.window.activeTextEditor;
    const here = editor && vscode.languages.getDiagnostics(editor.document.uri);
    return here?.filter((each) => each.range.contains(editor!.selection.active)).map(ruleOf).find(Boolean);
  }

  private async picked(): Promise<string | undefined> {
    const { told } = this.host;
    const server = this.host.server();
    if (server === undefined) {
      void vscode.window.showErrorMessage(told("没有 reportlint，无法列出规则", "there is no reportlint to list the rules"));
      return undefined;
    }
    const listed = printed(server, ["rules", "--format", "json", ...this.host.options()], folder()).then((text) =>
      (JSON.parse(text) as { rules: Rule[] }).rules.map(({ code, name, why }) => ({
        label: name,
        description: code,
        detail: why,
      })),
    );
    const placeHolder = told("要说明的规则", "the rule to explain");
    const matching = { placeHolder, matchOnDescription: true, matchOnDetail: true };
    try {
      return (await vscode.window.showQuickPick(listed, matching))?.label;
    } catch (error) {
      void vscode.window.showErrorMessage(String(error));
      return undefined;
    }
  }
}
