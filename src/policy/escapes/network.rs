//! Programs that reach other hosts, and those that look at the network.

use super::table::{Binary, Doors, row, versioned};

const ANYWHERE: Doors = &[("**", "reaches another host")];
const FILTER: Doors = &[
    (
        "-A -D -I -R -F -Z -X -P -N -E --append --delete --insert --replace --flush --zero \
      --delete-chain --policy --new-chain --rename-chain",
        "changes the rules",
    ),
    ("--modprobe -M", "runs another program"),
    ("-f --file ~--atomic-", "writes a file"),
];
const TRAFFIC: Doors = &[
    ("-batch~ -force~", "reads further commands from a file"),
    ("-netns~ -n", "goes to another network namespace"),
    ("exec~", "runs another program"),
    (
        "*/add~ */change~ */chg~ */replace~ */delete~ */flush~ */append~ */set",
        "changes the network",
    ),
];

/// In the order of their names, for the search.
#[rustfmt::skip]
pub static BINARIES: &[Binary] = &[
    row("aria2c", "", &[("**", "fetches from another host, writes files and runs programs")]),
    row("arp", "-n -a -e -v -i:", &[("-s -d -f --set --delete --file", "changes the table")]),
    row("bridge", "-s -d -j -p -c", TRAFFIC),
    versioned("curl",
        "-s -S -f -L -k -I -i -v -g -G -N -0 -4 -6 -X: -H: -d: -m: -u: -A: -e: -b: -w: -r: -o: --output: --data: --data-binary: \
         --data-raw: --data-urlencode: --json: --header: --request: --max-time: --user: --user-agent: --referer: \
         --cookie: --write-out: --range: --connect-timeout: --retry: --retry-delay: --retry-max-time: --max-redirs: \
         --limit-rate: --keepalive-time: --noproxy: --silent --show-error --fail --location --head --include --verbose --insecure \
         --compressed --get --globoff --http1.1 --http2 --ipv4 --ipv6 --no-buffer --no-progress-meter", &[
        ("-o --output -O --remote-name --remote-name-all --output-dir -J --remote-header-name", "writes a file"),
        ("-c --cookie-jar -D --dump-header --trace --trace-ascii --stderr --libcurl --etag-save --hsts --alt-svc --ssl-sessions ~%output", "writes a file"),
        ("-K --config", "reads further options from a file"),
        ("-E --cert --key --cacert --capath --variable -T --upload-file -F --form ~@", "sends a file to another host"),
        ("--engine ~--netrc -n -x ~--proxy --preproxy ~--socks --unix-socket --abstract-unix-socket --connect-to --resolve ~--dns- --doh-url --proto-default --next", "reaches what it names"),
        ("*2", "may be a second address"),
        ("~--expand-", "takes another option's place"),
        ("-Q --quote -t --telnet-option", "sends commands to another host"),
        ("~file: <url>", "reads any file"),
    ]),
    row("dig", "", &[("-f -k", "reads any file")]),
    row("ebtables", "", FILTER),
    row("ethtool", "", &[
        ("~--set- ~--config- ~--change --features --offload --pause --coalesce --identify --negotiate --test", "changes the device"),
        ("-A -C -E -f -F -G -K -L -N -p -r -s -U -W -X --change --flash --reset --set-ring", "changes the device"),
    ]),
    row("ftp", "", ANYWHERE),
    row("http", "", &[("-o --output -d --download --session", "writes a file"), ("~@", "sends a file to another host")]),
    row("ifconfig", "", &[("*2", "changes the interface")]),
    row("ip", "-4 -6 -s -br -brief -c -color -o -oneline -j -json -p -pretty -d -details -f: -family:", &[
        ("-batch~ -force~", "reads further commands from a file"),
        ("-netns~ -n", "goes to another network namespace"),
        ("netns~/exec~ vrf~/exec~", "runs another program"),
        ("netns~/attach~ netns~/set~ link~/set~ token~/set stats~/set macsec~/offload mptcp~/limits/set sr~/*/set \
          xfrm~/*/update~ xfrm~/*/add~ xfrm~/*/delete~ xfrm~/*/flush~", "changes the namespaces or devices"),
        ("*/add~ */change~ */chg~ */replace~ */delete~ */flush~ */append~ */prepend~ */restore~", "changes the network"),
        ("monitor~/file", "reads any file"),
    ]),
    row("ip6tables", "", FILTER),
    row("ip6tables-legacy", "", FILTER),
    row("ip6tables-nft", "", FILTER),
    row("ip6tables-save", "", FILTER),
    row("ipset", "", &[("-f -file", "writes a file"), ("create add del flush destroy rename swap restore", "changes the rules")]),
    versioned("iptables", "", FILTER),
    row("iptables-save", "", FILTER),
    row("ldapsearch", "", &[("-T -t -tt -f -y", "reads or writes files")]),
    row("lftp", "", ANYWHERE),
    row("mosh", "", ANYWHERE),
    row("mtr", "", &[("-F --filename", "reads any file")]),
    versioned("nc", "", ANYWHERE),
    row("ncat", "", ANYWHERE),
    row("netcat", "", ANYWHERE),
    row("nft", "", &[
        ("-f --file -i --interactive -I --includepath", "reads commands from elsewhere"),
        ("add create insert replace delete destroy flush reset rename import ~;", "changes the rules"),
    ]),
    row("nmap", "-p: -T: -e: --top-ports: -sV -sT -sn -Pn -n --open --reason", &[
        ("--script --script-args --script-args-file --script-updatedb --datadir --servicedb --versiondb", "runs scripts, which run other programs"),
        ("-oN -oX -oG -oA -oS -oM -oH -o --append-output --stylesheet", "writes a file"),
        ("-iL -iR --excludefile --resume", "reads any file"),
        ("--interactive --proxies", "reaches what it names"),
    ]),
    row("nmcli", "-t -p -c: -f: -m: -g: -e: -w: -o", &[
        ("-s --show-secrets", "shows passwords"),
        ("*/add~ */modify~ */delete~ */up~ */down~ */edit~ */import~ */export~ */clone~ */load~ */reload~ */connect~ \
          */disconnect~ */reapply~ */set */wifi~/connect~ */on */off radio~/*/* general~/hostname~/* agent~", "changes the network, or runs programs"),
    ]),
    row("nping", "", &[("--ec --es", "reaches another host")]),
    row("nslookup", "", &[("~-", "sets where it asks")]),
    row("ping", "-c: -i: -W: -w: -n -q -4 -6 -s: -I: -t: -M:", &[("-f -l", "floods another host")]),
    row("rclone", "", ANYWHERE),
    row("rcp", "", ANYWHERE),
    row("redis-cli", "-h: -p: -n: -a: -u: -r: -i:", &[
        ("--eval --rdb --functions-rdb --pipe -x -X", "runs a script, or writes a file"),
        ("config eval eval_ro evalsha evalsha_ro fcall fcall_ro module slaveof replicaof failover script function debug \
          migrate save bgsave bgrewriteaof shutdown monitor acl/setuser acl/deluser acl/load acl/save", "changes the server, loads code, or writes files"),
        ("--cluster", "changes other servers"),
    ]),
    row("route", "-n -e -v -4 -6", &[("add del delete flush change", "changes the routes")]),
    row("rsh", "", ANYWHERE),
    row("rsync", "", &[
        ("-e --rsh --rsync-path --early-exec", "runs another program"),
        ("--daemon --config --dparam -M --remote-option", "sets what the other side runs"),
        ("--log-file --write-batch --only-write-batch --read-batch --temp-dir -T --backup-dir --partial-dir", "writes where it says"),
        ("--delete --delete-before --delete-during --delete-after --delete-excluded --remove-source-files", "removes files"),
        ("~: *2", "copies to or from what it names"),
    ]),
    row("scp", "", ANYWHERE),
    row("sftp", "", ANYWHERE),
    row("smbclient", "", ANYWHERE),
    row("socat", "", &[("**", "joins files, programs and hosts")]),
    row("ss", "-t -u -l -p -n -a -e -m -i -s -4 -6 -o -H -f: -A:", &[
        ("-K --kill", "closes the connections of others"),
        ("-D --diag", "writes a file"),
        ("-F --filter", "reads any file"),
        ("-N --net", "goes to another network namespace"),
    ]),
    row("ssh", "-V", ANYWHERE),
    row("ssh-add", "-l -L", &[("-s -S -D -d -e *", "loads code or changes the keys")]),
    row("ssh-agent", "", &[("-a -P *", "runs another program")]),
    row("ssh-copy-id", "", ANYWHERE),
    row("ssh-keygen", "-l -F: -f: -E: -v -B", &[
        ("-D -w", "loads code from a file"),
        ("-p -c -A -G -H -I -K -M -R -T -Y -Z -k -q -r -s -t", "writes files"),
    ]),
    row("ssh-keyscan", "", &[("-f", "reads any file")]),
    row("sshpass", "", &[("**", "runs another program")]),
    row("swaks", "", ANYWHERE),
    row("tc", "-s -d -j -p -iec -g", TRAFFIC),
    row("tcpdump", "-i: -c: -s: -n -nn -v -A -X -e -q -t -l", &[
        ("-z", "runs another program"),
        ("-w -W -G -C", "writes files"),
        ("-r -F -V -m -E", "reads any file"),
        ("-Z --relinquish-privileges", "runs as another user"),
    ]),
    row("telnet", "", ANYWHERE),
    row("tftp", "", ANYWHERE),
    row("tshark", "", &[("-w -W -b -F --export-objects", "writes files"), ("-X -r -R -K", "loads code or reads any file")]),
    row("wget", "-q -S -4 -6 --quiet --spider --server-response --no-check-certificate -nv --no-verbose -T: --timeout: --connect-timeout: --read-timeout: -t: --tries: -w: -O: --output-document: --header: --user-agent: -U:", &[
        ("-O --output-document -o --output-file -a --append-output -P --directory-prefix --save-cookies ~--warc- --rejected-log --hsts-file -b --background", "writes a file"),
        ("-H --span-hosts", "reaches another host"),
        ("*2", "may be a second address"),
        ("--use-askpass", "runs another program"),
        ("--post-file --body-file", "sends a file to another host"),
        ("-e --execute --config -i --input-file", "reads further options or addresses"),
        ("-r -m -N -x --recursive --mirror --timestamping --force-directories", "writes files"),
    ]),
    row("whois", "-I -H", &[("-h --host -p --port", "sends to another host than it seems")]),
    row("wireshark", "", &[("**", "captures and loads code")]),
];
