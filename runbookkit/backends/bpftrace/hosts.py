"""One answer out of what several hosts saw, or failed to see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from runbookkit.backends.bpftrace.host import HERE, Seen
from runbookkit.backends.bpftrace.merge import has_keys, merged
from runbookkit.backends.bpftrace.reasons import NAME
from runbookkit.errors import (
    AnswerTooLargeError,
    BackendError,
    BackendTimeoutError,
    BackendUnavailableError,
    QueryRejectedError,
)

Outcomes = Mapping[str, Seen | BackendError]
_CUT: Final = 63
_KINDS: Final = (QueryRejectedError, AnswerTooLargeError, BackendTimeoutError)


@dataclass(frozen=True, slots=True)
class Combined:
    """What an answer is made of."""

    names: Mapping[str, Any]
    truncated: str
    warnings: tuple[str, ...]
    voids: str
    details: Mapping[str, Any]


def combine(outcomes: Outcomes, folds: Mapping[str, str], map_keys: int) -> Combined:
    """Return what all hosts saw together.

    A host that failed, or saw only a part, voids the answer: what
    the others saw is kept to be looked at, and not to be judged.

    Raises:
        BackendError: No host has an answer.
    """
    seen = {host: each for host, each in outcomes.items() if isinstance(each, Seen)}
    failed = {
        host: each for host, each in outcomes.items() if isinstance(each, BackendError)
    }
    if not seen:
        raise _failure(failed)
    alone = len(outcomes) == 1
    names = _names(seen, folds, alone=alone)
    voids = _voids(seen, failed, alone=alone)
    warnings = [
        warning if alone else f"{host}: {warning}"
        for host, each in seen.items()
        for warning in each.warnings
    ]
    warnings += _caveats(names, folds, alone=alone)
    details = {host: _details(each, whole=not alone) for host, each in seen.items()}
    details |= {host: {"error": _reason(each)} for host, each in failed.items()}
    return Combined(
        names,
        _truncated(seen, map_keys),
        tuple(dict.fromkeys(warnings)),
        voids,
        {"hosts": {host: details[host] for host in outcomes}},
    )


def _names(
    seen: Mapping[str, Seen], folds: Mapping[str, str], *, alone: bool
) -> dict[str, Any]:
    said = [each.said for each in seen.values()]
    texts = [
        each.said.stdout if alone else _prefixed(host, each.said.stdout)
        for host, each in seen.items()
    ]
    return {
        "maps": {
            name: _largest_first(value)
            for name, value in merged([each.maps for each in said], folds).items()
        },
        "hist": merged(
            [each.hist for each in said],
            {name: "hist" for each in said for name in each.hist},
        ),
        "stdout": "".join(texts),
        "lost_events": sum(each.lost_events for each in said),
    }


def _largest_first(value: Any) -> Any:
    """Return a map with the keys in front that are kept when it is cut."""
    numbers = has_keys(value) and all(
        isinstance(each, int | float) for each in value.values()
    )
    if not numbers:
        return value
    return dict(sorted(value.items(), key=lambda row: row[1], reverse=True))


def _prefixed(host: str, text: str) -> str:
    return "".join(f"{host}: {line}\n" for line in text.splitlines())


def _details(seen: Seen, *, whole: bool) -> dict[str, Any]:
    said = seen.said
    details: dict[str, Any] = {
        "probes": said.probes,
        "seconds": round(seen.seconds, 2),
        "version": said.facts.get("version", "").removeprefix("bpftrace "),
        "kernel": said.facts.get("kernel", ""),
        "lost_events": said.lost_events,
    }
    if whole:
        details |= {"maps": said.maps, "hist": said.hist, "stdout": said.stdout}
    return details


def _voids(
    seen: Mapping[str, Seen], failed: Mapping[str, BackendError], *, alone: bool
) -> str:
    reasons = {host: _reason(error) for host, error in failed.items()}
    for host, each in seen.items():
        unread = each.said.unreadable
        said = f"a line of it cannot be read: {unread!r}" if unread else each.partial
        if said:
            reasons[host] = said
    if alone:
        return "".join(reasons.values())
    total = len(seen) + len(failed)
    verb = "has" if len(reasons) == 1 else "have"
    whole = f"{len(reasons)} of {total} hosts {verb} no whole answer: "
    return whole + _each(reasons) if reasons else ""


def _failure(failed: Mapping[str, BackendError]) -> BackendError:
    """Return one error for all hosts; it is of their kind when they agree."""
    if len(failed) == 1:
        ((host, error),) = failed.items()
        where = "" if host == HERE else f"{host}: "
        return _kind(failed)(f"{where}{_reason(error)}", backend=NAME)
    reasons = {host: _reason(error) for host, error in failed.items()}
    return _kind(failed)(_each(reasons), backend=NAME)


def _kind(failed: Mapping[str, BackendError]) -> type[BackendError]:
    for kind in _KINDS:
        if all(isinstance(error, kind) for error in failed.values()):
            return kind
    return BackendUnavailableError


def _reason(error: BackendError) -> str:
    return str(error).removeprefix(f"{NAME}: ")


def _each(reasons: Mapping[str, str]) -> str:
    """Return who says what, every reason once."""
    hosts: dict[str, list[str]] = {}
    for host, reason in reasons.items():
        hosts.setdefault(reason, []).append(host)
    return "; ".join(f"{', '.join(who)} ({reason})" for reason, who in hosts.items())


def _truncated(seen: Mapping[str, Seen], map_keys: int) -> str:
    full: dict[str, None] = {}
    for each in seen.values():
        for name, value in (*each.said.maps.items(), *each.said.hist.items()):
            if has_keys(value) and len(value) >= map_keys:
                full[name] = None
    if not full:
        return ""
    return (
        f"truncated? {', '.join(full)} holds {map_keys} keys, the most that are kept;"
        " what came later was dropped without a word"
    )


def _caveats(
    names: Mapping[str, Any], folds: Mapping[str, str], *, alone: bool
) -> Iterator[str]:
    maps = names["maps"]
    for name, value in (*maps.items(), *names["hist"].items()):
        if any(len(text.encode()) == _CUT for text in _texts(value)):
            yield (
                f"{name} holds texts of {_CUT} bytes, where older versions cut them:"
                " several may have become one"
            )
    for name, value in maps.items():
        if not alone and _is_apart(value):
            hint = "; stats() adds up" if folds.get(name) == "avg" else ""
            yield f"{name} does not add up: it holds a list of its hosts' values{hint}"


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in a map: the parts of its keys, and its values."""
    if isinstance(value, str):
        yield value
    elif has_keys(value):
        for key, each in value.items():
            yield from key.split(",")
            yield from _texts(each)


def _is_apart(value: Any) -> bool:
    values: Sequence[Any] = list(value.values()) if has_keys(value) else [value]
    return any(isinstance(each, list) for each in values)
