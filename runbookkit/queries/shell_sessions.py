"""Which shell commands never end by themselves, and which want a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from runbookkit.queries.shell_arguments import (
    KUBECTL,
    has_option,
    names,
    operands,
    verb,
)
from runbookkit.queries.shell_commands import Command
from runbookkit.queries.shell_prefixes import SHELLS, carried

_Judge = Callable[[Command], str]


def never_ends(command: Command) -> str:
    """Return why a command does not end by itself, or ``""``.

    >>> from runbookkit.queries.shell_commands import commands
    >>> never_ends(commands("kubectl logs -f deploy/a")[0])
    '`kubectl logs -f` follows without end'
    >>> never_ends(commands("timeout 30 kubectl logs -f deploy/a")[0])
    ''
    """
    if "timeout" in command.prefixes or command.background:
        return ""
    if command.endless:
        return f"`while {command.name}` has no way out"
    judge = _ENDLESS.get(command.name)
    return judge(command) if judge else ""


def interactive(command: Command) -> str:
    """Return why a command wants a person at a terminal, or ``""``.

    >>> from runbookkit.queries.shell_commands import commands
    >>> interactive(commands("kubectl edit deploy/a")[0])
    '`kubectl edit` opens an editor'
    """
    if command.within:
        return ""  # the command that carries it there is the one that asks
    if command.name in _EDITORS:
        return f"`{command.name}` opens an editor"
    if command.name in _SCREENS:
        return f"`{command.name}` takes over the terminal"
    judge = _INTERACTIVE.get(command.name)
    return judge(command) if judge else ""


def _follows(what: str, *options: str) -> _Judge:
    return lambda command: (
        f"`{command.name}{what}` follows without end"
        if has_option(command, *options)
        else ""
    )


def _unbounded(bound: str, *options: str) -> _Judge:
    return lambda command: (
        ""
        if has_option(command, *options) or not command.words[1:]
        else f"`{command.name}` without {bound} does not end"
    )


def _kubectl_follows(command: Command) -> str:
    words = operands(command)
    first = words[0] if words else ""
    if first == "logs" and has_option(command, "-f", "--follow"):
        return f"`{command.name} logs -f` follows without end"
    if first in {"get", "events"} and has_option(
        command, "-w", "--watch", "--watch-only"
    ):
        return f"`{command.name} {first} -w` watches without end"
    if first in {"port-forward", "proxy"}:
        return f"`{command.name} {first}` runs until it is stopped"
    return ""


def _container_follows(command: Command) -> str:
    words = operands(command)
    first = next((word for word in words if word != "compose"), "")
    if first == "logs" and has_option(command, "-f", "--follow"):
        return f"`{command.name} logs -f` follows without end"
    if first == "stats" and not has_option(command, "--no-stream"):
        return f"`{command.name} stats` without --no-stream does not end"
    if first == "events" and not has_option(command, "--until"):
        return f"`{command.name} events` without --until does not end"
    if words == ("compose", "up") and not has_option(command, "-d", "--detach"):
        return f"`{command.name} compose up` without --detach does not end"
    return ""


def _redis_follows(command: Command) -> str:
    first = next(iter(operands(command)), "").lower()
    watches = first in {"monitor", "psubscribe", "subscribe", "ssubscribe"}
    if watches or has_option(command, "--stat", "--latency", "--latency-history"):
        return f"`{command.name} {first or '--stat'}` does not end".replace("  ", " ")
    return ""


def _top(command: Command) -> str:
    if has_option(command, "-b") and has_option(command, "-n"):
        return ""
    return "`top` without -b and -n does not end"


def _repeats(command: Command) -> str:
    """Judge vmstat and its like: an interval without a count."""
    numbers = [word for word in operands(command) if re.fullmatch(r"[\d.]+", word)]
    if len(numbers) == 1:
        return f"`{command.name} {numbers[0]}` without a count does not end"
    return ""


def _kafka_reads(command: Command) -> str:
    if has_option(command, "--max-messages", "--timeout-ms"):
        return ""
    return f"`{command.name}` without --max-messages does not end"


_PROBE_ENDS: Final = re.compile(r"\bexit\s*\(")


def _bpftrace(command: Command) -> str:
    program = (
        command.words[command.words.index("-e") + 1 :]
        if ("-e" in command.words)
        else ()
    )
    if not program or _PROBE_ENDS.search(program[0]) or has_option(command, "-c"):
        return ""
    return "`bpftrace` runs until it is stopped: the program has no exit()"


def _sleep(command: Command) -> str:
    return "`sleep infinity` does not end" if "infinity" in command.words else ""


_ENDLESS: Final[Mapping[str, _Judge]] = {
    **dict.fromkeys(KUBECTL, _kubectl_follows),
    **dict.fromkeys(("docker", "nerdctl", "podman", "crictl"), _container_follows),
    **dict.fromkeys(("iostat", "mpstat", "pidstat", "vmstat", "sar"), _repeats),
    **dict.fromkeys(
        ("kafka-console-consumer", "kafka-console-consumer.sh"), _kafka_reads
    ),
    **dict.fromkeys(("redis-cli", "valkey-cli"), _redis_follows),
    **dict.fromkeys(
        ("tcpdump", "tshark"), _unbounded("-c", "-c", "-r", "-D", "-L", "--version")
    ),
    "aws": lambda command: (
        "`aws logs tail --follow` follows without end"
        if operands(command)[:2] == ("logs", "tail") and has_option(command, "--follow")
        else ""
    ),
    "bpftrace": _bpftrace,
    "dmesg": _follows(" -w", "-w", "-W", "--follow", "--follow-new"),
    "docker-compose": _follows(" logs -f", "-f", "--follow"),
    "htop": lambda _: "`htop` does not end",
    "inotifywait": _follows(" -m", "-m", "--monitor"),
    "journalctl": _follows(" -f", "-f", "--follow"),
    "logcli": _follows(" --tail", "--tail", "-f", "--follow"),
    "ping": _unbounded("-c", "-c", "-w"),
    "sleep": _sleep,
    "stern": _unbounded("--no-follow", "--no-follow"),
    "tail": _follows(" -f", "-f", "-F", "--follow"),
    "top": _top,
    "watch": _unbounded("an end", "-g", "--chgexit"),
    "yes": lambda command: "" if command.has_input else "`yes` does not end",
}


_EDITORS: Final = names(
    "ed, emacs, joe, mcedit, micro, nano, nvim, pico, vi, view, vim"
)
_SCREENS: Final = names(
    "atop, bmon, cfdisk, dialog, htop, iftop, k9s, lazygit, less, man, mc, mcli, more, "
    "ncdu, nmon, nmtui, ptop, screen, tig, tmux, visudo, vipw, whiptail"
)


def _wants_terminal(command: Command, what: str) -> str:
    if has_option(command, "-t", "--tty"):
        return f"`{command.name} {what} -t` wants a terminal"
    return ""


def _kubectl_asks(command: Command) -> str:
    words = operands(command)
    first = words[0] if words else ""
    if first == "edit":
        return f"`{command.name} edit` opens an editor"
    if first in {"exec", "run", "debug"} and (
        reason := _wants_terminal(command, first)
    ):
        return reason
    if first == "attach":
        return f"`{command.name} attach` takes over the terminal"
    opens = first == "rsh" or (first == "debug" and command.name == "oc")
    if opens and carried(command.words) is None:
        return f"`{command.name} {first}` opens a shell"
    logs_in = first == "login" and not has_option(
        command, "-u", "-p", "--token", "--username", "--password"
    )
    return f"`{command.name} login` asks for a password" if logs_in else ""


def _container_asks(command: Command) -> str:
    words = operands(command)
    first = words[0] if words else ""
    if first == "attach":
        return f"`{command.name} attach` takes over the terminal"
    return _wants_terminal(command, first) if first in {"exec", "run"} else ""


_SSH_WITHOUT_SHELL: Final = ("-N", "-f", "-V", "-O", "-Q", "-G", "-T", "-W")


def _ssh_asks(command: Command) -> str:
    if has_option(command, "-t", "-tt"):
        return f"`{command.name} -t` wants a terminal"
    works = carried(command.words) is not None or command.has_input
    if works or has_option(command, *_SSH_WITHOUT_SHELL) or not operands(command):
        return ""
    return f"`{command.name}` without a command opens a shell"


def _shell_asks(command: Command) -> str:
    bare = not operands(command) and not has_option(command, "-c", "--version")
    if bare and not command.has_input:
        return f"`{command.name}` opens a shell"
    return ""


def _prompts(*options: str, operand: int = 99) -> _Judge:
    """Judge a client that asks for input unless an option or operand says what."""
    return lambda command: (
        ""
        if has_option(command, *options, "--help", "--version", "-V")
        or command.has_input
        or len(operands(command)) >= operand
        else f"`{command.name}` waits for input"
    )


def _asks_approval(acts: frozenset[str], *options: str) -> _Judge:
    return lambda command: (
        f"`{command.name} {act}` asks for approval"
        if (act := verb(command, acts))
        and not has_option(command, *options)
        and not command.has_input
        else ""
    )


def _terraform_asks(command: Command) -> str:
    given = [word for word in operands(command)[1:] if not word.startswith("-")]
    if given:  # a saved plan is not asked about again
        return ""
    approved = ("-auto-approve", "--auto-approve")
    return _asks_approval(frozenset({"apply", "destroy"}), *approved)(command)


def _read_asks(command: Command) -> str:
    asks = command.words[1:] and not command.has_input and has_option(command, "-p")
    return "`read` waits for input" if asks else ""


def _sudo_asks(command: Command) -> str:
    shell = has_option(command, "-i", "-s", "--login", "--shell")
    return "`sudo -i` opens a shell" if shell else ""


def _su_asks(command: Command) -> str:
    return "" if carried(command.words) or command.has_input else "`su` opens a shell"


def _opens_shell_without(what: str) -> _Judge:
    return lambda command: (
        ""
        if carried(command.words)
        else f"`{command.name}` without {what} opens a shell"
    )


_APPROVED: Final = ("-y", "--yes", "--assume-yes", "--assumeyes", "-q", "-qq")
_INTERACTIVE: Final[Mapping[str, _Judge]] = {
    **dict.fromkeys(KUBECTL, _kubectl_asks),
    **dict.fromkeys(("docker", "nerdctl", "podman", "crictl"), _container_asks),
    **dict.fromkeys(SHELLS, _shell_asks),
    **dict.fromkeys(
        ("psql", "gitlab-psql"),
        _prompts("-c", "--command", "-f", "--file", "-l", "--list"),
    ),
    **dict.fromkeys(("mysql", "mariadb"), _prompts("-e", "--execute")),
    **dict.fromkeys(
        ("redis-cli", "valkey-cli"),
        _prompts(
            "--stat",
            "--latency",
            "--bigkeys",
            "--memkeys",
            "--hotkeys",
            "--scan",
            "--rdb",
            "--pipe",
            "--eval",
            operand=1,
        ),
    ),
    **dict.fromkeys(
        ("ipython", "irb", "python", "python3"),
        _prompts("-c", "-m", "-e", "-p", operand=1),
    ),
    **dict.fromkeys(
        ("mongo", "mongosh"), _prompts("--eval", "-f", "--file", operand=2)
    ),
    **dict.fromkeys(("terraform", "tofu"), _terraform_asks),
    **dict.fromkeys(
        ("apt", "apt-get", "dnf", "yum"),
        _asks_approval(
            names("install, remove, upgrade, dist-upgrade, autoremove, purge"),
            *_APPROVED,
        ),
    ),
    "chroot": _opens_shell_without("a command"),
    "crontab": lambda command: (
        "`crontab -e` opens an editor" if has_option(command, "-e") else ""
    ),
    "fdisk": _prompts("-l", "--list"),
    "nsenter": _opens_shell_without("a command"),
    "passwd": _prompts("--stdin", "-l", "-u", "-d", "-S", "-e"),
    "read": _read_asks,
    "sqlite3": _prompts(operand=2),
    "ssh": _ssh_asks,
    "su": _su_asks,
    "sudo": _sudo_asks,
    "systemctl": lambda command: (
        "`systemctl edit` opens an editor" if operands(command)[:1] == ("edit",) else ""
    ),
    "telnet": lambda command: "" if command.has_input else "`telnet` waits for input",
    "top": lambda command: (
        "" if has_option(command, "-b") else "`top` takes over the terminal"
    ),
    "virtctl": lambda command: (
        f"`virtctl {act}` takes over the terminal"
        if (act := verb(command, frozenset({"console", "ssh", "vnc"})))
        and not has_option(command, "-c", "--command", "--proxy-only")
        else ""
    ),
}
