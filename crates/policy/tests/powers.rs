//! What the lints say of entries of rules with `become`: of what leaves the power of the user to the caller, and of
//! nothing else.

use mcp_ssh_policy::{HostTags, Policy};
use mcp_ssh_yaml::diagnostic::Source;

/// Where a rule hands what it grants to the login: by a link in place of a file, or by a file of its home. Each with a
/// part of the warning, which a rule that asks has, too.
const OF_LOGIN: [(&str, &str); 26] = [
    ("commands: ['cat /home/rtu1/*']", "what `cat` is given"),
    ("argv: [[cat, '/home/rtu1/*']]", "what `cat` is given"),
    ("commands: ['cat /home/*']", "what `cat` is given"),
    (
        "commands: ['cat /home/rtu1/app.log']",
        "what `cat` is given",
    ),
    ("commands: ['cat app.log']", "what `cat` is given"),
    (
        "commands: ['chown rtu1 /home/rtu1/*']",
        "what `chown` is given",
    ),
    (
        "argv: [[chown, rtu1, '/home/rtu1/*']]",
        "what `chown` is given",
    ),
    (
        "commands: ['chmod 644 /home/rtu1/*']",
        "what `chmod` is given",
    ),
    ("commands: ['tee /tmp/*']", "what `tee` is given"),
    ("commands: ['rm -rf /tmp/build/*']", "what `rm` is given"),
    ("commands: ['rm -rf /tmp/build/x']", "what `rm` is given"),
    ("commands: ['timeout 5 cat /tmp/x']", "what `cat` is given"),
    ("commands: ['frob /home/me/x']", "`/home/me/x` stands"),
    ("commands: ['git status']", "`git` runs what"),
    ("commands: ['git log*']", "`git` runs what"),
    (
        "commands: ['git -C /home/me/app status']",
        "`/home/me/app` stands",
    ),
    ("commands: ['make install']", "commands of a Makefile"),
    ("commands: ['npm install']", "`npm` runs the scripts"),
    (
        "commands: ['docker compose up -d']",
        "`docker compose` starts",
    ),
    ("commands: ['docker-compose up']", "`docker-compose` starts"),
    (
        "commands: ['timeout 60 make install']",
        "commands of a Makefile",
    ),
    ("commands: ['cargo build']", "`cargo` runs build scripts"),
    ("commands: ['terraform apply']", "`terraform` runs"),
    (
        "commands: ['ansible-playbook site.yml']",
        "`ansible-playbook` loads",
    ),
    (
        "commands: ['sh -c ''make install''']",
        "commands of a Makefile",
    ),
    ("commands: ['pytest']", "`pytest` runs tests"),
];

/// Where a wildcard reaches what only root reads; an entry that is not granted is not told.
const OF_ROOT: [(&str, &str); 8] = [
    ("commands: ['cat /etc/*']", "show `/etc/shadow`"),
    ("commands: ['cat /*']", "show `/etc/shadow`"),
    ("commands: ['cat /etc/sh*']", "show `/etc/shadow`"),
    ("argv: [[cat, '/etc/*']]", "show `/etc/shadow`"),
    ("commands: ['grep x /etc/su*']", "show `/etc/sudoers`"),
    ("commands: ['cat /root/*']", "show `/root/.ssh/id_ed25519`"),
    ("commands: ['getent shadow*']", "show hashes of passwords"),
    ("commands: ['getent gshadow *']", "show hashes of passwords"),
];

/// What is none of both.
const SAFE: [&str; 21] = [
    "commands: ['ls -l /etc/*']",
    "commands: ['cat /etc/nginx/*']",
    "commands: ['getent passwd*']",
    "commands: ['crontab -l*']",
    "commands: ['git -C /opt/app status']",
    "commands: ['make -C /opt/app install']",
    "commands: ['docker compose -f /opt/x/compose.yml up -d']",
    "commands: ['sh -c ''cd /opt/app && make install''']",
    "commands: ['env -C /opt/app make install']",
    "commands: ['git --version']",
    "commands: ['rm /tmp/x']",
    "commands: ['chown app /srv/app/*']",
    "commands: ['systemctl restart app']",
    // The same judgement in both forms.
    "commands: ['touch /srv/*']",
    "argv: [[touch, '/srv/*']]",
    "commands: ['rm -rf /var/cache/app/*']",
    "commands: ['rm /var/cache/app/*']",
    "argv: [[rm, '/var/cache/app/*']]",
    "argv: [[rm, '-rf', '/var/cache/app/*']]",
    "commands: ['tee /etc/nginx/*']",
    "argv: [[tee, '/etc/nginx/*']]",
];

