"""Placeholders of other houses in commands: ``<pod>``, ``$POD``, ``[POD]``, ``{pod}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from runbookkit.lint.commands import Program, programs
from runbookkit.markdown.inline import code_spans
from runbookkit.model.document import CodeBlock, Heading, Html, Prose, Table
from runbookkit.model.remembered import remembered
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Located, Span
from runbookkit.queries.foreign_placeholders import foreign
from runbookkit.queries.shell_commands import Command
from runbookkit.queries.shell_variables import PREDEFINED, assigned, used

_HINT: Final = re.compile(r"[<\[{$]|YOUR|MY|your-|REPLACE|CHANGE|INSERT")
_SETS: Final = re.compile(r"=|\b(?:for|getopts|let|mapfile|read|readarray|select)\b")
_SHOWN: Final = frozenset({"text", "txt", "yaml", "json", "plaintext"})
_MARKS: Final = ("<>", "[]", "{}", "``", '""', "$}", "$`", "$ ")
_COMMENT: Final = re.compile(r"(?:^|\s)(#.*)")
_LABEL: Final = re.compile(r"^\W*(\w[\w -]{0,40}?)\s*[=:]", re.MULTILINE)
_PHRASE: Final = re.compile(
    r"\b(?:replac(?:e|ing)|substitute|insert|specify|where|set|with|using|named?)\b"
    r"(?=([^.\n]{1,90}))",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]|\d+")


@dataclass(frozen=True, slots=True)
class Foreign:
    """One place where a command wants a value that the reader has to put in."""

    name: str
    """The words between the marks."""
    text: str
    """As written."""
    source: Located
    start: int

    @property
    def span(self) -> Span:
        """Where it stands in the document."""
        return self.source.span_of(self.start, self.start + len(self.text))

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the name in lower case: ``POD_NAME`` is pod, name."""
        return tuple(word.lower() for word in _WORD.findall(self.name))


@remembered
def foreign_placeholders(runbook: Runbook) -> tuple[Foreign, ...]:
    """Return the foreign placeholders of all commands, in order.

    A shell variable is one where the command reads it and the text never sets
    it before or after.
    """
    found: list[Foreign] = []
    for program in programs(runbook):
        if _HINT.search(program.transcript.text):
            here = [*_marks(program), *_variables(program, runbook)]
            found.extend(sorted(here, key=lambda each: each.start))
    return tuple(found)


def _marks(program: Program) -> Iterator[Foreign]:
    text = program.transcript.text
    # Read without the shell's grammar: the sampled text is parsed already.
    for each in foreign(text, shell=False):
        quoted = each.style == "brace" and text.count("'", 0, each.start) % 2
        if each.style != "variable" and not quoted:
            written = text[each.start : each.end]
            yield Foreign(each.name, written, program.source, each.start)


def _variables(program: Program, runbook: Runbook) -> Iterator[Foreign]:
    if "$" not in program.text:
        return
    known = first_assignments(runbook)
    for each in used(program.text):
        if each.name not in known and each.name not in PREDEFINED:
            written = program.text[each.start : each.end]
            if not each.defaulted:
                yield Foreign(each.name, written, program.source, each.start)


@remembered
def first_assignments(runbook: Runbook) -> Mapping[str, int]:
    """Return the shell variables that commands set, with the number of the program."""
    found: dict[str, int] = {}
    for number, program in enumerate(programs(runbook)):
        if _SETS.search(program.text):
            for variable in assigned(program.text):
                found.setdefault(variable.name, number)
    return found


def is_explained(each: Foreign, runbook: Runbook) -> bool:
    """Tell whether the prose of a runbook says what a placeholder stands for."""
    told = _told(runbook)
    name = each.name.lower()
    said = _lower(told)
    if any(f"{left}{name}{right}" in said for left, right in _MARKS):
        return True
    # few texts hold the first word, and only those are taken apart
    first = each.words[0] if each.words else ""
    if first not in said:
        return False
    words = " ".join(each.words)
    return any(
        first in label.lower() and words == _words(label) for label in _labels(told)
    ) or any(
        first in phrase.lower() and f" {words} " in f" {_words(phrase)} "
        for phrase in _phrases(told)
    )


