"""The keys of the screen, in one place: what they do and what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from runbookkit.execute import person as say


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that a person may do instead of going on."""

    key: str
    label: str
    does: str
    make: Callable[[str], say.Decision]
    prompt: str = ""
    """What is asked for first; empty when nothing is."""
    named: str = ""
    """How the key is called, where its sign is not its name."""

    @property
    def binding(self) -> str:
        """The key as the screen's library calls it."""
        return self.named or self.key


ASIDES: Final[Mapping[str, Aside]] = {
    "edit": Aside("e", "edit", "writes another program for this step", say.Edit),
    "skip": Aside(
        *("s", "skip", "leaves the step undone, with a reason"),
        *(say.Skip, "Why is this step skipped?"),
    ),
    "back": Aside(
        *("b", "back", "goes to the step before; that undoes nothing"),
        lambda _: say.Back(),
    ),
    "note": Aside("n", "note", "writes something down", say.Note, "Note"),
    "elsewhere": Aside(
        *("!", "ran elsewhere", "writes down a command that you ran elsewhere"),
        *(say.Elsewhere, "Which command did you run elsewhere?", "exclamation_mark"),
    ),
    "hand over": Aside(
        *("h", "hand over", "leaves the run to somebody else"),
        *(say.HandOver, "To whom, and what should they know?"),
    ),
    "escalate": Aside(
        *("E", "escalate", "ends the run and calls people"),
        *(say.Escalate, "Why does this run escalate?"),
    ),
    "pause": Aside(
        *("q", "pause", "pauses and leaves; --resume goes on here"),
        lambda _: say.Pause(),
    ),
}
WHILE_RUNNING: Final = frozenset({"note", "elsewhere", "hand over", "pause"})
"""What is kept until something is asked again."""
_MORE: Final = (
    ("↑ ↓ Enter", "choose an answer; its own key does, too"),
    ("PgUp PgDn Space", "scroll"),
    ("← →", "look at the steps that were visited"),
    ("t", "lists all steps"),
    ("c", "copies the program"),
    ("g", "shows it in Grafana"),
    ("Ctrl+C", "leaves at once; nothing is lost, --resume goes on"),
)


def listed(asides: Iterable[str], width: int) -> Text:
    """Return the keys that do something now; a key stays beside its word."""
    known = [(ASIDES[name].key, ASIDES[name].label) for name in asides]
    known += [("t", "steps"), ("c", "copy"), ("g", "Grafana"), ("?", "help")]
    text, column = Text(), 0
    for key, label in known:
        size = len(key) + 1 + len(label)
        if column:
            gap = "  " if column + 2 + size <= width else "\n"
            text.append(gap)
            column = column + 2 if gap.strip("\n") else 0
        text.append(key, "bold")
        text.append(f" {label}")
        column += size
    return text


def explained() -> Iterator[RenderableType]:
    """Yield what every key does."""
    rows = [*_MORE, *((each.key, each.does) for each in ASIDES.values())]
    for key, does in rows:
        yield Text.assemble((f"{key:<16}", "bold"), does)
    yield Text(
        "✔ met  ✘ not met  ! error  - skipped or declined\n↩ undone  ▶ here  · to come"
    )
