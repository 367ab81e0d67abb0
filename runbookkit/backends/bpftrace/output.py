"""What bpftrace says with ``-f json``, line by line.

Read with 0.17 and from the source of later versions: lines of one JSON object
and blank ones. Before and after them stand the facts of :mod:`host`'s script,
each behind a hash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from runbookkit.backends.bpftrace.merge import has_keys, together

_MANGLED: Final = re.compile(r"(\\\\)|((?:\\uffffff[89a-f][0-9a-f])+)")
_INT: Final = re.compile(r"-?\d{1,20}")
_MAPS: Final = frozenset({"hist", "map", "stats", "tseries"})
_LINES: Final = frozenset({"join", "value"})
_OVERFLOWN: Final = -(2**31)


@dataclass(slots=True)
class Said:
    """What a run said."""

    facts: dict[str, str] = field(default_factory=dict)
    """What the script found out about the host."""
    probes: int = 0
    """How many were attached, or were to be: older versions say it before."""
    maps: dict[str, Any] = field(default_factory=dict)
    hist: dict[str, Any] = field(default_factory=dict)
    stdout: str = ""
    lost_events: int = 0
    notes: list[str] = field(default_factory=list)
    unreadable: str = ""
    """The first line that cannot be read; empty when all can."""


def decode(output: bytes, folds: Mapping[str, str]) -> Said:
    """Return what a run said; ``folds`` are the functions that fill its maps."""
    said = Said()
    printed: list[str] = []
    for line in output.decode("utf-8", "replace").split("\n"):
        if line.startswith("# "):
            fact, _, value = line[2:].partition(" ")
            said.facts[fact] = value
        elif line.startswith("{"):
            try:
                message = json.loads(_mended(line), object_pairs_hook=_object)
            except (ValueError, RecursionError):
                said.unreadable = said.unreadable or line[:100]
                continue
            printed += _take(message, said, folds)
    said.stdout = "".join(printed)
    return said


def _take(
    message: Mapping[str, Any], said: Said, folds: Mapping[str, str]
) -> Iterator[str]:
    """Put one message where it belongs; yield what it prints."""
    kind, data = message.get("type"), message.get("data")
    if kind == "attached_probes" and isinstance(data, Mapping):
        said.probes = data.get("probes", 0)
    elif kind == "lost_events" and isinstance(data, Mapping):
        said.lost_events += data.get("events", 0)
    elif kind in _MAPS and isinstance(data, Mapping):
        for name, value in data.items():
            table = said.hist if kind == "hist" else said.maps
            fold = "hist" if kind == "hist" else folds.get(name, "")
            table[name] = _value(name, value, said, fold)
    elif data is not None:
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        yield text if text.endswith("\n") or kind not in _LINES else f"{text}\n"
    elif "msg" in message:
        helper = f" in {message['helper']}" if message.get("helper") else ""
        place = f"line {message['line']}: " if message.get("line") else ""
        said.notes.append(f"{place}{message['msg']}{helper}")


def _value(name: str, value: Any, said: Said, fold: str) -> Any:
    if not has_keys(value):
        return _plain(value, fold)
    if any(isinstance(each, _Repeated) for each in value.values()):
        said.notes.append(f"{name}: keys that read the same are taken together")
    return {key: _plain(each, fold) for key, each in value.items()}


def _plain(value: Any, fold: str) -> Any:
    """Return one value with its numbers as numbers and its buckets as they are meant."""
    if isinstance(value, _Repeated):
        return together([_plain(each, fold) for each in value], fold)
    if isinstance(value, str) and fold and _INT.fullmatch(value):
        return int(value)  # later versions quote what a double cannot hold
    if isinstance(value, dict):
        return {key: _plain(each, fold) for key, each in value.items()}
    if fold == "hist" and isinstance(value, list):
        return [_bucket(each) for each in value]
    return value


def _bucket(bucket: Any) -> Any:
    """Return a bucket; the last one, from 2^31 on, comes out as -2^31 to 0."""
    if isinstance(bucket, dict) and bucket.get("min") == _OVERFLOWN:
        return {"min": -_OVERFLOWN, "count": bucket.get("count", 0)}
    return bucket


def _mended(line: str) -> str:
    r"""Return a line with its text outside ASCII put right.

    Each byte of it comes out as a sign-extended number, which JSON reads as
    something else.

    >>> _mended('"caf\\uffffffc3\\uffffffa9 \\\\\\\\uffffffc3"')
    '"café \\\\\\\\uffffffc3"'
    """
    if "uffffff" not in line:
        return line
    return _MANGLED.sub(_text, line)


def _text(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    return bytes.fromhex(match[2].replace("\\uffffff", "")).decode("utf-8", "replace")


class _Repeated(list[Any]):
    """The values of keys that read the same, such as two addresses in one function."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        old = found.get(key)
        if isinstance(old, _Repeated):
            old.append(value)
        else:
            found[key] = value if key not in found else _Repeated((old, value))
    return found
