"""What ``runbook lint --online`` may ask: addresses, and Prometheus for metrics."""

from __future__ import annotations

import json
from functools import cached_property

from runbookkit.errors import CouldNotCheckError
from runbookkit.http import HttpClient

_GONE = frozenset({404, 410})
_LOGIN = frozenset({401, 403})


class OnlineChecks:
    """Asks each address once, and Prometheus once for its metric names."""

    def __init__(
        self, *, links: HttpClient, prometheus: HttpClient, prometheus_url: str
    ) -> None:
        self._links = links
        self._prometheus = prometheus
        self._prometheus_url = prometheus_url.rstrip("/")
        self._answers: dict[str, str | CouldNotCheckError] = {}

    def link_problem(self, url: str) -> str:
        """Say why an address leads nowhere; empty when it leads somewhere.

        Raises:
            CouldNotCheckError: No answer came, or one that says nothing about
                the page, such as a request to log in.
        """
        url = url.split("#", 1)[0]
        if url not in self._answers:
            self._answers[url] = self._ask(url)
        answer = self._answers[url]
        if isinstance(answer, CouldNotCheckError):
            raise answer
        return answer

    def _ask(self, url: str) -> str | CouldNotCheckError:
        try:
            status = self._links.get(url).status
        except CouldNotCheckError as error:
            return error
        if status in _GONE:
            return f"answers {status}"
        if status in _LOGIN:
            return CouldNotCheckError(f"{url}: wants a login ({status})")
        if status >= 400:
            return CouldNotCheckError(f"{url}: answers {status}")
        return ""

    def has_metric(self, name: str) -> bool:
        """Tell whether Prometheus has ever stored a metric of this name.

        Raises:
            CouldNotCheckError: No address is configured, or Prometheus did not
                answer as it does.
        """
        return name in self._metrics

    @cached_property
    def _metrics(self) -> frozenset[str]:
        if not self._prometheus_url:
            raise CouldNotCheckError(
                "no Prometheus to ask; set prometheus_url in runbook.toml"
            )
        url = f"{self._prometheus_url}/api/v1/label/__name__/values"
        answer = self._prometheus.get(url)
        try:
            data = json.loads(answer.body)
            if answer.status != 200 or data["status"] != "success":
                raise CouldNotCheckError(f"{url}: answers {answer.status}")
            return frozenset(str(name) for name in data.get("data") or ())
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise CouldNotCheckError(
                f"{url}: not Prometheus' answer: {error}"
            ) from error
