"""Find the rules: every module of ``lint/rules`` holds one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterable
from functools import cache, partial

from runbookkit.errors import UsageError
from runbookkit.lint import rules
from runbookkit.lint.late import LATE
from runbookkit.lint.rule import Rule
from runbookkit.lint.ruleset import RuleSet


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by code."""
    return _loaded(each.name for each in pkgutil.iter_modules(rules.__path__))


def _loaded(names: Iterable[str]) -> tuple[Rule, ...]:
    found: list[Rule] = []
    for name in names:
        module = importlib.import_module(f"{rules.__name__}.{name}")
        found.append(getattr(module, name))
    return tuple(sorted(found, key=lambda rule: rule.code))


def rule_of(code: str) -> Rule:
    """Return the rule with a code or name.

    Raises:
        UsageError: There is none; the message names close ones.
    """
    wanted = code.strip().lower()
    for rule in all_rules():
        if wanted in {rule.code.lower(), rule.name}:
            return rule
    import difflib  # noqa: PLC0415  only for the hint

    names = [name for rule in all_rules() for name in (rule.code, rule.name)]
    near = difflib.get_close_matches(code, names, 3, 0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(f"there is no rule {code!r}{hint}")


def chosen_rules(select: Collection[str], ignore: Collection[str]) -> RuleSet:
    """Return the rules that codes, their beginnings or names choose.

    Where nothing is chosen, the rules that few files need are loaded late.

    Raises:
        UsageError: A choice matches no rule.
    """
    if not select and not ignore:
        names = {each.name for each in pkgutil.iter_modules(rules.__path__)}
        late = {group: partial(_loaded, names & LATE[group]) for group in LATE}
        return RuleSet(_loaded(names.difference(*LATE.values())), late)
    for choice in (*select, *ignore):
        if not any(_matches(rule, choice) for rule in all_rules()):
            rule_of(choice)
    return RuleSet(
        rule
        for rule in all_rules()
        if (not select or any(_matches(rule, each) for each in select))
        and not any(_matches(rule, each) for each in ignore)
    )


def _matches(rule: Rule, choice: str) -> bool:
    wanted = choice.strip()
    return bool(wanted) and (
        rule.code.startswith(wanted.upper()) or rule.name == wanted.lower()
    )
