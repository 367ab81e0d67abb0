"""From the address of a runbook to the page of the handbook that it means."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from urllib.parse import unquote

from runbookkit.lint.context import Files, Handbook
from runbookkit.model.facts import Facts
from runbookkit.model.options import LintOptions

_SCHEME = re.compile(r"^[a-zA-Z][\w+.-]*://[^/?#]*|^//[^/?#]*")
_REF = re.compile(r"/(?:-/)?(?:blob|tree|raw|edit|src)/[^/]+(?=/)")
_PAGE_END = re.compile(r"\.(?:md|mdx|markdown|html?)$", re.IGNORECASE)
_INDEX = frozenset({"index", "_index", "readme"})
_TEMPLATED = re.compile(
    r"\{\{|\}\}|\[\[|\]\]|\$\{|\$(?:labels|value|external)|%\(|%s\b|<[a-zA-Z]"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the handbook by the segments of its path, page ending left out."""

    facts: Facts
    written: tuple[str, ...]
    folded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """All pages, findable by the end of their path."""

    by_path: Mapping[str, Facts]
    by_name: Mapping[str, tuple[Page, ...]]
    folders: frozenset[str]
    """Names of all folders that hold pages, in lower case."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where an address leads: to a page, or to nothing, or nobody can say."""

    path: str = ""
    """Path of the page; empty when there is none."""
    page: Facts | None = None
    """Its facts; none for a page outside of the handbook."""
    fragment: str = ""
    near: tuple[str, ...] = ()
    """Pages of the same name in other places, when none fits."""
    unknown: str = ""
    """Why nobody can say."""


def pages_of(handbook: Handbook) -> Pages:
    """Return the index of a handbook's markdown pages."""
    by_path: dict[str, Facts] = {}
    by_name: defaultdict[str, list[Page]] = defaultdict(list)
    folders: set[str] = set()
    for path, facts in handbook.everything().items():
        if facts.kind == "rules":
            continue
        by_path[posixpath.normpath(path)] = facts
        written = segments(path)
        folded = tuple(fold(each) for each in written)
        if folded:
            by_name[folded[-1]].append(Page(facts, written, folded))
            folders.update(folded[-2:-1])
    names = {name: tuple(pages) for name, pages in by_name.items()}
    return Pages(by_path, names, frozenset(folders))


def segments(path: str) -> tuple[str, ...]:
    """Return the parts of a path that an address of its page would have.

    >>> segments("docs/Runbooks/etcd/_index.md")
    ('docs', 'Runbooks', 'etcd')
    """
    parts = [each for each in path.split("/") if each not in {"", ".", ".."}]
    if parts:
        parts[-1] = _PAGE_END.sub("", parts[-1])
        if parts[-1].lower() in _INDEX:
            parts.pop()
    return tuple(parts)


@cache
def fold(segment: str) -> str:
    """Return a segment as addresses are compared: no case, spaces as dashes."""
    return segment.lower().replace(" ", "-")


def templated(text: str) -> bool:
    """Tell whether an address is only known when the alert fires."""
    return _TEMPLATED.search(text) is not None


def resolve(
    address: str, origin: str, handbook: Handbook, options: LintOptions
) -> Resolution:
    """Return where an address leads, as far as the files can tell.

    A mapping of the configuration decides first, then a relative path as it
    is, then the longest common ending of the address and a page's path.
    ``origin`` is the file that states the address.
    """
    whole, _, fragment = address.strip().partition("#")
    pages = handbook.once(pages_of)
    plain = whole.split("?", 1)[0]
    if templated(plain):
        return Resolution(unknown=f"{plain!r} is a template")
    for mapping in options.urls:
        try:
            match = re.fullmatch(mapping.url, whole)
            mapped = match.expand(mapping.path) if match else ""
        except (re.error, IndexError) as error:
            return Resolution(unknown=f"mapping {mapping.url!r} is unusable: {error}")
        if mapped:
            found = _mapped(posixpath.normpath(mapped), pages, handbook.outside)
            return found or Resolution(near=(mapped,), fragment=fragment)
    bare = unquote(_REF.sub("", _SCHEME.sub("", plain)))
    found = None
    if not _SCHEME.match(plain):
        found = _relative(bare, origin, pages, handbook.outside)
    found = found or _ending(bare, pages)
    if not (found.path or found.unknown):
        found = _outside(bare, handbook.outside) or found
    return Resolution(found.path, found.page, fragment, found.near, found.unknown)


def _mapped(path: str, pages: Pages, outside: Files | None) -> Resolution | None:
    if path in pages.by_path:
        return Resolution(path, pages.by_path[path])
    name = segments(path)[-1:]
    for page in pages.by_name.get(fold(name[0]) if name else "", ()):
        # the configuration's folder need not be the current one
        if page.facts.path.endswith(f"/{path}"):
            return Resolution(page.facts.path, page.facts)
    if outside is not None and outside.exists(path):
        return Resolution(path)
    return None


def _relative(
    bare: str, origin: str, pages: Pages, outside: Files | None
) -> Resolution | None:
    beside = posixpath.join(posixpath.dirname(origin), bare)
    for candidate in (bare.lstrip("/"), beside):
        for path in page_paths(candidate):
            if path in pages.by_path:
                return Resolution(path, pages.by_path[path])
            if outside is not None and outside.exists(path):
                return Resolution(path)
    return None


def page_paths(target: str) -> Iterator[str]:
    """Yield the files that a path with or without an ending may mean."""
    path = posixpath.normpath(target)
    if _PAGE_END.search(path) is not None:
        yield path
        yield _PAGE_END.sub(".md", path)
    else:
        yield f"{path}.md"
        yield from (f"{path}/{name}.md" for name in ("README", "index", "_index"))


def _ending(bare: str, pages: Pages) -> Resolution:
    """Return the page whose path shares the longest ending with an address."""
    written = segments(bare)
    if not written:
        return Resolution(unknown="the address has no path")
    folded = tuple(fold(each) for each in written)
    named = pages.by_name.get(folded[-1], ())
    fitting = [page for page in named if _fits(folded, page, pages)]
    if not fitting:
        return Resolution(near=tuple(page.facts.path for page in named))
    longest = max(_common(folded, page.folded) for page in fitting)
    best = [page for page in fitting if _common(folded, page.folded) == longest]
    if len(best) > 1:
        exact = [page for page in best if _common(written, page.written) >= longest]
        if len(exact) != 1:
            names = " and ".join(sorted(page.facts.path for page in best)[:2])
            return Resolution(unknown=f"{names} fit equally well")
        best = exact
    return Resolution(best[0].facts.path, best[0].facts)


def _fits(folded: tuple[str, ...], page: Page, pages: Pages) -> bool:
    """Tell whether a page of the right name may be the one that is meant.

    It is not where the address names another folder: one that the handbook
    has too, or one inside the same parent.
    """
    common = _common(folded, page.folded)
    address, path = folded[: len(folded) - common], page.folded[: -common or None]
    if not address or not path:
        return True
    if common == 1 and address[-1] in pages.folders:
        return False
    around = zip(reversed(address[:-1]), reversed(path[:-1]), strict=False)
    return not any(mine == yours for mine, yours in around)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _outside(bare: str, outside: Files | None) -> Resolution | None:
    """Return a page that exists although nobody named it to the linter."""
    parts = segments(bare)
    if outside is None or len(parts) < 2:
        return None
    for start in range(len(parts) - 1):
        for path in page_paths("/".join(parts[start:])):
            if outside.exists(path):
                return Resolution(path)
    return None
