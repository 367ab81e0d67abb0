"""Answers that were given before: the same question about the same bytes.

Looked at before anything heavy is imported. An answer is keyed by the command
line, the place, the day, the tool's own code and the environment that matters,
and holds only while every file that was read, and every path that was looked
for, is as it was. A file that cannot be read as an answer is none.
"""

from __future__ import annotations

import json
import os
import sys
import time
from _blake2 import blake2b
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from runbookkit.workspace.walk import MissingPathError, walk

_ENVIRONMENT = (
    "CI",
    "COLUMNS",
    "FORCE_COLOR",
    "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY",
    "NO_COLOR",
    "TERM",
)
_KEPT = 64
_LARGEST = 256 * 1024 * 1024


class Answer(NamedTuple):
    """What a command printed and how it ended."""

    output: bytes
    talk: bytes
    code: int


class Reads(NamedTuple):
    """What an answer depends on.

    ``roots`` and ``exclude`` are walked; ``files`` were read besides;
    ``looked_for`` are paths whose being there, or not, mattered.
    """

    roots: tuple[str, ...]
    exclude: tuple[str, ...]
    files: tuple[str, ...]
    looked_for: tuple[str, ...]


def cache_folder(environment: Mapping[str, str]) -> str:
    """Return the folder for what can be made again."""
    chosen = environment.get("RUNBOOK_CACHE_DIR")
    if chosen:
        return chosen
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA") or os.path.expanduser("~")  # noqa: PTH111
        return os.path.join(base, "runbookkit", "Cache")  # noqa: PTH118
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/runbookkit")  # noqa: PTH111
    base = environment.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return os.path.join(base, "runbookkit")  # noqa: PTH118


def question(
    arguments: Iterable[str], environment: Mapping[str, str], *, terminal: bool
) -> bytes:
    """Return the key of a command line asked here and today."""
    relevant = sorted(
        (name, value)
        for name, value in environment.items()
        if name in _ENVIRONMENT or name.startswith("RUNBOOK_")
    )
    asked = [
        list(arguments),
        os.getcwd(),  # noqa: PTH109
        relevant,
        terminal,
        time.strftime("%Y-%m-%d", time.gmtime()),
        tool_state(),
        _bpftrace_state(environment),
    ]
    return blake2b(json.dumps(asked).encode(), digest_size=20).digest()


def tool_state() -> list[Any]:
    """Return what changes when the tool itself does."""
    package = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120
    newest = 0
    count = 0
    pending = [package]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                else:
                    status = entry.stat()
                    newest = max(newest, status.st_mtime_ns)
                    count += 1
    return [package, newest, count, sys.version]


def _bpftrace_state(environment: Mapping[str, str]) -> list[Any]:
    folders = environment.get("PATH", "").split(os.pathsep)
    there = any(os.path.exists(f"{each}/bpftrace") for each in folders if each)  # noqa: PTH110
    if not there:
        return [False]
    user = os.geteuid() if hasattr(os, "geteuid") else -1
    mounted = os.path.exists("/sys/kernel/tracing/events")  # noqa: PTH110
    return [True, user, mounted]


def state_of(reads: Reads) -> str:
    """Return a digest of everything that an answer depends on.

    Raises:
        OSError: Something cannot be read now.
    """
    state = blake2b(digest_size=20)
    for path in (*walk(reads.roots, reads.exclude), *reads.files):
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            state.update(file_mark(path, content_hash(file.read())))
    for path in reads.looked_for:
        state.update(look_mark(path, there=os.path.exists(path)))  # noqa: PTH110
    return state.hexdigest()


def content_hash(content: bytes) -> bytes:
    """Return what stands for a file's content."""
    return blake2b(content, digest_size=20).digest()


def file_mark(path: str, content: bytes) -> bytes:
    """Return what a file with a content hash adds to the state."""
    return path.encode("utf-8", "surrogatepass") + b"\0" + content


def look_mark(path: str, *, there: bool) -> bytes:
    """Return what having looked for a path adds to the state."""
    return path.encode("utf-8", "surrogatepass") + (b"\0+" if there else b"\0-")


def recall(folder: str, key: bytes) -> Answer | None:
    """Return the answer to a question, if it still holds."""
    try:
        with open(f"{folder}/answers/{key.hex()}", "rb") as file:  # noqa: PTH123
            header = json.loads(file.readline())
            body = file.read()
        output, talk, code = header["output"], header["talk"], header["code"]
        if blake2b(body, digest_size=20).hexdigest() != header["body"]:
            return None
        if len(body) != output + talk:
            return None
        reads = Reads(*(tuple(part) for part in header["reads"]))
        if state_of(reads) != header["state"]:
            return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError, MissingPathError):
        return None
    return Answer(body[:output], body[output:], int(code))


class Ledger:
    """Notes what an answer depends on while the files are read.

    The state is made of the bytes that were read, so that a file that changes
    meanwhile makes the answer useless, not wrong.
    """

    def __init__(self, roots: tuple[str, ...], exclude: tuple[str, ...]) -> None:
        self._roots = roots
        self._exclude = exclude
        self._walked: list[bytes] = []
        self._files: dict[str, bytes] = {}
        self._looked: dict[str, bool] = {}

    def walked(self, path: str, content: bytes) -> None:
        """Note a file of the walk, in its order, by its content hash."""
        self._walked.append(file_mark(path, content))

    def read(self, path: str, content: bytes) -> None:
        """Note a file that was read besides, by its content hash."""
        self._files[path] = content

    def looked(self, path: str, *, there: bool) -> None:
        """Note that it mattered whether a path was there."""
        self._looked[path] = there

    def reads(self) -> Reads:
        """Return what was noted."""
        return Reads(
            self._roots, self._exclude, tuple(self._files), tuple(self._looked)
        )

    def state(self) -> str:
        """Return the digest that :func:`state_of` gives while nothing changes."""
        state = blake2b(digest_size=20)
        for mark in self._walked:
            state.update(mark)
        for path, content in self._files.items():
            state.update(file_mark(path, content))
        for path, there in self._looked.items():
            state.update(look_mark(path, there=there))
        return state.hexdigest()


def remember(folder: str, key: bytes, ledger: Ledger, answer: Answer) -> None:
    """Keep an answer; a full disk or a folder that cannot be written is no error."""
    body = answer.output + answer.talk
    if len(body) > _LARGEST:
        return
    header = {
        "reads": [list(part) for part in ledger.reads()],
        "state": ledger.state(),
        "output": len(answer.output),
        "talk": len(answer.talk),
        "code": answer.code,
        "body": blake2b(body, digest_size=20).hexdigest(),
    }
    answers = f"{folder}/answers"
    name = f"{answers}/{key.hex()}"
    unfinished = f"{name}.{os.getpid()}"
    try:
        os.makedirs(answers, exist_ok=True)  # noqa: PTH103
        with open(unfinished, "wb") as file:  # noqa: PTH123
            file.write(json.dumps(header).encode() + b"\n" + body)
        os.replace(unfinished, name)  # noqa: PTH105
        _forget_oldest(answers)
    except OSError:
        return


def _forget_oldest(answers: str) -> None:
    with os.scandir(answers) as entries:
        ages = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries)
    for _, path in ages[:-_KEPT]:
        os.unlink(path)  # noqa: PTH108
