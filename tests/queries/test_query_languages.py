from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings, strategies as st

from queries import query_samples
from queries.query_samples import Outdated, Refused
from runbookkit.queries.language import Checked, Language
from runbookkit.queries.registry import language_of

NAMES = ("logql", "promql", "traceql")
ACCEPTED = [(name, query) for name in NAMES for query in query_samples.valid(name)]
REFUSED = [(name, each) for name in NAMES for each in query_samples.invalid(name)]
OUTDATED = [(name, each) for name in NAMES for each in query_samples.outdated(name)]
PIECES = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`|\s+|\w+|[|=!~<>&]+|.', re.DOTALL)


def language(name: str) -> Language:
    found = language_of(name)
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "query"), ACCEPTED)
def test_accepts_what_the_server_accepts(name: str, query: str) -> None:
    result = language(name).check(query, "")

    assert result.problems == ()
    assert result.unchecked == ""


@pytest.mark.parametrize(("name", "refused"), REFUSED)
def test_marks_what_is_wrong_and_says_why(name: str, refused: Refused) -> None:
    problem, *_ = language(name).check(refused.query, "").problems

    assert refused.message in problem.message
    assert (problem.start, problem.end) == (refused.start, refused.end)
    assert problem.level == "error"


@pytest.mark.parametrize(("name", "outdated"), OUTDATED)
def test_knows_what_an_older_server_refuses(name: str, outdated: Outdated) -> None:
    refused = outdated.refused

    problem, *_ = language(name).check(refused.query, outdated.version).problems

    assert refused.message in problem.message
    assert (problem.start, problem.end) == (refused.start, refused.end)
    assert language(name).check(refused.query, "").problems == ()


@pytest.mark.parametrize("name", NAMES)
def test_messages_are_clauses_in_the_house_style(name: str) -> None:
    for refused in query_samples.invalid(name):
        for problem in language(name).check(refused.query, "").problems:
            assert not problem.message.endswith(".")
            assert problem.message[0] == "`" or problem.message.startswith(
                (
                    *string.ascii_lowercase,
                    "LogQL",
                    "PromQL",
                    "TraceQL",
                    "Tempo",
                    "Prometheus",
                )
            )


@settings(deadline=None, max_examples=150)
@given(data=st.data())
@pytest.mark.parametrize("name", NAMES)
def test_bears_damaged_queries(name: str, data: st.DataObject) -> None:
    pieces = PIECES.findall(data.draw(st.sampled_from(query_samples.valid(name))))
    others = PIECES.findall(data.draw(st.sampled_from(query_samples.valid(name))))
    at = data.draw(st.integers(0, len(pieces)))
    until = data.draw(st.integers(at, min(at + 3, len(pieces))))
    foreign = data.draw(
        st.lists(st.sampled_from(others) | st.text(max_size=3), max_size=3)
    )
    text = "".join([*pieces[:at], *foreign, *pieces[until:]])

    result = language(name).check(text, "")

    assert isinstance(result, Checked)
    assert all(0 <= each.start <= each.end <= len(text) for each in result.problems)


@pytest.mark.parametrize("name", NAMES)
def test_refuses_a_query_that_is_too_long(name: str) -> None:
    query = query_samples.valid(name)[0] + " " * 17_000

    problem, *_ = language(name).check(query, "").problems

    assert "at most 16384 are accepted" in problem.message


@pytest.mark.parametrize("name", NAMES)
def test_refuses_half_of_a_surrogate_pair(name: str) -> None:
    problem, *_ = language(name).check('{a="\ud800"}', "").problems

    assert (problem.start, problem.end) == (4, 5)


@pytest.mark.parametrize("name", NAMES)
def test_refuses_a_raw_nul_character(name: str) -> None:
    problem, *_ = language(name).check('{a="\0"}', "").problems

    assert (problem.start, problem.end) == (4, 5)
