from __future__ import annotations

from datetime import timedelta

import pytest

from runbookkit.markdown.leadline import parse_lead_line
from runbookkit.model.document import Prose
from runbookkit.model.runbook import LeadLine, Limit, Poll
from runbookkit.model.span import Span


def prose(text: str) -> Prose:
    rows = text.split("\n")
    return Prose(text, Span(7, 3, 6 + len(rows), 3 + len(rows[-1])), (3,) * len(rows))


def lead(text: str) -> LeadLine:
    line, problems = parse_lead_line(prose(text))
    assert problems == ()
    return line


@pytest.mark.parametrize(
    ("clause", "name", "value"),
    [
        ("over the last 1h30m", "window", timedelta(hours=1, minutes=30)),
        ("at 2026-11-01T12:00:00Z", "at", "2026-11-01T12:00:00Z"),
        ("at `{{ started }}`", "at", "{{ started }}"),
        ("step 30s", "step", timedelta(seconds=30)),
        ("at most 100 lines", "limit", Limit(100, "lines")),
        ("at most 1,000 traces", "limit", Limit(1_000, "traces")),
        ("at most 1 Trace", "limit", Limit(1, "traces")),
        ("at most 5 series", "limit", Limit(5, "series")),
        ("within 500ms", "timeout", timedelta(milliseconds=500)),
        ("for 2m", "run_time", timedelta(minutes=2)),
        ("on `{{ node }}`", "host", "{{ node }}"),
        ('on {{ hosts["a, b"] }}', "host", '{{ hosts["a, b"] }}'),
        (
            "every 30s for up to 10m",
            "poll",
            Poll(timedelta(seconds=30), timedelta(minutes=10)),
        ),
        ("Over The Last 1h", "window", timedelta(hours=1)),
    ],
)
def test_each_clause_becomes_an_option(clause: str, name: str, value: object) -> None:
    assert getattr(lead(f"**In Loki**, {clause}:"), name) == value


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("**In Loki**:", "Loki"),
        ("**With bpftrace**:", "bpftrace"),
        ("**in a shell**:", "a shell"),
        ("**In Grafana\nLoki**:", "Grafana Loki"),
    ],
)
def test_the_bold_words_name_the_tool(text: str, tool: str) -> None:
    assert lead(text).tool == tool


def test_clauses_may_be_many_and_broken_over_lines() -> None:
    line = lead("**With bpftrace**, on {{ node }},\nfor 30s, within 60s:")

    assert (line.host, line.run_time, line.timeout) == (
        "{{ node }}",
        timedelta(seconds=30),
        timedelta(seconds=60),
    )


@pytest.mark.parametrize(
    ("clauses", "host"),
    [
        ("on web-1, web-2, root@10.0.0.3", "web-1, web-2, root@10.0.0.3"),
        ("on `{{ a }}`, {{ b }}, `db`", "{{ a }}, {{ b }}, db"),
        ("on web-1,web-2", "web-1, web-2"),
    ],
)
def test_commas_set_off_several_hosts(clauses: str, host: str) -> None:
    line = lead(f"**With bpftrace**, {clauses}, for 30s:")

    assert (line.host, line.run_time) == (host, timedelta(seconds=30))


@pytest.mark.parametrize(
    "clauses", ["for 30s, web-2", "on a, for 30s, web-2", "on ``, web-2", "on a, b c"]
)
def test_a_host_stands_behind_another_one(clauses: str) -> None:
    line, problems = parse_lead_line(prose(f"**With bpftrace**, {clauses}:"))

    assert problems
    assert "web-2" not in line.host


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("since yesterday", "is no option of a lead line"),
        ("over the last while", "write it like `over the last 1h`"),
        ("over the last 5", "write it like `over the last 1h`"),
        ("over the last 99999999999w", "write it like `over the last 1h`"),
        ("at most many lines", "write it like `at most 100 lines`"),
        ("at most _ lines", "write it like `at most 100 lines`"),
        ("at most 5 rows", "write it like `at most 100 lines`"),
        ("every 30s", "write it like `every 30s for up to 10m`"),
        ("on ``", "write it like `on {{ node }}`"),
    ],
)
def test_a_bad_clause_is_a_problem_at_its_place(clause: str, said: str) -> None:
    line, (problem,) = parse_lead_line(prose(f"**In Loki**,  {clause} , within 60s:"))

    assert said in problem.message
    assert (problem.span.column, problem.span.end_column) == (17, 17 + len(clause))
    assert line.timeout == timedelta(seconds=60)


def test_a_clause_that_says_again_what_was_said_is_a_problem() -> None:
    line, (problem,) = parse_lead_line(prose("**In Loki**, step 1m, step 5m:"))

    assert "says again" in problem.message
    assert line.step == timedelta(minutes=1)


def test_a_lead_line_without_a_colon_is_a_problem() -> None:
    line, (problem,) = parse_lead_line(prose("**In Loki**, step 1m"))

    assert "ends in a colon" in problem.message
    assert line.step == timedelta(minutes=1)
