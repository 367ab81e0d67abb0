"""What linting costs, against anchors, in one run on the same files."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus import generate, prepare
from measure import Cost, cost

SEED = 20261120
BARE = [sys.executable, "-c", "pass"]
RUNBOOK = [sys.executable, "-m", "runbookkit"]
_PARSE_ALL = """\
import sys
from pathlib import Path
from markdown_it import MarkdownIt
md = MarkdownIt("commonmark")
for file in sorted(Path(sys.argv[1]).rglob("*.md")):
    md.parse(file.read_text("utf-8", "replace"))
"""
PARSE = [sys.executable, "-c", _PARSE_ALL]


@dataclass(frozen=True, slots=True)
class Bound:
    """A ratio that we promise."""

    name: str
    ratio: float
    most: float

    def __str__(self) -> str:
        """Return one line that says whether it holds."""
        verdict = "holds" if self.ratio <= self.most else "MISSED"
        return f"{verdict:6} {self.name}: {self.ratio:.2f} (at most {self.most:g})"


def show(name: str, each: Cost) -> Cost:
    print(
        f"{name:46} {each.cpu * 1000:9.1f} ms  ({each.least * 1000:.1f}"
        f" to {each.most * 1000:.1f})  {each.peak_mib:6.1f} MiB",
        flush=True,
    )
    return each


def compare(one: Path, ten: Path, runs: int, cache: Path) -> list[Bound]:
    keep = {"RUNBOOK_CACHE_DIR": str(cache)}

    def lint(*arguments: str, count: int = runs) -> Cost:
        command = [*RUNBOOK, "lint", *arguments]
        return cost(command, runs=count, environment=keep)

    single = str(next(iter(sorted(one.rglob("*.md")))))
    bare = show("bare interpreter", cost(BARE, runs=runs * 2))
    show("runbook --help", cost([*RUNBOOK, "--help"], runs=runs))
    warm_one = show("lint, one unchanged file", lint(single, count=runs * 2))
    parse = show("markdown-it-py alone, 1x", cost([*PARSE, str(one)], runs=runs))
    cold = show("lint, cold, 1x", lint(str(one), "--no-cache"))
    show("lint, warm, 1x", lint(str(one)))
    warm_ten = show("lint, warm, 10x", lint(str(ten), count=max(runs // 2, 2)))
    bounds = [
        Bound("cold lint / markdown-it-py", cold.cpu / parse.cpu, 2.5),
        Bound("lint of one unchanged file / bare", warm_one.cpu / bare.cpu, 8),
    ]
    rumdl = _rumdl(one, ten, runs)
    if rumdl is not None:
        bounds.append(Bound("warm lint / warm rumdl, 10x", warm_ten.cpu / rumdl, 0.5))
    return bounds


def _rumdl(one: Path, ten: Path, runs: int) -> float | None:
    """Measure the other linters; return rumdl's warm cost at ten times the files."""
    warm: float | None = None
    if program := shutil.which("rumdl"):
        check = [program, "check", "--cache"]
        show(
            "rumdl, no cache, 1x",
            cost([program, "check", "--no-cache", str(one)], runs=runs),
        )
        show("rumdl, warm, 1x", cost([*check, str(one)], runs=runs, folder=one))
        warm = show(
            "rumdl, warm, 10x", cost([*check, str(ten)], runs=runs, folder=ten)
        ).cpu
    else:
        print("rumdl is not installed: not compared")
    if program := shutil.which("markdownlint-cli2"):
        command = [program, f"{one}/**/*.md"]
        show("markdownlint-cli2, 1x", cost(command, runs=2))
    else:
        print("markdownlint-cli2 is not installed: not compared")
    return warm


def growth(most: int, make: Callable[[Path, int], None]) -> list[Bound]:
    sizes = [size for size in (400, 4_000, 40_000) if size <= most]
    taken: list[tuple[int, Cost]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), size)
            command = [*RUNBOOK, "lint", "--no-cache", folder]
            each = cost(command, runs=1, warm_up=0)
            taken.append((size, show(f"lint, cold, {size} generated files", each)))
    if len(taken) < 2:
        return []
    (small, first), (large, last) = taken[0], taken[-1]
    per_file = (last.cpu / large) / (first.cpu / small)
    return [
        Bound(f"cost a file, {large} files / {small} files", per_file, 1.2),
        Bound(f"peak MiB, {large} files / 400 MiB", last.peak_mib / 400, 1),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, nargs="*", default=[])
    parser.add_argument("--growth", type=int, default=4_000, metavar="FILES")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        count = prepare(base / "one", options.corpus, 1, SEED)
        prepare(base / "ten", options.corpus, 10, SEED)
        print(f"{count} files, seed {SEED}")
        bounds = compare(base / "one", base / "ten", options.runs, base / "cache")
    bounds += growth(options.growth, lambda place, size: generate(place, size, SEED))
    print(*bounds, sep="\n")
    missed = any(bound.ratio > bound.most for bound in bounds)
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
