from __future__ import annotations

import pytest

from lint.runbooks import completed, fixed, found

ASK = """### Which one is it?

**Ask:** Is the database down?

{}
"""
QUERY = """### Is the database reachable?

**In Prometheus**:

```promql
min(pg_up{{service="checkout"}})
```

{}
"""
EXPECT = "**Expect:** every instance answers: `value == 1.0`\n\n"


def query(rest: str) -> str:
    return QUERY.format(rest)


def test_a_link_with_the_right_title_and_a_wrong_anchor_is_mended_safely() -> None:
    part = query(
        EXPECT + "- **Met:** go to [Restart the checkout pods](#restart-pods)\n"
        "- **Not met:** escalate"
    )

    (finding,) = found("RB401", part)

    assert "#restart-the-checkout-pods" in finding.message
    assert finding.fix is not None
    assert finding.fix.safe
    assert "(#restart-the-checkout-pods)" in fixed("RB401", part)


def test_a_section_is_not_a_step() -> None:
    (finding,) = found(
        "RB401", query(EXPECT + "- **Not met:** go to [Escalation](#escalation)")
    )

    assert "is not a step" in finding.message


def test_a_link_to_another_file_is_not_judged_here() -> None:
    assert not found("RB401", query("- **Met:** go to [Other](other.md#gone)"))


def test_only_the_first_of_the_unreachable_steps_is_reported() -> None:
    part = ASK.format(
        "- **Yes:** escalate\n- **No:** go to [Gone](#the-failures-are-gone)"
    )
    part += "\n### Forgotten\n\nCall somebody.\n\n### After it\n\nWait for them."

    findings = found("RB402", part)

    assert [finding.message for finding in findings] == [
        "no way leads to step 'Forgotten'; let a branch go to it, or remove it"
    ]


@pytest.mark.parametrize(
    "branches",
    ["- **Yes:** continue", "No bullet at all."],
    ids=["one choice", "no choice"],
)
def test_a_question_needs_two_choices(branches: str) -> None:
    assert found("RB403", ASK.format(branches))


def test_conditions_need_a_default() -> None:
    part = query("- **When** `value > 5.0`: escalate\n")

    assert found("RB403", part)
    assert not found("RB403", part + "- **Met:** continue")


def test_a_branch_that_cannot_be_read_is_not_also_missing() -> None:
    part = query(EXPECT + "- **Met:** continue\n- **Not met:** phone somebody")

    assert found("RB411", part)
    assert not found("RB403", part)


def test_a_missing_branch_is_added_behind_the_others() -> None:
    part = query(EXPECT + "- **Met:** continue")

    assert "- **Met:** continue\n- **Not met:** escalate\n" in fixed("RB403", part)


def test_a_step_that_only_reads_a_value_needs_no_branch() -> None:
    part = query("**Capture:** `instances` = `value`")

    assert not found("RB403", part)
    assert not found("RB406", part)


def test_a_cycle_with_one_way_out_is_not_endless() -> None:
    part = query(
        EXPECT + "- **Met:** continue\n"
        "- **Not met:** go to [Is it?](#is-the-database-reachable)"
    )

    assert not found("RB408", part)


@pytest.mark.parametrize(
    "branches",
    [
        "- **Met:** continue\n- **Met:** stop",
        "- **Met:** continue\n- **Not met:** escalate",
    ],
    ids=["twice", "cannot fail"],
)
def test_a_branch_that_is_never_taken_is_dead(branches: str) -> None:
    assert len(found("RB412", query(branches))) == 1


def test_a_person_can_answer_a_manual_step_both_ways() -> None:
    part = (
        "### Call the vendor\n\nAsk them.\n\n- **Met:** continue\n- **Not met:** stop"
    )

    assert not found("RB412", part)


def test_running_on_into_a_query_is_fine() -> None:
    part = query(EXPECT + "- **Not met:** escalate") + "\n### Wait\n\nWait 5 minutes.\n"

    assert [each.message[:11] for each in found("RB413", part)] == ["step 'Wait'"]


def test_saying_that_it_goes_on_changes_nothing_else() -> None:
    part = query(EXPECT + "- **Not met:** escalate")

    assert fixed("RB413", part) == completed(
        query(EXPECT + "- **Met:** continue\n- **Not met:** escalate")
    )
