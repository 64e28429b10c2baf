"""`reportlint cache`: where results are kept, how many, and how to be rid of them."""

import argparse
import json
import shutil

from reportlint.commands import CLEAN, USAGE


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clean", action="store_true", help="throw away all that is kept / 清空缓存")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    from reportlint.cachefolder import folder
    from reportlint.commands.common import complain, printable
    from reportlint.keeping import RESULTS, TROUBLE, count

    place = folder()
    if place is None:
        complain(TROUBLE["homeless"].format(""))
        return USAGE
    number, size = count()
    if options.clean:
        failed: list[BaseException] = []
        shutil.rmtree(place / RESULTS, onerror=lambda function, path, error: failed.append(error[1]))
        for file in place.glob("rules-*.json"):
            file.unlink(missing_ok=True)
        left = [error for error in failed if not isinstance(error, FileNotFoundError)]
        if left:
            complain(f"{place}: 无法清空缓存 / the cache cannot be thrown away: {left[0]}")
            return USAGE
    if options.format == "json":
        kept = {"folder": str(place), "results": 0 if options.clean else number, "bytes": 0 if options.clean else size}
        print(json.dumps({"schema": 1, **kept}, ensure_ascii=False, indent=2))
        return CLEAN
    print(printable(str(place)))
    if options.clean:
        print(f"已清空 {number} 个结果 / {number} results thrown away")
    else:
        print(f"{number} 个结果，{size / 1e6:.1f} MB / {number} results, {size / 1e6:.1f} MB")
    return CLEAN
