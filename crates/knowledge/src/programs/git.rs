//! Git: the commands that look, and those that a rule must spell.

use crate::language::Language::GitFormat;
use crate::row::Kind::{Begins, Either, Name, Never, Number, OneOf, Path, Revision, Script, Text};
use crate::row::{
    Input, Kind, Operands, Options, Row, Runs, attached, each, effect, flags, looks, maybe,
    nothing, only, refused, refused_value, then, value,
};

const CHANGES: &str = "changes the repository";
const SETS: &str = "sets what programs it runs";
const HOST: &str = "reaches another host";
const RUNS: &str = "runs another program";
const WRITES: &str = "writes a file";
const ANY_FILE: &str = "reads any file";
const ELSEWHERE: &str = "finds its settings, and so programs, in another directory";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("git")
        .runs(&[Runs::After("run foreach"), Runs::Values( "-c -x --exec --extcmd --tree-filter --index-filter \
            --msg-filter --env-filter --commit-filter --parent-filter --upload-pack --receive-pack \
            --open-files-in-pager -O")]).reads_workdir().seen().options(&[
        flags("-P,--no-pager --no-optional-locks --no-replace-objects --literal-pathspecs --glob-pathspecs"),
        flags("--noglob-pathspecs --icase-pathspecs -v,--version --html-path --man-path --info-path"),
        attached("--exec-path", Never("runs programs from another directory")).unseen(),
        refused_value("-C --git-dir --work-tree", ELSEWHERE),
        value("-c", Either(&[
            Never(SETS), Begins("color."), Begins("user.name="), Begins("user.email="), OneOf("core.pager=cat"),
        ])),
        refused_value("--config-env", SETS),
        refused_value("--namespace --super-prefix --attr-source --list-cmds", ELSEWHERE),
        refused("-p,--paginate", RUNS),
    ]).subcommands(SUBCOMMANDS),
    nothing("git-upload-pack git-receive-pack git-upload-archive", RUNS).seen(),
    nothing("git-shell gitk git-lfs tig scalar", RUNS),
];

/// A revision or a path of the repository. Only `git diff` shows files outside of a repository.
const OBJECT: Kind = Either(&[Revision, Path, Begins(":")]);
const PATHS: Operands = each(OBJECT);

const WHEN: &str = "always never auto";
const COLOR: Options = attached("--color", OneOf(WHEN));
const ABBREV: Options = attached("--abbrev", Number);
const COLUMN: Options = attached("--column", Text);
const SORT: Options = value("--sort --format", Script(GitFormat));

/// Flags for the look of differences.
#[rustfmt::skip]
const DIFF_FLAGS: Options = flags(
    "-p,--patch,-u -s,--no-patch --raw --patch-with-raw --patch-with-stat --numstat --shortstat --cumulative --summary \
     --name-only --name-status --no-color --no-color-moved --full-index --binary -R -a,--text -z --exit-code --quiet \
     -q --check --no-renames --rename-empty --no-rename-empty --find-copies-harder -D,--irreversible-delete \
     --minimal --patience --histogram --indent-heuristic --no-indent-heuristic -b,--ignore-space-change \
     -w,--ignore-all-space --ignore-space-at-eol --ignore-cr-at-eol --ignore-blank-lines -W,--function-context \
     --no-function-context --pickaxe-all --pickaxe-regex --no-prefix --default-prefix --no-relative --compact-summary \
     --no-compact-summary --no-ext-diff --no-textconv --ita-invisible-in-index \
     --no-abbrev --full-diff -r -t -m -c --cc --combined-all-paths --root -1 -2 -3 -0",
);
#[rustfmt::skip]
const DIFF_ATTACHED: Options = attached(
    "-U,--unified -M,--find-renames -C,--find-copies -B,--break-rewrites -X,--dirstat --dirstat-by-file --stat \
     --word-diff --color-words --color-moved --color-moved-ws --relative --submodule --ignore-submodules",
    Text,
);
/// Values of options that take the next word in every version since 2.0: in others `-x --output=F` would write.
#[rustfmt::skip]
const DIFF_VALUES: Options = value(
    "-S -G --diff-filter --diff-algorithm --word-diff-regex --src-prefix --dst-prefix --line-prefix --stat-width \
     --stat-name-width --stat-graph-width --stat-count",
    Text,
);
const DIFF_WRITES: Options = refused_value("--output", WRITES);
const DIFF_READS: Options = refused_value("-O", ANY_FILE);
const DIFF_RUNS: Options = refused("--ext-diff --textconv --show-signature", RUNS);
const DIFF_FILES: Options = refused("--no-index", "compares any files");
const STDIN: Options = refused("--stdin", "reads words from a pipe");

