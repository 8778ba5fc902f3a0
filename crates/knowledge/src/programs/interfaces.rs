//! Sockets, interfaces, links and neighbours: ss, netstat, ifconfig, ethtool, nmcli, iw, wg and their like.

use crate::language::Language::NoDomain;
use crate::row::Kind::{Either, Name, Number, OneOf, Script, Text};
use crate::row::{
    Input, Kind, Options, Row, Syntax, each, effect, flags, looks, maybe, nothing, only, refused,
    refused_value, then, value,
};

/// The name of an object, by any text: a rule that begins one says which object it means.
const OBJECT: Kind = Either(&[Name, Text]);
/// A part of a filter, or an address.
const ADDRESSES: Kind = Script(NoDomain);
const CHANGES: &str = "changes the network";
const CARD: &str = "changes the network card";
const ANY_FILE: &str = "reads any file";

/// Letters and digits that vnstat takes behind `--oneline` and similar options.
const UNITS: &str = "a b h d m t y s f 0 1";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("arp").operands(only(&[ADDRESSES])).options(&[
        flags("-a -e -n,--numeric -v,--verbose -V,--version"),
        value("-i,--device", Name),
        value("-H,--hw-type -A,-p,--protocol", OneOf("ether inet")),
        refused("-s,--set -d,--delete -D,--use-device", CHANGES),
        refused("-f,--file", "reads entries from a file"),
    ]),
    looks("brctl").subcommands(&[
        looks("show").operands(each(Name)),
        looks("showmacs showstp").operands(only(&[Name])),
        effect("addbr delbr addif delif setageing stp setfd sethello setmaxage setpathcost setportprio", CHANGES)
            .seen(),
    ]),
    looks("ethtool").seen().syntax(Syntax::Words).options(ETHTOOL).operands(only(&[Name, Number]))
        .signs("rx-flow-hash tcp4 udp4 sctp4 tcp6 udp6 sctp6 ah4 esp4 ah6 esp6 rule context hex on downshift \
                fast-link-down energy-detect-power-down rx-copybreak tx-copybreak eth-phy eth-mac eth-ctrl rmon"),
    // The operands of ifconfig act: `ifconfig eth0 down`.
    looks("ifconfig").seen().operands(only(&[Name])).options(&[flags("-a -s -v")]),
    looks("iw").subcommands(&[
        // Words of iw such as `set`, `del`, `scan` and `connect` act; the others ask.
        looks("dev").operands(then(
            &[Name],
            OneOf("info link station survey mesh_param mpath mpp dump get power_save"),
        )),
        looks("phy").operands(only(&[Name, OneOf("info channels")])),
        looks("reg").subcommands(&[looks("get"), effect("set reload", CHANGES)]),
        looks("list features commands help event"),
    ]).options(&[flags("--version")]),
    looks("iwconfig").operands(only(&[Name])).options(&[flags("--version")]),
    looks("iwlist").operands(only(&[Name, OneOf("frequency freq channel bitrate rate retry power txpower ap event")])),
    looks("lldpcli").input(Input::ProgramUnless("", 1)).options(LLDP).subcommands(&[
        looks("show sho sh").operands(each(Name)).signs("neighbors neighbor interfaces chassis statistics ports \
            configuration running-configuration details summary hidden"),
        looks("watch"),
        effect("configure unconfigure update pause resume", CHANGES).seen(),
    ]),
    looks("lldpctl").options(LLDP).operands(each(Name)),
    looks("mii-tool").operands(each(Name)).options(&[
        flags("-v,--verbose -V,--version -w,--watch"),
        refused("-r,--restart -R,--reset", CARD),
        refused_value("-F,--force -A,--advertise", CARD),
    ]),
    looks("netstat").operands(only(&[Number])).options(&[
        flags("-r,--route -i,--interfaces -g,--groups -s,--statistics -M,--masquerade -v,--verbose -W,--wide"),
        flags("-n,--numeric --numeric-hosts --numeric-ports --numeric-users -N,--symbolic -e,--extend -p,--programs"),
        flags("-o,--timers -c,--continuous -l,--listening -a,--all -F,--fib -C,--cache -Z,--context -4 -6"),
        flags("-t,--tcp -u,--udp -U,--udplite -S,--sctp -w,--raw -x,--unix --inet --inet6 --ip -V,--version"),
        value("-A,--protocol", Text),
    ]),
    looks("nmcli").syntax(Syntax::Words).subcommands(NMCLI).options(NMCLI_OPTIONS),
    looks("route").options(&[
        flags("-n,--numeric -v,--verbose -e,--extend -F,--fib -C,--cache -4 -6 --inet --inet6 -V,--version"),
        value("-A", OneOf("inet inet6")),
    ]).subcommands(&[effect("add del delete flush", CHANGES)]),
    looks("ss").operands(each(ADDRESSES)).options(&[
        flags("-n,--numeric -r,--resolve -a,--all -l,--listening -o,--options -e,--extended -m,--memory -T,--threads"),
        flags("-p,--processes -i,--info --tipcinfo -s,--summary --tos --cgroup -b,--bpf -E,--events -Z,--context"),
        flags("-z,--contexts -4,--ipv4 -6,--ipv6 -0,--packet -t,--tcp -M,--mptcp -S,--sctp -u,--udp -d,--dccp"),
        flags("-w,--raw -x,--unix --tipc --vsock --xdp -H,--no-header -O,--oneline --inet-sockopt -Q,--no-queues"),
        flags("-B,--bound-inactive -h,--help -V,--version"),
        value("-f,--family", OneOf("inet inet6 link unix netlink vsock tipc xdp")),
        value("-A,--query,--socket", Text),
        refused("-K,--kill", "closes connections"),
        refused_value("-D,--diag", "writes a file"),
        refused_value("-F,--filter", ANY_FILE),
        refused_value("-N,--net", "looks at another network namespace"),
    ]),
    looks("vnstat").syntax(Syntax::Words).operands(each(Either(&[Number, OneOf(UNITS)]))).options(&[
        flags("-q,-query -s,-short -hg,-hoursgraph -D,-debug -v,-version -help -longhelp"),
        maybe("-5,-fiveminutes -h,-hours -d,-days -m,-months -y,-years -t,-top -tr,-traffic", Number),
        maybe("-oneline -json -xml -l,-live -ru,-rateunit -iflist -dbiflist", Either(&[Number, OneOf(UNITS)])),
        value("-b,-begin -e,-end", Text),
        value("-i,-iface", Name),
        value("-limit -style", Number),
        refused("-add -remove", "changes its database"),
        refused_value("-rename -setalias -dbdir -config", "changes its database, or reads another"),
    ]),
    looks("wg").subcommands(&[
        // `dump`, `private-key` and `preshared-keys` of wg print keys.
        looks("show").operands(only(&[
            Name,
            OneOf("public-key listen-port fwmark peers endpoints allowed-ips latest-handshakes transfer \
                   persistent-keepalive"),
        ])),
        nothing("showconf genkey genpsk", "prints keys"),
        effect("set setconf addconf syncconf", CHANGES).seen(),
    ]),
];

