"""What a shell command does to the systems it reaches.

Every function takes one :class:`~runbookkit.queries.shell_commands.Command` and
returns a short reason, or ``""``. They would rather miss a case than raise a
false alarm: an unknown tool or verb is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbookkit.queries.kubernetes_scope import (
    REPLACED,
    chooses_namespace,
    kinds,
    unscoped,
)
from runbookkit.queries.shell_arguments import (
    KUBECTL,
    has_option,
    operands,
    option_values,
    verb,
)
from runbookkit.queries.shell_clouds import cloud_change, cloud_loss
from runbookkit.queries.shell_commands import Command, commands
from runbookkit.queries.shell_hosts import host_change, host_loss
from runbookkit.queries.shell_prefixes import SHELLS
from runbookkit.queries.shell_requests import request
from runbookkit.queries.shell_sessions import interactive, never_ends
from runbookkit.queries.shell_sql import sql_change, sql_loss, sql_text
from runbookkit.queries.shell_verbs import CHANGING, DESTROYING, TRIALS

__all__ = [
    "changes",
    "chooses_namespace",
    "destroys",
    "has_dry_run",
    "interactive",
    "never_ends",
    "remote_script",
    "remote_scripts",
    "silences_without_expiry",
    "tool_names",
    "unscoped",
]

_DRY: Final = ("--dry-run", "--simulate", "--dry_run")
_SIMULATES: Final = frozenset({"apt", "apt-get"})


def changes(command: Command) -> str:
    """Return how a command changes something, or ``""``.

    >>> changes(commands("kubectl -n shop scale deploy/a --replicas 0")[0])
    '`kubectl scale` changes the cluster'
    """
    if _is_dry(command) or _only_lists(command):
        return ""
    found = CHANGING.get(command.name)
    if found and (act := verb(command, found.verbs)):
        return f"`{command.name} {act}` changes {found.target}"
    return _copied(command) or _changes_otherwise(command)


def _changes_otherwise(command: Command) -> str:
    if keyword := sql_change(sql_text(command)):
        return f"`{command.name}` runs {keyword}"
    if act := _redis(command, _REDIS_CHANGES):
        return f"`redis-cli {act}` changes the database"
    if act := cloud_change(command):
        return f"`{act}` changes the cloud"
    sent = request(command)
    if sent and not sent.reads:
        return f"`{command.name}` sends {sent.method}"
    reason = host_change(command)
    return f"`{command.name}` {reason}" if reason else ""


def destroys(command: Command) -> str:
    """Return what a command destroys for good, or ``""``.

    >>> destroys(commands("kubectl delete pvc data-0 -n shop")[0])
    '`kubectl delete pvc` cannot be undone'
    >>> destroys(commands("kubectl delete pod web-0 -n shop")[0])
    ''
    """
    if _is_dry(command):
        return ""
    if command.name in KUBECTL:
        return _destroys_objects(command)
    act = verb(command, DESTROYING.get(command.name, frozenset()))
    act = act or _redis(command, _REDIS_LOSSES) or _forced_push(command)
    return f"`{command.name} {act}` cannot be undone" if act else _loses(command)


def _loses(command: Command) -> str:
    if keyword := sql_loss(sql_text(command)):
        return f"`{command.name}` runs {keyword}, which cannot be undone"
    if act := cloud_loss(command):
        return f"`{act}` cannot be undone"
    sent = request(command)
    if sent and sent.loses:
        return f"`{command.name}` sends {sent.method} to delete something"
    reason = host_loss(command) or _kafka_loss(command)
    return f"`{command.name}` {reason}" if reason else ""


def _destroys_objects(command: Command) -> str:
    words = operands(command)
    first = words[0] if words else ""
    if first == "replace" and has_option(command, "--force"):
        return f"`{command.name} replace --force` deletes the object first"
    if has_option(command, "--delete-emptydir-data", "--delete-local-data"):
        return f"`{command.name} {first}` deletes the data of emptyDir volumes"
    return _deletes_objects(command) if first == "delete" else ""


def _deletes_objects(command: Command) -> str:
    at_once = "0" in option_values(command, "--grace-period")
    if at_once and has_option(command, "--force"):
        return f"`{command.name} delete --force` does not wait for the process to end"
    if has_option(command, "-f", "--filename", "-k", "--kustomize"):
        return f"`{command.name} delete -f` cannot be undone"
    found = kinds(command)
    if not found or not all(map(_KIND.fullmatch, found)):
        return ""  # the kind comes from a variable, a placeholder or a pipe
    if has_option(command, "--all"):
        return f"`{command.name} delete {found[0]} --all` deletes every one of them"
    if set(found) <= REPLACED:
        return ""
    return f"`{command.name} delete {found[0]}` cannot be undone"


_KIND: Final = re.compile(r"(?!x+$)[a-z][a-z0-9-]*")


def _is_dry(command: Command) -> bool:
    if has_option(command, *_DRY):
        return "none" not in option_values(command, *_DRY)
    return command.name in _SIMULATES and has_option(command, "-s")


def _only_lists(command: Command) -> bool:
    words = operands(command)
    if has_option(command, "--help", "-h") and command.name in CHANGING:
        return True
    if command.name not in KUBECTL:
        return False
    reads = has_option(command, "--list") or words[:2] == ("create", "token")
    # Without more words, `oc adm upgrade` shows what is on offer.
    upgrades = words == ("adm", "upgrade") and not any(
        word.startswith(("--to", "--clear", "--force")) for word in command.words
    )
    prunes = words[:2] == ("adm", "prune") and not has_option(command, "--confirm")
    return reads or upgrades or prunes


def _copied(command: Command) -> str:
    """Return what `kubectl cp` and its like write, unless they only fetch."""
    words = operands(command)
    copies = command.name in {*KUBECTL, "docker", "podman"}
    if not copies or len(words) < 3 or words[0] not in {"cp", "rsync"}:
        return ""
    into = ":" in words[-1]
    return f"`{command.name} {words[0]}` writes {words[-1]}" if into else ""


_REDIS_CHANGES: Final = re.compile(
    r"(?:append|bgrewriteaof|bgsave|client (?:kill|pause|unpause)|cluster "
    r"(?:failover|reset|forget|meet|addslots|delslots|setslot|replicate)"
    r"|config (?:set|rewrite|resetstat)|copy|debug|decr(?:by)?|del|expire(?:at)?"
    r"|failover|flushall|flushdb|function (?:delete|flush|load)|getdel|getset|hdel"
    r"|hincrby|h?m?set(?:nx|ex)?|incr(?:by)?|latency reset|lpop|lpush|lrem|lset|ltrim"
    r"|memory purge|migrate|move|persist|pexpire|psetex|publish|rename(?:nx)?|replicaof"
    r"|restore|rpop|rpush|sadd|save|script (?:flush|kill)|shutdown|slaveof"
    r"|slowlog reset|spop|srem|swapdb|unlink|xadd|xdel|xgroup|xtrim|zadd|zrem\w*)\b"
)
_REDIS_LOSSES: Final = re.compile(
    r"(?:cluster reset|del|flushall|flushdb|getdel|hdel|unlink|xdel|xtrim)\b"
)


def _redis(command: Command, acts: re.Pattern[str]) -> str:
    if command.name not in {"redis-cli", "valkey-cli"}:
        return ""
    match = acts.match(" ".join(operands(command)).lower())
    return match[0] if match else ""


def _forced_push(command: Command) -> str:
    forced = has_option(command, "-f", "--force", "--mirror", "--delete", "-d")
    pushes = command.name == "git" and operands(command)[:1] == ("push",)
    return "push --force" if pushes and forced else ""


def _kafka_loss(command: Command) -> str:
    deletes = command.name.startswith("kafka-") and has_option(command, "--delete")
    return "deletes from the broker" if deletes else ""


def has_dry_run(command: Command) -> str:
    """Return how a changing command can be tried first, when it is not.

    >>> has_dry_run(commands("kubectl apply -f a.yaml")[0])
    '`kubectl apply` can be tried with `--dry-run=server` first'
    """
    trials = TRIALS.get(command.name)
    act = verb(command, trials) if trials else ""
    if not trials or not act or not changes(command):
        return ""
    way = trials[act]
    how = f"with `{way}`" if way.startswith("-") else f"as `{command.name} {way}`"
    return f"`{command.name} {act}` can be tried {how} first"


def silences_without_expiry(command: Command) -> str:
    """Return why a command silences alerts without saying until when, or ``""``."""
    if command.name == "amtool" and operands(command)[:2] == ("silence", "add"):
        bounded = has_option(command, "-d", "--duration", "--end")
        return "" if bounded else "`amtool silence add` says no --duration or --end"
    sent = request(command)
    if sent is None or sent.method != "POST" or "/silences" not in sent.target:
        return ""
    # A body in a file or a variable is not known here.
    known = "{" in sent.body and "endsAt" not in sent.body
    return f"`{command.name}` posts a silence without endsAt" if known else ""


def remote_script(text: str) -> str:
    """Return how shell text runs a script straight from the network, or ``""``."""
    found = remote_scripts(text)
    if not found:
        return ""
    return f"`{found[0].name}` runs what was just fetched from the network"


def remote_scripts(text: str) -> tuple[Command, ...]:
    """Return the commands that run a script straight from the network.

    >>> [each.name for each in remote_scripts("curl -s https://a/b | sudo bash -s")]
    ['bash']
    """
    return tuple(_remote(commands(text)))


_FETCHERS: Final = frozenset({"curl", "wget", "fetch", "http", "https"})
_FETCHED: Final = re.compile(r"(?:<\(|\$\(|`)\s*(?:sudo\s+)?(?:curl|wget)\b")
_INTERPRETERS: Final = SHELLS | {"node", "perl", "python", "python3", "ruby"}


def _remote(found: tuple[Command, ...]) -> Iterator[Command]:
    fetched = {each.pipeline for each in found if each.name in _FETCHERS}
    for command in found:
        evaluates = command.name in SHELLS | {"eval", "source", "."}
        evaluates &= any(map(_FETCHED.match, command.words[1:]))
        fed = command.position > 0 and command.pipeline in fetched
        if evaluates or (fed and _reads_code(command)):
            yield command


def _reads_code(command: Command) -> bool:
    """Return whether an interpreter takes its program from standard input."""
    after = command.words[1:]
    if command.name in SHELLS:
        options = bool(after) and after[0].startswith("-") and "-c" not in after
        return not after or options
    return command.name in _INTERPRETERS and (not after or after[0] == "-")


_BUILTINS: Final = frozenset(
    {
        *(".", ":", "[", "alias", "bg", "break", "cd", "command", "continue"),
        *("declare", "dirs", "echo", "eval", "exec", "exit", "export", "false", "fg"),
        *("getopts", "hash", "help", "history", "jobs", "kill", "let", "local"),
        *("mapfile", "popd", "printf", "pushd", "pwd", "read", "readarray"),
        *("readonly", "return", "set", "shift", "shopt", "source", "test", "time"),
        *("times", "trap", "true", "type", "typeset", "ulimit", "umask", "unalias"),
        *("unset", "wait"),
    }
)
_TOOL: Final = re.compile(r"[A-Za-z][\w.+-]*")
_FUNCTION: Final = re.compile(
    r"^\s*(?:function\s+([\w-]+)|([\w-]+)\s*\(\s*\))", re.MULTILINE
)


def tool_names(text: str) -> tuple[str, ...]:
    """Return the programs that shell text needs where it runs, sorted.

    >>> tool_names("cd /tmp && sudo kubectl get po | jq . && ssh db psql -l")
    ('jq', 'kubectl', 'ssh', 'sudo')
    """
    own = {name for match in _FUNCTION.finditer(text) for name in match.groups()}
    needed = {
        name
        for command in commands(text)
        if not command.within
        for name in (command.name, *command.prefixes)
        if _TOOL.fullmatch(name)
    }
    return tuple(sorted(needed - _BUILTINS - own))
