//! What runs a whole application: GitLab, and the machine's boot loader and modules built here.

use crate::row::Kind::{Either, Name, OneOf, Package};
use crate::row::{Row, attached, effect, flags, looks, nothing, only, refused, refused_value};

const CHANGES: &str = "changes what runs, or its data";
const LOGS: &str = "\
    nginx/access.log nginx/error.log nginx/gitlab_access.log nginx/gitlab_error.log gitlab-rails/production.log \
    gitlab-rails/production_json.log gitlab-rails/application.log gitlab-rails/api_json.log puma/current \
    puma/puma_stderr.log puma/puma_stdout.log sidekiq/current gitaly/current postgresql/current redis/current \
    gitlab-workhorse/current gitlab-shell/gitlab-shell.log registry/current";
const FIRMWARE: &str = "changes how the host starts";

/// In the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("dkms").subcommands(&[
        looks("status").operands(only(&[Package])).options(&[flags("-a,--all")]),
        effect("add autoinstall build install mkdeb mkdsc mkrpm mktarball ldtarball match remove unbuild \
            uninstall", "builds and installs modules"),
    ]).options(&[flags("-V,--version -h,--help")]),
    looks("efibootmgr").options(&[
        flags("-v,--verbose -u,--unicode -V,--version -h,--help"),
        refused("-a,--active -A,--inactive -B,--delete-bootnum -c,--create -N,--delete-bootnext \
            -O,--delete-bootorder -T,--delete-timeout -D,--remove-dups -y,--sysprep -r,--driver", FIRMWARE),
        refused_value("-b,--bootnum -n,--bootnext -o,--bootorder -t,--timeout -l,--loader -L,--label -d,--disk \
            -p,--part", FIRMWARE),
        refused_value("-@,--append-binary-args", "reads any file"),
    ]),
    nothing("gitlab-backup gitlab-psql gitlab-rails gitlab-redis-cli", "runs any command"),
    looks("gitlab-ctl").subcommands(&[
        looks("status service-list").operands(only(&[Package])),
        // It makes a command for a shell of it, and a path may lead out.
        looks("tail").operands(only(&[Either(&[Package, OneOf(LOGS)])])),
        effect("start stop restart hup int term kill once graceful-kill", CHANGES).operands(only(&[Package])),
        effect("reconfigure cleanse uninstall upgrade show-config pg-upgrade backup-etc deploy-page \
            remove-accounts set-replicating promote", CHANGES),
    ]).by_manual(),
    looks("gitlab-rake").subcommands(&[
        looks("gitlab:env:info gitlab:check gitlab:app:check gitlab:gitaly:check gitlab:gitlab_shell:check \
            gitlab:sidekiq:check gitlab:incoming_email:check gitlab:ldap:check gitlab:geo:check cache:info"),
        effect("gitlab:backup:create gitlab:backup:restore db:migrate gitlab:setup cache:clear", CHANGES),
    ]).by_manual(),
    looks("grubby").options(&[
        flags("--default-kernel --default-index --default-title"),
        attached("--info", Either(&[OneOf("ALL DEFAULT"), Name])),
        refused_value("--set-default --args --remove-args --update-kernel --add-kernel --remove-kernel", FIRMWARE),
    ]).by_manual(),
    looks("mokutil").options(&[
        flags("--sb-state -l,--list-enrolled -N,--list-new -D,--list-delete --pk --kek --db --dbx --mokx"),
        refused("-i,--import -d,--delete --reset -c,--clear-password --disable-validation \
            --enable-validation", FIRMWARE),
    ]),
];
