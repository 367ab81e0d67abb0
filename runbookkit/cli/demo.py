"""``runbook demo``."""

from __future__ import annotations

import contextlib
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

from cyclopts import Parameter

from runbookkit.app.demo.playing import Demo, Played, Teller
from runbookkit.app.words import percent, span
from runbookkit.cli import codes
from runbookkit.clock import SystemClock
from runbookkit.errors import UsageError
from runbookkit.model.event import Event
from runbookkit.model.runstate import RunState

_WIDTH: Final = 78
_LINE: Final = timedelta(milliseconds=350)
_SCENE: Final = timedelta(milliseconds=1200)
_SHOWN: Final = ("Summary", "Timeline")
_MARKS: Final = {"met": "✔", "not met": "✘"}


def demo(
    *,
    fast: Annotated[bool, Parameter(negative=())] = False,
    into: str = "",
) -> int:
    """Play a recorded incident through the real engine, from alert to postmortem.

    No server, no network, no key and no configuration: answers were recorded, the
    clock runs ahead, and the store is temporary. All else is what a real incident
    goes through.

    Parameters
    ----------
    fast
        Without the pauses that make it readable.
    into
        Keep handbook, event log and postmortem in this new folder.
    """
    clock = SystemClock()

    def pause(duration: timedelta) -> None:
        if not fast:
            clock.sleep(duration)

    with _folder(into) as folder:
        teller = _Terminal(pause)
        teller.begin()
        play = Demo(folder, clock.now(), teller)
        try:
            played = play.play()
        finally:
            play.close()
        teller.end(played, kept=bool(into))
    return codes.OK


@contextlib.contextmanager
def _folder(into: str) -> Iterator[Path]:
    if not into:
        with TemporaryDirectory(prefix="runbook-demo-") as name:
            yield Path(name)
        return
    folder = Path(into)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        where = folder.as_posix()
        raise UsageError(
            f"{where}: cannot be made: {error.strerror}; name a new folder"
        ) from error
    yield folder


class _Terminal(Teller):
    """Tells the story in lines of at most 80 columns."""

    def __init__(self, pause: Callable[[timedelta], None]) -> None:
        self._pause = pause

    def begin(self) -> None:
        """Say what this is."""
        self._say(
            "An incident from the alert to the postmortem, in under a minute. The"
            " engine is the real one; the answers of servers were recorded, the clock"
            " runs ahead, and nothing leaves this machine."
        )

    def scene(self, at: datetime, title: str, text: str) -> None:
        """Begin a scene with a heading."""
        head = f"── {at:%H:%M:%S}  {title} "
        print(f"\n{head}{'─' * max(0, _WIDTH - len(head))}")
        self._say(text)
        self._pause(_SCENE)

    def line(self, text: str) -> None:
        """Say one line, indented."""
        self._say(text, "  ", "            ")
        self._pause(_LINE)

    def happened(self, event: Event, state: RunState) -> None:
        """Show steps, queries and verdicts of a run."""
        data = event.data
        if event.kind == "step entered":
            print(f"\n  ▸ {data['step'].replace('-', ' ').capitalize()}")
        elif event.kind == "action started" and data["number"] == 1 and not data["key"]:
            self._say(data["sent"], "    ", "      ")
        elif event.kind == "step judged":
            tries = len(state.visits[-1].attempts)
            asked = f" (asked {tries} times)" if tries > 1 else ""
            mark = _MARKS.get(data["verdict"], "!")
            said = f": {data['message']}" if data.get("message") else ""
            self._say(f"{mark} {data['verdict']}{said}{asked}", "    ", "      ")
        elif event.kind == "run paused":
            self._say("the run waits here: this is for a person", "    ", "    ")
        else:
            return
        self._pause(_LINE)

    def end(self, played: Played, *, kept: bool) -> None:
        """Show what is left of it: the postmortem, and what to do next."""
        head = "── the postmortem, drafted from the record alone "
        print(f"\n{head}{'─' * (_WIDTH - len(head))}")
        for title in _SHOWN:
            print(f"\n  ## {title}\n")
            for line in _section(played.written.text, title):
                self._say(line, "  ", "    ")
            self._pause(_SCENE)
        impact = played.impact
        took = span(timedelta(seconds=played.seconds))
        print()
        self._say(
            f"{played.events} events, {took} of incident. The budget of"
            f" {impact.objective}: {percent(impact.left_before)} before,"
            f" {percent(impact.left_after)} after."
        )
        print()
        if kept:
            print(f"  {played.written.file.as_posix()}")
        else:
            print("  keep all of it   runbook demo --into demo")
        print("  your own pages   runbook lint docs/runbooks")
        print("  a guided run     runbook run NAME --plan")
        print("  for real         runbook serve")

    def _say(self, text: str, indent: str = "", again: str = "") -> None:
        lines = textwrap.wrap(
            text, _WIDTH, initial_indent=indent, subsequent_indent=again or indent
        )
        print("\n".join(lines))
        sys.stdout.flush()


def _section(text: str, title: str) -> Iterator[str]:
    """Yield the lines of a section; of a table, its first two columns."""
    part = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    for line in part.splitlines():
        if line.startswith("| 2"):
            at, event, *_ = (cell.strip() for cell in line.strip("|").split(" | "))
            yield f"{at[11:19]}  {_shown(event)}"
        elif line and not line.startswith(("<!--", "|")):
            yield _shown(line)


def _shown(text: str) -> str:
    """Return markdown as a terminal shows it best: without its marks."""
    return re.sub(r"\\([^\w\s])", r"\1", text).replace("&#8203;", "").replace("`", "")
