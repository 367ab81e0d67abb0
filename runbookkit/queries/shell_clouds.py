"""Tell which calls of cloud command lines change or destroy something."""

from __future__ import annotations

from typing import Final

from runbookkit.queries.shell_arguments import has_option, names, operands
from runbookkit.queries.shell_commands import Command

_AWS_CHANGES: Final = tuple(
    names(
        "accept-, add-, allocate-, apply-, associate-, attach-, authorize-, cancel-, "
        "change-, copy-, create-, delete-, deregister-, detach-, disable-, "
        "disassociate-, enable-, execute-, failover-, import-, increase-, invoke, "
        "modify-, move-, promote-, publish, purge-, put-, reboot-, rebuild-, "
        "register-, release-, remove-, replace-, reset-, resize-, restore-, resume-, "
        "revoke-, rollback-, rotate-, run-, send-, set-, start-, stop-, suspend-, "
        "switchover-, tag-, terminate-, transfer-, unassign-, untag-, update-, upgrade-"
    )
)
_AWS_READS: Final = names(
    "start-query, start-query-execution, start-live-tail, start-session, "
    "run-scheduled-query"
)
_AWS_LOSSES: Final = ("delete-", "terminate-", "purge-", "deregister-")
_LOCAL: Final = names(
    "account, auth, cloud, cloud-shell, completion, components, config, configure, "
    "extension, feedback, help, info, init, interactive, login, logout, sso, topic, "
    "upgrade, version"
)
_VERBS: Final = names(
    "abandon-instances, add, approve, attach, cancel, clone, create, deallocate, "
    "delete, delete-instances, demote-master, deploy, detach, disable, drain, enable, "
    "failover, generalize, import, invoke, patch, power-off, promote, "
    "promote-replica, publish, purge, reapply, recreate-instances, redeploy, "
    "regenerate, reimage, remove, replace, reset, resize, restart, restore, "
    "restore-backup, resume, rolling-action, scale, set, start, stop, suspend, swap, "
    "undelete, update, upgrade, write"
)
_PREFIXES: Final = ("add-", "disable-", "enable-", "remove-", "set-", "update-")
_LOSSES: Final = frozenset({"delete", "delete-instances", "purge"})
_COPIES: Final = frozenset({"cp", "mv", "rsync", "sync"})
_ASKING: Final = frozenset({"-h", "--help", "--dry-run", "--generate-cli-skeleton"})


def cloud_change(command: Command) -> str:
    """Return what a call of a cloud's command line does, if it changes something."""
    if has_option(command, *_ASKING):
        return ""
    words = operands(command)
    match command.name:
        case "aws":
            return _aws(words)
        case "gsutil":
            return _storage(words)
        case "gcloud" | "az":
            return _by_verb(command.name, words)
        case _:
            return ""


def cloud_loss(command: Command) -> str:
    """Return what a call of a cloud's command line destroys, if it does."""
    words = cloud_change(command).split()
    if not words:
        return ""
    removes_files = words[-1] in {"rm", "rb"}
    if words[-1] in _LOSSES or words[-1].startswith(_AWS_LOSSES) or removes_files:
        return " ".join(words)
    if words[-1] == "sync" and has_option(command, "--delete"):
        return f"{' '.join(words)} --delete"
    return ""


def _aws(words: tuple[str, ...]) -> str:
    if len(words) < 2 or words[0] in _LOCAL:
        return ""
    service, operation = words[:2]
    if service == "s3":
        change = _storage(words[1:])
        return f"aws s3 {operation}" if change else ""
    changes = operation.startswith(_AWS_CHANGES) and operation not in _AWS_READS
    return f"aws {service} {operation}" if changes else ""


def _storage(words: tuple[str, ...]) -> str:
    if not words:
        return ""
    if words[0] in {"mb", "rb", "rm", "setmeta"}:
        return f"gsutil {words[0]}"
    # A copy changes the bucket it goes to, not the one it comes from.
    uploads = words[-1].startswith(("gs://", "s3://")) or words[0] == "mv"
    return f"gsutil {words[0]}" if words[0] in _COPIES and uploads else ""


def _by_verb(name: str, words: tuple[str, ...]) -> str:
    if not words or words[0] in _LOCAL:
        return ""
    if words[:2] == ("storage", "cp") or words[:2] == ("storage", "rsync"):
        return _storage(words[1:]) and f"{name} storage {words[1]}"
    # The group of commands comes first, so its name is never the verb.
    for place, word in enumerate(words[1:5], 1):
        if word in _VERBS or word.startswith(_PREFIXES):
            return " ".join((name, *words[: place + 1]))
        if word in {"describe", "get", "list", "read", "show"} or "get-" in word:
            return ""
    return ""
