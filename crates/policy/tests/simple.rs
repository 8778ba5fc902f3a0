//! Rules over words by `simple_binaries`, alone and beside the other two keys.

use super::argv::{check, denies};

#[test]
fn simple_binaries_grant_few_spelled_out_arguments() {
    check(
        "- {action: allow, simple_binaries: [uptime, df, /usr/bin/free], shell: [glob]}\n\
         - {action: allow, simple_binaries: [id], simple_max_args: 0}\n\
         - {action: allow, simple_binaries: [who], simple_max_args: 1}\n",
        &[
            ("uptime", "allow"),
            ("uptime -p", "allow"),
            ("'uptime' '-p'", "allow"),
            ("df 1 2 3 4 5 6", "allow"),
            ("df 1 2 3 4 5 6 7", "default"),
            ("df -h /var 2>/dev/null", "allow"),
            ("df '/var/*'", "allow"),
            ("df /var/*", "default"),
            ("/bin/df", "default"),
            ("./df", "default"),
            ("dfx", "default"),
            ("DF", "default"),
            ("'df -h'", "default"),
            ("/usr/bin/free -m", "allow"),
            ("free -m", "default"),
            ("id", "allow"),
            ("id -u", "default"),
            ("id ''", "default"),
            ("who am", "allow"),
            ("who am i", "default"),
            ("uptime | df", "allow"),
            ("uptime | sh", "default"),
            ("sudo uptime", "default"),
        ],
    );
}

#[test]
fn denied_simple_binaries_are_read_laxly() {
    denies(
        "simple_binaries: [rm, /opt/tool]",
        &[
            ("rm", "rule"),
            ("/bin/rm x", "rule"),
            ("sudo rm x", "rule"),
            ("rm 1 2 3 4 5 6 7 8", "rule"),
            ("rm x*", "rule"),
            ("sh -c 'rm x'", "rule"),
            ("find . -exec {} x ';'", "rule"),
            ("rmdir x", "allow"),
            ("echo rm", "allow"),
            ("/opt/tool", "rule"),
            ("tool", "allow"),
        ],
    );
    denies(
        "simple_binaries: [rm], simple_max_args: 1",
        &[
            ("rm x", "rule"),
            ("rm x y", "allow"),
            ("rm x y*", "rule"),
            ("ls | xargs rm x", "rule"),
        ],
    );
}

#[test]
fn any_of_the_three_keys_matches() {
    check(
        "- {action: allow, commands: ['id*'], argv: [[df, -h]], simple_binaries: [who]}\n\
         - {action: ask, argv: [[df, -h, /x], [who, '**']]}\n",
        &[
            ("id -u", "allow"),
            ("df -h", "allow"),
            ("df -h /x", "ask"),
            ("who", "ask"),
            ("id | df -h", "allow"),
            ("df", "default"),
        ],
    );
}
