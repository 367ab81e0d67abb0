"""What a rule may ask besides the document in front of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from runbookkit.model.facts import Facts
from runbookkit.model.options import LintOptions
from runbookkit.model.template import Template
from runbookkit.queries.language import Checked

T = TypeVar("T")
P = ParamSpec("P")


class Files(Protocol):
    """Files that are not being linted but may be linked to."""

    def exists(self, path: str) -> bool:
        """Tell whether a file or folder is there."""

    def anchors(self, path: str) -> frozenset[str] | None:
        """Return the fragments of a markdown file; none when there is none."""


class Online(Protocol):
    """Servers that may be asked with ``--online``."""

    def link_problem(self, url: str) -> str:
        """Say why an address does not answer; empty when it does.

        Raises:
            CouldNotCheckError: It could not be asked.
        """

    def has_metric(self, name: str) -> bool:
        """Tell whether Prometheus knows a metric.

        Raises:
            CouldNotCheckError: It could not be asked.
        """


@dataclass(frozen=True, slots=True)
class Context:
    """Everything from outside; a rule reads no clock, file or network itself."""

    template: Template
    today: date
    options: LintOptions = field(default_factory=LintOptions)
    bpftrace: Callable[[str], Checked] | None = None
    """bpftrace's own check of a program; raises CouldNotCheckError. None: not offered."""


@dataclass(frozen=True, slots=True)
class Handbook:
    """All files at once, for rules that hold one against another."""

    files: Mapping[str, Facts]
    """By path, sorted."""
    known: Mapping[str, Facts] = field(default_factory=dict)
    """Files that are not linted now, but that references may lead to."""
    outside: Files | None = None
    online: Online | None = None
    _made: dict[Any, Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def everything(self) -> Mapping[str, Facts]:
        """Return linted and known files together."""
        return {**self.known, **self.files}

    def once(
        self,
        build: Callable[Concatenate[Handbook, P], T],
        *args: P.args,
        **options: P.kwargs,
    ) -> T:
        """Return what a function makes of this handbook, made only once.

        An index over all files is shared by the rules that ask for it; the
        further arguments have to be hashable.
        """
        key = (build, args, tuple(sorted(options.items())))
        if key not in self._made:
            self._made[key] = build(self, *args, **options)
        return cast("T", self._made[key])
