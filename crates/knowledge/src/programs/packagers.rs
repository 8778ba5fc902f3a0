//! Packages of other systems and of languages: pacman, apk, snap, flatpak, brew, pip, npm, gem, and others.

use super::wrappers::BEHIND_VERB;
use crate::row::Kind::{
    Begins, Either, Name, Number, OneOf, Package, Path, Pattern, Published, Text,
};
use crate::row::{
    Input, Kind, Options, Row, Runs, each, effect, flags, looks, nothing, only, refused,
    refused_value, then, value,
};

const CHANGES: &str = "changes what is installed";
const ROOT: &str = "uses another root, database or setting";
const SOURCES: &str = "reaches another source of packages";
const RUNS: &str = "runs a program";
const WRITES: &str = "writes a file";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("apk").options(&[
        flags("-q,--quiet -v,--verbose -h,--help -V,--version --no-network --progress --no-progress"),
        refused_value("-p,--root --repositories-file --keys-dir --cache-dir --arch --wait --timeout", ROOT),
        refused_value("-X,--repository --progress-fd", SOURCES),
        refused("-U,--update-cache --allow-untrusted -f,--force", SOURCES),
    ]).subcommands(APK).by_manual(),
    looks("brew").options(&[flags("-v,--version --prefix --cellar --repository --cache")]).subcommands(&[
        looks("list ls").operands(each(Package)).options(&[flags("--versions --formula --cask -1 -l -t -r --pinned \
            --full-name")]),
        looks("info desc").operands(each(Package)).options(&[flags("--installed --formula --cask --json --analytics")]),
        looks("leaves config").options(&[flags("-r,--installed-on-request -p,--installed-as-dependency")]),
        looks("deps uses").operands(each(Package)).options(&[flags("--tree --installed --recursive -n --direct")]),
        looks("services").subcommands(&[
            looks("list info").operands(each(Package)).options(&[flags("--json --all")]),
            effect("run start stop restart kill cleanup", CHANGES),
        ]),
        effect("install uninstall remove rm upgrade update cleanup tap untap link unlink pin unpin reinstall", CHANGES),
    ]).by_manual(),
    // Without a command, bundle installs.
    effect("bundle bundler", CHANGES).runs(BEHIND_VERB).reads_workdir().options(&[flags("-v,--version")]).subcommands(&[
        looks("version"),
        // These run the Gemfile of the working directory.
        looks("list").options(&[flags("--name-only --paths")]),
        looks("show info").operands(only(&[Package])).options(&[flags("--paths --path --version")]),
        looks("platform").options(&[flags("--ruby")]),
        looks("outdated").operands(each(Package)).options(&[
            flags("--local --strict --parseable --porcelain --only-explicit --filter-strict --filter-major \
                --filter-minor --filter-patch"),
        ]),
        looks("config").subcommands(&[
            looks("list"),
            looks("get").operands(only(&[Package])),
            effect("set unset", CHANGES),
        ]),
        // Without `--dry-run`, `check` may write the lock file.
        effect("check", CHANGES).looks_with("--dry-run").options(&[flags("--dry-run")]),
        effect("install update exec add remove clean lock open console init \
            gem", CHANGES),
    ]),
    looks("composer").reads_workdir().options(&[
        flags("-V,--version -h,--help -q,--quiet -v,--verbose -n,--no-interaction --no-plugins --no-scripts --ansi \
            --no-ansi --profile --no-cache"),
        refused_value("-d,--working-dir", ROOT),
    ]).subcommands(&[
        looks("show info").operands(only(&[Either(&[Package, PART]), Package])).options(&[
            flags("--locked -P,--path -N,--name-only -D,--direct -t,--tree -l,--latest -o,--outdated -m \
                --no-dev -s,--self -H,--strict -A,--sort-by-age"),
            value("-f,--format", OneOf("text json")),
        ]),
        looks("outdated").operands(only(&[Either(&[Package, PART])])).options(&[
            flags("-o,--outdated -a,--all --locked -D,--direct --strict -m,--minor-only -M,--major-only \
                -p,--patch-only --no-dev"),
            value("-f,--format", OneOf("text json")),
        ]),
        looks("validate").options(&[flags("--no-check-all --no-check-lock --check-lock --no-check-publish --strict")]),
        looks("check-platform-reqs").options(&[flags("--no-dev --lock"), value("-f,--format", OneOf("text json"))]),
        looks("licenses").options(&[flags("--no-dev --locked"), value("-f,--format", OneOf("text json summary"))]),
        looks("audit").options(&[flags("--no-dev --locked"), value("-f,--format", OneOf("table plain json summary"))]),
        looks("why depends why-not prohibits").operands(only(&[Either(&[Package, PART]), Text])).options(&[
            flags("-r,--recursive -t,--tree --locked"),
        ]),
        looks("about diagnose status fund"),
        effect("config", CHANGES).looks_with("-l --list").options(&[flags("-l,--list -g,--global --source")]),
        looks("global").subcommands(&[
            looks("show info outdated licenses about status"),
            effect("install i update u upgrade require remove exec config run-script", CHANGES),
        ]),
        effect("install i update u upgrade require remove create-project dump-autoload run-script run exec \
            clear-cache self-update archive bump init reinstall search browse home", CHANGES),
    ]),
    looks("conda mamba micromamba").runs(BEHIND_VERB).options(&[flags("-V,--version -h,--help")]).subcommands(&[
        looks("list").operands(only(&[Name])).options(&[
            flags("-f,--full-name --json -e,--export --explicit --show-channel-urls -c,--canonical -r,--revisions \
                --md5"),
            flags("-q,--quiet -v,--verbose"),
            value("-n,--name", Name).sets("environment"),
            value("-p,--prefix", Path).sets("environment"),
        ]),
        looks("info").options(&[flags("-a,--all -e,--envs -s,--system --base --json -v,--verbose")]),
        looks("env").subcommands(&[
            looks("list").options(&[flags("--json")]),
            effect("create remove update export config", CHANGES),
        ]),
        effect("install update upgrade remove uninstall create clean config init run search build", CHANGES),
    ]).by_manual(),
    looks("flatpak")
        .runs(&[Runs::After("*")])
        .options(&[flags("--version --supported-arches --default-arch -v,--verbose")]).subcommands(&[
        looks("list info history remotes ps").operands(each(Name)).options(&[
            flags("-u,--user --system -d,--show-details --app --runtime -a,--all -m,--show-metadata -r,--show-ref"),
            flags("-o,--show-origin -c,--show-commit -s,--show-size -M,--show-permissions -l,--show-location"),
            value("--columns --arch", Text),
        ]),
        effect("install update uninstall run override remote-add remote-delete remote-modify remote-ls repair \
            enter", CHANGES),
    ]),
    looks("gem").options(&[flags("-v,--version -h,--help")]).subcommands(&[
        looks("list info search query outdated").operands(each(Text)).options(&[
            flags("-l,--local -a,--all -d,--details -i,--installed --versions --no-versions --no-details -e,--exact \
                -q,--quiet"),
        ]),
        looks("env environment").operands(only(&[OneOf("version gemdir gempath home path user_gemhome platform")])),
        looks("contents which dependency").operands(each(Package)).options(&[
            flags("-l,--local --all --lib-only --prefix --no-prefix --reverse-dependencies -a -g"),
        ]),
        effect("install update uninstall cleanup pristine build push fetch sources", CHANGES),
        effect("exec", RUNS),
    ]),
    looks("npm").runs(BEHIND_VERB).reads_workdir().subcommands(NPM).options(&[
        flags("-v,--version -l,--long -g,--global --json -a,--all --parseable --no-color --no-audit --no-fund \
            -s,--silent"),
        flags("-q,--quiet -d -p --offline --prefer-offline --production --no-update-notifier"),
        value("--depth", Number),
        value("--omit --include", OneOf("dev optional peer prod")),
        value("--loglevel", OneOf("silent error warn notice http info verbose silly")),
        refused_value("--prefix -C --userconfig --globalconfig --cache --logs-dir --node-options", ROOT),
        refused_value("--script-shell --shell --editor --viewer --browser --git --init-module", RUNS),
        refused_value("--registry --proxy --https-proxy -w,--workspace", SOURCES),
        refused("--foreground-scripts --force -f", RUNS),
    ]),
    nothing("bunx corepack npx pnpx uvx volta", RUNS),
    looks("pacman").only_with("-Q --query").input(Input::Data).operands(each(Name)).options(&[
        flags("-Q,--query -q,--quiet -i,--info -l,--list -o,--owns -s,--search -k,--check -m,--foreign -n,--native"),
        flags("-e,--explicit -d,--deps -t,--unrequired -u,--upgrades -g,--groups -c,--changelog -v,--verbose \
            -V,--version"),
        value("--color", OneOf("always never auto")),
        refused("-S,--sync -R,--remove -U,--upgrade -D,--database -F,--files", CHANGES),
        refused("-p,--file -y,--refresh", "reads other files or databases"),
        refused_value("-b,--dbpath -r,--root --sysroot --config --cachedir --hookdir --gpgdir --arch", ROOT),
        refused_value("--logfile", WRITES),
    ]).subcommands(&[
        // These look into the copy of the databases on this host.
        looks("-Ss -Si -Sii -Sl -Sg -Sgg -Ssq -Sqs -Slq -Sql -Sgq").operands(each(Text)).options(PACMAN_SYNC),
        looks("-F -Fx -Fl -Fq -Flq -Fql").operands(each(Pattern)).options(PACMAN_SYNC),
    ]).by_manual(),
    looks("pactree").operands(only(&[Package])).options(&[
        flags("-a,--ascii -c,--color -l,--linear -o,--optional -r,--reverse -s,--sync -u,--unique -h,--help"),
        value("-d,--depth", Number),
        refused_value("-b,--dbpath --config --gpgdir", ROOT),
    ]).by_manual(),
    looks("pip pip2 pip3").versioned().subcommands(PIP).options(PIP_OPTIONS),
    looks("pipx").options(&[flags("--version -h,--help")]).subcommands(&[
        looks("list").options(&[flags("--short --json --include-injected --global")]),
        effect("run runpip install inject upgrade upgrade-all uninstall uninstall-all reinstall ensurepath", RUNS),
    ]),
    looks("pnpm").runs(BEHIND_VERB).reads_workdir()
        .options(&[flags("-v,--version -g,--global --json --long --parseable -P,--prod \
        -D,--dev")])
        .subcommands(&[
            looks("list ls ll la why outdated").operands(each(Published)).options(&[
                value("--depth", Number),
                flags("--no-optional --only-projects -r,--recursive"),
            ]),
            looks("root bin").options(&[flags("-g")]),
            effect("install i add remove rm update up run test start exec dlx create publish audit", RUNS),
        ]).by_manual(),
    looks("rustup").reads_workdir().options(&[flags("-V,--version -v,--verbose -q,--quiet")]).subcommands(&[
        looks("show").options(&[flags("-v,--verbose")]).subcommands(&[
            looks("active-toolchain home profile").options(&[flags("-v,--verbose")]),
        ]),
        looks("toolchain target component").subcommands(&[
            looks("list").options(&[flags("-v,--verbose --installed -q,--quiet")]),
            effect("install add uninstall remove link", CHANGES),
        ]),
        looks("which").operands(only(&[Name])),
        effect("update install default override run self toolchain-link doc man set", CHANGES),
    ]),
    looks("snap").runs(BEHIND_VERB).options(&[flags("--version -h,--help")]).subcommands(&[
        looks("list").operands(each(Package)).options(&[flags("--all"), COLOR, UNICODE]),
        looks("info").operands(each(Package)).options(&[flags("--verbose"), COLOR, UNICODE]),
        looks("services").operands(each(Name)).options(&[flags("-g,--global -u,--user"), COLOR]),
        looks("logs").operands(each(Name)).options(&[
            flags("-f"),
            value("-n", Either(&[Number, OneOf("all"), Begins("=")])),
        ]),
        looks("changes").operands(only(&[Package])).options(&[flags("--abs-time")]),
        looks("change tasks").operands(only(&[Number])).options(&[flags("--abs-time"), value("--last", Name)]),
        looks("connections").operands(only(&[Package])).options(&[flags("--all")]),
        looks("interface").operands(only(&[Name])).options(&[flags("--attrs --all")]),
        looks("version model warnings"),
        effect("refresh", CHANGES).looks_with("--list --time").operands(each(Package)).options(&[
            flags("--list --time"),
        ]),
        effect("install remove revert enable disable start stop restart", CHANGES).operands(each(Package)),
        effect("run", RUNS).options(&[refused("--shell --gdb", "starts a shell or a debugger").unseen()]),
        effect("try set unset connect disconnect alias unalias switch ack abort login logout pack prefer save \
                restore forget debug get known find download watch", CHANGES),
    ]),
    // yarn runs an unknown command as a script of the package: berry has no `list`.
    effect("yarn", CHANGES).runs(BEHIND_VERB).reads_workdir().options(&[flags("-v,--version")]).subcommands(&[
        looks("why info").operands(only(&[Published])).options(&[flags("--json -R,--recursive -A,--all -X,--extra")]),
        effect("install add remove upgrade up run test start exec dlx node create publish list", RUNS),
    ]),
];

