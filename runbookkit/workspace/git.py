"""What a branch changed, as git tells it."""

from __future__ import annotations

import os
import subprocess

from runbookkit.errors import CouldNotCheckError

_SECONDS = 60


def changed_files(base: str, folder: str = ".") -> frozenset[str]:
    """Return the files that differ from the merge base with ``base``.

    Uncommitted and untracked files count. Paths are relative to ``folder``.
    An empty ``base`` means the default branch of ``origin``, else ``main`` or
    ``master``, whichever is there.

    Raises:
        CouldNotCheckError: This is no git work tree, or the base is unknown.
    """
    top = _git(folder, "rev-parse", "--show-toplevel").strip()
    against = _git(folder, "merge-base", base or _default_base(folder), "HEAD").strip()
    listed = _git(folder, "diff", "--name-only", "-z", "--diff-filter=d", against)
    listed += _git(
        folder, "ls-files", "-z", "--others", "--exclude-standard", "--full-name"
    )
    here = os.path.realpath(folder)
    paths = (os.path.join(top, name) for name in listed.split("\0") if name)  # noqa: PTH118
    return frozenset(os.path.relpath(path, here).replace(os.sep, "/") for path in paths)


def _default_base(folder: str) -> str:
    for name in ("origin/HEAD", "origin/main", "origin/master", "main", "master"):
        try:
            _git(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except CouldNotCheckError:
            continue
        return name
    raise CouldNotCheckError(
        "git: no branch to compare with; name one: --changed --base REF"
    )


def _git(folder: str, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  fixed program, no shell
            ["git", "-C", folder, *arguments],  # noqa: S607  the user's own git
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise CouldNotCheckError("git is not installed; leave out --changed") from None
    except subprocess.TimeoutExpired:
        raise CouldNotCheckError(f"git took more than {_SECONDS} s") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        hint = said[-1] if said else f"git {arguments[0]} failed"
        raise CouldNotCheckError(f"git: {hint}")
    return done.stdout.decode("utf-8", "surrogateescape")
