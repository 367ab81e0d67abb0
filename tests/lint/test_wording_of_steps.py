from __future__ import annotations

import pytest

from lint.runbooks import found, found_in_draft


@pytest.mark.parametrize(
    "text",
    [
        "If the CPU usage is consistently high, add a replica.",
        "Scale the backend if it's overloaded.",
        "Check whether the ports are too busy.",
    ],
)
def test_a_condition_without_a_number_is_undecidable(text: str) -> None:
    assert found_in_draft("RB404", f"## Diagnosis\n\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "If the CPU usage is high (above 80 %), add a replica.",
        "If `node_load1` is high, add a replica.",
        "If it is high as [the dashboard](https://x.test) shows, add a replica.",
        "This happens when the load is high.",
        "If the pod is not running, start it.",
    ],
)
def test_a_condition_with_a_number_a_query_or_a_state_is_decidable(text: str) -> None:
    assert not found_in_draft("RB404", f"## Diagnosis\n\n{text}")


def test_a_condition_outside_the_steps_is_not_judged() -> None:
    text = "## Notes\n\nIf the load is high, that is usual."

    assert not found_in_draft("RB404", text)


@pytest.mark.parametrize(
    "text", ["Restart it and try again.", "Repeat as needed.", "Keep restarting it."]
)
def test_a_loop_without_a_bound_is_found(text: str) -> None:
    assert found_in_draft("RB405", f"## Mitigation\n\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "Restart it and try again, twice at most.",
        "Repeat for each node.",
        "The client will retry the request.",
        "Redesign the job so that it can run again.",
    ],
)
def test_a_loop_with_a_bound_and_a_description_are_fine(text: str) -> None:
    assert not found_in_draft("RB405", f"## Mitigation\n\n{text}")


LOOP = """### Is the queue short?

**In Prometheus**:

```promql
max(queue_length{{service="checkout"}})
```

**Expect:** fewer than 100 orders wait: `value < 100.0`

- **Met:** continue
- **Not met:** {}

### Shall we go on?

**Ask:** Shall we look again?

- **Yes:** go to [Is the queue short?](#is-the-queue-short)
- **No:** continue
"""


def test_steps_that_go_round_without_a_person_have_no_bound() -> None:
    alone = LOOP.format("go to [Is the queue short?](#is-the-queue-short)")

    assert not found("RB405", LOOP.format("continue"))
    assert found("RB405", alone.split("### Shall")[0])


@pytest.mark.parametrize(
    "text",
    [
        "Wait until the traffic is gone.",
        "Drain the node and wait for the pods.",
        "Give it some time.",
        "Check the alert again after a while.",
    ],
)
def test_waiting_without_a_time_is_found(text: str) -> None:
    assert found_in_draft("RB409", f"## Mitigation\n\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "Wait until the traffic is gone, at most 10 minutes.",
        "Wait a minute and look again.",
        "Wait for all pools to show `UPDATED=True`.",
        "The pod waits for its volume.",
        "See the wait-for page.",
    ],
)
def test_waiting_with_a_time_or_a_sign_is_fine(text: str) -> None:
    assert not found_in_draft("RB409", f"## Mitigation\n\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "If latency > 500, restart it.",
        "Escalate when memory usage is above 90.",
        "The lag must stay below 30 for the alert to end.",
    ],
)
def test_a_threshold_without_a_unit_is_found(text: str) -> None:
    assert found_in_draft("RB505", f"## Diagnosis\n\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "If latency > 500 ms, restart it.",
        "If more than 20 pods are pending, add a node.",
        "If the ratio of memory usage is above 0.9, add a node.",
        "If traffic is above 0, continue.",
        "If the volume is larger than 3 TiB, ask first.",
        "Latency matters from version 4.19 on.",
    ],
)
def test_a_threshold_with_a_unit_a_thing_or_a_ratio_is_fine(text: str) -> None:
    assert not found_in_draft("RB505", f"## Diagnosis\n\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "Open a support case.",
        "Escalate to the storage team.",
        "Ask in #forum-storage.",
        "Contact the network team.",
    ],
)
def test_one_word_about_help_is_enough_in_a_draft(text: str) -> None:
    assert not found_in_draft("RB407", f"## Mitigation\n\n{text}")


def test_a_draft_without_a_word_about_help_is_warned() -> None:
    (finding,) = found_in_draft("RB407", "## Mitigation\n\nRestart it.")

    assert finding.level == "warning"


def test_a_runbook_whose_branches_never_escalate_is_an_error() -> None:
    part = "## Diagnosis\n\n### Look\n\nLook.\n\n## Mitigation\n\n### Do\n\nDo.\n"
    part += "\n## Verification\n\n### See\n\nSee.\n\n- **Met:** stop\n"

    (finding,) = found("RB407", part)

    assert finding.level == "error"
    assert "escalate" in finding.message


def test_an_escalation_section_that_names_nobody_is_a_warning() -> None:
    (finding,) = found("RB407", "## Escalation\n\nHope for the best.")

    assert finding.level == "warning"
