"""Print how many planted defects each rule finds: ``python -m seeded --help``."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict

from runbookkit.lint.registry import all_rules
from seeded.cells import Cell, cells
from seeded.planting import all_operators


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m seeded", description=__doc__)
    parser.add_argument(
        "codes", nargs="*", help="rules or operators; all when left out"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--everywhere", action="store_true", help="every place, not one a file"
    )
    options = parser.parse_args()
    by_code: defaultdict[str, list[Cell]] = defaultdict(list)
    for operator in all_operators():
        if not options.codes or {operator.code, operator.name} & set(options.codes):
            by_code[operator.code] += cells(
                operator, seed=options.seed, everywhere=options.everywhere
            )
    total = [0, 0]
    for rule in all_rules():
        if rule.code not in by_code:
            if rule.level == "error" and not options.codes:
                print(f"{rule.code} {rule.name:32} NO OPERATOR")
            continue
        tried = [cell for cell in by_code[rule.code] if cell.planted]
        missed = [cell for cell in tried if not cell.hit]
        total[0] += len(tried) - len(missed)
        total[1] += len(tried)
        unfit = len(by_code[rule.code]) - len(tried)
        print(
            f"{rule.code} {rule.name:32} {len(tried) - len(missed):4} of {len(tried):4} found, {unfit} not applicable"
        )
        for cell in missed:
            print(f"  missed: {cell}")
    print(f"{total[0]} of {total[1]} cells found")
    return 0 if total[0] == total[1] else 1


if __name__ == "__main__":
    sys.exit(main())
