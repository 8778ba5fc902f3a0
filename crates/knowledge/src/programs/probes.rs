//! Programs that ask other hosts: ping, traceroute, dig, whois, connection tests, SNMP. Their purpose is to reach any
//! host, so a host is granted where the rule does not begin one.

use crate::row::Kind::{Begins, Either, Host, Name, Number, OneOf, Text};
use crate::row::{
    Input, Kind, Options, Row, Runs, Syntax, attached, each, effect, flags, looks, nothing, only,
    refused, refused_value, then, value,
};

const OTHERS: &str = "reaches another host with any text";
const COPIES: &str = "copies files from or to another host";
const FLOODS: &str = "floods the network";
const ANY_FILE: &str = "reads any file";
const WRITES: &str = "writes a file";
const RUNS: &str = "runs another program";

/// Operands of dig: a name, a server, or an option with a number.
const QUERY: Kind = Either(&[
    Host,
    Begins("+time="),
    Begins("+timeout="),
    Begins("+tries="),
    Begins("+retry="),
    Begins("+bufsize="),
    Begins("+subnet="),
    Begins("+ndots="),
    Begins("+domain="),
]);

/// The words of dig and delv that need no value: options, types, classes.
const QUERY_WORDS: &str = "\
    +short +noshort +all +noall +answer +noanswer +additional +noadditional +authority +noauthority +question \
    +noquestion +comments +nocomments +cmd +nocmd +stats +nostats +trace +notrace +dnssec +nodnssec +tcp +notcp +vc \
    +novc +recurse +norecurse +rdflag +nordflag +cdflag +nocdflag +adflag +noadflag +multiline +nomultiline +nssearch \
    +nsid +nonsid +identify +noidentify +ttlid +nottlid +ttlunits +nottlunits +class +noclass +search +nosearch \
    +showsearch +qr +noqr +edns +noedns +fail +nofail +ignore +besteffort +cookie +nocookie +yaml +rrcomments +crypto \
    +nocrypto +onesoa +split +nosplit +expire +keepopen +tls +notls +https +nohttps +unknownformat +header-only \
    +rec +norec +nord +multi \
    +edns=0 +time=1 +time=2 +time=3 +time=5 +time=10 +tries=1 +tries=2 +tries=3 +retry=0 +retry=1 +retry=2 \
    +timeout=1 +timeout=2 +timeout=3 +timeout=5 +bufsize=512 +bufsize=1232 +bufsize=4096 +rtrace +vtrace +mtrace \
    A AAAA ANY AXFR CAA CNAME DNSKEY DS HINFO HTTPS LOC MX NAPTR NS NSEC NSEC3 NSEC3PARAM OPENPGPKEY PTR RP RRSIG SOA \
    SPF SRV SSHFP SVCB TLSA TXT a aaaa any axfr caa cname dnskey ds hinfo https loc mx naptr ns nsec nsec3 nsec3param \
    openpgpkey ptr rp rrsig soa spf srv sshfp svcb tlsa txt IN in CH ch CHAOS chaos";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // Only `-h` means one thing in all of these programs: `siege -v` begins.
    effect("ab wrk hey siege iperf iperf3 hping3", "puts load on a host").seen()
        .options(&[flags("--version -h,--help").alone()]),
    looks("arping").operands(only(&[Host])).options(&[
        flags("-b -f -q -D -V"),
        value("-c -w", Number),
        value("-I", Name),
        refused("-U -A", "changes the neighbour tables of other hosts"),
        refused_value("-s -S", "sends under another address"),
    ]),
    looks("delv dig").signs(QUERY_WORDS).operands(each(QUERY)).options(&[
        flags("-4 -6 -r -u -m -v -h"),
        value("-t -c", Text),
        value("-q -x", Host),
        value("-p", Number),
        refused_value("-f -k -a", ANY_FILE),
        refused_value("-y", "signs with a key"),
        refused_value("-b", "sends under another address"),
    ]),
    looks("drill").operands(each(QUERY)).options(&[
        flags("-D -T -S -Q -4 -6 -a -s -u -x -t -z -h -v"),
        value("-V -b -p", Number),
        value("-I -d", Name),
        value("-o", OneOf("rd RD ad AD cd CD aa AA")),
        refused_value("-f -i -c -k -r -y", ANY_FILE),
        refused_value("-w -q", WRITES),
    ]),
    looks("fping fping6").input(Input::Data).operands(each(Host)).options(&[
        flags("-4,--ipv4 -6,--ipv6 -m,--all -M,--dontfrag -R,--random -a,--alive -A,--addr -d,--rdns -D,--timestamp"),
        flags("-e,--elapsed -n,--name -o,--outage -q,--quiet -s,--stats -u,--unreach -v,--version"),
        value("-b,--size -B,--backoff -c,--count -C,--vcount -H,--ttl -r,--retry -t,--timeout -x,--reachable", Number),
        value("-p,--period", OneOf("50 100 200 250 500 1000 2000 3000 5000 10000")),
        value("-I,--iface", Name),
        refused_value("-f,--file", ANY_FILE),
        refused("-l,--loop -g,--generate", FLOODS),
        refused_value("-i,--interval", FLOODS),
        refused_value("-S,--src", "sends under another address"),
    ]),
    nothing("ftp lftp ncftp tftp", "reaches another host and runs or copies"),
    nothing("scp", "reaches another host and runs or copies").runs(&[Runs::Values("-S -o")]).seen().options(&[
        refused_value("-F -I -D", "reads settings that name programs, or loads code").unseen(),
    ]),
    effect("sftp", "reaches another host, and copies").runs(&[Runs::Values("-S -o")]).input(Input::Program).seen().options(&[
        refused_value("-F -b -D", "reads settings or commands that name programs").unseen(),
    ]),
    nothing("rcp", "reaches another host and copies").seen(),
    nothing("rexec rlogin", "runs a command at another host").runs(&[Runs::Command { after: 1 }]),
    nothing("ssh-copy-id", "reaches another host").runs(&[Runs::Values("-o")]).seen(),
    looks("host").operands(only(&[Host, Host])).options(&[
        flags("-a -A -C -d -i -l -r -s -T -U -v -V -w -4 -6"),
        value("-c -t", Text),
        value("-N -W -R -p", Number),
    ]),
    looks("mtr").operands(only(&[Host])).options(&[
        flags("-4 -6 -u,--udp -T,--tcp -S,--sctp -r,--report -w,--report-wide -j,--json -x,--xml -C,--csv -l,--raw"),
        flags("-p,--split -n,--no-dns -b,--show-ips -e,--mpls -z,--aslookup -h,--help -v,--version"),
        value("-c,--report-cycles -f,--first-ttl -m,--max-ttl -U,--max-unknown -P,--port -s,--psize", Number),
        value("-G,--gracetime -Z,--timeout -y,--ipinfo -Q,--tos", Number),
        value("-i,--interval", OneOf("0.1 0.2 0.25 0.3 0.5 1 2 3 5 10")),
        value("-o,--order", Text),
        value("-I,--interface", Name),
        refused_value("-F,--filename", ANY_FILE),
        refused_value("-a,--address", "sends under another address"),
    ]),
    // Without `-z`, nc sends its input.
    looks("nc ncat netcat")
        .runs(&[Runs::Values("-e -c --exec --sh-exec")])
        .only_with("-z").input(Input::ProgramUnless("-z", 0)).operands(then(&[Host], Number))
        .options(&[
            flags("-z -v -n -u -4 -6 -h,--help --version"),
            value("-w -i", Number),
            refused("-l,--listen -k,--keep-open", "waits for connections"),
            refused_value("-e,--exec -c,--sh-exec --lua-exec", RUNS),
            refused_value("-x,--hex-dump -o,--output", WRITES),
            refused_value("-X --proxy", "reaches another host"),
            refused("-U,--unixsock", "reaches another daemon"),
        ]),
    // The values of nmap's options are attached: `-sT`, `-Pn`, `-T4`, `-p80`.
    looks("nmap").runs(&[Runs::Calls]).operands(each(Host)).options(&[
        flags("-n -R -v -d -F -r -6 -O -h -V --open --packet-trace --iflist --osscan-limit --version-light --reason"),
        flags("--traceroute --system-dns"),
        value("-p", Either(&[Number, OneOf("-")])),
        value("--top-ports --max-retries --host-timeout --max-rate", Number),
        // A higher rate floods the network.
        value("--min-rate", OneOf("1 5 10 20 50 100 200 300 500 1000")),
        value("-s", OneOf("T n P L S U V A F N X TV SV UV TU SU")),
        value("-P", OneOf("n N E S A U P M S22 S80 S443 A80 A443 S80,443 S22,80,443")),
        value("-T", OneOf("0 1 2 3 4")),
        value("--script", OneOf("ssl-enum-ciphers ssl-cert ssl-date http-title http-headers http-server-header \
            ssh2-enum-algos ssh-hostkey banner dns-nsid ntp-info smb-os-discovery smb2-security-mode")).unseen(),
        refused_value("-m", WRITES),
        refused_value("--script-args --script-args-file --datadir --servicedb", RUNS).unseen(),
        refused_value("-o", WRITES),
        refused_value("-i --resume", ANY_FILE),
        refused_value("-S -D", "sends under another address"),
    ]),
    looks("nslookup").syntax(Syntax::Words).input(Input::ProgramUnless("", 1)).operands(only(&[Host, Host])).options(&[
        attached("-type -querytype -query -q -class", Text),
        attached("-port -timeout -retry -ndots", Number),
        flags("-debug -nodebug -d2 -all -recurse -norecurse -vc -novc -version"),
    ]),
    looks("ping ping4 ping6").operands(only(&[Host])).options(&[
        flags("-4 -6 -n -q -v -D -O -U -a -B -L -R -V"),
        value("-c -s -t -w -W -Q", Number),
        value("-i", OneOf("0.2 0.25 0.3 0.5 1 2 3 5 10 15 20 30 60")),
        value("-I", Name),
        value("-M", OneOf("do dont want probe")),
        value("-p", Text),
        value("-T", OneOf("tsonly tsandaddr")),
        refused("-f -A -b", FLOODS),
        refused_value("-l", FLOODS),
    ]),
    // An address with `,` or `=` may choose a program or a host, and is not of the kind `Name`.
    looks("rclone").by_manual().options(RCLONE).subcommands(&[
        looks("about ls lsd lsf lsl lsjson size tree").operands(only(&[Name])),
        looks("listremotes version"),
        nothing("config rcat rc rcd serve mount obscure", "shows or changes credentials, or serves"),
        effect("copy copyto move moveto sync bisync delete deletefile purge rmdir rmdirs mkdir cleanup", COPIES),
    ]),
    looks("rpcinfo").operands(only(&[Host, Name, Number])).options(&[
        flags("-p -s -m -l -t -u"),
        value("-T", Name),
        value("-n", Number),
        refused("-d", "removes a service from the port mapper"),
        refused("-b", "asks all hosts of the network"),
        refused_value("-a", "reaches another address"),
    ]),
    // A colon before the first slash would name another host.
    looks("rsync")
        .runs(&[Runs::Values("-e --rsh --rsync-path")])
        .only_with("--list-only -n --dry-run").operands(each(Kind::Path)).options(&[
        flags("--list-only -a,--archive -r,--recursive -v,--verbose -l,--links -t,--times -h,--human-readable"),
        flags("-n,--dry-run -q,--quiet -d,--dirs --version -V --help -i,--itemize-changes --stats --progress -P"),
        flags("-z,--compress -c,--checksum -x,--one-file-system -H,--hard-links -A,--acls -X,--xattrs -S,--sparse"),
        flags("-u,--update -O,--omit-dir-times -g,--group -o,--owner -p,--perms -D,--devices --specials"),
        flags("--size-only --ignore-times -I --existing --ignore-existing --numeric-ids --8-bit-output -m"),
        flags("--prune-empty-dirs -W,--whole-file"),
        value("--exclude --include --out-format", Text),
        value("--max-size --min-size --modify-window --timeout --bwlimit", Number),
        refused_value("-e,--rsh --rsync-path", RUNS),
        refused_value("--files-from --exclude-from --include-from --password-file -f,--filter --config", ANY_FILE),
        refused_value("--log-file --write-batch --only-write-batch -T,--temp-dir --backup-dir --partial-dir", WRITES),
        flags("--delete --del --delete-before --delete-during --delete-delay --delete-after --delete-excluded")
            .beside("-n --dry-run --list-only"),
        refused("--remove-source-files --daemon --no-n --no-dry-run", "removes files or serves"),
    ]),
    looks("snmpbulkget snmpbulkwalk snmpget snmpgetnext snmpstatus snmptable snmpwalk")
        .operands(then(&[Host], Text)).options(&[
            flags("-h -H -V -d"),
            value("-v", OneOf("1 2c 3")),
            value("-c -a -A -e -E -l -n -u -x -X -m", Text),
            value("-r -t", Number),
            value("-O", OneOf("a e E f n q Q s S t T u U v x X nq qn qv vq qs sq ne en ns Qn nQ qvU vqU qUv Tn")),
            value("-C", OneOf("c p i I t T cp cI b w i n1")),
            refused_value("-L", WRITES),
            refused_value("-M -Y", "sets what files are read"),
        ]),
    effect("snmpset", "changes another host"),
    nothing("sshfs", "reaches another host by a program that its options name"),
    nothing("websocat curlftpfs", OTHERS).seen(),
    looks("ssh-keyscan").operands(each(Host)).options(&[
        flags("-4 -6 -c -D -H -v -q"),
        value("-p -T", Number),
        value("-t", OneOf("rsa ecdsa ed25519 rsa,ecdsa,ed25519 ed25519,rsa ed25519,ecdsa")),
        refused_value("-f", ANY_FILE),
    ]),
    looks("telnet").input(Input::Program).operands(only(&[Host, Number])).options(&[
        flags("-4 -6"),
        refused_value("-n", WRITES),
    ]),
    looks("tracepath tracepath6").operands(only(&[Host, Number])).options(&[
        flags("-4 -6 -b -n -V"),
        value("-l -m -p", Number),
    ]),
    looks("traceroute traceroute6").operands(only(&[Host])).options(&[
        flags("-4 -6 -F,--dont-fragment -I,--icmp -T,--tcp -n -U,--udp -e,--extensions -A,--as-path-lookups"),
        flags("--mtu --back -V,--version"),
        value("-f,--first -m,--max-hops -N,--sim-queries -p,--port -t,--tos -w,--wait -q,--queries", Number),
        value("-z,--sendwait", Number),
        value("-i,--interface", Name),
        refused_value("-M,--module -O,--options", "loads a module"),
        refused_value("-s,--source -g,--gateway", "sends under another address or way"),
    ]),
    looks("whois").operands(each(Host)).options(&[
        flags("-I -H --verbose --no-recursion --help --version -l -L -m -M -c -x -b -B -G -d -K -r -R -a"),
        value("-h,--host", Host).sets("server"),
        // whois sends its operands as a line: at another port they would be a command, as `flushall` is to redis.
        value("-p,--port", OneOf("43 4321")).sets("server"),
        value("-i -T -t -v -q -s", Text),
    ]),
];

#[rustfmt::skip]
const RCLONE: &[Options] = &[
    flags("-R,--recursive --json --human-readable --files-only --dirs-only -q,--quiet -v,--verbose"),
    value("--max-depth", Number),
    value("--include --exclude", Text),
    refused_value("--config --password-command --sftp-ssh --include-from --exclude-from --files-from", RUNS),
    refused_value("--log-file --cache-dir --temp-dir", WRITES),
];
