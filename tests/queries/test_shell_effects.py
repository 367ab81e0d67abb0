from __future__ import annotations

from collections.abc import Callable

import pytest

from runbookkit.queries.shell_commands import Command, commands
from runbookkit.queries.shell_effects import (
    changes,
    chooses_namespace,
    destroys,
    has_dry_run,
    remote_script,
    silences_without_expiry,
    tool_names,
    unscoped,
)


def reasons(judge: Callable[[Command], str], text: str) -> list[str]:
    return [reason for command in commands(text) if (reason := judge(command))]


CHANGING = """
kubectl apply -f a.yaml
kubectl -n shop delete pod a
kubectl --context=prod --namespace shop scale deploy/a --replicas=0
oc patch mcp worker --type=merge -p '{"spec":{"paused":true}}'
oc adm drain node-1
oc adm upgrade --to-latest
oc adm prune images --confirm
kubectl rollout restart deploy/a
kubectl rollout undo deploy/a
kubectl set image deploy/a a=b
kubectl set env deploy/a A=1
kubectl annotate pod a b=c
kubectl apply --dry-run=none -f a.yaml
kubectl cp file shop/a:/tmp/file
kubectl create configmap a --from-file=b
cat a.yaml | kubectl replace -f -
kubectl get pods -o name | xargs kubectl delete
kubectl exec a -- rm -rf /data/x
ssh db 'sudo systemctl restart postgresql'
helm upgrade a b
helm -n shop rollback a 3
sudo systemctl restart nginx
systemctl --user stop a
service nginx restart
rm file
rm -rf /var/lib/data
mv a b
dd if=/dev/zero of=/dev/sda
mkfs.ext4 /dev/sdb
sudo kill -9 123
pkill nginx
reboot
shutdown -r now
terraform apply
terraform destroy -auto-approve
tofu state rm a
psql -c 'DELETE FROM a WHERE b'
psql -h db -U me shop -c "update a set b = 1"
psql -c "select pg_terminate_backend(1)"
psql -c 'WITH x AS (DELETE FROM a RETURNING *) SELECT 1'
psql -c 'EXPLAIN ANALYZE DELETE FROM a'
mysql -e 'SET GLOBAL read_only = 1'
mysql shop -e "drop table a"
psql <<< 'VACUUM FULL a'
sqlite3 a.db 'insert into b values (1)'
redis-cli del a
redis-cli -h db -p 6379 FLUSHALL
redis-cli config set maxmemory 1gb
etcdctl del /a
ETCDCTL_API=3 etcdctl --endpoints=a defrag
etcdctl member remove 123
aws ec2 terminate-instances --instance-ids i-1
aws --region eu-west-1 autoscaling set-desired-capacity --desired-capacity 3
aws s3 rm s3://a/b
aws s3 cp file s3://a/b
gcloud compute instances delete a
gcloud sql instances restart a
gcloud storage cp file gs://a/b
gsutil rm gs://a/b
gsutil cp file gs://a/b
az vm restart -g a -n b
docker rm -f a
docker compose up -d
docker-compose restart web
podman stop a
git push origin main
curl -X POST http://a/-/reload
curl -XDELETE http://a/b
curl -d a=b http://a/b
curl --json '{}' http://a/b
curl -T file http://a/b
wget --post-data=a=b http://a/b
http POST a/b c=d
http PUT a/b
amtool silence add alertname=a -d 1h
amtool silence expire 123
sed -i s/a/b/ /etc/app.conf
echo 1 > /proc/sys/vm/drop_caches
echo 1 | sudo tee /sys/block/sda/queue/x
sysctl -w vm.swappiness=1
iptables -A INPUT -j DROP
tc qdisc add dev eth0 root netem delay 1ms
ip link set eth0 down
crontab -r
find /var/log -name '*.gz' -delete
find . -name a -exec rm {} \\;
kafka-topics.sh --delete --topic a
kafka-consumer-groups --reset-offsets --execute --group a
nodetool repair
ceph osd out 3
virtctl restart vm
argocd app sync a
vault kv put a b=c
rabbitmqctl purge_queue a
patronictl -c a.yml switchover
apt-get install -y x
yum remove x
ansible-playbook site.yml
mount /dev/sdb1 /mnt
journalctl --vacuum-size=1G
nginx -s reload
pg_ctl promote
""".strip().splitlines()

