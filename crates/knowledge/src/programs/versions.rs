//! Managers of versions and of packages of single languages: pyenv, rbenv, asdf, uv, poetry, opam, nix, and others.

use super::wrappers::BEHIND_VERB;
use crate::row::Kind::{Name, Number, OneOf, Package, Text};
use crate::row::{Row, each, effect, flags, looks, nothing, only, refused, refused_value, value};

const CHANGES: &str = "changes what is installed";
const RUNS: &str = "runs a program";
const ELSEWHERE: &str = "uses another directory or setting";

/// The rows, in the order of their names. A row says so if its program finds a project in the working directory.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("apt-show-versions").operands(each(Package)).options(&[
        flags("-u,--upgradeable -a,--allversions -b,--brief -v,--verbose -h,--help -n,--nohold"),
        value("-R,--regex-all -r,--regex -p,--package", Text),
    ]),
    looks("asdf mise rtx").runs(BEHIND_VERB).reads_workdir().seen().options(&[flags("--version -v -h,--help")])
        .subcommands(&[
        looks("list ls current where").operands(only(&[Package, Package])),
        looks("version info"),
        looks("plugin plugins").subcommands(&[
            looks("list ls").options(&[flags("--urls --refs")]),
            effect("add remove update install uninstall", CHANGES),
        ]),
        effect("install uninstall global local shell exec env reshim update x latest which", RUNS),
        effect("run use", RUNS).unseen(""),
    ]).by_manual(),
    looks("emerge").only_with("-p --pretend -s --search --searchdesc").operands(each(Package)).options(&[
        flags("-p,--pretend -v,--verbose -u,--update -D,--deep -N,--newuse -q,--quiet -t,--tree -V,--version --info"),
        flags("-s,--search"),
        refused("-a,--ask -C,--unmerge -c,--depclean -P,--prune --sync --config", CHANGES),
    ]).by_manual(),
    looks("equery").subcommands(&[
        looks("list l belongs b depends d files f uses u which w size s has h hasuse keywords y meta m")
            .operands(each(Name)).options(&[flags("-i -o -p -d -a -D -f -n")]),
        effect("check k", "reads all files"),
    ]).by_manual(),
    nothing("n nvs fnm-exec goenv-exec", RUNS),
    looks("nix-env").only_with("-q --query").operands(each(Package)).options(&[
        flags("-q,--query --installed --status --description --out-path --list-generations --version -P,--attr-path"),
        refused("-i,--install -e,--uninstall -u,--upgrade --rollback --set -S --switch-profile", CHANGES),
        refused_value("-f,--file -p,--profile -I --option --arg --argstr -E", ELSEWHERE),
    ]).by_manual(),
    looks("opam").runs(BEHIND_VERB).options(&[flags("--version -h,--help")]).subcommands(&[
        looks("list show").operands(each(Package)).options(&[flags("-i,--installed -a,--all -s,--short")]),
        looks("switch").subcommands(&[looks("list show"), effect("create set remove import export", CHANGES)]),
        effect("install remove update upgrade exec init pin reinstall env config var", RUNS),
    ]).by_manual(),
    looks("opkg").subcommands(&[
        looks("list list-installed list-upgradable list-changed-conffiles").operands(only(&[Package])),
        looks("info status files search whatdepends").operands(only(&[Name])),
        effect("install remove update upgrade configure flag download", CHANGES),
    ]).by_manual(),
    looks("pipenv").runs(BEHIND_VERB).reads_workdir().options(&[flags("--version -h,--help --where")]).subcommands(&[
        looks("graph").options(&[flags("--bare --json --json-tree --reverse")]),
        effect("install uninstall run shell sync update lock clean open check verify scripts requirements", RUNS),
    ]).by_manual(),
    looks("poetry").runs(BEHIND_VERB).reads_workdir().options(&[
        flags("-V,--version -h,--help -q,--quiet -v,--verbose -n,--no-interaction --no-ansi --no-plugins"),
        refused_value("-C,--directory -P,--project", ELSEWHERE),
    ]).subcommands(&[
        looks("show").operands(only(&[Package])).options(&[flags("-t,--tree -l,--latest -o,--outdated -a,--all -T \
            --top-level --no-dev"), value("--with --without --only", Package)]),
        looks("check about"),
        looks("env").subcommands(&[
            looks("info").options(&[flags("-p,--path -e,--executable")]),
            looks("list").options(&[flags("--full-path")]),
            effect("use remove activate", CHANGES),
        ]),
        effect("add build cache config export init install lock new publish remove run self shell source update \
            version", RUNS),
    ]).by_manual(),
    looks("pyenv rbenv nodenv plenv goenv phpenv jenv").runs(BEHIND_VERB).reads_workdir()
        .options(&[flags("--version -v -h,--help")])
        .subcommands(&[
            looks("versions version version-name version-file version-origin root").options(&[flags("--bare")]),
            looks("which whence prefix").operands(only(&[Package])),
            effect("install uninstall global local shell exec rehash init virtualenv hooks", RUNS),
        ]),
    looks("qlist qfile qdepends qsize").operands(each(Name)).options(&[flags("-I,--installed -v,--verbose -q -e \
        -S -U")])
        .by_manual(),
    looks("uv").runs(BEHIND_VERB).reads_workdir()
        .options(&[flags("-V,--version -h,--help -q,--quiet -v,--verbose --offline")])
        .subcommands(&[
            looks("pip").subcommands(&[
                looks("list").options(&[flags("--outdated -e,--editable"), value("--format", OneOf("columns \
                    freeze json"))]),
                looks("show").operands(each(Package)).options(&[flags("-f,--files")]),
                looks("freeze check"),
                looks("tree").options(&[flags("--invert"), value("-d,--depth", Number)]),
                effect("install uninstall sync compile", CHANGES),
            ]),
            looks("python").subcommands(&[looks("list").options(&[flags("--only-installed")]), effect("install \
                uninstall \
                find pin dir upgrade", CHANGES)]),
            looks("version"),
            effect("run add remove sync lock export tool venv build publish cache self init tree", RUNS),
        ]).by_manual(),
    looks("xbps-query").operands(only(&[Name])).options(&[
        flags("-l,--list-pkgs -L,--list-repos -m,--list-manual-pkgs -O,--list-orphans -H,--list-hold-pkgs \
            -V,--version"),
        flags("-s,--search -S,--show -f,--files -x,--deps -X,--revdeps -o,--ownedby -v,--verbose -R,--repository"),
        refused_value("-C,--config -c,--cachedir -r,--rootdir", ELSEWHERE),
        refused_value("--cat --repository=", "shows any file of a package"),
    ]).by_manual(),
];
