"""Where a link between files leads, as far as the files can tell."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from runbookkit.lint.addresses import fold, page_paths, pages_of, segments, templated
from runbookkit.lint.anchors import has_anchor, heading_of
from runbookkit.lint.context import Handbook
from runbookkit.lint.near import hint
from runbookkit.model.facts import Facts
from runbookkit.model.finding import Level

_SHORTCODE = re.compile(
    r"\{\{[<%]\s*(?:rel)?ref\s+(?:[\"'](.+?)[\"']|([^\s>%]+))\s*[%>]\}\}"
)
_GENERATED = re.compile(r"\.(?:html?|php|aspx?)$", re.IGNORECASE)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with a link; ``unknown`` says that it could not be told."""

    message: str
    level: Level = "error"
    unknown: bool = False


def problem_of(target: str, page: Facts, handbook: Handbook) -> Broken | None:
    """Return what is wrong with a link of a page; nothing when it leads somewhere."""
    shortcode = _SHORTCODE.search(target)
    if shortcode:
        return _reference(shortcode[1] or shortcode[2], page, handbook)
    if templated(target):
        return Broken(f"target {target!r} is a template", unknown=True)
    whole, _, fragment = target.partition("#")
    path = unquote(whole.split("?", 1)[0])
    if not target.strip():
        return Broken("the link has no target; name one or remove the brackets")
    if not path:
        return _heading(fragment, page.path, page.anchors)
    found = _find(path, page, handbook)
    if isinstance(found, Broken):
        return found
    anchors = _anchors(found, handbook) if heading_of(fragment) else None
    return _heading(fragment, found, anchors) if anchors is not None else None


def _reference(name: str, page: Facts, handbook: Handbook) -> Broken | None:
    """Judge Hugo's ``ref``: a path from here or from the root, or a name alone."""
    path, _, fragment = name.partition("#")
    found = _present(_candidates(path, page), handbook) if path else page.path
    if not found:
        pages = handbook.once(pages_of)
        named = pages.by_name.get(fold((segments(path)[-1:] or ("",))[0]), ())
        found = named[0].facts.path if named else ""
    if not found:
        return Broken(f"no known page is called {path!r}", unknown=True)
    anchors = _anchors(found, handbook) if fragment else None
    return _heading(fragment, found, anchors) if anchors is not None else None


def _find(path: str, page: Facts, handbook: Handbook) -> str | Broken:
    found = _present(_candidates(path, page), handbook)
    if found:
        return found
    if handbook.outside is None:
        return Broken(f"whether {path!r} exists is not known", unknown=True)
    if path.startswith("/"):
        reason = f"{path!r} starts at a root that is not known"
        return Broken(reason, unknown=True)
    if _GENERATED.search(path) or (not _ENDING.search(path) and _is_site(handbook)):
        return Broken(f"{path!r} may be a generated page", unknown=True)
    folder = posixpath.dirname(page.path)
    wanted = posixpath.normpath(posixpath.join(folder, path))
    near = _near(wanted, page, handbook)
    return Broken(f"there is no file {path!r}{near}; mend the path")


def _candidates(path: str, page: Facts) -> Iterator[str]:
    """Yield the files that a path may mean on a code host or a generated site."""
    folder = posixpath.dirname(page.path)
    if path.startswith("/"):
        bases = [folder]
        while bases[-1] not in {"", "/"}:
            bases.append(posixpath.dirname(bases[-1]))
        targets = [posixpath.join(base, path.lstrip("/")) for base in bases]
    else:
        # a generated page is a folder of its own: ../other is its sibling
        own = posixpath.splitext(page.path)[0]
        targets = [posixpath.join(folder, path), posixpath.join(own, path)]
    for number, target in enumerate(targets):
        plain = posixpath.normpath(target)
        if number == 0 or path.startswith("/") or not _ENDING.search(path):
            yield plain
            yield from page_paths(plain)


def _present(paths: Iterator[str], handbook: Handbook) -> str:
    known = handbook.once(_known_paths)
    outside = handbook.outside
    for path in paths:
        if path in known or (outside is not None and outside.exists(path)):
            return path
    return ""


def _known_paths(handbook: Handbook) -> frozenset[str]:
    """Return the paths of all known files and of the folders that they are in."""
    paths: set[str] = set()
    for name in handbook.everything():
        path = posixpath.normpath(name)
        while path and path not in paths:
            paths.add(path)
            path = posixpath.dirname(path)
    return frozenset(paths)


def _is_site(handbook: Handbook) -> bool:
    return any(name.endswith("/_index.md") for name in handbook.once(_known_paths))


def _anchors(path: str, handbook: Handbook) -> Collection[str] | None:
    page = handbook.once(pages_of).by_path.get(posixpath.normpath(path))
    if page is not None:
        return page.anchors
    return handbook.outside.anchors(path) if handbook.outside is not None else None


def _heading(fragment: str, path: str, anchors: Collection[str]) -> Broken | None:
    name = heading_of(fragment)
    if not name or name in anchors:
        return None
    if name.lower() in anchors:
        message = f"#{name} differs in case from #{name.lower()}; write it the same"
        return Broken(message, "warning")
    near = hint(name.lower(), anchors, cutoff=0.6)
    cure = "link a heading that it has"
    if has_anchor(fragment, anchors):
        return Broken(f"{path!r} has no heading #{name}{near}; {cure}", "warning")
    return Broken(f"{path!r} has no heading #{name}{near}; {cure}")


def _near(wanted: str, page: Facts, handbook: Handbook) -> str:
    """Return where a missing file may be instead, to go into the message."""
    name = segments(wanted)[-1:]
    same = handbook.once(pages_of).by_name.get(fold(name[0]), ()) if name else ()
    folder = posixpath.dirname(page.path) or "."
    near = [posixpath.relpath(each.facts.path, folder) for each in same]
    if near:
        return f", did you mean {near[0]!r}?"
    beside = handbook.once(_by_folder).get(posixpath.dirname(wanted), [])
    return hint(posixpath.basename(wanted), beside)


def _by_folder(handbook: Handbook) -> dict[str, list[str]]:
    """Return the names of the known files by their folder."""
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for path in handbook.everything():
        folder, name = posixpath.split(posixpath.normpath(path))
        folders[folder].append(name)
    return folders
