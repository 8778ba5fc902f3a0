//! Directories of users and their tickets: Kerberos, SSSD, realmd, Samba; and queues of printers.

use crate::row::Kind::{
    self, Begins, Either, Host, Loopback, Name, Number, OneOf, Package, Path, Text,
};
use crate::row::{
    Input, Row, each, effect, flags, looks, maybe, nothing, only, refused, refused_value, value,
};

const ACCOUNTS: &str = "changes accounts or passwords";
const ANY_FILE: &str = "reads any file";
const DOMAIN: &str = "changes the membership of a domain";
const KEYS: &str = "prints keys or passwords";
const CACHE: &str = "changes what is cached";
const OTHER: &str = "acts as another user or at another host";
const SETTINGS: &str = "changes settings or files";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    effect("kinit kdestroy kpasswd kswitch ktutil kadmin kadmin.local kdb5_util", ACCOUNTS).seen(),
    looks("klist").operands(only(&[TICKETS])).options(&[
        flags("-e -V -c -l -A -d -f -s -a -n -k -i -t -C"),
        refused("-K", KEYS),
    ]),
    looks("lpq").operands(each(Name)).options(&[
        flags("-E -l -a"),
        value("-P -U", Name),
        value("-h", Loopback),
    ]),
    // The value of most options of lpstat may be left out, so the next word is read as an operand, too.
    looks("lpstat").operands(each(Name)).options(&[
        flags("-d -e -E -H -l -r -R -s -t"),
        maybe("-a -c -o -p -u -v", Name),
        value("-U", Name),
        value("-W", OneOf("completed not-completed successful all")),
        value("-h", Loopback),
    ]),
    looks("net").options(NET).subcommands(&[
        looks("ads").subcommands(&[
            looks("info testjoin workgroup lookup").options(NET),
            effect("join leave password changetrustpw user group dns keytab gpo printer sid enctypes", DOMAIN),
            nothing("search dn status", "shows any object of the directory"),
        ]),
        looks("cache").subcommands(&[looks("list stabilize"), effect("add del flush set", CACHE)]),
        looks("conf").subcommands(&[
            looks("list listshares listincludes"),
            looks("showshare").operands(only(&[Name])),
            looks("getparm").operands(only(&[Name, Text])),
            effect("addshare delshare drop import setparm delparm setincludes delincludes", SETTINGS),
        ]),
        looks("getdomainsid getlocalsid maxrid").operands(only(&[Package])),
        looks("groupmap").subcommands(&[
            looks("list"),
            effect("add modify delete set cleanup addmem delmem", ACCOUNTS),
        ]),
        looks("lookup").operands(each(Package)),
        looks("rpc").subcommands(&[
            looks("testjoin info").options(NET),
            effect("join oldjoin user group share file registry service shutdown abortshutdown rights", OTHER),
            nothing("vampire samdump trustdom printer audit shell", KEYS),
        ]),
        looks("status").subcommands(&[looks("sessions shares").operands(only(&[OneOf("parseable")]))]),
        looks("usershare").subcommands(&[
            looks("list info").operands(only(&[Text])).options(&[flags("-l,--long")]),
            effect("add delete", SETTINGS),
        ]),
        looks("help"),
        effect("join offlinejoin dom changetrustpw changesecretpw setlocalsid setdomainsid primarytrust", DOMAIN),
        effect("file share session printq user group sam groupmember service password setauthuser time", ACCOUNTS),
        nothing("getauthuser admin registry eventlog printing tdb vfs idmap g_lock serverid notify rap", SETTINGS),
    ]),
    looks("pdbedit").options(&[
        flags("-L,--list -v,--verbose -V,--version"),
        value("-u,--user", Name),
        refused("-w,--smbpasswd-style", KEYS),
        refused("-a,--create -x,--delete -m,--machine -r,--modify -z,--bad-password-count-reset", ACCOUNTS),
        refused("-y,--policies-reset", ACCOUNTS),
        refused_value("-b,--backend -i,--import -e,--export -s,--configfile -c,--account-control -P -C", ACCOUNTS),
    ]),
    looks("realm").options(&[flags("-v,--verbose --help --unattended")]).subcommands(&[
        looks("discover").operands(only(&[Host])).options(&[
            flags("-a,--all -n,--name-only"),
            value("--server-software --client-software --membership-software", Name),
        ]),
        looks("list").operands(only(&[Package])).options(&[flags("-a,--all -n,--name-only")]),
        effect("join leave permit deny renew", DOMAIN),
    ]),
    looks("smbclient").options(&[
        flags("-N,--no-pass -g,--grepable -V,--version"),
        value("-L,--list", Host),
        value("-p,--port -t,--timeout", Number),
        value("-m,--max-protocol", Name),
        refused_value("-A,--authentication-file -s,--configfile", ANY_FILE),
        refused_value("-c,--command -D,--directory -T,--tar", "runs commands at another host"),
    ]).input(Input::Program),
    effect("smbpasswd smbcontrol smbcacls smbget smbtar", ACCOUNTS),
    looks("smbstatus").options(&[
        flags("-b,--brief -B,--byterange -f,--fast -j,--json -L,--locks -n,--numeric -N,--notify -p,--processes"),
        flags("-P,--profile -R,--profile-rates -S,--shares -v,--verbose -V,--version"),
        value("-u,--user", Name),
        value("-d,--debuglevel", Number),
        refused_value("-s,--configfile", ANY_FILE),
    ]),
    looks("sssctl").options(&[flags("-?,--help --usage")]).subcommands(&[
        looks("config-check"),
        looks("debug-level domain-list"),
        looks("domain-status").operands(only(&[Package])).options(&[
            flags("-o,--online -a,--active-server -r,--servers"),
            refused("-s,--start", "starts a service"),
        ]),
        looks("group-show netgroup-show user-checks user-show").operands(only(&[Name])),
        effect("cache-remove cache-upgrade cache-expire cache-index logs-remove logs-fetch", CACHE),
        effect("client-data-backup client-data-restore access-report", CACHE),
        nothing("analyze cert-show cert-map cert-eval-rule", ANY_FILE),
    ]),
    // testparm would print parts of any other file.
    looks("testparm").operands(only(&[OneOf("/etc/samba/smb.conf")])).options(&[
        flags("-s,--suppress-prompt -v,--verbose -l,--skip-logic-checks --show-all-parameters --help -V,--version"),
        value("--parameter-name --section-name", Text),
        value("-d,--debuglevel", Number),
        refused_value("--option", SETTINGS),
    ]),
    looks("wbinfo").options(&[
        flags("-u,--domain-users -g,--domain-groups -t,--check-secret -P,--ping-dc -p,--ping -m,--trusted-domains"),
        flags("--all-domains --own-domain --online-status --sequence --separator --verbose --help -V,--version"),
        value("-n,--name-to-sid -s,--sid-to-name -R,--lookup-rids -U,--uid-to-sid -G,--gid-to-sid", WINDOWS),
        value("-S,--sid-to-uid -Y,--sid-to-gid -i,--user-info -r,--user-groups -D,--domain-info", WINDOWS),
        value("--sid-to-fullname --lookup-sids --uid-info --group-info --gid-info --user-sidinfo", WINDOWS),
        value("--user-domgroups --sid-aliases --user-sids --getdcname --dsgetdcname --dc-info --domain", WINDOWS),
        refused("-c,--change-secret --allocate-uid --allocate-gid --logoff --get-auth-user -K -k", ACCOUNTS),
        refused_value("-a,--authenticate --pam-logon --set-auth-user --ccache-save --change-user-password", ACCOUNTS),
    ]),
];

/// The options of net with the machine's own account: a person chooses any other account by a password.
#[rustfmt::skip]
const NET: &[crate::row::Options] = &[
    flags("-P,--machine-pass -l,--long -v,--verbose --json -V,--version"),
    refused_value("-S,--server -I,--ipaddress -U,--user -A,--authentication-file -s,--configfile -w", OTHER),
];

const TICKETS: Kind = Either(&[
    Path,
    Begins("FILE:/"),
    Begins("KEYRING:"),
    Begins("KCM:"),
    OneOf("KCM"),
]);

/// `DOMAIN\user`, and identifiers.
const WINDOWS: Kind = Text;
