//! What may be proposed of what was denied is a list of what shows state; the rest is told to the operator.

use mcp_ssh_policy::Verdict;

use super::*;

/// No rule speaks of anything, and no entry of a list denies.
const OPEN: &str = "limits: {deny_substrings: []}\nrules: [{action: deny, commands: [never]}]\n";

/// Whether each line is asked about once it was recorded as denied, each by itself.
fn asked<'l>(lines: &[&'l str]) -> Vec<&'l str> {
    let mut asked = Vec::new();
    for line in lines {
        let mut site = Site::new(OPEN);
        site.record_often("web-1", line, 50);
        let suggestion = site.suggest();
        let verdict = site.merged(&suggestion, "web-1").judge(line).verdict();
        assert_ne!(verdict, Verdict::Allow, "{line}");
        if verdict == Verdict::Ask {
            asked.push(*line);
        }
    }
    asked
}

#[test]
fn what_shows_state_is_proposed() {
    let lines = [
        "arch",
        "date -u +%H",
        "free -m",
        "df -hT /srv",
        "du -sh --max-depth=1 /srv",
        "uptime",
        "nproc --all",
        "uname -a",
        "vmstat 1 5",
        "top -bn1",
        "top -b -n 1 -o %MEM",
        "ps -e",
        "ps -eo pid,comm,%mem --sort=-rss",
        "ps -p 1 -o pid,etime,rss",
        "pgrep -l nginx",
        "ls -la /srv",
        "stat -c '%s %n' /srv",
        "find /var/log -name '*.gz' -mtime +7 -size +10M -print",
        "lsblk -f",
        "systemctl status nginx --no-pager -n 5",
        "systemctl is-active nginx redis",
        "systemctl --failed --no-pager",
        "systemctl list-units --type=service --state=running",
        "systemctl show nginx -p ActiveState,SubState --value",
        "journalctl --disk-usage",
        "ss -tlnp",
        "netstat -tln",
        "ip addr",
        "ip -br addr show dev lo",
        "ip -4 route show",
        "ping -c 1 127.0.0.1",
        "ping -c1 localhost",
        "curl -fsS http://localhost:8080/healthz",
        "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/health",
        "docker ps -a",
        "docker stats --no-stream",
        "docker system df",
        "docker compose ps",
        "kubectl get pods -n shop -o wide",
        "kubectl -n shop get deploy,svc",
        "kubectl get nodes --no-headers",
        "kubectl get pod/web-0",
        "kubectl top pods -A",
        "kubectl rollout status deployment web -n shop",
        "helm list -A",
        "git status -s",
        "sort --key=2 /var/log/syslog",
        "git branch --show-current",
        "crictl ps -a",
        "podman pod ls",
        "docker service ls",
        "dpkg -l nginx",
        "rpm -qa",
        "apt list --installed",
        "cat /etc/os-release /proc/meminfo",
        "cat /var/log/syslog",
        "tail -n 50 /var/log/nginx/access.log",
        "tail -50 /var/log/nginx/access.log",
        "grep -ci error /var/log/nginx/error.log.1",
        "zgrep -c error /var/log/syslog.2.gz",
        "df -h | sort -rn -k 5 | head -3",
        "ps -e | grep -c nginx",
        "df -h 2>/dev/null; free -m && uptime",
        "timeout 5 df -h",
        "nice timeout 5 du -sh /srv",
        "/usr/bin/df -h",
    ];
    assert_eq!(asked(&lines), lines);
}

