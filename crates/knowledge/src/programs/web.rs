//! Programs that fetch from HTTP servers: curl, wget. They may ask with GET, HEAD and OPTIONS, at one address.

use crate::language::Language::{HttpHeader, OneLine, Pair, WriteOut};
use crate::row::Kind::{self, Begins, Either, Name, Never, Number, OneOf, Path, Script, Text, Url};
use crate::row::{Options, Row, flags, looks, nothing, only, refused, refused_value, value};

const WRITES: &str = "writes a file";
/// Where the certificates of authorities are. These are no secret, and an error shows nothing of them.
const CERTIFICATES: Kind = Either(&[
    Begins("/etc/ssl/certs/"),
    Begins("/etc/pki/"),
    Begins("/usr/share/ca-certificates/"),
    Begins("/usr/local/share/ca-certificates/"),
    OneOf("/etc/ssl/certs"),
]);
const ANY_FILE: &str = "reads any file";
const SENDS: &str = "sends data";
const ELSEWHERE: &str = "reaches another host";
const FURTHER: &str = "reads further options or addresses from a file";
const CREDENTIALS: &str = "uses stored credentials";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("aria2c lynx w3m", "writes files or sends data"),
    nothing("axel http httpie https xh", "writes files or sends data").seen(),
    looks("curl").operands(only(&[Url])).operands_set("address").options(CURL),
    // Without `-O` or `--spider`, wget writes a file whose name the address gives.
    looks("wget").only_with("-O --spider").operands(only(&[Url])).operands_set("address").options(WGET),
];

// The options of curl. A redirect may lead to another host, so `-L` is granted only where the rule names no host.
#[rustfmt::skip]
const CURL: &[Options] = &[
    flags("-s,--silent -S,--show-error -f,--fail --fail-with-body --fail-early -i,--include,--show-headers -I,--head"),
    flags("-k,--insecure -v,--verbose -4,--ipv4 -6,--ipv6 -N,--no-buffer -g,--globoff -q,--disable -V,--version"),
    flags("-0,--http1.0 --http1.1 --http2 --http2-prior-knowledge --http3 -#,--progress-bar --no-progress-meter"),
    flags("-1,--tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --compressed --raw --tr-encoding --cert-status"),
    flags("--tcp-nodelay --tcp-fastopen --no-keepalive --no-sessionid --no-alpn --trace-time --path-as-is"),
    flags("--retry-connrefused --retry-all-errors --ignore-content-length --styled-output --no-styled-output"),
    flags("--basic --digest --anyauth --suppress-connect-headers --http0.9"),
    flags("-L,--location").sets("address"),
    refused_value("--url", "may be a second address"),
    value("-m,--max-time --connect-timeout --retry --retry-delay --retry-max-time --max-redirs --max-filesize", Number),
    value("-r,--range -y,--speed-time -Y,--speed-limit --limit-rate --keepalive-time --expect100-timeout", Number),
    value("--tls-max", OneOf("default 1.0 1.1 1.2 1.3")),
    value("--ciphers --tls13-ciphers --curves", Text),
    value("-X,--request", Either(&[OneOf("GET HEAD OPTIONS"), Never("sends another request")])),
    value("-o,--output", Either(&[OneOf("/dev/null -"), Never(WRITES)])),
    value("-D,--dump-header --trace --trace-ascii", OneOf("-")),
    value("--stderr", OneOf("-")),
    value("-w,--write-out", Script(WriteOut)),
    value("-H,--header", Script(HttpHeader)),
    value("-A,--user-agent -e,--referer -u,--user --oauth2-bearer", Script(OneLine)),
    // curl parses these as certificates, and prints nothing of another file.
    value("--cacert --capath", CERTIFICATES),
    value("--noproxy", Script(OneLine)),
    value("--proto --proto-redir", OneOf("http https http,https =http =https =http,https")),
    refused("-O,--remote-name -J,--remote-header-name --remote-name-all -R,--remote-time --xattr", WRITES),
    refused_value("-c,--cookie-jar --output-dir --libcurl --hsts --alt-svc --etag-save", WRITES),
    // With `-G`, these become a part of the address.
    value("-b,--cookie", Script(Pair)),
    flags("-G,--get"),
    value("-d,--data,--data-ascii --data-raw --data-urlencode", Script(Pair)).beside("-G"),
    value("--url-query", Script(Pair)),
    refused_value("-E,--cert --key --crlfile --etag-compare --random-file -z,--time-cond", ANY_FILE),
    refused_value("-K,--config", FURTHER),
    refused_value("-T,--upload-file -F,--form --form-string --data-binary", SENDS),
    refused_value("--json -t,--telnet-option -Q,--quote --mail-from --mail-rcpt", SENDS),
    refused_value("-x,--proxy --preproxy --proxy1.0 --socks4 --socks4a --socks5 --socks5-hostname", ELSEWHERE),
    // These give another address to a host, which the rule does not say.
    refused_value("--resolve --connect-to", "reaches another host"),
    value("--interface", Name).sets("address"),
    refused_value("--doh-url --dns-servers --unix-socket", ELSEWHERE),
    refused_value("--abstract-unix-socket --request-target --variable --ipfs-gateway", ELSEWHERE),
    refused("--location-trusted -:,--next --metalink", ELSEWHERE),
    refused("-n,--netrc --netrc-optional --negotiate --ntlm", CREDENTIALS),
    refused_value("--netrc-file --delegation", CREDENTIALS),
    refused_value("--engine", "loads code"),
    refused("-Z,--parallel", "asks many times at once"),
    refused("--remove-on-error --no-clobber", "removes a file"),
];

