"""Find and read scenario files; write one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import TypeAdapter, ValidationError

from runbookkit.app.reading import paths_of, read_text
from runbookkit.errors import UsageError
from runbookkit.model.scenario import Scenario
from runbookkit.model.tested import Untested

ENDINGS: Final = (".scenario.yaml", ".scenario.yml")
FOLDER: Final = "scenarios"
MAX_BYTES: Final = 1024 * 1024
_INHERITED: Final = ("answers", "inputs")
_TRUTH: Final = re.compile(r"true|false|True|False|TRUE|FALSE")


class _Loader(yaml.CSafeLoader):
    """YAML in which ``Yes`` is a branch's label and a time is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if not tag.endswith((":bool", ":timestamp", ":merge"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", _TRUTH, list("tTfF"))


class _Dumper(yaml.SafeDumper):
    """YAML in which a text of several lines stands as it is."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  overrides
        return True


def _text(dumper: _Dumper, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_ORDER: Final = (
    *("format", "name", "runbook", "started_at", "first", "alert", "inputs"),
    *("approves_changes", "answers", "expect"),
)


@dataclass(frozen=True, slots=True)
class ReadScenario:
    """A scenario and where it stands."""

    scenario: Scenario
    file: str
    line: int

    @property
    def runbook(self) -> str:
        """Path of its runbook, from where the file's own path begins."""
        wanted = self.scenario.runbook
        path = Path(self.file).parent / (wanted.path if wanted else "")
        parts: list[str] = []
        for part in path.parts:
            if part == ".." and parts and parts[-1] != "..":
                parts.pop()
            else:
                parts.append(part)
        return Path(*parts).as_posix()


def scenario_files(paths: tuple[str, ...], exclude: tuple[str, ...]) -> list[str]:
    """Return the scenario files at and below some paths, and beside runbooks.

    Raises:
        UsageError: A path is neither file nor folder.
    """
    found = {path for path in paths_of(paths, exclude) if _holds_scenarios(path, paths)}
    for path in paths:
        file = Path(path)
        if file.suffix == ".md":
            beside = [file.with_name(file.stem + ending) for ending in ENDINGS]
            folder = file.with_name(FOLDER)
            beside += sorted(folder.glob("*.y*ml")) if folder.is_dir() else []
            found |= {each.as_posix() for each in beside if each.is_file()}
    return sorted(found)


def _holds_scenarios(path: str, named: tuple[str, ...]) -> bool:
    file = Path(path)
    if file.suffix not in {".yaml", ".yml"}:
        return False
    return file.parent.name == FOLDER or path.endswith(ENDINGS) or path in named


def read_scenarios(file: str) -> Iterator[ReadScenario | Untested]:
    """Yield the scenarios of a file; one that cannot be read hides no other."""
    text = read_text(Path(file))
    if len(text) > MAX_BYTES:
        yield Untested(file, 1, f"is larger than {MAX_BYTES // 1024} KiB")
        return
    known: dict[str, dict[str, Any]] = {}
    try:
        for node in yaml.compose_all(text, Loader=_Loader):
            if node is not None:
                yield _read(node, file, known)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        said = getattr(error, "problem", None) or "cannot be read"
        yield Untested(file, line, f"no valid YAML: {said}")


def _read(
    node: Any, file: str, known: dict[str, dict[str, Any]]
) -> ReadScenario | Untested:
    line = node.start_mark.line + 1
    twice = next(_twice(node), None)
    if twice is not None:
        message = f"{twice.value!r} stands twice"
        return Untested(file, twice.start_mark.line + 1, message)
    loader = _Loader("")
    data = loader.construct_document(node)
    if not isinstance(data, dict):
        return Untested(
            file, line, "a scenario is a mapping with name, runbook, expect"
        )
    like = data.get("like", "")
    if like and like not in known:
        return Untested(file, line, f"there is no scenario {like!r} above this one")
    data = _inherited(data, known.get(like, {}))
    known[str(data.get("name"))] = data
    try:
        scenario = TypeAdapter(Scenario).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = _line_of(node, first["loc"])
        where = ".".join(str(part) for part in first["loc"])
        said = "unknown key" if first["type"] == _UNKNOWN else first["msg"]
        return Untested(file, at, f"{where}: {said[:1].lower()}{said[1:]}")
    if scenario.runbook is None:
        return Untested(file, line, "name its runbook: `runbook: {path: …}`")
    return ReadScenario(scenario, file, line)


_UNKNOWN: Final = "unexpected_keyword_argument"


def _inherited(data: dict[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    merged = {key: value for key, value in base.items() if key != "expect"} | data
    for key in _INHERITED:
        own, other = data.get(key, {}), base.get(key, {})
        if isinstance(own, dict) and isinstance(other, dict) and other:
            merged[key] = {**other, **own}
    return merged


def _twice(node: Any) -> Iterator[Any]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if getattr(key, "value", None) in seen:
                yield key
            seen.add(str(key.value))
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _twice(each)


def _line_of(node: Any, place: tuple[int | str, ...]) -> int:
    """Return the line of a value, or of the nearest part around it that is there."""
    for part in place:
        inner = None
        if isinstance(node, yaml.MappingNode):
            pairs = [(key.value, value) for key, value in node.value]
            inner = next((value for key, value in pairs if key == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            inner = node.value[part]
        if inner is None:
            break
        node = inner
    line: int = node.start_mark.line
    return line + 1


def write_scenario(scenario: Scenario, file: Path) -> None:
    """Write a scenario as YAML.

    Raises:
        UsageError: The file cannot be written.
    """
    plain = {"format": scenario.format, **_plain(scenario)}
    ordered = {key: plain[key] for key in _ORDER if key in plain}
    text = yaml.dump(
        ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error


def _plain(value: Any) -> Any:
    """Return data as YAML has it, without what says nothing."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = [
            (each.name, each.default, getattr(value, each.name))
            for each in fields(value)
        ]
        return {
            name: _plain(held)
            for name, default, held in pairs
            if held != default and held not in ({}, (), "", None)
        }
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