READING = """
kubectl get pods
kubectl -n delete get pods
kubectl describe deploy/delete
kubectl logs -f a
kubectl apply --dry-run=server -f a.yaml
kubectl delete pod a --dry-run=client
kubectl rollout status deploy/a
kubectl rollout history deploy/a
kubectl create token prometheus
kubectl set env deploy/a --list
kubectl exec a -- ls /data
kubectl cp shop/a:/tmp/file file
kubectl diff -f a.yaml
kubectl config use-context prod
oc adm upgrade
oc adm prune images
oc adm must-gather
oc adm top nodes
oc adm node-logs --role=master
oc debug node/a -- chroot /host journalctl -u kubelet
helm list
helm upgrade --dry-run a b
helm get values a
systemctl status nginx
systemctl list-units --state=failed
service nginx status
rm -f /tmp/dump.txt
rm -rf "$TMPDIR/x"
kill -0 123
kill -l
dd if=/dev/sda of=/dev/null
terraform plan
terraform state list
psql -c 'select * from a'
psql -c "select 'drop table a'"
psql -c 'SELECT update FROM a -- DELETE FROM a'
psql -c 'EXPLAIN DELETE FROM a'
sqlite3 a.db 'select 1'
psql -l
psql -f report.sql
mysql -e 'show processlist'
redis-cli info
redis-cli -h del get a
redis-cli config get maxmemory
redis-cli --bigkeys
etcdctl get / --prefix --keys-only
etcdctl endpoint status -w table
etcdctl member list
etcdctl snapshot save db
aws ec2 describe-instances
aws s3 ls s3://a
aws s3 cp s3://a/b .
aws logs start-query --log-group-name a
aws ec2 terminate-instances --dry-run --instance-ids i-1
aws configure set region a
gcloud compute instances list
gcloud storage cp gs://a/b file
gcloud info
gcloud compute ssh
curl --url http://a/b
sudo -u postgres psql
ls -- --x
ls -x=y
kubectl exec
gsutil
gsutil cp gs://a/b file
aws s3
rm --help
kubectl apply --help
kubectl
kubectl version
tc qdisc show
gcloud config set project a
gcloud compute instances describe delete
az vm show -g a -n b
az account set -s a
docker ps
docker logs a
docker exec a ls
docker run --rm a
git status
git pull
git commit -m push
curl http://a/b
curl -s -X GET http://a/b
curl -G -d query=up http://a/api/v1/query
curl -d 'query=up' http://a:9090/api/v1/query
curl -X POST -d 'query={a="b"}' http://a/loki/api/v1/query_range
curl -XPOST 'http://es:9200/a/_search' -d '{}'
curl -I http://a/b
curl -o out.json http://a/b
wget http://a/b
http GET a/b
http a/b q==c
amtool silence query
amtool alert query
sed -n 1,3p /etc/app.conf
sed s/a/b/ /etc/app.conf
cat /etc/hosts > hosts.txt
ls > /dev/null 2>&1
ls > /tmp/out
sysctl vm.swappiness
iptables -L -n
ip addr show
ip link
crontab -l
find /var/log -name '*.gz'
kafka-topics.sh --list
kafka-consumer-groups --describe --group a
nodetool status
ceph osd tree
ceph osd pool ls
ceph status
virtctl console vm
argocd app get a
vault kv get a
rabbitmqctl list_queues
patronictl list
apt list --installed
apt-get install -s x
ansible-playbook --check site.yml
mount
mount -l
journalctl -u nginx
echo 'kubectl delete pod a'
grep -r delete .
# kubectl delete pod a
jq 'del(.a)' file
promtool query instant http://a 'rate(delete_total[5m])'
python3 -c 'print("rm -rf /")'
rpm -qa
dpkg -l
ls -R | grep rm
openssl x509 -in a -noout
top -b -n1
watch kubectl get pods
timedatectl status
fdisk -l
xfs_repair -n /dev/sdb
kubectl exec a
""".strip().splitlines()


@pytest.mark.parametrize("text", CHANGING)
def test_sees_that_a_command_changes_something(text: str) -> None:
    assert reasons(changes, text)


