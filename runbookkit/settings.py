"""Configuration: ``runbook.toml`` or ``[tool.runbookkit]``; the environment wins."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from runbookkit.errors import ConfigError
from runbookkit.model.options import Configuration

FILE = "runbook.toml"
PREFIX = "RUNBOOK_"
_TOP_LEVEL = frozenset(each.name for each in fields(Configuration))
SERVER = "RUNBOOK_SERVER"
"""Address of the ``runbook serve`` that commands work through."""
_NOT_SETTINGS = frozenset({"RUNBOOK_CACHE_DIR", "RUNBOOK_PLAIN", SERVER})


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration and where it came from."""

    configuration: Configuration
    folder: str
    """Folder that relative paths in it are relative to."""
    file: str = ""
    """The file it was read from; empty when there is none."""
    content: bytes = b""
    looked_for: tuple[str, ...] = ()
    """Files that would have been read before, had they been there."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where each value that is not a default comes from, by its dotted name."""


def environment(server: str = "") -> Mapping[str, str]:
    """Return the environment; nothing else reads it.

    A ``server`` that is named elsewhere goes before the one that is named there.
    """
    return {**os.environ, SERVER: server} if server else os.environ


def load(start: Path, variables: Mapping[str, str], *, file: str = "") -> Loaded:
    """Find and read the configuration that holds in a folder.

    Raises:
        ConfigError: It is not TOML, or a key or value is not known.
    """
    found, table, content, looked = _find(start, file)
    origins = dict.fromkeys(_names(table), found)
    for name, value in variables.items():
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS:
            path = name.removeprefix(PREFIX).lower().split("__")
            if len(path) > 1 or path[0] in _TOP_LEVEL:
                _put(table, path, value)
                origins[".".join(path)] = f"${name}"
    configuration = _validated(table, found, origins) if table else Configuration()
    folder = str(Path(found).parent) if found else str(start)
    return Loaded(configuration, folder, found, content, looked, origins)


def _find(start: Path, file: str) -> tuple[str, dict[str, Any], bytes, tuple[str, ...]]:
    if file:
        content = _read(Path(file))
        return file, _table(file, content), content, ()
    looked: list[str] = []
    for folder in (start, *start.resolve().parents):
        for name in (FILE, "pyproject.toml"):
            path = folder / name
            if not path.is_file():
                looked.append(str(path))
                continue
            content = _read(path)
            if name == FILE or b"[tool.runbookkit" in content:
                return str(path), _table(str(path), content), content, tuple(looked)
        if (folder / ".git").exists():
            break
    return "", {}, b"", tuple(looked)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _table(file: str, content: bytes) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  many folders have no configuration

    try:
        data = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from error
    if Path(file).name == "pyproject.toml":
        table = data.get("tool", {}).get("runbookkit", {})
        return dict(table) if isinstance(table, dict) else {}
    return data


def _names(table: Mapping[str, Any], prefix: str = "") -> list[str]:
    names: list[str] = []
    for key, value in table.items():
        if isinstance(value, dict):
            names.extend(_names(value, f"{prefix}{key}."))
        else:
            names.append(f"{prefix}{key}")
    return names


def _put(table: dict[str, Any], path: list[str], value: str) -> None:
    """Put the text of a variable where the file would have a value."""
    default: Any = Configuration()
    for part in path[:-1]:
        default = getattr(default, part, None)
        inner: Any = table.setdefault(part, {})
        if not isinstance(inner, dict):
            return  # the file is wrong here, and will be told so
        table = inner
    table[path[-1]] = _read_as(getattr(default, path[-1], None), value)


def _read_as(default: Any, value: str) -> Any:
    """Read a list by its commas, and JSON where it cannot be anything else.

    All else stays text, which becomes a number where one is wanted: a password
    may be 1234, and a version 3.5.
    """
    if not isinstance(default, str) and value.lstrip()[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    if isinstance(default, tuple):
        return [each.strip() for each in value.split(",") if each.strip()]
    return value


def _validated(
    table: dict[str, Any], file: str, origins: Mapping[str, str]
) -> Configuration:
    # pydantic costs more than a small lint, so it waits for a configuration
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    try:
        return TypeAdapter(Configuration).validate_python(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        said = first["msg"]
        if first["type"] == "unexpected_keyword_argument":
            said = "unknown key; `runbook schema configuration` lists the known ones"
        elif first["type"] == "tuple_type":
            said = 'not a list; write it as ["RB101", "RB2"]'
        where = next(
            (came for key, came in origins.items() if f"{name}.".startswith(f"{key}.")),
            file or "environment",
        )
        raise ConfigError(f"{where}: {name}: {said[:1].lower()}{said[1:]}") from error
