"""One cell is one operator on one file: planted, linted, and found or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from runbookkit.lint.registry import all_rules
from runbookkit.model.finding import Finding
from seeded.handbook import files, findings_before, kind_of, lint, new
from seeded.page import Page, Planted
from seeded.planting import Operator


@dataclass(frozen=True)
class Cell:
    """What came of one operator on one file."""

    operator: Operator
    path: str
    planted: Planted | None
    """Nothing when the operator does not fit the file."""
    found: tuple[Finding, ...] = ()
    """New findings of the operator's rule."""

    @property
    def hit(self) -> bool:
        """Whether the rule found its defect where it was planted."""
        return self.planted is not None and any(
            finding.level == self.operator.rule.level
            and self.planted.holds(finding.path, finding.span.line)
            for finding in self.found
        )

    def __str__(self) -> str:
        if self.planted is None:
            return f"{self.operator.name} does not fit {self.path}"
        at = f"{self.planted.path}:{self.planted.first}"
        wanted = (
            at
            if self.planted.first == self.planted.last
            else f"{at}-{self.planted.last}"
        )
        said = "; ".join(
            f"{each.path}:{each.span.line} {each.level} {each.message}"
            for each in self.found
        )
        return f"{self.operator.name} at {wanted}: found {said or 'nothing'}"


def cells(
    operator: Operator, *, seed: int = 0, everywhere: bool = False
) -> Iterator[Cell]:
    """Plant an operator's defect in every file that it fits.

    One place a file is picked, the same for the same seed; ``everywhere`` takes
    all of them.
    """
    for path in files():
        if kind_of(path) not in operator.kinds:
            continue
        pick = Random(f"{seed} {operator.name} {path}")
        ways = list(operator.ways(Page(path, files(), pick)))
        if not ways:
            yield Cell(operator, path, None)
        for planted in ways if everywhere else [pick.choice(ways)] if ways else []:
            yield _judged(operator, path, planted)


def _judged(operator: Operator, path: str, planted: Planted) -> Cell:
    assert any(planted.changed[each] != files().get(each) for each in planted.changed)
    # whether an allow comment is needed can only be told with all rules
    all_of_them = operator.rule.subject == "allowances"
    found = lint(
        planted.changed,
        all_rules() if all_of_them else [operator.rule],
        operator.world,
    )
    fresh: list[Finding] = []
    for each in planted.changed:
        mine = [finding for finding in found if finding.path == each]
        fresh += new(mine, findings_before(each, operator.world))
    elsewhere = [finding for finding in found if finding.path not in planted.changed]
    own = (*fresh, *elsewhere)
    return Cell(
        operator,
        path,
        planted,
        tuple(each for each in own if each.code == operator.code),
    )
