"""One request as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbookkit.cli.observed import (
    LinkList,
    not_asked_lines,
    plain,
    seconds_text,
    short,
)
from runbookkit.model.correlation import Correlation, Happening

_SHOWN: Final = 200
_SKEWS: Final = 20


def correlated_text(found: Correlation) -> str:
    """Return a correlation as text; what is missing stands at its end."""
    links = LinkList()
    marks = (("trace", links.mark(found.trace)), ("logs", links.mark(found.logs)))
    shown = "".join(f"; {name} {mark.strip()}" for name, mark in marks if mark)
    around = f"looked at {found.start:%Y-%m-%d %H:%M:%S} to {found.end:%H:%M:%S} UTC"
    lines = [
        f"Request {found.trace_id}",
        f"  {around}{shown}",
        *_timeline(found.timeline),
        *_skews(found),
        *_missing(found),
        *_kernel(found),
        *links.lines(),
        *not_asked_lines(found.not_asked),
    ]
    return "".join(f"{plain(each)}\n" for each in lines)


def _timeline(timeline: tuple[Happening, ...]) -> Iterator[str]:
    if not timeline:
        yield from ("", "Nothing was found of it")
        return
    yield from ("", "Timeline (UTC)")
    shown = _most_telling(timeline)
    yield from (_line(each) for each in shown)
    if len(shown) < len(timeline):
        yield f"  … {len(timeline) - len(shown)} shorter spans more; --json has them"


def _most_telling(timeline: tuple[Happening, ...]) -> list[Happening]:
    """Return what fits, in its order: short spans that went well go first."""
    by_weight = sorted(range(len(timeline)), key=lambda at: _weight(timeline[at]))
    kept = sorted(by_weight[:_SHOWN])
    return [timeline[at] for at in kept]


def _weight(each: Happening) -> tuple[bool, float]:
    return each.origin == "trace" and not each.failed, -(each.duration_ms or 0)


def _line(each: Happening) -> str:
    clock = each.at[11:26]
    length = seconds_text(each.duration_ms / 1000) if each.duration_ms else ""
    level = f"{each.level}: " if each.level else ""
    failed = "  FAILED" if each.failed and each.origin == "trace" else ""
    who = each.service or "-"
    text = short(f"{level}{each.text}")
    return f"  {clock} {each.origin:<6} {length:>8}  {who:<12} {text}{failed}"


def _skews(found: Correlation) -> Iterator[str]:
    if found.skews:
        yield from ("", "Clocks and durations that do not fit together")
    yield from (f"  {each.text}" for each in found.skews[:_SKEWS])
    if len(found.skews) > _SKEWS:
        yield f"  … {len(found.skews) - _SKEWS} smaller ones more; --json has them"


def _missing(found: Correlation) -> Iterator[str]:
    if found.missing:
        yield from ("", "Not there")
    yield from (f"  {each}" for each in found.missing)


def _kernel(found: Correlation) -> Iterator[str]:
    yield from ("", "Kernel: it keeps nothing of a past request")
    for each in found.kernel_steps:
        yield f"  runbook run {each.runbook}#{each.step}  ({each.title})"
    if not any(each.origin == "kernel" for each in found.timeline):
        yield "  --kernel watches the process now, for ten seconds"
