from __future__ import annotations

import pytest

from lint.postmortems import found, messages, with_keys
from runbookkit.lint.people import people


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anna saw it first", ["Anna"]),
        ("Anna Berg's laptop", ["Anna Berg"]),
        ("Conan or Sean O'Brien-Smith", ["Sean O'Brien-Smith"]),
        ("asked Bob, who was asleep", ["Bob"]),
        ("John F. Doe and Jan van der Berg", ["John F. Doe", "Jan van der Berg"]),
        ("(thanks, Søren)", ["Søren"]),
        ("talk with Rune/Platform", ["Rune"]),
        ("pinged @priya and @bob.k", ["@priya", "@bob.k"]),
        ("mail to anna.berg@example.com", ["anna.berg@example.com"]),
        ("Xochitl forgot the flag", ["Xochitl"]),
        ("then Nguyen realised that it was down", ["Nguyen"]),
    ],
)
def test_names_of_persons_are_found(text: str, names: list[str]) -> None:
    found_names = sorted(people(text), key=lambda each: each.start)

    assert [each.name for each in found_names] == names
    assert all(text[each.start : each.end] == each.name for each in found_names)


@pytest.mark.parametrize(
    "text",
    [
        "Grafana Loki answered, Amazon Linux did not",
        "Prometheus noticed it, Jenkins restarted, Victoria Metrics stayed up",
        "The on-call engineer asked the Platform Lead",
        "The release manager forgot nothing, Engineers realised it",
        "the Alice cluster and Charlie servers, our Oscar instance",
        "San Francisco, San Diego and St. Lucia are regions",
        "on Jan 5 and 5 Jan, in May and June",
        "Round Robin, the Julia language, Travis CI",
        "Mark the pod, Will the job run? Don't, Bill says the invoice",
        "@oncall, @here, @sre-team, @platform-leads were paged",
        "packages @grafana/data and image@sha256, decorators @property(x)",
        "team-shop@example.com was told",
        "We forgot, Somebody realised, Nobody went home",
        "annasvc, Anna-3 and ANNA are hosts",
    ],
)
def test_names_of_things_and_roles_are_not(text: str) -> None:
    assert [each.name for each in people(text)] == []


def test_a_name_is_reported_once_with_the_number_of_places() -> None:
    part = "## Detection\n\nAnna Berg saw it. Anna Berg said so, and Anna Berg knew.\n"

    (message,) = messages("PM401", part)

    assert "'Anna Berg' is a person" in message
    assert "in 2 more places" in message


def test_names_in_code_and_addresses_are_left_alone() -> None:
    part = "## Detection\n\n`Anna` and [the log](https://a.b/Anna/x) at https://a.b/@anna.\n"

    assert messages("PM401", part) == []


def test_an_owner_who_is_a_person_is_found_in_tables_and_front_matter() -> None:
    table = (
        "## Action items\n\n| action | kind | owner | due | tracking |\n"
        "|---|---|---|---|---|\n| Think | prevent | Anna | 2026-12-20 | A-1 |\n"
    )

    spans = [
        finding.span
        for finding in found("PM401", with_keys(owner="Bob Roe") + f"\n{table}")
    ]

    assert [(span.line, span.column) for span in spans] == [(13, 8), (67, 21)]
