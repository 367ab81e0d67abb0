"""Which front end a run has, and what every one of them does."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Protocol

from runbookkit.cli.around import Around, Work
from runbookkit.execute.outside import Outside
from runbookkit.execute.person import Nobody, Person
from runbookkit.model.graph import step_graph
from runbookkit.model.runbook import Runbook
from runbookkit.model.runstate import RunState


class Front(Protocol):
    """Where a run is seen and answered."""

    def outside(self, outside: Outside) -> Outside:
        """Return what the run uses from outside, so that leaving ends its waiting."""

    def person(self, runbook: Runbook) -> Person:
        """Return who decides in a run of a runbook."""

    def goes_on(self, title: str) -> bool:
        """Ask whether the run goes on in the runbook that takes over."""

    def say(self, text: str) -> None:
        """Say something that is no event."""

    def drive(self, work: Work) -> list[RunState]:
        """Do the work while it is seen.

        Raises:
            KeyboardInterrupt: It was left; the run can be resumed.
        """


class PlainFront:
    """Prints below what was printed, and reads lines."""

    def __init__(self, around: Around, *, auto: bool) -> None:
        """Without a person, ``auto``, it only shows; on standard error."""
        self._around = around
        self._auto = auto

    def outside(self, outside: Outside) -> Outside:
        """Return it as it is: an interrupt ends all waiting."""
        return outside

    def person(self, runbook: Runbook) -> Person:
        """Return who decides: somebody at the terminal, or nobody."""
        # what draws is slow to import, and a plan draws nothing
        from rich.console import Console

        from runbookkit.cli.plain import PlainPerson

        console = Console(highlight=False, stderr=self._auto)
        graph = step_graph(runbook)
        person = PlainPerson(self._around, runbook, graph, console, input)
        return Nobody(person.told) if self._auto else person

    def goes_on(self, title: str) -> bool:
        """Ask, unless nobody is there: then it goes on."""
        if self._auto:
            return True
        try:
            said = input(f"Go on in {title!r} now? [Enter for yes, q to leave] ")
        except EOFError:
            return False
        return said.strip().lower() in {"", "y", "yes"}

    def say(self, text: str) -> None:
        """Print it beside the run's output."""
        print(f"runbook: {text}", file=sys.stderr)

    def drive(self, work: Work) -> list[RunState]:
        """Do the work right here."""
        return work()


def front_of(
    around: Around,
    variables: Mapping[str, str],
    *,
    auto: bool,
    plain: bool,
    library: str = "textual",
) -> Front:
    """Return the full screen where there is one, and the plain front end elsewhere.

    ``plain`` is what the person or a pipe asks for; the environment may, too.
    """
    if auto or plain or wants_plain(variables):
        return PlainFront(around, auto=auto)
    if find_spec(library) is None:
        print(
            "runbook: plain, as the full screen is not installed; get it with:"
            " pip install 'runbookkit[tui]'",
            file=sys.stderr,
        )
        return PlainFront(around, auto=auto)
    from runbookkit.cli.tui.front import FullScreen

    return FullScreen(around)


def wants_plain(variables: Mapping[str, str]) -> bool:
    """Tell whether the environment asks for plain output.

    >>> wants_plain({"TERM": "dumb"}), wants_plain({"TERM": "xterm"})
    (True, False)
    """
    named = any(variables.get(name) for name in ("CI", "RUNBOOK_PLAIN"))
    return named or variables.get("TERM", "dumb") == "dumb"
