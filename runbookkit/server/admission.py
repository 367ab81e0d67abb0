"""Who may hand something in: tokens, passwords, signatures, client certificates.

Everything is compared in constant time, and all candidates are compared, so that
time tells nothing about which one came close.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final

from runbookkit.errors import ConfigError
from runbookkit.model.serving import ApiToken, Role, Source

Headers = Mapping[bytes, bytes]
"""By their names in lower case, as ASGI has them."""
Networks = Sequence[IPv4Network | IPv6Network]

SIGNED_BY_KIND: Final = {
    "github": "x-hub-signature-256",
    "pagerduty": "x-pagerduty-signature",
    "slack": "x-slack-signature",
}
_PREFIXES: Final = ("sha256=", "v1=", "v0=", "")


@dataclass(frozen=True, slots=True)
class Gate:
    """How one source proves that it is itself."""

    tokens: tuple[bytes, ...] = field(default=(), repr=False)
    basic: tuple[bytes, ...] = field(default=(), repr=False)
    """``user:password``."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    signature_header: bytes = b""
    client_header: bytes = b""
    clients: tuple[bytes, ...] = ()
    proxies: Networks = ()

    @property
    def is_open(self) -> bool:
        """Whether it lets everybody in."""
        return not (self.tokens or self.basic or self.keys or self.clients)

    @property
    def needs_body(self) -> bool:
        """Whether only a signature of the body can still let somebody in."""
        return bool(self.keys)

    def admits(self, headers: Headers, peer: str) -> bool:
        """Tell whether the head of a request is enough."""
        if self.is_open:
            return True
        scheme, _, credentials = headers.get(b"authorization", b"").partition(b" ")
        scheme, credentials = scheme.lower(), credentials.strip()
        if scheme == b"bearer" and _one_of(credentials, self.tokens):
            return True
        if scheme == b"basic" and _one_of(_decoded(credentials), self.basic):
            return True
        return self._certified(headers, peer)

    def signed(self, headers: Headers, body: bytes) -> bool:
        """Tell whether a body carries a signature by one of the keys.

        GitHub sends ``sha256=…``, PagerDuty ``v1=…,v1=…`` while a key is being
        replaced; others send the digits alone.
        """
        given = headers.get(self.signature_header, b"").decode("latin-1")
        return signed(given, body, self.keys)

    def _certified(self, headers: Headers, peer: str) -> bool:
        if not self.clients or not within(peer, self.proxies):
            return False
        return _one_of(headers.get(self.client_header, b""), self.clients)


def signed(given: str, message: bytes, keys: Iterable[bytes]) -> bool:
    """Tell whether one of several HMAC-SHA256 signatures is by one of the keys."""
    digests = [hmac.digest(key, message, hashlib.sha256).hex() for key in keys]
    candidates = [_bare(each.strip()) for each in given.split(",")[:8]]
    found = [
        hmac.compare_digest(candidate.encode(), digest.encode())
        for candidate in candidates
        for digest in digests
    ]
    return any(found)


def _bare(signature: str) -> str:
    for prefix in _PREFIXES:
        if signature.startswith(prefix):
            return signature.removeprefix(prefix)
    return signature


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who uses the API or the pages."""

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Tell whether the caller may do what wants a role."""
        return ROLES.index(self.role) >= ROLES.index(role)


ROLES: Final[tuple[Role, ...]] = ("read", "respond", "manage")


@dataclass(frozen=True, slots=True)
class Callers:
    """Everybody who may use the API and the pages."""

    tokens: tuple[tuple[bytes, Caller], ...] = field(default=(), repr=False)

    @property
    def is_open(self) -> bool:
        """Whether nobody has to prove anything."""
        return not self.tokens

    def find(self, headers: Headers) -> Caller | None:
        """Return who sends a request; None when they prove nothing.

        A browser sends a token as the password of basic authentication.
        """
        if self.is_open:
            return Caller("local", "manage")
        scheme, _, credentials = headers.get(b"authorization", b"").partition(b" ")
        given = credentials.strip()
        if scheme.lower() == b"basic":
            given = _decoded(given).partition(b":")[2]
        elif scheme.lower() != b"bearer":
            return None
        matches = [
            caller for token, caller in self.tokens if hmac.compare_digest(token, given)
        ]
        return matches[0] if matches else None


