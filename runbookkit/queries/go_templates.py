"""Go templates of log stages: what keeps one from being read."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

_ACTION: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|' + r"'(?:[^'\\]|\\.)*'")
_COMMENT: Final = re.compile(r"-?\s*/\*.*\*/\s*-?", re.DOTALL)
_NAME: Final = re.compile(r"(?<![\w.$])[^\W\d]\w*")
_OPENING: Final = frozenset(("if", "with", "range", "define", "block"))
_KEYWORDS: Final = _OPENING | {
    "else",
    "end",
    "template",
    "break",
    "continue",
    "nil",
    "true",
    "false",
}
_GO: Final = """
and call eq ge gt html index js le len lt ne not or print printf println slice urlquery
"""
_LOKI: Final = """
ToLower ToUpper Replace Trim TrimLeft TrimRight TrimPrefix TrimSuffix TrimSpace
__line__ __timestamp__ add addf alignLeft alignRight b64dec b64enc bytes ceil contains
count date default div divf duration duration_seconds float64 floor fromJson hasPrefix
hasSuffix indent int lower max maxf min minf mod mul mulf nindent now regexReplaceAll
regexReplaceAllLiteral repeat replace round sub subf substr title toDate toDateInZone
trim trimAll trimPrefix trimSuffix trunc unixEpoch unixEpochMillis unixEpochNanos
unixToTime upper urldecode urlencode
"""
_FUNCTIONS: Final = frozenset((_GO + _LOKI).split())


def template_fault(template: str) -> str:
    """Return why a template cannot be read; empty when nothing is found.

    >>> template_fault("{{.status | toUpper}}")
    'a template has no function `toUpper`; did you mean `ToUpper`?'
    """
    rest = _ACTION.sub("", _QUOTED.sub("", template))
    if "{{" in rest:
        return "`{{` is never closed; write `}}` after it"
    depth = 0
    for action in _ACTION.finditer(template):
        if _COMMENT.fullmatch(action[1]):
            continue
        names = _NAME.findall(_QUOTED.sub("", action[1]))
        unknown = next((name for name in names if not _is_known(name)), None)
        if unknown:
            return _unknown(unknown)
        depth += _depth_change(names)
        if depth < 0:
            return "`{{end}}` closes nothing; leave it out"
    return "an `{{if}}`, `{{range}}` or `{{with}}` lacks its `{{end}}`" if depth else ""


def _is_known(name: str) -> bool:
    return name in _FUNCTIONS or name in _KEYWORDS


def _unknown(name: str) -> str:
    lowered = {known.lower(): known for known in sorted(_FUNCTIONS)}
    near = get_close_matches(name.lower(), lowered, n=1)
    advice = f"; did you mean `{lowered[near[0]]}`?" if near else ""
    if not near:
        advice = f"; a label is `.{name}`"
    return f"a template has no function `{name}`{advice}"


def _depth_change(names: list[str]) -> int:
    if not names:
        return 0
    return {"end": -1}.get(names[0], 1 if names[0] in _OPENING else 0)