#[rustfmt::skip]
const PACMAN_SYNC: &[Options] = &[
    flags("-q,--quiet -v,--verbose"),
    value("--color", OneOf("always never auto")),
    refused("-y,--refresh -u,--sysupgrade -w,--downloadonly -c,--clean", CHANGES),
    refused("-Q -R -S -T -U -D --query --remove --sync --upgrade --database --deptest --files", CHANGES),
];

const COLOR: Options = value("--color", OneOf("auto never always"));
const UNICODE: Options = value("--unicode", OneOf("auto never always"));

#[rustfmt::skip]
const APK: &[Row] = &[
    looks("info").operands(each(Name)).options(&[
        flags("-a,--all -d,--description -e,--installed -L,--contents -P,--provides -R,--depends -s,--size \
            -w,--webpage"),
        flags("-W,--who-owns -t,--triggers --install-if --license --replaces --rdepends --rinstall-if"),
    ]),
    looks("list").operands(each(Text)).options(&[
        flags("-I,--installed -O,--orphaned -u,--upgradable,--upgradeable -P,--providers -a,--available -o,--origin \
            -d"),
        flags("--depends --manifest"),
    ]),
    looks("search").operands(each(Text)).options(&[
        flags("-a,--all -d,--description -e,--exact -x --has-origin -o,--origin -r,--rdepends"),
    ]),
    looks("policy").operands(each(Package)),
    looks("version").operands(each(Name)).options(&[flags("-a,--all -c,--check -t,--test \
        -I,--indexes"), value("-l,--limit", Text)]),
    looks("stats"),
    effect("add del fix update upgrade fetch cache audit verify dot index manifest mkndx mkpkg convdb", CHANGES),
];

