//! The tools of iproute2: ip, bridge, tc. Their words are keywords and values, not options.
//!
//! An abbreviation is granted only if it means a look in every version: `ip link s` sets.

use crate::row::Kind::{Either, Name, Never, OneOf, Text};
use crate::row::{
    Kind, Row, Runs, Syntax, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

/// The name of an object, by any text: a rule that begins one says which object it means.
const OBJECT: Kind = Either(&[Name, Text]);
const CHANGES: &str = "changes the network";
const ELSEWHERE: &str = "looks at another network namespace";
const COMMANDS: &str = "reads commands from a file";
const LINK_WORDS: &str = "dev up group master vrf type nomaster";
const ADDRESS_WORDS: &str = "dev up scope to label master nomaster vrf type global host link permanent dynamic \
                             secondary primary tentative deprecated temporary";
const ROUTE_WORDS: &str = "table dev via src proto protocol scope type root match exact from to cache vrf metric all \
                           main local default kernel static boot unicast global link host iif oif mark tos dsfield \
                           realm realms uid ipproto sport dport fibmatch broadcast blackhole unreachable nexthop";
const NEIGHBOUR_WORDS: &str = "dev to nud proxy vrf nomaster reachable stale delay probe failed incomplete permanent \
                               noarp none all unused";
const RULE_WORDS: &str =
    "from to tos fwmark iif oif pref priority table lookup protocol all main local default";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("bridge").syntax(Syntax::Words).subcommands(BRIDGE).options(&[
        flags("-s,-stats,-statistics -d,-details -o,-oneline -t,-timestamp -c,-compressvlans -p,-pretty -j,-json"),
        flags("-V,-Version -N,-Numeric"),
        attached("-color", OneOf("always auto never")),
        refused_value("-n,-netns", ELSEWHERE),
        refused_value("-b,-batch", COMMANDS).unseen(),
        refused("-force", COMMANDS),
    ]),
    looks("ip").runs(&[Runs::After("exec exe ex e")]).syntax(Syntax::Words).subcommands(IP).options(&[
        flags("-s,-stats,-statistics -d,-details -r,-resolve -h,-human,-human-readable -iec -j,-json -p,-pretty"),
        flags("-4 -6 -0 -M -B -br,-brief -o,-oneline -t,-timestamp -ts,-tshort -N,-Numeric -V,-Version"),
        attached("-c,-color", OneOf("always auto never")),
        value("-f,-family", OneOf("inet inet6 mpls bridge link")),
        refused_value("-n,-netns", ELSEWHERE),
        refused_value("-b,-batch", COMMANDS).unseen(),
        refused("-force", COMMANDS),
        refused("-a,-all", "acts in every network namespace"),
    ]),
    looks("tc").syntax(Syntax::Words).subcommands(TC).options(&[
        flags("-s,-stats,-statistics -d,-details -r,-raw -o,-oneline -j,-json -p,-pretty -br,-brief -iec -g,-graph"),
        flags("-N,-Numeric -nm,-nam,-names -t,-timestamp -ts,-tshort -V,-Version"),
        attached("-c,-color", OneOf("always auto never")),
        refused_value("-n,-netns", ELSEWHERE),
        refused_value("-b,-batch", COMMANDS).unseen(),
        refused_value("-cf,-conf", "reads any file"),
        refused("-force", COMMANDS),
    ]),
];

