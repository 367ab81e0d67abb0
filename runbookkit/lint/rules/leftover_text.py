"""PM404."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.passages import Passage, passages
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.lint.stubs import has_content, is_stub
from runbookkit.model.postmortem import Postmortem

_LEFT: Final = re.compile(
    r"\b(?:TODO|TBD|TBC|TBA|FIXME|WIP)\b:?|\blorem ipsum\b|\?{3,}"
    r"|(?<![\w.])X{2,}(?::X{2,})*(?:\s?%)?(?![\w.])"
    r"|\b(?:HH|hh|XX|xx):(?:MM|mm|XX|xx)\b|\bYYYY-MM-DD\b"
    r"|<(?!(?:https?|mailto):)[A-Za-z][\w-]*(?: [\w ,.'/-]+)?>"
    r"|\[(?:insert|todo|tbd|fill in|describe|name|link|number|date|time)\b[^\[\]]*\](?![\[(])",
)
_HTML: Final = """
a b br code dd del details div dl dt em h1 h2 h3 h4 hr i img ins kbd li mark ol p
picture pre q s samp small source span strong sub summary sup table tbody td tfoot th
thead tr u ul var video wbr
"""
_TAGS: Final = frozenset(_HTML.split())
_HINT: Final = re.compile(r"[<\[?]|T[OB][DCA]|FIXME|WIP|XX|HH|hh:|YYYY|orem")


@postmortem_rule("PM404", level="warning", since="0.1.0")
def leftover_text(postmortem: Postmortem, context: Context) -> Found:
    """A placeholder was left in a text that is otherwise written.

    ## Why is this bad?

    "About XX % of the payments failed" was meant to be looked up. Nobody will,
    once the text has been reviewed.

    `TODO`, `TBD`, `<what happened>`, `[insert link]`, `XX`, `HH:mm` and the like
    count, outside code.

    ## Bad

    ````markdown
    ## Impact

    About XX % of the payments failed, see <link to the query>.
    ````

    ## Good

    ````markdown
    ## Impact

    One payment in four failed: 1,204 of 4,816.
    ````

    ## See also

    PM102, for sections that hold nothing else; PM204 and PM301, for tables.
    """
    empty = {
        section.key or section.title
        for section in postmortem.sections
        if not has_content(section.blocks)
    }
    for passage in passages(postmortem):
        if passage.section in empty or not _HINT.search(passage.words):
            continue
        for match in _LEFT.finditer(passage.words):
            if not _is_meant(passage, match[0]):
                yield Problem(
                    passage.located.span_of(*match.span()),
                    f"{match[0]!r} holds a place for text; write it",
                )


def _is_meant(passage: Passage, found: str) -> bool:
    if passage.column and is_stub(passage.words):
        return True  # the table's own rules ask for it
    if passage.column == "time":
        return True
    return found.startswith("<") and found[1:-1].split(maxsplit=1)[0].lower() in _TAGS
