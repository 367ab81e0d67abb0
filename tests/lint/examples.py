"""Lint the examples of rule pages: whole files, or parts put into a clean runbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.engine import (
    lint_handbook,
    lint_markdown,
    lint_rules,
    settle,
)
from runbookkit.lint.rule import Rule
from runbookkit.markdown.template import parse_template
from runbookkit.model.finding import Finding, Unchecked
from runbookkit.model.template import Template

HERE = Path(__file__).parent
META = HERE.parents[1] / "meta"
TODAY = date(2026, 11, 20)
_FENCE = re.compile(
    r"^````(\w+)(?: file=(\S+))?\n(.*?)^````$", re.MULTILINE | re.DOTALL
)
_MORE = re.compile(r"^… and (\d+) more such steps$", re.MULTILINE)
_SECTION = re.compile(r"^## .*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Linted:
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings}


@cache
def template(name: str) -> Template:
    path = META / f"{name}-template.md"
    return parse_template(path.read_text(encoding="utf-8"), path.name)


@dataclass(frozen=True)
class KnownFiles:
    """Only what the example holds exists."""

    files: frozenset[str] = frozenset()

    def exists(self, path: str) -> bool:
        return path in self.files

    def anchors(self, path: str) -> frozenset[str] | None:
        return frozenset() if path in self.files else None


def example_files(rule: Rule, heading: str) -> dict[str, str]:
    """Return the files of a rule's ``Bad`` or ``Good`` example, completed."""
    page = "\n".join(line.removeprefix("    ") for line in rule.page.splitlines())
    part = re.split(rf"^## {heading}$", page, flags=re.MULTILINE)[1]
    # a four-backtick fence may hold headings, so cut at headings outside fences
    part = re.split(r"^## (?:Bad|Good|Options|See also)$", part, flags=re.MULTILINE)[0]
    found = _FENCE.findall(part)
    assert found, f"{rule.code} has no example under ## {heading}"
    files: dict[str, str] = {}
    for number, (language, name, text) in enumerate(found):
        default = (
            "rules.yaml" if language == "yaml" else f"checkout-fails{number or ''}.md"
        )
        if rule.subject == "postmortem" and language == "markdown":
            whole = complete(text, (HERE / "clean-postmortem.md").read_text("utf-8"))
        elif language == "markdown":
            whole = complete(text, (HERE / "clean.md").read_text("utf-8"))
        else:
            whole = text
        files[name or default] = whole
    return files


def complete(part: str, clean: str) -> str:
    """Put a part (front matter, sections, steps) into the clean document.

    A line ``… and 9 more such steps`` stands for nine steps.
    """
    part = _MORE.sub(_steps, part)
    has_front = part.startswith("---\n")
    front = part[: part.index("\n---\n", 3) + 5] if has_front else ""
    body = part[len(front) :].strip("\n")
    if re.match(r"# ", body) or "\n# " in f"\n{body}".split("```", 1)[0]:
        return part
    clean_front, clean_body = clean[: clean.index("\n---\n", 3) + 5], clean
    clean_body = clean[len(clean_front) :]
    if body:
        clean_body = _merge(clean_body, body)
    return (front or clean_front) + "\n" + clean_body.lstrip("\n")


def _steps(match: re.Match[str]) -> str:
    return "\n".join(
        f"### Look at pod {number}\n\nIs it ready?\n" for number in range(int(match[1]))
    )


def _merge(clean: str, body: str) -> str:
    if body.startswith("## "):
        for section in _SECTION.findall(body + "\n"):
            title = section.split("\n", 1)[0]
            if any(title == line for line in clean.splitlines()):
                clean = _replace(clean, title, section)
            else:
                clean += "\n" + section
        return clean
    home = "Mitigation" if "**Changes:**" in body else "Diagnosis"
    return _replace(clean, f"## {home}", f"## {home}\n\n{body}")


def _replace(clean: str, title: str, section: str) -> str:
    return re.sub(
        rf"^{re.escape(title)}\n.*?(?=^## |\Z)",
        lambda _: section.rstrip("\n") + "\n\n",
        clean,
        flags=re.MULTILINE | re.DOTALL,
    )


def lint_files(
    files: Mapping[str, str],
    rules: Iterable[Rule],
    *,
    template_name: str = "runbook",
    today: date = TODAY,
) -> Linted:
    """Lint files given as texts, as the command line does.

    Files under ``known/`` are not linted, only known.
    """
    rules = tuple(rules)
    context = Context(template(template_name), today)
    results = {
        path: lint_rules(text, path, rules, context)
        if path.endswith(".yaml")
        else lint_markdown(text, path, rules, context, template("postmortem"))
        for path, text in sorted(files.items())
    }
    known = {
        path: results.pop(path).facts
        for path in tuple(results)
        if path.startswith("known/")
    }
    handbook = Handbook(
        {path: result.facts for path, result in results.items()},
        known,
        outside=KnownFiles(),
    )
    others, unchecked = lint_handbook(handbook, rules, context)
    findings: list[Finding] = []
    open_questions: list[Unchecked] = []
    for path, result in results.items():
        mine = tuple(each for each in others if each.path == path)
        unknown = tuple(each for each in unchecked if each.path == path)
        settled = settle(result, mine, unknown, rules, context)
        findings.extend(settled.findings)
        open_questions.extend(settled.unchecked)
    return Linted(tuple(findings), tuple(open_questions))
