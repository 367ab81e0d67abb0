"""Take off what stands in front of a command or carries one elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*=")
_SCRIPT_OPTION: Final = re.compile(r"-[a-z]*c$")
SHELLS: Final = frozenset({"ash", "bash", "dash", "ksh", "sh", "zsh"})


@dataclass(frozen=True, slots=True)
class Prefix:
    """A command that runs the command named in its arguments.

    ``values`` are options that take the next word as their value,
    ``operands`` is how many plain words come before the command.
    """

    values: frozenset[str] = frozenset()
    operands: int = 0


PREFIXES: Final[Mapping[str, Prefix]] = {
    "builtin": Prefix(),
    "chrt": Prefix(operands=1),
    "command": Prefix(),
    "doas": Prefix(frozenset({"-u", "-C"})),
    "env": Prefix(frozenset({"-u", "-C", "-S", "--unset", "--chdir"})),
    "exec": Prefix(frozenset({"-a"})),
    "flock": Prefix(frozenset({"-w", "-E", "--timeout"}), operands=1),
    "ionice": Prefix(frozenset({"-c", "-n", "--class", "--classdata"})),
    "k3s": Prefix(),
    "microk8s": Prefix(),
    "nice": Prefix(frozenset({"-n", "--adjustment"})),
    "nohup": Prefix(),
    "setsid": Prefix(),
    "stdbuf": Prefix(frozenset({"-i", "-o", "-e"})),
    "sudo": Prefix(
        frozenset(
            {
                *("-C", "-D", "-R", "-T", "-U", "-g", "-h", "-p", "-r", "-t", "-u"),
                *("--chdir", "--group", "--host", "--prompt", "--user"),
            }
        )
    ),
    "taskset": Prefix(operands=1),
    "time": Prefix(frozenset({"-f", "-o", "--format", "--output"})),
    "timeout": Prefix(frozenset({"-k", "-s", "--kill-after", "--signal"}), operands=1),
    "xargs": Prefix(
        frozenset(
            {
                *("-E", "-I", "-L", "-P", "-a", "-d", "-n", "-s"),
                *("--arg-file", "--delimiter", "--max-args", "--max-lines"),
                *("--max-procs", "--replace"),
            }
        )
    ),
}
"""Commands that run another one here, with the same effect."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """What was found in front of a command; ``skip`` words belong to it."""

    skip: int = 0
    prefixes: tuple[str, ...] = ()


def unwrap(words: Sequence[str]) -> Unwrapped:
    """Return how many words stand before the command proper.

    >>> unwrap(["sudo", "-u", "root", "timeout", "5s", "rm", "x"])
    Unwrapped(skip=5, prefixes=('sudo', 'timeout'))
    """
    skip = 0
    prefixes: list[str] = []
    while skip < len(words) and (prefix := PREFIXES.get(words[skip])) is not None:
        length = _prefix_length(words[skip:], prefix)
        if length is None:
            break  # nothing follows: the prefix is the command, as in "sudo -i"
        prefixes.append(words[skip])
        skip += length
    return Unwrapped(skip, tuple(prefixes))


def _prefix_length(words: Sequence[str], prefix: Prefix) -> int | None:
    place = 1
    operands = prefix.operands
    while place < len(words):
        word = words[place]
        if word in prefix.values:
            place += 2
        elif word.startswith("-") or _ASSIGNMENT.match(word):
            place += 1
        elif operands:
            operands -= 1
            place += 1
        else:
            return place
    return None


@dataclass(frozen=True, slots=True)
class Carried:
    """A command that another command runs elsewhere.

    Its words stand from ``first`` to before ``last``; ``script`` says that the
    first of them is shell text rather than a command's name. ``carrier`` names
    what runs it on another machine or in a container, and is empty for here.
    """

    carrier: str
    first: int
    last: int
    script: bool = field(default=False, kw_only=True)


def carried(words: Sequence[str]) -> Carried | None:
    """Return the command inside a command, such as what ``ssh`` runs there.

    >>> carried(["kubectl", "exec", "db-0", "--", "rm", "-r", "/data"])
    Carried(carrier='kubectl exec', first=4, last=7, script=False)
    """
    find = _CARRIERS.get(words[0])
    return None if find is None else find(words)


def _rest(
    words: Sequence[str], carrier: str, first: int | None, *, script: bool = False
) -> Carried | None:
    if first is None or first >= len(words):
        return None
    return Carried(carrier, first, len(words), script=script)


def _quoted_script(words: Sequence[str]) -> Carried | None:
    for place, word in enumerate(words[:-1]):
        if word == "--command" or _SCRIPT_OPTION.match(word):
            return Carried("", place + 1, place + 2, script=True)
        if not word.startswith("-") and words[0] in SHELLS and place:
            return None  # a script's own arguments
    return None


def _evaluated(words: Sequence[str]) -> Carried | None:
    return _rest(words, "", 1, script=len(words) == 2)


def _watched(words: Sequence[str]) -> Carried | None:
    values = frozenset({"-n", "--interval", "-q", "--equexit"})
    first = _after_operands(words, 1, 0, values)
    return _rest(words, "", first, script=first == len(words) - 1)


def _in_other_root(words: Sequence[str]) -> Carried | None:
    first = _after_operands(words, 1, 1, frozenset())
    return _rest(words, "chroot", first)


def _in_other_namespace(words: Sequence[str]) -> Carried | None:
    first = _after_operands(words, 1, 0, frozenset({"-t", "--target"}))
    return _rest(words, "nsenter", first)


def _after_operands(
    words: Sequence[str], place: int, operands: int, values: frozenset[str]
) -> int | None:
    """Return the place after so many words that are not options."""
    while place < len(words):
        word = words[place]
        if word == "--" and not operands:
            return place + 1
        if word in values:
            place += 2
        elif word.startswith("-"):
            place += 1
        elif operands:
            operands -= 1
            place += 1
        else:
            return place
    return None


_SSH_VALUES: Final = frozenset(f"-{letter}" for letter in "BbcDEeFIiJLlmOopQRSWw")


def _over_ssh(words: Sequence[str]) -> Carried | None:
    first = _after_operands(words, 1, 1, _SSH_VALUES)
    if first is None:
        return None
    # A single word is a script to the far shell; several are joined to one.
    return _rest(words, "ssh", first, script=first == len(words) - 1)


_POD_VALUES: Final = frozenset({"-n", "--namespace", "-c", "--container", "--context"})


def _in_pod(words: Sequence[str]) -> Carried | None:
    place = _after_operands(words, 1, 0, _POD_VALUES)
    if place is None or place >= len(words):
        return None
    if words[place] not in {"debug", "exec", "rsh"}:
        return None
    carrier = f"{words[0]} {words[place]}"
    if "--" in words:
        return _rest(words, carrier, words.index("--") + 1)
    if words[place] == "debug":
        return None
    return _rest(words, carrier, _after_operands(words, place + 1, 1, _POD_VALUES))


_CONTAINER_VALUES: Final = frozenset({"-e", "-u", "-w", "--env", "--user", "--workdir"})


def _in_container(words: Sequence[str]) -> Carried | None:
    if "exec" not in words:
        return None
    first = _after_operands(words, words.index("exec") + 1, 1, _CONTAINER_VALUES)
    return _rest(words, f"{words[0]} exec", first)


def _found(words: Sequence[str]) -> Carried | None:
    for place, word in enumerate(words):
        if word in {"-exec", "-execdir", "-ok"} and place + 1 < len(words):
            ends = (
                end for end in range(place + 1, len(words)) if words[end] in {";", "+"}
            )
            return Carried("", place + 1, next(ends, len(words)))
    return None


_CARRIERS: Final[Mapping[str, Callable[[Sequence[str]], Carried | None]]] = {
    **dict.fromkeys((*SHELLS, "runuser", "su"), _quoted_script),
    **dict.fromkeys(("k", "kubectl", "oc"), _in_pod),
    **dict.fromkeys(("crictl", "docker", "nerdctl", "podman"), _in_container),
    "chroot": _in_other_root,
    "eval": _evaluated,
    "find": _found,
    "nsenter": _in_other_namespace,
    "ssh": _over_ssh,
    "watch": _watched,
}
