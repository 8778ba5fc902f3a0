//! Packages of Debian: apt, dpkg and related programs. Packages of other systems have files of their own.

use crate::language::Language::Layout;
use crate::row::Kind::{Begins, Either, Name, OneOf, Package, Path, Script, Text};
use crate::row::{
    Kind, Options, Row, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const CHANGES: &str = "changes what is installed";
const HOST: &str = "reaches another host";
const RUNS: &str = "sets what programs are run";
const ROOT: &str = "uses another root or database";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("apt").options(APT_OPTIONS).subcommands(APT),
    looks("apt-cache").options(CACHE_OPTIONS).subcommands(CACHE),
    looks("apt-config").subcommands(&[looks("dump").operands(each(Name)), effect("shell", RUNS)]),
    looks("apt-file").options(&[
        flags("-i,--ignore-case -l,--package-only -x,--regexp -F,--fixed-string -v,--verbose"),
        refused_value("-c,--config-file -o,--option", RUNS).unseen(),
        refused_value("--from-file -f", "reads any file"),
    ]).subcommands(&[
        looks("search find list show").operands(each(Text)),
        effect("update", HOST),
    ]),
    looks("apt-get").options(APT_OPTIONS).subcommands(GET),
    looks("apt-mark").subcommands(&[
        looks("showauto showmanual showhold showinstall showremove showpurge minimize-manual-list")
            .operands(each(Package)),
        effect("hold unhold auto manual minimize-manual install remove purge", CHANGES).operands(each(Package)),
    ]).options(&[refused_value("-c,--config-file -o,--option -f,--file", RUNS)]),
    looks("apt-key").subcommands(&[
        looks("list finger"),
        effect("add adv del export exportall net-update remove update verify", CHANGES),
    ]),
    looks("aptitude").options(&[
        flags("-q,--quiet -v,--verbose --version --help --no-gui --disable-columns"),
        value("-F,--display-format -w,--width", Script(Layout)),
        value("-O,--sort", Text),
        refused("-s,--simulate -y,--assume-yes -P,--prompt -u -i", CHANGES),
        refused_value("-o -t,--target-release", RUNS),
        refused_value("-S", "reads any file"),
    ]).subcommands(&[
        looks("search show versions why why-not").operands(each(Text)),
        effect("add-user-tag build-dep changelog clean autoclean download dist-upgrade forbid-version forget-new \
            full-upgrade hold install keep keep-all markauto purge reinstall remove remove-user-tag safe-upgrade \
            unhold unmarkauto update upgrade", CHANGES),
    ]),
    nothing("add-apt-repository tasksel unattended-upgrade unattended-upgrades dselect \
        gdebi", CHANGES),
    looks("debconf-show").operands(each(Package)).options(&[flags("--listowners --listdbs")]),
    looks("debsums").operands(each(Package)).options(&[
        flags("-a,--all -e,--config -c,--changed -l,--list-missing -s,--silent -x,--report-mismatches --help \
            --version"),
        flags("--no-locale-purge --no-prelink --ignore-permissions --ignore-obsolete"),
        refused_value("-m,--md5sums", "reads any file"),
        refused_value("-r,--root -d,--admindir -p,--deb-path", ROOT),
        refused_value("-g,--generate", "writes files"),
    ]),
    looks("deborphan").options(&[flags("-a,--all-packages -z,--show-size -s,--show-section")]),
    // With `-I` and `-c` the operands are files: a path to a device would be opened.
    looks("dpkg").operands(each(FILE_OR_NAME)).options(DPKG).only_with(
        "-l -L -s -p -S -I -c -V -C -W --list --listfiles --status --print-avail --search --info --contents --verify \
         --audit --get-selections --compare-versions",
    ),
    looks("dpkg-architecture").options(&[
        flags("-l,--list -L,--list-known -s,--print-set"),
        value("-q,--query", Name),
        refused_value("-c,--command", "runs another program"),
    ]),
    looks("dpkg-deb").only_with("-I -c -f -W --info --contents --field --show").operands(each(Path)).options(&[
        flags("-I,--info -c,--contents -f,--field -W,--show --version"),
        value("--showformat", Script(Layout)),
        refused("-x,--extract -X,--vextract -R,--raw-extract -e,--control -b,--build", "writes files"),
        refused("--fsys-tarfile --ctrl-tarfile", "prints an archive"),
    ]),
    looks("dpkg-divert").only_with("--list --listpackage --truename").operands(each(Text)).options(&[
        flags("--list --listpackage --truename"),
        refused("--add --remove --rename", CHANGES),
        refused_value("--divert --package --admindir --root --instdir", ROOT),
    ]),
    looks("dpkg-query").operands(each(Text)).options(QUERY).only_with(
        "-l -L -s -p -S -W -c --list --listfiles --status --print-avail --search --show --control-list --control-show \
         --control-path",
    ),
    effect("do-release-upgrade", CHANGES).options(&[
        flags("-c,--check-dist-upgrade-only -V,--version -h,--help"),
        refused("-d,--devel-release -p,--proposed -q,--quiet", CHANGES),
        refused_value("-m,--mode -f,--frontend --data-dir", CHANGES),
    ]).only_with("-c").by_manual(),
    effect("dpkg-reconfigure", "runs the scripts of a package"),
    looks("dpkg-statoverride").only_with("--list").operands(each(Text)).options(&[
        flags("--list"),
        refused("--add --remove --update --force", CHANGES),
        refused_value("--admindir --root --instdir", ROOT),
    ]),
    looks("pro ua ubuntu-advantage").options(&[
        flags("--version -h,--help"),
        refused("--debug", "shows what it keeps secret"),
    ]).subcommands(&[
        looks("status").options(&[flags("--all --wait"), value("--format", OneOf("tabular json yaml"))]),
        looks("security-status").options(&[
            flags("--thirdparty --unavailable --esm-infra --esm-apps"),
            value("--format", OneOf("text json yaml")),
        ]),
        looks("version"),
        looks("help").operands(only(&[Package])).options(&[value("--format", OneOf("tabular json yaml"))]),
        looks("config").subcommands(&[
            looks("show").operands(only(&[Package])),
            effect("set unset", CHANGES),
        ]),
        looks("system").subcommands(&[looks("reboot-required"), effect("reboot", CHANGES)]),
        effect("attach auto-attach detach enable disable fix refresh api collect-logs reboot-required", CHANGES),
    ]).by_manual(),
    looks("ubuntu-security-status hwe-support-status check-support-status").options(&[
        flags("--thirdparty --unavailable --verbose --format -h,--help"),
    ]).by_manual(),
];

