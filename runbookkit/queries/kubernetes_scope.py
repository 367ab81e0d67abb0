"""Which kinds of Kubernetes live in a namespace, and which in the whole cluster."""

from __future__ import annotations

from typing import Final

from runbookkit.queries.shell_arguments import (
    KUBECTL,
    has_option,
    names,
    operands,
)
from runbookkit.queries.shell_commands import Command

NAMESPACED: Final = names(
    "all, alertmanager, alertmanagers, certificate, certificates, cert, certs, cm, "
    "configmap, configmaps, controllerrevision, controllerrevisions, cj, cronjob, "
    "cronjobs, csv, csvs, clusterserviceversion, clusterserviceversions, daemonset, "
    "daemonsets, datavolume, datavolumes, dc, deploymentconfig, deploymentconfigs, "
    "deploy, deployment, deployments, ds, dv, endpoints, endpointslice, "
    "endpointslices, ep, ev, event, events, horizontalpodautoscaler, "
    "horizontalpodautoscalers, hpa, ing, ingress, ingresses, installplan, "
    "installplans, ip, job, jobs, lease, leases, limitrange, limitranges, limits, "
    "machine, machines, machineset, machinesets, netpol, networkpolicies, "
    "networkpolicy, operatorgroup, operatorgroups, pdb, persistentvolumeclaim, "
    "persistentvolumeclaims, po, pod, poddisruptionbudget, poddisruptionbudgets, "
    "podmonitor, podmonitors, pods, prometheus, prometheuses, prometheusrule, "
    "prometheusrules, pvc, quota, rc, replicaset, replicasets, "
    "replicationcontroller, replicationcontrollers, resourcequota, resourcequotas, "
    "role, rolebinding, rolebindings, roles, route, routes, rs, sa, secret, secrets, "
    "service, serviceaccount, serviceaccounts, servicemonitor, servicemonitors, "
    "services, statefulset, statefulsets, sts, sub, subscription, subscriptions, "
    "svc, virtualmachine, virtualmachineinstance, virtualmachineinstances, "
    "virtualmachines, vm, vmi, vmim, vmis, vms, volumesnapshot, volumesnapshots"
)
"""Kinds known to live in a namespace."""

CLUSTER_SCOPED: Final = names(
    "apiservice, apiservices, certificatesigningrequest, certificatesigningrequests, "
    "clusterissuer, clusterissuers, clusteroperator, clusteroperators, clusterrole, "
    "clusterrolebinding, clusterrolebindings, clusterroles, clusterversion, "
    "clusterversions, co, componentstatus, componentstatuses, crd, crds, csidriver, "
    "csidrivers, csinode, csinodes, csr, customresourcedefinition, "
    "customresourcedefinitions, etcd, ingressclass, ingressclasses, machineconfig, "
    "machineconfigpool, machineconfigpools, machineconfigs, mc, mcp, "
    "mutatingwebhookconfiguration, mutatingwebhookconfigurations, namespace, "
    "namespaces, no, node, nodes, ns, persistentvolume, persistentvolumes, "
    "priorityclass, priorityclasses, project, projects, pv, runtimeclass, "
    "runtimeclasses, sc, scc, securitycontextconstraints, storageclass, "
    "storageclasses, validatingwebhookconfiguration, validatingwebhookconfigurations, "
    "volumeattachment, volumeattachments, volumesnapshotclass, volumesnapshotclasses, "
    "volumesnapshotcontent, volumesnapshotcontents"
)
"""Kinds known to belong to the whole cluster."""

REPLACED: Final = names(
    "certificatesigningrequest, certificatesigningrequests, csr, ev, event, events, "
    "lease, leases, po, pod, pods, replicaset, replicasets, rs"
)
"""Kinds whose objects come and go: another one takes the place of a deleted one."""

_POD_VERBS: Final = names("attach, exec, logs, port-forward, rsh")
_KIND_VERBS: Final = names(
    "annotate, autoscale, delete, describe, edit, expose, get, label, patch, scale, wait"
)
_NAMESPACE: Final = ("-n", "--namespace", "-A", "--all-namespaces")


def kinds(command: Command) -> tuple[str, ...]:
    """Return the kinds that a kubectl or oc command names, in lower case.

    >>> from runbookkit.queries.shell_commands import commands
    >>> kinds(commands("kubectl delete deploy/a svc/b -n shop")[0])
    ('deploy', 'svc')
    """
    words = list(operands(command))
    if command.name not in KUBECTL or not words:
        return ()
    verb = words.pop(0)
    if verb in {"create", "rollout", "set", "top"} and words:
        kind = verb in {"create", "top"}
        words = words[:1] if kind else words[1:]
    elif verb not in _KIND_VERBS:
        return ()
    if any("/" in word for word in words):
        found = [word.partition("/")[0] for word in words if "/" in word]
    else:
        found = [part for word in words[:1] for part in word.split(",")]
    # "deployments.v1.apps" and "deployments.apps" are deployments.
    return tuple(kind.lower().partition(".")[0] for kind in found)


def unscoped(command: Command) -> str:
    """Return why it is open which namespace a kubectl or oc command means.

    A kind that is not known is not judged. Whether an earlier command chose the
    namespace is for the caller to know: see :func:`chooses_namespace`.
    """
    words = operands(command)
    if command.name not in KUBECTL or not words:
        return ""
    if has_option(command, *_NAMESPACE, "--help", "-h", "--raw", "-f", "--filename"):
        return (
            ""
            if words[0] != "logs" or has_option(command, *_NAMESPACE)
            else _open(command, words[0])
        )
    if words[0] in _POD_VERBS:
        on_node = any(word.startswith(("no/", "node/", "nodes/")) for word in words)
        return "" if on_node else _open(command, words[0])
    found = kinds(command)
    known = set(found) <= NAMESPACED | CLUSTER_SCOPED
    scoped = next((kind for kind in found if kind in NAMESPACED), "")
    return _open(command, f"{words[0]} {scoped}") if known and scoped else ""


def _open(command: Command, what: str) -> str:
    return f"`{command.name} {what}` names no namespace"


def chooses_namespace(command: Command) -> bool:
    """Return whether later kubectl or oc commands act in a chosen namespace."""
    words = operands(command)
    if command.name in {"kubens", "kns"}:
        return bool(words)
    if command.name not in KUBECTL:
        return False
    if words[:2] == ("config", "set-context"):
        return has_option(command, "-n", "--namespace")
    return words[:1] == ("project",) and len(words) > 1
