from __future__ import annotations

import pytest

from lint.postmortems import found, messages

BLAME = [
    "The on-call engineer forgot to raise the limit.",
    "Human error during the review.",
    "An operator error deleted the table.",
    "This was careless, and negligence on top.",
    "They failed to follow the procedure.",
    "Unfortunately we failed to verify that it runs.",
    "The reviewer overlooked the flag.",
    "The shift manager neglected to inform the shop.",
    "The team simply ignored the warning.",
    "He should have known better.",
    "It was the vendor's fault.",
    "The fault of the network team.",
    "Nobody but the admin is to blame.",
    "Somebody mistakenly deleted it.",
    "The developer made a stupid mistake.",
    "Root cause: human error.",
    "The network team was at fault.",
]
NO_BLAME = [
    "A page fault in the kernel; fault tolerance did not help.",
    "The health check failed to respond.",
    "Alertmanager failed to notify PagerDuty.",
    "The error rate rose; a human-readable error was shown.",
    "Users had forgotten-password mails, the Forgot password page was down.",
    "The scheduler ignored the annotation.",
    "This is a blameless review, and nobody is at fault.",
    "We do not call it human error.",
    "The operator failed to reconcile, operator errors rose, see the operator error log.",
    "The cache manager failed to evict entries over a gigabyte.",
    "Operator: errors rise.",
    "`forgot` is the name of the endpoint.",
    "> I forgot to tell you.",
    "The underlying infrastructure is at fault.",
    "Take care of the disk, know the limits.",
]


@pytest.mark.parametrize("sentence", BLAME)
def test_blame_is_found(sentence: str) -> None:
    assert messages("PM402", f"## Lessons\n\n{sentence}\n")


@pytest.mark.parametrize("sentence", NO_BLAME)
def test_what_machines_do_is_no_blame(sentence: str) -> None:
    assert messages("PM402", f"## Lessons\n\n{sentence}\n") == []


HINDSIGHT = [
    "The rise should have been noticed at 14:03.",
    "We should've tested it.",
    "They shouldn't have been rushed to production.",
    "The team could have asked for help.",
    "It could have been prevented.",
    "A canary would have caught it.",
    "With hindsight the retries were the cause.",
    "In hindsight, no.",
    "The cause was obvious.",
    "Obviously the limit was too low.",
    "If only the limit had been higher.",
]
NO_HINDSIGHT = [
    "Each repository should have clear rules.",
    "A node should have 16 GiB of memory.",
    "Services should have dedicated owners.",
    "The cause was not obvious, and nothing non-obvious helped.",
    "It could have been a network problem, or DNS.",
    "It could have been a lot worse.",
    "Nobody could have a look.",
    "We did not see anything obvious.",
    "The pods have been restarted.",
    "> You should have called me.",
]


@pytest.mark.parametrize("sentence", HINDSIGHT)
def test_hindsight_is_found(sentence: str) -> None:
    assert messages("PM403", f"## Lessons\n\n{sentence}\n")


@pytest.mark.parametrize("sentence", NO_HINDSIGHT)
def test_demands_and_guesses_are_no_hindsight(sentence: str) -> None:
    assert messages("PM403", f"## Lessons\n\n{sentence}\n") == []


def test_luck_may_say_what_could_have_happened() -> None:
    sentence = "On a Friday twice as many payments could have failed."

    assert messages("PM403", f"## Where we got lucky\n\n{sentence}\n") == []
    assert messages("PM403", f"## What went badly\n\n{sentence}\n")


def test_should_have_known_is_blame_and_reported_once() -> None:
    part = "## Lessons\n\nWe should have known.\n"

    assert len(messages("PM402", part)) == 1
    assert messages("PM403", part) == []


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("About XX % failed.", 7),
        ("From XX:XX on it failed.", 6),
        ("At HH:mm it failed.", 4),
        ("See <link to the query>.", 5),
        ("See [insert link].", 5),
        ("It failed. TODO: why?", 12),
        ("It is TBD, lorem ipsum.", 7),
        ("How many ??? failed.", 10),
        ("Since YYYY-MM-DD.", 7),
    ],
)
def test_leftover_text_is_found_where_it_stands(text: str, column: int) -> None:
    finding = found("PM404", f"## Impact\n\n{text}\n")[0]

    assert (finding.span.line, finding.span.column) == (23, column)


@pytest.mark.parametrize(
    "text",
    [
        "It took <br> long, a<sup>2</sup> and <details>more</details>.",
        "See <https://a.b/c> and [the query](https://a.b).",
        "`TODO` was the name of the topic; `<pod>` too.",
        "HTTP 5xx and 2XX answers, size XXL.",
        "Is it down? Yes?!",
        "TODO",
    ],
)
def test_what_is_meant_is_not_left_over(text: str) -> None:
    assert messages("PM404", f"## Impact\n\n{text}\n") == []


def test_a_table_s_own_rules_ask_for_its_empty_cells() -> None:
    rows = (
        "| 2026-10-06 HH:mm | <what happened> | TBD |",
        "| 2026-10-06T14:02:00Z | XX payments failed | - |",
    )
    part = "## Timeline\n\n| time | event | source |\n|---|---|---|\n" + "\n".join(rows)

    found_words = [message.split("'")[1] for message in messages("PM404", part)]

    assert found_words == ["<what happened>", "XX"]
