"""Whatever JSON comes, it is an answer or an error of the backend."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings, strategies as st

from backends.asks import HTTP, backend_at, misfits, questions
from runbookkit.errors import BackendError
from runbookkit.model.answer import Ask

KEYS = st.sampled_from(
    [
        *("status", "data", "resultType", "result", "metric", "value", "values"),
        *("histogram", "histograms", "count", "sum", "buckets", "stream", "warnings"),
        *("traces", "trace", "batches", "resourceSpans", "scopeSpans", "spans"),
        *("series", "labels", "samples", "timestampMs", "metrics", "traceID"),
        *("startTimeUnixNano", "attributes", "key", "intValue", "stats", "summary"),
        *("structuredMetadata", "parsed", "infos", "spanSets", "serviceStats"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["success", "vector", "matrix", "scalar", "string", "streams"]),
    st.text(max_size=4),
    st.sampled_from(["1", "NaN", "+Inf", "-1", "1795176000000000000", "9" * 30]),
)
ANY = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=12,
)
RESULTS = st.one_of(
    ANY,
    st.fixed_dictionaries(
        {
            "status": st.just("success"),
            "data": st.fixed_dictionaries(
                {
                    "resultType": st.sampled_from(
                        ["vector", "matrix", "scalar", "string", "streams"]
                    ),
                    "result": st.lists(
                        st.dictionaries(KEYS, ANY, max_size=3), max_size=2
                    )
                    | ANY,
                }
            ),
        }
    ),
    st.fixed_dictionaries({"trace": ANY}),
    st.fixed_dictionaries({"traces": ANY, "metrics": ANY}),
    st.fixed_dictionaries({"series": ANY}),
)
CASES = [(name, ask) for name in HTTP for ask in questions(name)]


@pytest.mark.parametrize(("name", "ask"), CASES)
@settings(max_examples=60, deadline=None)
@given(body=RESULTS)
def test_any_json_is_an_answer_or_an_error(name: str, ask: Ask, body: Any) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=json.dumps(body).encode())

    transport = httpx2.MockTransport(answer)
    backend = backend_at(name, "http://server.test", transport=transport)

    with suppress(BackendError):
        assert misfits(backend.ask(ask)) == []
