"""The engines of the demo: recorded answers in place of servers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from runbookkit.app.demo.story import Recorded, Story, at_course, moved
from runbookkit.errors import BackendUnavailableError
from runbookkit.model.answer import Answer, Ask, ResultKind, Window
from runbookkit.model.observed import Exemplar
from runbookkit.ports import Clock
from runbookkit.series import at_once, kept, over_time

_POINTS: Final = 60
_TOOK: Final = timedelta(milliseconds=40)
_KINDS: Final[dict[str, ResultKind]] = {
    "logql": "logs",
    "traceql": "traces",
    "bash": "shell",
}


class StoryClock:
    """Stands still until the story moves it on."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the story's time."""
        return self._now

    def sleep(self, duration: timedelta) -> None:
        """Move on."""
        self._now += duration

    def until(self, moment: datetime) -> None:
        """Move on to a moment, never back."""
        self._now = max(self._now, moment)


class Tape:
    """Answers what was recorded; see :class:`runbookkit.ports.Backend`."""

    name = "recording"
    languages: tuple[str, ...] = ("promql", "logql", "traceql", "bash")

    def __init__(self, story: Story, begin: datetime, clock: Clock) -> None:
        self._story = story
        self._begin = begin
        self._clock = clock

    def ask(self, ask: Ask) -> Answer:
        """Return the first answer whose words are in the query.

        Raises:
            BackendUnavailableError: Nothing like it was recorded.
        """
        for each in self._story.answers:
            if all(word in ask.text for word in each.words):
                return self._answer(ask, each)
        raise BackendUnavailableError("nothing was recorded", backend=self.name)

    def link(self, ask: Ask) -> str:  # noqa: ARG002  a recording has no page
        """Return nothing: a recording is nowhere to be seen."""
        return ""

    @property
    def knowledge(self) -> Tape:
        """What a backend of metrics may know besides samples."""
        return self

    def exemplars(
        self, query: str, window: Window, timeout: timedelta
    ) -> tuple[Exemplar, ...]:
        """Return the recorded exemplars within a window."""
        del timeout  # a recording answers at once
        found = (moved(each, self._begin) for each in self._story.exemplars)
        seen = (
            Exemplar(
                {"__name__": query.partition("{")[0]},
                {"trace_id": each["trace_id"]},
                each["value"],
                datetime.fromisoformat(each["at"]),
            )
            for each in found
        )
        return tuple(each for each in seen if window.start <= each.at <= window.end)

    def _answer(self, ask: Ask, recorded: Recorded) -> Answer:
        kind, names = self._names(ask, recorded)
        return Answer(
            kind,
            names,
            self.name,
            ask.text,
            self._clock.now(),
            _TOOK,
            server=self.name,
            window=ask.window,
            empty=not any(names.get(each) for each in ("series", "lines", "traces")),
        )

    def _names(self, ask: Ask, recorded: Recorded) -> tuple[ResultKind, dict[str, Any]]:
        if ask.language != "promql":
            return _KINDS[ask.language], moved(recorded.names, self._begin)
        course = self._story.courses.get(recorded.course)
        if ask.window is not None:
            points = list(self._sampled(ask, recorded, course))
            return "range", kept([over_time({}, points)], None).names
        value = recorded.value
        if course is not None:
            at = (ask.at or ask.now) - self._begin
            value = at_course(course, at.total_seconds())
        series = [at_once({}, value)] if value is not None else []
        found = recorded.names.get("series")
        if found is not None:
            series = [at_once(each["labels"], each["value"]) for each in found]
        return "instant", kept(series, None).names

    def _sampled(
        self, ask: Ask, recorded: Recorded, course: Any
    ) -> list[tuple[float, float]]:
        if ask.window is None:
            return []
        length = (ask.window.end - ask.window.start).total_seconds()
        step = ask.step.total_seconds() if ask.step else max(1.0, length / _POINTS)
        at = ask.window.start.timestamp() // step * step
        points = []
        while at <= ask.window.end.timestamp():
            second = at - self._begin.timestamp()
            value = at_course(course, second) if course else recorded.value
            points.append((at, float(value or 0.0)))
            at += step
        return points
