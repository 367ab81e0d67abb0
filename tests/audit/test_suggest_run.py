"""What people did beside the text is proposed to the text."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from execute.books import FRONT, RUN, begin, book, change, query, ways
from execute.fakes import Script, World, shell, value
from lint.examples import TODAY, template
from runbookkit.audit.suggest import suggested
from runbookkit.audit.suggest_run import departures, in_words, with_names
from runbookkit.execute import person as say
from runbookkit.execute.outside import Start
from runbookkit.execute.transcript import transcript_of
from runbookkit.lint.context import Context
from runbookkit.lint.engine import lint_markdown
from runbookkit.lint.registry import all_rules
from runbookkit.markdown.runbook import parse_runbook
from runbookkit.model.runbook import Runbook
from runbookkit.model.suggestion import Proposal
from runbookkit.queries.registry import fence_names

INPUTS = "inputs:\n  tenant:\n    description: Who writes\n"
RATE = 'rate(lines{tenant="{{ tenant }}"}[5m])'
ASK = query("Ask", RATE, "value < 1", ways(met="continue", not_met="escalate"))
FIX = change("Fix", "fix it", ways(met="stop", not_met="escalate"), rollback="undo it")
STEPS = ASK + FIX
TEXT = FRONT.format(inputs=INPUTS) + STEPS
WIDER = 'rate(lines{tenant="acme"}[30m])'
SECRET = "hunter22"
REPLIES = {
    RATE.replace("{{ tenant }}", "acme"): value(0),
    WIDER: value(0),
    "fix it": shell("fixed\n"),
}


def done(*decisions: say.Decision | str) -> tuple[Proposal, ...]:
    """Return what is proposed after a run in which somebody did this."""
    world = World(REPLIES, redact=lambda text: text.replace(SECRET, "<token>"))
    runbook = book(STEPS, INPUTS)
    begin(world, runbook, Script(*decisions), Start("sha256:0", {"tenant": "acme"}))
    run = transcript_of(RUN, world.store.read(f"run/{RUN}"), runbook)
    return departures(run, runbook)


def put_in(proposals: tuple[Proposal, ...]) -> tuple[Runbook, str]:
    made = suggested(TEXT, "try.md", proposals)
    assert not made.waiting
    after = after_diff(made.diff)
    return parse_runbook(after, "try.md", template("runbook"), fence_names()), after


def after_diff(diff: str) -> str:
    """Return the text with a diff put in, by the lines that it adds and drops."""
    lines = TEXT.splitlines(keepends=True)
    result, at = [], 0
    for line in diff.splitlines(keepends=True)[2:]:
        if line.startswith("@@"):
            start = int(line.split()[1].split(",")[0][1:]) - 1
            result += lines[at:start]
            at = start
        elif line.startswith("+"):
            result.append(line[1:])
        else:
            assert lines[at] == line[1:]
            result += [] if line.startswith("-") else [lines[at]]
            at += 1
    return "".join([*result, *lines[at:]])


def errors(text: str) -> set[str]:
    context = Context(template("runbook"), TODAY)
    found = lint_markdown(text, "try.md", all_rules(), context, template("postmortem"))
    return {each.code for each in found.findings if each.level == "error"}


def test_a_run_by_the_book_proposes_nothing() -> None:
    assert done(say.Go(), "Met", say.Go(), "Met") == ()


def test_a_query_that_was_changed_stands_in_the_text_with_its_names() -> None:
    proposals = done(say.Edit(WIDER), say.Go(), "Met")

    runbook, after = put_in(proposals)

    (proposal,) = proposals
    action = runbook.steps[0].action
    assert action is not None
    assert proposal.about == "edited"
    assert action.text.strip() == WIDER.replace("acme", "{{ tenant }}")
    assert errors(after) <= errors(TEXT)


@pytest.mark.parametrize(
    ("decisions", "about", "words"),
    [
        ((say.Skip("known since noon"),), "skipped", "Skip this step when"),
        ((say.Escalate("too odd"),), "escalated", "Escalate here when"),
        ((say.Go(), "Not met"), "took another way", "Go another way when"),
        ((say.Go(), "Met", say.Decline()), "declined", "Leave the change out when"),
        ((say.Elsewhere("uptime"), say.Go()), "ran elsewhere", "Somebody also ran"),
        ((say.Edit("gone"), say.Go()), "failed", "When this cannot be asked"),
    ],
)
def test_what_was_done_otherwise_becomes_a_question_in_the_text(
    decisions: tuple[say.Decision | str, ...], about: str, words: str
) -> None:
    proposals = tuple(each for each in done(*decisions) if each.about == about)

    runbook, after = put_in(proposals)

    assert len(proposals) == 1
    assert any(line.startswith(words) for line in runbook.document.lines)
    assert [each.id for each in runbook.steps] == ["ask", "fix"]
    assert [each.action for each in runbook.steps if each.action is None] == []
    assert errors(after) <= errors(TEXT)


def test_the_reason_is_quoted_as_bare_words() -> None:
    evil = "<!-- x --> `rm -rf /` [a](http://evil) @ada {{ tenant }}\n## Escalation"
    (proposal,) = done(say.Skip(evil))

    runbook, after = put_in((proposal,))

    assert [each.title for each in runbook.sections] == [
        each.title for each in book(STEPS, INPUTS).sections
    ]
    assert len(runbook.document.links) == len(runbook.document.comments) == 0
    assert "@ada" not in after


@given(st.text())
def test_no_words_of_anybody_leave_their_quotation(said: str) -> None:
    words = in_words(said)

    assert not set(words) & set("`<>[]{}|*@#\n\r\\")
    assert len(words) <= 160


def test_a_program_that_must_not_be_kept_is_not_proposed() -> None:
    proposals = done(say.Edit(f"{WIDER} # {SECRET}"), say.Go())

    edited = [each for each in proposals if each.about == "edited"]
    assert [each.edits for each in edited] == [()]
    assert SECRET not in str(proposals)


@pytest.mark.parametrize(
    "program", ["a\n```\n## Escalation", "a\x1b[2J", "a\u202eb", "a\u200bb"]
)
def test_a_program_that_leaves_its_fence_or_hides_something_is_not_proposed(
    program: str,
) -> None:
    beside = done(say.Elsewhere(program), say.Go())
    instead = done(say.Edit(program), say.Go())

    about = [each.edits for each in (*beside, *instead) if each.about != "failed"]
    assert about == [(), ()]


def test_a_value_is_named_only_where_it_stands_alone() -> None:
    names = {"tenant": "acme", "labels": {"job": "api"}}

    made = with_names('a{b="acme",c="acme2",d="api"}', "{{ tenant }}", names)

    assert made == 'a{b="{{ tenant }}",c="acme2",d="api"}'


def test_a_step_that_is_gone_from_the_text_is_said_to_be() -> None:
    world, runbook = World(REPLIES), book(STEPS, INPUTS)
    person = Script(say.Skip("known"))
    begin(world, runbook, person, Start("sha256:0", {"tenant": "acme"}))
    run = transcript_of(RUN, world.store.read(f"run/{RUN}"), runbook)

    (proposal,) = departures(run, book(FIX))

    assert proposal.edits == ()
    assert "no longer in the text" in proposal.says
