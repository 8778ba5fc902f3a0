//! Packet filters and the tables of connections: iptables and its kin, nft, ipset, conntrack.

use crate::language::Language::NoDomain;
use crate::row::Kind::{Name, Number, OneOf, Package, Script, Text};
use crate::row::{
    Input, Options, Row, Syntax, each, effect, flags, looks, maybe, nothing, only, refused,
    refused_value, value,
};

const CHANGES: &str = "changes the packet filter";
const CHECKS: &str = "-C --check";
const CONNECTIONS: &str = "changes the table of connections";
const RUNS: &str = "runs another program";
const WRITES: &str = "writes a file";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("arptables arptables-legacy arptables-nft ip6tables ip6tables-legacy ip6tables-nft iptables iptables-legacy \
           iptables-nft")
        .only_with("-L --list -S --list-rules -C --check -w").operands(only(&[Name, Name, Name])).signs("!")
        .options(TABLES),
    effect("arptables-restore ebtables-restore ip6tables-restore iptables-restore", CHANGES).seen(),
    looks("arptables-save").options(&[flags("-c,--counters")]),
    looks("conntrack").operands(only(&[OneOf("conntrack expect dying unconfirmed")])).options(CONNTRACK),
    looks("ebtables ebtables-legacy ebtables-nft").only_with("-L --list").operands(only(&[Name])).options(&[
        flags("-L,--list --Ln --Lc --Lx --Lmac2 -V,--version --concurrent"),
        value("-t,--table", OneOf("filter nat broute")),
        refused_value("-A,--append -D,--delete -I,--insert -P,--policy -N,--new-chain -E,--rename-chain", CHANGES),
        refused_value("-C,--change-counters -c,--set-counter --set-counters --atomic-file", CHANGES),
        refused("-F,--flush -Z,--zero -X,--delete-chain --init-table --atomic-init --atomic-commit", CHANGES),
        refused("--atomic-save", WRITES),
        refused_value("-M,--modprobe", RUNS).unseen(),
    ]),
    looks("ebtables-save").options(&[flags("-c,--counters")]),
    nothing("ip6tables-apply iptables-apply xtables-legacy-multi xtables-nft-multi", CHANGES),
    looks("ip6tables-save ip6tables-legacy-save ip6tables-nft-save iptables-save iptables-legacy-save \
           iptables-nft-save").options(&[
        flags("-c,--counters -V,--version"),
        value("-t,--table", OneOf("filter nat mangle raw security")),
        refused_value("-f,--file", WRITES),
        refused_value("-M,--modprobe", RUNS).unseen(),
    ]),
    looks("ipset").syntax(Syntax::Words).input(Input::Program).options(IPSET).only_with("-L -S")
        .operands(only(&[Name])).subcommands(&[
        looks("list save").syntax(Syntax::Words).operands(only(&[Name])).options(IPSET),
        looks("test").operands(only(&[Name, Script(NoDomain)])),
        looks("version help"),
        effect("create add del destroy flush rename swap restore", CHANGES).seen(),
    ]),
    // nft joins its words and reads them again as one text, so no word may have a `;` or a line break.
    looks("nft").input(Input::Program).options(NFT).subcommands(&[
        looks("list").operands(each(Name)).signs("ruleset tables table chains chain sets set maps map \
            ip ip6 inet arp bridge netdev hooks flowtables counters"),
        looks("monitor").operands(each(OneOf("new destroy tables chains sets rules elements ruleset trace"))),
        looks("describe").operands(each(Name)),
        effect("add create delete destroy flush insert replace reset rename import export", CHANGES).seen(),
        nothing("-", "reads commands"),
    ]),
];

#[rustfmt::skip]
const TABLES: &[Options] = &[
    flags("-L,--list -S,--list-rules -n,--numeric -v,--verbose -x,--exact --line-numbers --line-number -4,--ipv4"),
    flags("-6,--ipv6 -V,--version"),
    value("-t,--table", OneOf("filter nat mangle raw security")),
    maybe("-w,--wait", Number),
    // `-C` asks whether there is such a rule. A match or target names a file that iptables loads, from one directory.
    value("-C,--check", Package),
    value("-p,--protocol,--proto", Package).beside(CHECKS),
    value("-i,--in-interface -o,--out-interface", Name).beside(CHECKS),
    value("-s,--source,--src -d,--destination,--dst", Script(NoDomain)).beside(CHECKS),
    value("-j,--jump -g,--goto -m,--match", Package).beside(CHECKS),
    value("--dport,--destination-port --sport,--source-port --dports --sports --ports", Name).beside(CHECKS),
    value("--state --ctstate --tcp-flags --comment --icmp-type", Text).beside(CHECKS),
    value("--to-destination --to-source --to-ports --limit", Text).beside(CHECKS),
    value("--limit-burst --uid-owner --gid-owner --mark --set-mark --mss --set-mss", Text).beside(CHECKS),
    value("--log-prefix --log-level --reject-with --dst-type --src-type --match-set --mac-source", Text).beside(CHECKS),
    flags("--syn --clamp-mss-to-pmtu -f,--fragment").beside(CHECKS),
    refused_value("-A,--append -D,--delete -I,--insert -R,--replace -P,--policy -N,--new-chain", CHANGES),
    refused_value("-E,--rename-chain", CHANGES),
    refused("-F,--flush -Z,--zero -X,--delete-chain", CHANGES),
    refused_value("-c,--set-counters", CHANGES),
    refused_value("-M,--modprobe", RUNS).unseen(),
];

#[rustfmt::skip]
const CONNTRACK: &[Options] = &[
    maybe("-n,--src-nat -g,--dst-nat -j,--any-nat", Name),
    flags("-L,--dump -C,--count -S,--stats -E,--event -G,--get -h,--help -V,--version"),
    value("-s,--src,--orig-src -d,--dst,--orig-dst -r,--reply-src -q,--reply-dst -p,--proto,--protonum", Name),
    value("-f,--family -o,--output -e,--event-mask -u,--status -m,--mark -l,--label --state", Text),
    value("-w,--zone --orig-zone --reply-zone -b,--buffer-size", Number),
    value("--sport,--orig-port-src --dport,--orig-port-dst", Number),
    value("--reply-port-src --reply-port-dst --icmp-type --icmp-code --icmp-id", Number),
    refused("-D,--delete -F,--flush -I,--create -U,--update -A,--add -z,--zero", CONNECTIONS),
    refused_value("-R,--load-file", CONNECTIONS),
];

#[rustfmt::skip]
const IPSET: &[Options] = &[
    flags("-L,-list -S,-save -v,-version -s,-sorted -q,-quiet -r,-resolve -n,-name -t,-terse"),
    value("-o,-output", OneOf("plain save xml json")),
    refused_value("-f,-file", WRITES),
    refused("-X,-destroy -F,-flush -N,-create -A,-add -D,-del -E,-rename -W,-swap -R,-restore -x -T,-test", CHANGES),
];

#[rustfmt::skip]
const NFT: &[Options] = &[
    flags("-h,--help -v,--version -V -a,--handle -s,--stateless -t,--terse -S,--service -N,--reversedns -u,--guid"),
    flags("-n,--numeric -y,--numeric-priority -p,--numeric-protocol -T,--numeric-time -j,--json"),
    // With `-c`, nft only checks the file.
    flags("-c,--check"),
    value("-f,--file", OneOf("/etc/nftables.conf /etc/sysconfig/nftables.conf")).beside("-c --check"),
    refused_value("-I,--includepath -D,--define", "sets what commands say"),
    refused("-i,--interactive", "reads commands"),
];
