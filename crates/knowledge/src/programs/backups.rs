//! Backups: their contents. A rule must spell the words that make, restore and remove backups.
//!
//! A repository that is no path of the host is reached by ssh or by another program.

use crate::language::Language::Layout;
use crate::row::Kind::{self, Begins, Name, Number, OneOf, Package, Script, Text};
use crate::row::{
    Options, Row, Runs, attached, each, effect, flags, looks, nothing, only, refused,
    refused_value, then, value,
};

const CHANGES: &str = "changes backups or files";
const PRINTS: &str = "prints what is in a backup, or keys";
const RUNS: &str = "runs another program";
const ANY_FILE: &str = "reads names or secrets from any file";

const HERE: Kind = Begins("/");

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // `barman check` makes directories.
    looks("barman").options(&[
        flags("-h,--help -v,--version -q,--quiet"),
        value("-f,--format", OneOf("console json")),
        refused_value("-c,--config", ANY_FILE),
    ]).subcommands(&[
        looks("list-backup list-backups list-server list-servers show-backup show-backups status replication-status \
            list-files help").operands(only(&[Name, Name])).options(&[flags("--minimal"), value("--target", Name)]),
        effect("backup check cron delete diagnose get-wal recover", CHANGES),
    ]),
    // borg takes a lock in the repository, and keeps a cache in the home directory.
    looks("borg borgbackup").options(BORG).subcommands(&[
        looks("list").operands(then(&[HERE], Text)).options(BORG),
        looks("info").operands(only(&[HERE])).options(BORG),
        looks("diff").operands(then(&[HERE, Name], Text)).options(BORG),
        looks("check").operands(only(&[HERE])).options(&[
            flags("--repository-only --archives-only --verify-data -p,--progress -v,--verbose"),
            value("--max-duration --first --last", Number),
            refused("--repair --save-space", CHANGES),
        ]),
        effect("benchmark break-lock compact create delete extract init mount prune recreate rename umount", CHANGES),
        effect("upgrade export-tar import-tar transfer serve config", CHANGES),
        effect("with-lock", RUNS).runs(&[Runs::Command { after: 1 }]),
        nothing("key debug", PRINTS),
    ]),
    effect("borgmatic", CHANGES).reads_workdir().subcommands(&[
        looks("list info rlist rinfo").options(&[
            flags("--json -h,--help"),
            value("--archive --last --first", Name),
        ]),
    ]).options(&[flags("--version -h,--help")]).by_manual(),
    looks("duplicity").options(DUPLICITY).subcommands(&[
        looks("collection-status list-current-files").operands(only(&[Begins("file:///")])).options(DUPLICITY),
        effect("full incr inc incremental backup verify cleanup remove-older-than restore", CHANGES),
        effect("remove-all-but-n-full remove-all-inc-of-but-n-full replicate", CHANGES),
    ]),
    // restic takes a lock in the repository, and keeps a cache in the home directory.
    looks("restic").options(RESTIC).subcommands(&[
        looks("snapshots").operands(each(Package)).options(&[
            flags("-c,--compact"),
            attached("--last", Number),
            value("--latest", Number),
            value("-g,--group-by", Text),
        ]),
        looks("stats").operands(each(Package)).options(&[
            value("--mode", OneOf("restore-size files-by-contents blobs-per-file raw-data")),
        ]),
        looks("ls").operands(then(&[Package], HERE)).options(&[
            flags("-l,--long --recursive --human-readable --ncdu --reverse"),
            value("-s,--sort", Name),
        ]),
        looks("find").operands(each(Text)).options(&[
            flags("-i,--ignore-case -l,--long --human-readable --blob --tree --pack --show-pack-id"),
            value("-N,--newest -O,--oldest -s,--snapshot", Text),
        ]),
        looks("diff").operands(only(&[Package, Package])).options(&[flags("--metadata")]),
        looks("list").operands(only(&[OneOf("blobs packs index snapshots keys locks")])),
        looks("check").options(&[
            flags("--read-data --with-cache"),
            value("--read-data-subset", Name),
        ]),
        looks("version help").operands(only(&[Package])),
        nothing("cat dump key mount", PRINTS),
        effect("backup cache copy forget generate init migrate prune rebuild-index recover restore rewrite", CHANGES),
        effect("repair self-update tag unlock serve", CHANGES),
    ]),
    looks("wal-g").options(&[flags("--version -h,--help")]).subcommands(&[
        looks("backup-list wal-show").options(&[flags("--json --pretty --detail --detailed-json")]),
    ]).by_manual(),
    effect("mariabackup xtrabackup", CHANGES).options(&[flags("-v,--version").alone()]).by_manual(),
    effect("rsnapshot", CHANGES).options(&[flags("-V")]).subcommands(&[looks("configtest du version")]),
];

#[rustfmt::skip]
const BORG: &[Options] = &[
    flags("-V,--version -h,--help --critical --error --warning --info -v,--verbose --debug -p,--progress --iec"),
    flags("--log-json --bypass-lock --show-version --show-rc --consider-checkpoints --consider-part-files --short"),
    flags("--json --json-lines --same-owner --numeric-ids --sort --content-only"),
    value("--lock-wait --first --last", Number),
    value("--format", Script(Layout)),
    value("-P,--prefix -a,--glob-archives,--match-archives --sort-by -e,--exclude --pattern", Text),
    refused_value("--rsh --remote-path", RUNS),
    refused_value("--exclude-from --patterns-from", ANY_FILE),
    refused_value("--debug-profile --umask", "writes a file"),
];

#[rustfmt::skip]
const DUPLICITY: &[Options] = &[
    flags("-V,--version -h,--help --no-encryption --allow-source-mismatch"),
    value("-t,--time,--restore-time", Text),
    value("-v,--verbosity", Name),
    refused_value("--gpg-binary --gpg-options --ssh-options --rsync-options --use-scp", RUNS),
    refused_value("--log-file --archive-dir --tempdir", "writes a file"),
];

#[rustfmt::skip]
const RESTIC: &[Options] = &[
    flags("-h,--help --json --no-cache --no-lock -q,--quiet --insecure-tls"),
    attached("-v,--verbose", Number),
    value("-r,--repo", HERE).sets("repository"),
    value("-H,--host --tag --path", Text),
    value("--limit-download --limit-upload --retry-lock", Number),
    refused("--cleanup-cache", "removes files"),
    refused_value("-o,--option --password-command", RUNS),
    refused_value("-p,--password-file --repository-file --cacert --tls-client-cert", ANY_FILE),
    refused_value("--cache-dir", "writes files"),
];
