// The extension: starts the server, shows its state, and hands settings and commands on. It checks nothing itself.

import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import { Explainer, SCHEME } from "./explain";
import { printed } from "./program";
import * as schemas from "./schemas";
import { candidates, choose, ENVIRONMENT, installation, installer, type Flaw, type Places, type Program } from "./server";
import { words } from "./words";

const SECTION = "reportlint";
const SENT = ["profile", "select", "ignore", "rules", "isolated", "hints", "links", "rulesUrl"];
// What changes which server is started; all else the server is told.
const STARTS = ["enable", "path", "interpreter"].map((name) => `${SECTION}.${name}`);

let client: LanguageClient | undefined;
let server: Program | undefined;
let version = "";
let status: vscode.StatusBarItem;
let output: vscode.LogOutputChannel;
const summaries = new Map<string, string>();
// Starting and stopping one after another, whatever happens meanwhile.
let queue: Promise<void> = Promise.resolve();

function language(): string {
  const set = vscode.workspace.getConfiguration(SECTION).get<string | null>("language");
  return set ?? words(vscode.env.language)("zh", "en");
}

function told(chinese: string, english: string): string {
  return words(language())(chinese, english);
}

/** What the server is told. A link that a click would open leads to a page, never to a command of the editor. */
function settings(): Record<string, unknown> {
  const all = vscode.workspace.getConfiguration(SECTION);
  const values: Record<string, unknown> = { status: true, plugins: vscode.workspace.isTrusted };
  for (const name of SENT) {
    values[name] = all.get(name);
  }
  const page = (address: unknown) => typeof address === "string" && /^(https?|file):/i.test(address);
  values["links"] = Object.fromEntries(Object.entries(all.get<object>("links") ?? {}).filter(([, to]) => page(to)));
  values["rulesUrl"] = page(values["rulesUrl"]) ? values["rulesUrl"] : "";
  values["language"] = language();
  return values;
}

// The Python extension.

interface PythonApi {
  environments?: {
    getActiveEnvironmentPath?(resource?: vscode.Uri): unknown;
    resolveEnvironment(path: unknown): Promise<{ executable?: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
  };
}

async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  if (!extension) {
    return undefined;
  }
  try {
    return extension.isActive ? extension.exports : await extension.activate();
  } catch (error) {
    output.warn(`the Python extension does not start: ${error}`);
    return undefined;
  }
}

let watched = false;
let selected: string | undefined;

/** Starts again where another Python is selected; the event comes at the start of the Python extension, too. */
async function reselected(context: vscode.ExtensionContext): Promise<void> {
  const before = selected;
  if ((await selectedPython(context)) !== before) {
    await restart(context);
  }
}

async function selectedPython(context: vscode.ExtensionContext): Promise<string | undefined> {
  const environments = (await pythonApi())?.environments;
  if (!environments) {
    return undefined;
  }
  if (!watched && environments.onDidChangeActiveEnvironmentPath) {
    watched = true;
    context.subscriptions.push(environments.onDidChangeActiveEnvironmentPath(() => void reselected(context)));
  }
  try {
    const path = environments.getActiveEnvironmentPath?.(vscode.workspace.workspaceFolders?.[0]?.uri);
    return path ? (await environments.resolveEnvironment(path))?.executable?.uri?.fsPath : undefined;
  } catch (error) {
    output.warn(`the Python extension does not say what is selected: ${error}`);
    return undefined;
  }
}

// The status item.

function show(icon: string, text: string, command: string, warn = false): void {
  status.text = `$(${icon}) reportlint`;
  status.tooltip = text;
  status.command = command;
  status.backgroundColor = warn ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  status.show();
}