/// The name of a package's vendor, before the `/`: `symfony/console`.
const PART: Kind = Name;

/// The commands of npm. npm accepts abbreviations of commands; no row names one.
#[rustfmt::skip]
static NPM: &[Row] = &[
    looks("list ls ll la").operands(each(Published)).options(&[flags("--link --package-lock-only --no-unicode --dev")]),
    looks("outdated").operands(each(Published)),
    looks("explain why").operands(each(Published)),
    looks("view info show v").operands(then(&[Published], Text)),
    looks("audit").options(&[
        value("--audit-level", OneOf("info low moderate high critical none")),
        flags("--package-lock-only"),
    ]).subcommands(&[
        looks("signatures"),
        effect("fix", CHANGES),
    ]),
    // With an operand, `npm version` sets the version and runs scripts.
    looks("version verison root bin ping"),
    looks("prefix").options(&[flags("-g")]),
    looks("config c").subcommands(&[
        looks("list ls"),
        looks("get").operands(each(OneOf("prefix registry cache globalconfig userconfig node-version loglevel proxy \
            https-proxy strict-ssl init-license save-exact omit"))),
        effect("set delete edit fix", CHANGES),
    ]),
    effect("install i in add ci clean-install install-test it update up upgrade uninstall un rm remove r", RUNS),
    effect("run run-script test t tst start stop restart exec x rebuild rb explore init create publish pack \
        edit", RUNS),
    looks("fund whoami"),
    looks("search").operands(each(Published)),
    looks("cache").subcommands(&[looks("ls"), effect("add clean rm verify", CHANGES)]),
    looks("dist-tag dist-tags").subcommands(&[
        looks("ls list").operands(only(&[Published])),
        effect("add rm set", CHANGES),
    ]),
    looks("pkg").subcommands(&[looks("get").operands(each(Text)), effect("set delete fix", CHANGES)]),
    effect("link ln dedupe ddp prune shrinkwrap set access adduser login logout token owner star team \
            unpublish deprecate hook org profile help doctor diff query sbom docs repo \
            bugs", CHANGES).seen(),
];

