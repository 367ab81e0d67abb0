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
        "**Capture:** `up` = `value`\n\n- **Not met:** escalate",
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


@pytest.mark.parametrize(
    ("written", "meant", "safe"),
    [
        (
            "[Gone](#the-failures-are-gone)",
            "go to [Gone](#the-failures-are-gone)",
            True,
        ),
        ("goto [Gone](#gone).", "go to [Gone](#gone)", True),
        ("continue with [Gone](#gone)", "go to [Gone](#gone)", True),
        ("done", "stop", False),
        ("call the database team", "escalate", False),
    ],
)
def test_a_branch_written_otherwise_is_mended(
    written: str, meant: str, safe: bool
) -> None:
    part = query(EXPECT + f"- **Met:** continue\n- **Not met:** {written}")

    (finding,) = found("RB411", part)

    assert finding.fix is not None
    assert finding.fix.safe is safe
    assert f"- **Not met:** {meant}\n" in fixed("RB411", part)


CHANGE = """### Restart it

**In a shell**, within 60s:

```bash
kubectl -n shop rollout restart deploy/checkout
```

**Changes:** its pods

**Expect:** {}

**Rollback:** none, because nothing else changes

- **Met:** {}
- **Not met:** escalate

"""


@pytest.mark.parametrize(
    ("expect", "met", "verified"),
    [
        ("so: `exit_code == 0`", "stop", False),
        ("so: `exit_code == 0 && stdout.contains('restarted')`", "stop", True),
        ("so: `exit_code == 0`", "continue", True),
        ("so: `exit_code == 0`", "escalate", True),
    ],
)
def test_a_change_has_to_be_looked_at_before_the_run_stops(
    expect: str, met: str, verified: bool
) -> None:
    part = f"## Mitigation\n\n{CHANGE.format(expect, met)}"

    assert bool(found("RB502", part)) != verified


def test_a_second_change_does_not_look_at_the_first() -> None:
    first = CHANGE.format("so: `exit_code == 0`", "continue")
    second = CHANGE.format("so: `exit_code == 0`", "stop").replace(
        "it\n", "it again\n", 1
    )

    findings = found("RB502", f"## Mitigation\n\n{first}{second}")

    assert ["after step 'Restart it again'" in each.message for each in findings] == [
        True,
        False,
    ]


def test_a_question_looks_at_the_effect() -> None:
    part = CHANGE.format("so: `exit_code == 0`", "continue") + ASK.format(
        "- **Yes:** escalate\n- **No:** stop"
    )

    assert not found("RB502", f"## Mitigation\n\n{part}")


def test_a_stop_that_nothing_decides_is_no_end() -> None:
    manual = "### Do it\n\nDo it.\n\n- **Met:** {}\n- **Not met:** escalate\n"
    part = "## Diagnosis\n\n{}\n\n## Mitigation\n\nNone.\n\n## Verification\n\nNone.\n"

    assert (
        "nothing decides"
        in found("RB503", part.format(manual.format("stop")))[0].message
    )
    assert (
        "ends in stop"
        in found("RB503", part.format(manual.format("escalate")))[0].message
    )
    assert not found("RB503", part.format(manual.format("go to [B](b.md)")))


def test_a_poll_without_an_expectation_waits_for_nothing() -> None:
    part = query("**Capture:** `up` = `value`").replace(
        "Prometheus**:", "Prometheus**, every 30s for up to 5m:"
    )

    (finding,) = found("RB501", part)

    assert "again and again" in finding.message


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("value > 0.9", "value > 0.8", "both hold"),
        ("value > 0.9", "value > 0.8 && value <= 0.9", ""),
        ("value > 0.9", "value < 0.8", ""),
        ("value > 0.9", "series.size() == 0", ""),
    ],
)
def test_conditions_may_not_share_a_value(first: str, second: str, said: str) -> None:
    part = query(
        f"- **When** `{first}`: escalate\n- **When** `{second}`: stop\n- **Met:** continue"
    )

    findings = found("RB410", part)

    assert bool(findings) == bool(said)
    assert all(said in finding.message for finding in findings)


def test_a_hole_between_conditions_is_named_once() -> None:
    part = query("- **When** `value > 0.9`: escalate\n- **When** `value < 0.8`: stop")

    assert "no condition holds" in found("RB410", part)[0].message
    assert not found("RB403", part)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("**Expect:** so: `valeu > 1.0`", "did you mean `value`"),
        ("**Expect:** so: `series[0].max > 1.0`", "stretch of time"),
        ("**Expect:** so: `lines.size() > 0`", "log query"),
        ("**Expect:** so: `value`", "true or false"),
        ("**Expect:** so it is", "code span"),
        (EXPECT + EXPECT, "an expectation already"),
    ],
)
def test_an_expectation_that_cannot_be_judged_is_found(rest: str, said: str) -> None:
    findings = found("RB507", query(rest + "\n\n- **Not met:** escalate"))

    assert said in findings[0].message


def test_a_window_makes_the_answer_a_range() -> None:
    part = query("**Expect:** so: `series[0].max > 1.0`").replace(
        "Prometheus**:", "Prometheus**, over the last 1h:"
    )

    assert not found("RB507", part)


def test_an_expectation_needs_an_action() -> None:
    part = (
        "### Look\n\nLook.\n\n**Expect:** so: `value > 1.0`\n\n- **Not met:** escalate"
    )

    assert "runs nothing" in found("RB507", part)[0].message


@pytest.mark.parametrize(
    ("capture", "said"),
    [
        ("`up` = `series[0].label.pod`", "there is no `label`"),
        ("`up` = `series.filter(s, s.value > 1.0)`", "many values"),
        ("up = `value`", "write a capture as"),
    ],
)
def test_a_capture_that_cannot_be_taken_is_found(capture: str, said: str) -> None:
    assert said in found("RB508", query(f"**Capture:** {capture}"))[0].message


@pytest.mark.parametrize("expression", ["1 < 2", "'a' == 'a'", "labels.pod == 'x'"])
def test_an_expectation_that_ignores_the_answer_is_constant(expression: str) -> None:
    assert found("RB515", query(f"**Expect:** so: `{expression}`"))


@pytest.mark.parametrize(
    ("rest", "code"),
    [("", "RB501"), (EXPECT, "RB507"), ("**Capture:** `up` = `value`", "RB508")],
)
def test_a_question_runs_nothing(rest: str, code: str) -> None:
    part = query(f"{rest}\n\n**Ask:** Is it?\n\n- **Yes:** stop\n- **No:** continue")

    assert "runs nothing" in found(code, part)[0].message
