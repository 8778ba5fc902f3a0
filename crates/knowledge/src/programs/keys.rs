//! Keys and logins: ssh and its tools, gpg. No wildcard admits words that print, make or use a private key.

use crate::row::Kind::{Either, Host, Name, Number, OneOf, Path, Text};
use crate::row::{
    Input, Options, Row, Runs, each, effect, flags, looks, nothing, only, refused, refused_value,
    value,
};

const KEYS: &str = "makes, changes or prints private keys";
const SSH: &str = "reaches another host and runs or copies";
const FORWARDS: &str = "forwards connections";
const KEYRING: &str = "changes a key ring, or reaches a key server";
const WRITES: &str = "writes a file";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // gpg makes its directory and an empty key ring when there is none.
    effect("gpg gpg2", "handles keys").only_with(GPG_ONLY).operands(each(Either(&[Path, Text]))).options(GPG),
    looks("gpgv gpgv2").input(Input::Data).operands(each(Path)).options(&[
        flags("-v,--verbose -q,--quiet --version -h,--help --ignore-time-conflict"),
        value("--keyring", Path),
        refused_value("-o,--output --homedir --log-file", WRITES),
        refused_value("--status-fd --logger-fd --status-file --weak-digest", "is not known to only look"),
    ]),
    // With `-G`, ssh prints its settings for a host; a `Match exec` of its own configuration runs.
    looks("ssh").runs(&[Runs::Closed { after: 1 }, Runs::Joined { after: 1 }, Runs::Values("-o")])
        .options_first().only_with("-G").input(Input::ProgramUnless("-G -V -Q", 0))
        .operands(only(&[Host])).options(&[
            flags("-V -G -4 -6 -v -q"),
            value("-Q", OneOf(SSH_LISTS)),
            value("-p", Number),
            value("-l", Name),
            refused("-1 -2 -A -a -C -f -g -K -k -M -N -n -s -T -t -X -x -Y -y", SSH),
            refused_value("-B -b -c -i -m", SSH),
            refused_value("-D -J -L -O -P -R -W -w", FORWARDS),
            refused_value("-F -I", "reads settings that name programs, or loads code").unseen(),
            refused_value("-E -e -o -S", "reads or writes other files, or runs a program"),
        ]),
    effect("ssh-add", KEYS).options(&[
        flags("-l -L"),
        value("-E", OneOf("md5 sha256 MD5 SHA256")).beside("-l"),
        refused("-D -d -c -k -K -q -v -X -x", KEYS),
        refused_value("-H -h -T -t", KEYS),
        refused_value("-e -S -s", "loads code"),
    ]),
    nothing("ssh-argv0 ssh-askpass ssh-pkcs11-helper ssh-keysign ssh-sk-helper dropbear \
             dropbearconvert ", "runs a program, or uses keys"),
    // Without `-l`, `-L`, `-F` or `-B`, ssh-keygen makes a key.
    effect("ssh-keygen", KEYS).input(Input::ProgramUnless("-l -L -F -B", 0)).options(&[
        flags("-l -L -B"),
        value("-F", Text),
        flags("-v").beside("-l -L -F -B"),
        value("-f", Path).beside("-l -L -F -B"),
        value("-E", OneOf("md5 sha256 MD5 SHA256")).beside("-l"),
        refused("-A -c -e -g -H -h -i -K -k -p -q -U -u -y", KEYS),
        refused_value("-a -b -C -I -M -m -N -n -O -P -R -r -s -t -V -Y -Z -z", KEYS),
        refused_value("-D -w", "loads code").unseen(),
    ]),
];

const SSH_LISTS: &str = "\
    cipher cipher-auth mac kex kex-gss key key-ca-sign key-cert key-plain key-sig protocol-version sig help \
    ciphers macs kexalgorithms hostkeyalgorithms pubkeyacceptedalgorithms casignaturealgorithms Ciphers MACs \
    KexAlgorithms HostKeyAlgorithms PubkeyAcceptedAlgorithms PubkeyAcceptedKeyTypes HostbasedAcceptedAlgorithms \
    HostbasedAcceptedKeyTypes HostbasedKeyTypes CASignatureAlgorithms";

/// Options of which gpg needs one: without it, gpg guesses what to do with a file, and may decrypt it to a file.
const GPG_ONLY: &str = "-k -K --list-sigs --check-sigs --fingerprint --show-keys --verify --export";

#[rustfmt::skip]
const GPG: &[Options] = &[
    flags("-k,--list-keys,--list-public-keys -K,--list-secret-keys --list-sigs,--list-signatures --fingerprint"),
    flags("--check-sigs,--check-signatures --show-keys,--show-key --verify --export --version -h,--help"),
    flags("--dump-options --list-config --list-gcrypt-config"),
    flags("-a,--armor -v,--verbose -q,--quiet --batch --no-tty --with-colons --with-fingerprint --with-keygrip"),
    flags("--with-subkey-fingerprint --with-subkey-fingerprints --with-key-data --with-wkd-hash --with-secret"),
    flags("--fixed-list-mode --no-auto-check-trustdb --no-auto-key-retrieve --no-auto-key-locate \
        --no-permission-warning"),
    flags("--no-greeting --no-secmem-warning --with-sig-list --with-sig-check --with-icao-spelling --utf8-strings"),
    flags("--dry-run").beside("--show-keys"),
    value("--keyid-format", OneOf("none short 0xshort long 0xlong NONE SHORT 0xSHORT LONG 0xLONG 0xLong Long")),
    value("--list-options", OneOf("show-uid-validity no-show-uid-validity show-unusable-subkeys show-keyring \
        show-sig-expire show-std-notations show-notations")),
    value("--trust-model", OneOf("pgp always direct auto")),
    value("--status-fd", OneOf("1 2")),
    flags("--no-default-keyring").beside("--keyring"),
    // gpg makes a key ring that is not there, so only the key rings of the system are granted.
    value("--keyring", OneOf("/usr/share/keyrings/debian-archive-keyring.gpg \
        /usr/share/keyrings/ubuntu-archive-keyring.gpg /etc/apt/trusted.gpg")),
    refused_value("-o,--output --log-file --logger-file --status-file --attribute-file", WRITES),
    refused_value("--homedir --options --agent-program --dirmngr-program --photo-viewer --gpgconf-program", "runs a \
        program"),
    refused_value("--keyserver --recv-keys,--receive-keys --search-keys --send-keys --fetch-keys", KEYRING),
    refused("-d,--decrypt -e,--encrypt -s,--sign -b,--detach-sign --clear-sign,--clearsign -c,--symmetric", KEYS),
    refused("--export-secret-keys --export-secret-subkeys --export-ssh-key --gen-key --generate-key", KEYS),
    refused("--full-generate-key --quick-generate-key --card-status --card-edit --edit-key --change-passphrase", KEYS),
    refused("--import --delete-keys --delete-secret-keys --refresh-keys --update-trustdb --import-ownertrust", KEYRING),
    refused("--list-packets --store --dearmor --enarmor", "prints or writes any file"),
];
