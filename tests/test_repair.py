"""Files that are mended on disk: whole, as they were written, where that was asked for, and never half."""

import io
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from reportlint import rewriting
from reportlint.builtin import folder
from reportlint.cli import main
from reportlint.errors import WriteError
from reportlint.rewriting import PREFIX, rewrite, sweep

CLEAN = (folder("rules") / "cn-disclosure-2019" / "model.txt").read_text(encoding="utf-8")
# Safe: a number of another style. Unsafe: 无 for 0.
FAULTY = CLEAN.replace("\n五、存在", "\n5、 存在").replace("规章 | 0 | 0 | 0 |", "规章 | 0 | 无 | 0 |")
SAFE = CLEAN.replace("规章 | 0 | 0 | 0 |", "规章 | 0 | 无 | 0 |")
ENGLISH = ("--lang", "en")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> int:
    return main(["check", "--format", "concise", *ENGLISH, *arguments])


def names() -> list[str]:
    return sorted(path.as_posix() for path in Path().rglob("*"))


def test_a_file_is_mended_and_what_is_left_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.txt").write_text(FAULTY, encoding="utf-8")
    assert run("--fix", "a.txt") == 1
    assert Path("a.txt").read_text(encoding="utf-8") == SAFE
    out, err = capsys.readouterr()
    assert out == (
        "a.txt:15:10: error NUM001 cell-not-a-number: “本年新公开数量” of “规章” holds “无” where a number belongs "
        "[规章 × 本年新公开数量]\n"
    )
    assert err.splitlines()[1] == "fixed 1; 1 more with --unsafe-fixes, where the meaning may change."
    assert run("--fix", "--unsafe-fixes", "a.txt") == 0
    assert Path("a.txt").read_text(encoding="utf-8") == CLEAN
    before = os.stat("a.txt")
    assert run("--fix", "--unsafe-fixes", "a.txt") == 0
    assert (os.stat("a.txt").st_ino, os.stat("a.txt").st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert names() == ["a.txt"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (b"", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8"),
        (b"", "gb18030"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"", "utf-16-be"),
    ],
)
def test_encoding_mark_and_line_ends_stay(mark: bytes, codec: str, end: str) -> None:
    Path("a.txt").write_bytes(mark + FAULTY.replace("\n", end).encode(codec))
    assert run("--fix", "--unsafe-fixes", "--quiet", "a.txt") == 0
    assert Path("a.txt").read_bytes() == mark + CLEAN.replace("\n", end).encode(codec)


def test_mixed_line_ends_stay_as_they_are() -> None:
    ends = random.Random(7)
    lines = [(line, ends.choice(["\n", "\r\n"])) for line in FAULTY.splitlines()]
    Path("a.txt").write_bytes("".join(line + end for line, end in lines).encode())
    assert run("--fix", "--unsafe-fixes", "--quiet", "a.txt") == 0
    mended = "".join(line + end for line, (_, end) in zip(CLEAN.splitlines(), lines, strict=True))
    assert Path("a.txt").read_bytes() == mended.encode()


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664, 0o200 | 0o444])
def test_the_mode_of_a_file_stays(mode: int) -> None:
    path = Path("a.txt")
    path.write_text(FAULTY, encoding="utf-8")
    path.chmod(mode)
    run("--fix", "--quiet", "a.txt")
    assert path.read_text(encoding="utf-8") == SAFE
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a file away")
def test_the_owner_of_a_file_stays() -> None:
    Path("a.txt").write_text(FAULTY, encoding="utf-8")
    os.chown("a.txt", 1234, 2345)
    run("--fix", "--quiet", "a.txt")
    found = os.stat("a.txt")
    assert (found.st_uid, found.st_gid, Path("a.txt").read_text(encoding="utf-8")) == (1234, 2345, SAFE)


# --- links -----------------------------------------------------------------------------------------------


def test_a_link_stays_and_its_file_is_mended() -> None:
    Path("real").mkdir()
    Path("real/a.txt").write_text(FAULTY, encoding="utf-8")
    Path("link.txt").symlink_to("real/a.txt")
    run("--fix", "--quiet", "link.txt")
    assert Path("link.txt").is_symlink()
    assert Path("real/a.txt").read_text(encoding="utf-8") == SAFE
    assert names() == ["link.txt", "real", "real/a.txt"]


