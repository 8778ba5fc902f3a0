//! Paths of an attacker against patterns of a careless author, one case a line: what is done, the pattern, the path, what
//! an entry that allows says.
//!
//! `kept` is that the path is protected and the pattern does not spell enough of it, `none` that the pattern does not
//! match, `path` that the path is none that is judged. In a row `\u{…}` is that character.

use mcp_ssh_policy::{FileAccess, Verdict};

use super::files;

const READS: &str = r"
# Other spellings of one path.
/etc/**         /etc/./shadow                   path
/etc/**         /etc//shadow                    path
/etc/**         /etc/shadow/                    path
/etc/**         /etc/x/../shadow                path
/etc/**         /etc/shadow/.                   path
/etc/**         //etc/shadow                    path
/etc/**         ./etc/shadow                    path
/etc/**         ~root/.ssh/id_rsa               path
/etc/**         /etc/..                         path
/etc/**         /etc/sha\u{ad}dow               path
/etc/**         /etc/sha\u{200d}dow             path
/etc/**         \u{feff}/etc/shadow             path
/etc/**         /etc/shadow\u{fe0f}             path
# Nothing is decoded: these are other files, or protected all the same.
/etc/**         /etc/%73hadow                   allow
/etc/**         /etc/%2e%2e/root/x              allow
/etc/**         /etc/..%2froot                  none
/etc/**         /etc/\u{ff53}hadow              allow
/srv/*          /srv/a\b                        allow
/srv/*          /srv/..\b                       none
# Letters of either case, as some file systems have them.
/etc/**         /etc/SHADOW                     kept
/etc/**         /etc/\u{17f}hadow               kept
/**             /PROC/1/environ                 kept
/srv/**         /srv/ID_R\u{17f}A               kept
/srv/**         /srv/server.\u{212a}EY          kept
/srv/.*/*       /srv/.\u{df}h/x                 kept
/srv/.*/*       /srv/.SSH/x                     kept
# What stands behind a name.
/etc/**         /etc/shadow.                    kept
/etc/**         /etc/shadow\u{20}               kept
/etc/**         /etc/shadow\u{301}              kept
/etc/**         /etc/shadow_old                 kept
/etc/**         /etc/shadow,v                   kept
/etc/**         /etc/shadow@2026                kept
/etc/**         /etc/shadow::$DATA              kept
/etc/**         /etc/.shadow.swp                kept
/etc/.*         /etc/.shadow.swp                kept
/srv/**         /srv/server.key::$DATA          kept
/srv/**         /srv/server.key.2026.gz         kept
/srv/**         /srv/server.pem,v               kept
/srv/**         /srv/deploy-key                 kept
/srv/**         /srv/key                        kept
/srv/**         /srv/key.json                   kept
/srv/**         /srv/privkey.txt                kept
/srv/**         /srv/admin.kubeconfig           kept
/srv/**         /srv/kubeconfig                 kept
/srv/**         /srv/kubeconfig-prod.yaml       kept
/srv/**         /srv/prod_kubeconfig            kept
/srv/**         /srv/copy_of_id_rsa             kept
/srv/**         /srv/my-id_ed25519.bak          kept
/srv/**         /srv/old.id_ecdsa               kept
/srv/**         /srv/ID_DSA.txt                 kept
/srv/**         /srv/copy_of_id_rsa.pub         allow
/srv/**         /srv/wg0.conf                   kept
/srv/**         /srv/wg-home.conf.bak           kept
/srv/**         /srv/wgetrc                     allow
/srv/**         /srv/pgpass                     kept
/srv/**         /srv/pgpass.conf                kept
/srv/**         /srv/netrc                      kept
/srv/**         /srv/users.passwd               kept
/srv/**         /srv/users.passwd.bak           kept
/srv/**         /srv/passwd                     allow
/srv/**         /srv/vault.kdbx                 kept
/srv/**         /srv/backup.age                 kept
/srv/**         /srv/backup.age.old             kept
/srv/**         /srv/pages.agenda               allow
/srv/**         /srv/office.ovpn                kept
/srv/**         /srv/monkey.txt                 allow
/srv/**         /srv/keys.txt                   allow
# Where keys and secrets live.
/root/.ssh.*/*  /root/.ssh.bak/deploy           kept
/root/.ssh*/*   /root/.ssh2/deploy              kept
/root/.s*/*     /root/.ssh/config               kept
/etc/**         /etc/ssl/private/deploy         kept
/etc/**         /etc/pki/tls/private/deploy     kept
/var/lib/**     /var/lib/private/app/state      allow
/etc/**         /etc/wireguard/wg0.conf         kept
/etc/**         /etc/ppp/chap-secrets           kept
/etc/**         /etc/ipsec.secrets              kept
/run/**         /run/secrets/database           kept
/var/lib/**     /var/lib/kubelet/pods/1/volumes/kubernetes.io~secret/a/token  kept
/root/.aws/*    /root/.aws/credentials          kept
/root/.aws/*    /root/.aws/config               allow
/home/u/.git*   /home/u/.git-credentials        kept
/srv/**         /srv/app/secrets.yml            kept
/srv/**         /srv/app/secretary.yml          allow
/etc/**         /etc/nginx/htpasswd             kept
/etc/**         /etc/postfix/sasl_passwd.db     kept
/home/*/.ssh/*  /home/u/.ssh/authorized_keys2   kept
/**             /proc/self/root/etc/x           kept
/proc/*/**      /proc/self/root/etc/x           kept
/dev/**         /dev                            kept
/root/.ssh/**   /root/.ssh                      kept
# Other memory, tickets and passwords.
/**             /swapfile                       kept
/var/**         /var/lib/systemd/coredump/x     kept
/srv/**         /srv/app/core.1234              kept
/srv/**         /srv/app/core                   kept
/srv/**         /srv/core/settings.py           allow
/srv/**         /srv/core.css                   allow
/tmp/*          /tmp/krb5cc_1000                kept
/etc/**         /etc/kubernetes/admin.conf      kept
/etc/**         /etc/kubernetes/manifests/a.yml allow
/etc/**         /etc/rancher/k3s/k3s.yaml       kept
/etc/**         /etc/NetworkManager/system-connections/home.nmconnection kept
/etc/**         /etc/wpa_supplicant/wlan0.conf  kept
# Patterns that look as if they named what is hidden.
/root/[.]git/x  /root/.git/x                    none
/root/?git/x    /root/.git/x                    none
/root/[!a]git/x /root/.git/x                    none
/root/*/x       /root/.git/x                    none
/**/x           /root/.git/x                    none
/srv/[!a]x      /srv//x                         path
/srv/a[!b]c     /srv/a/c                        none
/srv/a[+-9]c    /srv/a/c                        none
";

