//! Name servers: BIND, Knot, NSD, PowerDNS, Unbound. A program that checks a wrong zone file or configuration prints
//! parts of it, so only files below the directories of these servers are granted.

use crate::row::Kind::{self, Begins, Either, Name, Never, Number, OneOf};
use crate::row::{
    Input, Row, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value, value,
};

const CONFIGURATION: &str = "prints parts of any file, or runs another configuration";
const SERVES: &str = "changes the server";
const STARTS: &str = "starts a server";
const ELSEWHERE: &str = "reaches another host";
const KEYS: &str = "prints keys or passwords";
const ZONES: &str = "changes zones or keys";
const WRITES: &str = "writes a file";
const ZONE_FILE: Kind = Either(&[
    Begins("/etc/bind/"),
    Begins("/etc/nsd/"),
    Begins("/var/cache/bind/"),
    Begins("/var/lib/bind/"),
    Begins("/var/named/"),
    Begins("/var/lib/nsd/"),
    Never(CONFIGURATION),
]);

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("ddns-confgen dnssec-keygen dnssec-signzone dnssec-settime dnssec-revoke keymgr rndc-confgen tsig-keygen \
             nsd-control-setup unbound-control-setup", ZONES),
    // Without an operand, knotc reads commands from its input.
    looks("knotc").input(Input::ProgramUnless("", 1)).options(&[
        flags("-e,--extended -x,--mono -X,--color -v,--verbose -h,--help -V,--version"),
        value("-t,--timeout", Number),
        refused_value("-c,--config -C,--confdb -m,--max-conf-size -s,--socket", CONFIGURATION),
        refused("-b,--blocking -f,--force", SERVES),
    ]).subcommands(&[
        looks("status").operands(only(&[OneOf("version workers configure cert-key")])),
        looks("stats").operands(only(&[Name])),
        looks("zone-status zone-check zone-stats").operands(each(Either(&[Name, OneOf("+role +serial +transaction \
            +freeze \
            +catalog +events")]))),
        looks("zone-read zone-get zone-diff").operands(each(Name)),
        looks("conf-check"),
        effect("stop reload zone-reload zone-refresh zone-retransfer zone-notify zone-flush zone-backup", SERVES)
            .seen(),
        effect("zone-restore zone-sign zone-keys-load zone-key-rollover zone-ksk-submitted zone-freeze", SERVES).seen(),
        effect("zone-thaw zone-xfr-freeze zone-xfr-thaw zone-begin zone-commit zone-abort zone-set zone-unset", SERVES)
            .seen(),
        effect("zone-purge conf-init conf-import conf-begin conf-commit conf-abort conf-set conf-unset", SERVES).seen(),
        nothing("conf-export conf-read conf-get conf-diff conf-list", KEYS),
    ]),
    effect("knotd nsd pdns_server pdns_recursor unbound", STARTS).options(&[flags("-V,--version -h,--help -v")]),
    effect("named", STARTS).options(&[
        flags("-v -V"),
        refused_value("-A -c -d -E -L -m -n -p -S -t -T -U -u -x -X -D -M", STARTS),
        refused("-f -g -s -F -4 -6", STARTS),
    ]),
    looks("named-checkconf").operands(only(&[NAMED])).options(&[
        flags("-h -v -j -i -z -l -c"),
        flags("-p").beside("-x"),
        flags("-x"),
        refused_value("-t", "looks into another file system"),
    ]),
    looks("named-checkzone").operands(only(&[Name, ZONE_FILE])).options(&[
        flags("-h -v -q -d -j"),
        value("-c", OneOf("IN CH HS")),
        value("-i -k -m -M -n -r -S -T -W", OneOf("fail warn ignore full local none")),
        value("-f", OneOf("text raw map")),
        value("-l -L", Number),
        refused("-D", "prints any zone"),
        refused_value("-o -F -J -t -w -s", WRITES),
    ]),
    effect("named-compilezone", WRITES),
    looks("named-journalprint nsec3hash dnssec-dsfromkey dnssec-verify").options(&[flags("-V -h")]),
    looks("nsd-checkconf").operands(only(&[OneOf("/etc/nsd/nsd.conf")])).options(&[
        flags("-v -h -f"),
        refused_value("-o -z -s -p", KEYS),
    ]),
    looks("nsd-checkzone").operands(only(&[Name, ZONE_FILE])).options(&[flags("-h"), refused("-p", "prints any zone")]),
    looks("nsd-control").options(&[
        flags("-h"),
        refused_value("-c", CONFIGURATION),
        refused_value("-s", ELSEWHERE),
    ]).subcommands(&[
        looks("status stats_noreset serverpid get_option"),
        looks("zonestatus").operands(each(Name)),
        effect("start stop reload reconfig repattern log_reopen stats addzone delzone changezone addzones", SERVES)
            .seen(),
        effect("delzones write notify transfer force_transfer verbosity update_tsig add_tsig assoc_tsig", SERVES)
            .seen(),
        effect("del_tsig print_tsig add_cookie_secret drop_cookie_secret activate_cookie_secret", KEYS),
    ]),
    looks("pdns_control rec_control").options(&[
        flags("-h,--help --version"),
        refused_value("--config-dir --config-name --socket-dir --remote-address --remote-port --secret --chroot",
            ELSEWHERE),
        refused_value("--socket-pid --timeout", ELSEWHERE),
    ]).subcommands(&[
        looks("ping rping status uptime version list ccounts remotes respsizes qtypes rcodes ips"),
        looks("show get get-all").operands(each(PDNS)),
        looks("list-zones").operands(only(&[OneOf("master slave native primary secondary producer consumer")])),
        looks("bind-domain-status bind-domain-extended-status bind-list-rejects").operands(each(Name)),
        looks("current-queries top-remotes top-queries top-servfail-remotes top-timeouts get-ntas get-tas help"),
        effect("quit rquit cycle purge wipe-cache notify notify-host retrieve rediscover reload bind-reload-now",
            SERVES).seen(),
        effect("bind-add-zone set xfr-queue token-login quit-nicely reload-zones reload-acls trace-regex add-nta",
            SERVES).seen(),
        effect("clear-nta add-ta clear-ta dump-cache dump-nsspeeds dump-edns dump-failedservers set-minimum-ttl",
            SERVES).seen(),
        nothing("current-config", KEYS),
    ]),
    looks("pdnsutil").options(&[
        flags("-h,--help -v,--verbose --version -q,--quiet"),
        refused_value("--config-dir --config-name", CONFIGURATION),
        refused("-f,--force", ZONES),
    ]).subcommands(&[
        looks("list-all-zones list-member-zones").operands(each(Name)),
        looks("list-zone check-zone show-zone list-keys get-meta hash-zone-record export-zone-ds export-zone-dnskey")
            .operands(each(Name)),
        looks("check-all-zones list-algorithms lmdb-get-backend-version"),
        looks("zone").by_manual().subcommands(&[
            looks("list list-all check check-all show list-keys").operands(each(Name)),
            effect("create delete edit load clear rectify secure unsecure change-type increase-serial", ZONES),
        ]),
        effect("create-zone delete-zone edit-zone load-zone clear-zone add-record replace-rrset delete-rrset", ZONES),
        effect("secure-zone rectify-zone increase-serial set-meta set-kind disable-dnssec add-zone-key", ZONES),
        nothing("list-tsig-keys export-zone-key generate-tsig-key import-tsig-key backend-cmd b2b-migrate", KEYS),
    ]),
    looks("rndc").subcommands(&[
        looks("status"),
        looks("zonestatus").operands(only(&[Name, OneOf("IN CH"), Name])),
        looks("managed-keys").operands(only(&[OneOf("status")])),
        looks("dnssec").syntax(Syntax::None).operands(only(&[OneOf("-status"), Name])),
        looks("signing").syntax(Syntax::None).operands(only(&[OneOf("-list"), Name])),
        effect("reload reconfig flush flushname flushtree refresh retransfer freeze thaw sync notify stop", SERVES)
            .seen(),
        effect("halt", SERVES).seen(),
        effect("querylog trace notrace recursing stats dumpdb validation addzone delzone modzone sign", SERVES).seen(),
        effect("loadkeys nta", SERVES).seen(),
        nothing("secroots showzone tsig-list tsig-delete", KEYS),
    ]).options(&[
        flags("-q -V -r -h -4 -6"),
        refused_value("-s -p -b", ELSEWHERE),
        refused_value("-c -k -y -t", KEYS),
    ]),
    looks("unbound-checkconf").operands(only(&[Either(&[Begins("/etc/unbound/"), Never(CONFIGURATION)])])).options(&[
        flags("-f -h -q"),
        refused_value("-o", KEYS),
    ]),
    looks("unbound-control").subcommands(&[
        looks("status stats_noreset list_stubs list_forwards list_local_zones list_local_data list_insecure"),
        looks("list_auth_zones dump_requestlist dump_infra ip_ratelimit_list ratelimit_list dump_cache"),
        looks("lookup get_option").operands(only(&[Name])),
        effect("start stop reload reload_keep_cache verbosity stats log_reopen load_cache set_option", SERVES).seen(),
        effect("flush flush_type flush_zone flush_bogus flush_negative flush_stats flush_requestlist", SERVES).seen(),
        effect("flush_infra", SERVES).seen(),
        effect("local_zone local_zone_remove local_data local_data_remove forward forward_add forward_remove", SERVES)
            .seen(),
    ]).options(&[
        flags("-q -h"),
        refused_value("-c", CONFIGURATION),
        refused_value("-s", ELSEWHERE),
    ]).input(Input::Data),
];

const NAMED: Kind = Either(&[
    OneOf("/etc/named.conf /etc/named.rfc1912.zones"),
    Begins("/etc/bind/"),
    Begins("/etc/named/"),
    Never(CONFIGURATION),
]);

/// Names of counters and settings; no setting with a password.
const PDNS: Kind = Either(&[Name, OneOf("*")]);
