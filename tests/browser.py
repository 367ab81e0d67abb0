"""A browser without a window, in which axe-core looks at pages."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from doubles.served import Reply, Request, served
from servers import need

WIDTHS = (390, 1280)
HARNESS = """\
<!doctype html><title>harness</title><script>
const pages = PAGES, found = [];
async function look(page, width) {
  const frame = document.createElement("iframe");
  frame.width = width; frame.height = 900; frame.src = "/page/" + page;
  document.body.append(frame);
  await new Promise((done) => { frame.onload = done; });
  const script = frame.contentDocument.createElement("script");
  script.src = "/axe.js";
  const loaded = new Promise((done) => { script.onload = done; });
  frame.contentDocument.head.append(script);
  await loaded;
  frame.contentDocument.querySelectorAll("details").forEach((each) => { each.open = true; });
  const seen = await frame.contentWindow.axe.run(frame.contentDocument, { iframes: false });
  const dark = frame.contentWindow.matchMedia("(prefers-color-scheme: dark)").matches;
  found.push({ page, width, dark, passes: seen.passes.length, violations: seen.violations });
  frame.remove();
}
addEventListener("load", async () => {
  try {
    for (const page of pages) for (const width of WIDTHS) await look(page, width);
  } catch (error) { found.push({ error: String(error) }); }
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify(found);
  document.body.replaceChildren(told);
});
</script><body></body>
"""


def violations(
    pages: Mapping[str, str], styles: Mapping[str, str], profile: Path, *, dark: bool
) -> list[str]:
    """Return what axe-core finds wrong, as page, width, rule, place and reason."""
    with served(_server(pages, styles)) as url:
        command = [
            need("chromium"),
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *("--disable-background-networking", f"--user-data-dir={profile}"),
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            *("--virtual-time-budget=60000", "--dump-dom", url),
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=110, check=False
        )
    told = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told is not None, done.stderr[-2000:]
    looked = json.loads(html.unescape(told[1]))
    assert len(looked) == len(pages) * len(WIDTHS), looked[-1]
    assert {each["dark"] for each in looked} == {dark}
    return [line for each in looked for line in _lines(each)]


def _lines(looked: Mapping[str, Any]) -> Iterator[str]:
    assert looked["passes"] > 5  # it looked at the page, and not at nothing
    for each in looked["violations"]:
        for node in each["nodes"]:
            place = f"{looked['page']} at {looked['width']}: {each['id']}"
            yield f"{place}: {node['html'][:200]}: {node['failureSummary']}"


def _server(pages: Mapping[str, str], styles: Mapping[str, str]) -> Any:
    package = distribution("axe-playwright-python")
    axe = Path(str(package.locate_file("axe_playwright_python/axe.min.js")))
    fixed = HARNESS.replace("PAGES", json.dumps(list(pages)), 1)
    fixed = fixed.replace("WIDTHS", json.dumps(WIDTHS))

    def answer(request: Request) -> Reply:
        if request.path == "/axe.js":
            return Reply(axe.read_text(), kind="text/javascript; charset=utf-8")
        if request.path in styles:
            return Reply(styles[request.path], kind="text/css; charset=utf-8")
        name = request.path.removeprefix("/page/")
        text = pages.get(name, "") if name != request.path else fixed
        # pages forbid scripts, those of the test included
        text = re.sub(r"<meta http-equiv=[^>]*>", "", text)
        text = re.sub(r"<script src=[^>]*></script>", "", text)
        return Reply(text, kind="text/html; charset=utf-8")

    return answer
