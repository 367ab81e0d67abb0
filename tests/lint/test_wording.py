from __future__ import annotations

import pytest

from lint.examples import TODAY, lint_files, template
from runbookkit.lint.context import Context
from runbookkit.lint.engine import lint_markdown
from runbookkit.lint.registry import rule_of

FRAME = "# LokiDown\n\n## Meaning\n\nLoki is down.\n\n## Diagnosis\n\n{}\n"


def said(code: str, text: str) -> list[str]:
    """Return the words that a rule marks in a step's prose."""
    whole = FRAME.format(text)
    context = Context(template("runbook"), TODAY)
    result = lint_markdown(
        whole, "a.md", [rule_of(code)], context, template("postmortem")
    )
    lines = whole.split("\n")
    return [
        lines[each.span.line - 1][each.span.column - 1 : each.span.end_column - 1]
        for each in result.findings
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Restart the pod if necessary.", "if necessary"),
        ("If needed, add more disk.", "If needed"),
        ("1. Then check the firewall and so on.", "and so on"),
        ("Enable retention, if possible.", "if possible"),
    ],
)
def test_an_order_that_leaves_the_decision_open_is_a_hedge(
    text: str, words: str
) -> None:
    assert said("RB901", text) == [words]


def test_a_phrase_may_run_over_the_end_of_a_line() -> None:
    assert len(said("RB901", "Delete the snapshots if\nnecessary.")) == 1
    assert len(said("RB806", "It has 7 TB at the time of\nwriting.")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The pod restarts if necessary.",
        "Restart the pod if it is necessary to free memory.",
        "The backup is needed.",
        "Run `restart --if-needed`.",
    ],
)
def test_a_description_or_a_condition_is_no_hedge(text: str) -> None:
    assert not said("RB901", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Use the usual OS tools to look.", "the usual OS tools"),
        ("As always, start with the logs.", "As always"),
        ("Follow the standard process.", "the standard process"),
    ],
)
def test_what_everybody_knows_is_assumed(text: str, words: str) -> None:
    assert said("RB902", text) == [words]


def test_the_usual_cause_says_something() -> None:
    assert not said("RB902", "The usual cause is a full disk.")


@pytest.mark.parametrize(
    ("text", "words"),
    [("Kill them all.", ["them"]), ("- Restart it and wait.", ["it"])],
)
def test_a_pronoun_without_a_noun_is_found(text: str, words: list[str]) -> None:
    assert said("RB903", text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Find the pod. Restart it.",
        "Delete this pod.",
        "Scale it-infra up.",
        "Verify that it works.",
    ],
)
def test_a_pronoun_with_a_noun_is_fine(text: str) -> None:
    assert not said("RB903", text)


def test_a_modal_about_an_action_is_found_but_not_one_about_a_state() -> None:
    assert said("RB904", "The pod should be restarted.") == ["should be restarted"]
    assert not said("RB904", "The pod should be running.")
    assert not said("RB904", "Find the disks that need to be replaced.")


@pytest.mark.parametrize(
    "text",
    [
        "At the time of writing it has 7 TB.",
        "As of 2024 there are two shards.",
        "For now we restart it.",
        "We currently have two zones.",
        "It will be replaced by a new one in the next release.",
    ],
)
def test_words_that_rot_are_found(text: str) -> None:
    assert said("RB806", text)


@pytest.mark.parametrize(
    "text",
    [
        "List the pods that are currently running.",
        "Mend it as soon as possible.",
        "Was it recently restarted?",
        "The certificate expires soon.",
        "The pod will be removed by the controller.",
    ],
)
def test_words_about_the_running_system_do_not_rot(text: str) -> None:
    assert not said("RB806", text)


