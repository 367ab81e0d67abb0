"""RB805."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, runbook_rule
from runbookkit.lint.wording import mentions
from runbookkit.markdown.inline import without_code
from runbookkit.model.document import Prose
from runbookkit.model.runbook import Runbook

_VERB = (
    r"(?:ask|contact|ping|page|call|phone|text|e-?mail|message|notify|dm|inform"
    r"|escalate to|reach out to|talk to|speak (?:to|with)|check with|hand over to|cc)"
)
_GROUPS = (
    r"(?!(?:here|channel|everyone|all|on-?call|team|sre|ops|infra|platform|support"
    r"|security|[\w.-]*(?:team|oncall|on-call|support|group|admins?|ops|sre|eng))\b)"
)
_FIRST = (
    "Adam", "Alan", "Alex", "Alice", "Amy", "Andrea", "Andreas", "Andrew", "Anna",
    "Anne", "Anthony", "Ben", "Bob", "Brian", "Carl", "Carlos", "Carol", "Charles",
    "Chris", "Christian", "Claire", "Daniel", "Dave", "David", "Diana", "Ed", "Elena",
    "Emily", "Emma", "Eric", "Eva", "Frank", "Fred", "George", "Greg", "Hannah",
    "Hans", "Harry", "Helen", "Henry", "Ivan", "Jack", "James", "Jane", "Jason",
    "Jean", "Jeff", "Jim", "Joe", "John", "Jonas", "Jose", "Juan", "Julia", "Julie",
    "Karen", "Karl", "Kate", "Kevin", "Lars", "Laura", "Linda", "Lisa", "Lucas",
    "Luis", "Maria", "Marie", "Mark", "Martin", "Mary", "Matt", "Michael", "Mike",
    "Nick", "Nina", "Olga", "Oliver", "Oscar", "Patrick", "Paul", "Peter", "Phil",
    "Priya", "Rachel", "Raj", "Richard", "Rob", "Robert", "Ryan", "Sam", "Sara",
    "Sarah", "Simon", "Sophie", "Stefan", "Steve", "Susan", "Thomas", "Tim", "Tom",
    "Tony", "Victor", "Wei",
)  # fmt: skip
_NAMES = frozenset(name.lower() for name in _FIRST)
_PERSON = re.compile(
    rf"\b(?i:{_VERB})\s+(?:(?P<handle>@{_GROUPS}[a-z][\w.-]+)(?![/\w])"
    rf"|(?P<name>(?:{'|'.join(_FIRST)})(?:\s+[A-Z][\w'-]+)?)(?![\w-]))"
    r"|(?P<mail>\b(?![\w.]*(?:team|support|on-?call|admin|ops|help|desk|alerts?|service))"
    r"[a-z]{3,}\.[a-z]{3,}@[\w-]+\.[\w.-]*\w)"
)


@runbook_rule("RB805", level="warning", since="0.1.0", needs="nothing")
def person_as_escalation(runbook: Runbook, context: Context) -> Found:
    """The way out is a person instead of a role or a rota.

    ## Why is this bad?

    People go on holiday, change teams and sleep. A rota always has somebody
    who is awake.

    ## Bad

    ````markdown
    ## Escalation

    Call Anna Berg; she knows the gateway.
    ````

    ## Good

    ````markdown
    ## Escalation

    Page `team-gateway` in PagerDuty; after 15 minutes without an answer, the platform lead.
    ````
    """
    if not mentions(runbook.document, _NAMES, also=("@",)):
        return
    for prose, match in _people(runbook):
        who = match["handle"] or match["name"] or match["mail"]
        start = match.start(match.lastgroup or 0)
        yield Problem(
            prose.span_of(start, start + len(who)),
            f"{' '.join(who.split())!r} is a person; name the role or the rota",
        )


def _people(runbook: Runbook) -> Iterator[tuple[Prose, re.Match[str]]]:
    for block in runbook.document.blocks:
        if isinstance(block, Prose) and not block.quoted:
            text = without_code(block.text)
            yield from ((block, match) for match in _PERSON.finditer(text))
