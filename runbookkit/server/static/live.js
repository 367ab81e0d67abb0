// Put the page's news in its place: what it shows is always rendered by the server.
"use strict";
const main = document.querySelector("main[data-live]");
let due = false;

async function renew() {
  due = false;
  const typing = main.contains(document.activeElement) &&
    document.activeElement.tagName === "INPUT" && document.activeElement.value;
  if (typing) return;
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = [...main.querySelectorAll("details")].map((each) => each.open);
  main.replaceChildren(...page.querySelector("main").childNodes);
  main.querySelectorAll("details").forEach((each, i) => { each.open = open[i] ?? each.open; });
}

if (main) {
  new EventSource(main.dataset.live).onmessage = () => {
    if (!due) { due = true; setTimeout(renew, 500); }
  };
}
