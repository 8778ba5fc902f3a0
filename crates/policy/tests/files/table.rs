//! Patterns and paths, one case a line: the pattern, the path, what an entry that allows says, and one that denies.
//!
//! `none` is that the pattern does not match, `kept` that the path is protected and the pattern does not spell it,
//! `path` that the path is none that is judged.

use super::{lax, strict};

const CASES: &str = "
/                        /                             allow deny
/                        /etc                          none  none
/etc                     /etc                          allow deny
/etc                     /                             none  none
/etc                     /etc/hosts                    none  none
/etc/hosts               /etc/hosts                    allow deny
/etc/hosts               /etc/host                     none  none
/etc/hosts               /etc/hosts2                   none  none
/etc/hosts               /ETC/hosts                    none  deny
/etc/hosts               /etc/Hosts                    none  deny
/etc/hosts               /etc                          none  none
/etc/hosts               /srv/etc/hosts                none  none
/etc/hosts               etc/hosts                     path  none
/etc/hosts               /etc//hosts                   path  none
/etc/hosts               //etc/hosts                   path  none
/etc/hosts               /etc/./hosts                  path  none
/etc/hosts               /./etc/hosts                  path  none
/etc/hosts               /etc/hosts/.                  path  none
/etc/hosts               /etc/hosts/                   path  none
/etc/hosts               /etc/x/../hosts               path  none
/etc/hosts               /../etc/hosts                 path  none
/etc/hosts               ../etc/hosts                  path  none
/etc/hosts               ~/hosts                       path  none
/etc/hosts               ./hosts                       path  none
/*                       /etc                          allow deny
/*                       /                             none  none
/*                       /etc/hosts                    none  none
/*                       /.dockerenv                   none  deny
/*/*                     /etc/hosts                    allow deny
/*/*                     /etc                          none  none
/*/*                     /etc/ssl/x                    none  none
/etc/*                   /etc/hosts                    allow deny
/etc/*                   /etc                          none  none
/etc/*                   /etc/                         path  none
/etc/*                   /etc/ssl/openssl.cnf          none  none
/etc/*                   /etc/../root/x                path  none
/etc/*                   /etc/..                       path  none
/etc/*                   /etc/...                      none  deny
/etc/*                   /etc/.git                     none  deny
/etc/*                   /etc/..x                      none  deny
/etc/*                   /etc/shadow                   kept  deny
/etc/*                   /etc/gshadow                  kept  deny
/etc/*                   /etc/shadow-                  kept  deny
/etc/*                   /etc/gshadow-                 kept  deny
/etc/*                   /etc/shadow~                  kept  deny
/etc/*                   /etc/shadow.bak               kept  deny
/etc/*                   /etc/shadow-20261130          kept  deny
/etc/*                   /etc/Shadow                   kept  deny
/etc/*                   /etc/#shadow#                 kept  deny
/etc/*                   /etc/shadowsocks.json         allow deny
/etc/*                   /etc/master.passwd            kept  deny
/etc/*                   /etc/spwd.db                  kept  deny
/etc/*                   /etc/passwd                   allow deny
/etc/*                   /etc/krb5.keytab              kept  deny
/etc/.*                  /etc/.shadow.swp              kept  deny
/etc/.*                  /etc/.git                     allow deny
/etc/.*                  /etc/.g/x                     none  none
/etc/.*                  /etc/hosts                    none  none
/etc/.git                /etc/.git                     allow deny
/etc/.g?t                /etc/.git                     allow deny
/etc/?git                /etc/.git                     none  deny
/etc/[.]git              /etc/.git                     none  deny
/etc/[!a]git             /etc/.git                     none  deny
/etc/*git                /etc/.git                     none  deny
/etc/*git                /etc/git                      allow deny
/etc/sh*w                /etc/shadow                   kept  deny
/etc/shado?              /etc/shadow                   kept  deny
/etc/shado[w]            /etc/shadow                   kept  deny
/e*c/shadow              /etc/shadow                   kept  deny
/**/shadow               /etc/shadow                   kept  deny
/etc/shadow              /etc/shadow                   allow deny
/etc/shadow-             /etc/shadow-                  allow deny
/etc/security/opasswd    /etc/security/opasswd         allow deny
/etc/security/*          /etc/security/opasswd         kept  deny
/etc/security/*          /etc/security/limits.conf     allow deny
/var/backups/*           /var/backups/shadow.bak       kept  deny
/var/backups/*           /var/backups/dpkg.status.0    allow deny
/srv/**                  /srv/root/etc/shadow          kept  deny
/etc/**                  /etc                          allow deny
/etc/**                  /etc/hosts                    allow deny
/etc/**                  /etc/a/b/c/d                  allow deny
/etc/**                  /etcd/x                       none  none
/etc/**                  /srv                          none  none
/etc/**                  /etc/.git/config              none  deny
/etc/**                  /etc/a/.git/config            none  deny
/etc/**                  /etc/a/.b                     none  deny
/etc/**                  /etc/a/../../root/x           path  none
/etc/**                  /etc/ssl/private/a.key        kept  deny
/etc/**                  /etc/ssl/certs/a.pem          kept  deny
/etc/**                  /etc/ssl/certs/a.crt          allow deny
/etc/**                  /etc/ssh/ssh_host_rsa_key     kept  deny
/etc/**                  /etc/ssh/ssh_host_rsa_key.pub allow deny
/etc/**                  /etc/ssh/ssh_host_rsa_key.old kept  deny
/etc/**                  /etc/ssh/ssh_host_rsa_key-old kept  deny
/etc/**                  /etc/ssh/web-1_key            kept  deny
/etc/**                  /etc/ssh/sshd_config          allow deny
/etc/**                  /etc/ssh/moduli               allow deny
/etc/**                  /etc/ssh/authorized_keys      kept  deny
/etc/**                  /etc/ssh/authorized_keys.d/a  kept  deny
/etc/**                  /etc/apt/keyrings/x.gpg       allow deny
/etc/**/*.conf           /etc/a.conf                   allow deny
/etc/**/*.conf           /etc/a/b/c.conf               allow deny
/etc/**/*.conf           /etc/a/.b/c.conf              none  deny
/etc/**/*.conf           /etc/a/b/.conf                none  deny
/etc/**/*.conf           /etc/a/b/c.conf/d             none  none
/etc/**/*.conf           /etc/a/b/c.confx              none  none
/etc/**/b/**             /etc/b                        allow deny
/etc/**/b/**             /etc/a/b/c                    allow deny
/etc/**/b/**             /etc/a/a/b/c/d                allow deny
/etc/**/b/**             /etc/a/ab/c                   none  none
/etc/**/b/**             /etc/.a/b                     none  deny
/etc/**/**/x             /etc/x                        allow deny
/etc/**/**/x             /etc/a/b/c/x                  allow deny
/**                      /                             allow deny
/**                      /etc/hosts                    allow deny
/**                      /proc/meminfo                 kept  deny
/**                      /proc                         kept  deny
/**                      /sys/kernel/x                 kept  deny
/**                      /dev/sda                      kept  deny
/**                      /dev                          kept  deny
/**                      /srv/proc/x                   allow deny
/**                      /root/.ssh/config             kept  deny
/**                      /home/u/id_ed25519            kept  deny
/**                      /home/u/id_ed25519.pub        allow deny
/**                      /home/u/ID_RSA                kept  deny
/**                      /home/u/a.PEM                 kept  deny
/**                      /home/u/a.ppk                 kept  deny
/**                      /home/u/a.p12                 kept  deny
/**                      /home/u/a.pfx                 kept  deny
/**                      /home/u/a.jks                 kept  deny
/**                      /home/u/a.kdbx                kept  deny
/**                      /home/u/a.key.bak             kept  deny
/**                      /home/u/a.key~                kept  deny
/**                      /home/u/a.key_old             kept  deny
/**                      /home/u/monkey                allow deny
/**                      /home/u/keyboard.conf         allow deny
/**                      /home/u/a.keys                allow deny
/proc/*                  /proc/meminfo                 kept  deny
/proc/meminfo            /proc/meminfo                 allow deny
/proc/self/root/etc/x    /proc/self/root/etc/x         allow deny
/proc/*/root/etc/x       /proc/self/root/etc/x         kept  deny
/p*/meminfo              /proc/meminfo                 kept  deny
/PROC/*                  /PROC/meminfo                 kept  deny
/dev/null                /dev/null                     allow deny
/procs/*                 /procs/meminfo                allow deny
/root/.ssh/*             /root/.ssh/config             kept  deny
/root/.ssh/*             /root/.ssh/deploy             kept  deny
/root/.ssh/config        /root/.ssh/config             allow deny
/root/.ssh/id_rsa        /root/.ssh/id_rsa             allow deny
/root/.ssh               /root/.ssh                    allow deny
/root/.s*                /root/.ssh                    kept  deny
/root/.gnupg/**          /root/.gnupg/a/b              kept  deny
/home/*/.ssh/authorized_keys  /home/u/.ssh/authorized_keys  kept  deny
/home/u/.ssh/authorized_keys  /home/u/.ssh/authorized_keys  allow deny
/home/u/.ssh/authorized_keys  /home/v/.ssh/authorized_keys  kept  none
/home/*/.bashrc          /home/u/.bashrc               allow deny
/home/*/.bashrc          /home/.u/.bashrc              none  deny
/home/*/.bashrc          /home/u/v/.bashrc             none  none
/home/**/.bashrc         /home/u/v/.bashrc             allow deny
/home/**/.bashrc         /home/.u/v/.bashrc            none  deny
/var/log/*.log           /var/log/a.log                allow deny
/var/log/*.log           /var/log/.log                 none  deny
/var/log/*.log           /var/log/a.log.1              none  none
/var/log/*.log           /var/log/nginx/a.log          none  none
/var/log/*.log*          /var/log/a.log.1              allow deny
/var/log/a?              /var/log/ab                   allow deny
/var/log/a?              /var/log/a                    none  none
/var/log/a?              /var/log/abc                  none  none
/var/log/a?b             /var/log/a/b                  none  none
/var/log/a?              /var/log/a\u{e9}              allow deny
/var/log/[a-c]           /var/log/b                    allow deny
/var/log/[a-c]           /var/log/d                    none  none
/var/log/[!a-c]          /var/log/d                    allow deny
/var/log/[!a-c]          /var/log/b                    none  none
/var/log/x[!a]y          /var/log/x/y                  none  none
/var/log/x[.-0]y         /var/log/x/y                  none  none
/var/log/[]]             /var/log/]                    allow deny
/var/log/[*]             /var/log/*                    allow deny
/var/log/[*]             /var/log/a                    none  none
/var/log/[?]             /var/log/?                    allow deny
/var/log/[[]a]           /var/log/[a]                  allow deny
/var/log/[z-a]           /var/log/m                    none  none
/var/log/{a,b}           /var/log/a                    none  none
/var/log/{a,b}           /var/log/{a,b}                allow deny
/var/log/\\*             /var/log/\\x                  allow deny
/var/log/'a'             /var/log/a                    none  none
/a*b*c                   /axbxc                        allow deny
/a*b*c                   /abbc                         allow deny
/a*b*c                   /abcb                         none  none
/a*b*c                   /ab/c                         none  none
";

#[test]
fn each_pattern_says_of_each_path_what_the_table_says() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for row in CASES.lines().filter(|line| !line.is_empty()) {
        let columns: Vec<&str> = row.split_whitespace().collect();
        let [glob, path, allows, denies] = columns[..] else {
            panic!("{row}");
        };
        let found = [strict(glob, path), lax(glob, path)];
        if found != [allows, denies] {
            wrong.push(format!("{row}: {found:?}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count >= 180, "{count}");
}

#[test]
fn a_path_that_nobody_could_see_or_that_is_too_long_is_none() {
    let long = format!("/{}", "a".repeat(255));
    let longer = format!("/{}", "a".repeat(256));
    let deep = "/a".repeat(2048);
    let deeper = "/a".repeat(2049);
    for (path, expected) in [
        ("/a b", "allow"),
        (&long, "allow"),
        (&longer, "path"),
        (&deep, "allow"),
        (&deeper, "path"),
        ("/a\nb", "path"),
        ("/a\tb", "path"),
        ("/a\0", "path"),
        ("/a\u{1b}[1m", "path"),
        ("/a\u{7f}", "path"),
        ("/a\u{9b}b", "path"),
        ("/a\u{200b}b", "path"),
        ("/a\u{202e}b", "path"),
        ("/a\u{e0041}", "path"),
        ("", "path"),
        (" /a", "path"),
    ] {
        assert_eq!(strict("/**", path), expected, "{path:?}");
    }
}