/// Flags that choose the revisions.
#[rustfmt::skip]
const REVISIONS: Options = flags(
    "--all --reflog --merges --no-merges --no-min-parents --no-max-parents --first-parent --exclude-first-parent-only \
     --remove-empty --cherry-mark --cherry-pick --cherry --left-only --right-only --left-right -g,--walk-reflogs \
     --merge --boundary --simplify-by-decoration --show-pulls --full-history --dense --sparse --simplify-merges \
     --reverse --topo-order --date-order --author-date-order --do-walk --not --all-match --invert-grep \
     -i,--regexp-ignore-case -E,--extended-regexp -F,--fixed-strings -P,--perl-regexp --basic-regexp --follow --bisect \
     --ignore-missing --alternate-refs --single-worktree --in-commit-order --objects --parents --children --no-notes",
);
#[rustfmt::skip]
const REVISION_VALUES: Options = value(
    "-n,--max-count --skip --since,--after --until,--before --max-age --min-age --author --committer --grep \
     --grep-reflog --glob --exclude --date --encoding",
    Text,
);
#[rustfmt::skip]
const REVISION_ATTACHED: Options = attached(
    "--branches --tags --remotes --no-walk --ancestry-path --decorate --notes --show-notes \
     --max-parents --min-parents --expand-tabs --show-linear-break",
    Text,
);
/// The format of a listing: git runs gpg for a placeholder such as `%G?`.
const FORMAT: Options = attached("--pretty --format", Script(GitFormat));
#[rustfmt::skip]
const SHOWN: Options = flags(
    "-NUMBER --oneline --graph --no-graph --no-decorate --clear-decorations --abbrev-commit --no-abbrev-commit \
     --relative-date --source --no-source --use-mailmap --no-use-mailmap --mailmap --no-mailmap --log-size \
     --no-expand-tabs --no-standard-notes --standard-notes --no-diff-merges --dd",
);
const LINES: Options = value("-L", Text);

#[rustfmt::skip]
const DIFF: &[Options] = &[
    DIFF_FLAGS, DIFF_ATTACHED, DIFF_VALUES, DIFF_WRITES, DIFF_READS, DIFF_RUNS, DIFF_FILES, COLOR, ABBREV,
    flags("--cached --staged --merge-base --base --ours --theirs --no-merge-base"),
];

#[rustfmt::skip]
const LOG: &[Options] = &[
    DIFF_FLAGS, DIFF_ATTACHED, DIFF_VALUES, DIFF_WRITES, DIFF_READS, DIFF_RUNS, DIFF_FILES, COLOR, ABBREV,
    REVISIONS, REVISION_VALUES, REVISION_ATTACHED, FORMAT, SHOWN, LINES, STDIN,
];

