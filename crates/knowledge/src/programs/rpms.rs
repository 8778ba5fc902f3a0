//! Packages of Red Hat, SUSE and related systems: rpm, dnf, yum, zypper.

use crate::language::Language::{Layout, QueryFormat};
use crate::row::Kind::{Ends, Name, Number, OneOf, Package, Pattern, Script, Text};
use crate::row::{
    Options, Row, each, effect, flags, looks, nothing, only, refused, refused_value, value,
};

const CHANGES: &str = "changes what is installed";
const ROOT: &str = "uses another root, database or setting";
const MACROS: &str = "expands macros, which run programs";
const SOURCES: &str = "adds a source of packages";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("dnf dnf-3 dnf5 microdnf yum").options(DNF).subcommands(DNF_COMMANDS),
    looks("repoquery").operands(each(Name)).options(REPOQUERY).by_manual(),
    // rpm expands a path after -qf as a macro: `%(id)` runs id. A name has no bracket.
    looks("rpm").only_with("-q --query -V --verify -K --checksig").operands(each(Pattern)).options(RPM).subcommands(&[
        // rpm reads a file that is no package as a list of packages, and prints its lines in an error.
        looks("-qp -qip -qpi -qlp -qpl -qilp -qipl -qlip -qlpi -qpil -qpli -qpR -qRp -qpc -qcp -qpd -qdp -qpv \
            -qplv -qlpv -qpiv")
            .operands(each(Ends(".rpm"))).options(&[refused("-V,--verify -a,--all -f,--file", "runs the scripts of \
                a package")]),
    ]),
    nothing("rpmbuild rpmdb rpmkeys rpmsign rpm2cpio rpmspec yum-config-manager yumdownloader", CHANGES),
    nothing("transactional-update yast yast2 rpm-ostree bootc", CHANGES),
    looks("subscription-manager").options(&[flags("-h,--help")]).subcommands(&[
        looks("status version identity"),
        looks("list").options(&[
            flags("--installed --available --all --consumed --pool-only --match-installed --no-overlap"),
            value("--matches --servicelevel", Text),
        ]),
        looks("repos").options(&[flags("--list --list-enabled --list-disabled")]),
        looks("release").options(&[flags("--show --list")]),
        looks("facts config repo-override").only_with("--list").options(&[flags("--list")]),
        effect("attach auto-attach clean environments import orgs owners plugins redeem refresh register remove \
            role addons usage service-level subscribe syspurpose unregister unsubscribe", CHANGES),
    ]).by_manual(),
    looks("zypper").options(ZYPPER).subcommands(ZYPPER_COMMANDS).by_manual(),
];

#[rustfmt::skip]
const RPM: &[Options] = &[
    flags("-q,--query -a,--all -f,--file --path -l,--list -i,--info -c,--configfiles -d,--docfiles -L,--licensefiles"),
    flags("-R,--requires --provides --conflicts --obsoletes --recommends --suggests --supplements --enhances"),
    flags("-s,--state --dump --last --scripts --triggers --filetriggers --changelog --changes --dupes --filesbypkg"),
    flags("--fileclass --filecaps --fileprovide --filerequire --xml --whatprovides --whatrequires --whatconflicts"),
    flags("--whatobsoletes --whatrecommends --whatsuggests --whatsupplements --whatenhances -g,--group --querytags"),
    flags("-v,--verbose --quiet --version --showrc -V,--verify --nofiledigest --nofiles --nodeps --noscripts \
        --noscript"),
    flags("--nodigest --nosignature --noconfig --noghost --noartifact --nomtime --nosize --nouser --nogroup --nomode"),
    flags("--nomd5 --nolinkto --nordev --nocaps"),
    value("--queryformat,--qf", Script(QueryFormat)),
    flags("-K,--checksig"),
    refused("-p,--package", "reads packages from any place, and runs their scripts with -V"),
    refused("-U,--upgrade -F,--freshen -e,--erase --install --reinstall --import --initdb --rebuilddb", CHANGES),
    refused("--setperms --setugids --setcaps --restore --force --justdb", CHANGES),
    value("-E,--eval", OneOf("%rhel %{rhel} %{?rhel} %fedora %{fedora} %{?fedora} %dist %{dist} %{?dist} %_arch \
        %{_arch} %_target_cpu %{_target_cpu} %_dbpath %{_dbpath} %centos %{centos} %centos_ver %suse_version \
        %{suse_version}")),
    refused_value("--define -D --macros --load --undefine --rcfile --predefine", MACROS),
    refused_value("--pipe", "runs another program"),
    refused_value("-r,--root --dbpath --target --prefix --relocate", ROOT),
];

