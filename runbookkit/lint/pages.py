"""The documentation of the rules, made from their docstrings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from inspect import cleandoc, unwrap
from itertools import groupby
from types import CodeType, FunctionType
from typing import Any, Final

from runbookkit.lint.registry import all_rules
from runbookkit.lint.rule import Needs, Rule, Subject
from runbookkit.model.finding import Fix

FOLDER: Final = "docs/rules"

_GROUPS: Final = {
    "AL1": "Alerts and their runbooks",
    "PM1": "Postmortems: the document",
    "PM2": "Postmortems: the timeline",
    "PM3": "Postmortems: action items",
    "PM4": "Postmortems: wording",
    "RB1": "The page and its sections",
    "RB2": "Commands and queries",
    "RB3": "Names and inputs",
    "RB4": "Branches, and the way out",
    "RB5": "What is healthy, and when it is over",
    "RB6": "Changes to production",
    "RB7": "Tools and access",
    "RB8": "Links and references",
    "RB9": "Wording",
}
_APPLIES: Final[dict[Subject, str]] = {
    "document": "every markdown file",
    "runbook": "runbooks",
    "postmortem": "documents that declare `postmortem/v1`",
    "rules": "files of alert rules",
    "handbook": "all files together",
    "allowances": "allow comments",
}
_RUNBOOKS: Final[dict[Needs, str]] = {
    "nothing": "runbooks, also those that declare no format",
    "template": "runbooks that are held to a template",
    "format": "runbooks that declare `runbook/v1`",
}
_INTRODUCTION: Final = (
    "A rule is known by its code or its name: `runbook rule RB501`,"
    " `runbook lint --select missing-expectation`, `--ignore RB9`. A rule that finds"
    " nothing it can judge says *could not check*, which is not *fine*."
)
_TERMS: Final = (
    "The reason is required, the date is not; after it the finding is back."
    " `allow-file` instead of `allow` covers the whole file."
)


def pages(rules: Iterable[Rule] | None = None) -> dict[str, str]:
    """Return the text of every page and of their index, by path."""
    chosen = all_rules() if rules is None else tuple(rules)
    texts = {f"{FOLDER}/{rule.code}.md": page(rule) for rule in chosen}
    texts[f"{FOLDER}/README.md"] = index(chosen)
    return texts


def page(rule: Rule) -> str:
    """Return the page of one rule."""
    summary, _, body = cleandoc(rule.page).partition("\n")
    module = rule.check.__module__.replace(".", "/")
    facts = [
        f"- **Level:** {rule.level}",
        f"- **Applies to:** {applies_to(rule)}",
        f"- **Fix:** {'offered where it can be told' if offers_fix(rule) else 'by hand'}",
        f"- **Since:** {rule.since}",
    ]
    parts = [
        f"<!-- Made from the docstring in {module}.py; edit it there. -->",
        f"# {rule.code}: {rule.name}",
        summary,
        "\n".join(facts),
        body.strip(),
        "## How to allow it",
        _allowing(rule),
    ]
    return "\n\n".join(parts) + "\n"


def index(rules: Iterable[Rule]) -> str:
    """Return the table of all rules, by group."""
    folder = f"{__package__.replace('.', '/')}/rules"
    parts = [
        f"<!-- Made from the rules in {folder}; edit their docstrings. -->",
        "# Lint rules",
        _INTRODUCTION,
    ]
    ordered = sorted(rules, key=lambda rule: rule.code)
    for prefix, group in groupby(ordered, lambda rule: rule.code[:3]):
        parts.append(f"## {_GROUPS.get(prefix, prefix)}")
        parts.append("\n".join(_table(group)))
    return "\n\n".join(parts) + "\n"


def applies_to(rule: Rule) -> str:
    """Say which files a rule is about."""
    if rule.subject == "runbook":
        return _RUNBOOKS[rule.needs]
    return _APPLIES[rule.subject]


def offers_fix(rule: Rule) -> bool:
    """Tell whether a rule, or a function of the linter that it calls, makes fixes."""
    waiting: list[Any] = [rule.check]
    seen: set[Any] = set()
    while waiting:
        function = unwrap(waiting.pop())
        if function is Fix:
            return True
        if function in seen or not isinstance(function, FunctionType):
            continue
        seen.add(function)
        if function.__module__.startswith((__package__, rule.check.__module__)):
            names = set(_names(function.__code__))
            known = function.__globals__
            waiting.extend(known[name] for name in names if callable(known.get(name)))
    return False


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _table(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| code | name | level | applies to | fix | finds |"
    yield "|---|---|---|---|---|---|"
    for rule in rules:
        link = f"[{rule.code}]({rule.code}.md)"
        fix = "yes" if offers_fix(rule) else ""
        summary = rule.summary.replace("|", "\\|")
        yield (
            f"| {link} | {rule.name} | {rule.level} | {applies_to(rule)} |"
            f" {fix} | {summary} |"
        )


def _allowing(rule: Rule) -> str:
    if rule.subject == "allowances":
        return "It cannot be allowed: mend the comment or take it out."
    words = f'allow {rule.code} until=2027-01-31 reason="why it may stay"'
    in_markdown = (
        "Above the block, or above the heading of all that is meant:\n\n"
        f"```markdown\n<!-- runbookkit: {words} -->\n```"
    )
    in_rules = (
        "In a file of alert rules, above the rule or at the end of the line:\n\n"
        f"```yaml\n# runbookkit: {words}\n```"
    )
    ways = {"rules": [in_rules], "handbook": [in_rules, in_markdown]}
    return "\n\n".join([*ways.get(rule.subject, [in_markdown]), _TERMS])