#[rustfmt::skip]
const PIP_OPTIONS: &[Options] = &[
    flags("-h,--help -V,--version -v,--verbose -q,--quiet --isolated --require-virtualenv,--require-venv --no-input"),
    flags("--disable-pip-version-check --no-color --no-python-version-warning --no-cache-dir --debug"),
    value("--timeout --retries", Number),
    refused_value("--python", RUNS),
    refused_value("--log,--log-file,--local-log", WRITES),
    refused_value("-i,--index-url,--pypi-url --extra-index-url -f,--find-links --proxy --trusted-host", SOURCES),
    refused_value("--cert --client-cert --cache-dir --keyring-provider --exists-action --use-feature", ROOT),
];

#[rustfmt::skip]
static PIP: &[Row] = &[
    looks("list").options(&[
        flags("-o,--outdated -u,--uptodate -e,--editable -l,--local --user --pre --not-required --exclude-editable"),
        flags("--include-editable --no-index"),
        value("--format", OneOf("columns freeze json legacy")),
        value("--path", Path),
        value("--exclude", Package),
    ]),
    looks("show").operands(each(Package)).options(&[flags("-f,--files")]),
    looks("freeze").options(&[
        flags("-l,--local --user --all --exclude-editable"),
        value("--path", Path),
        value("--exclude", Package),
        refused_value("-r,--requirement", "reads any file"),
    ]),
    looks("check inspect").options(&[flags("--local --user"), value("--path", Path)]),
    looks("debug help").operands(only(&[Name])).options(&[]),
    looks("cache").subcommands(&[
        looks("dir info"),
        looks("list").operands(only(&[Text])).options(&[value("--format", OneOf("human abspath"))]),
        effect("remove purge", "removes what is kept"),
    ]),
    looks("config").subcommands(&[
        looks("debug list"),
        looks("get").operands(only(&[Name])),
        effect("set unset edit", "changes settings"),
    ]),
    effect("install uninstall download wheel lock", CHANGES),
    effect("index search hash completion", SOURCES),
];