#[rustfmt::skip]
const DNF: &[Options] = &[
    flags("-y,--assumeyes --assumeno").sets("answer"),
    flags("-q,--quiet -v,--verbose -C,--cacheonly -h,--help --version --noplugins -4 -6"),
    flags("--refresh --security --bugfix --enhancement --newpackage --nobest -b,--best"),
    value("--color", OneOf("always never auto")),
    value("-d,--debuglevel -e,--errorlevel", Number),
    flags("--showduplicates,--show-duplicates"),
    value("--enablerepo --disablerepo --repo,--repoid -x,--exclude,--excludepkgs", Text),
    value("--cve,--cves --advisory,--advisories --bz,--bzs", Text),
    value("--sec-severity,--secseverity", OneOf("Critical Important Moderate Low")),
    refused_value("-c,--config", "reads settings, and so what is run, from any file"),
    refused_value("--setopt --installroot --releasever --forcearch --rpmverbosity --comment", ROOT),
    refused_value("--repofrompath --repofile", SOURCES),
    refused_value("-R,--randomwait --enableplugin --disableplugin", ROOT),
    refused_value("--downloaddir,--destdir", "writes files"),
    refused("--nogpgcheck --no-gpgchecks --allowerasing --skip-broken --noautoremove", CHANGES),
    refused("--debugsolver --downloadonly", "writes files"),
];

/// Options that say where a looking command finds packages.
#[rustfmt::skip]
const WHICH: &[Options] = &[
    flags("--installed --available --extras --updates,--upgrades --recent --obsoletes --all --autoremove"),
    flags("--showduplicates,--show-duplicates --enabled --disabled --summary --list --info --with-cve --with-bz"),
    flags("--changelogs --reverse --userinstalled --hidden --ids --count --reboot,--reboothint -r -s --services"),
    value("--enablerepo --disablerepo --repo,--repoid -x,--exclude,--excludepkgs", Text),
];

#[rustfmt::skip]
const REPOQUERY: &[Options] = &[
    flags("-a,--all -q,--quiet -i,--info -l,--list -s,--source --installed --available --requires --provides"),
    flags("--conflicts --obsoletes --recommends --suggests --deplist --resolve --tree --recursive --changelogs"),
    flags("--nevra --nvr --location --duplicates --installonly --unsatisfied --userinstalled --upgrades --extras"),
    flags("--querytags --alldeps --exactdeps --unneeded --leaves -C,--cacheonly"),
    value("--whatprovides --whatrequires --whatconflicts --whatdepends --whatobsoletes --whatrecommends", Text),
    value("--qf,--queryformat", Script(Layout)),
    value("--arch --enablerepo --disablerepo --repo,--repoid --latest-limit", Text),
    refused_value("--repofrompath --repofile", SOURCES),
    refused_value("-c,--config --setopt --installroot", ROOT),
];

#[rustfmt::skip]
static DNF_COMMANDS: &[Row] = &[
    looks("list ls info search se provides whatprovides prov").operands(each(Text)).options(WHICH),
    looks("check-update check-upgrade").operands(each(Package)).options(WHICH),
    looks("repolist repoinfo").operands(each(Text)).options(WHICH),
    looks("repo").subcommands(&[looks("list info").operands(each(Text)).options(WHICH)]),
    // These fetch a package that an address names.
    looks("repoquery rq deplist").operands(each(Name)).options(REPOQUERY),
    looks("history hist").options(WHICH).subcommands(&[
        looks("list info userinstalled summary").operands(each(Text)).options(WHICH),
        effect("undo redo rollback replay store new sync", CHANGES),
    ]),
    looks("updateinfo advisory").options(WHICH).subcommands(&[
        looks("list info summary").operands(each(Text)).options(WHICH),
    ]),
    looks("group groups").subcommands(&[
        looks("list info summary").operands(each(Text)).options(WHICH),
        effect("install remove upgrade mark", CHANGES),
    ]),
    looks("grouplist groupinfo leaves check needs-restarting").operands(each(Name)).options(WHICH),
    looks("module").subcommands(&[
        looks("list info provides").operands(each(Text)).options(WHICH),
        effect("enable disable install remove reset switch-to update", CHANGES),
    ]),
    looks("versionlock").subcommands(&[
        looks("list"),
        effect("add delete clear exclude", CHANGES),
    ]),
    looks("help").operands(each(Name)),
    effect("install in reinstall rei update upgrade up downgrade dg remove rm erase autoremove \
        upgrade-minimal", CHANGES)
        .operands(each(Package)).options(&[
            refused_value("--enablerepo --disablerepo --repo,--repoid -x,--exclude,--excludepkgs", SOURCES),
        ]),
    effect("clean makecache mc", "changes what is kept of the sources"),
    effect("distro-sync dsync swap mark alias shell config-manager copr download builddep debuginfo-install reposync \
            system-upgrade offline-upgrade offline localinstall groupinstall groupremove automatic debug-dump",
        CHANGES),
];