#[test]
fn what_a_rule_hands_to_the_login_is_told() {
    for (entry, told) in OF_LOGIN {
        for action in ["allow", "ask"] {
            let lint = lint(entry, action, "root");
            assert!(
                lint.contains(told) && lint.contains("login"),
                "{action} {entry}: {lint:?}"
            );
        }
    }
    let own = "commands: ['cat /home/deploy/*']";
    assert_eq!(lint(own, "allow", "deploy"), "");
    assert!(lint(own, "allow", "root").contains("what `cat` is given"));
}

#[test]
fn a_wildcard_that_reaches_what_only_root_reads_is_told() {
    for (entry, told) in OF_ROOT {
        let lint = lint(entry, "allow", "root");
        assert!(lint.contains(told), "{entry}: {lint:?}");
    }
}

#[test]
fn where_only_root_writes_nothing_is_told() {
    for entry in SAFE {
        assert_eq!(lint(entry, "allow", "root"), "", "{entry}");
    }
}

/// The one warning about an entry of a rule that runs as this user; `""` is none.
fn lint(entry: &str, action: &str, user: &str) -> String {
    let yaml = format!(
        "limits: {{deny_substrings: []}}\nrules: [{{action: {action}, become: {user}, {entry}}}]\n"
    );
    let source = Source::new("policy.yml", yaml.as_str());
    let (policy, _) = Policy::load(&source).unwrap();
    let hosts = [HostTags {
        alias: "web-1",
        tags: &["web"],
    }];
    let lints = policy.lint(&source, &hosts);
    assert!(lints.len() <= 1, "{entry}: {lints:?}");
    let mut lints = lints.into_iter();
    lints.next().map_or(String::new(), |lint| lint.message)
}

/// Each entry with a part of its warning.
const WARNED: [(&str, &str); 44] = [
    ("commands: ['cat *']", "give `cat` any file"),
    ("commands: ['wc -l *']", "give `wc` any file"),
    ("commands: ['head -n 5 *']", "give `head` any file"),
    ("commands: ['grep -r * *']", "give `grep` any file"),
    ("commands: ['awk *']", "give `awk` any file"),
    ("commands: ['date*']", "give `date` any file"),
    ("commands: ['rm *']", "give `rm` any file"),
    ("simple_binaries: [cat]", "give `cat` any file"),
    ("argv: [[cat, '-n', '**']]", "give `cat` any file"),
    ("argv: [[/usr/bin/cat, '**']]", "give `cat` any file"),
    ("commands: ['find *']", "give `find` any file"),
    (
        "commands: ['find /srv/app *']",
        "a program that `find` runs as `root`",
    ),
    (
        "commands: ['sudo *']",
        "a program that `sudo` runs as `root`",
    ),
    ("commands: ['env *']", "a program that `env` runs as `root`"),
    (
        "commands: ['timeout *']",
        "a program that `timeout` runs as `root`",
    ),
    (
        "commands: ['timeout 5 *']",
        "a program that `timeout` runs as `root`",
    ),
    ("commands: ['timeout 5 cat *']", "give `cat` any file"),
    ("commands: ['bash *']", "`bash` runs any command"),
    ("commands: ['sh -c *']", "`sh` runs any command"),
    ("commands: ['python3 *']", "`python3` runs any command"),
    ("commands: ['vim *']", "grants nothing"),
    ("commands: ['less *']", "grants nothing"),
    ("commands: ['tee *']", "`tee` writes files"),
    ("commands: ['cp -a *']", "`cp` writes files"),
    ("commands: ['kill *']", "`kill` kills processes"),
    ("commands: ['systemctl *']", "what `systemctl` does"),
    ("commands: ['docker *']", "what `docker` does"),
    ("commands: ['/opt/app/run *']", "nobody knows what it does"),
    (
        "escapes: allow, commands: ['cp *']",
        "any word of `cp` as `root`",
    ),
    (
        "escapes: allow, commands: ['systemctl restart *']",
        "any word of `systemctl`",
    ),
    (
        "escapes: allow, argv: [['/usr/bin/*', '**']]",
        "which program runs as `root`",
    ),
    (
        "argv: [['/usr/bin/*', '**']]",
        "which program runs as `root`",
    ),
    (
        "escapes: allow, commands: ['/usr/bin/*']",
        "can never match",
    ),
    (
        "commands: ['/home/me/run.sh']",
        "`/home/me/run.sh` stands where the login",
    ),
    ("commands: ['/tmp/x *']", "`/tmp/x` stands where the login"),
    ("commands: ['./run.sh']", "`./run.sh` stands where"),
    (
        "commands: ['bash scripts/run.sh']",
        "`scripts/run.sh` stands where",
    ),
    (
        "commands: ['nice -n 5 python3 /var/tmp/x.py']",
        "`/var/tmp/x.py` stands where",
    ),
    ("argv: [['/home/me/*']]", "stands where the login"),
    (
        "commands: ['cd /srv']",
        "`cd` is a command of the shell, and sudo runs programs",
    ),
    (
        "commands: ['export A=b']",
        "`export` is a command of the shell",
    ),
    ("commands: ['umask*']", "`umask` is a command of the shell"),
    (
        "commands: ['ulimit -n']",
        "`ulimit` is a command of the shell",
    ),
    ("commands: ['a=b *']", "`a=b` is a variable to sudo"),
];

