//! Tunnels and routers: IPsec, OpenVPN, Open vSwitch, teams, Tailscale. No wildcard admits words that print keys.

use crate::row::Kind::{self, Begins, Either, Name, Number, OneOf, Text};
use crate::row::{
    Row, Runs, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value, then,
    value,
};

const CHANGES: &str = "changes tunnels";
const SWITCH: &str = "changes a switch";
const ELSEWHERE: &str = "reaches another daemon";
const KEYS: &str = "prints or makes keys";

/// The name of a bridge. Another name may be an address: `tcp:HOST:PORT`.
const BRIDGE: Kind = Either(&[
    Begins("br"),
    Begins("ovs-"),
    Begins("vmbr"),
    Begins("docker"),
    Begins("xenbr"),
]);

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("ipsec").subcommands(&[
        looks("status statusall").operands(only(&[Name])),
        looks("version --version --versioncode listalgs listpubkeys listcerts listcacerts listaacerts listocspcerts"),
        looks("listacerts listgroups listcainfos listcrls listocsp listplugins listcounters listall leases"),
        looks("trafficstatus briefstatus connectionstatus globalstatus shuntstatus"),
        effect("up down start stop restart reload update route unroute purgecrls purgecerts purgeike auto", CHANGES),
        effect("reread rereadsecrets rereadall rereadcerts purgeocsp stroke whack barf look import", CHANGES),
        nothing("pki scepclient showhostkey newhostkey secrets", KEYS),
    ]).options(&[flags("--version --versioncode --help")]),
    effect("openvpn", "starts a tunnel").options(&[flags("--version --help --show-ciphers --show-digests --show-tls")]),
    looks("ovs-appctl ovs-dpctl").by_manual().options(&[
        flags("-h,--help -V,--version"),
        value("--timeout -T", Number),
        refused_value("-t,--target", ELSEWHERE),
    ]).subcommands(&[
        looks("dpif/show bond/list coverage/show memory/show vlog/list fdb/show fdb/stats-show bond/show lacp/show \
               upcall/show version list-commands dpif/dump-flows dump-flows show cfm/show bfd/show stp/show rstp/show \
               dpctl/show dpctl/dump-flows dpctl/dump-conntrack dpctl/stats-show ofproto/list cluster/status")
            .operands(each(Name)).options(&[flags("-m -s --names --statistics")]),
        effect("exit fdb/flush vlog/set vlog/reopen add-dp del-dp add-if del-if del-flows add-flow mod-flow", SWITCH),
    ]),
    looks("ovs-ofctl").by_manual().options(&[
        flags("-h,--help -V,--version -s --stats --no-stats --names --no-names --color"),
        value("-O,--protocols", Name),
        value("--timeout -t", Number),
        refused_value("-p,--private-key -c,--certificate -C,--ca-cert --unixctl", ELSEWHERE),
    ]).subcommands(&[
        looks("show dump-ports dump-ports-desc dump-flows dump-aggregate dump-tables dump-groups dump-group-stats \
               dump-meters dump-desc dump-tables-desc queue-stats get-frags queue-get-config")
            .operands(then(&[BRIDGE], Text)),
        effect("add-flow add-flows mod-flows del-flows replace-flows mod-port add-group del-groups mod-group", SWITCH),
    ]),
    // `--` begins another command of ovs-vsctl.
    looks("ovs-vsctl ovn-nbctl ovn-sbctl").by_manual().options(&[
        flags("-h,--help -V,--version --no-wait --oneline --if-exists --no-leader-only --leader-only"),
        value("-f,--format", OneOf("table html csv json list")),
        value("-t,--timeout", Number),
        value("--columns", Name),
        refused_value("--db -p,--private-key -c,--certificate -C,--ca-cert --unixctl", ELSEWHERE),
    ]).subcommands(&[
        looks("show list-br list-ports list-ifaces br-exists br-to-vlan br-to-parent port-to-br iface-to-br \
               get-controller get-manager get-fail-mode ls-list lsp-list lr-list lrp-list acl-list lr-route-list \
               lr-nat-list lb-list lflow-list dump-flows list get").syntax(Syntax::None).operands(each(Name)),
        effect("add-br del-br add-port del-port set clear remove create destroy set-controller emer-reset init",
            SWITCH),
        effect("set-manager del-controller del-manager set-fail-mode", SWITCH),
    ]),
    // A short name of swanctl means another command when it stands first: the commands of these names look, too.
    looks("swanctl").options(&[
        flags("-l,--list-sas -P,--list-pols -L,--list-conns -x,--list-certs --list-pools --list-authorities"),
        flags("--list-algs -S,--stats -v,--version -h,--help --counters --raw --pretty --leases --noblock"),
        value("--ike --child --name --ike-id", Name),
        value("--type --subject", Name),
        refused_value("--uri --debug --file", ELSEWHERE),
        refused("-i,--initiate -t,--terminate -R,--rekey -d,--redirect -p,--install -u,--uninstall", CHANGES),
        refused("-q,--load-all -c,--load-conns -s,--load-creds -a,--load-pools -b,--load-authorities", CHANGES),
        refused("-f,--flush-certs -r,--reload-settings --pem --reset", CHANGES),
    ]),
    looks("tailscale").by_manual().subcommands(&[
        looks("status version netcheck").options(&[flags("--json --active --peers --self --verbose")]),
        looks("ping").operands(only(&[Name])).options(&[
            flags("--verbose --until-direct"),
            value("-c --c --timeout --size", Number),
        ]),
        looks("ip").operands(only(&[Name])).options(&[flags("-4 -6 -1")]),
        looks("whois").operands(only(&[Name])),
        effect("up down login logout set switch serve funnel cert file nc drive lock update exit-node", CHANGES),
        effect("ssh", "runs a command at another host").runs(&[Runs::Command { after: 1 }]),
    ]),
    looks("teamdctl").operands(only(&[Name, OneOf("state config"), OneOf("view dump")])).options(&[
        flags("-h,--help -v,--verbose"),
        refused("-f,--force-dbus -D,--force-usock", ELSEWHERE),
    ]).by_manual(),
];
