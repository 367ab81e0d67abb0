"""PM401."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from runbookkit.lint.context import Context
from runbookkit.lint.front import value_span
from runbookkit.lint.passages import passages
from runbookkit.lint.people import people
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem
from runbookkit.model.span import Span


@postmortem_rule("PM401", level="warning", since="0.1.0")
def named_person(postmortem: Postmortem, context: Context) -> Found:
    """A postmortem names a person instead of a role.

    ## Why is this bad?

    With a name in it the sentence is about somebody, and the next reader asks
    what is wrong with them instead of what made their step look right. People
    who expect to be named tell less.

    Known are common given names, with or without a surname, `@handles` and
    addresses of persons; each is reported once, at its first place. Names of
    teams and products are not meant; one that is taken for a person can be put
    into a code span.

    ## Bad

    ````markdown
    ## Detection

    Anna Berg saw the graph by chance and asked @bob.k to look.
    ````

    ## Good

    ````markdown
    ## Detection

    The product lead saw the graph by chance and asked the on-call engineer to look.
    ````
    """
    found = tuple(_names(postmortem))
    counts = Counter(name for name, _ in found)
    for name, span in found:
        others = counts.pop(name, 0) - 1
        if others >= 0:
            places = "place" if others == 1 else "places"
            more = f" here and in {others} more {places}" if others else ""
            yield Problem(
                span, f"{name!r} is a person; name the role or the team{more}"
            )


def _names(postmortem: Postmortem) -> Iterator[tuple[str, Span]]:
    document = postmortem.document
    data = document.front_matter.data if document.front_matter else {}
    for key in ("owner", "authors"):
        value = data.get(key)
        for number, words in enumerate(value if isinstance(value, list) else [value]):
            path = f"{key}.{number}" if isinstance(value, list) else key
            for named in people(str(words)):
                yield named.name, value_span(document, path)
    for passage in passages(postmortem):
        for named in people(passage.words):
            name = " ".join(named.name.split())
            yield name, passage.located.span_of(named.start, named.end)
