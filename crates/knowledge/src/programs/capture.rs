//! Programs that show packets: tcpdump, tshark.

use crate::language::Language::NoDomain;
use crate::row::Kind::{Begins, Either, Ends, Name, Number, OneOf, Script, Text};
use crate::row::{Input, Row, Runs, each, flags, looks, nothing, refused, refused_value, value};

const WRITES: &str = "writes a file";
const ANY_FILE: &str = "reads any file";
const RUNS: &str = "runs another program";
/// Statistics without a filter of their own: a filter may have a name of which DNS is asked.
const STATISTICS: &str = "\
    io,phs expert hosts io,stat,0 io,stat,1 io,stat,5 io,stat,10 io,stat,60 conv,eth conv,ip conv,ipv6 conv,tcp conv,udp \
    conv,sctp endpoints,eth endpoints,ip endpoints,ipv6 endpoints,tcp endpoints,udp endpoints,sctp http,tree http,stat \
    http_req,tree http_srv,tree dns,tree ptype,tree plen,tree icmp,srt icmpv6,srt rpc,programs";

const INTERFACES: &str = "any lo eth0 eth1 eth2 eth3 ens3 ens4 ens5 ens18 ens33 ens160 ens192 eno1 eno2 enp0s3 enp0s8 \
                          enp1s0 enp2s0 enp3s0 enX0 wlan0 wlp2s0 br0 bond0 docker0 virbr0 wg0 tun0 tailscale0";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("dumpcap editcap mergecap ngrep tcpflow tcpreplay", "writes files or sends packets").seen(),
    nothing("wireshark", "writes files or sends packets"),
    looks("tcpdump").runs(&[Runs::Values("-z")]).operands(each(Script(NoDomain))).options(&[
        flags("-A -b -d -D,--list-interfaces -e -f -h,--help --version -H --immediate-mode -J,--list-time-stamp-types"),
        flags("-K,--dont-verify-checksums -l -L,--list-data-link-types -n -N -#,--number -O,--no-optimize"),
        flags("-p,--no-promiscuous-mode --print -q -S,--absolute-tcp-sequence-numbers -t -u -U,--packet-buffered"),
        flags("-v -x -X --count --micro --nano"),
        value("-i,--interface -y,--linktype -j,--time-stamp-type", Name),
        value("-c -s,--snapshot-length", Number),
        // The kernel takes the buffer from memory that no other program gets: KiB here, MiB for tshark.
        value("-B,--buffer-size", OneOf("1024 2048 4096 8192 16384 32768 65536")),
        value("-Q,--direction", OneOf("in out inout")),
        value("-T", OneOf("carp domain radius resp rpc rtcp rtp snmp someip tftp vxlan zmtp1")),
        value("--time-stamp-precision", OneOf("micro nano")),
        // tcpdump refuses any other file than one of packets, and prints no word of it.
        value("-r", Ends(".pcap .pcapng .cap .dump")),
        refused_value("-w", WRITES),
        refused_value("-C -G -W", WRITES),
        refused_value("-z", RUNS),
        refused_value("-F -V -E -m -M", ANY_FILE),
        refused_value("-Z,--relinquish-privileges", "runs as another user"),
        refused("-I,--monitor-mode", "changes the interface"),
    ]),
    // While tshark captures, it keeps the packets in a file below /tmp, and removes the file.
    looks("tshark").input(Input::Data).operands(each(Script(NoDomain))).options(&[
        flags("-n -l -q -V -x -D,--list-interfaces -L,--list-data-link-types -p,--no-promiscuous-mode -P,--print"),
        flags("--color -v,--version -h,--help"),
        value("-S", Text),
        // Other interfaces may be programs that tshark runs, or hosts: `TCP@HOST:PORT`.
        value("-i,--interface", Either(&[Number, OneOf(INTERFACES)])),
        value("-e", Name),
        value("-c -s,--snapshot-length", Number),
        value("-B,--buffer-size", OneOf("1 2 4 8 16 32 64")),
        value("-f -Y,--display-filter", Script(NoDomain)),
        value("-N -O -E -d", Text),
        value("-t", OneOf("a ad adoy d dd e r u ud udoy")),
        value("-T", OneOf("ek fields json jsonraw pdml ps psml tabs text")),
        value("-a,--autostop", Begins("duration:")),
        value("-z", OneOf(STATISTICS)),
        // tshark shows texts of other forms, too.
        refused_value("-r,--read-file", "reads any file"),
        refused_value("-w -F -b,--ring-buffer", WRITES),
        refused_value("--export-objects --export-tls-session-keys", WRITES),
        refused_value("-X", "loads code or configuration").unseen(),
        refused_value("-o -C -K -H -M", "loads code or configuration"),
        refused("-I,--monitor-mode", "changes the interface"),
    ]),
];
