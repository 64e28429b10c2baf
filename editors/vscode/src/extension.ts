// The extension: starts the server, shows its state, and hands settings and commands on. It checks nothing itself.

import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import { candidates, choose } from "./server";

const SECTION = "reportlint";
const SENT = ["profile", "select", "ignore", "rules", "isolated", "hints", "links", "rulesUrl"];
const zh = vscode.env.language.toLowerCase().startsWith("zh");
const told = (chinese: string, english: string) => (zh ? chinese : english);

let client: LanguageClient | undefined;
let status: vscode.StatusBarItem;
let output: vscode.OutputChannel;
const summaries = new Map<string, string>();
// Starting and stopping one after another, whatever happens meanwhile.
let queue: Promise<void> = Promise.resolve();

function settings(): Record<string, unknown> {
  const all = vscode.workspace.getConfiguration(SECTION);
  const values: Record<string, unknown> = { status: true, plugins: vscode.workspace.isTrusted };
  for (const name of SENT) {
    values[name] = all.get(name);
  }
  values["language"] = all.get("language") ?? (zh ? "zh" : "en");
  return values;
}

async function selectedPython(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension("ms-python.python");
  if (!extension) {
    return undefined;
  }
  try {
    const api = extension.isActive ? extension.exports : await extension.activate();
    const path = api?.environments?.getActiveEnvironmentPath?.(vscode.workspace.workspaceFolders?.[0]?.uri);
    const environment = path && (await api.environments.resolveEnvironment(path));
    return environment?.executable?.uri?.fsPath;
  } catch (error) {
    output.appendLine(`the Python extension does not say what is selected: ${error}`);
    return undefined;
  }
}

function show(icon: string, words: string, warn = false): void {
  status.text = `$(${icon}) reportlint`;
  status.tooltip = words;
  status.backgroundColor = warn ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  status.show();
}

async function start(): Promise<void> {
  const all = vscode.workspace.getConfiguration(SECTION);
  if (!all.get<boolean>("enable")) {
    status.hide();
    return;
  }
  show("sync~spin", told("正在启动", "starting"));
  const found = choose(
    candidates({
      path: all.get<string>("path") ?? "",
      interpreter: all.get<string>("interpreter") ?? "",
      folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      selected: await selectedPython(),
      search: process.env["PATH"] ?? "",
      trusted: vscode.workspace.isTrusted,
    }),
  );
  if (typeof found === "string") {
    missing(found);
    return;
  }
  output.appendLine(`${found.command} ${found.args.join(" ")} (${found.from})`);
  client = new LanguageClient(
    SECTION,
    SECTION,
    { command: found.command, args: found.args },
    {
      documentSelector: [
        { scheme: "file", language: "plaintext" },
        { scheme: "untitled", language: "plaintext" },
        { scheme: "file", language: "yaml" },
      ],
      initializationOptions: settings(),
      outputChannel: output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: {
        // The server asks for `reportlint`; what it gets is what this workspace is allowed.
        workspace: { configuration: (params) => params.items.map(() => settings()) },
      },
    },
  );
  client.onDidChangeState((change) => {
    if (change.newState === State.Stopped) {
      show("warning", told("服务器已停止", "the server has stopped"), true);
    }
  });
  client.onNotification("reportlint/status", (params: { uri: string; summary: string }) => {
    summaries.set(vscode.Uri.parse(params.uri).toString(), params.summary);
    refresh();
  });
  try {
    await client.start();
    refresh();
  } catch (error) {
    show("warning", String(error), true);
  }
}

function missing(why: string): void {
  output.appendLine(why || "no reportlint was found");
  const words = told(
    "没有找到 reportlint 语言服务器。请在所选 Python 环境中安装：pip install \"reportlint[lsp]\"，或设置 reportlint.path",
    'no reportlint language server was found; install it into the selected Python environment: pip install "reportlint[lsp]", or set reportlint.path',
  );
  show("warning", words, true);
  const details = told("详情", "Details");
  const open = told("打开设置", "Open settings");
  void vscode.window.showErrorMessage(words, details, open).then((choice) => {
    if (choice === details) {
      output.show();
    } else if (choice === open) {
      void vscode.commands.executeCommand("workbench.action.openSettings", SECTION);
    }
  });
}

/** What was checked of the document that is looked at. */
function refresh(): void {
  const uri = vscode.window.activeTextEditor?.document.uri.toString();
  const summary = uri && summaries.get(uri);
  const restricted = vscode.workspace.isTrusted ? "" : told("\n受限工作区：不运行插件", "\nrestricted workspace: no plugins run");
  show("checklist", (summary || told("已就绪", "ready")) + restricted);
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  summaries.clear();
  await old?.dispose().catch((error) => output.appendLine(String(error)));
}

function restart(): Promise<void> {
  queue = queue.then(stop).then(start);
  return queue;
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel(SECTION);
  status = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Right);
  status.command = "reportlint.showOutput";
  const command = (name: string, run: () => unknown) => vscode.commands.registerCommand(name, run);
  context.subscriptions.push(
    output,
    status,
    command("reportlint.restart", restart),
    command("reportlint.showOutput", () => output.show()),
    command("reportlint.reloadRules", () =>
      client?.sendRequest("workspace/executeCommand", { command: "reportlint.reload", arguments: [] }),
    ),
    command("reportlint.fixAll", () =>
      vscode.commands.executeCommand("editor.action.codeAction", { kind: "source.fixAll.reportlint", apply: "first" }),
    ),
    vscode.window.onDidChangeActiveTextEditor(refresh),
    vscode.workspace.onDidCloseTextDocument((document) => summaries.delete(document.uri.toString())),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const own = ["enable", "path", "interpreter"].map((name) => `${SECTION}.${name}`);
      if (own.some((name) => change.affectsConfiguration(name))) {
        void restart();
      } else if (change.affectsConfiguration(SECTION)) {
        void client?.sendNotification("workspace/didChangeConfiguration", { settings: { [SECTION]: settings() } });
      }
    }),
  );
  await restart();
}

export function deactivate(): Promise<void> {
  return queue.then(stop);
}
