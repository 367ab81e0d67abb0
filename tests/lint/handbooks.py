"""Small handbooks for tests: texts in, findings and open questions out."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field

from lint.examples import TODAY, Linted, template
from runbookkit.errors import CouldNotCheckError
from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.engine import lint_handbook, lint_markdown, lint_rules
from runbookkit.lint.registry import rule_of
from runbookkit.markdown.document import parse_document
from runbookkit.model.facts import Facts
from runbookkit.model.options import LintOptions


@dataclass(frozen=True)
class Folder:
    """Files that exist without being linted, by path."""

    files: Mapping[str, str] = field(default_factory=dict)

    def exists(self, path: str) -> bool:
        return path in self.files or any(
            each.startswith(f"{path}/") for each in self.files
        )

    def anchors(self, path: str) -> frozenset[str] | None:
        text = self.files.get(path)
        return None if text is None else parse_document(text, path).anchors


@dataclass(frozen=True)
class Servers:
    """Addresses that answer and metrics that exist; ``down`` answers nothing."""

    links: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    down: bool = False

    def link_problem(self, url: str) -> str:
        self._reach()
        return "" if url in self.links else "404 Not Found"

    def has_metric(self, name: str) -> bool:
        self._reach()
        return name in self.metrics

    def _reach(self) -> None:
        if self.down:
            raise CouldNotCheckError("no answer within 5 s")


@dataclass(frozen=True)
class Surroundings:
    """What a handbook is linted with."""

    options: LintOptions = field(default_factory=LintOptions)
    known: Mapping[str, str] = field(default_factory=dict)
    outside: Folder | None = field(default_factory=Folder)
    online: Servers | None = None


def facts_of(text: str, path: str, context: Context) -> Facts:
    if path.endswith((".yaml", ".yml")):
        return lint_rules(text, path, (), context).facts
    return lint_markdown(text, path, (), context, template("postmortem")).facts


def lint(
    files: Mapping[str, str], code: str, around: Surroundings | None = None
) -> Linted:
    """Hold files against each other by one rule."""
    around = around or Surroundings()
    context = Context(template("runbook"), TODAY, around.options)
    handbook = Handbook(
        {path: facts_of(text, path, context) for path, text in files.items()},
        {path: facts_of(text, path, context) for path, text in around.known.items()},
        around.outside,
        around.online,
    )
    return Linted(*lint_handbook(handbook, [rule_of(code)], context))


def alert(name: str, expr: str = "up == 0", **values: str) -> str:
    """Return one rule; ``hold``, ``severity``, ``service``, else annotations."""
    labels = {key: values.pop(key) for key in ("severity", "service") if key in values}
    hold = values.pop("hold", "")
    lines = [f"- alert: {name}", f"  expr: '{expr}'"]
    lines += [f"  for: {hold}"] if hold else []
    for table, content in (("labels", labels), ("annotations", values)):
        if content:
            lines.append(f"  {table}:")
            lines += [f'    {key}: "{value}"' for key, value in content.items()]
    return "\n".join(lines)


def rules(*alerts: str) -> str:
    """Return a rule file."""
    body = textwrap.indent("\n".join(alerts), "      ")
    return f"groups:\n  - name: example\n    rules:\n{body}\n"


def runbook(alerts: str, meaning: str = "It fired.", **front: str) -> str:
    """Return a short declared runbook; only what other files ask of it."""
    keys = {"title": "Example", "service": "shop", "severity": "page", **front}
    lines = [f"{key}: {value}" for key, value in keys.items()]
    head = "\n".join(["format: runbook/v1", *lines, f"alerts: [{alerts}]"])
    return f"---\n{head}\n---\n\n# {keys['title']}\n\n## Meaning\n\n{meaning}\n"


def page(name: str, meaning: str = "It fired.") -> str:
    """Return a page of a house without a format."""
    return f"# {name}\n\n## Meaning\n\n{meaning}\n\n## Impact\n\nNone yet.\n"
