"""The beginning, the settings, and files that change."""

from dataclasses import replace
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path

from reportlint.diagnostic import Language
from reportlint.lsp.checking import YAML
from reportlint.lsp.diagnostics import SOURCE
from reportlint.lsp.feature import Command, Feature
from reportlint.lsp.features.reading import pull
from reportlint.lsp.server import Server
from reportlint.lsp.understood import is_text
from reportlint.settingsfile import PYPROJECT
from reportlint.waiverfile import FILE as WAIVERS_FILE

SECTION = "reportlint"
RELOAD = "reportlint.reload"
WATCHED = ("**/.reportlint/**", "**/*.yaml", f"**/{PYPROJECT}")


def initialize(ls: Server, params: types.InitializeParams) -> None:
    encoding = ls.workspace.position_encoding
    ls.unit = str(getattr(encoding, "value", encoding))
    text_document = params.capabilities.text_document
    ls.pulls = text_document is not None and text_document.diagnostic is not None
    ls.checker.related = ls.knows("related_information")
    folders = params.workspace_folders or []
    first = folders[0].uri if folders else params.root_uri
    if first is not None and (name := to_fs_path(first)):
        ls.root = Path(name)
    if params.locale:
        locale: Language = "zh" if params.locale.lower().startswith("zh") else "en"
        ls.basis = ls.given = ls.settings = replace(ls.basis, locale=locale)
        ls.reload()
    given = params.initialization_options
    ls.tells_status = isinstance(given, dict) and given.get("status") is True
    ls.configure(given)
    ls.given = ls.settings
    if ls.pulls:
        options = types.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False)
        options.identifier = SOURCE
        ls.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(pull)


async def initialized(ls: Server, params: types.InitializedParams) -> None:
    if ls.watches:
        ls.register("rules", WATCHED)
    await ask(ls)


async def ask(ls: Server) -> None:
    """Asks for the settings, if the client can be asked."""
    workspace = ls.client_capabilities.workspace
    if workspace is None or not workspace.configuration:
        return
    params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    try:
        found = await ls.workspace_configuration_async(params)
    except JsonRpcException as error:
        ls.tell_log(f"the settings could not be asked for: {error}")
        return
    if found:
        ls.configure(found[0])


async def settings_changed(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    given = params.settings
    if isinstance(given, dict) and SECTION in given:
        ls.configure(given[SECTION])
    else:
        await ask(ls)


def files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """Of rules and settings, of waivers, or of a format that is no text."""
    paths = [Path(name) for change in params.changes if (name := to_fs_path(change.uri))]
    own = [path for path in paths if path.suffix in YAML or path.name == PYPROJECT or ".reportlint" in path.parts]
    for path in paths:
        if path not in own:
            ls.look_at_file(path)
    if any(path.name == WAIVERS_FILE for path in own):
        ls.check_all()
    elif own:
        ls.look()


def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    document = ls.documents.get(params.text_document.uri)
    if document is None:
        return
    result = document.last
    if document.asked().is_own:
        ls.look()
    elif result is not None and result.library is not None and not is_text(document.path, result.library):
        ls.check(document)
    if result is not None and result.understood is not None:
        for other in ls.documents.values():
            if other.last is not None and other.last.waivers is not None:
                ls.check(other)  # it says which waivers are unused


def reload(ls: Server) -> None:
    """Loads settings and rules anew."""
    ls.reload()


FEATURES = (
    Feature(types.INITIALIZE, initialize),
    Feature(types.INITIALIZED, initialized),
    Feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION, settings_changed),
    Feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, files_changed),
    Feature(types.TEXT_DOCUMENT_DID_SAVE, saved),
)
COMMANDS = (Command(RELOAD, reload),)
