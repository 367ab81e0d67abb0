"""PM402."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.passages import passages
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem

_WHO: Final = (
    r"(?:we|they|he|she|i|you|who|someone|somebody|everyone|(?:the |an? |our )?"
    r"(?:[\w-]+ )?(?:engineers?|developers?|administrators?|teams?|on-?call|responders?"
    r"|people|persons?|authors?|reviewers?|staff|colleagues?|employees?|contractors?"
    r"|vendor|commander))"
)
# an operator or manager may be a program, so the verb has to be a person's
_MAYBE_WHO: Final = r"(?:operators?|managers?|admins?|leads?|owners?)"
_PERSONAL: Final = (
    r"(?:notice|check|review|tell|inform|ask|escalate|reali[sz]e|communicate|understand"
    r"|consult|think|consider|follow|speak)"
)
_BLAME: Final = re.compile(
    r"\b(?:human (?:error|failure|mistake)s?|operator error(?! rate| log)"
    r"|forgot(?:ten)?(?![\s-]?password)|careless(?:ly|ness)?|negligen(?:t|tly|ce)|sloppy|sloppily"
    r"|sloppiness|incompeten(?:t|ce)|reckless(?:ly|ness)?|irresponsibl[ey]|stupid(?:ly|ity)?"
    r"|inattenti(?:on|ve)|(?:did not|didn't|could not|couldn't) (?:even )?(?:be )?bother(?:ed)?"
    r"|too lazy|should (?:really )?have known(?: better)?|know better"
    r"|(?:to|is|are|was|were|be) blamed?(?:d)? (?:for|on)|(?:is|are|was|were) to blame"
    r"|(?:my|your|his|her|their|our|the \w+'s|\w+'s) (?:own )?fault|fault of (?:the |a )?\w+"
    rf"|{_WHO} (?:is|are|was|were) at fault|lack of (?:attention|care|diligence|discipline)"
    r"|poor (?:judge?ment|discipline)"
    r"|made (?:a|an|the|this|that|some) (?:\w+ )?mistakes?|mistakenly"
    r"|(?:in breach|in violation) of (?:the )?(?:policy|procedure|process|rules?)"
    r"|(?:failed|neglected) to (?:follow|adhere|comply|pay attention)"
    rf"|{_WHO} (?:\w+ly )?(?:failed|neglected|omitted) to (?!\w+ (?:over|back)\b)\w+"
    rf"|{_MAYBE_WHO} (?:\w+ly )?(?:failed|neglected|omitted) to {_PERSONAL}"
    rf"|{_WHO} (?:just |simply |completely )?(?:ignored|disregarded|overlooked)"
    r"|ignored (?:the|all|our|an?|several|previous) (?:\w+ )?(?:alerts?|warnings?|pages?"
    r"|procedures?|instructions|runbooks?|advice))\b",
    re.IGNORECASE,
)
_NO_BLAME: Final = re.compile(
    r"(?:\b(?:no|not|nobody|never|without|rather than|instead of|call(?:ed|ing)? it)\s"
    r"(?:\w+\s)?|[\"'“])$",
    re.IGNORECASE,
)
_HINT: Final = re.compile(
    r"error|failure|mistake|forgot|care|neglig|slopp|incompet|reckless|irrespon|stupid"
    r"|inattent|bother|lazy|know|blame|fault|lack|poor|breach|violat|failed|neglected"
    r"|omitted|ignored|disregarded|overlooked",
    re.IGNORECASE,
)


@postmortem_rule("PM402", level="warning", since="0.1.0")
def blaming_wording(postmortem: Postmortem, context: Context) -> Found:
    """A sentence says who was at fault instead of what made it possible.

    ## Why is this bad?

    "Human error" ends the search where it gets interesting. People did what
    made sense to them with what they saw; what they saw is what can be changed.

    Say what happened, and what the system offered: which screen, which default,
    which step that was easy to leave out.

    ## Bad

    ````markdown
    ## Contributing factors

    - The on-call engineer forgot to raise the limit.
    - Human error during the review.
    ````

    ## Good

    ````markdown
    ## Contributing factors

    - The limit has to be raised by hand after each release, and no step says so.
    - The review shows the change without the limit that it needs.
    ````

    ## See also

    PM403, for sentences that know how it ended.
    """
    for passage in passages(postmortem):
        if passage.quoted or not _HINT.search(passage.words):
            continue
        for match in _BLAME.finditer(passage.words):
            if _NO_BLAME.search(passage.words, 0, match.start()):
                continue
            said = " ".join(match[0].split())
            yield Problem(
                passage.located.span_of(*match.span()),
                f"{said!r} blames; say what people saw, and what made the step easy to"
                " take or to miss",
            )
