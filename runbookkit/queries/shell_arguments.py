"""Options and operands of a command, told apart by what each tool takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from runbookkit.queries.shell_commands import Command

KUBECTL: Final = frozenset({"k", "kubectl", "oc"})


def names(text: str) -> frozenset[str]:
    """Return the names of a list that is written with commas between them."""
    return frozenset(name.strip() for name in text.split(",") if name.strip())


_KUBECTL_VALUES: Final = names(
    "-n, --namespace, -c, --container, -l, --selector, -o, --output, -f, --filename, "
    "-k, --kustomize, -L, --label-columns, -p, --patch, --patch-file, --type, "
    "-s, --server, --context, --cluster, --user, --kubeconfig, --token, --as, "
    "--as-group, --certificate-authority, --client-certificate, --client-key, "
    "--cache-dir, --request-timeout, --field-selector, --sort-by, --since, "
    "--since-time, --tail, --limit-bytes, --timeout, --for, --replicas, "
    "--current-replicas, --resource-version, --image, --grace-period, --from-file, "
    "--from-literal, --from-env-file, --from, --to-revision, --revision, --template, "
    "--subresource, --max-log-requests, --pod-running-timeout, --overrides, --port, "
    "--target-port, --protocol, --name, --min, --max, --cpu-percent, --address, "
    "--chunk-size, --field-manager, --target, --profile, --pod-selector, --restart, "
    "-e, --env, -v, --v, --raw, --dest-dir, --source-dir, --role, --node-name, --role"
)
_VALUES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(KUBECTL, _KUBECTL_VALUES),
    **dict.fromkeys(
        ("docker", "podman", "nerdctl", "crictl"),
        names(
            "-H, --host, -c, --context, --config, --name, -e, --env, -v, --volume, "
            "-u, --user, -w, --workdir, -f, --file, --filter, --format, -n, --tail, "
            "--since, --until, -p, --publish, --network, --entrypoint, -t, --time, "
            "-s, --signal, --env-file, -r, --runtime-endpoint"
        ),
    ),
    "docker-compose": names("-f, --file, -p, --project-name, --tail, --env-file"),
    "helm": names(
        "-n, --namespace, -f, --values, --set, --set-string, --version, --timeout, "
        "--kube-context, --kubeconfig, --history-max, --description, -o, --output"
    ),
    "systemctl": names(
        "-H, --host, -M, --machine, -t, --type, -p, --property, -s, --signal, "
        "--state, -n, --lines, -o, --output, --root, --job-mode, --kill-who"
    ),
    "etcdctl": names(
        "--endpoints, --cacert, --cert, --key, --user, --password, -w, --write-out, "
        "--command-timeout, --dial-timeout, --keepalive-time, --data-dir, --name"
    ),
    "redis-cli": names(
        "-h, -p, -s, -a, --user, --pass, -u, -r, -i, -n, -d, -D, -t, -X, --cacert, "
        "--cacertdir, --cert, --key, --sni, --tls-ciphers, --count, --pattern, -3, -2"
    )
    - {"-3", "-2"},
    "aws": names(
        "--region, --profile, --output, --query, --endpoint-url, --cli-input-json, "
        "--filters, --filter, --max-items, --page-size, --ca-bundle, --color"
    ),
    "gcloud": names("--project, --zone, --region, --account, --format, --filter"),
    "az": names("-g, --resource-group, -n, --name, -o, --output, --query, --ids, -s"),
    "amtool": names(
        "--alertmanager.url, --config.file, -o, --output, --timeout, -a, --author, "
        "-d, --duration, -c, --comment, --start, --end, --id"
    ),
    "journalctl": names(
        "-u, --unit, -n, --lines, -o, --output, -S, --since, -U, --until, -p, "
        "--priority, -t, --identifier, -g, --grep, -D, --directory, -M, --machine"
    ),
    "tail": names("-n, --lines, -c, --bytes, -s, --sleep-interval, --pid"),
    "ping": names("-c, -i, -I, -s, -w, -W, -t, -Q, -p, -m, -l, -S"),
    "tcpdump": names("-c, -i, -w, -r, -s, -W, -C, -G, -B, -F, -T, -y, -Z, -z, -j, -E"),
    "top": names("-n, -d, -p, -u, -U, -o, -w, -E"),
    "psql": names(
        "-c, --command, -d, --dbname, -f, --file, -h, --host, -p, --port, -U, "
        "--username, -v, --set, -o, --output, -P, --pset, -F, -R, -T, -L"
    ),
    **dict.fromkeys(
        ("mysql", "mariadb"),
        names(
            "-h, --host, -u, --user, -P, --port, -D, --database, -e, --execute, -S, "
            "--socket, --defaults-file"
        ),
    ),
    "curl": names(
        "-X, --request, -d, --data, --data-raw, --data-binary, --data-urlencode, "
        "--data-ascii, --json, -F, --form, -H, --header, -o, --output, -u, --user, "
        "-T, --upload-file, -m, --max-time, --connect-timeout, -x, --proxy, -A, "
        "--user-agent, -b, --cookie, -c, --cookie-jar, -e, --referer, -E, --cert, "
        "--key, --cacert, --capath, -w, --write-out, --resolve, --connect-to, "
        "--retry, --retry-delay, -K, --config, -r, --range, -U, --url, "
        "--unix-socket, --interface, -D, --dump-header, --ciphers, -t, -Y, -y, -z"
    ),
    "wget": names(
        "-O, --output-document, -o, -a, -P, -T, --timeout, -t, --tries, -U, --header, "
        "--method, --body-data, --body-file, --post-data, --post-file, -e, -i"
    ),
    "ssh": frozenset(f"-{letter}" for letter in "BbcDEeFIiJLlmOopQRSWw"),
    "kill": names("-s, --signal, -n"),
    "git": names("-C, -c, --git-dir, --work-tree, -o, --push-option"),
    "patronictl": names("-c, --config-file, -d, --dcs-url, -k, --group"),
    "rabbitmqctl": names("-n, --node, -p, --vhost, -t, --timeout"),
    **dict.fromkeys(
        ("argo", "argocd", "flux", "velero"),
        names("-n, --namespace, --context, --kubeconfig, -o, --output, --server"),
    ),
    "virtctl": names("-n, --namespace, --context, --kubeconfig"),
    "ceph": names("-n, --name, -c, --conf, -k, --keyring, --cluster, -f, --format"),
}


class Option(NamedTuple):
    """One option as it was given; a value may stand in the same word or the next."""

    name: str
    value: str | None


def _values(name: str, words: tuple[str, ...]) -> frozenset[str]:
    values = _VALUES.get(name, frozenset())
    if name in KUBECTL:
        # `logs -f -p` follows the previous container; elsewhere -f names a file.
        if "logs" in words[1:]:
            values -= {"-f", "-p"}
        elif "patch" not in words[1:]:
            values -= {"-p"}
    return values


class _Parts(NamedTuple):
    operands: tuple[str, ...]
    options: tuple[Option, ...]


@lru_cache(maxsize=256)
def _parts(name: str, words: tuple[str, ...]) -> _Parts:
    parts = tuple(_split(name, words))
    return _Parts(
        tuple(each for each in parts if isinstance(each, str)),
        tuple(each for each in parts if isinstance(each, Option)),
    )


def _split(name: str, all_words: tuple[str, ...]) -> Iterator[Option | str]:
    values = _values(name, all_words)
    words = iter(all_words[1:])
    for word in words:
        if word == "--":
            # What follows belongs to another command where kubectl takes one.
            if name not in KUBECTL:
                yield from words
            return
        if word.startswith("--"):
            option, equals, value = word.partition("=")
            if equals:
                yield Option(option, value)
            else:
                yield Option(option, next(words, None) if option in values else None)
        elif word.startswith("-") and word != "-":
            yield from _short(word, values, words)
        else:
            yield word


def _short(word: str, values: frozenset[str], words: Iterator[str]) -> Iterator[Option]:
    """Yield each letter of ``-it``, up to one that takes the rest as its value."""
    yield Option(word, None)  # tools such as find and terraform: -auto-approve
    for place, letter in enumerate(word[1:], 1):
        if f"-{letter}" in values:
            rest = word[place + 1 :].removeprefix("=")
            yield Option(f"-{letter}", rest or next(words, None))
            return
        if letter == "=":
            return
        if len(word) > 2:
            yield Option(f"-{letter}", None)


def operands(command: Command) -> tuple[str, ...]:
    """Return the words that are neither options nor their values.

    >>> from runbookkit.queries.shell_commands import commands
    >>> operands(commands("kubectl -n shop delete pod/a --now")[0])
    ('delete', 'pod/a')
    """
    return _parts(command.name, command.words).operands


def has_option(command: Command, *options: str) -> bool:
    """Return whether one of the options is given and not switched off."""
    return any(
        each.name in options and each.value not in {"false", "no"}
        for each in _parts(command.name, command.words).options
    )


def option_values(command: Command, *options: str) -> tuple[str, ...]:
    """Return the values that the options are given, in order."""
    return tuple(
        each.value
        for each in _parts(command.name, command.words).options
        if each.name in options and each.value is not None
    )


def verb(command: Command, verbs: Collection[str]) -> str:
    """Return the longest of ``verbs`` that the operands begin with, or ``""``."""
    words = operands(command)
    for length in (3, 2, 1):
        candidate = " ".join(words[:length])
        if len(words) >= length and candidate in verbs:
            return candidate
    return ""
