"""Tell reading from changing in SQL that a command hands to a database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from runbookkit.queries.shell_arguments import names, operands, option_values
from runbookkit.queries.shell_commands import Command

_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "clickhouse-client": ("-q", "--query"),
    "cqlsh": ("-e", "--execute"),
    "gitlab-psql": ("-c", "--command"),
    "mariadb": ("-e", "--execute"),
    "mysql": ("-e", "--execute"),
    "psql": ("-c", "--command"),
}
_CLIENTS: Final = frozenset({*_OPTIONS, "sqlite3"})

_SILENT: Final = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL
)
_CHANGES: Final = names(
    "ALTER, CALL, CHANGE, CLUSTER, COMMENT, CREATE, DELETE, DROP, FLUSH, GRANT, "
    "INSERT, KILL, LOAD, LOCK, MERGE, OPTIMIZE, PURGE, REFRESH, REINDEX, RENAME, "
    "REPLACE, REVOKE, STOP, TRUNCATE, UPDATE, UPSERT, VACUUM"
)
_LOSSES: Final = names("DELETE, DROP, PURGE, TRUNCATE")
_INSIDE: Final = re.compile(
    r"\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+SET)\b", re.IGNORECASE
)
_PHRASES: Final = re.compile(
    r"^(?:SET\s+(?:GLOBAL|PERSIST)|START\s+(?:SLAVE|REPLICA)|RESET\s+(?:MASTER|SLAVE"
    r"|REPLICA)|COPY\s+\S+(?:\s*\([^)]*\))?\s+FROM)\b",
    re.IGNORECASE,
)
_FUNCTIONS: Final = re.compile(
    r"\b(pg_(?:terminate_backend|cancel_backend|reload_conf|promote|switch_wal"
    r"|drop_replication_slot|wal_replay_pause|wal_replay_resume|rotate_logfile"
    r"|stat_reset\w*))\s*\(",
    re.IGNORECASE,
)


def sql_text(command: Command) -> str:
    """Return the SQL that a command runs, or ``""``."""
    if command.name not in _CLIENTS:
        return ""
    options = _OPTIONS.get(command.name)
    texts = option_values(command, *options) if options else operands(command)[1:]
    fed = [
        redirect.text
        for redirect in command.redirects
        if redirect.operator in {"<<", "<<<"}
    ]
    return ";\n".join([*texts, *fed])


def sql_change(sql: str) -> str:
    """Return the keyword by which SQL changes something, or ``""``.

    >>> sql_change("SELECT 1; update a set b = 2")
    'UPDATE'
    """
    return next(filter(None, map(_statement_change, _statements(sql))), "")


def sql_loss(sql: str) -> str:
    """Return the keyword by which SQL loses data for good, or ``""``.

    >>> sql_loss("TRUNCATE audit"), sql_loss("UPDATE a SET b = 2 WHERE c")
    ('TRUNCATE', '')
    """
    for statement in _statements(sql):
        keyword = _keyword(statement)
        if keyword in _LOSSES:
            return keyword
        if keyword == "UPDATE" and not re.search(
            r"\bWHERE\b", statement, re.IGNORECASE
        ):
            return "UPDATE without WHERE"
        if (
            re.search(r"\bDELETE\s+FROM\b", statement, re.IGNORECASE)
            and keyword == "WITH"
        ):
            return "DELETE"
        if re.match(r"ALTER\b.*\bDROP\b", statement, re.IGNORECASE | re.DOTALL):
            return "ALTER … DROP"
    return ""


def _statement_change(statement: str) -> str:
    keyword = _keyword(statement)
    if keyword in _CHANGES:
        return keyword
    if match := _PHRASES.match(statement):
        return " ".join(match[0].split()[:2]).upper()
    if match := _FUNCTIONS.search(statement):
        return match[1].lower()
    analyses = re.match(r"EXPLAIN\b.*\bANALYZE\b", statement, re.IGNORECASE | re.DOTALL)
    if (keyword == "WITH" or analyses) and (inside := _INSIDE.search(statement)):
        return inside[0].split()[0].upper()
    return ""


def _statements(sql: str) -> list[str]:
    return [each.strip() for each in _SILENT.sub("''", sql).split(";")]


def _keyword(statement: str) -> str:
    match = re.match(r"[A-Za-z]+", statement)
    return match[0].upper() if match else ""