/// Readers of secrets, and of what may hold one.
const SECRETS: &str = "\
cat /etc/passwd
cat /etc/fstab
cat /srv/app/settings.py
cat /proc/1/environ
cat /proc/*/environ
cat /proc/self/maps
cat /proc/cmdline
cat < /etc/mysql/debian.cnf
cat /var/log/app/dump.sql
cat /var/log/app/config
cat /var/log/syslog /etc/mysql/debian.cnf
tail -n 5 /root/.bash_history
head -c 100 /srv/x
less /srv/x
tac /root/x
nl /srv/x
sort /srv/x
uniq /srv/x
cut -c1- /srv/x
wc -l --files0-from=/srv/x
strings /srv/x
xxd /srv/x
base64 /srv/x
od -c /srv/x
jq . /srv/x.json
awk '{print}' /srv/x
sed -n 1p /srv/x
diff /etc/hosts /srv/x
grep -r . /root
grep x /srv/x
grep -r x /var/log
grep -f /srv/x /var/log/syslog
zcat /root/x.gz
find /etc -name 'shad*' -exec cat {} +
find /etc -name 'shad*' -exec ls {} +
find /etc -name 'shad*' -exec cat {} ';'
find / -files0-from /srv/x
ls /srv | xargs cat
date -f /srv/x
file -f /srv/x
du --files0-from=/srv/x
env
printenv
printenv PATH
env uptime
set
export
declare -x
ps eww
ps auxe
ps aux
ps -ef
ps axo args
ps -eo pid,args
ps -o cmd
pgrep -a nginx
pgrep -fl nginx
w
top -b -c -n1
htop
lsof -p 1
pmap 1
pstree -a
systemctl show nginx
systemctl show -p Environment nginx
systemctl show -p ActiveState,Environment nginx
systemctl show -p ActiveState -p ExecStart nginx
systemctl show --property=EnvironmentFiles nginx
systemctl cat nginx
systemctl show-environment
systemctl status nginx -n 5000
systemctl status nginx -o json
journalctl
journalctl -u nginx -n 50
journalctl -o verbose
dmesg
crontab -l
history
mount
findmnt
sysctl -a
nginx -T
php -i
iptables -L
nmcli con show x
wg show
ip xfrm state
psql -c 'select 1'
psql -c 'select * from pg_authid'
psql -l
mysql -e 'select user, authentication_string from mysql.user'
mysql -e 'show grants'
sqlite3 x.db 'select * from users'
redis-cli get k
redis-cli config get requirepass
redis-cli info
mongosh --eval 'db.x.find()'
consul kv get x
consul kv get -recurse
etcdctl get '' --prefix
vault kv get x
terraform output -json
terraform output
terraform state pull
terraform state show x
terraform show
aws ec2 describe-instance-attribute --instance-id i --attribute userData
aws s3 ls
gcloud compute instances list
helm get values x
helm get manifest x
helm status x
helm list -o yaml
kubectl get secret -o yaml
kubectl get secrets
kubectl get cm
kubectl get configmaps -o yaml
kubectl get pods -o yaml
kubectl get pods -o=json
kubectl get pods -oyaml
kubectl get pods -o wide -o yaml
kubectl get pods,secrets
kubectl get pods -o jsonpath={.items}
kubectl get all -A -o yaml
kubectl get pods -v 9
kubectl get --raw /metrics
kubectl describe pod x
kubectl logs x
kubectl config view
kubectl exec x -- env
docker inspect web
docker inspect --format '{{.Config.Env}}' web
docker exec web env
docker logs web
docker history x
docker top web
docker compose config
docker compose logs
docker config inspect x
docker ps --no-trunc
docker ps --format '{{json .}}'
docker info
docker stats
git config -l
git log
git log -p
git show HEAD
git diff
git stash show -p
git remote -v
git status -v
git branch -v
npm config ls -l
pip config list
rabbitmqctl list_users
postconf
getent shadow
man ls
openssl x509 -in x -noout -text
tcpdump -c 1 -i lo
coredumpctl info
busctl tree
curl -s http://localhost/
curl -s http://localhost:8080/actuator/env
curl -s 'http://localhost:8500/v1/kv/?recurse'
curl -si http://localhost/health
wget -qO- http://localhost/health
frobtool show";

/// Programs that ask another host.
const ELSEWHERE: &str = "\
curl -sL http://localhost/health
curl -s http://example.org/health
curl -s http://localhost.example.org/health
curl -s http://localhost@example.org/health
wget -qO- http://example.org/
npm audit
npm outdated
npm ls
pip list
pip list --outdated
pip index versions x
apt-get update
apt update
apt changelog x
apt-cache policy
dnf check-update
yum list updates
zypper lu
gem outdated
snap find x
docker search x
docker -H tcp://example.org ps
docker --context far ps
kubectl -s https://example.org get pods
kubectl --context far get pods
helm --kube-context far list
helm search repo x
git fetch
git ls-remote
git remote show origin
git remote update
dig example.org
dig localhost
host example.org
nslookup example.org
getent hosts example.org
resolvectl query example.org
ping -c 1 example.org
ping -c 1 10.0.0.1
ping -c 1 localhost 10.0.0.1
traceroute -n 10.0.0.1
mtr -r 10.0.0.1
nc -z example.org 22
openssl s_client -connect localhost:443
showmount -e
rpcinfo -p
snmpget localhost
ldapsearch -x
ntpq -p
chronyc sources
arp -a
route
netstat -a
ss -r
ss dst example.org
who --lookup
last -d
hostname -f
hostname -i
whois example.org
rsync -n a b
aws sts get-caller-identity
mysqladmin -h example.org status
pg_isready -h example.org
systemctl -H example.org status nginx
ssh example.org uptime";

#[test]
fn what_may_show_a_secret_or_asks_another_host_is_not() {
    for lines in [SECRETS, ELSEWHERE] {
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(asked(&lines), [""; 0]);
    }
    // Nor where more stands in the line, or before the command.
    let mut within = Vec::new();
    for line in ["git log -p", "kubectl get secrets", "cat /srv/x"] {
        within.push(format!("df -h; {line}"));
        within.push(format!("{line} | sort -u"));
        within.push(format!("{line} | grep -c x"));
        within.push(format!("sudo -n {line}"));
        within.push(format!("timeout 5 {line}"));
        within.push(format!("nice nice nice nice {line}"));
    }
    let within: Vec<&str> = within.iter().map(String::as_str).collect();
    assert_eq!(asked(&within), [""; 0]);
}

#[test]
fn nothing_that_is_left_to_the_operator_is_lost() {
    let mut site = Site::new(OPEN);
    let lines: Vec<&str> = SECRETS.lines().chain(ELSEWHERE.lines()).collect();
    for line in &lines {
        site.record("web-1", line);
        site.record("db-1", line);
    }
    let told = site.suggest().policy;
    let mut told: Vec<&str> = told
        .lines()
        .filter_map(|line| line.strip_prefix("# - 2 times, "))
        .collect();
    told.sort_unstable();
    let mut expected = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let denied = site.policy.for_host("web-1", &[""; 0]).judge(line);
        // What the shell language refused is no matter of rules.
        if denied.denial().unwrap().stage.as_str() == "default" {
            let sent = denied.rendered().unwrap();
            expected.push(format!(
                "{} to {}, on db-1, web-1: {sent}",
                2 * place + 1,
                2 * place + 2
            ));
        }
    }
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert!(told.len() > 200, "{}", told.len());
}

#[test]
fn the_reason_stands_above_the_lines() {
    let mut site = Site::new(OPEN);
    site.record_often("web-1", "env", 3);
    site.record("db-1", "git log -p");
    let (_, told) = site
        .suggest()
        .policy
        .split_once("rules: []\n")
        .map(|(head, told)| (head.to_owned(), told.to_owned()))
        .unwrap();
    assert!(
        told.starts_with(
            "\n# Denied by default and left to you, since what it prints may hold secrets, or it asks other hosts: \
             write the rule yourself if it should run:\n\
             # - 3 times, 1 to 3, on web-1: env\n\
             # - once, 4, on db-1: git log -p\n"
        ),
        "{told}"
    );
}
