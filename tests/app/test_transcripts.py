"""What a run's transcript says, and what text from outside cannot do to it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings, strategies as st
from markdown_it import MarkdownIt

from execute.books import RUN, begin, book, change, query, ways
from execute.fakes import Script, World, shell
from runbookkit.app.transcripts.writing import Form, written
from runbookkit.execute import person as say
from runbookkit.execute.outside import Start
from runbookkit.execute.transcript import Transcript, transcript_of
from runbookkit.model.options import Grafana

CPU = "rate(cpu_seconds_total[5m])"
READ = query(
    "How busy is it",
    CPU,
    "series.all(s, s.max < 0.5)",
    "See {{ given }}, `{{ given }}`.",
    ways(met="continue", not_met="continue"),
    lead=", over the last 1h",
)
FIX = change("Restart it", "restart it", ways(met="stop", not_met="escalate"))
GRAFANA = Grafana("https://grafana.test", {"prometheus": "p1"})
HOSTILE = [
    "<script>alert(1)</script>",
    "</code></pre><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "<!channel> @here @ada",
    "``` \n# not a heading\n```",
    "[x](javascript:alert(1)) ![y](http://evil.test/pixel)",
    "| a | b |\n| --- | --- |",
    "\x1b[2J\x07\x9b31m\u202egnp.exe\u2066\ud800\x00",
    "{{ 7 * 7 }} {% include 'x' %}",
    "1. one\n- two\n> three\n    four\n***\n<https://evil.test> www.evil.test",
]
TAGS = re.findall(
    r"\w+",
    "html head meta title style body header main section h1 h2 h3 p dl div dt dd ol ul li"
    " a span strong em code pre figure figcaption svg line text polyline table caption"
    " thead tbody tr th td",
)
anything = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))


def ranged(labels: Mapping[str, str], values: list[Any]) -> Mapping[str, Any]:
    points = [[1_795_176_000 + 15 * n, value] for n, value in enumerate(values)]
    series = {"labels": labels, "points": points, "min": values[0], "max": values[-1]}
    return {"series": [{**series, "avg": values[0], "last": values[-1]}]}


def told(*, text: str = "spare", values: list[Any] | None = None) -> Transcript:
    answer = ranged({"job": text, "instance": "a:1"}, values or [0.1, 0.2, 0.9])
    world = World({CPU: answer, "restart it": shell(f"out {text}")})
    note = say.Note(text)
    person = Script(say.Go(), note, "Not met", say.Go(), "Met")
    person.name = text or "on call"
    runbook = book(READ + FIX)
    begin(world, runbook, person, Start("sha256:0", {"given": text}))
    return transcript_of(RUN, world.store.read(f"run/{RUN}"), runbook)


class Page(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def text_of(form: Form, transcript: Transcript) -> str:
    return written(transcript, form, GRAFANA)


def test_a_transcript_says_who_approved_what_and_how_each_step_ended() -> None:
    transcript = told(text="Ada")

    read, fix = transcript.visits
    assert (read.record.verdict, read.leads) == ("not met", "Restart it")
    assert [remark.text for remark in read.remarks] == ["Ada"]
    approved = fix.remarks[0]
    assert (approved.kind, approved.who) == ("approved the change", "Ada")
    assert (transcript.state.end, fix.leads) == ("stop", "stop")


def test_a_curve_is_drawn_with_its_threshold_and_said_in_words() -> None:
    page = text_of("html", told())

    assert page.count('<polyline class="curve c1"') == 1
    assert "min 0.1, max 0.9, last 0.9" in page
    assert "expected below 0.5" in page
    assert 'class="level"' in page


def test_where_nothing_was_measured_no_line_is_drawn() -> None:
    page = text_of("html", told(values=[1, 2, "NaN", 3, 4]))

    assert page.count('<polyline class="curve c1"') == 2


def test_prose_holds_values_and_a_question_its_words() -> None:
    runbook = book("### Done?\n\n**Ask:** Is {{ who }} done?\n\n- **Yes:** stop\n")
    world = World()
    begin(world, runbook, Script("Yes"), Start("sha256:0", {"who": "**bob**"}))

    asked = transcript_of(RUN, world.store.read(f"run/{RUN}"), runbook)

    assert "Is **bob** done?" in text_of("html", asked)
    assert "<code>spare</code>" in text_of("html", told())


def test_a_query_has_a_link_that_shows_it_again() -> None:
    assert 'href="https://grafana.test/explore?' in text_of("html", told())
    assert "[Open in Grafana](<https://grafana.test/explore?" in text_of(
        "markdown", told()
    )


def test_a_run_without_its_runbook_still_has_a_transcript() -> None:
    world = World({CPU: ranged({}, [1, 2])})
    begin(world, book(READ + FIX))

    transcript = transcript_of(RUN, world.store.read(f"run/{RUN}"), None)

    assert transcript.visits[0].title == "how-busy-is-it"
    assert "how-busy-is-it" in text_of("html", transcript)


@given(anything)
@settings(max_examples=60, deadline=None)
def test_no_text_becomes_html(text: str) -> None:
    page = Page(text_of("html", told(text=text)))

    names = {name for name, _ in page.attributes}
    links = [value or "" for name, value in page.attributes if name in {"href", "src"}]
    assert page.tags <= set(TAGS)
    assert not any(name.startswith("on") for name in names)
    assert all(link.startswith(("#", "https://grafana.test/")) for link in links)
    assert not set("".join(page.said)) & set("\x00\x07\x1b\x9b\u202e\u2066\ud800")


@given(anything)
@settings(max_examples=60, deadline=None)
def test_no_text_becomes_markdown(text: str) -> None:
    plain = text_of("markdown", told(text="spare"))

    result = text_of("markdown", told(text=text))

    assert kinds(result) <= kinds(plain)
    assert "<!channel>" not in outside_fences(result)
    assert "@ada" not in outside_fences(result)
    assert not set(result) & set("\x00\x07\x1b\x9b\u202e\u2066\ud800")


@given(anything)
@settings(max_examples=20, deadline=None)
def test_json_holds_every_text_as_it_was(text: str) -> None:
    data = json.loads(text_of("json", told(text=text)))

    assert data["visits"][0]["remarks"][0]["text"] == text


def kinds(text: str) -> set[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    skipped = {"text", "text_special", "softbreak"}
    return {token.type for token in (*tokens, *inner)} - skipped


def outside_fences(text: str) -> str:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return "\n".join(token.content for token in tokens if token.type != "fence")