#[rustfmt::skip]
const ETHTOOL: &[Options] = &[
    flags("-i,--driver -S,--statistics -k,--show-features,--show-offload -g,--show-ring -a,--show-pause"),
    flags("-c,--show-coalesce -l,--show-channels -T,--show-time-stamping -P,--show-permaddr --show-priv-flags"),
    flags("-m,--dump-module-eeprom,--module-info --show-eee --show-fec -x,--show-rxfh-indir,--show-rxfh"),
    flags("-n,-u,--show-nfc,--show-ntuple --phy-statistics --show-tunnels --show-module --get-phy-tunable"),
    flags("--get-tunable -I,--include-statistics --json -h,--help --version --all-groups --groups"),
    refused("-s,--change -A,--pause -C,--coalesce -G,--set-ring -K,--features,--offload -L,--set-channels", CARD),
    refused("-N,-U,--config-nfc,--config-ntuple -X,--set-rxfh-indir,--rxfh --set-priv-flags --set-eee", CARD),
    refused("--set-fec --set-tunable --set-phy-tunable --set-module -E,--change-eeprom -f,--flash --reset", CARD),
    refused("-r,--negotiate -p,--identify -W,--set-dump -Q,--per-queue", CARD),
    refused("-t,--test --cable-test --cable-test-tdr", "interrupts the link"),
    refused("-w,--get-dump", "writes a file"),
    refused("-d,--register-dump -e,--eeprom-dump", "may read any file, or disturb the card"),
];

#[rustfmt::skip]
const LLDP: &[Options] = &[
    flags("-v -vv -d"),
    value("-f", OneOf("plain keyvalue json json0 xml")),
    refused_value("-c -C", "reads commands from a file"),
    refused_value("-u -L", "runs another program or reaches another daemon"),
];

#[rustfmt::skip]
const NMCLI_OPTIONS: &[Options] = &[
    flags("-t,-terse -p,-pretty -o,-overview -h,-help -v,-version"),
    value("-f,-fields -g,-get-values", Text),
    value("-m,-mode", OneOf("tabular multiline")),
    value("-c,-colors", OneOf("auto yes no")),
    value("-e,-escape", OneOf("yes no")),
    value("-w,-wait", Number),
    refused("-s,-show-secrets", "shows passwords"),
    refused("-a,-ask", "waits for a person"),
];

// The second word decides: some words of nmcli change something, as in `hostname NAME` or `wifi off`.
#[rustfmt::skip]
const NMCLI: &[Row] = &[
    looks("general gen g").subcommands(&[
        looks("status stat permissions hostname logging"),
        effect("reload", CHANGES).seen(),
    ]),
    looks("networking net n").subcommands(&[looks("connectivity"), effect("on off", CHANGES)]),
    looks("radio r").subcommands(&[
        looks("all wifi wwan").subcommands(&[effect("on off", CHANGES)]),
    ]),
    looks("connection con conn c").subcommands(&[
        looks("show sh s").signs("id uuid path apath").operands(each(OBJECT)).syntax(Syntax::Words).options(&[
            flags("-active"),
            value("-order", Text),
            refused("-s,-show-secrets", "shows passwords"),
        ]),
        effect("up down", CHANGES).seen().signs("id uuid path apath").operands(only(&[OBJECT])),
        effect("add modify clone edit delete reload load import migrate", CHANGES).seen(),
        nothing("export", "prints or writes keys"),
        looks("monitor").signs("id uuid path").operands(each(OBJECT)),
    ]),
    looks("device dev d").subcommands(&[
        looks("status stat st"),
        looks("show sh").operands(only(&[OBJECT])),
        looks("lldp").signs("list ifname").operands(each(OBJECT)),
        looks("monitor").operands(each(OBJECT)),
        looks("wifi").subcommands(&[
            looks("list").signs("ifname bssid").operands(each(OBJECT)).syntax(Syntax::Words).options(&[
                value("-rescan", OneOf("no auto")),
            ]),
            effect("connect hotspot rescan", CHANGES).seen(),
            nothing("show-password", "shows passwords"),
        ]),
        effect("connect disconnect up down reapply", CHANGES).seen().operands(only(&[OBJECT])),
        effect("set modify delete checkpoint", CHANGES).seen(),
    ]),
    looks("monitor m"),
];
