"""The handbook of this repository, linted from memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from lint.examples import TODAY, template
from lint.handbooks import Folder, Servers
from runbookkit.lint.context import Context, Handbook
from runbookkit.lint.engine import (
    FileResult,
    lint_handbook,
    lint_markdown,
    lint_rules,
    settle,
)
from runbookkit.lint.registry import all_rules
from runbookkit.lint.rule import Rule
from runbookkit.markdown.rulefile import looks_like_rules
from runbookkit.model.facts import Facts
from runbookkit.model.finding import Finding
from runbookkit.settings import load
from seeded.planting import HERE, Kind, World

ROOT = Path(__file__).parents[2]
BOOK = "ops-handbook"


@cache
def files() -> Mapping[str, str]:
    """Return the texts of all files that the linter reads, by path."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / BOOK).rglob("*")):
        if path.suffix in {".md", ".yaml"}:
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".md" or looks_like_rules(text):
                found[path.relative_to(ROOT).as_posix()] = text
    return found


def kind_of(path: str) -> Kind:
    """Tell what a file of the handbook is."""
    if path.endswith(".yaml"):
        return "rules"
    folder = path.removeprefix(f"{BOOK}/").split("/")[0]
    kinds: dict[str, Kind] = {"runbooks": "runbook", "postmortems": "postmortem"}
    return kinds.get(folder, "page")


@cache
def outside() -> Folder:
    """Return what links may lead to."""
    there = (*(ROOT / BOOK).rglob("*"), *(ROOT / "meta").glob("*.md"))
    return Folder(
        {
            path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
            for path in there
            if path.is_file()
        }
    )


@cache
def context() -> Context:
    """Return the context that this repository's configuration makes."""
    return Context(template("runbook"), TODAY, load(ROOT, {}).configuration.lint)


def lint(
    changed: Mapping[str, str], rules: Iterable[Rule], world: World = HERE
) -> list[Finding]:
    """Lint the handbook with some files changed, and judge only the changed ones.

    A rule for single files runs over the changed files; a rule that holds
    files against each other sees all of them.
    """
    rules = tuple(rules)
    facts = dict(_clean())
    results = {path: _result(path, text, rules) for path, text in changed.items()}
    facts.update((path, result.facts) for path, result in results.items())
    known = {path for path in facts if world.known and path.startswith(world.known)}
    handbook = Handbook(
        {path: each for path, each in facts.items() if path not in known},
        {path: facts[path] for path in known},
        outside(),
        _servers() if world.online else None,
    )
    others, _ = lint_handbook(handbook, rules, context())
    found = [each for each in others if each.path not in results]
    for path, result in results.items():
        mine = tuple(each for each in others if each.path == path)
        found += settle(result, mine, (), rules, context()).findings
    return found


@cache
def _clean() -> Mapping[str, Facts]:
    return {path: _result(path, text, ()).facts for path, text in files().items()}


def _result(path: str, text: str, rules: tuple[Rule, ...]) -> FileResult:
    if path.endswith(".yaml"):
        return lint_rules(text, path, rules, context())
    return lint_markdown(text, path, rules, context(), template("postmortem"))


@cache
def _servers() -> Servers:
    facts = _clean().values()
    return Servers(
        links=tuple({url.name.split("#")[0] for each in facts for url in each.urls}),
        metrics=tuple({metric.name for each in facts for metric in each.metrics}),
    )


@cache
def findings_before(path: str, world: World = HERE) -> Counter[tuple[str, str, str]]:
    """Return what is found in the handbook as it stands, a file linted by all rules."""
    return Counter(map(key, lint({path: files()[path]}, all_rules(), world)))


def key(finding: Finding) -> tuple[str, str, str]:
    """Return what stays the same of a finding when lines move."""
    return finding.path, finding.code, finding.message


def new(
    found: Iterable[Finding], before: Counter[tuple[str, str, str]]
) -> list[Finding]:
    """Return the findings that were not there before."""
    left = before.copy()
    fresh: list[Finding] = []
    for finding in found:
        if left[key(finding)] > 0:
            left[key(finding)] -= 1
        else:
            fresh.append(finding)
    return fresh
