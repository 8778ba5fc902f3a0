//! Forges of code: which repositories, changes and runs there are. A rule must spell the words that change them.

use crate::language::Language::{GoTemplate, Jq};
use crate::row::Kind::{self, Begins, Either, Name, Number, OneOf, Repository, Script, Text};
use crate::row::{Options, Row, each, effect, flags, looks, only, refused, refused_value, value};

const CHANGES: &str = "changes what is at the forge, or here";
const BROWSER: &str = "starts a browser";
const SENDS: &str = "sends what changes something";

const REPOSITORY: Options = value("-R,--repo", Repository).sets("repository");
const JSON: Options = value("--json", Text);
const TEMPLATE: Options = value("-t,--template", Script(GoTemplate));
const FILTER: Options = value("-q,--jq", Script(Jq));
const WEB: Options = refused("-w,--web", BROWSER);

/// Paths of the interface of GitHub that gh may ask for; no whole address.
const PLACES: Kind = Either(&[
    Begins("repos/"),
    Begins("/repos/"),
    Begins("orgs/"),
    Begins("/orgs/"),
    OneOf("user /user rate_limit /rate_limit meta"),
]);

const LIMIT: Options = value("-L,--limit", Number);
const LABEL: Options = value("-l,--label -S,--search -s,--state", Text);
const PEOPLE: Options = value("-a,--assignee -A,--author --app", Text);
const COMMENTS: Options = flags("-c,--comments");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // gh keeps the logs of runs in a cache.
    looks("gh").options(&[flags("--version --help")]).subcommands(&[
        looks("run").subcommands(&[
            looks("list").options(&[
                value("-b,--branch -u,--user -w,--workflow", Text),
                LIMIT, REPOSITORY, JSON, TEMPLATE, FILTER,
            ]),
            looks("view").operands(only(&[Number])).options(&[
                flags("-v,--verbose --log --log-failed --exit-status"),
                value("-j,--job", Number),
                REPOSITORY, JSON, TEMPLATE, FILTER, WEB,
            ]),
            looks("watch").operands(only(&[Number])).options(&[
                flags("--exit-status"),
                value("-i,--interval", Number),
                REPOSITORY,
            ]),
            effect("cancel delete download rerun", CHANGES),
        ]),
        looks("pr").subcommands(&[
            looks("list").options(&[
                flags("-d,--draft"),
                value("-B,--base -H,--head", Text),
                LIMIT, LABEL, PEOPLE, REPOSITORY, JSON, TEMPLATE, FILTER, WEB,
            ]),
            looks("view").operands(only(&[Name])).options(&[COMMENTS, REPOSITORY, JSON, TEMPLATE, FILTER, WEB]),
            looks("status").options(&[REPOSITORY, JSON, TEMPLATE, FILTER]),
            looks("checks").operands(only(&[Name])).options(&[
                flags("--required --watch"),
                value("-i,--interval", Number),
                REPOSITORY, WEB,
            ]),
            looks("diff").operands(only(&[Name])).options(&[flags("--name-only --patch"), REPOSITORY, WEB]),
            effect("checkout close comment create edit merge review", CHANGES),
        ]),
        looks("issue").subcommands(&[
            looks("list").options(&[LIMIT, LABEL, PEOPLE, REPOSITORY, JSON, TEMPLATE, FILTER, WEB]),
            looks("view").operands(only(&[Name])).options(&[COMMENTS, REPOSITORY, JSON, TEMPLATE, FILTER, WEB]),
            looks("status").options(&[REPOSITORY, JSON, TEMPLATE, FILTER]),
            effect("close comment create edit", CHANGES),
        ]),
        looks("release").subcommands(&[
            looks("list").options(&[LIMIT, REPOSITORY]),
            looks("view").operands(only(&[Name])).options(&[REPOSITORY, JSON, TEMPLATE, FILTER, WEB]),
            effect("create delete edit upload", CHANGES),
        ]),
        looks("workflow").subcommands(&[
            looks("list").options(&[LIMIT, flags("-a,--all"), REPOSITORY]),
            looks("view").operands(only(&[Name])).options(&[flags("-y,--yaml"), REPOSITORY, WEB]),
            effect("enable disable run", CHANGES),
        ]),
        looks("repo").subcommands(&[
            looks("list").operands(only(&[Name])).options(&[LIMIT, JSON, TEMPLATE, FILTER]),
            looks("view").operands(only(&[Name])).options(&[JSON, TEMPLATE, FILTER, WEB]),
            effect("clone create delete edit", CHANGES),
        ]),
        looks("auth").subcommands(&[
            looks("status").options(&[refused("-t,--show-token", "prints a token"), value("-h,--hostname", Name)]),
            effect("login logout token", "prints or changes tokens"),
        ]),
        looks("api").operands(only(&[PLACES])).options(&[
            flags("-i,--include --paginate"),
            TEMPLATE,
            FILTER,
            refused_value("-X,--method -f,--raw-field -F,--field --input -H,--header --hostname", SENDS),
        ]),
        looks("search").subcommands(&[
            looks("issues prs repos").operands(each(Text)).options(&[LIMIT, JSON, TEMPLATE, FILTER, WEB]),
        ]),
        looks("status version"),
        effect("alias extension secret", CHANGES),
    ]).reads_workdir(),
];
