"""Places and values of front-matter keys, for rules that ask for them."""

from __future__ import annotations

from runbookkit.lint.stubs import is_stub
from runbookkit.model.document import Document
from runbookkit.model.postmortem import Postmortem
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Span

PROBLEM = "invalid-metadata"


def lacks(subject: Runbook | Postmortem, key: str) -> bool:
    """Tell whether a key is absent, has no value or only holds a place.

    A value that the schema refuses is not meant: other rules report it.
    """
    front = subject.document.front_matter
    value = front.data.get(key) if front else None
    if isinstance(value, str):
        nothing = is_stub(value)
    else:
        nothing = value is None or value in ([], {})
    refused = {each.span for each in subject.problems if each.kind == PROBLEM}
    return nothing and value_span(subject.document, key) not in refused


def key_span(document: Document, key: str) -> Span:
    """Return the place of a key; that of the first line when it is absent."""
    front = document.front_matter
    return (front.keys.get(key) if front else None) or document.line_span(1)


def value_span(document: Document, key: str) -> Span:
    """Return the place of a value, or else that of its key."""
    front = document.front_matter
    return (front.places.get(key) if front else None) or key_span(document, key)