def gate_of(name: str, source: Source, proxies: Networks) -> Gate:
    """Return how a source proves itself.

    Raises:
        ConfigError: What it is configured with cannot prove anything.
    """
    where = f"serve.sources.{name}"
    tokens = _secrets(where, source.tokens, source.tokens_file)
    keys = _secrets(where, source.keys, source.keys_file)
    header = source.signature_header or SIGNED_BY_KIND.get(source.kind, "")
    if keys and not header:
        raise ConfigError(
            f"{where}: keys need a signature_header; Grafana's is"
            " X-Grafana-Alerting-Signature"
        )
    if source.kind in SIGNED_BY_KIND and tokens and not keys:
        raise ConfigError(f"{where}: {source.kind} signs its bodies; give keys")
    if bool(source.clients) != bool(source.client_header):
        raise ConfigError(f"{where}: client_header and clients only work together")
    if source.clients and not proxies:
        raise ConfigError(
            f"{where}: client_header is believed only from serve.trusted_proxies"
        )
    pairs = (f"{user}:{password}" for user, password in source.basic.items())
    return Gate(
        tokens,
        tuple(pair.encode() for pair in pairs),
        keys,
        header.lower().encode(),
        source.client_header.lower().encode(),
        tuple(each.encode() for each in source.clients),
        proxies,
    )


def app_token_of(name: str, source: Source) -> str:
    """Return the token that a chat is connected to with; empty where none is given.

    Raises:
        ConfigError: It cannot be read, is none, or the source is no Slack app.
    """
    where = f"serve.sources.{name}.socket"
    if not source.socket.is_wanted:
        return ""
    if source.kind != "slack":
        raise ConfigError(f"{where}: only sources of kind slack are connected to")
    given = (source.socket.app_token,) if source.socket.app_token else ()
    token = _secrets(where, given, source.socket.app_token_file)[0].decode()
    if not token.isascii() or not token.startswith("xapp-"):
        raise ConfigError(
            f"{where}: not an app-level token (xapp-…); make one under Basic Information"
            " of the Slack app, with the scope connections:write"
        )
    return token


def callers_of(tokens: Mapping[str, ApiToken]) -> Callers:
    """Return everybody who is configured.

    Raises:
        ConfigError: Somebody has no token.
    """
    found: list[tuple[bytes, Caller]] = []
    for name, each in tokens.items():
        secrets = _secrets(f"serve.tokens.{name}", each.tokens, each.tokens_file)
        if not secrets:
            raise ConfigError(
                f"serve.tokens.{name}: no token; set tokens in the environment, or"
                " tokens_file"
            )
        found.extend((secret, Caller(name, each.role)) for secret in secrets)
    return Callers(tuple(found))


def networks(given: Iterable[str]) -> Networks:
    """Return the networks that are named.

    Raises:
        ConfigError: One is no network.
    """
    try:
        return tuple(ip_network(each) for each in given)
    except ValueError as error:
        raise ConfigError(f"serve.trusted_proxies: {error}") from error


def within(peer: str, proxies: Networks) -> bool:
    """Tell whether an address lies in one of the networks."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in proxies)


def _secrets(where: str, given: tuple[str, ...], file: str) -> tuple[bytes, ...]:
    lines = list(given)
    if file:
        try:
            lines += Path(file).read_text().split()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{where}: {file}: cannot be read: {error}") from error
        if not lines:
            raise ConfigError(f"{where}: {file}: is empty")
    short = [each for each in lines if len(each) < _SHORTEST]
    if short:
        raise ConfigError(
            f"{where}: a secret has fewer than {_SHORTEST} characters; make one with"
            " `openssl rand -hex 32`"
        )
    return tuple(each.encode() for each in lines)


_SHORTEST: Final = 16


def _one_of(given: bytes, known: Iterable[bytes]) -> bool:
    return any([hmac.compare_digest(given, each) for each in known])  # noqa: C419  all are compared


def _decoded(credentials: bytes) -> bytes:
    try:
        return base64.b64decode(credentials, validate=True)
    except (binascii.Error, ValueError):
        return b""