@pytest.mark.parametrize(
    "text",
    [
        "Please see the database documentation.",
        "Read documentation about the app.",
        "Refer to the internal wiki.",
        "Follow the vendor's upgrade guide.",
    ],
)
def test_a_document_without_a_link_is_found(text: str) -> None:
    assert len(said("RB803", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "See the [database documentation](https://db.example.com).",
        "See the documentation: https://db.example.com",
        "Refer to the documentation links below.",
        "Refer to the documentation on limits:",
        "Check the errors of those manual runs.",
        "Documentation is missing.",
    ],
)
def test_a_document_that_is_linked_is_fine(text: str) -> None:
    assert not said("RB803", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ask @anna.berg for help.", "@anna.berg"),
        ("Call Anna Berg.", "Anna Berg"),
        ("Escalate to Tom, who knows it.", "Tom"),
        ("Mail anna.berg@example.com.", "anna.berg@example.com"),
    ],
)
def test_a_person_is_no_way_out(text: str, words: str) -> None:
    assert said("RB805", text) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "Ask @oncall or @team-gateway.",
        "Ping @example/sre.",
        "Contact Red Hat Support.",
        "Mail team.gateway@example.com.",
        "Page `team-gateway` in PagerDuty.",
        "Call Mark-and-sweep.",
        "Ask the platform lead on call.",
    ],
)
def test_a_role_or_a_rota_is_a_way_out(text: str) -> None:
    assert not said("RB805", text)


@pytest.mark.parametrize(
    "url",
    [
        "https://g.example.com/d/x?from=1599013800000&to=1599017400000",
        "https://p.example.com/graph?g0.expr=up&g0.end_input=2020-09-02%2010:00",
        "https://g.example.com/explore?left=%7B%22range%22:%7B%22from%22:%221599013800000%22%7D%7D",
        "https://k.example.com/app#/discover?_g=time:(from:'2024-01-01T00:00:00Z')",
        "https://s.example.com/search?earliest=1599013800",
    ],
)
def test_a_fixed_time_in_a_link_is_found(url: str) -> None:
    assert said("RB807", f"[rate]({url})")


@pytest.mark.parametrize(
    "url",
    [
        "https://g.example.com/d/x?from=now-1h&to=now",
        "https://g.example.com/d/1599013800000/x?orgId=1",
        "https://p.example.com/graph?g0.range_input=1h",
        "https://blog.example.com/2024-01-01-outage",
        "https://bugs.example.com/show?id=1599013800",
    ],
)
def test_a_moving_time_in_a_link_is_fine(url: str) -> None:
    assert not said("RB807", f"[rate]({url})")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.slack.com/archives/C1/p2",
        "https://docs.google.com/document/d/1",
        "https://youtu.be/1",
        "https://pastebin.com/1",
        "https://example.zoom.us/j/1",
        "http://localhost:3000/d/x",
    ],
)
def test_a_link_that_vanishes_is_found(url: str) -> None:
    assert said("RB802", f"[it]({url})")


@pytest.mark.parametrize(
    "text",
    [
        "[docs](https://example.com/docs.google.com.html)",
        "[it](https://example.com/?next=https://youtu.be/1)",
        "Open http://localhost:9090 in the browser.",
        "Run `kubectl port-forward svc/x 3000`, open [it](http://localhost:3000).",
    ],
)
def test_a_link_that_stays_or_is_local_on_purpose_is_fine(text: str) -> None:
    assert not said("RB802", text)


@pytest.mark.parametrize(
    "comment",
    [
        "Restart the gateway first if it is a Monday.",
        "\n1. Run the drain script twice\n",
        "the old way was kubectl delete pod -l app=x",
        "Disable the gateway before you begin",
        "Replace the certificate by hand",
    ],
)
def test_an_instruction_in_a_comment_is_found(comment: str) -> None:
    linted = lint_files({"a.md": f"# A\n\n<!-- {comment} -->\n"}, [rule_of("RB909")])

    assert linted.codes == {"RB909"}


@pytest.mark.parametrize(
    "comment",
    [
        "START doctoc generated TOC please keep comment here to allow auto update",
        "END doctoc",
        "toc",
        "markdownlint-disable MD013",
        "prettier-ignore-start",
        "vale off",
        'runbookkit: allow RB606 until=2027-01-01 reason="pinned"',
        "Copyright 2026 the authors",
        "TODO: check this with the storage team",
        "No downstream link. Modules cannot contain xrefs.",
        "insert your measures here",
    ],
)
def test_a_marker_or_a_note_to_authors_is_fine(comment: str) -> None:
    linted = lint_files({"a.md": f"# A\n\n<!-- {comment} -->\n"}, [rule_of("RB909")])

    assert not linted.findings
