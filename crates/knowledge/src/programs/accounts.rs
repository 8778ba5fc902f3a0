//! Users and groups: who they are, who was there, and programs that change them.

use crate::row::Kind::{
    self, Any, Begins, Either, Host, Name, Never, Number, OneOf, Package, Text,
};
use crate::row::{
    Input, Options, Row, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value,
    then, value,
};

const ACCOUNTS: &str = "changes accounts";
const PASSWORDS: &str = "changes passwords or when they expire";
const OTHER_ROOT: &str = "looks into another file system";
const LOGINS: &str =
    "/var/log/wtmp /var/log/wtmp.1 /var/log/btmp /var/log/btmp.1 /var/run/utmp /run/utmp";

const EDITS: &str = "edits who may run what";
const SUDOERS: Kind = Either(&[OneOf("/etc/sudoers"), Begins("/etc/sudoers.d/")]);
const HELP: Options = flags("--help --version");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("chage").operands(only(&[Name])).only_with("-l").options(&[
        flags("-l,--list -i,--iso8601 -h,--help"),
        refused_value("-d,--lastday -E,--expiredate -I,--inactive -m,--mindays -M,--maxdays -W,--warndays", PASSWORDS),
        refused_value("-R,--root -P,--prefix", OTHER_ROOT),
    ]),
    effect("chfn chsh vipw vigr edquota setquota", ACCOUNTS).seen(),
    nothing("chpasswd chgpasswd newusers", PASSWORDS).seen(),
    looks("faillock").options(&[
        value("--user", Name),
        refused("--reset", "unlocks an account"),
        refused_value("--dir --conf", "reads another file"),
    ]),
    looks("finger").operands(each(Package)).options(&[flags("-l -m -s -p")]),
    // `shadow` is missing: its entries are secrets.
    looks("getent").operands(then(&[OneOf(DATABASES)], Text)).subcommands(&[
        looks("hosts ahosts ahostsv4 ahostsv6").operands(each(Host)),
    ]).options(&[
        flags("-A,--no-addrconfig -i,--no-idn --help --usage -V,--version"),
        // The value of `-s` is a library that getent loads.
        value("-s,--service", OneOf("files dns sss ldap systemd compat db myhostname mdns")),
    ]),
    effect("gpasswd groupadd groupdel groupmod groupmems", ACCOUNTS).seen(),
    looks("groups").operands(each(Name)).options(&[flags("--help --version")]),
    looks("id").operands(each(Any)).options(&[
        flags("-a -Z,--context -g,--group -G,--groups -n,--name -r,--real -u,--user -z,--zero --help --version"),
    ]),
    looks("last lastb").operands(each(Name)).options(&[
        flags("-a,--hostlast -d,--dns -F,--fulltimes -i,--ip -R,--nohostname -w,--fullnames -x,--system -NUMBER"),
        flags("-h,--help -V,--version"),
        value("-n,--limit", Number),
        value("-s,--since -t,--until -p,--present --time-format", Text),
        // last would print any other file as far as it looks like logins.
        value("-f,--file", OneOf(LOGINS)),
    ]),
    looks("lastlog").options(&[
        value("-b,--before -t,--time", Number),
        value("-u,--user", Text),
        flags("-h,--help"),
        refused("-C,--clear -S,--set", "changes the record of logins"),
        refused_value("-R,--root", OTHER_ROOT),
    ]),
    looks("logname").options(&[flags("--help --version")]),
    looks("lslogins").operands(only(&[Name])).options(&[
        flags("-a,--acc-expiration -c,--colon-separate -e,--export -f,--failed -G,--supp-groups -L,--last"),
        flags("-n,--newline"),
        flags("--noheadings --notruncate --output-all -r,--raw -s,--system-accs -u,--user-accs -y,--shell"),
        flags("-Z,--context"),
        flags("-z,--print0 -p,--pwd -h,--help -V,--version"),
        value("-g,--groups -l,--logins --time-format -o,--output", Text),
        refused_value("--wtmp-file --btmp-file --lastlog", "prints parts of any file"),
    ]),
    looks("passwd").seen().operands(only(&[Name])).only_with("-S").input(Input::Program).options(&[
        flags("-S,--status -a,--all -h,--help"),
        refused("-d,--delete -e,--expire -l,--lock -u,--unlock -k,--keep-tokens --stdin -f,--force", PASSWORDS),
        refused_value("-n,--mindays -x,--maxdays -w,--warndays -i,--inactive", PASSWORDS),
        refused_value("-R,--root -P,--prefix -r,--repository", OTHER_ROOT),
    ]),
    looks("pinky").operands(each(Package)).options(&[HELP, flags("-l -b -h -p -s -f -w -i -q")]),
    // Without `-r`, pwck and grpck mend the files.
    effect("pwck grpck", ACCOUNTS).seen().syntax(Syntax::None).operands(each(Never(ACCOUNTS))).subcommands(&[
        looks("-r --read-only -rq -qr").options(&[flags("-r,--read-only -q,--quiet")]),
        effect("-q --quiet", ACCOUNTS).seen().syntax(Syntax::None).subcommands(&[looks("-r --read-only")]),
        looks("-h --help"),
    ]),
    effect("useradd userdel usermod adduser deluser addgroup delgroup pwconv pwunconv grpconv grpunconv", ACCOUNTS)
        .seen(),
    looks("users").options(&[flags("--help --version")]),
    // Without `-c`, visudo is an editor. With `-c`, it would print parts of any other file.
    effect("visudo", EDITS).syntax(Syntax::None).operands(each(Never(EDITS))).subcommands(&[
        looks("-c --check -cq -qc -cs -csq -cO -cP -cOP").operands(only(&[SUDOERS])).options(&[
            flags("-c,--check -q,--quiet -s,--strict -O,--owner -P,--perms"),
            value("-f,--file", SUDOERS),
        ]),
        looks("-cf -cqf -qcf -csf -cvf").operands(only(&[SUDOERS])).options(&[flags("-q,--quiet -s,--strict")]),
        effect("-q --quiet -s --strict", EDITS).syntax(Syntax::None).subcommands(&[
            looks("-c --check").options(&[value("-f,--file", SUDOERS)]),
            looks("-cf").operands(only(&[SUDOERS])),
        ]),
        looks("-h --help -V --version"),
    ]),
    looks("whoami").options(&[flags("--help --version")]),
];

const DATABASES: &str = "\
    passwd group services protocols networks netgroup ethers rpc initgroups aliases";
