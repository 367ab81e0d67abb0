"""RB207."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.lint.commands import programs
from runbookkit.lint.context import Context
from runbookkit.lint.query_blocks import queries
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.model.finding import Edit, Fix
from runbookkit.model.runbook import Runbook
from runbookkit.model.span import Located

_SMART: Final = re.compile("[\u2018\u2019\u201c\u201d\u2012-\u2015\u00a0\u202f\u2212]")
_DASHES: Final = re.compile("[-\u2012-\u2015\u2212]+")
_QUOTED: Final = re.compile(
    r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|(?:^|(?<=\s))#.*", re.MULTILINE
)
_NAMES: Final = {
    "\u2018": "curly quote", "\u2019": "curly quote",
    "\u201c": "curly quote", "\u201d": "curly quote",
    "\u00a0": "no-break space", "\u202f": "no-break space",
}  # fmt: skip


@runbook_rule("RB207", level="error", since="0.1.0", needs="nothing")
def smart_punctuation(runbook: Runbook, context: Context) -> Found:
    """A command holds a quote, dash or space that only looks like the real one.

    ## Why is this bad?

    A word processor has made the text prettier. On the page nothing is wrong;
    pasted, the shell takes the curly quotes for letters and the long dash for
    no option at all.

    ## Bad

    ````markdown
    ### Look at the pods

    ```bash
    kubectl get pods \u2013-namespace shop
    ```
    ````

    ## Good

    ````markdown
    ### Look at the pods

    **In a shell**:

    ```bash
    kubectl get pods --namespace shop
    ```

    **Reads only**

    **Expect:** `exit_code == 0`

    - **Not met:** escalate
    ````
    """
    found: list[tuple[str, Located]] = [
        (program.transcript.text, program.source) for program in programs(runbook)
    ]
    found.extend((query.block.text, query.block) for query in queries(runbook))
    for text, source in found:
        if not text.isascii() and _SMART.search(text):
            yield from _problems(text, source)


def _problems(text: str, source: Located) -> Found:
    # what stands in quotes or in a comment is somebody's own words
    bare = _QUOTED.sub(lambda match: "." * len(match[0]), text)
    for start, end, plain in _replacements(bare, text):
        wrong = text[start:end]
        name = next((_NAMES[each] for each in wrong if each in _NAMES), "long dash")
        span = source.span_of(start, end)
        yield Problem(
            span,
            f"{name} {wrong!r} in a command; write {plain!r}",
            Fix(f"write {plain!r}", (Edit(span, plain),)),
        )


def _replacements(bare: str, text: str) -> Iterator[tuple[int, int, str]]:
    done = 0
    for match in _SMART.finditer(bare):
        start, end = match.span()
        if start < done:
            continue
        letter = match[0]
        if letter in "\u2018\u2019":
            plain = "'"
        elif letter in "\u201c\u201d":
            plain = '"'
        elif letter in "\u00a0\u202f":
            plain = " "
        else:
            start, end, plain = _dash(text, start)
        done = end
        yield start, end, plain


def _dash(text: str, start: int) -> tuple[int, int, str]:
    """Return the hyphens that a run of dashes stands for."""
    while start and text[start - 1] == "-":
        start -= 1
    match = _DASHES.match(text, start)
    end = match.end() if match else start + 1
    before = text[start - 1] if start else " "
    after = re.match(r"[A-Za-z][\w-]*", text[end:])
    # a dash before a whole word was typed as two hyphens
    long = before.isspace() and after is not None and len(after[0]) > 1
    return start, end, "--" if long else "-"
