"""RB909."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, document_rule
from runbookkit.lint.wording import IMPERATIVE
from runbookkit.model.document import Document

# What tools, generators and authors write to each other.
_MARKER = re.compile(
    r"\s*(?:runbookkit:|[\w-]*lint(?:-\w+)*\b|rumdl|prettier|vale\b|(?:c?spell|skip|ignore"
    r"|disable|enable|omit|ds|vim|toc|source|original|next|more)[-:]|/?(?:toc|more|omit)\s*\Z"
    r"|(?:start|end|begin|stop) (?:of|doctoc|toc|generated|include|snippet|insert)\b"
    r"|(?:doctoc|mdtoc|embedme|allcontributors|todo|tbd|fixme|copyright|licen[cs]e|spdx"
    r"|reviewed|updated|author|generated|auto-?generated|original source|last \w+ed)\b"
    r"|(?:please )?(?:don't|do not) edit\b|note to (?:editors?|authors?|reviewers?)\b"
    r"|(?:insert|add|write|describe|list|fill|replace|remove|delete|use) (?:in )?"
    r"(?:this|your|here|with|the (?:text|section|comment|line|template))\b)",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"(?:^|[\s`$])(?:kubectl|oc|helm|systemctl|sudo|aws|gcloud|az|curl|psql|terraform"
    r"|docker|ansible|ssh|redis-cli)\s+\S",
    re.MULTILINE,
)
_LEAD = re.compile(
    r"\s*(?:(?:[-*\d.)]+|then|also|please|first|next|note|warning):?,?\s+)*"
)


@document_rule("RB909", level="info", since="0.1.0")
def instruction_in_comment(document: Document, context: Context) -> Found:
    """An HTML comment tells somebody what to do.

    ## Why is this bad?

    Whoever reads the page does not see it; whoever, or whatever, reads the
    source does. Half of the readers follow another runbook.

    Markers of tools (tables of contents, linters, formatters) and licence
    notes are fine.

    ## Bad

    ````markdown
    ## Notes

    <!-- Restart the gateway first if it is a Monday. -->
    ````

    ## Good

    ````markdown
    ## Notes

    Restart the gateway first if it is a Monday.
    ````
    """
    for comment in document.comments:
        text = comment.text
        if _MARKER.match(text) or len(text.split()) < 3:
            continue
        lead = _LEAD.match(text)
        if IMPERATIVE.match(text, lead.end() if lead else 0) or _COMMAND.search(text):
            yield Problem(
                comment.span,
                "this comment holds an instruction that the page does not show; move it"
                " into the text or remove it",
            )
