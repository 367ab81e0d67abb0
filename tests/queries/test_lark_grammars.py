from __future__ import annotations

from importlib import resources

import pytest

from runbookkit.queries import lark_grammar
from runbookkit.queries.lark_grammar import SyntaxFault

GRAMMARS = ("logql.lark", "traceql.lark")


@pytest.mark.parametrize("file", GRAMMARS)
def test_every_grammar_is_in_the_package(file: str) -> None:
    assert resources.files("runbookkit.queries").joinpath(file).is_file()


def test_a_fault_tells_what_could_stand_there() -> None:
    fault = lark_grammar.parse(lark_grammar.build("logql.lark"), '{app="x" 5}')

    assert isinstance(fault, SyntaxFault)
    assert (fault.found, fault.kind) == ("5", "NUMBER")
    assert fault.expected == {"COMMA", "RBRACE"}


def test_at_most_six_things_are_named() -> None:
    words = {name: f"`{name}`" for name in "abcdefgh"}

    assert lark_grammar.in_words("gfedcba", words) == (
        "`a`, `b`, `c`, `d`, `e`, `f` or …"
    )
    assert lark_grammar.in_words("ba", words) == "`a` or `b`"
    assert lark_grammar.in_words("x", words) == ""
