"""Say what is wrong where a text stops being TraceQL, and what to write instead."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from runbookkit.queries.language import QueryProblem
from runbookkit.queries.lark_grammar import SyntaxFault, in_words, unreadable

_STAGE: Final = "a stage such as `rate()` or `select(…)`"
_AGGREGATE: Final = "an aggregate such as `count()`"
_RELATION: Final = "a relation such as `>>`"
_COMPARISON: Final = "a comparison such as `=`"
_ARITHMETIC: Final = "an operator such as `+`"
_VALUE: Final = 'a value such as `"checkout"`, `5s` or `error`'
# the likely ones first; words that are left out are never worth naming
_WORDS: Final = {
    "LBRACE": "a filter such as `{ status = error }`",
    "ATTRIBUTE": "an attribute such as `span.http.route`",
    "STRING": _VALUE,
    "INTEGER": "a number",
    "FLOAT": "a number",
    "EQUAL": _COMPARISON,
    "RBRACE": "`}`",
    "AND": "`&&` or `||`",
    "RATE": _STAGE,
    "SELECT": _STAGE,
    "TOPK": "`topk(…)` or `bottomk(…)`",
    "COUNT": _AGGREGATE,
    "DEEP_GREATER": _RELATION,
    "VBAR": "`|` and a stage",
    "COMMA": "`,`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "NAME": "a name",
    "BY": "`by (…)`",
    "WITH": "`with (…)`",
    "PLUS": _ARITHMETIC,
    "$END": "the end of the query",
}
_INTRINSICS: Final = """
status kind duration name statusMessage traceDuration rootServiceName rootName
nestedSetLeft nestedSetRight nestedSetParent span:id span:parentID span:duration span:name
span:kind span:status span:statusMessage span:childCount trace:id trace:duration
trace:rootName trace:rootService event:name event:timeSinceStart link:spanID link:traceID
instrumentation:name instrumentation:version
"""
_CONSTANTS: Final = """
true false nil ok error unset unspecified internal server client producer consumer
"""
_FUNCTIONS: Final = """
by select coalesce count avg min max sum rate count_over_time min_over_time max_over_time
avg_over_time sum_over_time histogram_over_time quantile_over_time compare topk bottomk
"""
_RESOURCE: Final = ("service.", "k8s.", "host.", "cloud.", "deployment.", "container.")
_MALFORMED: Final = re.compile(r"[\d.][\w.]*")
_INSTEAD: Final = {"and": "&&", "AND": "&&", "or": "||", "OR": "||", "not": "!"}


def syntax_problem(fault: SyntaxFault, query: str) -> QueryProblem:
    """Return the fault as a problem that says what to write."""
    if not fault.kind:
        return _unreadable(fault, query)
    message = _hint(fault, query)
    if not message:
        found = f"`{fault.found}`" if fault.found else "the end of the query"
        expected = in_words(fault.expected, _WORDS)
        message = f"{found} cannot stand here"
        message += f"; expected {expected}" if expected else ""
    return QueryProblem(message, fault.start, fault.end)


def _unreadable(fault: SyntaxFault, query: str) -> QueryProblem:
    number = _MALFORMED.match(query, fault.start)
    if number and number[0] != ".":
        message = f"`{number[0]}` is no number and no duration such as `1h30m`"
        return QueryProblem(message, *number.span())
    message, end = unreadable(query, fault.start)
    return QueryProblem(message, fault.start, end)


def _hint(fault: SyntaxFault, query: str) -> str:
    if fault.kind == "NAME":
        return _of_name(fault, query)
    if fault.kind == "$END":
        for terminal, sign in (("RPAR", ")"), ("RBRACE", "}")):
            if terminal in fault.expected:
                return f"a `{sign}` is missing at the end"
    if fault.kind in ("RBRACE", "RPAR") and "STRING" in fault.expected:
        return f"something is missing before `{fault.found}`: {_VALUE}"
    return _of_joint(fault, query)


def _of_joint(fault: SyntaxFault, query: str) -> str:
    if fault.kind == "EQUAL" and query[fault.start - 1 : fault.start] == "=":
        return "TraceQL compares with `=`, not with `==`"
    if fault.kind == "COMMA" and "AND" in fault.expected:
        return "conditions are joined by `&&` or `||`, not by `,`"
    if fault.kind == "LBRACE" and "DEEP_GREATER" in fault.expected:
        return "two filters need a relation between them, such as `>>` or `&&`"
    return ""


def _of_name(fault: SyntaxFault, query: str) -> str:
    name = fault.found
    if name in _INSTEAD:
        return f"`{name}` is written `{_INSTEAD[name]}`"
    if "RATE" in fault.expected or query[fault.end :].lstrip().startswith("("):
        near = get_close_matches(name, _FUNCTIONS.split(), n=1)
        advice = f"; did you mean `{near[0]}`?" if near else ""
        return f"TraceQL has no stage `{name}`{advice}"
    if "ATTRIBUTE" in fault.expected:
        return _of_attribute(name, query[: fault.start].rstrip())
    return ""


def _of_attribute(name: str, before: str) -> str:
    if before.endswith(("=", "~", "<", ">")):
        near = get_close_matches(name.lower(), _CONSTANTS.split(), n=1)
        advice = f"`{near[0]}`" if near else f'`"{name}"` for a text'
        return f"`{name}` is no value; write {advice}"
    known = {each.lower(): each for each in _INTRINSICS.split()}
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.85)
    if near:
        return f"there is no `{name}`; did you mean `{known[near[0]]}`?"
    scope = "resource" if name.startswith(_RESOURCE) else "span"
    return f"an attribute begins with its scope; write `{scope}.{name}` or `.{name}`"
