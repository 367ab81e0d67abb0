"""What every query language refuses before it looks at the words."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.queries.language import QueryProblem

MAX_BYTES: Final = 16 * 1024
"""More than any real query; servers and proxies refuse longer ones with less help."""

_UNENCODABLE: Final = re.compile("[\ud800-\udfff]")


def refusal(text: str) -> QueryProblem | None:
    """Return why a text cannot be a query at all, if so."""
    if not text.strip():
        return QueryProblem("the query is empty", 0, len(text))
    stray = _UNENCODABLE.search(text)
    if stray:
        return QueryProblem(
            f"the character U+{ord(stray[0]):04X} cannot be sent to a server; "
            "it is half of a surrogate pair",
            *stray.span(),
        )
    if "\0" in text:
        at = text.index("\0")
        return QueryProblem(
            r"a NUL character stands in the query; write \x00 inside a string",
            at,
            at + 1,
        )
    size = len(text.encode())
    if size > MAX_BYTES:
        return QueryProblem(
            f"the query is {size} bytes long; at most {MAX_BYTES} are accepted",
            0,
            len(text),
        )
    return None
