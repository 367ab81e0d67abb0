"""PM403."""

from __future__ import annotations

import re
from typing import Final

from runbookkit.lint.context import Context
from runbookkit.lint.passages import Passage, passages
from runbookkit.lint.rule import Found, Problem, postmortem_rule
from runbookkit.model.postmortem import Postmortem

_DONE: Final = (
    r"(?:\w{2,}ed|been|begun|built|brought|caught|chosen|come|cut|done|drawn|driven|fallen"
    r"|felt|found|gone|given|got|gotten|grown|had|held|hit|kept|known|led|left|let|lost"
    r"|made|meant|met|paid|put|read|rolled|run|said|seen|sent|set|shown|shut|spent|spoken"
    r"|stood|taken|taught|thought|told|understood|woken|won|written)"
)
_THEN: Final = (
    r"(?=\s+(?:the|an?|it|this|that|these|those|them|us|to|in|on|at|by|from|with|for|of"
    r"|before|after|earlier|when|if|our|their|his|her|its|up|down|out|off|over|more|much"
    r"|sooner|faster|as|and|or|but|not|so|because|since|which|who|instead|immediately"
    r"|\w+ly|\w+ed)\b|\s*[.,;:!?)\"]|\s*$)"
)
_HINDSIGHT: Final = re.compile(
    rf"\b(?P<duty>(?:should|ought to|needn't|shouldn't)(?: not)?(?:'ve| have)"
    rf"(?: (?:not|also|already|at least|just|\w+ly))? {_DONE}){_THEN}"
    rf"|\b(?P<chance>(?:could|couldn't)(?: \w+ly)?(?:'ve| have)"
    rf"(?: (?:not|also|already|at least|just|\w+ly))? {_DONE}){_THEN}"
    r"|\b(?P<else>would(?:n't| not)?(?:'ve| have) (?:\w+ly )?(?:prevented|avoided|caught"
    r"|detected|helped|mitigated|noticed|occurred|happened|saved|shown|stopped))\b"
    r"|\b(?P<phrase>(?:in|with)(?: the benefit of)? hindsight|if only\b"
    r"|(?<!non-)(?<!not )(?<!n't )(?<!less )(?<!no )(?<!more )(?<!anything )(?<!nothing )obvious(?:ly)?"
    r"|of course\b)",
    re.IGNORECASE,
)
_HINT: Final = re.compile(r"have|'ve|hindsight|only|obvious|of course", re.IGNORECASE)
_LUCK: Final = re.compile(r"luck|went well", re.IGNORECASE)
_OPEN: Final = re.compile(
    r"\bcould have been (?:an?|the|due|caused|related|lower|higher|worse|a lot worse|much)\b",
    re.IGNORECASE,
)


@postmortem_rule("PM403", level="warning", since="0.1.0")
def hindsight_wording(postmortem: Postmortem, context: Context) -> Found:
    """A sentence judges a decision by how it ended.

    ## Why is this bad?

    "Should have noticed" describes something that did not happen. Why it made
    sense not to notice is left out, and that is what a change can reach.

    What chance spared us may say "could have" under *Where we got lucky*.

    ## Bad

    ````markdown
    ## Contributing factors

    - The rise of the error rate should have been noticed at 14:03.
    - With hindsight the retries were the cause.
    ````

    ## Good

    ````markdown
    ## Contributing factors

    - The error rate rose at 14:03; the alert waits for five minutes.
    - Each failed payment was tried nine times, which no dashboard shows.
    ````

    ## See also

    PM402, for sentences that blame.
    """
    for passage in passages(postmortem):
        if passage.quoted or not _HINT.search(passage.words):
            continue
        for match in _HINDSIGHT.finditer(passage.words):
            if not _is_fair(passage, match):
                said = " ".join(match[0].split())
                yield Problem(
                    passage.located.span_of(*match.span()),
                    f"{said!r} judges by the outcome; say what was known at the time,"
                    " and put the wish into an action item",
                )


def _is_fair(passage: Passage, match: re.Match[str]) -> bool:
    if match["chance"] or match["else"]:
        return bool(_LUCK.search(passage.section)) or bool(
            _OPEN.match(passage.words, match.start())
        )
    return bool(match["duty"]) and match["duty"].lower().endswith(" known")
