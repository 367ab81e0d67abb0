"""What ``runbook serve`` listens to, and whom it lets in; part of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from runbookkit.model.asking import Asked
from runbookkit.model.base import Data

SourceKind = Literal[
    "alertmanager", "github", "cdevents", "deploys", "pagerduty", "slack"
]
Role = Literal["read", "respond", "manage"]
"""What somebody may do: look; work on incidents; merge and split them too."""


@dataclass(frozen=True, slots=True)
class SocketMode(Data):
    """How a chat is asked for what happens in it, where it cannot reach us."""

    app_token: str = field(default="", repr=False)
    """App-level token of the Slack app, ``xapp-…``, with ``connections:write``."""
    app_token_file: str = ""
    """File with the token, read at the start."""
    base_url: str = "https://slack.com/api/"
    """Of the Web API, which says where the socket is."""

    @property
    def is_wanted(self) -> bool:
        """Whether there is a token to open one with."""
        return bool(self.app_token or self.app_token_file)


@dataclass(frozen=True, slots=True)
class Source(Data):
    """One sender of webhooks; where several ways in are configured, one is enough."""

    kind: SourceKind = "alertmanager"
    """``deploys`` takes the plain JSON form of a deploy."""
    tokens: tuple[str, ...] = field(default=(), repr=False)
    """Bearer tokens; two while one is being replaced by the other."""
    tokens_file: str = ""
    """File with one token a line, read at the start."""
    basic: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Passwords by user name, for senders that know only basic authentication."""
    keys: tuple[str, ...] = field(default=(), repr=False)
    """Secrets that bodies are signed with; two while one is being replaced."""
    keys_file: str = ""
    """File with one key a line, read at the start."""
    signature_header: str = ""
    """Header with the HMAC-SHA256 of the body in hexadecimal; each kind has its own."""
    client_header: str = ""
    """Header in which a trusted proxy names the verified client certificate."""
    clients: tuple[str, ...] = ()
    """Names that are let in by ``client_header``."""
    asked: Asked = field(default_factory=Asked)
    """Who is asked every minute for what webhooks lose, such as resolves that a
    silence ate."""
    users: Mapping[str, Role] = field(default_factory=dict)
    """What users of a chat may do, by their id; ``*`` is everybody else."""
    socket: SocketMode = field(default_factory=SocketMode)
    """Of a chat that calls nobody: we connect, and it tells us on that connection."""

    @property
    def only_calls_out(self) -> bool:
        """Whether nothing of it comes in over HTTP."""
        return self.socket.is_wanted and not (self.keys or self.keys_file)


@dataclass(frozen=True, slots=True)
class ApiToken(Data):
    """A person or program that may use the API and the pages."""

    tokens: tuple[str, ...] = field(default=(), repr=False)
    """Two while one is being replaced by the other."""
    tokens_file: str = ""
    """File with one token a line, read at the start."""
    role: Role = "respond"


@dataclass(frozen=True, slots=True)
class ServeOptions(Data):
    """The ``[serve]`` table of the configuration."""

    listen: str = "127.0.0.1:8420"
    """Address and port; one that others can reach wants authentication everywhere."""
    public_url: str = ""
    """Where people reach it, for links; without a slash at the end."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """By the name at the end of their address: ``/webhooks/alertmanager/NAME``."""
    tokens: Mapping[str, ApiToken] = field(default_factory=dict)
    """Who may use the API and the pages, by the name that events record."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks of proxies whose headers about client certificates are believed."""
    max_body_bytes: int = 16 * 1024 * 1024
    answer_seconds: float = 5.0
    """Time for one webhook; then the sender is told to try again."""
    queue: int = 2048
    """Webhooks that may wait for the store; more are told to try again."""
    keep_bodies_days: int = 30
    """Days until the body of a webhook is deleted; 0 keeps it for ever."""
    keep_dead_days: int = 365
    """The same for bodies that nobody understood."""
