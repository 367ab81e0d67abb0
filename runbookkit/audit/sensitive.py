"""What must not leave this machine, found more readily than a lint would say so.

A lint that cries wolf is switched off; a secret that was sent is out. So this also
takes for secret what only stands where secrets stand: behind ``--password``, in an
``Authorization`` header, in the rest of a private key. Names of variables and
placeholders are let through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from runbookkit.lint.secrets import secrets
from runbookkit.redact import Place, personal_data

SECRET: Final = "secret"  # noqa: S105  the kind of a place
Find = Callable[[str], Iterator[Place]]

_VALUE: Final = (
    r"(?:(?P<quote>[\"'])(?P<quoted>[^\"'\n<>{}$«»]{4,})(?=[\"'])"
    r"|(?P<value>[^\s\"'`<>{}$(),;|&«»]{6,}))"
)
_BARE: Final = r"(?P<quote>)(?P<quoted>)"
_NAME: Final = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?"
    r"|account[_-]?key|shared[_-]?access[_-]?key|signing[_-]?key|encryption[_-]?key"
    r"|private[_-]?key|client[_-]?secret|\bauth|credentials?|\b(?:dd|app|license)[_-]key)"
)
_PATTERNS: Final = tuple(
    (mark, re.compile(pattern, re.IGNORECASE))
    for mark, pattern in (
        ("", rf"{_NAME}[\"']?[ \t]*(?:=|:(?!//))[ \t]*{_VALUE}"),
        ("--", rf"--(?:[a-z-]+-)?{_NAME}(?:=|[ \t]+){_VALUE}"),
        ("bearer", rf"\bbearer[ \t]+{_VALUE}"),
        ("authorization", rf"\bauthorization: *token[ \t]+{_VALUE}"),
        ("basic", rf"\bbasic[ \t]+{_BARE}(?P<value>[a-z0-9+/]{{8,}}={{0,2}})"),
        ("-u", rf"(?<!\S)(?:-u|--user)[ =]?[\"']?[\w.@-]+:{_VALUE}"),
        (
            "-p",
            rf"\s-p{_BARE}[\"']?(?P<value>(?=\S*\d)(?=\S*[a-z])[^\s\"'<>{{}}$]{{6,}})",
        ),
        (
            "://",
            rf"://[^\s/:@\"'`<>{{}}$]*:{_BARE}(?P<value>[^\s/:@\"'`<>{{}}$]{{3,}})@",
        ),
        ("x-", rf"\bx-[a-z-]*(?:key|token|secret)[\"']?[ \t]*:[ \t]*{_VALUE}"),
        ("sig=", rf"[?&]sig={_BARE}(?P<value>[\w%+/=-]{{16,}})"),
        (
            "webhooks",
            rf"{_BARE}(?P<value>discord(?:app)?\.com/api/webhooks/\d+/[\w-]+)",
        ),
        ("$", rf"{_BARE}(?P<value>\$(?:apr1|1|2[aby]|5|6|y)\$[./\w$]{{20,}})"),
    )
)
_SHAPES: Final = tuple(
    (mark, re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})(?![A-Za-z0-9])"))
    for mark, pattern in (
        ("SK", "SK[0-9a-f]{32}"),
        ("dop_v1_", "dop_v1_[0-9a-f]{64}"),
        ("dapi", "dapi[0-9a-f]{32}"),
        ("dckr_", r"dckr_(?:pat|oat)_[\w-]{20,}"),
        ("hf_", "hf_[A-Za-z0-9]{30,}"),
        ("lin_api_", "lin_api_[A-Za-z0-9]{32,}"),
        ("ntn_", "ntn_[A-Za-z0-9]{40,}"),
        ("NRAK-", "NRAK-[A-Z0-9]{27}"),
        ("shp", "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
        ("ATATT", r"ATATT3[\w=-]{60,}"),
        ("atlasv1", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}"),
        ("key-", "key-[0-9a-f]{32}"),
        (":AA", r"\d{8,10}:AA[\w-]{33}"),
        ("glsa_", r"glsa_\w{32,}"),
        ("eyJ", r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}(?:\.[\w-]*)?"),
        ("sk-", "sk-[A-Za-z0-9_-]{20,}"),
        ("AIza", r"AIza[\w-]{35}"),
    )
)
_KEY: Final = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
    r"(?P<body>(?:\\n|[\sA-Za-z0-9+/=:,-]){0,20000}?)"
    r"(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|(?=```)|\Z)"
)
_SAMPLE: Final = re.compile(
    r"x{4,}|\*{3,}|\.{3}|…|example|sample|dummy|placeholder|redacted|change[-_]?(?:me|it)"
    r"|^(?:your|my|some|the)[-_]|^(?:true|false|none|null|yes|no|required|optional)$",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(r"[a-z]+(?:[-_./:][a-z]+)*[.:]?|[a-z]+(?:[A-Z][a-z]+)*")
_IPV4: Final = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]|-\d)")
_IPV6: Final = re.compile(
    r"(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}(?![\w:])"
)
_OPAQUE: Final = re.compile(r"(?<![\w/«-])[\w+-]{32,}={0,2}(?![\w/])")
_CODE: Final = re.compile(r"(?=(?:.*\d){4})[A-Z0-9]{32,40}")
_LETTERS: Final = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))
_CLOCK: Final = re.compile(r"[0-9:]{5,8}")
_IDENTITY: Final = re.compile(
    r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"
)


def secret_places(text: str) -> Iterator[Place]:
    """Yield the secrets of a text.

    >>> [text[p.start : p.end] for text in ["curl -u ada:Xq7-tree ."]
    ...  for p in secret_places(text)]
    ['Xq7-tree']
    """
    for found in secrets(text):
        yield Place(found.start, found.end, SECRET)
    if "PRIVATE KEY" in text:
        yield from _keys(text)
    yield from _shaped(text)
    lower = text.casefold()
    for mark, pattern in _PATTERNS:
        if mark in lower:
            yield from _assigned(text, pattern)


def _keys(text: str) -> Iterator[Place]:
    for match in _KEY.finditer(text):
        if match["body"].strip() and not _SAMPLE.search(match["body"][:80]):
            yield Place(*match.span(), SECRET)


def _shaped(text: str) -> Iterator[Place]:
    for mark, pattern in _SHAPES:
        if mark in text:
            for match in pattern.finditer(text):
                yield Place(*match.span(), SECRET)


def _assigned(text: str, pattern: re.Pattern[str]) -> Iterator[Place]:
    for match in pattern.finditer(text):
        group = "quoted" if match["quote"] else "value"
        if _is_value(match[group], quoted=bool(match["quote"])):
            yield Place(*match.span(group), SECRET)


def _is_value(value: str, *, quoted: bool) -> bool:
    """Tell a value from a name or a path: a plain word is none unless in quotes."""
    if _SAMPLE.search(value) or value.startswith(("./", "%", "*", "-", "@")):
        return False
    if value.startswith("/") and (len(value) < 36 or value.count("/") > 3):
        return False
    return quoted or _WORDS.fullmatch(value) is None


def addresses(text: str) -> Iterator[Place]:
    """Yield addresses of machines and people's numbers; this machine's is none.

    >>> [place.kind for place in addresses("10.1.2.3 127.0.0.1 2001:db8::7 12:30:59")]
    ['address', 'address']
    """
    for match in _IPV4.finditer(text):
        if max(map(int, match[0].split("."))) < 256 and not match[0].startswith(
            ("127.", "0.0.0.0")  # noqa: S104  what is looked for
        ):
            yield Place(*match.span(), "address")
    for match in _IPV6.finditer(text) if "::" in text or text.count(":") > 6 else ():
        whole = match[0].count(":") == 7 or "::" in match[0]
        if whole and match[0] != "::1" and not _CLOCK.fullmatch(match[0]):
            yield Place(*match.span(), "address")
    for match in _IDENTITY.finditer(text):
        yield Place(*match.span(), "number")


def hosts(endings: Sequence[str]) -> Find:
    """Return what finds the names of a house's hosts, by how they end."""
    wanted = "|".join(re.escape(each.strip(".")) for each in endings if each.strip("."))
    pattern = re.compile(
        rf"(?<![\w.-])(?:[A-Za-z0-9_-]{{1,63}}\.){{0,10}}(?:{wanted})(?![\w-]|\.\w)",
        re.IGNORECASE,
    )

    def find(text: str) -> Iterator[Place]:
        for match in pattern.finditer(text) if wanted else ():
            yield Place(*match.span(), "host")

    return find


def opaque(text: str) -> Iterator[Place]:
    """Yield long words that no person has written, whatever they are.

    Digests and identifiers of traces are lower case, and stay.

    >>> [place.kind for place in opaque("a Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MGFiY2Rl 0af76519")]
    ['token']
    """
    for match in _OPAQUE.finditer(text):
        kinds = sum(bool(each.search(match[0])) for each in _LETTERS)
        if kinds == len(_LETTERS) or _CODE.fullmatch(match[0]):
            yield Place(*match.span(), "token")


def private_finders(endings: Sequence[str]) -> tuple[Find, ...]:
    """Return what finds everything that is replaced without asking."""
    return personal_data, addresses, opaque, hosts(endings)