/** What was checked of the document that is looked at. */
function refresh(): void {
  if (client?.state !== State.Running || server === undefined) {
    return;
  }
  const uri = vscode.window.activeTextEditor?.document.uri.toString();
  const lines = [(uri && summaries.get(uri)) || told("已就绪", "ready")];
  if (!vscode.workspace.isTrusted) {
    lines.push(told("受限工作区：不运行工作区的插件", "restricted workspace: none of its plugins run"));
  }
  lines.push(`reportlint ${version} · ${vscode.workspace.asRelativePath(server.command)}`);
  show("checklist", lines.join("\n"), "reportlint.showOutput");
}

// Starting and stopping.

async function places(context: vscode.ExtensionContext): Promise<Places> {
  const all = vscode.workspace.getConfiguration(SECTION);
  selected = await selectedPython(context);
  return {
    path: all.get<string>("path") ?? "",
    interpreter: all.get<string>("interpreter") ?? "",
    folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    selected,
    search: process.env["PATH"] ?? "",
    trusted: vscode.workspace.isTrusted,
  };
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  if (!vscode.workspace.getConfiguration(SECTION).get<boolean>("enable")) {
    status.hide();
    return;
  }
  show("sync~spin", told("正在启动", "starting"), "reportlint.showOutput");
  const all = await places(context);
  const choice = await choose(candidates(all));
  if ("flaws" in choice) {
    missing(choice.flaws, all);
    return;
  }
  ({ server, version } = choice);
  output.info(`reportlint ${version}: ${server.command} ${server.args.join(" ")} (${server.from})`);
  const own = connected(server);
  client = own;
  own.onDidChangeState((change) => {
    if (change.newState === State.Running) {
      refresh();
    } else if (change.newState === State.Stopped && client === own) {
      summaries.clear();
      const stopped = told(
        "服务器已停止，没有检查；点击重新启动",
        "the server has stopped, nothing is checked; click to restart it",
      );
      show("warning", stopped, "reportlint.restart", true);
    }
  });
  own.onNotification("reportlint/status", (params: { uri: string; summary: string }) => {
    summaries.set(vscode.Uri.parse(params.uri).toString(), params.summary);
    refresh();
  });
  try {
    await own.start();
    refresh();
  } catch (error) {
    output.error(String(error));
    show("warning", String(error), "reportlint.restart", true);
  }
}

