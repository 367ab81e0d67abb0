"""Tell which commands change or destroy something on the host they run on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from runbookkit.queries.shell_arguments import (
    has_option,
    names,
    operands,
    option_values,
)
from runbookkit.queries.shell_commands import Command

_ALWAYS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("halt", "poweroff", "reboot", "shutdown"), "stops the host"),
    **dict.fromkeys(("init", "telinit"), "changes the run level of the host"),
    **dict.fromkeys(("killall", "pkill", "skill"), "ends processes"),
    **dict.fromkeys(
        names(
            "blkdiscard, lvchange, lvconvert, lvcreate, lvextend, lvreduce, lvremove, "
            "lvresize, mkfs, mkswap, pvcreate, pvmove, pvremove, pvresize, resize2fs, "
            "vgcreate, vgextend, vgreduce, vgremove, xfs_growfs, growpart"
        ),
        "changes storage of the host",
    ),
    **dict.fromkeys(
        names(
            "chpasswd, gpasswd, groupadd, groupdel, passwd, useradd, userdel, usermod"
        ),
        "changes accounts of the host",
    ),
    **dict.fromkeys(names("insmod, rmmod"), "changes the kernel of the host"),
    **dict.fromkeys(("setenforce", "setsebool"), "changes the policy of the host"),
    "dropdb": "removes a database",
    "createdb": "creates a database",
    "pg_resetwal": "resets the log of a database",
    "shred": "destroys files",
    "umount": "unmounts a file system",
}
_TEMPORARY: Final = re.compile(
    r"(?:/var)?/tmp/.|/dev/shm/.|\$\{?TMPDIR|\$\{?tmp|\$\(mktemp", re.IGNORECASE
)
_SYSTEM: Final = re.compile(
    r"/(?:boot|etc|lib|lib64|opt|proc|root|run|srv|sys|usr|var)(?:/|$)"
)
_FILES: Final[Mapping[str, str]] = {
    "chattr": "changes files",
    "chgrp": "changes files",
    "chmod": "changes files",
    "chown": "changes files",
    "mv": "moves files",
    "rm": "removes files",
    "rmdir": "removes folders",
    "setfacl": "changes files",
    "truncate": "empties files",
    "unlink": "removes files",
}
_WRITERS: Final = frozenset({"cp", "install", "ln", "mkdir", "tee", "touch"})
_INFORMED: Final = names("--help, --version")


def host_change(command: Command) -> str:
    """Return what a command does to its host, if it changes something."""
    if has_option(command, *_INFORMED):
        return ""
    if command.name.startswith("mkfs."):
        return "changes storage of the host"
    if command.name in _ALWAYS:
        return _ALWAYS[command.name]
    if command.name in _FILES:
        words = operands(command)[command.name in _WITH_MODE :]
        return _FILES[command.name] if _lasting(words) else ""
    special = _SPECIAL.get(command.name)
    return (special(command) if special else "") or _written(command)


_WITH_MODE: Final = frozenset({"chgrp", "chmod", "chown"})


def host_loss(command: Command) -> str:
    """Return what a command destroys on its host, if it does."""
    if command.name in _LOSING or command.name.startswith("mkfs."):
        return _ALWAYS[command.name.partition(".")[0]]
    loss = _LOSSES.get(command.name)
    return loss(command) if loss else ""


_LOSING: Final = names(
    "blkdiscard, dropdb, lvreduce, lvremove, mkfs, mkswap, pg_resetwal, pvcreate, "
    "pvremove, shred, userdel, vgremove"
)


def _lasting(words: tuple[str, ...]) -> bool:
    return any(not _TEMPORARY.match(word) for word in words)


def _written(command: Command) -> str:
    """Return which file of the system a command writes."""
    targets = [each.text for each in command.redirects if each.operator[-1] in ">|"]
    if command.name in _WRITERS:
        words = operands(command)
        targets += words if command.name in {"mkdir", "tee", "touch"} else words[-1:]
    for target in targets:
        if _SYSTEM.match(target) and not _TEMPORARY.match(target):
            return f"writes {target}"
    return ""


def _special_option(command: Command, *starts: str) -> bool:
    return any(word.startswith(starts) for word in command.words[1:])


def _dd(command: Command) -> str:
    targets = [word[3:] for word in command.words if word.startswith("of=")]
    kept = ("/dev/null", "/dev/zero")
    lasting = [each for each in targets if not _TEMPORARY.match(each)]
    return "overwrites a disk or file" if set(lasting) - set(kept) else ""


def _kill(command: Command) -> str:
    if has_option(command, "-l", "-L", "-0", "--list", "--table"):
        return ""
    asks = option_values(command, "-s", "--signal") == ("0",)
    return "" if asks or len(command.words) == 1 else "ends processes"


def _if_option(reason: str, *starts: str) -> Callable[[Command], str]:
    return lambda command: reason if _special_option(command, *starts) else ""


def _unless_option(reason: str, *options: str) -> Callable[[Command], str]:
    return lambda command: (
        "" if has_option(command, *options) or not operands(command) else reason
    )


def _sysctl(command: Command) -> str:
    sets = any("=" in word for word in operands(command))
    if sets or has_option(command, "-w", "--write", "-p", "--load", "--system"):
        return "changes kernel settings"
    return ""


def _service(command: Command) -> str:
    words = operands(command)
    if len(words) > 1 and words[-1] in {"start", "stop", "restart", "reload"}:
        return "changes a service"
    return ""


def _crontab(command: Command) -> str:
    reads = has_option(command, "-l") or command.words == ("crontab",)
    return "" if reads else "changes scheduled jobs"


def _iptables(command: Command) -> str:
    changing = {*"ADFIRXPEZN"}
    letters = {word[1] for word in command.words[1:] if re.match(r"-[A-Z]", word)}
    long = _special_option(
        command, "--append", "--delete", "--flush", "--insert", "--replace", "--policy"
    )
    return "changes the firewall" if letters & changing or long else ""


def _traffic(command: Command) -> str:
    acts = set(operands(command)) & {"add", "change", "del", "delete", "replace"}
    return "changes the network of the host" if acts else ""


def _clocks(command: Command) -> str:
    first = next(iter(operands(command)), "")
    changing = ("set-", "makestep", "burst", "waitsync", "online", "offline")
    return "changes the clock or name of the host" if first.startswith(changing) else ""


def _ansible(command: Command) -> str:
    reads = ("-C", "--check", "--syntax-check", "--list-hosts", "--list-tasks")
    return "" if has_option(command, *reads) else "changes hosts"


def _configured(command: Command) -> str:
    packages = re.compile(
        r"-[iUFeErP]|--(install|upgrade|erase|remove|purge|configure)"
    )
    acts = packages.match(command.words[1]) if len(command.words) > 1 else None
    return "changes installed packages" if acts else ""


def _kafka(command: Command) -> str:
    if command.name.startswith("kafka-consumer-groups"):
        acts = has_option(command, "--delete", "--delete-offsets", "--execute")
    else:
        acts = has_option(
            command, "--alter", "--create", "--delete", "--execute", "--election-type"
        )
    return "changes the broker" if acts else ""


_SPECIAL: Final[Mapping[str, Callable[[Command], str]]] = {
    **dict.fromkeys(("iptables", "ip6tables"), _iptables),
    **dict.fromkeys(("dpkg", "rpm"), _configured),
    **dict.fromkeys(("chronyc", "hostnamectl", "timedatectl", "localectl"), _clocks),
    **dict.fromkeys(
        ("fsck", "e2fsck", "xfs_repair"),
        _unless_option("repairs a file system", "-n", "-N"),
    ),
    **dict.fromkeys(
        [
            f"kafka-{tool}{end}"
            for end in ("", ".sh")
            for tool in (
                *("configs", "consumer-groups", "leader-election"),
                *("reassign-partitions", "topics"),
            )
        ],
        _kafka,
    ),
    **dict.fromkeys(("rc-service", "service"), _service),
    "ansible-playbook": _ansible,
    "certbot": lambda command: (
        "renews certificates"
        if "renew" in command.words and not has_option(command, "--dry-run")
        else ""
    ),
    "conntrack": _if_option("changes the network of the host", "-D", "-F", "--delete"),
    "crontab": _crontab,
    "dd": _dd,
    "ethtool": _if_option("changes the network of the host", "-s", "-K", "-G", "-L"),
    "find": _if_option("removes files", "-delete"),
    "firewall-cmd": _if_option("changes the firewall", "--add", "--remove", "--reload"),
    "journalctl": _if_option("removes logs", "--vacuum", "--rotate"),
    "kill": _kill,
    "logrotate": _if_option("rotates logs", "-f", "--force"),
    "modprobe": _unless_option(
        "changes the kernel of the host", "-n", "-D", "-c", "--dry-run"
    ),
    "mount": lambda command: (
        "mounts a file system"
        if operands(command) and not has_option(command, "-l")
        else ""
    ),
    "nginx": _if_option("changes a service", "-s"),
    "puppet": lambda command: (
        "changes the host"
        if "agent" in command.words and not has_option(command, "--noop")
        else ""
    ),
    "rsync": lambda command: (
        ""
        if has_option(command, "-n", "--dry-run")
        or not (":" in command.words[-1] or _SYSTEM.match(command.words[-1]))
        else f"writes {command.words[-1]}"
    ),
    "sed": lambda command: (
        "changes files"
        if _special_option(command, "-i", "--in-place")
        and _lasting(operands(command)[1:])
        else ""
    ),
    "swapoff": _unless_option("changes the memory of the host"),
    "sysctl": _sysctl,
    "tc": _traffic,
    "tune2fs": _unless_option("changes a file system", "-l"),
    "wipefs": _if_option("wipes a disk", "-a", "--all", "-o"),
}


def _removed(command: Command) -> str:
    words = operands(command)
    recursive = has_option(command, "-r", "-R", "--recursive")
    wild = any("*" in word for word in words)
    gone = _lasting(words) and (recursive or wild)
    return "removes files for good" if gone else ""


_LOSSES: Final[Mapping[str, Callable[[Command], str]]] = {
    "dd": _dd,
    "find": _if_option("removes files for good", "-delete"),
    "journalctl": _if_option("removes logs", "--vacuum"),
    "rm": _removed,
    "rsync": _if_option("removes files for good", "--del"),
    "truncate": lambda command: "empties files" if _lasting(operands(command)) else "",
    "wipefs": _if_option("wipes a disk", "-a", "--all", "-o", "--offset"),
}
