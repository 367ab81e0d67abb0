"""String literals inside a query: what is wrong with them, and where."""

from __future__ import annotations

from runbookkit.queries import regexes
from runbookkit.queries.go_strings import unquote
from runbookkit.queries.language import QueryProblem


def escape_problem(literal: str, start: int) -> QueryProblem | None:
    """Return a bad escape of a literal that begins at ``start``, if it has one."""
    read = unquote(literal)
    if not read.problem:
        return None
    return QueryProblem(read.problem, start + read.at, start + read.end)


def regex_problem(literal: str, start: int) -> QueryProblem | None:
    """Return what RE2 has against the pattern a literal holds, if anything.

    A literal with a bad escape is left to :func:`escape_problem`.
    """
    read = unquote(literal)
    fault = None if read.problem else regexes.fault(read.value)
    if fault is None:
        return None
    message = f"the server cannot read this pattern: {fault.message}"
    is_raw = literal.startswith("`")
    piece = fault.piece if is_raw else fault.piece.replace("\\", "\\\\")
    at = literal.find(piece) if piece else -1
    if at < 0:
        return QueryProblem(message, start, start + len(literal))
    return QueryProblem(message, start + at, start + at + len(piece))
