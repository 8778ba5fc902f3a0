//! Programs that run a whole application: GitLab, and the tools that build the boot loader and modules of the machine.

use crate::row::Kind::{Either, OneOf, Package};
use crate::row::{Row, effect, flags, looks, nothing, only};

const CHANGES: &str = "changes what runs, or its data";
const LOGS: &str = "\
    nginx/access.log nginx/error.log nginx/gitlab_access.log nginx/gitlab_error.log gitlab-rails/production.log \
    gitlab-rails/production_json.log gitlab-rails/application.log gitlab-rails/api_json.log puma/current \
    puma/puma_stderr.log puma/puma_stdout.log sidekiq/current gitaly/current postgresql/current redis/current \
    gitlab-workhorse/current gitlab-shell/gitlab-shell.log registry/current";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("dkms").subcommands(&[
        looks("status").operands(only(&[Package])).options(&[flags("-a,--all")]),
        effect("add autoinstall build install mkdeb mkdsc mkrpm mktarball ldtarball match remove unbuild \
            uninstall", "builds and installs modules"),
    ]).options(&[flags("-V,--version -h,--help")]),
    nothing("gitlab-backup gitlab-psql gitlab-rails gitlab-redis-cli", "runs any command"),
    looks("gitlab-ctl").subcommands(&[
        looks("status service-list").operands(only(&[Package])),
        // gitlab-ctl puts its operand into a command for a shell, and a path may lead out of the logs.
        looks("tail").operands(only(&[Either(&[Package, OneOf(LOGS)])])),
        effect("start stop restart hup int term kill once graceful-kill", CHANGES).seen().operands(only(&[Package])),
        effect("reconfigure cleanse uninstall upgrade show-config pg-upgrade backup-etc deploy-page \
            remove-accounts set-replicating promote", CHANGES).seen(),
    ]).by_manual(),
    looks("gitlab-rake").subcommands(&[
        looks("gitlab:env:info gitlab:check gitlab:app:check gitlab:gitaly:check gitlab:gitlab_shell:check \
            gitlab:sidekiq:check gitlab:incoming_email:check gitlab:ldap:check gitlab:geo:check cache:info"),
        effect("gitlab:backup:create gitlab:backup:restore db:migrate gitlab:setup cache:clear", CHANGES).seen(),
    ]).by_manual(),
];
