"""Which verbs of which tool change something, destroy it, or can be tried first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from runbookkit.queries.shell_arguments import names


class Verbs(NamedTuple):
    """What a tool acts on, and the verbs that change it."""

    target: str
    verbs: frozenset[str]


_KUBERNETES: Final = Verbs(
    "the cluster",
    names(
        "annotate, apply, autoscale, certificate approve, certificate deny, cordon, "
        "create, delete, drain, edit, expose, label, patch, replace, run, scale, set, "
        "taint, uncordon, rollout restart, rollout undo, rollout pause, "
        "rollout resume, rollout latest, rollout cancel, rollout retry, "
        "adm drain, adm cordon, adm uncordon, adm taint, adm upgrade, adm prune, "
        "adm certificate approve, adm certificate deny, adm migrate, "
        "adm reboot-machine-config-pool, adm restart-kubelet, adm copy-to-node, "
        "adm policy add-role-to-user, adm policy add-role-to-group, "
        "adm policy add-cluster-role-to-user, adm policy add-cluster-role-to-group, "
        "adm policy add-scc-to-user, adm policy add-scc-to-group, "
        "adm policy remove-role-from-user, adm policy remove-cluster-role-from-user, "
        "policy add-role-to-user, policy remove-role-from-user, new-app, new-project, "
        "start-build, cancel-build, rollback, tag, import-image, idle"
    ),
)
_CONTAINERS: Final = Verbs(
    "containers",
    names(
        "kill, pause, unpause, restart, rm, rmi, start, stop, update, rename, rmp, "
        "stopp, runp, container rm, container stop, container kill, container prune, "
        "container restart, container start, volume rm, volume prune, volume create, "
        "network rm, network prune, network create, network connect, "
        "network disconnect, image rm, image prune, system prune, service update, "
        "service scale, service rm, service rollback, stack deploy, stack rm, "
        "node update, node rm, node promote, node demote, swarm leave, builder prune, "
        "compose up, compose down, compose restart, compose stop, compose start, "
        "compose rm, compose kill, compose pause, compose unpause, pod rm, pod stop, "
        "pod kill, pod restart"
    ),
)
_TERRAFORM: Final = Verbs(
    "infrastructure",
    names(
        "apply, destroy, import, taint, untaint, force-unlock, state rm, state mv, "
        "state push, workspace delete, run-all apply, run-all destroy"
    ),
)
_PACKAGES: Final = Verbs(
    "installed packages",
    names(
        "install, reinstall, remove, purge, upgrade, dist-upgrade, full-upgrade, "
        "downgrade, autoremove, erase, update, add, del, refresh"
    ),
)
_RULES: Final = Verbs(
    "rules or alert routing",
    names(
        "rules load, rules sync, rules delete, alertmanager load, alertmanager delete"
    ),
)

CHANGING: Final[Mapping[str, Verbs]] = {
    **dict.fromkeys(("k", "kubectl", "oc"), _KUBERNETES),
    **dict.fromkeys(("crictl", "docker", "nerdctl", "podman"), _CONTAINERS),
    **dict.fromkeys(("terraform", "terragrunt", "tofu"), _TERRAFORM),
    **dict.fromkeys(("dnf", "snap", "yum", "zypper"), _PACKAGES),
    **dict.fromkeys(
        ("apk", "apt", "apt-get"),
        # `apt update` only reads the lists.
        Verbs(_PACKAGES.target, _PACKAGES.verbs - {"update"}),
    ),
    **dict.fromkeys(("cortextool", "lokitool", "mimirtool"), _RULES),
    "amtool": Verbs(
        "silences", names("silence add, silence expire, silence update, silence import")
    ),
    "argo": Verbs(
        "workflows", names("submit, stop, terminate, delete, retry, resume, suspend")
    ),
    "argocd": Verbs(
        "an application",
        names(
            "app create, app delete, app patch, app rollback, app set, app sync, "
            "app terminate-op, app unset"
        ),
    ),
    "ceph": Verbs(
        "the storage cluster",
        names(
            "osd out, osd in, osd down, osd rm, osd purge, osd destroy, osd set, "
            "osd unset, osd reweight, osd reweight-by-utilization, osd crush, "
            "osd primary-affinity, osd repair, osd pool set, osd pool create, "
            "osd pool delete, osd pool rm, osd pool rename, osd blocklist add, "
            "osd blocklist rm, osd set-full-ratio, osd set-nearfull-ratio, "
            "osd set-backfillfull-ratio, config set, config rm, mon add, mon remove, "
            "mon rm, mgr fail, mgr module enable, mgr module disable, mds fail, "
            "fs set, fs rm, fs new, fs fail, fs reset, auth add, auth del, auth caps, "
            "auth rm, pg repair, pg scrub, pg deep-scrub, health mute, health unmute, "
            "crash archive, crash archive-all, crash rm, orch restart, orch redeploy, "
            "orch rm, orch daemon restart, orch daemon rm, orch osd rm"
        ),
    ),
    "consul": Verbs(
        "the cluster",
        names(
            "kv put, kv delete, leave, force-leave, maint, reload, "
            "operator raft remove-peer, snapshot restore, services register, "
            "services deregister"
        ),
    ),
    "docker-compose": Verbs(
        "containers",
        names("up, down, restart, stop, start, rm, kill, pause, unpause"),
    ),
    "eksctl": Verbs(
        "the cluster", names("create, delete, scale, upgrade, drain, set, unset")
    ),
    "etcdctl": Verbs(
        "etcd",
        names(
            "put, del, txn, defrag, compact, compaction, member add, member remove, "
            "member update, member promote, alarm disarm, auth enable, auth disable, "
            "user add, user delete, user passwd, user grant-role, user revoke-role, "
            "role add, role delete, role grant-permission, role revoke-permission, "
            "lease grant, lease revoke, move-leader, snapshot restore, make-mirror"
        ),
    ),
    "flux": Verbs(
        "the cluster",
        names("suspend, resume, reconcile, delete, create, uninstall, bootstrap"),
    ),
    "gh": Verbs(
        "a repository",
        names(
            "pr merge, workflow run, workflow enable, workflow disable, run rerun, "
            "run cancel, release create, release delete, repo delete, secret set"
        ),
    ),
    "git": Verbs("a shared repository", names("push")),
    "gitlab-ctl": Verbs(
        "a service",
        names(
            "start, stop, restart, once, hup, term, int, kill, graceful-kill, "
            "reconfigure, cleanse, upgrade, remove-accounts, promote, "
            "deploy-page up, deploy-page down"
        ),
    ),
    "helm": Verbs("a release", names("install, upgrade, rollback, uninstall, delete")),
    "helmfile": Verbs("releases", names("apply, sync, destroy, delete")),
    "ip": Verbs(
        "the network of the host",
        names(
            "link set, link add, link del, link delete, addr add, addr del, "
            "addr flush, address add, address del, route add, route del, "
            "route delete, route replace, route flush, route change, neigh flush, "
            "neigh del, neigh add, neigh replace, rule add, rule del"
        ),
    ),
    "kubeadm": Verbs(
        "the cluster",
        names("init, join, reset, upgrade apply, upgrade node, certs renew"),
    ),
    "linstor": Verbs("storage", names("node lost, resource delete, volume delete")),
    "nft": Verbs(
        "the firewall", names("add, create, delete, destroy, flush, insert, replace")
    ),
    "nodetool": Verbs(
        "the database",
        names(
            "assassinate, cleanup, clearsnapshot, compact, decommission, "
            "disableautocompaction, disablebinary, disablegossip, drain, "
            "enableautocompaction, enablebinary, enablegossip, flush, "
            "garbagecollect, invalidatekeycache, join, move, rebuild, refresh, "
            "removenode, repair, resetlocalschema, scrub, setcompactionthroughput, "
            "setstreamthroughput, settraceprobability, snapshot, stop, stopdaemon, "
            "truncatehints, upgradesstables"
        ),
    ),
    "nomad": Verbs(
        "jobs or nodes",
        names(
            "run, stop, job run, job stop, job restart, job scale, job revert, "
            "job dispatch, alloc stop, alloc restart, alloc signal, node drain, "
            "node eligibility, system gc, deployment fail, deployment promote, "
            "operator raft remove-peer"
        ),
    ),
    "odf": Verbs("storage", names("set, cephfs-snap delete, subvolume delete")),
    "patronictl": Verbs(
        "the database cluster",
        names(
            "restart, reload, switchover, failover, reinit, pause, resume, "
            "edit-config, remove, flush"
        ),
    ),
    "pg_ctl": Verbs(
        "the database", names("start, stop, restart, reload, promote, kill, initdb")
    ),
    "pulumi": Verbs("infrastructure", names("up, update, destroy, import, cancel")),
    "rabbitmqctl": Verbs(
        "the broker",
        names(
            "add_user, add_vhost, change_password, clear_permissions, clear_policy, "
            "close_all_connections, close_connection, delete_queue, delete_user, "
            "delete_vhost, force_boot, force_reset, forget_cluster_node, "
            "join_cluster, purge_queue, reset, restart_vhost, rotate_logs, "
            "set_permissions, set_policy, set_user_tags, set_vm_memory_high_watermark, "
            "start_app, stop, stop_app, sync_queue"
        ),
    ),
    "rbd": Verbs(
        "an image",
        names(
            "rm, remove, resize, create, flatten, map, unmap, rename, snap rm, "
            "snap create, snap purge, snap rollback, trash mv, trash move, trash rm, "
            "trash purge, lock rm, lock remove, mirror image promote, "
            "mirror image demote, mirror pool promote, mirror pool demote"
        ),
    ),
    "rpm-ostree": Verbs(
        _PACKAGES.target,
        names("install, uninstall, rebase, rollback, upgrade, deploy, override, reset"),
    ),
    "supervisorctl": Verbs(
        "a service",
        names("start, stop, restart, reload, update, shutdown, signal, add, remove"),
    ),
    "systemctl": Verbs(
        "a service",
        names(
            "start, stop, restart, try-restart, reload, reload-or-restart, kill, "
            "enable, disable, reenable, mask, unmask, daemon-reload, daemon-reexec, "
            "isolate, set-property, set-default, reset-failed, revert, edit, reboot, "
            "poweroff, halt, kexec, rescue, emergency, suspend, freeze, thaw"
        ),
    ),
    "vault": Verbs(
        "vault",
        names(
            "write, delete, kv put, kv patch, kv delete, kv destroy, kv undelete, "
            "kv rollback, kv metadata delete, secrets enable, secrets disable, "
            "secrets tune, secrets move, auth enable, auth disable, policy write, "
            "policy delete, operator step-down, operator seal, operator init, "
            "operator unseal, operator rekey, operator rotate, lease revoke, "
            "operator raft remove-peer, operator raft snapshot restore, token revoke"
        ),
    ),
    "velero": Verbs(
        "backups",
        names(
            "backup create, backup delete, restore create, restore delete, "
            "schedule create, schedule delete, schedule pause"
        ),
    ),
    "virtctl": Verbs(
        "a virtual machine",
        names(
            "start, stop, restart, reset, soft-reboot, pause, unpause, migrate, "
            "migrate-cancel, addvolume, removevolume, image-upload, memory-dump"
        ),
    ),
    "zfs": Verbs(
        "a file system",
        names(
            "create, destroy, rename, rollback, set, promote, receive, mount, unmount"
        ),
    ),
    "zpool": Verbs(
        "a storage pool",
        names(
            "add, attach, clear, create, destroy, detach, export, import, offline, "
            "online, remove, replace, scrub, set, split, upgrade"
        ),
    ),
}
"""Tools whose verbs say whether they change something."""

DESTROYING: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(
        ("crictl", "docker", "nerdctl", "podman"),
        names("volume rm, volume prune, system prune, swarm leave, stack rm"),
    ),
    **dict.fromkeys(
        ("terraform", "terragrunt", "tofu"),
        names("destroy, state rm, workspace delete, run-all destroy"),
    ),
    "argocd": names("app delete"),
    "ceph": names(
        "osd purge, osd destroy, osd rm, osd pool delete, osd pool rm, fs rm, mon rm, "
        "mon remove, auth del, auth rm, fs reset"
    ),
    "consul": names("kv delete, operator raft remove-peer"),
    "eksctl": names("delete"),
    "etcdctl": names("del, member remove, user delete, role delete, lease revoke"),
    "flux": names("delete, uninstall"),
    "gh": names("release delete, repo delete"),
    "helm": names("uninstall, delete"),
    "helmfile": names("destroy, delete"),
    "kubeadm": names("reset"),
    "nodetool": names("assassinate, clearsnapshot, decommission, removenode"),
    "nomad": names("operator raft remove-peer"),
    "patronictl": names("reinit, remove"),
    "pulumi": names("destroy"),
    "rabbitmqctl": names(
        "delete_queue, delete_user, delete_vhost, force_reset, forget_cluster_node, "
        "purge_queue, reset"
    ),
    "rbd": names(
        "rm, remove, snap rm, snap purge, snap rollback, trash rm, trash purge"
    ),
    "vault": names(
        "delete, kv destroy, kv metadata delete, secrets disable, auth disable, "
        "policy delete, operator raft remove-peer"
    ),
    "velero": names("backup delete, restore delete, schedule delete"),
    "zfs": names("destroy, rollback"),
    "zpool": names("destroy, labelclear"),
}
"""Verbs that cannot be undone."""

_PLANS: Final = {"apply": "plan", "destroy": "plan -destroy"}

TRIALS: Final[Mapping[str, Mapping[str, str]]] = {
    **dict.fromkeys(
        ("k", "kubectl", "oc"),
        dict.fromkeys(
            names(
                "annotate, apply, autoscale, cordon, create, delete, drain, expose, "
                "label, patch, replace, run, scale, set, taint, uncordon, "
                "rollout undo, adm drain, adm cordon, adm uncordon, adm taint"
            ),
            "--dry-run=server",
        ),
    ),
    "terraform": _PLANS,
    "terragrunt": _PLANS,
    "tofu": _PLANS,
    **dict.fromkeys(
        ("apt", "apt-get"),
        dict.fromkeys(
            names("install, remove, purge, upgrade, dist-upgrade, autoremove"),
            "--simulate",
        ),
    ),
    "argocd": {"app sync": "--dry-run"},
    "git": {"push": "--dry-run"},
    "helm": dict.fromkeys(names("install, upgrade, rollback, uninstall"), "--dry-run"),
    "helmfile": {"apply": "diff", "sync": "diff"},
    "kubeadm": {"upgrade apply": "--dry-run", "reset": "--dry-run"},
    "pulumi": {"up": "preview", "destroy": "preview"},
}
"""How a tool shows what a verb would do."""
