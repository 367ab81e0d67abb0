"""Find secrets in text by the shape that their makers gave them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple


class Secret(NamedTuple):
    """A secret and where it stands; its words are never repeated."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Shape:
    """A token format; ``mark`` is a piece of text that every such token holds."""

    kind: str
    mark: str
    pattern: re.Pattern[str]


def _shape(kind: str, mark: str, pattern: str) -> _Shape:
    return _Shape(kind, mark, re.compile(pattern))


_SHAPES: Final = (
    *(
        _shape("an AWS access key", mark, rf"\b{mark}[A-Z2-7]{{16}}\b")
        for mark in ("AKIA", "ASIA")
    ),
    _shape("a Google API key", "AIza", r"\bAIza[\w-]{35}(?![\w-])"),
    _shape("a Google OAuth secret", "GOCSPX-", r"\bGOCSPX-[\w-]{28}"),
    *(
        _shape("a GitHub token", f"gh{kind}_", rf"\bgh{kind}_[A-Za-z0-9]{{36,}}")
        for kind in "pousr"
    ),
    _shape("a GitHub token", "github_pat_", r"\bgithub_pat_\w{40,}"),
    _shape("a GitLab token", "glpat-", r"\bglpat-[\w-]{20,}"),
    _shape("a GitLab token", "glrt-", r"\bglrt-[\w-]{20,}"),
    _shape("a Slack token", "xox", r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}"),
    _shape("a Slack token", "xapp-", r"\bxapp-\d-[0-9A-Za-z-]{10,}"),
    _shape(
        "a Slack webhook",
        "hooks.slack.com/",
        r"\bhooks\.slack\.com/(?:services|workflows)/T\w{6,}/\w{6,}/\w{16,}",
    ),
    _shape("a PagerDuty token", "oken token=", r"\bToken token=[\w+-]{20}(?![\w+-])"),
    _shape(
        "a PagerDuty integration key",
        "_key",
        r"\b(?:routing|service|integration)_key[\"']?\s*[:=]\s*[\"']?[0-9a-f]{32}\b",
    ),
    _shape("a Grafana token", "glsa_", r"\bglsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}\b"),
    _shape("a Grafana token", "glc_", r"\bglc_[A-Za-z0-9+/]{32,}={0,2}"),
    _shape("a signed web token", "eyJ", r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    _shape(
        "a private key",
        "PRIVATE KEY",
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
        r"(?:\\n|\s)+(?:[\w-]+:[^\n]*\s+)*[A-Za-z0-9+/=]{24,}",
    ),
    *(
        _shape("a Stripe key", mark, rf"\b{mark}[0-9A-Za-z]{{16,}}")
        for mark in ("sk_live_", "rk_live_", "sk_test_", "whsec_")
    ),
    _shape("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
    _shape("a PyPI token", "pypi-", r"\bpypi-AgEIcHlwaS5vcmc[\w-]{40,}"),
    _shape("an Anthropic key", "sk-ant-", r"\bsk-ant-[\w-]{20,}"),
    _shape("an OpenAI key", "sk-", r"\bsk-(?:proj-)?[A-Za-z0-9_-]{40,}"),
    _shape("a Vault token", "hvs.", r"\bhvs\.[\w-]{24,}"),
    _shape("a SendGrid key", "SG.", r"\bSG\.[\w-]{22}\.[\w-]{43}"),
    _shape("an Azure storage key", "AccountKey=", r"AccountKey=[A-Za-z0-9+/]{86}=="),
    _shape("a Telegram token", ":AA", r"\b\d{8,10}:AA[\w-]{32,33}(?![\w-])"),
    _shape("a Mailchimp key", "-us", r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    _shape("a Square token", "sq0", r"\bsq0(?:atp-[\w-]{22}|csp-[\w-]{43})(?![\w-])"),
    _shape("an age key", "AGE-SECRET-KEY-1", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}"),
)
_ADDRESS: Final = re.compile(
    r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'`<>{}$]+:(?P<value>[^\s/:@\"'`<>]{3,})@[\w.\[-]"
)
_ASSIGNED: Final = re.compile(
    r"(?:password|passwd|secret|token|api[_-]?key|access[_-]?key"
    r"|secret[_-]?key|credentials?)[\"']?\s*(?:=|:)\s*(?P<quote>[\"']?)"
    r"(?P<value>[^\s\"'`,;<>{}()\[\]$|&]{10,})(?=[\"'\s,;}&|)]|$)"
)
_ASSIGNED_MARKS: Final = (
    "password", "passwd", "secret", "token", "api_key", "apikey", "api-key",
    "access_key", "accesskey", "access-key", "credential",
)  # fmt: skip
_PLACEHOLDER: Final = re.compile(
    r"x{4,}|\*{3,}|\.{3}|(?:^|[^a-z])(?:your|my|some|the)[-_]|example|sample|dummy|fake"
    r"|placeholder|redacted|change[-_]?(?:me|it)|replace|insert|password|passwd|secret"
    r"|foobar|todo|0000|1234567|abcdef",
    re.IGNORECASE,
)
_WEAK: Final = re.compile(
    r"pass(?:word|wd)?|pwd|secret|token|key|user|admin|root", re.IGNORECASE
)
_CLASSES: Final = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")))


def secrets(text: str) -> Iterator[Secret]:
    """Yield the secrets of a text, each place once.

    Examples and placeholders such as ``AKIA…EXAMPLE``, ``$TOKEN``, ``<token>``
    and ``changeme`` are none.
    """
    taken: list[tuple[int, int]] = []
    for found in _candidates(text):
        if not any(start < found.end and found.start < end for start, end in taken):
            taken.append((found.start, found.end))
            yield found


def _candidates(text: str) -> Iterator[Secret]:
    yield from _shaped(text)
    if "://" in text and "@" in text:
        yield from _in_addresses(text)
    lower = text.lower()
    if len(lower) != len(text):
        lower = text  # a letter outside ASCII has grown, so places would differ
    if any(mark in lower for mark in _ASSIGNED_MARKS):
        for match in _ASSIGNED.finditer(lower):
            start, end = match.span("value")
            if _is_password(text[start:end]):
                yield Secret("a password or token", start, end)


def _shaped(text: str) -> Iterator[Secret]:
    for shape in _SHAPES:
        if shape.mark in text:
            for match in shape.pattern.finditer(text):
                if _is_real(match[0].replace(shape.mark, "", 1)):
                    yield Secret(shape.kind, *match.span())


def _in_addresses(text: str) -> Iterator[Secret]:
    for match in _ADDRESS.finditer(text):
        value = match["value"]
        sample = _PLACEHOLDER.search(value) or _WEAK.fullmatch(value)
        if not sample and not re.search(r"[$<{*%]", value):
            yield Secret("a password in an address", *match.span("value"))


def _is_real(token: str) -> bool:
    """Tell a token from an example of its shape, which repeats or spells itself."""
    return not re.search(r"EXAMPLE|example|[xX]{4,}|\.{3}|0{6}|\*{3}", token) and (
        len(set(token)) >= 8
    )


def _is_password(value: str) -> bool:
    if _PLACEHOLDER.search(value) or "/" in value[:1] or "://" in value:
        return False
    kinds = sum(bool(each.search(value)) for each in _CLASSES)
    mixed = kinds >= 3 and bool(re.search(r"\d", value))
    # names such as `my-app-token-2.example` are words with dots and dashes
    wordy = bool(re.fullmatch(r"[a-zA-Z]+(?:[-_.:/][a-zA-Z0-9]{0,12})*", value))
    return mixed and not wordy and _entropy(value) > 3.0


def _entropy(value: str) -> float:
    """Return the bits that one letter carries."""
    total = len(value)
    counts = Counter(value).values()
    return -sum(count / total * math.log2(count / total) for count in counts)
