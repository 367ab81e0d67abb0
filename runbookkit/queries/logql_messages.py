"""Say what is wrong where a text stops being LogQL, and what to write instead."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from runbookkit.queries.language import QueryProblem
from runbookkit.queries.lark_grammar import SyntaxFault, in_words, unreadable

_LINE_FILTER: Final = 'a line filter such as `|= "error"`'
_STAGE: Final = "a stage such as `json`"
_AGGREGATION: Final = "a function such as `sum(…)`"
_COMPARISON: Final = "a comparison such as `>`"
_ARITHMETIC: Final = "an operator such as `/`"
# the likely ones first; words that are left out are never worth naming
_WORDS: Final = {
    "RANGE": "a range such as `[5m]`",
    "LBRACE": 'a selector such as `{app="checkout"}`',
    "STRING": 'a text in quotes such as `"error"`',
    "WORD": "a label",
    "NUMBER": "a number",
    "DURATION": "a duration such as `5m`",
    "CONTAINS": _LINE_FILTER,
    "VBAR": "`|` and a stage",
    "RANGE_FUNCTION": _AGGREGATION,
    "VECTOR_FUNCTION": _AGGREGATION,
    "JSON": _STAGE,
    "LINE_FORMAT": _STAGE,
    "UNWRAP": "`unwrap`",
    "EQUAL": "`=`",
    "MATCHES": "`=~`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "RBRACE": "`}`",
    "COMMA": "`,`",
    "OF": "`of`",
    "BY": "`by`",
    "OFFSET": "`offset`",
    "GREATER": _COMPARISON,
    "PLUS": _ARITHMETIC,
    "AND": "`and`, `or`",
    "$END": "the end of the query",
}
_STAGES: Final = (
    "json",
    "logfmt",
    "regexp",
    "pattern",
    "unpack",
    "decolorize",
    "line_format",
    "label_format",
    "drop",
    "keep",
)
_FUNCTIONS: Final = """
rate rate_counter count_over_time bytes_rate bytes_over_time avg_over_time
sum_over_time min_over_time max_over_time stdvar_over_time stddev_over_time
quantile_over_time first_over_time last_over_time absent_over_time sum avg max min count
stddev stdvar bottomk topk approx_topk sort_desc sort label_replace vector
"""
_ON_NUMBERS: Final = """
EQUALS GREATER GREATER_EQUAL LESS LESS_EQUAL PLUS MINUS TIMES DIVIDE MODULO POWER
OR AND UNLESS
"""
_MALFORMED: Final = re.compile(r"[\d.][\w.]*")


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
        message = (
            f"`{number[0]}` is no number, no duration such as `1h30m` "
            "and no size such as `5MB`"
        )
        return QueryProblem(message, *number.span())
    message, end = unreadable(query, fault.start)
    return QueryProblem(message, fault.start, end)


def _hint(fault: SyntaxFault, query: str) -> str:
    for hint in (_missing, _of_place, _of_selector, _of_value, _of_function):
        message = hint(fault, query)
        if message:
            return message
    return ""


def _missing(fault: SyntaxFault, query: str) -> str:
    if fault.kind in ("RPAR", "$END") and "RANGE" in fault.expected:
        before = "`)`" if fault.kind == "RPAR" else "the end of the query"
        return f"a range such as `[5m]` is missing before {before}"
    if fault.kind == "$END":
        for terminal, sign in (("RPAR", ")"), ("RBRACE", "}")):
            if terminal in fault.expected:
                return f"a `{sign}` is missing at the end"
    if fault.kind in ("$END", "VBAR") and {"EQUALS", "MATCHES"} <= fault.expected:
        before = query[: fault.end] if fault.kind == "$END" else query[: fault.start]
        return _half_condition(before)
    return ""


def _half_condition(before: str) -> str:
    *_, bar, name = re.findall(r"\w+|\|", f"| {before}")
    near = get_close_matches(name.lower(), _STAGES, n=1) if bar == "|" else []
    if near:
        return f"there is no stage `{name}`; did you mean `{near[0]}`?"
    return f'`{name}` is compared with nothing; write one such as `{name}="…"`'


def _of_selector(fault: SyntaxFault, query: str) -> str:
    if fault.kind == "RBRACE" and fault.expected == {"WORD"}:
        return "a comma before `}` is one too many"
    if "WORD" in fault.expected and fault.found.upper() == fault.kind:
        return f"`{fault.found}` is a word of LogQL and cannot name a label"
    if fault.kind == "STRING" and "WORD" in fault.expected:
        return "a label is written without quotes"
    if fault.expected == {"EQUAL", "UNEQUAL", "MATCHES", "MATCHES_NOT"}:
        return f"a selector compares with `=`, `!=`, `=~` or `!~`, not `{fault.found}`"
    opening = query[: fault.start].rfind("{")
    is_inside = opening > query[: fault.start].rfind("}")
    if is_inside and fault.kind in ("AND", "OR") and "COMMA" in fault.expected:
        return f"matchers are joined by `,`, not by `{fault.found}`"
    return ""


def _of_value(fault: SyntaxFault, _query: str) -> str:
    if fault.kind == "WORD" and "STRING" in fault.expected:
        return f'a text must be in quotes; write `"{fault.found}"`'
    if fault.kind in ("NUMBER", "DURATION") and fault.expected == {"STRING"}:
        return f'a pattern must be in quotes; write `"{fault.found}"`'
    return ""


def _of_function(fault: SyntaxFault, query: str) -> str:
    if fault.kind != "WORD" or "LBRACE" not in fault.expected:
        return ""
    following = query[fault.end :].lstrip()
    if following.startswith("("):
        near = get_close_matches(fault.found.lower(), _FUNCTIONS.split(), n=1)
        advice = f"; did you mean `{near[0]}`?" if near else ""
        return f"LogQL has no function `{fault.found}`{advice}"
    if following[:1] in ("{", "[", ")", ""):
        return (
            f"`{fault.found}` reads like a metric; LogQL selects logs with `{{…}}`, "
            "and metrics are asked for in a `promql` block"
        )
    return ""


def _of_place(fault: SyntaxFault, _query: str) -> str:
    if fault.kind in _ON_NUMBERS.split() and "VBAR" in fault.expected:
        return (
            f"`{fault.found}` works on numbers, and this is a query for lines; "
            "count them first, as `count_over_time(… [5m])`"
        )
    if fault.kind == "RANGE":
        return (
            "a range belongs into a function such as `rate(…)`, "
            "after the selector and its stages"
        )
    if fault.kind == "UNWRAP":
        return (
            "`unwrap` belongs into a function such as `sum_over_time(… [5m])`, "
            "after all other stages"
        )
    if fault.kind == "OFFSET":
        return "`offset` stands right after the range, inside the function"
    return ""