#[rustfmt::skip]
static SUBCOMMANDS: &[Row] = &[
    looks("annotate blame").operands(PATHS).options(BLAME),
    looks("bisect").subcommands(&[
        looks("log"),
        effect("start bad good new old terms skip reset replay run visualize view", CHANGES),
    ]),
    // Before 2.20, `git branch -l` made a branch.
    looks("branch").only_with("--list --contains --no-contains --merged --no-merged --points-at")
        .operands(each(Text)).options(BRANCH),
    looks("cat-file").input(Input::Data).operands(only(&[OBJECT, OBJECT])).options(&[
        flags("-e -p -t -s -Z --allow-unknown-type --use-mailmap --no-use-mailmap --batch-all-objects --buffer"),
        flags("--unordered --follow-symlinks"),
        attached("--batch --batch-check", Text),
        refused("--textconv --filters", RUNS),
        refused("--batch-command", "reads commands"),
    ]),
    looks("check-attr").operands(each(Text)).options(&[flags("-a,--all --cached -z")]),
    looks("check-ignore").input(Input::Data).operands(each(Path)).options(&[
        flags("-q,--quiet -v,--verbose -z -n,--non-matching --no-index --stdin"),
    ]),
    looks("cherry").operands(PATHS).options(&[flags("-v,--verbose"), ABBREV]),
    looks("config").operands(only(&[Text])).options(CONFIG).subcommands(&[
        looks("list").options(CONFIG),
        looks("get").operands(only(&[Text])).options(CONFIG),
        effect("set unset rename-section remove-section edit", SETS),
    ]),
    looks("count-objects").options(&[flags("-v,--verbose -H,--human-readable")]),
    looks("describe").operands(PATHS).options(&[
        flags("--contains --all --tags --long --first-parent --exact-match --always --debug"),
        value("--candidates", Number),
        value("--match --exclude", Text),
        attached("--abbrev --dirty --broken", Text),
    ]),
    looks("diff").operands(each(Revision)).options(DIFF),
    looks("diff-files").operands(each(Path)).options(DIFF),
    looks("diff-index").operands(PATHS).options(DIFF),
    looks("diff-tree").operands(PATHS).options(&[
        DIFF_FLAGS, DIFF_ATTACHED, DIFF_VALUES, DIFF_WRITES, DIFF_READS, DIFF_RUNS, DIFF_FILES, COLOR, ABBREV,
        flags("--no-commit-id --always --merge-base -v"),
        FORMAT, STDIN,
    ]),
    looks("for-each-ref").operands(each(Text)).options(&[
        flags("-s,--shell -p,--perl --python --tcl --omit-empty --ignore-case --include-root-refs"),
        value("--count", Number),
        value("--exclude", Text),
        maybe("--points-at --merged --no-merged --contains --no-contains", OBJECT),
        SORT, COLOR, STDIN,
    ]),
    looks("fsck").operands(PATHS).options(&[
        flags("--unreachable --dangling --no-dangling --root --tags --cache --no-reflogs --full --no-full --strict"),
        flags("--connectivity-only -v,--verbose --progress --no-progress --name-objects"),
        refused("--lost-found", WRITES),
    ]),
    looks("grep").operands(then(&[Text], OBJECT)).in_place_of_first("-e").signs("( )").options(GREP),
    // `git help COMMAND` runs man.
    looks("help").options(&[flags("-a,--all -g,--guides -c,--config --verbose --no-verbose")]),
    looks("log whatchanged").operands(PATHS).options(LOG),
    looks("lfs").subcommands(&[
        looks("env status version"),
        looks("ls-files").options(&[flags("-l,--long -s,--size -n,--name-only -d,--debug -a,--all --deleted")]),
        effect("checkout clean clone dedup fetch fsck install lock locks logs merge-driver migrate prune pull push \
            smudge track uninstall unlock untrack update filter-process post-checkout pre-push", CHANGES),
    ]),
    looks("ls-files").operands(PATHS).options(&[
        flags("-z -t -v -f -c,--cached -d,--deleted -m,--modified -o,--others -i,--ignored -s,--stage -k,--killed"),
        flags("--directory --no-directory --eol --empty-directory --no-empty-directory -u,--unmerged --resolve-undo"),
        flags("--exclude-standard --full-name --recurse-submodules --error-unmatch --debug --deduplicate --sparse"),
        value("-x,--exclude --format", Text),
        value("--with-tree", OBJECT),
        ABBREV,
        refused_value("-X,--exclude-from --exclude-per-directory", ANY_FILE),
    ]),
    looks("ls-tree").operands(PATHS).options(&[
        flags("-d -r -t -z -l,--long --name-only --name-status --object-only --full-name --full-tree"),
        value("--format", Text),
        ABBREV,
    ]),
    looks("merge-base").operands(PATHS).options(&[flags("-a,--all --octopus --independent --is-ancestor \
        --fork-point")]),
    looks("name-rev").operands(PATHS).input(Input::Data).options(&[
        flags("--name-only --tags --all --undefined --no-undefined --always --annotate-stdin"),
        value("--refs --exclude", Text),
    ]),
    looks("notes").subcommands(&[
        looks("list show").operands(only(&[OBJECT])),
        effect("add append copy edit merge prune remove", CHANGES),
    ]),
    looks("range-diff").operands(PATHS).options(&[
        DIFF_FLAGS, DIFF_ATTACHED, DIFF_VALUES, DIFF_WRITES, DIFF_READS, DIFF_RUNS, COLOR, ABBREV,
        flags("--no-dual-color --dual-color --left-only --right-only"),
        value("--creation-factor", Number),
    ]),
    looks("reflog").operands(PATHS).options(LOG).subcommands(&[
        looks("show").operands(PATHS).options(LOG),
        looks("list"),
        looks("exists").operands(only(&[OBJECT])),
        effect("expire delete drop write", "removes history"),
    ]),
    looks("remote").options(&[flags("-v,--verbose")]).subcommands(&[
        looks("show").only_with("-n").operands(each(Name)).options(&[flags("-n")]),
        looks("get-url").operands(only(&[Name])).options(&[flags("--push --all")]),
        effect("add rename remove rm set-head set-branches set-url", CHANGES),
        effect("prune update", HOST),
    ]),
    looks("rev-list").operands(PATHS).options(&[
        flags("--count --objects-edge --objects-edge-aggressive --unpacked --timestamp --header --bisect-vars"),
        flags("--bisect-all --object-names --no-object-names --no-commit-header --commit-header --use-bitmap-index"),
        flags("--test-bitmap --progress --indexed-objects"),
        attached("--disk-usage", OneOf("human")),
        REVISIONS, REVISION_VALUES, REVISION_ATTACHED, FORMAT, SHOWN, ABBREV, COLOR, STDIN,
        flags("--quiet --no-abbrev"),
    ]),
    looks("rev-parse").operands(PATHS).options(&[
        flags("--revs-only --no-revs --flags --no-flags --verify -q,--quiet --sq --not --symbolic \
            --symbolic-full-name"),
        flags("--all --local-env-vars --git-dir --git-common-dir --show-toplevel --show-superproject-working-tree"),
        flags("--shared-index-path --absolute-git-dir --is-inside-git-dir --is-inside-work-tree --is-bare-repository"),
        flags("--is-shallow-repository --show-cdup --show-prefix --show-ref-format"),
        attached("--short --abbrev-ref --branches --tags --remotes --glob --exclude --disambiguate \
            --path-format", Text),
        attached("--show-object-format --since --after --until --before", Text),
        value("--default", OBJECT),
        value("--git-path", Name),
    ]),
    looks("shortlog").input(Input::Data).operands(PATHS).options(&[
        flags("-c,--committer -n,--numbered -s,--summary -e,--email"),
        attached("-w", Text),
        value("--group", Script(GitFormat)),
        REVISIONS, REVISION_VALUES, REVISION_ATTACHED, FORMAT, STDIN,
    ]),
    looks("show").operands(PATHS).options(LOG),
    looks("show-branch").operands(PATHS).options(&[
        flags("-a,--all -r,--remotes --topo-order --date-order --current --no-color --sparse --list --independent"),
        flags("--merge-base --no-name --sha1-name --topics"),
        attached("-g,--reflog --more", Text),
        COLOR,
    ]),
    looks("show-ref").operands(PATHS).options(&[
        flags("--tags --heads --branches --verify --exists --head -d,--dereference -q,--quiet"),
        attached("-s,--hash", Number),
        ABBREV,
    ]),
    effect("stash", "puts changes away").subcommands(&[
        looks("list").operands(PATHS).options(LOG),
        looks("show").operands(only(&[Revision])).options(&[
            DIFF_FLAGS, DIFF_ATTACHED, DIFF_VALUES, DIFF_WRITES, DIFF_READS, DIFF_RUNS, DIFF_FILES, COLOR, ABBREV,
            flags("--include-untracked --only-untracked"),
        ]),
        effect("push save pop apply drop clear create store branch export import", CHANGES),
    ]),
    looks("status").operands(each(Path)).options(&[
        flags("-v,--verbose -s,--short -b,--branch --show-stash --ahead-behind --no-ahead-behind --long -z,--null"),
        flags("--no-renames --renames --no-column --no-short --no-branch --no-ignored"),
        attached("-u,--untracked-files --ignored --ignore-submodules --porcelain -M,--find-renames", Text),
        COLUMN,
    ]),
    looks("submodule").options(&[flags("-q,--quiet --cached")]).subcommands(&[
        looks("status").operands(each(Path)).options(&[flags("--cached --recursive")]),
        looks("summary").operands(PATHS).options(&[flags("--cached --files"), value("-n,--summary-limit", Number)]),
        effect("foreach", RUNS),
        effect("add init deinit update set-branch set-url sync absorbgitdirs", CHANGES),
    ]),
    looks("symbolic-ref").operands(only(&[Name])).options(&[
        flags("-q,--quiet --short --recurse --no-recurse"),
        refused("-d,--delete", CHANGES),
        refused_value("-m", CHANGES),
    ]),
    looks("tag").only_with("-l --list -n --contains --no-contains --merged --no-merged --points-at")
        .operands(each(Text)).options(TAG),
    looks("var").operands(only(&[OneOf("GIT_AUTHOR_IDENT GIT_COMMITTER_IDENT GIT_EDITOR GIT_PAGER \
        GIT_DEFAULT_BRANCH")])),
    looks("verify-pack").operands(each(Path)).options(&[flags("-v,--verbose -s,--stat-only")]),
    looks("version").options(&[flags("--build-options")]),
    looks("worktree").subcommands(&[
        looks("list").options(&[flags("-v,--verbose --porcelain -z")]),
        effect("add lock move prune remove repair unlock", CHANGES),
    ]),
    effect("ls-remote", HOST).operands(then(&[OneOf("origin upstream")], Name)).options(&[
        flags("--heads --branches --tags -t -q,--quiet --refs --symref --exit-code --get-url"),
        refused_value("--upload-pack --exec", RUNS),
        refused_value("-o,--server-option", HOST),
    ]),
    effect("fetch pull", HOST).options(&[
        flags("-q,--quiet -v,--verbose --ff-only --no-rebase --progress --no-progress --no-tags --dry-run"),
        refused_value("--upload-pack", RUNS),
    ]),
    effect("clone fetch-pack send-pack push imap-send send-email remote-http remote-https request-pull http-fetch \
            http-push svn p4 cvsimport daemon instaweb", HOST),
    effect("difftool mergetool merge-index filter-branch rebase gui verify-commit verify-tag citool credential \
            credential-store credential-cache hook for-each-repo web--browse maintenance annex", RUNS),
    effect("archive bundle format-patch fast-export bugreport diagnose checkout-index", WRITES),
    effect("commit", CHANGES).seen().options(&[
        value("-m,--message", Text),
        flags("-a,--all -q,--quiet -s,--signoff --amend --no-edit"),
    ]),
    effect("init init-db", CHANGES),
    effect("checkout switch", CHANGES).seen().options(&[value("-b -B -c -C --orphan", Revision)]),
    effect("add am apply cherry-pick gc merge revert clean commit-graph commit-tree fast-import hash-object index-pack merge-tree mktag mktree multi-pack-index mv pack-objects pack-refs prune \
            prune-packed read-tree refs repack replace rerere reset restore rm sparse-checkout \
            unpack-objects update-index update-ref update-server-info write-tree", CHANGES).seen(),
];