#[rustfmt::skip]
const IP: &[Row] = &[
    looks("help"),
    looks("address addr addre addres add ad a").subcommands(&[
        looks("show sho sh s list lis li l lst ls help").signs(ADDRESS_WORDS).operands(each(OBJECT)),
        effect("add change replace delete del flush", CHANGES).seen(),
        effect("save showdump restore", CHANGES).seen(),
    ]),
    looks("addrlabel").subcommands(&[looks("show list lst ls"), effect("add del delete flush", CHANGES)]),
    looks("fou").subcommands(&[looks("show"), effect("add del", CHANGES)]),
    looks("ila").subcommands(&[looks("list"), effect("add del", CHANGES)]),
    looks("ioam").subcommands(&[
        looks("namespace").subcommands(&[looks("show"), effect("add del set", CHANGES)]),
        looks("schema").subcommands(&[looks("show"), effect("add del", CHANGES)]),
    ]),
    looks("l2tp").subcommands(&[
        looks("show").signs("tunnel session tunnel_id session_id").operands(each(OBJECT)),
        effect("add del delete", CHANGES).seen(),
    ]),
    looks("link lin li l").subcommands(&[
        looks("show sho sh list lis li l lst ls help").signs(LINK_WORDS).operands(each(OBJECT)),
        looks("afstats").signs("dev").operands(each(OBJECT)),
        looks("xstats").signs("type dev").operands(each(OBJECT)),
        effect("set", CHANGES).seen().signs("dev").operands(only(&[Name, OneOf("up down")])),
        effect("se s add change replace delete del", CHANGES).seen(),
        looks("property").subcommands(&[effect("add del", CHANGES)]),
    ]),
    looks("macsec").subcommands(&[
        looks("show").operands(only(&[OBJECT])),
        effect("add set del delete offload", CHANGES).seen(),
    ]),
    looks("maddress maddr").subcommands(&[
        looks("show list lst ls").signs("dev").operands(each(OBJECT)),
        effect("add del delete", CHANGES).seen(),
    ]),
    looks("monitor mon").operands(each(OneOf(
        "all address link mroute neigh netconf nexthop nsid prefix route rule stats label all-nsid maddress",
    ))),
    looks("mptcp").subcommands(&[
        looks("endpoint").subcommands(&[
            looks("show").signs("id").operands(each(OBJECT)),
            effect("add delete change flush", CHANGES).seen(),
        ]),
        looks("limits").subcommands(&[looks("show"), effect("set", CHANGES)]),
        looks("monitor"),
    ]),
    looks("mroute").subcommands(&[
        looks("show list lst ls").signs("to from iif table all main default").operands(each(OBJECT)),
    ]),
    looks("mrule").subcommands(&[looks("show list lst ls"), effect("add del delete flush", CHANGES)]),
    looks("neighbour neighbor neighb neigh nei ne n").subcommands(&[
        looks("show sho sh s list lis li l lst ls help get").signs(NEIGHBOUR_WORDS).operands(each(OBJECT)),
        effect("add del delete change replace flush", CHANGES).seen(),
    ]),
    looks("netconf").subcommands(&[looks("show").signs("dev").operands(each(OBJECT))]),
    looks("netns").subcommands(&[
        looks("show list lst ls"),
        looks("list-id").signs("target-nsid nsid").operands(each(OBJECT)),
        looks("pids identify").operands(only(&[OBJECT])),
        looks("monitor"),
        effect("exec", "runs a command in another network namespace")
            .runs(&[Runs::Command { after: 1 }]).operands(only(&[Name])),
        effect("add attach set delete del", CHANGES).seen(),
    ]),
    looks("nexthop").subcommands(&[
        looks("show list lst ls get").signs("id dev vrf master groups fdb protocol").operands(each(OBJECT)),
        looks("bucket").subcommands(&[
            looks("show list get").signs("id index dev vrf master nhid").operands(each(OBJECT)),
        ]),
        effect("add del delete replace flush", CHANGES).seen(),
    ]),
    looks("ntable ntbl").subcommands(&[
        looks("show list lst ls").signs("dev name").operands(each(OBJECT)),
        effect("change", CHANGES).seen(),
    ]),
    looks("route rout rou ro r").subcommands(&[
        looks("show sho sh s list lis li l lst ls help").signs(ROUTE_WORDS).operands(each(OBJECT)),
        looks("get g").signs(ROUTE_WORDS).operands(each(OBJECT)),
        effect("add del delete change append replace flush save restore", CHANGES).seen(),
    ]),
    looks("rule rul ru").subcommands(&[
        looks("show sho sh s list lis li l lst ls help").signs(RULE_WORDS).operands(each(OBJECT)),
        effect("add del delete flush save restore", CHANGES).seen(),
    ]),
    looks("sr").subcommands(&[
        looks("tunsrc").subcommands(&[looks("show"), effect("set", CHANGES)]),
    ]),
    looks("stats").subcommands(&[
        looks("show").signs("dev group subgroup suite link xstats xstats_slave offload afstats").operands(each(OBJECT)),
        effect("set", CHANGES).seen(),
    ]),
    looks("tcp_metrics tcpmetrics").subcommands(&[
        looks("show list lst ls").signs("address").operands(each(OBJECT)),
        effect("delete del flush", CHANGES).seen(),
    ]),
    looks("token").subcommands(&[
        looks("show list lst ls get").signs("dev").operands(each(OBJECT)),
        effect("set del", CHANGES).seen(),
    ]),
    looks("tunnel tunl").subcommands(&[
        looks("show list lst ls").signs("dev name").operands(each(OBJECT)),
        effect("add change del delete prl 6rd", CHANGES).seen(),
    ]),
    looks("tuntap").subcommands(&[looks("show list lst ls"), effect("add del delete", CHANGES)]),
    looks("vrf").subcommands(&[
        looks("show list lst ls pids identify").operands(only(&[OBJECT])),
        effect("exec", "runs a command in another routing domain")
            .runs(&[Runs::Command { after: 1 }]).operands(only(&[Name])),
    ]),
    // `ip xfrm state` prints keys.
    looks("xfrm").subcommands(&[
        effect("state", "prints keys, or changes them").seen().subcommands(&[looks("count")]),
        looks("policy").subcommands(&[
            looks("show list lst ls count").signs("dir src dst dev in out fwd").operands(each(OBJECT)),
            effect("add update delete get flush set", CHANGES).seen(),
        ]),
    ]),
];

