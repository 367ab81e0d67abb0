from __future__ import annotations

import pytest

from lint.runbooks import found
from runbookkit.lint.units import unit_of

STEP = """### Look at it

{words}

**In {tool}**{clauses}:

```{language}
{query}
```

**Expect:** {expect}

- **Met:** stop
- **Not met:** continue
"""
BYTES = "sum(rate(http_response_bytes_total[5m]))"
LATENCY = "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))"
SLOW = 'sum(rate(x_seconds_bucket{le="0.5"}[5m])) / sum(rate(x_seconds_count[5m]))'
SHARE = 'sum(rate(x_total{code="500"}[5m])) / sum(rate(x_total[5m]))'


def step(
    query: str,
    expect: str,
    words: str = "Look.",
    clauses: str = "",
    language: str = "promql",
) -> str:
    tool = {"promql": "Prometheus", "logql": "Loki", "traceql": "Tempo"}[language]
    return STEP.format(
        words=words,
        tool=tool,
        clauses=clauses,
        language=language,
        query=query,
        expect=expect,
    )


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        (BYTES, "less than 2 MB/s: `value < 3e6`"),
        (SHARE, "more than 1 % fail: `value > 0.02`"),
        (SHARE, "more than 1.44 % fail: `value > 0.144`"),
        ("sum(x_total)", "fewer than 50 wait: `value < 500.0`"),
        (LATENCY, "the slowest 1 % take longer than 500 ms: `value > 0.4`"),
        ("max(x_size)", "more than 2 GB: `value > 2e6`"),
        (f"{BYTES} / {BYTES}", "more than 2 times: `value > 20.0`"),
        (SLOW, "more than 1 % take longer than 500 s: `value > 0.01`"),
    ],
)
def test_a_number_that_only_the_words_have_is_found(query: str, expect: str) -> None:
    assert found("RB509", step(query, expect))


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        (BYTES, "less than 2 MB/s: `value < 2e6`"),
        (BYTES, "less than 2 MiB/s: `value < 2097152.0`"),
        (SHARE, "more than 1.44 % fail: `value > 0.0144`"),
        (f"100 * {SHARE}", "more than 1.44 % fail: `value > 1.44`"),
        (LATENCY, "the slowest 1 % take longer than 500 ms: `value > 0.5`"),
        (LATENCY, "99 % take less than 500 ms: `value < 0.5`"),
        (
            'sum(rate(x_seconds_bucket{le="0.5"}[5m])) / sum(rate(x_seconds_count[5m]))',
            "less than 99 % take less than 500 ms: `value < 0.99`",
        ),
        ("sum(x_total)", "at least 5 wait: `value > 4.0`"),
        ("sum(x_total)", "more than 10,000 wait: `value > 10000.0`"),
        ("max(x_size_mb)", "more than 2 GB: `value > 2000.0`"),
        (SLOW, "more than 1 % take longer than 500 ms: `value > 0.01`"),
        ("sum(x_total)", "nobody waits: `value == 0.0`"),
        ("sum(x_total)", "one service writes: `series.size() == 1`"),
        ("sum(x_total)", "less than twice as many: `value < 2.0`"),
    ],
)
def test_words_and_expression_that_agree_are_fine(query: str, expect: str) -> None:
    part = step(query, expect)

    assert not found("RB509", part)
    assert not found("RB512", part)


@pytest.mark.parametrize(
    ("query", "expect", "said"),
    [
        (LATENCY, "longer than 500 ms: `value > 500.0`", "0.5 here"),
        (SHARE, "more than 1 % fail: `value > 1.0`", "0.01 here"),
        (f"100 * {SHARE}", "more than 1 % fail: `value > 0.01`", "1 here"),
        (BYTES, "more than 2 s: `value > 2.0`", "in bytes"),
        (BYTES, "more than 2 GB/s: `value > 2e6`", "2e+09 here"),
    ],
)
def test_a_number_in_another_unit_than_the_query_s_is_found(
    query: str, expect: str, said: str
) -> None:
    (finding,) = found("RB512", step(query, expect))

    assert said in finding.message
    assert not found("RB509", step(query, expect))