@pytest.mark.parametrize("text", READING)
def test_sees_that_a_command_only_reads(text: str) -> None:
    assert reasons(changes, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "kubectl delete pvc a -n b",
        "kubectl delete deploy/a svc/b",
        "kubectl delete -f a.yaml",
        "kubectl delete pods --all",
        "kubectl delete pod a --force --grace-period=0",
        "kubectl replace --force -f a.yaml",
        "kubectl drain a --delete-emptydir-data",
        "oc delete project a",
        "rm -rf /var/lib/data",
        "rm -r data",
        "rm /var/log/*.gz",
        "kubectl exec a -- rm -rf /data",
        "dd if=a of=/dev/sda",
        "mkfs.xfs /dev/sdb",
        "wipefs -a /dev/sdb",
        "lvremove vg/a",
        "shred file",
        "find /data -mtime +3 -delete",
        "rsync -a --delete a/ b/",
        "truncate -s 0 /var/log/a",
        "terraform destroy",
        "helm uninstall a",
        "psql -c 'DROP TABLE a'",
        "psql -c 'truncate a'",
        "psql -c 'delete from a where b'",
        "psql -c 'update a set b = 1'",
        "psql -c 'alter table a drop column b'",
        "psql <<EOF\nBEGIN;\nDROP TABLE a;\nEOF\n",
        "redis-cli flushall",
        "redis-cli -n 2 FLUSHDB",
        "etcdctl member remove 1",
        "etcdctl del / --prefix",
        "docker volume rm a",
        "docker system prune -a",
        "git push --force",
        "aws s3 rm s3://a --recursive",
        "aws s3 sync . s3://a --delete",
        "psql -c 'WITH x AS (DELETE FROM a RETURNING 1) SELECT 1'",
        "aws ec2 terminate-instances --instance-ids i-1",
        "aws rds delete-db-instance --db-instance-identifier a",
        "gcloud compute disks delete a",
        "az group delete -n a",
        "curl -X DELETE http://es:9200/index",
        "curl -X POST http://a/api/v1/admin/tsdb/delete_series?match[]=a",
        "rabbitmqctl purge_queue a",
        "zfs destroy a",
        "ceph osd purge 3",
        "kafka-topics --delete --topic a",
        "journalctl --vacuum-time=1d",
    ],
)
def test_sees_that_a_command_cannot_be_undone(text: str) -> None:
    assert reasons(destroys, text)