/// What says which files, which units and which programs, or only looks at what is not a file.
const NARROW: [&str; 38] = [
    "commands: ['systemctl restart nginx']",
    "commands: ['systemctl restart *']",
    "commands: ['systemctl status *']",
    "argv: [[systemctl, restart, 'app@[0-9]']]",
    "commands: ['journalctl -u nginx -n [0-9]*']",
    "commands: ['journalctl *']",
    "commands: ['cat /var/log/*']",
    "argv: [[cat, '/var/log/*.log']]",
    "commands: ['cat /etc/shadow']",
    "argv: [[cat, '*']]",
    "commands: ['cat * /var/log/syslog']",
    "commands: ['tail -n [0-9]* /var/log/nginx/error.log']",
    "commands: ['rm -rf /srv/cache/*']",
    "argv: [[find, /srv/cache, -name, '*']]",
    "commands: ['id*']",
    "commands: ['ss -tlnp*']",
    "commands: ['dmesg*']",
    "commands: ['dmidecode*']",
    "commands: ['docker ps*']",
    "commands: ['docker restart web']",
    "commands: ['iptables -L*']",
    "commands: ['fdisk -l*']",
    "commands: ['lvs*']",
    "commands: ['ip addr*']",
    "commands: ['echo *']",
    "commands: ['apt-get update']",
    "commands: ['apt-get install *']",
    "commands: ['kill -HUP 1']",
    "commands: ['reboot']",
    "commands: ['nginx -t']",
    "commands: ['bash /opt/run.sh']",
    "commands: ['timeout 5 systemctl restart nginx']",
    "commands: ['/usr/local/sbin/deploy']",
    "commands: ['test -f /root/x']",
    "commands: ['rename a b c']",
    "argv: [[/opt/app/run, restart, 'web-*']]",
    "simple_binaries: [uptime, dmesg]",
    "commands: ['passwd -S *']",
];

#[test]
fn what_leaves_the_power_of_the_user_to_the_caller_is_warned_of_once() {
    for (entry, told) in WARNED {
        let lint = lint(entry, "allow", "root");
        assert!(lint.contains(told), "{entry}: {lint:?}");
    }
}

#[test]
fn a_narrow_entry_is_no_noise() {
    for entry in NARROW {
        assert_eq!(lint(entry, "allow", "root"), "", "{entry}");
    }
}

/// `capsh --` is a shell: no wildcard grants it.
#[test]
fn no_wildcard_grants_capsh() {
    for entry in ["commands: ['capsh *']", "argv: [[capsh, '**']]"] {
        let lint = lint(entry, "allow", "root");
        assert!(lint.contains("starts a shell"), "{entry}: {lint:?}");
    }
    assert_eq!(lint("commands: ['capsh --print']", "allow", "root"), "");
}

#[test]
fn a_person_who_is_asked_sees_what_the_wildcard_took() {
    for (entry, told) in WARNED {
        let lint = lint(entry, "ask", "root");
        let sure =
            told.contains("stands where") || told.contains(" is a ") || told.contains("can never");
        assert_eq!(!lint.is_empty(), sure, "{entry}: {lint:?}");
    }
}

#[test]
fn the_home_of_the_user_is_the_user_s() {
    let entry = "commands: ['/home/deploy/run.sh']";
    assert_eq!(lint(entry, "allow", "deploy"), "");
    assert!(lint(entry, "allow", "deploy2").contains("stands where the login"));
}

/// Without `become` the program has no more power than the login, and the guard holds the wildcard.
#[test]
fn without_become_nothing_of_it_is_told() {
    for (entry, told) in WARNED {
        let always = told.contains("grants nothing") || told.contains("can never match");
        let yaml =
            format!("limits: {{deny_substrings: []}}\nrules: [{{action: allow, {entry}}}]\n");
        let source = Source::new("policy.yml", yaml.as_str());
        let (policy, _) = Policy::load(&source).unwrap();
        let lints = policy.lint::<&str>(&source, &[]);
        let powers = lints
            .iter()
            .filter(|lint| !lint.message.contains("admit any option"));
        let told = powers.filter(|lint| !lint.message.contains("grants nothing"));
        assert!(told.count() == 0 || always, "{entry}: {lints:?}");
    }
}
