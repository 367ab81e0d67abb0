"""The rules of a run, by what they judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from runbookkit.lint.rule import Group, Rule


class RuleSet:
    """Rules by group; a late group is loaded when it is first asked for."""

    def __init__(
        self,
        rules: Iterable[Rule],
        late: Mapping[Group, Callable[[], Iterable[Rule]]] | None = None,
    ) -> None:
        self._groups: dict[Group, list[Rule]] = {}
        self._late = dict(late or {})
        for rule in rules:
            self._groups.setdefault(rule.group, []).append(rule)

    def of(self, group: Group) -> list[Rule]:
        """Return the rules of a group."""
        load = self._late.pop(group, None)
        if load is not None:
            self._groups.setdefault(group, []).extend(load())
        return self._groups.get(group, [])

    def __iter__(self) -> Iterator[Rule]:
        """Yield all rules, those that wait to be loaded last."""
        for rules in tuple(self._groups.values()):
            yield from rules
        for group in tuple(self._late):
            known = len(self._groups.get(group, ()))
            yield from self.of(group)[known:]


def as_set(rules: Iterable[Rule]) -> RuleSet:
    """Return rules by group, if they are not already."""
    return rules if isinstance(rules, RuleSet) else RuleSet(rules)