#[rustfmt::skip]
const BRIDGE: &[Row] = &[
    looks("help"),
    looks("fdb").subcommands(&[
        looks("show list lst ls get").signs("br brport dev vlan vni state dynamic static permanent self master to")
            .operands(each(OBJECT)),
        effect("add append replace delete del flush", CHANGES).seen(),
    ]),
    looks("link").subcommands(&[
        looks("show list lst ls").signs("dev").operands(each(OBJECT)),
        effect("set s se", CHANGES).seen(),
    ]),
    looks("mdb").subcommands(&[
        looks("show list lst ls").signs("dev vid").operands(each(OBJECT)),
        effect("add del delete", CHANGES).seen(),
    ]),
    looks("monitor").operands(each(OneOf("all link fdb mdb vlan vni"))),
    looks("vlan").subcommands(&[
        looks("show list lst ls tunnelshow").signs("dev vid").operands(each(OBJECT)),
        looks("global").subcommands(&[
            looks("show").signs("dev vid").operands(each(OBJECT)),
            effect("set", CHANGES).seen(),
        ]),
        effect("add del delete set", CHANGES).seen(),
    ]),
    looks("vni").subcommands(&[
        looks("show list lst ls").signs("dev").operands(each(OBJECT)),
        effect("add del delete", CHANGES).seen(),
    ]),
];

#[rustfmt::skip]
const TC: &[Row] = &[
    looks("help"),
    looks("action actions").subcommands(&[
        looks("show list lst ls").signs("action").operands(each(OBJECT)),
        effect("add change replace delete del flush", CHANGES).seen(),
    ]),
    looks("chain").subcommands(&[
        looks("show list lst ls").signs("dev root ingress egress parent block").operands(each(OBJECT)),
        effect("add delete del", CHANGES).seen(),
    ]),
    looks("class").subcommands(&[
        looks("show list lst ls").signs("dev root parent classid").operands(each(OBJECT)),
        effect("add change replace delete del", CHANGES).seen(),
    ]),
    nothing("exec", "runs a program"),
    looks("filter").subcommands(&[
        looks("show list lst ls").signs("dev root ingress egress parent block chain pref prio protocol")
            .operands(each(OBJECT)),
        effect("add change replace delete del", CHANGES).seen(),
    ]),
    looks("monitor").operands(only(&[Never("reads any file")])),
    looks("qdisc").subcommands(&[
        looks("show list lst ls").signs("dev root ingress clsact parent handle invisible").operands(each(OBJECT)),
        effect("add change replace link delete del", CHANGES).seen(),
    ]),
];
