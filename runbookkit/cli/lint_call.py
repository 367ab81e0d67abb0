"""What a command line asks of the linter, and how the plainest ones are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_OUTPUTS: Final = frozenset(
    {"text", "concise", "json", "sarif", "github", "junit", "markdown"}
)


@dataclass(frozen=True, slots=True)
class LintCall:
    """What a command line asks of the linter; each option is one of its own."""

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    template: str = ""
    config: str = ""
    changed: bool = False
    base: str = ""
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    baseline: str = ""
    write_baseline: bool = False
    shrink_baseline: bool = False
    output: str = "text"
    output_file: str = ""
    everything: bool = False
    allow_unchecked: tuple[str, ...] = ()
    online: bool = False
    cache: bool = True

    @property
    def repeatable(self) -> bool:
        """Whether the answer may be given again while no file changes."""
        asks = self.online or self.changed
        writes = self.output_file or self.write_baseline or self.shrink_baseline
        return self.cache and not (asks or writes or self.fix or self.unsafe_fixes)


def plain_call(arguments: Sequence[str]) -> LintCall | None:
    """Return what a plain line asks for; none when the line is not plain.

    The library that reads all command lines takes a tenth of a second to load, as
    much as linting a hundred runbooks. A line that names paths, an output and no
    more is read here; the library would read it alike.

    >>> plain_call(["lint", "runbooks"]).paths, plain_call(["lint", "--fix"])
    (('runbooks',), None)
    """
    if arguments[:1] != ["lint"]:
        return None
    paths: list[str] = []
    outputs: list[str] = []
    uncached = 0
    words = iter(arguments[1:])
    for word in words:
        if word == "--no-cache":
            uncached += 1
        elif word in {"-o", "--output"}:
            outputs.append(next(words, ""))
        elif word and not word.startswith("-"):
            paths.append(word)
        else:
            return None
    if uncached > 1 or len(outputs) > 1 or not _OUTPUTS.issuperset(outputs):
        return None
    return LintCall(tuple(paths), output="".join(outputs) or "text", cache=not uncached)
