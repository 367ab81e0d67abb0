"""Hosts for tests: network namespaces with an sshd each, on one kernel.

Their addresses exist inside the namespaces only. A bridge in a namespace of its
own stands between them, and `ssh` runs inside that one. The person's own ssh,
keys and network are left alone.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from servers import need, wait_for

_SBIN = ("/usr/sbin", "/sbin")


@dataclass(frozen=True)
class Hosts:
    """Some hosts, and how to get there."""

    names: tuple[str, ...]
    ssh_config: str
    environment: Mapping[str, str]
    """With an ``ssh`` that reaches the hosts."""
    user: str
    """Someone who may log in everywhere and is not root."""

    @contextmanager
    def cut_off(self, name: str) -> Iterator[None]:
        """Take a host from the network for a while."""
        plug = ["ip", "-n", _named(name), "link", "set", "eth0"]
        _run(*plug, "down")
        try:
            yield
        finally:
            _run(*plug, "up")


@contextmanager
def hosts(*names: str) -> Iterator[Hosts]:
    """Run an sshd in a namespace for each name; all is gone afterwards."""
    sshd, _ = need("sshd", *_SBIN), need("ip", *_SBIN)
    if os.geteuid() != 0:
        _cannot("only root may make network namespaces")
    with ExitStack() as stack:
        # not in pytest's own folder: sshd reads keys as whoever logs in
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o711)
        bridge = stack.enter_context(_namespace("bridge"))
        _in(bridge, "ip", "link", "add", "br0", "type", "bridge")
        _in(bridge, "ip", "address", "add", "10.213.0.1/24", "dev", "br0")
        _in(bridge, "ip", "link", "set", "br0", "up")
        user = stack.enter_context(_user())
        _keys(folder)
        addresses: dict[str, str] = {}
        for number, name in enumerate(names, 11):
            addresses[name] = f"10.213.0.{number}"
            namespace = stack.enter_context(_namespace(name))
            _plug(bridge, namespace, addresses[name], number)
            stack.enter_context(_sshd(sshd, namespace, folder, addresses[name]))
        yield Hosts(
            names, _ssh_config(folder, addresses), _with_ssh(folder, bridge), user
        )


def _run(*command: str) -> None:
    _said(*command)


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _in(namespace: str, *command: str) -> None:
    _run("ip", "netns", "exec", namespace, *command)


def _cannot(message: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def _named(name: str) -> str:
    return f"rb{os.getpid()}-{name}"


@contextmanager
def _namespace(name: str) -> Iterator[str]:
    namespace = _named(name)
    try:
        _run("ip", "netns", "add", namespace)
    except subprocess.CalledProcessError as error:
        _cannot(f"no network namespace can be made: {error.stderr}")
    try:
        _in(namespace, "ip", "link", "set", "lo", "up")
        yield namespace
    finally:
        # sessions whose connection died do not notice that their sshd is gone
        for pid in _said("ip", "netns", "pids", namespace).split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        _run("ip", "netns", "delete", namespace)


def _plug(bridge: str, namespace: str, address: str, number: int) -> None:
    """Lay a cable from a host to the bridge."""
    port = f"port{number}"
    pair = ["link", "add", port, "netns", bridge, "type", "veth"]
    _run("ip", *pair, "peer", "name", "eth0", "netns", namespace)
    _run("ip", "-n", bridge, "link", "set", port, "master", "br0", "up")
    _run("ip", "-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
    _run("ip", "-n", namespace, "link", "set", "eth0", "up")


@contextmanager
def _user() -> Iterator[str]:
    """Make somebody who may log in with a key and do little else."""
    name = f"rb{os.getpid()}"
    # a password that nothing matches: a locked account may not log in at all
    options = ["--no-create-home", "--shell", "/bin/sh", "--password", "*"]
    _run("useradd", *options, name)
    try:
        yield name
    finally:
        _run("userdel", name)


def _keys(folder: Path) -> None:
    for name in ("host", "person"):
        file = str(folder / name)
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file)
    (folder / "person.pub").chmod(0o644)


@contextmanager
def _sshd(sshd: str, namespace: str, folder: Path, address: str) -> Iterator[None]:
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # it refuses to run without
    pid_file = folder / f"{namespace}.pid"
    settings = {
        "ListenAddress": address,
        "HostKey": folder / "host",
        "PidFile": pid_file,
        "AuthorizedKeysFile": folder / "person.pub",
        "StrictModes": "no",
        "UsePAM": "no",
        "PasswordAuthentication": "no",
        "PermitRootLogin": "prohibit-password",
    }
    options = [
        word for each in settings.items() for word in ("-o", "{}={}".format(*each))
    ]
    # not `ip netns exec`: it mounts a new /sys, where tracefs is missing
    enter = ["nsenter", f"--net=/run/netns/{namespace}", sshd, "-D", "-f", "/dev/null"]
    with subprocess.Popen(
        [*enter, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(pid_file.exists)
            yield
        finally:
            process.terminate()


def _ssh_config(folder: Path, addresses: Mapping[str, str]) -> str:
    host_key = (folder / "host.pub").read_text()
    (folder / "known").write_text(
        "".join(f"{address} {host_key}" for address in addresses.values())
    )
    lines = [f"IdentityFile {folder}/person", f"UserKnownHostsFile {folder}/known"]
    for name, address in addresses.items():
        lines += [f"Host {name}", f"  HostName {address}"]
    (folder / "config").write_text("\n".join(lines) + "\n")
    return str(folder / "config")


def _with_ssh(folder: Path, bridge: str) -> dict[str, str]:
    ssh = need("ssh")
    enter = shlex.join(["nsenter", f"--net=/run/netns/{bridge}", ssh])
    (folder / "bin").mkdir()
    (folder / "bin/ssh").write_text(f'#!/bin/sh\nexec {enter} "$@"\n')
    (folder / "bin/ssh").chmod(0o755)
    return {"PATH": f"{folder}/bin:{os.environ['PATH']}"}
