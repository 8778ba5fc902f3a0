//! Servers of mail and scanners of mail: Dovecot, Exim, Postfix, ClamAV. Their state, and their queues.

use crate::row::Kind::{self, Either, Name, Number, OneOf, Path, Text};
use crate::row::{
    Input, Row, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value, then,
    value,
};

const OBJECT: Kind = Either(&[Name, Text]);
const CONFIGURATION: &str = "prints parts of any file, or runs another configuration";
const SERVES: &str = "changes the server";
const KEYS: &str = "prints keys or passwords";
const MAIL: &str = "changes or sends mail";
const WRITES: &str = "writes a file";
const RUNS: &str = "runs another program";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("clamscan clamdscan").operands(each(Path)).input(Input::Data).options(&[
        flags("-r,--recursive -i,--infected -o,--suppress-ok-results --no-summary -V,--version -h,--help -v,--verbose"),
        flags("-z,--allmatch -m,--multiscan --fdpass --stream --ping --wait --quiet --stdout"),
        value("--exclude --exclude-dir --include --include-dir", Text),
        value("--max-filesize --max-scansize --max-recursion --max-files", Number),
        refused("--remove", "removes files"),
        refused_value("--move --copy -l,--log --tempdir --leave-temps", WRITES),
        refused_value("-f,--file-list -d,--database -c,--config-file", CONFIGURATION),
    ]),
    looks("doveadm").subcommands(&[
        looks("who").operands(each(OBJECT)).options(&[flags("-1")]),
        // `doveadm log find` writes test messages and looks where they arrive.
        looks("log").subcommands(&[looks("errors"), effect("find reopen test", SERVES)]),
        looks("stats").subcommands(&[looks("dump"), effect("reset add remove", SERVES)]),
        looks("user").operands(each(OBJECT)).options(&[flags("-u"), value("-f", Name), value("-x", Text)]),
        looks("mailbox").subcommands(&[
            looks("list status").operands(each(OBJECT)).options(&[flags("-s -A"), value("-u", Name)]),
            effect("create delete rename subscribe unsubscribe", MAIL),
        ]),
        looks("quota").subcommands(&[
            looks("get").options(&[flags("-A"), value("-u", Name)]),
            effect("recalc", MAIL),
        ]),
        looks("process").subcommands(&[looks("status").operands(each(Name))]),
        looks("service").subcommands(&[looks("status").operands(each(Name)), effect("stop", SERVES)]),
        looks("replicator").subcommands(&[looks("status").operands(each(OBJECT))]),
        looks("director").subcommands(&[looks("status map ring dump").operands(each(Name))]),
        looks("instance").subcommands(&[looks("list"), effect("remove", SERVES)]),
        looks("proxy").subcommands(&[looks("list"), effect("kick", SERVES)]),
        looks("help"),
        effect("reload stop kick penalty", SERVES),
        effect("expunge move copy deduplicate purge altmove backup sync import force-resync index", MAIL),
        nothing("exec auth config fetch search save pw dump mount", "prints mail or passwords, or runs programs"),
    ]).options(&[
        flags("-v -D"),
        value("-f", OneOf("flow tab table pager json")),
        refused_value("-c -o -i -k", CONFIGURATION),
    ]),
    effect("dovecot", SERVES).options(&[
        flags("-n -a --version --build-options --hostdomain --help"),
        refused_value("-c -i", CONFIGURATION),
        refused("-F -p -P", SERVES),
    ]),
    looks("doveconf").operands(each(Name)).options(&[
        flags("-n -a -N -S -d -h -m"),
        refused("-P", KEYS),
        refused_value("-c -f", CONFIGURATION),
    ]),
    looks("exim exim4").syntax(Syntax::Words).input(Input::Program).operands(each(Name)).only_with(
        "-Mvl -Mvh -bt",
    ).options(&[
        flags("-bp -bpc -bpr -bpu -bpa -bpi -bV -Mvl -Mvh -bt -v"),
        refused("-be -bv -bs -bS -bd -bi -bP -q -qf -qff -R -t -M -Mrm -Mf -Mg -Mt -Meb -Mvb -Mvc", MAIL),
        refused_value("-C -D -bf -bF", CONFIGURATION),
    ]),
    // exigrep reads a packed log through a shell, so the name of a log must have no signs.
    looks("exigrep").operands(then(&[Text], Name)).options(&[
        flags("-l,--literal -I,--sensitive -v,--invert -M,--related -h,--help"),
        value("-t,--queue-time", Number),
    ]).input(Input::Data),
    looks("eximstats").operands(each(Name)).options(&[
        flags("-nr -nt -ne -bydomain -byemail -byedomain -byip -txt -help"),
    ]).syntax(Syntax::Words).input(Input::Data),
    looks("exinext").operands(only(&[Name])),
    looks("exiqgrep").options(&[
        flags("-c -z -x -i -l -b -R -h"),
        value("-f -r -s -y -o", Text),
        refused_value("-C -E", RUNS),
    ]),
    looks("mailq").options(&[flags("-v"), value("-A", OneOf("c m"))]),
    looks("opendkim-testkey opendkim-testmsg").options(&[
        flags("-v -V"),
        value("-d -s", Name),
        refused_value("-k -x", CONFIGURATION),
    ]),
    looks("exiqsumm").input(Input::Data).options(&[flags("-a -c -s -x")]),
    looks("pflogsumm").input(Input::Data).operands(each(Path)).syntax(Syntax::Words).options(&[
        flags("-e -q -i -ignore-case -iso-date-time -m -uucp-mung -no-no-msg-size -problems-first -rej-add-from"),
        flags("-smtpd-stats -zero-fill -help -version"),
        value("-d", OneOf("today yesterday")),
        value("-detail -bounce-detail -deferral-detail -h -u -reject-detail -smtp-detail", Number),
        value("-smtpd-warning-detail -verbose-msg-detail", Number),
    ]),
    effect("postcat postmap postalias postsuper postdrop postmulti", MAIL),
    // A name with `=` sets a parameter.
    looks("postconf").operands(each(Name)).options(&[
        flags("-n -d -m -a -A -l -h -H -f -F -p -M -P -v"),
        value("-C -T", Name),
        refused("-e -X -#", SERVES),
        refused_value("-o -c", CONFIGURATION),
        refused_value("-b -t", CONFIGURATION),
    ]),
    looks("postfix").subcommands(&[
        looks("status"),
        effect("start stop reload abort flush check set-permissions upgrade-configuration", SERVES),
    ]).options(&[flags("-v"), refused_value("-c -D", CONFIGURATION)]),
    looks("postqueue").options(&[
        flags("-p -j -v"),
        refused("-f", MAIL),
        refused_value("-i -s", MAIL),
        refused_value("-c", CONFIGURATION),
    ]),
    looks("qshape").operands(each(OneOf("incoming active deferred hold corrupt maildrop"))).options(&[
        flags("-s -p"),
        value("-m -n -b -t -w -N", Number),
        refused_value("-c", CONFIGURATION),
    ]),
    effect("sendmail", MAIL).syntax(Syntax::Words).input(Input::Data).options(&[
        flags("-bp"),
        refused("-q -bs -bd -bi -bv -t", MAIL),
        refused_value("-C -O -o", CONFIGURATION),
    ]),
];
