"""The API is what its OpenAPI document says, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from runbookkit.server.site import document
from server.listening import Site
from server.whole import BOSS, fired, server

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
DOCUMENT: Final[dict[str, Any]] = document()
ENDLESS = "/api/v1/live"
"""It answers for as long as somebody listens."""
OPERATIONS = [
    (path, method)
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if path != ENDLESS
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with server(tmp_path_factory.mktemp("openapi")) as (site, _):
        fired(site)
        yield site


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_one_that_the_document_names(
    site: Site, path: str, method: str
) -> None:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.config.update(base_url=site.url)

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method].as_strategy())
    def holds(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {BOSS}"})

    holds()


def test_the_document_is_served(site: Site) -> None:
    assert site.get("/openapi.json").json == DOCUMENT