@pytest.mark.parametrize(
    ("query", "unit"),
    [
        ("process_resident_memory_bytes", "bytes"),
        ("rate(process_cpu_seconds_total[5m])", ""),
        ("time() - max(backup_timestamp_seconds)", "seconds"),
        ("sum(x_seconds_sum) / sum(x_seconds_count)", "seconds"),
        ("max(x_bytes) / max(y_bytes)", "ratio"),
        ("max(x_bytes) / max(y_seconds)", ""),
        ("max(x_bytes) / 1e6", ""),
        ("count(x_bytes)", ""),
        ('sum(bytes_rate({a="b"}[5m]))', "bytes"),
        ("slo:errors:ratio", "ratio"),
        ("max(x_ms)", "milliseconds"),
        ("sum(rate(loki_distributor_bytes_received_total[5m]))", "bytes"),
        ('label_replace(x_bytes, "a_seconds", "$1", "b", ".*")', "bytes"),
    ],
)
def test_the_unit_of_an_answer_is_told_by_names_where_it_is_certain(
    query: str, unit: str
) -> None:
    assert unit_of(query) == unit


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        ("Look.", "it failed in the last 30 minutes: `value > 0.0`"),
        ("The query looks back over 10 minutes.", "it failed: `value > 0.0`"),
        ("Deploys of the last 30 minutes matter.", "it failed: `value > 0.0`"),
    ],
)
def test_a_window_that_only_the_words_have_is_found(words: str, expect: str) -> None:
    assert found("RB510", step(BYTES, expect, words))


@pytest.mark.parametrize(
    ("words", "expect", "clauses"),
    [
        ("The query looks back over 5 minutes.", "ok: `value > 0.0`", ""),
        ("Look.", "fast within 10 minutes: `value > 0.0`", ", every 30s for up to 10m"),
        (
            "Look.",
            "it failed in the last hour: `series[0].max > 0.0`",
            ", over the last 1h",
        ),
        ("The change takes 10 minutes.", "ok: `value > 0.0`", ""),
    ],
)
def test_a_window_that_the_step_has_is_fine(
    words: str, expect: str, clauses: str
) -> None:
    assert not found("RB510", step(BYTES, expect, words, clauses))


@pytest.mark.parametrize(
    "name",
    [
        "http_response_bytes_totals",
        "http_respones_bytes_total",
        "http_response_bytes_sum",
    ],
)
def test_a_metric_that_is_nearly_the_query_s_is_found(name: str) -> None:
    (finding,) = found("RB513", step(BYTES, "ok: `value > 0.0`", f"`{name}` grows."))

    assert finding.fix is not None


@pytest.mark.parametrize(
    "name",
    [
        "http_response_bytes_total",
        "http_requests_total",
        "http_response_bytes",
        "bytes",
    ],
)
def test_another_metric_or_the_stem_of_one_is_fine(name: str) -> None:
    assert not found("RB513", step(BYTES, "ok: `value > 0.0`", f"`{name}` grows."))


def test_a_service_that_is_nearly_the_runbook_s_is_found() -> None:
    query = 'sum(rate(x_total{service="chekout"}[5m]))'

    assert found("RB513", step(query, "ok: `value > 0.0`"))
    assert not found(
        "RB513", step(query.replace("chekout", "payments"), "ok: `value > 0.0`")
    )


@pytest.mark.parametrize(
    ("language", "query", "expect"),
    [
        ("logql", '{service_name="checkout"}', "some: `lines.size() > 0`"),
        ("traceql", "{ status = error }", "some: `traces.size() > 0`"),
    ],
)
def test_a_search_needs_a_window(language: str, query: str, expect: str) -> None:
    without = step(query, expect, language=language)
    within = step(query, expect, language=language, clauses=", over the last 15m")

    assert found("RB504", without)
    assert not found("RB504", within)


def test_a_metric_query_needs_none() -> None:
    query = 'sum(rate({service_name="checkout"}[5m]))'

    assert not found("RB504", step(query, "some: `value > 0.0`", language="logql"))


def test_a_number_that_the_query_states_has_the_unit_of_the_query() -> None:
    expect = "less than 1 % take longer than 500 ms: `value < 0.01 && value >= 0.0`"

    assert not found("RB512", step(SLOW, expect))