const WRITES: &str = r"
# What a service's own files are: these must stay easy.
/etc/nginx/conf.d/*.conf    /etc/nginx/conf.d/a.conf        allow
/etc/apache2/*/*.conf       /etc/apache2/conf-enabled/a.conf allow
/etc/haproxy/*              /etc/haproxy/haproxy.cfg        allow
/usr/local/etc/nginx/*      /usr/local/etc/nginx/nginx.conf allow
/srv/app/*.yml              /srv/app/a.yml                  allow
/srv/*/config/*             /srv/app/config/default         allow
/opt/app/conf/*             /opt/app/conf/a.yml             allow
/var/www/html/*             /var/www/html/index.html        allow
/var/lib/app/*              /var/lib/app/state              allow
/home/*/notes.txt           /home/u/notes.txt               allow
/home/u/.config/app/*       /home/u/.config/app/a.toml      allow
/srv/group-a/*              /srv/group-a/x                  allow
/srv/webhooks/*             /srv/webhooks/a.json            allow
/srv/security/*             /srv/security/a                 allow
/tmp/*                      /tmp/x                          allow
# Who a user is, and who may log in.
/etc/*                      /etc/passwd                     kept
/etc/pass*                  /etc/passwd                     kept
/etc/passwd                 /etc/passwd                     allow
/etc/*                      /etc/group                      kept
/etc/*                      /etc/shadow                     kept
/etc/shadow                 /etc/shadow                     allow
/etc/*                      /etc/sudoers                    kept
/etc/sudoers.d/*            /etc/sudoers.d/10-app           kept
/etc/sudoers.d/10-app       /etc/sudoers.d/10-app           allow
/usr/local/etc/sudoers.d/*  /usr/local/etc/sudoers.d/a      kept
/etc/doas.*                 /etc/doas.conf                  kept
/etc/pam.d/*                /etc/pam.d/sshd                 kept
/etc/security/*             /etc/security/pam_env.conf      kept
/etc/polkit-1/rules.d/*     /etc/polkit-1/rules.d/a.rules   kept
/etc/ssh/*                  /etc/ssh/sshd_config            kept
/etc/ssh/sshd_config.d/*    /etc/ssh/sshd_config.d/a.conf   kept
/etc/ssh/sshd_config        /etc/ssh/sshd_config            allow
/home/*/.ssh/authorized_keys /home/u/.ssh/authorized_keys   kept
/home/u/.ssh/authorized_keys /home/u/.ssh/authorized_keys   allow
/var/lib/extrausers/*       /var/lib/extrausers/passwd      kept
/srv/root/etc/*             /srv/root/etc/passwd            kept
/srv/jail/*/passwd          /srv/jail/a/passwd              kept
# What root runs by the clock, at the start or at an event.
/etc/cron*                  /etc/crontab                    kept
/etc/cron.d/*               /etc/cron.d/app                 kept
/etc/cron.*/*               /etc/cron.daily/app             kept
/etc/cron.d/app             /etc/cron.d/app                 allow
/var/spool/cron/*           /var/spool/cron/root            kept
/var/spool/cron/crontabs/*  /var/spool/cron/crontabs/root   kept
/var/spool/at/*             /var/spool/at/a00001            kept
/etc/systemd/system/*       /etc/systemd/system/a.service   kept
/run/systemd/system/*       /run/systemd/system/a.service   kept
/home/u/.config/systemd/user/* /home/u/.config/systemd/user/a.service kept
/etc/init.d/*               /etc/init.d/app                 kept
/etc/rc*/*                  /etc/rc2.d/S01app               kept
/etc/*                      /etc/rc.local                   kept
/etc/default/*              /etc/default/ssh                kept
/etc/sysconfig/*            /etc/sysconfig/network          kept
/etc/logrotate.d/*          /etc/logrotate.d/app            kept
/etc/udev/rules.d/*         /etc/udev/rules.d/a.rules       kept
/etc/modprobe.d/*           /etc/modprobe.d/a.conf          kept
/etc/sysctl.d/*             /etc/sysctl.d/a.conf            kept
/etc/apt/apt.conf.d/*       /etc/apt/apt.conf.d/a           kept
/etc/yum.repos.d/*          /etc/yum.repos.d/a.repo         kept
/etc/network/if-up.d/*      /etc/network/if-up.d/a          kept
/etc/NetworkManager/dispatcher.d/* /etc/NetworkManager/dispatcher.d/a kept
/etc/kubernetes/manifests/* /etc/kubernetes/manifests/a.yml kept
/etc/letsencrypt/renewal-hooks/post/* /etc/letsencrypt/renewal-hooks/post/a kept
/var/lib/dpkg/info/*        /var/lib/dpkg/info/a.postinst   kept
/srv/git/*/hooks/*          /srv/git/a.git/hooks/post-receive kept
/Library/LaunchDaemons/*    /Library/LaunchDaemons/a.plist  kept
/run/*                      /run/nologin                    kept
/run/app/*                  /run/app/pid                    allow
/run/sudo/ts/*              /run/sudo/ts/u                  kept
/var/at/tabs/*              /var/at/tabs/root               kept
/etc/postfix/*              /etc/postfix/master.cf          kept
# What every program loads, and programs.
/etc/*                      /etc/ld.so.preload              kept
/etc/ld.so.conf.d/*         /etc/ld.so.conf.d/a.conf        kept
/usr/lib/*                  /usr/lib/libc.so.6              kept
/srv/*/*                    /srv/lib/libx.so.1              kept
/usr/local/bin/*            /usr/local/bin/deploy           kept
/usr/local/bin/deploy       /usr/local/bin/deploy           allow
/opt/*/bin/*                /opt/app/bin/run                kept
/home/*/bin/*               /home/u/bin/ls                  kept
/bin/*                      /bin/ls                         kept
/boot/*                     /boot/vmlinuz                   kept
/boot/*/*                   /boot/grub/grub.cfg             kept
/*                          /vmlinuz                        kept
/usr/share/*                /usr/share/x                    kept
/etc/python3.11/*           /etc/python3.11/sitecustomize.py kept
/etc/vim/*                  /etc/vim/vimrc                  kept
# What a shell runs.
/etc/*                      /etc/profile                    kept
/etc/*                      /etc/bash.bashrc                kept
/etc/*                      /etc/environment                kept
/etc/profile.d/*            /etc/profile.d/a.sh             kept
/etc/skel/.*                /etc/skel/.bashrc               kept
/home/*/.bashrc             /home/u/.bashrc                 kept
/home/u/.b*                 /home/u/.bashrc                 kept
/home/u/.bashrc             /home/u/.bashrc                 allow
/root/.*                    /root/.profile                  kept
/home/*/.config/app/*       /home/u/.config/app/a           kept
/home/u/.config/*           /home/u/.config/.env            kept
/home/u/.config/*           /home/u/.config/mimeapps.list   kept
/home/u/.config/*/*         /home/u/.config/git/config      kept
/srv/app/.git/*             /srv/app/.git/config            kept
/var/www/.well-known/acme-challenge/* /var/www/.well-known/acme-challenge/x allow
/tmp/.tmpA1/srv/*           /tmp/.tmpA1/srv/x               allow
/srv/app/*/.env             /srv/app/a/.env                 kept
/srv/app/.env               /srv/app/.env                   allow
# Patterns that reach settings of the whole system.
/etc/*                      /etc/hosts                      kept
/*/*                        /etc/hosts                      kept
/etc/*.conf                 /etc/resolv.conf                kept
/etc/*/*                    /etc/nginx/nginx.conf           kept
/*/nginx/*                  /etc/nginx/nginx.conf           kept
/etc/[n]ginx/*              /etc/nginx/nginx.conf           kept
/ETC/*                      /ETC/passwd                     kept
/etc/*                      /etc/PASSWD                     kept
/etc/./*                    /etc/passwd                     load
/etc/**                     /etc/nginx/nginx.conf           load
";

/// What an entry with the pattern in this list says of the path.
fn said(list: &str, access: FileAccess, glob: &str, path: &str) -> String {
    let glob = serde_json::to_string(glob).unwrap();
    let yaml = format!("files: [{{action: allow, {list}: [{glob}]}}]\n");
    let source = mcp_ssh_yaml::diagnostic::Source::new("policy.yml", &yaml);
    if mcp_ssh_policy::Policy::load(&source).is_err() {
        return "load".to_owned();
    }
    let decision = files(&yaml).judge(access, path);
    let reason = decision.denial().map(|denial| denial.reason);
    let said = match reason {
        None => "allow",
        Some("protected_path") => "kept",
        Some("no_matching_entry") => "none",
        Some("invalid_path") => "path",
        Some(other) => panic!("{other}"),
    };
    assert_eq!(
        said == "allow",
        decision.verdict() == Verdict::Allow,
        "{path}"
    );
    said.to_owned()
}

fn unescaped(column: &str) -> String {
    let mut text = String::new();
    let mut rest = column;
    while let Some((before, behind)) = rest.split_once(r"\u{") {
        let (code, behind) = behind.split_once('}').unwrap();
        let character = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        text.push_str(before);
        text.push(character.unwrap());
        rest = behind;
    }
    text + rest
}

fn each_row_holds(rows: &str, list: &str, access: FileAccess, fewest: usize) {
    let rows = rows
        .lines()
        .filter(|row| !row.is_empty() && !row.starts_with('#'));
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in rows {
        let columns: Vec<String> = row.split_whitespace().map(unescaped).collect();
        let [glob, path, expected] = &columns[..] else {
            panic!("{row}");
        };
        let found = said(list, access, glob, path);
        if found != *expected {
            wrong.push(format!("{row}: {found}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count >= fewest, "{count}");
}

#[test]
fn no_careless_pattern_lets_a_secret_be_read() {
    each_row_holds(READS, "read", FileAccess::Read, 75);
}

#[test]
fn no_careless_pattern_makes_its_writer_another_user() {
    each_row_holds(WRITES, "write", FileAccess::Write, 100);
}

/// An entry that denies takes every spelling of what it names.
#[test]
fn what_is_denied_is_denied_in_every_spelling() {
    let yaml = "files:
- {action: allow, read: ['/srv/**', '/srv/.*/**']}
- {action: deny, read: ['/srv/Secret[s]/**', '/srv/**/*.BAK', '/srv/?git/*']}
";
    for (path, denied) in [
        ("/srv/Secrets/a", true),
        ("/srv/secrets/a", true),
        ("/srv/SECRET\u{17f}/a", true),
        ("/srv/a.bak", true),
        ("/srv/.a.bak", true),
        ("/srv/.git/config", true),
        ("/srv/.GIT/config", true),
        ("/srv/a.bak2", false),
        ("/srv/a", false),
    ] {
        let decision = files(yaml).judge(FileAccess::Read, path);
        let by = decision.entry().map(|entry| entry.index);
        assert_eq!(by == Some(1), denied, "{path}");
    }
}

#[test]
fn what_must_be_spelled_is_told() {
    let write = |glob: &str, path: &str| {
        let yaml = format!("files: [{{action: allow, write: ['{glob}']}}]\n");
        files(&yaml).judge(FileAccess::Write, path).why().to_owned()
    };
    for (glob, path, expected) in [
        (
            "/etc/cron.d/*",
            "/etc/cron.d/a",
            "`/etc/cron.d/a` is run or obeyed by the system: only an entry of `files` that spells it lets it be written",
        ),
        (
            "/home/*/.config/x/y",
            "/home/u/.config/x/y",
            "`/home/u/.config/x/y` is hidden, and programs read such files unasked: only an entry of `files` that spells \
             `/home/u/.config/x` lets it be written",
        ),
        (
            "/etc/*/x",
            "/etc/nginx/x",
            "`/etc/nginx/x` is a setting: only an entry of `files` that spells `/etc/nginx` lets it be written",
        ),
        // Where no pattern comes near there is nothing to spell.
        (
            "/srv/*",
            "/etc/nginx/x",
            "no entry of `files` allows writing `/etc/nginx/x` on this host, and what is not allowed is denied",
        ),
    ] {
        assert_eq!(write(glob, path), expected);
    }
}