@remembered
def _told(runbook: Runbook) -> str:
    """Return all prose, examples and comments of a runbook.

    Commands in code spans are left out: they use a placeholder, and do not
    explain it.
    """
    said: list[str] = []
    for block in runbook.document.blocks:
        if isinstance(block, (Heading, Prose, Html)):
            said.append(_without_commands(block.text))
        elif isinstance(block, CodeBlock) and block.language in _SHOWN:
            said.append(block.text)
        elif isinstance(block, Table):
            said.extend(_without_commands(c.text) for row in block.rows for c in row)
    for program in programs(runbook):
        if "#" in program.source.text:
            said.extend(_COMMENT.findall(program.source.text))
    return "\n".join(said)


@remembered
def _lower(text: str) -> str:
    return text.lower()


@remembered
def _labels(text: str) -> tuple[str, ...]:
    """Return names in front of a colon or an equals sign at the beginning of a line."""
    return tuple(dict.fromkeys(_LABEL.findall(text)))


@remembered
def _phrases(text: str) -> tuple[str, ...]:
    """Return what stands behind words such as "replace" and "where"."""
    return tuple(_PHRASE.findall(text))


def _words(text: str) -> str:
    return " ".join(word.lower() for word in _WORD.findall(text))


def _without_commands(text: str) -> str:
    for match in reversed(list(code_spans(text))):
        if " " in match[2].strip("<>[]{} "):
            text = text[: match.start()] + text[match.end() :]
    return text


_KINDS: Final = {
    "claim": "persistentvolumeclaim", "cm": "configmap", "deploy": "deployment",
    "ds": "daemonset", "exec": "pod", "logs": "pod", "log": "pod", "no": "node",
    "ns": "namespace", "po": "pod", "project": "namespace", "pv": "persistentvolume",
    "pvc": "persistentvolumeclaim", "sa": "serviceaccount", "sts": "statefulset",
    "svc": "service", "vm": "virtualmachine", "vmi": "virtualmachine",
}  # fmt: skip
_BEFORE: Final = re.compile(r"([A-Za-z]+)[ /]\Z")
_POD: Final = re.compile(r"\b(?:logs?|exec|rsh|attach)\b[^\n]*\Z")


def _kind(word: str) -> str:
    word = word.lower().removesuffix("name") or word
    if word not in _KINDS and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return _KINDS.get(word, word)


@remembered
def listings(runbook: Runbook) -> Mapping[str, int]:
    """Return the kinds of things that commands list, with the first such line."""
    found: dict[str, int] = {}
    for program in programs(runbook):
        if " get " not in program.text:
            continue
        for command in program.commands:
            line = program.span_of(command).line
            for kind in _listed(command):
                found.setdefault(kind, line)
    return found


def _listed(command: Command) -> Iterator[str]:
    words = [word for word in command.words if not word.startswith("-")]
    if command.name not in {"kubectl", "oc", "k"} or "get" not in words:
        return
    for kind in words[words.index("get") + 1 :][:1]:
        yield from (_kind(each.split(".")[0]) for each in kind.split(","))
        if kind == "all":
            yield "pod"
    options = set(command.words)
    if {"-A", "--all-namespaces"} & options:
        yield "namespace"
    if {"-owide", "wide", "--output=wide"} & options:
        yield "node"


def is_listed(each: Foreign, runbook: Runbook) -> bool:
    """Tell whether an earlier command shows the values to choose from."""
    text = each.source.text[: each.start]
    words = {_kind(word) for word in each.words}
    if before := _BEFORE.search(text):
        words.add(_kind(before[1]))
    if _POD.search(text):
        words.add("pod")
    line = each.span.line
    return any(
        listed < line for kind, listed in listings(runbook).items() if kind in words
    )