/// A file, a pattern, a package, or a version, perhaps of an epoch.
const FILE_OR_NAME: Kind = Either(&[
    Path,
    Package,
    Begins("0:"),
    Begins("1:"),
    Begins("2:"),
    Begins("3:"),
    Begins("4:"),
    Begins("5:"),
    Begins("7:"),
]);

const SETTINGS: Options = refused_value("-o,--option -c,--config-file", RUNS).unseen();
const PLACES: Options = refused_value("-p,--pkg-cache -s,--src-cache", "writes a file");

#[rustfmt::skip]
const CACHE_OPTIONS: &[Options] = &[
    flags("-q,--quiet -a,--all-versions --no-all-versions -n,--names-only --all-names --recurse --installed -f,--full"),
    flags("-i,--important --no-pre-depends --no-depends --no-recommends --no-suggests --no-conflicts --no-breaks"),
    flags("--no-replaces --no-enhances -v,--version -h,--help"),
    SETTINGS, PLACES,
    refused_value("--with-source", "reads any file"),
    refused("-g,--generate", "writes a file"),
];

#[rustfmt::skip]
const CACHE: &[Row] = &[
    looks("show showpkg showsrc policy madison depends rdepends search pkgnames").operands(each(Text)),
    looks("stats unmet dump dumpavail"),
    looks("dotty xvcg").operands(each(Package)),
    effect("gencaches add", "writes a file"),
];

/// The options of the commands of apt that look.
#[rustfmt::skip]
const APT_LOOKS: &[Options] = &[
    flags("-q,--quiet -a,--all-versions --no-all-versions -v,--verbose --installed --upgradable --upgradeable"),
    flags("--manual-installed -n,--names-only -f,--full -i,--important --recurse --no-pre-depends --no-depends"),
    flags("--no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances"),
    SETTINGS, PLACES,
    refused_value("--with-source", "reads any file"),
];

