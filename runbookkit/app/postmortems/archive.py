"""The public archive of postmortems: pages that need nothing but themselves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

from runbookkit.app.reading import read_text
from runbookkit.app.templates import load_template
from runbookkit.app.transcripts.html_templates import html_templates
from runbookkit.app.transcripts.visible import visible
from runbookkit.app.words import span
from runbookkit.errors import UsageError
from runbookkit.markdown.postmortem import FORMAT, parse_postmortem
from runbookkit.model.postmortem import Postmortem
from runbookkit.settings import Loaded

_PUBLIC: Final = frozenset({"in-review", "reviewed", "closed"})
_HTML: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT: Final = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_PICTURES: Final = "*-charts"


@dataclass(frozen=True, slots=True)
class Page:
    """One postmortem, as the index lists it."""

    file: str
    title: str
    incident: str
    severity: str
    started: datetime | None
    taken: str
    services: tuple[str, ...]
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class Archive:
    """What was written."""

    pages: int
    left_out: tuple[str, ...]


def write_archive(folder: Path, target: Path, loaded: Loaded) -> Archive:
    """Write the index, and a page for each postmortem that is no draft.

    Raises:
        UsageError: There is no such folder, or the target cannot be written.
    """
    if not folder.is_dir():
        raise UsageError(
            f"{folder.as_posix()}: no such folder; name the one that holds the postmortems"
        )
    pages: list[Page] = []
    left_out: list[str] = []
    for file, found in _postmortems(folder, loaded):
        if found.metadata.status in _PUBLIC:
            pages.append(_page(file, found))
        else:
            left_out.append(file.as_posix())
    pages.sort(key=lambda page: (page.started is not None, page.started, page.file))
    try:
        _write(pages[::-1], folder, target)
    except OSError as error:
        where = target.as_posix()
        raise UsageError(
            f"{where}: cannot be written: {error.strerror}; name another folder with"
            " --into"
        ) from error
    return Archive(len(pages), tuple(left_out))


def _postmortems(folder: Path, loaded: Loaded) -> Iterator[tuple[Path, Postmortem]]:
    configured = loaded.configuration.postmortem_template
    template = load_template(configured, loaded.folder, kind="postmortem").template
    for file in sorted(folder.glob("*.md")):
        found = parse_postmortem(read_text(file), file.as_posix(), template)
        if found.format == FORMAT:
            yield file, found


def _page(file: Path, found: Postmortem) -> Page:
    data = found.metadata
    begun, over = data.started, data.mitigated
    taken = over - begun if begun is not None and over is not None else None
    text = _HTML.sub("", _FRONT.sub("", read_text(file), count=1))
    return Page(
        f"{file.stem}.html",
        found.title or file.stem,
        data.incident,
        data.severity,
        begun,
        span(taken if taken is None or taken >= timedelta() else None),
        data.services,
        _summary(text),
        _rendered(text),
    )


def _rendered(text: str) -> str:
    """Return HTML; what may be wider than a phone is scrolled, by keyboard too."""
    parser = _markdown()
    tokens = parser.parse(visible(text))
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            token.attrSet("tabindex", "0")
    page = str(parser.renderer.render(tokens, parser.options, {}))
    wide = '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>'
    return page.replace("<table>", wide).replace("</table>", "</table></div>")


def _summary(text: str) -> str:
    """Return the first paragraph of the summary, without its marks."""
    part = text.partition("\n## Summary\n")[2].partition("\n## ")[0].strip()
    first = part.partition("\n\n")[0]
    return " ".join(first.replace("`", "").split())


def _write(pages: list[Page], folder: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    templates = html_templates("runbookkit.app.postmortems")
    index = templates.get_template("archive.html.j2").render(pages=pages)
    (target / "index.html").write_text(index, encoding="utf-8")
    single = templates.get_template("postmortem.html.j2")
    for page in pages:
        (target / page.file).write_text(single.render(page=page), encoding="utf-8")
    for pictures in sorted(folder.glob(_PICTURES)):
        shutil.copytree(pictures, target / pictures.name, dirs_exist_ok=True)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