#[rustfmt::skip]
const BLAME: &[Options] = &[
    flags("--incremental -b --root --show-stats --progress --no-progress --score-debug -f,--show-name \
        -n,--show-number"),
    flags("-p,--porcelain --line-porcelain -c -t -l -s -e,--show-email -w --color-lines --color-by-age --minimal"),
    flags("--first-parent --reverse"),
    attached("-C -M --abbrev", Number),
    value("-L --date --since --ignore-rev", Text),
    refused_value("--ignore-revs-file -S --contents", ANY_FILE),
];

#[rustfmt::skip]
const BRANCH: &[Options] = &[
    flags("-v,--verbose -q,--quiet -r,--remotes -a,--all -l --list --show-current --omit-empty -i,--ignore-case"),
    flags("--no-color --no-column --no-abbrev"),
    maybe("--contains --no-contains --merged --no-merged", OBJECT),
    value("--points-at", OBJECT),
    SORT, COLOR, COLUMN, ABBREV,
    refused("-d,--delete -D", "removes a branch"),
    refused("-m,--move -M -c,--copy -C -f,--force --unset-upstream --edit-description --create-reflog", CHANGES),
    refused("-t,--track", CHANGES),
    refused_value("-u,--set-upstream-to", CHANGES),
];

#[rustfmt::skip]
const TAG: &[Options] = &[
    flags("-l,--list -i,--ignore-case --omit-empty"),
    attached("-n", Number),
    maybe("--contains --no-contains --merged --no-merged", OBJECT),
    value("--points-at", OBJECT),
    SORT, COLOR, COLUMN,
    refused("-d,--delete", "removes a tag"),
    refused("-v,--verify", RUNS),
    refused("-a,--annotate -s,--sign -f,--force -e,--edit --create-reflog", CHANGES),
    refused_value("-m,--message -u,--local-user --trailer --cleanup", CHANGES),
    refused_value("-F,--file", ANY_FILE),
];