#[rustfmt::skip]
const WGET: &[Options] = &[
    flags("-q,--quiet -v,--verbose -S,--server-response --spider -d,--debug -4,--inet4-only -6,--inet6-only"),
    flags("--no-check-certificate --no-proxy --no-cache --no-cookies --no-hsts --no-config --no-netrc --no-dns-cache"),
    flags("--no-http-keep-alive --content-on-error --https-only --no-verbose --show-progress --retry-connrefused"),
    flags("--auth-no-challenge -V,--version --no-iri"),
    value("-O,--output-document", Either(&[OneOf("- /dev/null"), Never(WRITES)])),
    value("-o,--output-file", OneOf("- /dev/null /dev/stdout /dev/stderr")),
    value("-t,--tries -T,--timeout --dns-timeout --connect-timeout --read-timeout -w,--wait --waitretry", Number),
    value("--max-redirect --limit-rate -Q,--quota", Number),
    value("--header", Script(HttpHeader)),
    value("-U,--user-agent --referer --user --password --http-user --http-password", Script(OneLine)),
    value("--method", OneOf("GET HEAD OPTIONS")),
    value("--progress", OneOf("dot none")),
    value("--secure-protocol", OneOf("auto TLSv1 TLSv1_1 TLSv1_2 TLSv1_3 PFS")),
    value("--ca-certificate --ca-directory", Path),
    value("-n", OneOf("v d H p")),
    refused("-r,--recursive -m,--mirror -p,--page-requisites -c,--continue -N,--timestamping -b,--background", WRITES),
    refused("--save-headers -x,--force-directories -E,--adjust-extension -k,--convert-links --xattr --unlink", WRITES),
    refused_value("-a,--append-output -P,--directory-prefix --save-cookies --hsts-file --warc-file", WRITES),
    refused_value("--rejected-log --warc-tempdir --backups", WRITES),
    refused_value("-i,--input-file -B,--base --load-cookies --certificate --private-key --crl-file", ANY_FILE),
    refused_value("-e,--execute --config", FURTHER),
    refused_value("--use-askpass", "runs another program"),
    refused_value("--post-data --post-file --body-data --body-file", SENDS),
    refused_value("--bind-address --proxy-user --proxy-password", ELSEWHERE),
];
