from __future__ import annotations

import pytest

from lint.runbooks import fixed, found


def step(lead: str, query: str = "up", tag: str = "promql") -> str:
    return f"### Step\n\n{lead}\n\n```{tag}\n{query}\n```\n"


SHELL = "### Step\n\n**In a shell**:\n\n```bash\nls\n```\n\n"
ASKED = "### Step\n\n**In Prometheus**:\n\n```promql\nup\n```\n\n"


def test_an_option_that_cannot_be_read_is_found_alone() -> None:
    (finding,) = found("RB211", step("**In Prometheus**, within 60s, sideways:"))

    assert "'sideways'" in finding.message


def test_a_lead_line_is_put_above_the_fence() -> None:
    after = fixed("RB212", "### Step\n\n```promql\nup\n```\n")

    assert "**In Prometheus**:\n\n```promql\n" in after


def test_bpftrace_is_led_with_with() -> None:
    after = fixed("RB212", "### Step\n\n```bpftrace\nBEGIN { exit(); }\n```\n")

    assert "**With bpftrace**:\n\n```bpftrace\n" in after


@pytest.mark.parametrize(
    ("lead", "tag", "query", "said"),
    [
        ("**In Prometheus**, for 30s:", "promql", "up", "'for 30s'"),
        ("**In Prometheus**, on db-0:", "promql", "up", "'on db-0'"),
        ("**In Loki**, at most 10 traces:", "logql", '{a="b"}', "'at most 10 lines'"),
        (
            "**With bpftrace**, over the last 1h:",
            "bpftrace",
            "BEGIN { exit(); }",
            "over",
        ),
        ("**In a shell**, over the last 1h:", "bash", "ls", "'over the last 1h'"),
        ("**In Prometheus**, over the last 1h, at noon:", "promql", "up", "contradict"),
        ("**In Prometheus**, step 30s:", "promql", "up", "needs a range"),
    ],
)
def test_an_option_of_another_language_is_found(
    lead: str, tag: str, query: str, said: str
) -> None:
    (finding,) = found("RB213", step(lead, query, tag))

    assert said in finding.message


@pytest.mark.parametrize(
    ("lead", "tag", "query"),
    [
        ("**In Prometheus**, over the last 1h, step 30s:", "promql", "up"),
        ("**In Prometheus**, at most 5 series, within 60s:", "promql", "up"),
        ("**In Loki**, over the last 1h, at most 1,000 lines:", "logql", '{a="b"}'),
        ("**With bpftrace**, for 30s, on {{ node }}:", "bpftrace", "BEGIN { exit(); }"),
        ("**In a shell**, within 60s, on {{ node }}:", "bash", "ls"),
        ("**In Prometheus**, every 30s for up to 10m:", "promql", "up"),
    ],
)
def test_an_option_of_the_language_is_fine(lead: str, tag: str, query: str) -> None:
    assert not found("RB213", step(lead, query, tag))


def test_the_place_of_an_option_is_its_words() -> None:
    (finding,) = found("RB213", step("**In Prometheus**, within 60s, for 30s:"))

    assert (finding.span.column, finding.span.end_column) == (32, 39)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("**Expected:** up: `value == 1.0`", "**Expect:** up: `value == 1.0`"),
        ("**Expect**: up: `value == 1.0`", "**Expect:** up: `value == 1.0`"),
        ("**Changed:** one file", "**Changes:** one file"),
        ("**Roll back:** `ls`", "**Rollback:** `ls`"),
        ("**Question:** Is it down?", "**Ask:** Is it down?"),
        ("**Captures:** `a` = `value`", "**Capture:** `a` = `value`"),
        ("**Read only**", "**Reads only**"),
        ("- **Not Met:** escalate", "- **Not met:** escalate"),
        ("- **Met**: continue", "- **Met:** continue"),
        ("- Met: continue", "- **Met:** continue"),
        ("* **Otherwise:** escalate", "* **Not met:** escalate"),
    ],
)
def test_a_near_miss_of_a_label_is_mended(wrong: str, right: str) -> None:
    assert f"\n{right}\n" in fixed("RB214", f"{ASKED}{wrong}\n")


@pytest.mark.parametrize(
    "text",
    [
        "**Expect:** up: `value == 1.0`",
        "**Reads only**",
        "- **Not met:** escalate",
        "- **When** `value > 1.0`: escalate",
        "**Note:** the pods restart",
        "Expect the pods to restart.",
        "- Otherwise look at the log",
        "**Ask:** Is it down?\n\n- **Otherwise:** stop\n- **OK:** continue",
    ],
)
def test_a_label_of_the_format_and_other_words_are_fine(text: str) -> None:
    assert not found("RB214", f"{ASKED}{text}\n")


@pytest.mark.parametrize(
    ("wrong", "safe"),
    [
        ("**Expected:** up: `value == 1.0`", True),
        ("**Expected:** the pods run", False),
        ("**Question:** Is it down?", False),
        ("- **Fails:** escalate", False),
    ],
)
def test_a_mended_label_is_safe_when_nothing_else_was_meant(
    wrong: str, *, safe: bool
) -> None:
    (finding,) = found("RB214", f"{ASKED}{wrong}\n")

    assert finding.fix is not None
    assert finding.fix.safe is safe


def test_an_illustration_is_no_second_action() -> None:
    assert not found("RB215", f"{SHELL}```json\n{{}}\n```\n")
    assert found("RB215", f"{SHELL}```bash\npwd\n```\n")


def test_the_fence_of_a_rollback_is_no_second_action() -> None:
    assert not found("RB215", f"{SHELL}**Rollback:**\n\n```bash\npwd\n```\n")


@pytest.mark.parametrize(
    ("lead", "tag", "query", "said"),
    [
        ("**In Prometheus**, over the last 30d, step 10s:", "promql", "up", "259,201"),
        (
            "**In Loki**, over the last 31d, at most 9 lines:",
            "logql",
            '{a="b"}',
            "30 d",
        ),
        ("**In Loki**, over the last 2d:", "logql", '{a="b"}', "without a limit"),
        ("**In Tempo**, over the last 8d:", "traceql", "{ name = `a` }", "168"),
    ],
)
def test_a_range_beyond_the_server_s_limit_is_found(
    lead: str, tag: str, query: str, said: str
) -> None:
    messages = [each.message for each in found("RB216", step(lead, query, tag))]

    assert any(said in message for message in messages)


@pytest.mark.parametrize(
    ("lead", "tag", "query"),
    [
        ("**In Prometheus**, over the last 30d:", "promql", "up"),
        ("**In Prometheus**, over the last 1d, step 8s:", "promql", "up"),
        ("**In Loki**, over the last 2d, at most 9 lines:", "logql", '{a="b"} |= "c"'),
        ("**In Loki**, over the last 1d:", "logql", '{a="b"} |= "c"'),
    ],
)
def test_a_bounded_range_is_fine(lead: str, tag: str, query: str) -> None:
    assert not found("RB216", step(lead, query, tag))
