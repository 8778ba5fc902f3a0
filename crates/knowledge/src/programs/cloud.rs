//! Clouds, and what configures many hosts: terraform, ansible, salt, puppet, the clients of clouds.

use crate::row::Kind::{Name, Number, OneOf};
use crate::row::{
    Row, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value, value,
};

const HOSTS: &str = "acts on other hosts";
const CLOUD: &str = "asks a cloud, whose address and account its words choose";
const CHANGES: &str = "changes what is configured";
const RUNS: &str = "runs a program";
const SECRETS: &str = "shows secrets";

/// In the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("ansible ansible-playbook ansible-inventory ansible-galaxy ansible-vault ansible-console ansible-pull \
           ansible-config ansible-doc").reads_workdir().options(&[
        flags("--version"),
        refused_value("-i,--inventory -m,--module-name -a,--args -e,--extra-vars -M,--module-path", RUNS),
    ]),
    looks("aws").options(&[flags("--version")]).by_manual().subcommands(&[
        nothing("configure s3 s3api ec2 iam sts ssm lambda secretsmanager rds ecs eks logs cloudformation", CLOUD),
    ]),
    looks("az").options(&[flags("--version")]).by_manual(),
    nothing("chef chef-client chef-solo chef-shell knife", HOSTS),
    looks("doctl linode-cli hcloud ibmcloud oci openstack exo scw").options(&[flags("--version")]).by_manual(),
    looks("gcloud gsutil bq").options(&[flags("--version")]).by_manual(),
    nothing("mco bolt fab pssh parallel-ssh pdsh clush cssh rundeck rex", HOSTS),
    nothing("nix-shell nix-build nix-env nix-store nix-instantiate nix-channel nix-collect-garbage \
        nixos-rebuild", RUNS),
    looks("nix").options(&[flags("--version")]).by_manual(),
    looks("packer").syntax(Syntax::Words).reads_workdir().options(&[flags("-version -v")]).subcommands(&[
        looks("version"),
        effect("build init validate inspect console fix fmt hcl2_upgrade plugins", RUNS),
    ]).by_manual(),
    looks("puppet puppet-agent").options(&[flags("--version -V")]).subcommands(&[
        effect("apply", CHANGES).unseen(""),
        effect("agent cert config device resource module node facts lookup", CHANGES),
    ]).by_manual(),
    looks("facter").operands(each(Name)).options(&[
        flags("-j,--json -y,--yaml --version -v --no-custom-facts --no-external-facts --no-color"),
        refused_value("--custom-dir --external-dir -c,--config", RUNS),
    ]).by_manual(),
    nothing("salt salt-run salt-ssh salt-cp salt-key salt-cloud salt-api salt-master salt-minion", HOSTS),
    nothing("salt-call", RUNS),
    // What it shows it has from the state and the code of the working directory.
    looks("terraform tofu").syntax(Syntax::Words).reads_workdir().options(&[
        flags("-version -v -help"),
        refused_value("-chdir", "finds its settings, and so programs, in another directory"),
    ]).subcommands(TERRAFORM),
    nothing("terragrunt terraform-docs pulumi cdk sam serverless", RUNS),
];

#[rustfmt::skip]
const TERRAFORM: &[Row] = &[
    looks("version").syntax(Syntax::Words).options(&[flags("-json")]),
    looks("workspace").subcommands(&[
        looks("list show"),
        effect("new select delete", CHANGES),
    ]),
    looks("state").subcommands(&[
        looks("list").syntax(Syntax::Words).operands(each(Name)).options(&[
            refused_value("-state", "reads any file"),
            value("-id", Name),
        ]),
        effect("show pull", SECRETS),
        effect("mv rm push replace-provider identities", CHANGES),
    ]),
    looks("providers").subcommands(&[
        effect("lock mirror schema", RUNS),
    ]),
    effect("output show console", SECRETS).seen().syntax(Syntax::Words).operands(only(&[Name])).options(&[
        flags("-json -no-color -raw"),
        refused_value("-state", "reads any file"),
    ]),
    effect("validate graph", RUNS).syntax(Syntax::Words).options(&[flags("-json -no-color")]),
    effect("plan", RUNS).syntax(Syntax::Words).options(&[
        flags("-no-color -json -detailed-exitcode -compact-warnings -refresh-only"),
        value("-lock", OneOf("false")),
        value("-input", OneOf("false")),
        value("-refresh", OneOf("true false")),
        value("-parallelism", Number),
        refused_value("-out -generate-config-out", "writes a file"),
        refused_value("-var -var-file -state -target -replace", CHANGES),
        refused("-destroy", CHANGES),
    ]),
    effect("apply destroy import init fmt get login logout refresh taint untaint force-unlock test modules", CHANGES),
];
