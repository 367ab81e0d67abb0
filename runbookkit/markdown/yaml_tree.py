"""YAML read key by key: lines are kept, and what nobody asked for can be named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from runbookkit.markdown.nesting import MAX_DEPTH, nests_too_deep
from runbookkit.model.slo import SloProblem

MOST: Final = 1 << 20
"""Characters of a file that is read."""


@dataclass
class Tree:
    """One mapping of a YAML file."""

    path: str
    problems: list[SloProblem]
    fields: dict[str, Any]
    line: int
    read: set[str] = field(default_factory=set)
    inside: list[Tree] = field(default_factory=list)
    name: str = ""
    """The key that it stands under; empty for a whole document."""

    def has(self, key: str) -> bool:
        """Tell whether there is a key, and count it as read."""
        self.read.add(key)
        return key in self.fields

    def text(self, key: str) -> str:
        """Return a scalar as written; empty where there is none."""
        if not self.has(key):
            return ""
        node = self.fields[key]
        if isinstance(node, yaml.ScalarNode):
            return str(node.value) if node.tag != "tag:yaml.org,2002:null" else ""
        self.wrong(f"`{key}` must be a single value", key)
        return ""

    def texts(self, key: str) -> dict[str, str]:
        """Return a mapping of names to texts."""
        tree = self.table(key)
        return {} if tree is None else {each: tree.text(each) for each in tree.fields}

    def table(self, key: str) -> Tree | None:
        """Return a mapping; none where there is none."""
        if not self.has(key) or _is_null(self.fields[key]):
            return None
        node = self.fields[key]
        if isinstance(node, yaml.MappingNode):
            return self._below(node, key)
        self.wrong(f"`{key}` must be a mapping", key)
        return None

    def tables(self, key: str) -> Iterator[Tree]:
        """Yield the mappings of a list."""
        if not self.has(key) or _is_null(self.fields[key]):
            return
        node = self.fields[key]
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(f"`{key}` must be a list", key)
        for item in items:
            if isinstance(item, yaml.MappingNode):
                yield self._below(item, key)
            else:
                self.wrong(f"`{key}` must be a list of mappings", key)

    def skip(self, *keys: str) -> None:
        """Count keys as read that say nothing to us: names to show, notes."""
        self.read |= set(keys)

    def wrong(self, message: str, key: str = "", *, fatal: bool = True) -> None:
        """Keep account of a problem, at a key or at the mapping itself."""
        node = self.fields.get(key)
        line = node.start_mark.line + 1 if node is not None else self.line
        self.problems.append(SloProblem(self.path, line, message, fatal))

    def name_unread(self) -> None:
        """Name the keys that nobody asked for, here and below."""
        for key in self.fields:
            if key not in self.read:
                message = f"`{key}` is not read: it has no effect here"
                self.wrong(message, key, fatal=False)
        for tree in self.inside:
            tree.name_unread()

    def _below(self, node: Any, key: str) -> Tree:
        line = node.start_mark.line + 1
        tree = Tree(self.path, self.problems, fields_of(node), line, name=key)
        self.inside.append(tree)
        return tree


def fields_of(node: Any) -> dict[str, Any]:
    """Return the values of a mapping by their keys."""
    return {str(getattr(key, "value", "")): value for key, value in node.value}


def _is_null(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def trees(text: str, path: str) -> tuple[list[Tree], list[SloProblem]]:
    """Return the documents of a YAML text, and why it cannot be read.

    Aliases are refused: walking what they expand to takes longer than anybody
    waits (a few hundred bytes can stand for gigabytes).
    """
    problems: list[SloProblem] = []

    def wrong(message: str, line: int = 1) -> None:
        problems.append(SloProblem(path, line, message))

    found: list[Tree] = []
    try:
        refused = _refusal(text)
        if refused is not None:
            wrong(*refused)
            return [], problems
        for node in yaml.compose_all(text, Loader=yaml.CSafeLoader):
            if isinstance(node, yaml.MappingNode):
                line = node.start_mark.line + 1
                found.append(Tree(path, problems, fields_of(node), line))
            elif not _is_null(node):
                wrong("a document must be a mapping", node.start_mark.line + 1)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "cannot be read"
        wrong(f"not valid YAML: {said}", mark.line + 1 if mark else 1)
    except (ValueError, RecursionError) as error:
        wrong(f"cannot be read: {error}")
    return found, problems


def _refusal(text: str) -> tuple[str, int] | None:
    if len(text) > MOST:
        return f"longer than {MOST:,} characters, which no such file is", 1
    if nests_too_deep(text):
        return f"nests deeper than {MAX_DEPTH} levels, which no such file does", 1
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            return "YAML aliases are not read; write the value out", line
    return None
