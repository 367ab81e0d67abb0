"""Programs that runbooks call, so that a command can be told from words."""

from __future__ import annotations

import re
from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


POSIX: Final = _names(
    "awk basename bc cat chgrp chmod chown cksum cmp comm cp crontab cut date dd df "
    "diff dirname du echo ed egrep env expr false fgrep file find fold getconf "
    "gettext grep gunzip gzip head hostname id iconv join kill less ln locale logger "
    "ls mkdir mkfifo mktemp more mv nice nl nohup od paste patch pgrep pkill pr "
    "printf ps pwd readlink realpath rm rmdir sed seq sh bash sleep sort split stat "
    "stty sum sync tac tail tar tee test time timeout top touch tr true truncate tty "
    "umount uname uncompress uniq unlink unxz uptime vi w watch wc who whoami which "
    "xargs xz yes zcat zgrep zip unzip base64 md5sum sha1sum sha256sum column nproc "
    "free mount lsblk dmesg ip ss su zsh rev shuf cd export"
)
"""Programs that any machine with a shell has."""

PRIVILEGED: Final = _names(
    "ansible ansible-playbook aws az ceph consul doas etcdctl gcloud gitlab-rails "
    "gsutil knife mongo mongosh mysql nomad patronictl psql rabbitmqctl redis-cli "
    "rosa sqlplus ssh su sudo terraform tofu valkey-cli vault"
)
"""Programs that somebody must have been given access for."""

_OTHERS: Final = _names(
    "alertmanager chroot rados mtr amtool apt apt-cache apt-get argo argocd bpftrace bpftool calicoctl "
    "certbot chronyc cilium clickhouse-client clusterctl cmctl conntrack cqlsh crictl "
    "ctr curl date dig dnf docker docker-compose dpkg eksctl ethtool etcdutl flux "
    "fsck gh git gitlab-ctl gitlab-psql gitlab-rake go grpcurl helm helmfile hey host "
    "htop http influx iostat iotop iperf3 iptables istioctl jcmd jmap journalctl jq "
    "jstack k k6 k9s kafkacat kafka-configs.sh kafka-consumer-groups.sh "
    "kafka-topics.sh kcat kubeadm kubectl kustomize last linkerd logcli lokitool "
    "lsmod lsof ltrace lvs mariadb mc mimirtool minikube modprobe mpstat must-gather "
    "nc ncat netstat nft nodetool nslookup ntpq numactl oc omc omg openssl oslat "
    "perf pg_ctl pg_dump pg_isready pg_restore pidof ping ping6 pip podman promtool "
    "pvcreate pvesm pvs python python3 qm rbd reboot restic ros rpm rsync runbook "
    "sar scp service shutdown skopeo smartctl snap sqlite3 ssh-keygen step stern "
    "storcli strace supervisorctl sysctl systemctl tc tcpdump tctl telnet tempo-cli "
    "thanos timedatectl traceroute tracepath tsh ulimit useradd usermod velero "
    "vgs virsh virtctl vmstat vtctlclient wget xfs_repair yq yum zfs zpool "
    "subscription-manager update-ca-trust rosa ocm osdctl hcp kubens kubectx rmmod"
)

KNOWN: Final = POSIX | PRIVILEGED | _OTHERS
"""Programs by which a line is taken for a command."""

# names of programs that prose, tables and YAML use as words of their own
_WORDS: Final = _names(
    "at column comm date file find free go head host id join k last less mc more "
    "mount nice patch qm ros service snap sort split step su sum sync tail test time "
    "top true false w watch who yes which export"
)
_HEAD: Final = re.compile(
    r"\s*(?P<before>(?:(?:sudo|doas|time|nohup|env)\s+|[A-Za-z_]\w*=\S*\s+)*)"
    r"(?:/\S*/|\./)?(?P<tool>[A-Za-z][\w.+-]*)(?P<after>[ \t]+(?P<word>\S+)|[ \t]*$)",
    re.MULTILINE,
)
_SYNTAX: Final = re.compile(
    r"\s*(?:(?:export|local|declare)\s+)?[A-Za-z_]\w*=(?!=|\s)\S"
    r"|\s*for\s+\w+\s+in\s|\s*(?:while|until)\s+\S.*;|\s*if\s+(?:\[|!|\w+\s).*;"
    r"|\s*export\s+[A-Za-z_]\w*|\s*(?:cat|tee)\s+<<"
)
_SUBCOMMAND: Final = re.compile(r"-{1,2}[A-Za-z]|[A-Za-z0-9_./$<{\[\"'@~*!+:]")


def begins_command(line: str) -> bool:
    """Tell whether a line of text begins with a command.

    >>> begins_command("sudo systemctl status kubelet")
    True
    >>> begins_command("NAME   READY   STATUS")
    False
    """
    match = _HEAD.match(line)
    if match is not None and match["tool"] in KNOWN:
        word = match["word"] or ""
        if match["tool"] in _WORDS and not match["before"]:
            return word.startswith(("-", "/", "$", "<", ".")) and word != "-"
        return not word or bool(_SUBCOMMAND.match(word))
    return bool(_SYNTAX.match(line))


def is_command(text: str) -> bool:
    """Tell whether the text of a code span is a command with arguments.

    >>> is_command("kubectl get pods"), is_command("kubectl"), is_command("env var")
    (True, False, False)
    """
    match = _HEAD.match(text)
    return (
        match is not None
        and match["word"] is not None
        and match["tool"] not in _NOT_INLINE
        and begins_command(text)
    )


_NOT_INLINE: Final = _names("cd echo env export test true false")