/// `git config` shows with one operand, and sets with two.
#[rustfmt::skip]
const CONFIG: &[Options] = &[
    flags("-l,--list --get --get-all --get-regexp --show-origin --show-scope --name-only --show-names -z,--null"),
    flags("--global --system --local --worktree --includes --no-includes --all --regexp --fixed-value --bool --int"),
    flags("--bool-or-int --path --expiry-date"),
    value("--type", OneOf("bool int bool-or-int path expiry-date color")),
    value("--default --value --url", Text),
    refused_value("-f,--file --blob", ANY_FILE),
    refused("--unset --unset-all --add --replace-all --rename-section --remove-section -e,--edit", SETS),
];

#[rustfmt::skip]
const GREP: &[Options] = &[
    flags("--cached --untracked --exclude-standard --no-exclude-standard --recurse-submodules -v,--invert-match"),
    flags("-i,--ignore-case -w,--word-regexp -a,--text -I -r,--recursive --no-recursive -E,--extended-regexp"),
    flags("-G,--basic-regexp -F,--fixed-strings -P,--perl-regexp -n,--line-number --column -h -H --full-name"),
    flags("-l,--files-with-matches,--name-only -L,--files-without-match -z,--null -o,--only-matching -c,--count"),
    flags("--break --heading --no-color -p,--show-function -W,--function-context --and --or --not --all-match \
        -q,--quiet"),
    flags("-NUMBER --no-textconv"),
    value("--max-depth -C,--context -A,--after-context -B,--before-context -m,--max-count", Number),
    value("--threads", OneOf("0 1 2 4 8 16")),
    value("-e", Text),
    COLOR,
    refused("-O,--open-files-in-pager", RUNS),
    refused_value("-f", ANY_FILE),
    refused("--no-index", "searches any files"),
    refused("--textconv --ext-grep", RUNS),
];