def test_a_link_out_of_the_folder_is_not_written_through(capsys: pytest.CaptureFixture[str]) -> None:
    Path("outside").mkdir()
    Path("outside/a.txt").write_text(FAULTY, encoding="utf-8")
    Path("tree").mkdir()
    Path("tree/link.txt").symlink_to("../outside/a.txt")
    assert run("--fix", "tree") == 3
    target = Path("outside/a.txt").resolve()
    out, err = capsys.readouterr()
    assert err.splitlines()[0] == (
        f"reportlint: tree/link.txt: this is a link to {target}, outside of the folder given, "
        "which was left as it is; name that file itself"
    )
    assert err.splitlines()[2] == "fixed 0."
    assert "section-number-style" in out, "it is reported as it stands"
    assert Path("outside/a.txt").read_text(encoding="utf-8") == FAULTY
    assert names() == ["outside", "outside/a.txt", "tree", "tree/link.txt"]


def test_a_folder_that_is_a_link_itself_is_the_folder_given() -> None:
    Path("real").mkdir()
    Path("real/a.txt").write_text(FAULTY, encoding="utf-8")
    Path("link").symlink_to("real")
    run("--fix", "--quiet", "link")
    assert Path("real/a.txt").read_text(encoding="utf-8") == SAFE


def test_a_file_named_elsewhere_is_mended_where_it_is(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("elsewhere") / "a.txt"
    path.write_text(FAULTY, encoding="utf-8")
    run("--fix", "--quiet", str(path))
    assert path.read_text(encoding="utf-8") == SAFE


# --- what cannot be written ------------------------------------------------------------------------------


def test_a_read_only_file_is_left_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.txt").write_text(FAULTY, encoding="utf-8")
    Path("a.txt").chmod(0o444)
    assert run("--fix", "a.txt") == 3
    assert capsys.readouterr().err.splitlines()[0] == "reportlint: a.txt: the file is read-only and was left as it is"
    assert Path("a.txt").read_text(encoding="utf-8") == FAULTY


@pytest.mark.parametrize(
    ("step", "error", "why"),
    [
        ("tempfile.mkstemp", PermissionError(13, "Permission denied"), "it cannot be written (Permission denied)"),
        ("os.fsync", OSError(28, "No space left on device"), "it cannot be written (No space left on device)"),
        ("os.replace", PermissionError(1, "Operation not permitted"), "it cannot be written (Operation not permitted)"),
    ],
)
def test_what_the_system_refuses_is_said_and_nothing_is_left_over(
    step: str, error: OSError, why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.txt", "b.txt"):
        Path(name).write_text(FAULTY, encoding="utf-8")

    def refuse(*arguments: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(f"reportlint.rewriting.{step}", refuse)
        assert run("--fix", "--no-cache", "a.txt", "b.txt") == 3
    err = capsys.readouterr().err.splitlines()
    assert err[:2] == [f"reportlint: {name}: {why} and was left as it is" for name in ("a.txt", "b.txt")]
    assert [Path(name).read_text(encoding="utf-8") for name in ("a.txt", "b.txt")] == [FAULTY, FAULTY]
    assert names() == ["a.txt", "b.txt"]


def test_a_file_that_has_changed_in_the_meantime_is_not_written_over() -> None:
    path = Path("a.txt")
    path.write_bytes(b"saved by somebody else")
    with pytest.raises(WriteError, match="has changed since it was read"):
        rewrite(path, Path(), b"as it was read", b"mended")
    assert path.read_bytes() == b"saved by somebody else"
    assert names() == ["a.txt"]


def test_a_folder_or_a_pipe_is_no_file_to_write() -> None:
    Path("folder").mkdir()
    with pytest.raises(WriteError, match="no regular file"):
        rewrite(Path("folder"), Path(), b"", b"")
    with pytest.raises(WriteError, match="No such file"):
        rewrite(Path("missing"), Path(), b"", b"")


def test_a_temporary_file_that_somebody_takes_away_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_bytes(b"old")
    replace = os.replace
    taken: list[str] = []

    def disturbed(source: str, target: Path) -> None:
        if len(taken) < 2:
            taken.append(source)
            os.unlink(source)
        replace(source, target)

    monkeypatch.setattr("reportlint.rewriting.os.replace", disturbed)
    rewrite(Path("a.txt"), Path(), b"old", b"new")
    assert (Path("a.txt").read_bytes(), names()) == (b"new", ["a.txt"])
    taken.clear()
    monkeypatch.setattr(rewriting, "ATTEMPTS", 2)
    with pytest.raises(WriteError, match="keeps deleting"):
        rewrite(Path("a.txt"), Path(), b"new", b"newer")
    assert (Path("a.txt").read_bytes(), names()) == (b"new", ["a.txt"])


def test_left_overs_are_swept_but_not_those_of_a_process_that_runs() -> None:
    Path(f"{PREFIX}dead.tmp").write_bytes(b"half")
    Path(f"{PREFIX}folder.tmp").mkdir()
    Path("outside.txt").write_bytes(b"")
    Path(f"{PREFIX}link.tmp").symlink_to("outside.txt")
    with open(f"{PREFIX}alive.tmp", "wb") as file:
        assert rewriting._locked(file.fileno())
        sweep(Path())
    assert names() == [f"{PREFIX}{name}.tmp" for name in ("alive", "folder", "link")] + ["outside.txt"]


# --- what fixes obey -------------------------------------------------------------------------------------


def test_what_is_waived_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    text = FAULTY.replace("（二）依申请公开情况", "(二)依申请公开情况")
    Path("a.txt").write_text(text, encoding="utf-8")
    assert main(["waive", "--rule", "SEC005", "--reason", "as published", "--author", "Li", "a.txt"]) == 0
    assert run("--fix", "a.txt") == 1
    assert Path("a.txt").read_text(encoding="utf-8") == text.replace("(二)", "（二）")
    assert run("--fix", "--audit", "--unsafe-fixes", "a.txt") == 0
    assert Path("a.txt").read_text(encoding="utf-8") == CLEAN
    assert "WAI002" not in capsys.readouterr().out, "a waiver that was met in the first check is not called unused"


def test_files_that_are_excluded_and_rules_that_are_not_selected_are_left_alone() -> None:
    Path(".reportlint.yaml").write_text("exclude: [old]\nrules: {FRM004: off}\n", encoding="utf-8")
    Path("old").mkdir()
    text = FAULTY.replace("（二）依申请公开情况", "(二)依申请公开情况")
    for name in ("a.txt", "old/a.txt"):
        Path(name).write_text(text, encoding="utf-8")
    run("--fix", "--unsafe-fixes", "--select", "SEC*", "--quiet", ".")
    assert Path("a.txt").read_text(encoding="utf-8") == SAFE.replace("（二）依申请公开情况", "(二)依申请公开情况")
    assert Path("old/a.txt").read_text(encoding="utf-8") == text


def test_a_format_that_cannot_be_written_back_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".reportlint/plugins").mkdir(parents=True)
    Path(".reportlint/plugins/mine.py").write_text(
        "from reportlint.hookspecs import Reader, Reading\n"
        "from reportlint.readers import read_text\n"
        "REPORTLINT_API = 1\n"
        "def reportlint_readers(): return [Reader('mine', ('.mine',), read_text)]\n",
        encoding="utf-8",
    )
    text = FAULTY.replace("（二）依申请公开情况", "(二)依申请公开情况")
    Path("a.mine").write_text(text, encoding="utf-8")
    assert run("--trust", "--fix", "a.mine") == 1
    assert capsys.readouterr().err.splitlines()[0] == (
        "reportlint: a.mine: 2 were not fixed: files of this format (mine) cannot be written back; "
        "mend them where they were made"
    )
    assert Path("a.mine").read_text(encoding="utf-8") == text


def test_a_file_that_is_met_twice_is_mended_once() -> None:
    Path("a.txt").write_text(FAULTY, encoding="utf-8")
    Path("b.txt").symlink_to("a.txt")
    run("--fix", "--unsafe-fixes", "--quiet", ".")
    assert Path("a.txt").read_text(encoding="utf-8") == CLEAN
    assert Path("b.txt").is_symlink()


# --- standard input, differences -------------------------------------------------------------------------


def given(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input_comes_out_mended_and_diagnostics_go_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    given(monkeypatch, FAULTY.encode("gb18030"))
    assert run("--fix", "-") == 1
    out, err = capfdbinary.readouterr()
    assert out == SAFE.encode("gb18030")
    assert b"NUM001 cell-not-a-number" in err


@pytest.mark.parametrize("data", [CLEAN.encode(), "不是报告\n".encode(), b"\xff\x00\x01", b""])
def test_standard_input_comes_out_as_it_was_where_nothing_is_mended(
    data: bytes, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    given(monkeypatch, data)
    run("--fix", "-")
    assert capfdbinary.readouterr().out == data


def test_standard_input_that_is_too_long_comes_out_whole(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = b"0123456789" * 1024 * 1024
    given(monkeypatch, data)
    assert run("--fix", "-") == 3
    assert capfdbinary.readouterr().out == data


def test_a_difference_can_be_handed_on(capsys: pytest.CaptureFixture[str]) -> None:
    for name, end in (("a.txt", "\n"), ("b.txt", "\r\n")):
        Path(name).write_bytes(FAULTY.replace("\n", end).encode())
    Path("c.txt").write_text(CLEAN, encoding="utf-8")
    assert run("--diff", "--fix", "--unsafe-fixes", ".") == 1
    out, err = capsys.readouterr()
    assert err.splitlines()[-1] == "would fix 4; no file was changed."
    assert Path("a.txt").read_text(encoding="utf-8") == FAULTY
    Path("all.diff").write_bytes(out.encode())
    if shutil.which("git"):
        subprocess.run(["git", "apply", "--whitespace=nowarn", "all.diff"], check=True)
        assert Path("a.txt").read_bytes() == CLEAN.encode()
        assert Path("b.txt").read_bytes() == CLEAN.replace("\n", "\r\n").encode()


def test_what_a_terminal_would_obey_is_escaped_in_a_difference(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.txt").write_bytes(FAULTY.replace("存在的", "存\x1b[31m\u202e在的").removesuffix("\n").encode())
    Path("cr.txt").write_bytes(FAULTY.replace("\n", "\r").encode())
    run("--diff", ".")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\r" not in out


def test_what_is_merely_invisible_stays_in_a_difference_so_that_it_can_be_applied(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("a.txt").write_bytes(FAULTY.replace("存在的", "存\u200b在\xad的").encode())
    run("--diff", ".")
    assert "存\u200b在\xad的" in capsys.readouterr().out


def test_a_report_that_cannot_be_read_is_said_beside_a_difference(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.txt").write_bytes(b"\xff\x00\x01")
    assert run("--diff", "a.txt") == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0].startswith("reportlint: a.txt: not a text file (it holds binary data)")


# --- killed ----------------------------------------------------------------------------------------------

# Before, and after, each step on the way; what then stands in the file.
STEPS = [
    ("tempfile.mkstemp", False, b"old"),
    ("tempfile.mkstemp", True, b"old"),
    ("os.fchmod", False, b"old"),
    ("os.fchmod", True, b"old"),
    ("os.fsync", False, b"old"),
    ("os.fsync", True, b"old"),
    ("os.replace", False, b"old"),
    ("os.replace", True, b"new content"),
    ("os.unlink", False, b"new content"),
]


def killed_at(step: str, after: bool, path: str) -> None:
    module, name = step.split(".")
    owner = getattr(rewriting, module)
    real: Callable[..., object] = getattr(owner, name)

    def fatal(*arguments: object) -> object:
        if after:
            real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    setattr(owner, name, fatal)
    rewrite(Path(path), Path(path).parent, b"old", b"new content")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(("step", "after", "content"), STEPS)
def test_killed_at_any_step_the_file_is_whole_and_the_next_run_cleans_up(
    step: str, after: bool, content: bytes
) -> None:
    path = Path("a.txt")
    path.write_bytes(b"old")
    path.chmod(0o640)
    process = get_context("fork").Process(target=killed_at, args=(step, after, str(path.absolute())))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    sweep(Path())
    assert names() == ["a.txt"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_at_random_moments_every_file_is_old_or_new() -> None:
    contents = {f"{number:02}.txt": FAULTY.replace("云溪", f"云{number}溪") for number in range(60)}
    mended = {name: text.replace("\n5、 存在", "\n五、存在") for name, text in contents.items()}
    command = [sys.executable, "-m", "reportlint", "check", "--fix", "--isolated", "--quiet", "--fail-on", "never", "."]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    def start() -> "subprocess.Popen[bytes]":
        for name, text in contents.items():
            Path(name).write_text(text, encoding="utf-8")
            os.chmod(name, 0o640)
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)

    def done() -> int:
        """How many are new; each of them is whole, and has its mode."""
        count = 0
        for name, text in contents.items():
            data = Path(name).read_text(encoding="utf-8")
            assert data in (text, mended[name]), name
            assert stat.S_IMODE(os.stat(name).st_mode) == 0o640
            count += data == mended[name]
        return count

    rng = random.Random(11)
    counts = []
    # Killed once so many files are new, and a random moment later.
    for least in (0, 1, 10, 30, 50):
        process = start()
        while process.poll() is None and not (least == 0 or done() >= least):
            pass
        time.sleep(rng.random() / 50)
        process.kill()
        process.wait()
        counts.append(done())
    assert any(0 < count < len(contents) for count in counts), "no kill came while files were written"
    process = start()
    assert process.wait() == 0
    assert done() == len(contents)
    assert names() == sorted(contents)
