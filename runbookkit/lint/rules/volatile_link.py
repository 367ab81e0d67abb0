"""RB802."""

from __future__ import annotations

import re

from runbookkit.lint.context import Context
from runbookkit.lint.rule import Found, Problem, document_rule
from runbookkit.lint.wording import mentions
from runbookkit.model.document import Document

_KINDS = (
    ("a chat thread", r"slack\.com/|discord\.(?:gg|com)/|teams\.microsoft\.com/l/message|//t\.me/"),
    ("a shared document", r"(?:docs|drive|sheets)\.google\.com/|dropbox\.com/|onedrive\.live\.com/|wetransfer\.com/"),
    ("a video", r"youtube\.com/|youtu\.be/|vimeo\.com/|loom\.com/share"),
    ("a paste", r"pastebin\.com/|hastebin\.com/|dpaste\.|paste\.\w+\.\w+/|imgur\.com/|termbin\.com/"),
    ("a call", r"zoom\.us/|meet\.google\.com/|teams\.microsoft\.com/l/meetup|webex\.com/"),
    ("a short link", r"//(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|is\.gd)/"),
    ("somebody's own machine", r"//(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\])(?=[:/]|$)"),
)  # fmt: skip
_PATTERNS = tuple(
    (kind, re.compile(rf"^https?:[^?#]*?(?:{hosts})", re.IGNORECASE))
    for kind, hosts in _KINDS
)
_ANY = re.compile(
    rf"https?:[^?#]*?(?:{'|'.join(hosts for _, hosts in _KINDS)})", re.IGNORECASE
)
# Then localhost is the reader's own machine, and on purpose.
_TUNNELS = frozenset({"forward", "ssh", "proxy", "docker", "minikube", "tunnel"})


@document_rule("RB802", level="warning", since="0.1.0")
def volatile_link(document: Document, context: Context) -> Found:
    """A link leads to something that vanishes or that not everybody may open.

    ## Why is this bad?

    A chat thread is deleted after ninety days, a shared document belongs to
    somebody who has left, a video takes twenty minutes. The person on call has
    none of these.

    ## Bad

    ````markdown
    ## Notes

    [How we fixed it last time](https://example.slack.com/archives/C042/p1700000000)
    ````

    ## Good

    ````markdown
    ## Notes

    Last time a full connection pool was the reason; raising it to 50 ended the outage.
    ````
    """
    for link in document.links:
        if not link.target.startswith("http") or not _ANY.match(link.target):
            continue
        kind = next((kind for kind, hosts in _PATTERNS if hosts.match(link.target)), "")
        if kind == "somebody's own machine" and (
            link.text == link.target or mentions(document, _TUNNELS)
        ):
            continue
        if kind:
            yield Problem(
                link.span,
                f"{link.target!r} is {kind}; write down what it says, or link what stays",
            )
