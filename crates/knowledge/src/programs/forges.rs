//! Forges of code: what repositories, changes and runs are there. Changing them must be spelled.

use crate::language::Language::Jq;
use crate::row::Kind::{self, Begins, Either, Name, Number, OneOf, Script, Text};
use crate::row::{Options, Row, each, effect, flags, looks, only, refused, refused_value, value};

const CHANGES: &str = "changes what is at the forge, or here";
const BROWSER: &str = "starts a browser";
const SENDS: &str = "sends what changes something";

const REPOSITORY: Options = value("-R,--repo", Name).sets("repository");
const JSON: Options = value("--json -t,--template", Text);
const FILTER: Options = value("-q,--jq", Script(Jq));
const WEB: Options = refused("-w,--web", BROWSER);

/// What is asked of the interface: no address.
const PLACES: Kind = Either(&[
    Begins("repos/"),
    Begins("/repos/"),
    Begins("orgs/"),
    Begins("/orgs/"),
    OneOf("user /user rate_limit /rate_limit meta"),
]);

#[rustfmt::skip]
const LISTS: &[Options] = &[
    value("-L,--limit", Number),
    value("-b,--branch -u,--user -w,--workflow -a,--assignee -A,--author -B,--base -H,--head", Text),
    value("-l,--label -S,--search", Text),
    value("-s,--state -e,--event --app --mention -m,--milestone --status --created -c,--commit", Text),
    flags("-d,--draft"),
    REPOSITORY, JSON, FILTER,
];

#[rustfmt::skip]
const VIEWS: &[Options] = &[
    flags("-c,--comments -v,--verbose --log --log-failed --exit-status --required --watch --name-only --patch"),
    value("-j,--job", Number),
    value("-i,--interval", Number),
    REPOSITORY, JSON, FILTER, WEB,
];

/// In the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // Logs of runs are kept in a cache.
    looks("gh").options(&[flags("--version --help")]).subcommands(&[
        looks("run").subcommands(&[
            looks("list ls").options(LISTS),
            looks("view watch").operands(only(&[Number])).options(VIEWS),
            effect("cancel delete download rerun", CHANGES),
        ]),
        looks("pr issue").subcommands(&[
            looks("list ls").options(LISTS),
            looks("view checks status").operands(only(&[Name])).options(VIEWS),
            looks("diff").operands(only(&[Name])).options(VIEWS),
            effect("checkout close comment create edit merge review", CHANGES),
        ]),
        looks("release workflow repo label ruleset").subcommands(&[
            looks("list ls").operands(only(&[Name])).options(LISTS),
            looks("view").operands(only(&[Name])).options(VIEWS),
            effect("clone create delete edit enable disable run upload", CHANGES),
        ]),
        looks("auth").subcommands(&[
            looks("status").options(&[refused("-t,--show-token", "prints a token"), value("-h,--hostname", Name)]),
            effect("login logout token", "prints or changes tokens"),
        ]),
        looks("api").operands(only(&[PLACES])).options(&[
            flags("-i,--include --paginate --slurp"),
            value("-t,--template", Text),
            FILTER,
            refused_value("-X,--method -f,--raw-field -F,--field --input -H,--header --hostname", SENDS),
        ]),
        looks("search").subcommands(&[
            looks("code commits issues prs repos").operands(each(Text)).options(LISTS),
        ]),
        looks("status version"),
        effect("alias extension secret", CHANGES),
    ]).reads_workdir(),
];
