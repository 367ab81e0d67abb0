"""Files to measure on: real ones where they are, generated ones otherwise."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

_HEADINGS = ("Meaning", "Impact", "Diagnosis", "Mitigation")
_WORDS = [
    "pod",
    "node",
    "queue",
    "request",
    "latency",
    "error",
    "disk",
    "memory",
    "restart",
    "replica",
    "shard",
    "tenant",
    "ingester",
    "query",
    "alert",
    "service",
    "deploy",
    "rollout",
    "config",
    "certificate",
    "volume",
    "network",
]
_COMMANDS = (
    "kubectl -n {ns} get pods -l app={app}",
    "kubectl -n {ns} logs deploy/{app} --tail=100 | grep -i error",
    "kubectl -n {ns} describe pod -l app={app}",
    "curl -s http://{app}.{ns}.svc:8080/metrics | grep {app}_errors_total",
)


def generate(folder: Path, count: int, seed: int) -> None:
    """Write ``count`` documents shaped like public runbooks, about 2 KB each."""
    pick = random.Random(seed)
    for number in range(count):
        below = folder / f"team-{number // 100:03d}"
        below.mkdir(parents=True, exist_ok=True)
        name = f"Alert{number:05d}Firing"
        (below / f"{name}.md").write_text(_document(name, pick), encoding="utf-8")


def _document(name: str, pick: random.Random) -> str:
    app, ns = pick.choice(_WORDS), pick.choice(_WORDS)
    parts = [f"# {name}\n"]
    for heading in _HEADINGS:
        parts.append(f"\n## {heading}\n")
        for _ in range(pick.randint(1, 3)):
            words = [pick.choice(_WORDS) for _ in range(pick.randint(20, 60))]
            parts.append("\n" + " ".join(words).capitalize() + ".\n")
        if heading in {"Diagnosis", "Mitigation"}:
            for item in range(pick.randint(1, 3)):
                command = pick.choice(_COMMANDS).format(ns=ns, app=app)
                parts.append(
                    f"\n{item + 1}. Look at `{app}`:\n\n   ```bash\n   $ {command}\n   ```\n"
                )
        parts.append(
            f"\nSee [the dashboard](https://example.com/{app}) and [meaning](#meaning).\n"
        )
    return "".join(parts)


def prepare(folder: Path, corpora: Sequence[Path], copies: int, seed: int) -> int:
    """Fill a folder with the corpus, ``copies`` times; return the number of files."""
    for copy in range(copies):
        target = folder / f"copy-{copy}"
        if corpora:
            for corpus in corpora:
                for file in sorted(corpus.rglob("*.md")):
                    place = target / corpus.name / file.relative_to(corpus)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, place)
        else:
            generate(target, 395, seed)
    return sum(1 for _ in folder.rglob("*.md"))
