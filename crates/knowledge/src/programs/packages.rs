//! Packages of Debian: apt, dpkg, and what stands beside them. Those of other systems have files of their own.

use crate::row::Kind::{Name, OneOf, Package, Text};
use crate::row::{
    Options, Row, Syntax, attached, each, effect, flags, looks, nothing, refused, refused_value,
    value,
};

const CHANGES: &str = "changes what is installed";
const HOST: &str = "reaches another host";
const RUNS: &str = "sets what programs are run";
const ROOT: &str = "uses another root or database";

/// In the order of their names. An option before the command of apt is a word like a command.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("apt").syntax(Syntax::None).subcommands(APT),
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
    looks("apt-get").syntax(Syntax::None).subcommands(GET),
    looks("apt-mark").subcommands(&[
        looks("showauto showmanual showhold showinstall showremove showpurge minimize-manual-list")
            .operands(each(Package)),
        effect("hold unhold auto manual minimize-manual install remove purge", CHANGES).operands(each(Package)),
    ]).options(&[refused_value("-c,--config-file -o,--option -f,--file", RUNS).unseen()]),
    nothing("apt-key add-apt-repository aptitude tasksel unattended-upgrade unattended-upgrades dselect \
        gdebi", CHANGES).seen(),
    looks("debconf-show").operands(each(Package)).options(&[flags("--listowners --listdbs")]),
    looks("deborphan").options(&[flags("-a,--all-packages -z,--show-size -s,--show-section")]),
    looks("dpkg").operands(each(Text)).options(DPKG).only_with(
        "-l -L -s -p -S -I -c -V -C -W --list --listfiles --status --print-avail --search --info --contents --verify \
         --audit --get-selections --compare-versions",
    ),
    looks("dpkg-architecture").options(&[
        flags("-l,--list -L,--list-known -s,--print-set"),
        value("-q,--query", Name),
        refused_value("-c,--command", "runs another program"),
    ]),
    looks("dpkg-deb").only_with("-I -c -f -W --info --contents --field --show").operands(each(Text)).options(&[
        flags("-I,--info -c,--contents -f,--field -W,--show --version"),
        value("--showformat", Text),
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
    effect("dpkg-reconfigure", "runs the scripts of a package"),
    looks("dpkg-statoverride").only_with("--list").operands(each(Text)).options(&[
        flags("--list"),
        refused("--add --remove --update --force", CHANGES),
        refused_value("--admindir --root --instdir", ROOT),
    ]),
];

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

/// Of the commands of apt that look.
#[rustfmt::skip]
const APT_LOOKS: &[Options] = &[
    flags("-q,--quiet -a,--all-versions --no-all-versions -v,--verbose --installed --upgradable --upgradeable"),
    flags("--manual-installed -n,--names-only -f,--full -i,--important --recurse --no-pre-depends --no-depends"),
    flags("--no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances"),
    SETTINGS, PLACES,
    refused_value("--with-source", "reads any file"),
];

/// Of the commands that change what is installed.
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

/// What apt would do: no package is changed, no path or address is a package.
#[rustfmt::skip]
const SIMULATED: &[Row] = &[
    looks("upgrade dist-upgrade full-upgrade install remove purge autoremove autopurge reinstall")
        .operands(each(Package)).options(&[
            flags("-q,--quiet -y,--yes,--assume-yes -u,--show-upgraded -V,--verbose-versions --no-install-recommends"),
            flags("-s,--simulate,--dry-run,--just-print,--recon,--no-act --only-upgrade --with-new-pkgs --no-remove"),
            flags("--purge --autoremove --auto-remove"),
            SETTINGS,
        ]),
];

const SIMULATE: &str = "-s --simulate --dry-run --just-print --recon --no-act";
const QUIET: &str = "-q -qq --quiet";
const YES: &str = "-y --yes --assume-yes -qy -yq -qqy -yqq";

#[rustfmt::skip]
const APT: &[Row] = &[
    LIST, SHOW, POLICY,
    looks("-v --version help moo -h --help"),
    looks(QUIET).syntax(Syntax::None).subcommands(&[LIST, SHOW, POLICY, UPDATE, INSTALL]),
    looks(SIMULATE).syntax(Syntax::None).subcommands(SIMULATED),
    looks(YES).syntax(Syntax::None).subcommands(&[UPDATE, INSTALL]),
    UPDATE, INSTALL, OTHERS,
    nothing("-o -c --option --config-file -t --target-release", RUNS).unseen(""),
];

#[rustfmt::skip]
const GET: &[Row] = &[
    looks("-v --version help -h --help"),
    looks(QUIET).syntax(Syntax::None).subcommands(&[UPDATE, INSTALL]),
    looks(SIMULATE).syntax(Syntax::None).subcommands(SIMULATED),
    looks(YES).syntax(Syntax::None).subcommands(&[UPDATE, INSTALL]),
    looks("check").options(&[flags("-q,--quiet"), SETTINGS]),
    looks("indextargets").options(&[value("--format", Text), SETTINGS]),
    UPDATE, INSTALL, OTHERS,
    nothing("-o -c --option --config-file -t --target-release", RUNS).unseen(""),
];

const LIST: Row = looks("list").operands(each(Text)).options(APT_LOOKS);
const SHOW: Row = looks("show showsrc search depends rdepends")
    .operands(each(Text))
    .options(APT_LOOKS);
const POLICY: Row = looks("policy madison")
    .operands(each(Text))
    .options(APT_LOOKS);
const UPDATE: Row = effect("update", HOST).options(APT_CHANGES);
const INSTALL: Row = effect(
    "install remove purge upgrade dist-upgrade full-upgrade autoremove autopurge reinstall autoclean clean",
    CHANGES,
)
.operands(each(Package))
.options(APT_CHANGES);
const OTHERS: Row = effect(
    "changelog download source build-dep edit-sources satisfy dselect-upgrade",
    HOST,
);

#[rustfmt::skip]
const DPKG: &[Options] = &[
    flags("-l,--list -L,--listfiles -s,--status -p,--print-avail -S,--search -I,--info -c,--contents -V,--verify"),
    flags("-C,--audit -W,--show --get-selections --print-architecture --print-foreign-architectures \
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
    value("-f,--showformat", Text),
    refused_value("--admindir --root", ROOT),
];