#[rustfmt::skip]
const ZYPPER: &[Options] = &[
    flags("-q,--quiet -v,--verbose -x,--xmlout --no-refresh -n,--non-interactive --no-color --version -A,--no-abbrev"),
    flags("-t,--terse -i,--ignore-unknown"),
    value("-s,--table-style", Number),
    refused_value("-R,--root --installroot -c,--config --reposd-dir -D -C,--cache-dir --raw-cache-dir \
        --userdata", ROOT),
    refused_value("--solv-cache-dir --pkg-cache-dir -p,--plus-repo --plus-content", SOURCES),
    refused("--no-gpg-checks --gpg-auto-import-keys --disable-system-resolvables", CHANGES),
];

#[rustfmt::skip]
static ZYPPER_COMMANDS: &[Row] = &[
    looks("search se").operands(each(Text)).options(&[
        flags("-i,--installed-only -u,--not-installed-only -s,--details -d,--search-descriptions --provides \
            --requires"),
        flags("-x,--match-exact --match-words --match-substrings -C,--case-sensitive -f,--file-list -v,--verbose"),
        value("-t,--type", OneOf("package patch pattern product srcpackage application")),
        value("-r,--repo", Name),
    ]),
    looks("info if").operands(each(Name)).options(&[
        flags("--provides --requires --conflicts --obsoletes --recommends --supplements --suggests \
            -s,--match-substrings"),
        value("-t,--type", OneOf("package patch pattern product srcpackage application")),
    ]),
    looks("list-updates lu list-patches lp patch-check pchk").options(&[
        flags("-a,--all --best-effort --with-optional"),
        value("-g,--category --severity --cve --bugzilla,--bz -b --issue", Text),
        value("-t,--type", OneOf("package patch pattern product srcpackage application")),
        value("-r,--repo", Name),
    ]),
    looks("repos lr").operands(each(Name)).options(&[
        flags("-a,--alias -n,--name -p,--priority -r,--refresh -u,--uri -U,--sort-by-uri -P,--sort-by-priority"),
        flags("-d,--details -s,--service -E,--show-enabled-only"),
        refused_value("-e,--export", "writes a file"),
    ]),
    looks("services ls").options(&[flags("-u,--uri -p,--priority -d,--details -r,--with-repos")]),
    looks("packages pa patterns pt products pd patches pch").operands(each(Name)).options(&[
        flags("-i,--installed-only -u,--not-installed-only --orphaned --suggested --recommended --unneeded \
            -N,--sort-by-name"),
        flags("-R,--sort-by-repo"),
        value("-r,--repo", Name),
    ]),
    looks("locks ll needs-rebooting licenses targetos tos"),
    looks("what-provides wp").operands(each(Name)),
    looks("patch-info pattern-info product-info").operands(each(Name)),
    looks("versioncmp vcmp").operands(only(&[Name, Name])),
    looks("ps").options(&[flags("-s,--short")]),
    effect("refresh ref", "reaches the sources of packages"),
    effect("install in update up patch remove rm dist-upgrade dup", CHANGES).operands(each(Package)),
    effect("addlock al removelock rl cleanlocks clean cc addrepo ar removerepo rr renamerepo nr modifyrepo mr \
            addservice as modifyservice ms removeservice rs source-install si verify ve shell sh download \
            install-new-recommends inr", CHANGES),
];
