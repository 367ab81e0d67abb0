from __future__ import annotations

from lint.runbooks import runbook
from runbookkit.lint.bindings import Bindings, bindings
from runbookkit.model.runbook import Step

FIND = """### Find it

**In Prometheus**:

```promql
topk(1, sum by (pod) (errors_total))
```

**Expect:** one pod: `series.size() == 1`

**Capture:** `pod` = `series[0].labels.pod`

{}

### Look at it

Look.

- **Met:** continue
- **Not met:** escalate
"""


def bound(branches: str) -> tuple[Bindings, dict[str, Step]]:
    book = runbook(FIND.format(branches))
    return bindings(book), {step.title: step for step in book.steps}


def test_a_capture_is_bound_where_every_path_has_met_its_step() -> None:
    found, steps = bound("- **Met:** continue\n- **Not met:** escalate")

    assert found.state("pod", steps["Look at it"]) == "always"


def test_a_step_that_is_not_met_captures_nothing() -> None:
    found, steps = bound("- **Met:** continue\n- **Not met:** continue")

    assert found.state("pod", steps["Look at it"]) == "sometimes"
    assert [edge.kind for edge in found.way_without("pod", steps["Look at it"])] == [
        "not met"
    ]


def test_a_condition_is_asked_after_the_captures() -> None:
    found, steps = bound(
        "- **When** `series.size() > 5`: continue\n"
        "- **Met:** continue\n- **Not met:** escalate"
    )

    assert found.state("pod", steps["Look at it"]) == "always"


def test_a_step_has_not_captured_anything_when_it_begins() -> None:
    found, steps = bound("- **Met:** continue\n- **Not met:** escalate")

    assert found.state("pod", steps["Find it"]) == "elsewhere"
    assert found.state("pod", steps["Find it"], own=True) == "always"


def test_the_alert_and_the_inputs_are_bound_everywhere() -> None:
    found, steps = bound("- **Met:** continue\n- **Not met:** escalate")

    assert found.state("labels.pod", steps["Find it"]) == "always"
    assert found.state("labels.pod", None) == "always"
    assert found.state("gone", steps["Look at it"]) == "never"


def test_a_loop_does_not_bind_what_its_first_round_lacks() -> None:
    found, steps = bound(
        "- **Met:** go to [Find it](#find-it)\n- **Not met:** continue"
    )

    assert found.state("pod", steps["Find it"]) == "sometimes"
    assert found.state("pod", steps["Look at it"]) == "sometimes"


def test_an_unreachable_step_is_left_to_its_own_rule() -> None:
    found, steps = bound("- **Met:** stop\n- **Not met:** escalate")

    assert found.state("pod", steps["Look at it"]) == "always"
