"""`reportlint trust`: which plugins of a repository may run."""

import argparse
from pathlib import Path

from reportlint.commands import CLEAN
from reportlint.commands.common import printable
from reportlint.errors import ConfigError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="FILE", help="plugins; by default all in .reportlint/plugins")
    parser.add_argument("--forget", action="store_true", help="let them run no more")
    parser.add_argument("--list", action="store_true", help="print what is trusted, and do nothing")


def run(options: argparse.Namespace) -> int:
    from reportlint.plugins import local_folder, local_plugins
    from reportlint.trust import forget, is_trusted, trust, trusted

    if options.list:
        for name, known in sorted(trusted().items()):
            print(f"{known[:12]}  {printable(name)}")
        return CLEAN
    paths = [Path(path) for path in options.paths]
    for path in paths:
        if not path.is_file():
            raise ConfigError(None, f"{path}: 没有这个文件 / no such file")
    if not paths:
        local = local_folder(Path.cwd())
        paths = local_plugins(local) if local else []
    if not paths:
        raise ConfigError(None, "没有 .reportlint/plugins 文件夹，或里面没有插件 / no plugins in .reportlint/plugins")
    if options.forget:
        forget(paths)
        return CLEAN
    already = is_trusted()
    new = [path for path in paths if not already(path)]
    trust(new)
    for path in paths:
        print(f"{printable(str(path))}: {'已信任 / trusted' if path in new else '早已信任 / trusted before'}")
    return CLEAN
