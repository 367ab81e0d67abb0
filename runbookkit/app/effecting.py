"""Effects: jobs that a notifier makes true outside, with the latest state.

What a notifier must know again, such as the id of a channel, is remembered in the
incident's data under ``refs`` and the notifier's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from runbookkit.app.glance import digest, glance
from runbookkit.app.working import Done, Later
from runbookkit.errors import NotifierError
from runbookkit.model.effect import Effect, EffectKind, Receipt, StatusBlock
from runbookkit.model.event import NewEvent
from runbookkit.model.incident import (
    Changes,
    IncidentEventKind,
    IncidentRow,
    Known,
    Want,
)
from runbookkit.model.job import Job, NewJob
from runbookkit.ports import Clock, IncidentStore, Notifier

STATUS_EVERY: Final = timedelta(seconds=10)
"""A status is shown at most so often."""
_SOURCE: Final = "runbookkit"
_FALLBACK: Final = ":fallback:"
_EVENTS: Final[Mapping[EffectKind, IncidentEventKind]] = {
    "open channel": "channel opened",
    "page": "page sent",
    "silence": "silence made",
    "end silences": "silence ended",
}


@dataclass(frozen=True, slots=True)
class Effects:
    """Has jobs performed by the notifiers that their queues are named after."""

    store: IncidentStore
    notifiers: Mapping[str, Notifier]
    clock: Clock
    public_url: str = ""
    status_every: timedelta = STATUS_EVERY

    def __call__(self, job: Job) -> Done | Later:
        """Make a job's effect true.

        Raises:
            NotifierError: It is not known to be true.
            StoreError: What there is to remember could not be kept.
        """
        incident, notifier = self._incident(job), self._notifier(job)
        refs = refs_of(incident, job.queue)
        block = glance(incident, self.public_url)
        now = self.clock.now()
        if job.kind == "show status":
            # an attempt whose answer was lost may have shown something else since
            if job.attempts == 1 and refs.get("shown") == digest(block):
                return Done()
            if (early := _too_early(refs, now, self.status_every)) is not None:
                return Later(early)
        effect = Effect(
            job.key,
            cast("EffectKind", job.kind),
            incident,
            now,
            str(job.data.get("text") or _text(job.kind, incident, block)),
            block,
            str(job.data.get("thread") or ""),
            refs,
            job.data,
        )
        receipt = notifier.perform(effect, job.attempts)
        self._remember(job, receipt, block)
        return Done(_happened(job, receipt, effect.text, self.clock.now()))

    def _incident(self, job: Job) -> IncidentRow:
        number = job.stream.removeprefix("incident/")
        found = self.store.incident(int(number)) if number.isdecimal() else None
        if found is None:
            raise NotifierError(
                f"{job.stream} is no incident", notifier=job.queue, retryable=False
            )
        return found

    def _notifier(self, job: Job) -> Notifier:
        found = self.notifiers.get(job.queue)
        if found is None or job.kind not in found.kinds:
            raise NotifierError(
                f"cannot {job.kind!r} as it is configured; see docs/notifiers.md",
                notifier=job.queue,
                retryable=False,
            )
        return found

    def _remember(self, job: Job, receipt: Receipt, block: StatusBlock) -> None:
        new = dict(receipt.refs)
        if job.kind == "show status":
            new["shown"] = digest(block)
            new["shown_at"] = self.clock.now().isoformat()
        if new:
            number = int(job.stream.removeprefix("incident/"))
            want = Want(incidents=(number,))
            self.store.decide(want, remember(number, job.queue, new))


@dataclass(frozen=True, slots=True)
class Alarms:
    """Makes failures loud: on the timeline, and through another notifier."""

    notifiers: Mapping[str, Notifier]
    fallback: tuple[str, ...]
    clock: Clock

    def __call__(self, job: Job, error: str, dead: bool) -> Done:  # noqa: FBT001  see Alarm
        """Return what is kept with a failure that people have to know of."""
        now = self.clock.now()
        what = "gave up" if dead else f"did not succeed in {job.attempts} attempts"
        text = f"{job.queue}: {job.kind}: {what}: {error}"
        data = {"text": text, "job": job.key, "error": error, "dead": dead}
        kind = "page failed" if job.kind == "page" else "effect failed"
        name = "dead" if dead else "loud"
        event = NewEvent(kind, now, data, "auto", _SOURCE, f"{job.key}:{name}")
        return Done((event,), tuple(self._fallback_jobs(job, text, name, now)))

    def _fallback_jobs(
        self, job: Job, text: str, name: str, now: datetime
    ) -> list[NewJob]:
        if _FALLBACK in job.key:
            return []  # that one is only on the timeline, or it would never end
        jobs = []
        for queue in self.fallback:
            notifier = self.notifiers.get(queue)
            if notifier is None or queue == job.queue:
                continue
            pages = job.kind == "page" and "page" in notifier.kinds
            kind = "page" if pages else "post"
            key = f"{job.key}{_FALLBACK}{queue}:{name}"
            if kind in notifier.kinds:
                data = {"text": text}
                jobs.append(NewJob(key, kind, queue, job.stream, now, data))
        return jobs


def refs_of(incident: IncidentRow, notifier: str) -> Mapping[str, str]:
    """Return what a notifier said to remember about an incident."""
    refs = incident.data.get("refs")
    own = refs.get(notifier) if isinstance(refs, Mapping) else None
    return own if isinstance(own, Mapping) else {}


def remember(
    number: int, notifier: str, new: Mapping[str, str]
) -> Callable[[Known], Changes]:
    """Return the decision to remember something about an incident."""

    def decide(known: Known) -> Changes:
        incident = known.incidents[number]
        refs = {**(incident.data.get("refs") or {})}
        refs[notifier] = {**refs_of(incident, notifier), **new}
        data: dict[str, Any] = {**incident.data, "refs": refs}
        return Changes(incidents=(replace(incident, data=data),))

    return decide


def _too_early(
    refs: Mapping[str, str], now: datetime, every: timedelta
) -> datetime | None:
    """Return when a status may be shown again, if that is not yet."""
    if not refs.get("shown_at"):
        return None
    last = datetime.fromisoformat(refs["shown_at"])
    # a moment to come was told by a clock that has stepped back since
    return last + every if last <= now < last + every else None


def _text(kind: str, incident: IncidentRow, block: StatusBlock) -> str:
    if kind in {"page", "annotate", "change event"}:
        return block.title
    return f"incident {incident.id}: {block.title}: {block.status}"


def _happened(
    job: Job, receipt: Receipt, text: str, now: datetime
) -> tuple[NewEvent, ...]:
    """Return what the timeline says of an effect; a status is shown without a word."""
    if job.kind == "show status":
        return ()
    kind = _EVENTS.get(cast("EffectKind", job.kind), "effect done")
    said = f"through {job.queue}"
    data = {
        "text": said if kind != "effect done" else f"{said}: {job.kind}: {text}",
        "notifier": job.queue,
        "effect": job.kind,
        "url": receipt.url,
        "found": receipt.found,
    }
    return (NewEvent(kind, now, data, "auto", _SOURCE, f"{job.key}:done"),)