/// The options of the commands of apt that change what is installed.
#[rustfmt::skip]
const APT_CHANGES: &[Options] = &[
    flags("-q,--quiet -y,--yes,--assume-yes -u,--show-upgraded -V,--verbose-versions --no-install-recommends"),
    flags("-s,--simulate,--dry-run,--just-print,--recon,--no-act --assume-no --only-upgrade --with-new-pkgs"),
    flags("--no-install-suggests --no-upgrade -d,--download-only --no-remove"),
    attached("--install-recommends --install-suggests", OneOf("no false")),
    SETTINGS,
    refused("-f,--fix-broken --force-yes --allow-unauthenticated --allow-downgrades --allow-remove-essential", CHANGES),
    refused("--allow-change-held-packages --allow-insecure-repositories --purge --auto-remove --autoremove", CHANGES),
    refused("--reinstall --ignore-hold", CHANGES),
    refused_value("-t,--target-release,--default-release --with-source -a,--host-architecture", CHANGES),
];

/// The options of apt and apt-get that stand before the command or after it.
#[rustfmt::skip]
const APT_OPTIONS: &[Options] = &[
    flags("-v,--version -h,--help -q,--quiet -y,--yes,--assume-yes -V,--verbose-versions -u,--show-upgraded"),
    flags("-s,--simulate,--dry-run,--just-print,--recon,--no-act --only-upgrade --no-upgrade --no-remove"),
    flags("--no-install-recommends --no-install-suggests --with-new-pkgs -d,--download-only"),
    SETTINGS,
    refused_value("-t,--target-release,--default-release --with-source -a,--host-architecture", CHANGES),
];

#[rustfmt::skip]
const APT: &[Row] = &[LIST, SHOW, POLICY, looks("help moo"), UPDATE, INSTALL, CLEAN, OTHERS];

#[rustfmt::skip]
const GET: &[Row] = &[
    looks("help"),
    looks("check").options(&[flags("-q,--quiet"), SETTINGS]),
    looks("indextargets").options(&[value("--format", Text), SETTINGS]),
    UPDATE, INSTALL, CLEAN, OTHERS,
];

const LIST: Row = looks("list").operands(each(Text)).options(APT_LOOKS);
const SHOW: Row = looks("show showsrc search depends rdepends")
    .operands(each(Text))
    .options(APT_LOOKS);
const POLICY: Row = looks("policy madison")
    .operands(each(Text))
    .options(APT_LOOKS);
const UPDATE: Row = effect("update", HOST).options(APT_CHANGES);
/// The commands that change packages. With `-s` they only say what they would do: `apt-get install -s nginx`.
const INSTALL: Row = effect(
    "install remove purge upgrade dist-upgrade full-upgrade autoremove autopurge reinstall",
    CHANGES,
)
.looks_with("-s")
.operands(each(Package))
.options(APT_CHANGES);
const CLEAN: Row = effect("autoclean clean", "removes what is kept").options(APT_CHANGES);
const OTHERS: Row = effect(
    "changelog download source build-dep edit-sources satisfy dselect-upgrade",
    HOST,
);

#[rustfmt::skip]
const DPKG: &[Options] = &[
    flags("-l,--list -L,--listfiles -s,--status -p,--print-avail -S,--search -I,--info -c,--contents -V,--verify"),
    flags("-C,--audit --get-selections --print-architecture --print-foreign-architectures \
        --compare-versions"),
    flags("--yet-to-unpack --predep-package --version --no-pager --help"),
    value("--verify-format", OneOf("rpm")),
    refused("-i,--install --unpack --configure -r,--remove -P,--purge -A,--record-avail -R,--recursive", CHANGES),
    refused("--set-selections --clear-selections --update-avail --merge-avail --clear-avail", CHANGES),
    refused("--forget-old-unavail --triggers-only -a,--pending -B,--auto-deconfigure -x,--extract \
        -e,--control", CHANGES),
    refused("-b,--build -X,--vextract", "writes files"),
    refused_value("--admindir --root --instdir", ROOT),
    refused_value("--pre-invoke --post-invoke --status-logger", "runs another program"),
    refused_value("--log", "writes a file"),
    refused_value("--add-architecture --remove-architecture", CHANGES),
    refused_value("--status-fd --command-fd", CHANGES),
];

#[rustfmt::skip]
const QUERY: &[Options] = &[
    flags("-l,--list -L,--listfiles -s,--status -p,--print-avail -S,--search -W,--show --control-list --control-show"),
    flags("-c,--control-path --load-avail --no-pager --version -?,--help"),
    value("-f,--showformat", Script(Layout)),
    refused_value("--admindir --root", ROOT),
];
