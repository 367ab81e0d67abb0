from __future__ import annotations

import pytest

from lint.runbooks import found

FRONT = """---
format: runbook/v1
title: Checkout fails
service: checkout
owner: team-shop
severity: page
alerts: [CheckoutErrorsHigh]
reviewed: 2026-11-01
inputs:
  region: {{description: Region, {}}}
---

"""
QUERY = """### Count them

**In Prometheus**:

```promql
{}
```

**Expect:** few: `value < 0.1`

- **Met:** stop
- **Not met:** continue
"""
SHELL = """### Look at them

**In a shell**, within 15s:

```bash
{}
```

**Reads only**

**Expect:** it can be read: `exit_code == 0`

- **Met:** stop
- **Not met:** continue
"""


@pytest.mark.parametrize(
    "query",
    [
        'sum(x{a="{{ labels.a }}"})',
        "sum(x{a='b', c=\"{{ labels.a }}\"})",
    ],
)
def test_a_double_quoted_string_of_a_query_takes_any_value(query: str) -> None:
    assert not found("RB310", QUERY.format(query))


@pytest.mark.parametrize(
    "query",
    [
        "sum(x{a={{ labels.a }}})",
        "sum by ({{ labels.a }}) (x)",
        "sum(x{a=`{{ labels.a }}`})",
    ],
)
def test_a_place_outside_of_a_string_does_not(query: str) -> None:
    (finding,) = found("RB310", QUERY.format(query))

    assert finding.level == "error"


@pytest.mark.parametrize(
    "given",
    ["type: number", "type: duration", "pattern: '[a-z]+'", "pattern: '[0-9]+(m|h)'"],
)
def test_an_input_of_plain_words_may_stand_bare(given: str) -> None:
    part = FRONT.format(given) + QUERY.format("sum(x) > {{ region }}")

    assert not found("RB310", part)


def test_a_captured_label_may_stand_bare_at_the_author_s_risk() -> None:
    part = """### Find it

**In Prometheus**:

```promql
topk(1, x)
```

**Capture:** `{}` = `series[0].{}`

"""
    query = QUERY.format("sum by ({{ found }}) (x)")

    (finding,) = found("RB310", part.format("found", "labels.a") + query)

    assert finding.level == "warning"
    assert not found("RB310", part.format("found", "value") + query)


@pytest.mark.parametrize(
    "command",
    [
        "kubectl -n {{ labels.ns }} get pods",
        'echo "it is {{ labels.ns }}"',
        "curl http://{{ labels.host }}:80/health",
    ],
)
def test_a_word_of_the_shell_takes_any_value(command: str) -> None:
    assert not found("RB310", SHELL.format(command))


@pytest.mark.parametrize(
    "command",
    [
        "{{ labels.tool }} --version",
        "ssh db 'systemctl status {{ labels.unit }}'",
        "cat <<END\n{{ labels.text }}\nEND",
    ],
)
def test_a_program_inside_the_command_does_not(command: str) -> None:
    assert found("RB310", SHELL.format(command))


def test_what_does_not_parse_is_left_to_its_own_rule() -> None:
    assert not found("RB310", SHELL.format("echo 'never closed {{ labels.a }}"))