function connected(program: Program): LanguageClient {
  return new LanguageClient(
    SECTION,
    SECTION,
    { command: program.command, args: [...program.args, "lsp"], options: { env: { ...process.env, ...ENVIRONMENT } } },
    {
      documentSelector: [
        { scheme: "file", language: "plaintext" },
        { scheme: "untitled", language: "plaintext" },
        { scheme: "file", language: "yaml" },
        { scheme: "file", pattern: "**/pyproject.toml" },
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
}

/** Says that there is no server, why, and what can be done about it. */
function missing(flaws: Flaw[], all: Places): void {
  const reasons = flaws.map(({ program, why }) => `${vscode.workspace.asRelativePath(program.command)}: ${why}`);
  output.error(["no reportlint language server was found", ...reasons].join("\n  "));
  if (!vscode.workspace.isTrusted) {
    // Whether to trust the workspace is asked by the editor itself; a second message would only stand in its way.
    const restricted = told(
      "受限工作区：工作区里的程序不能作为服务器，别处没有找到 reportlint，没有检查；点击管理信任",
      "restricted workspace: no program of it may be the server, and no reportlint was found elsewhere; nothing is checked. Click to manage trust",
    );
    show("workspace-untrusted", restricted, "workbench.trust.manage", true);
    return;
  }
  const why = reasons[0] ? `\n${reasons[0]}` : "";
  const set = all.path || all.interpreter;
  const problem = set
    ? told(`设置里的 ${set} 不是可用的 reportlint，没有检查。`, `${set}, as set, is no reportlint that works; nothing is checked.`)
    : told(
        '没有找到 reportlint 语言服务器，没有检查。请在项目或所选的 Python 环境里安装：pip install "reportlint[lsp]"',
        'No reportlint language server was found; nothing is checked. Install it into the Python environment of the project, or the selected one: pip install "reportlint[lsp]"',
      );
  show("warning", `${problem}${why}\n${told("点击重试", "Click to try again")}`, "reportlint.restart", true);
  const install = told("安装…", "Install…");
  const retry = told("重试", "Try again");
  const open = told("打开设置", "Open settings");
  const details = told("详情", "Details");
  void vscode.window.showErrorMessage(problem + why, install, retry, open, details).then((choice) => {
    if (choice === install) {
      typed(installation(installer(all)));
    } else if (choice === retry) {
      void vscode.commands.executeCommand("reportlint.restart");
    } else if (choice === open) {
      void vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.`);
    } else if (choice === details) {
      output.show();
    }
  });
}

/** Types a command into a terminal; the person reads it and runs it. */
function typed(command: string): void {
  const terminal = vscode.window.createTerminal(SECTION);
  terminal.show();
  terminal.sendText(command, false);
}

async function stop(): Promise<void> {
  const old = client;
  client = server = undefined;
  summaries.clear();
  try {
    await old?.dispose();
  } catch (error) {
    output.warn(String(error));
  }
}

function restart(context: vscode.ExtensionContext): Promise<void> {
  queue = queue
    .then(stop)
    .then(() => start(context))
    .catch((error) => output.error(String(error)));
  return queue;
}

// The extension for YAML.

/** What the commands of reportlint are told besides; a restricted workspace brings nothing of its own. */
function restricted(): string[] {
  return vscode.workspace.isTrusted ? [] : ["--isolated"];
}

async function schema(kind: string): Promise<string> {
  if (server === undefined) {
    throw new Error(told("没有 reportlint，没有 JSON Schema", "there is no reportlint to print the JSON Schema"));
  }
  return printed(server, ["schema", ...restricted(), kind], vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);
}

async function giveSchemas(): Promise<void> {
  const yaml = vscode.extensions.getExtension<schemas.Registry>("redhat.vscode-yaml");
  if (!yaml) {
    return;
  }
  try {
    const registry = yaml.isActive ? yaml.exports : await yaml.activate();
    schemas.register(registry, (kind) => queue.then(() => schema(kind)));
  } catch (error) {
    output.warn(`the YAML extension does not take schemas: ${error}`);
  }
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel(SECTION, { log: true });
  status = vscode.window.createStatusBarItem(SECTION, vscode.StatusBarAlignment.Right);
  status.name = "reportlint";
  const explainer = new Explainer({
    told,
    server: () => server,
    options: () => ["--lang", language(), ...restricted()],
  });
  const command = (name: string, run: (...given: unknown[]) => unknown) =>
    vscode.commands.registerCommand(`${SECTION}.${name}`, run);
  context.subscriptions.push(
    output,
    status,
    command("restart", () => restart(context)),
    command("showOutput", () => output.show()),
    command("reloadRules", () =>
      client?.sendRequest("workspace/executeCommand", { command: "reportlint.reload", arguments: [] }),
    ),
    command("fixAll", () =>
      vscode.commands.executeCommand("editor.action.codeAction", { kind: "source.fixAll.reportlint", apply: "first" }),
    ),
    command("explain", (rule) => explainer.show(rule)),
    vscode.languages.registerCodeActionsProvider({ language: "plaintext" }, explainer, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, explainer),
    vscode.window.onDidChangeActiveTextEditor(refresh),
    vscode.workspace.onDidCloseTextDocument((document) => summaries.delete(document.uri.toString())),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void restart(context)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (STARTS.some((name) => change.affectsConfiguration(name))) {
        void restart(context);
      } else if (change.affectsConfiguration(SECTION)) {
        void client?.sendNotification("workspace/didChangeConfiguration", { settings: { [SECTION]: settings() } });
      }
    }),
  );
  const started = restart(context);
  void giveSchemas();
  await started;
}

export function deactivate(): Promise<void> {
  return queue.then(stop);
}
