"""Ask several servers about one thing, and keep account of those that did not answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

from runbookkit.app.explore import explore_link
from runbookkit.errors import BackendError
from runbookkit.model.answer import Answer, Ask, Window
from runbookkit.model.observation import Links, NotAsked
from runbookkit.model.observed import Exemplar
from runbookkit.model.options import Grafana
from runbookkit.model.runbook import Limit
from runbookkit.ports import Backend
from runbookkit.queries.registry import language_of

TIMEOUT: Final = timedelta(seconds=15)


@runtime_checkable
class KnowsExemplars(Protocol):
    """What a backend of metrics may know besides samples."""

    def exemplars(
        self, query: str, window: Window, timeout: timedelta
    ) -> tuple[Exemplar, ...]:
        """Return the exemplars of a query's selectors, the newest first."""


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers there are, by fence language, and how their pages are reached."""

    backends: Mapping[str, Backend]
    grafana: Grafana
    now: datetime


@dataclass(slots=True)
class Source:
    """One kind of data: asked, or named as not asked."""

    name: str
    language: str
    servers: Servers
    not_asked: list[NotAsked] = field(default_factory=list)

    def ask(
        self,
        query: str,
        *,
        window: Window | None = None,
        limit: Limit | None = None,
        what: str = "",
    ) -> Answer | None:
        """Return the answer; none is kept account of, and so is a part."""
        backend = self._backend()
        if backend is None:
            return None
        try:
            answer = backend.ask(self.question(query, window, limit))
        except BackendError as error:
            self.missing(str(error), what)
            return None
        if answer.voids:
            self.missing(f"the answer is only a part: {answer.voids}", what)
        return answer

    def exemplars(self, query: str, window: Window) -> tuple[Exemplar, ...] | None:
        """Return exemplars; none is kept account of."""
        backend = self._backend()
        if backend is None:
            return None
        knowledge = getattr(backend, "knowledge", None)
        if not isinstance(knowledge, KnowsExemplars):
            self.missing(f"{backend.name} gives no exemplars", "exemplars")
            return None
        try:
            return knowledge.exemplars(query, window, TIMEOUT)
        except BackendError as error:
            self.missing(str(error), "exemplars")
            return None

    def links(
        self, query: str, window: Window | None = None, limit: Limit | None = None
    ) -> Links:
        """Return where the same question is shown."""
        ask = self.question(query, window, limit)
        backend = self.servers.backends.get(self.language)
        return Links(
            backend.link(ask) if backend is not None else "",
            explore_link(self.servers.grafana, ask),
        )

    def question(self, query: str, window: Window | None, limit: Limit | None) -> Ask:
        """Return a question of now."""
        return Ask(self.language, query, self.servers.now, TIMEOUT, window, limit=limit)

    def missing(self, reason: str, what: str = "") -> None:
        """Keep account of something that could not be asked, once."""
        source = f"{self.name}, {what}" if what else self.name
        found = NotAsked(source, reason)
        if found not in self.not_asked:
            self.not_asked.append(found)

    def _backend(self) -> Backend | None:
        backend = self.servers.backends.get(self.language)
        if backend is None:
            language = language_of(self.language)
            name = language.server if language is not None else self.language
            self.missing(
                f"no {name.capitalize()} is configured; name one under"
                f" [backends.{name}.endpoint]"
            )
        return backend
