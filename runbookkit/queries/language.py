"""What every query language of a step offers, and what it reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from runbookkit.model.answer import ResultKind


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """One thing that is wrong with a query.

    ``start`` and ``end`` are character offsets into the query text, ``end``
    exclusive; a problem without a known place covers the whole text.
    ``level`` is ``error`` for what a parser proves and ``warning`` for a doubt.
    """

    message: str
    start: int
    end: int
    level: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check without a server found.

    ``metrics`` are the metric names the query selects, in order of appearance.
    ``kind`` is the shape of the answer, where the query decides it.
    ``unbounded`` says why the query may read without end, if it may.
    ``unchecked`` says which part could not be judged and why; it is empty when
    the whole query was judged.
    """

    problems: tuple[QueryProblem, ...] = ()
    metrics: tuple[str, ...] = ()
    kind: ResultKind | None = None
    unbounded: str = ""
    unchecked: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that a step's action can be written in.

    ``check`` takes the query, placeholders already replaced by sample values,
    and the server's version (``""`` for the newest). ``quote`` turns a value
    into text that is safe inside a string of the language (shell: inside any
    word), so that no value can change the program's syntax. ``server`` names the
    backend that is asked over the network, so that the answer depends on nothing
    but its window; it is empty for what runs on a host. ``clauses`` are what a lead
    line may say of it; empty means all.
    """

    name: str
    fences: tuple[str, ...]
    tools: tuple[str, ...]
    reads: bool
    check: Callable[[str, str], Checked]
    quote: Callable[[str], str]
    server: str = ""
    clauses: tuple[str, ...] = ()