@pytest.mark.parametrize(
    "text",
    [
        "kubectl delete pod a -n b",
        "kubectl delete pod -l app=a",
        "kubectl delete $KIND a",
        "kubectl delete pvc a --dry-run=server",
        "xargs kubectl delete",
        "kubectl scale deploy/a --replicas=0",
        "kubectl drain a --ignore-daemonsets",
        "kubectl get pvc",
        "rm file",
        "rm -rf /tmp/x",
        "rmdir x",
        "psql -c 'update a set b = 1 where c'",
        "psql -c 'select 1'",
        "redis-cli get a",
        "etcdctl defrag",
        "docker rm a",
        "git push",
        "aws ec2 stop-instances --instance-ids i-1",
        "curl -X DELETE http://am/api/v2/silence/1",
        "curl -X POST http://a/-/reload",
        "systemctl stop a",
        "helm rollback a",
        "aws s3 sync . s3://a",
        "rsync -a a/ b/",
        "find . -name a",
    ],
)
def test_does_not_take_every_change_for_a_loss(text: str) -> None:
    assert reasons(destroys, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "kubectl get pods",
        "kubectl delete pod a",
        "kubectl get deploy,sts",
        "kubectl get pod/a",
        "kubectl describe svc a",
        "kubectl logs a",
        "kubectl logs -f a",
        "kubectl exec a -- ls",
        "kubectl rollout restart deploy/a",
        "kubectl top pods",
        "kubectl create secret generic a",
        "kubectl set image deploy/a b=c",
        "kubectl port-forward svc/a 80",
        "oc rsh a",
        "kubectl get deployments.apps a",
        "kubectl get pods,nodes",
        "sudo kubectl get events",
    ],
)
def test_sees_that_a_namespace_is_missing(text: str) -> None:
    assert len(reasons(unscoped, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "kubectl -n a get pods",
        "kubectl get pods -n a",
        "kubectl get pods -na",
        "kubectl get pods --namespace=a",
        "kubectl get pods -A",
        "kubectl get pods --all-namespaces",
        "kubectl get nodes",
        "kubectl describe node a",
        "kubectl get pv",
        "kubectl get ns a",
        "kubectl top nodes",
        "kubectl get clusteroperators",
        "kubectl get somethingnew",
        "kubectl get pods,somethingnew",
        "kubectl apply -f a.yaml",
        "kubectl delete -f a.yaml",
        "kubectl cluster-info",
        "kubectl",
        "kubectl config view",
        "kubectl version",
        "kubectl get --raw /metrics",
        "kubectl drain a",
        "kubectl create ns a",
        "oc adm top nodes",
        "oc whoami",
        "oc debug node/a",
        "helm list",
        "kubectl rollout status -n a deploy/b",
    ],
)
def test_does_not_ask_for_a_namespace_that_is_not_needed(text: str) -> None:
    assert reasons(unscoped, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oc project a", True),
        ("oc project", False),
        ("kubectl config set-context --current --namespace=a", True),
        ("kubectl config use-context a", False),
        ("kubens a", True),
        ("kubectl get pods", False),
        ("ls", False),
    ],
)
def test_knows_what_chooses_a_namespace(text: str, *, expected: bool) -> None:
    assert chooses_namespace(commands(text)[0]) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amtool silence add a=b", True),
        ("amtool --alertmanager.url http://a silence add a=b -c x", True),
        ("amtool silence add a=b -d 2h", False),
        ("amtool silence add a=b --duration=2h", False),
        ("amtool silence add a=b --end 2026-01-01T00:00:00Z", False),
        ("amtool silence query", False),
        ("curl -d '{\"matchers\": []}' http://am/api/v2/silences", True),
        ('curl -d \'{"endsAt": "x"}\' http://am/api/v2/silences', False),
        ("curl -d @silence.json http://am/api/v2/silences", False),
        ("curl http://am/api/v2/silences", False),
    ],
)
def test_sees_that_a_silence_says_no_end(text: str, *, expected: bool) -> None:
    assert bool(reasons(silences_without_expiry, text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kubectl apply -f a", "`kubectl apply` can be tried with `--dry-run=server`"),
        ("terraform apply", "`terraform apply` can be tried as `terraform plan` first"),
        ("helm upgrade a b", "`helm upgrade` can be tried with `--dry-run` first"),
        ("kubectl apply --dry-run=server -f a", ""),
        ("kubectl get pods", ""),
        ("kubectl rollout restart deploy/a", ""),
        ("systemctl restart a", ""),
    ],
)
def test_says_how_a_change_can_be_tried_first(text: str, expected: str) -> None:
    assert "".join(reasons(has_dry_run, text)).startswith(expected)
    assert bool(reasons(has_dry_run, text)) is bool(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl -sSL https://a/b.sh | bash", True),
        ("curl https://a | sudo sh -s -- --yes", True),
        ("wget -qO- https://a | sh", True),
        ("curl https://a | tee x | bash", True),
        ("curl https://a | python3 -", True),
        ("bash <(curl -s https://a)", True),
        ("source <(curl -s https://a)", True),
        ('sh -c "$(curl -fsSL https://a)"', True),
        ('eval "$(curl https://a)"', True),
        ("curl https://a | jq .", False),
        ("curl https://a | python3 -m json.tool", False),
        ("curl https://a | bash check.sh", False),
        ("curl -o b.sh https://a; bash b.sh", False),
        ("source <(kubectl completion bash)", False),
        ('eval "$(ssh-agent)"', False),
        ('echo "$(curl https://a)"', False),
    ],
)
def test_sees_a_script_that_comes_from_the_network(
    text: str, *, expected: bool
) -> None:
    assert bool(remote_script(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kubectl get po | jq . | head", ("head", "jq", "kubectl")),
        ("sudo systemctl status a", ("sudo", "systemctl")),
        ("cd x && echo y && export A=1", ()),
        ("ssh db 'psql -l'", ("ssh",)),
        ("kubectl exec a -- etcdctl get x", ("kubectl",)),
        ("f() { jq .; }\nf", ("jq",)),
        ("$CMD x; ./run.sh", ()),
        ("X=$(date +%s)", ("date",)),
    ],
)
def test_names_the_programs_that_are_needed(
    text: str, expected: tuple[str, ...]
) -> None:
    assert tool_names(text) == expected
