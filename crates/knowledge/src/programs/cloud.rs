//! Clouds, and what configures many hosts: terraform, ansible, salt, puppet, the clients of clouds.

use super::wrappers::BEHIND_VERB;
use crate::row::Kind::{Either, Name, Number, OneOf, Text};
use crate::row::{
    Input, Row, Runs, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value,
    value,
};

const HOSTS: &str = "acts on other hosts";
const CHANGES: &str = "changes what is configured";
const RUNS: &str = "runs a program";
const SECRETS: &str = "shows secrets";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("ansible ansible-playbook ansible-pull ansible-console")
        .runs(&[Runs::Values("-a --args")]).reads_workdir().options(&[
        flags("--version"),
        refused_value("-i,--inventory -m,--module-name -a,--args -e,--extra-vars -M,--module-path", RUNS),
    ]),
    looks("ansible-config").reads_workdir().options(&[flags("--version -h,--help -v,--verbose")]).subcommands(&[
        looks("dump list view").options(&[
            flags("--only-changed -v,--verbose"),
            value("-t,--type", OneOf("all base become cache callback cliconf connection inventory lookup shell vars")),
            value("-f,--format", OneOf("json yaml display ini env vars")),
            refused_value("-c,--config", RUNS),
        ]),
        effect("init", "prints a template"),
    ]),
    looks("ansible-doc").reads_workdir().operands(each(Name)).options(&[
        flags("--version -h,--help -l,--list -s,--snippet -F,--list_files -j,--json -v,--verbose --metadata-dump"),
        value("-t,--type", Name),
        refused_value("-M,--module-path --playbook-dir -r,--roles-path -e,--entry-point", RUNS),
    ]),
    looks("ansible-galaxy").reads_workdir().options(&[flags("--version -h,--help -v,--verbose")]).subcommands(&[
        looks("list").operands(each(Name)),
        looks("collection role").subcommands(&[
            looks("list").operands(each(Name)).options(&[value("--format", OneOf("human json yaml"))]),
            effect("install init build publish download verify remove delete import setup search info", CHANGES),
        ]),
        effect("install init remove delete import setup search info login", CHANGES),
    ]),
    // A program may make the inventory that the configuration of ansible names.
    nothing("ansible-inventory", "runs what its inventory says"),
    effect("ansible-lint ansible-vault ansible-test ansible-builder ansible-navigator molecule", RUNS)
        .options(&[flags("--version")]),
    nothing("chef chef-client chef-solo chef-shell knife", HOSTS),
    looks("openstack").options(&[flags("--version -h,--help")]).subcommands(&[
        looks("server flavor image network subnet port router project user endpoint service volume hypervisor")
            .subcommands(&[
            looks("list show").operands(only(&[Name])).options(&[
                flags("--long --all-projects"),
                value("-f,--format", OneOf("json yaml table value csv")),
                value("-c,--column --sort", Text),
                value("--limit --name --status --host --project", Name),
            ]),
            looks("agent stats").subcommands(&[looks("list show")]),
        ]),
    ]).by_manual(),
    looks("doctl linode-cli hcloud ibmcloud oci exo scw").options(&[flags("--version")]).by_manual(),
    looks("bq").options(&[flags("--version")]).by_manual(),
    nothing("mco bolt fab cssh rundeck rex", HOSTS),
    nothing("nix-build nix-store nix-instantiate nix-channel nix-collect-garbage \
        nixos-rebuild", RUNS),
    looks("nix").runs(BEHIND_VERB).input(Input::Program).options(&[flags("--version")]).by_manual(),
    looks("packer").syntax(Syntax::Words).reads_workdir().options(&[flags("-version -v")]).subcommands(&[
        looks("version"),
        effect("build init validate inspect console fix fmt hcl2_upgrade plugins", RUNS),
    ]).by_manual(),
    looks("puppet puppet-agent").options(&[flags("--version -V")]).subcommands(&[
        looks("config").subcommands(&[looks("print").operands(each(Name))]),
        effect("apply", CHANGES).unseen(""),
        effect("agent cert device resource module node facts lookup", CHANGES),
    ]).by_manual(),
    looks("facter").operands(each(Name)).options(&[
        flags("-j,--json -y,--yaml --version -v --no-custom-facts --no-external-facts --no-color"),
        refused_value("--custom-dir --external-dir -c,--config", RUNS),
    ]).by_manual(),
    nothing("salt-run salt-ssh salt-cp salt-key salt-cloud salt-api salt-master salt-minion", HOSTS),
    nothing("salt-call", RUNS).runs(&[Runs::After("cmd.run cmd.shell")]),
    // terraform shows the state and the code of the working directory.
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
        looks("list").syntax(Syntax::Words).operands(each(Either(&[Name, Text]))).options(&[
            refused_value("-state", "reads any file"),
            value("-id", Name),
        ]),
        looks("show").syntax(Syntax::Words).operands(only(&[Either(&[Name, Text])])).options(&[
            flags("-no-color"),
            refused_value("-state", "reads any file"),
        ]),
        effect("pull", SECRETS),
        effect("mv rm push replace-provider identities", CHANGES),
    ]),
    looks("providers").syntax(Syntax::Words).subcommands(&[
        effect("lock mirror schema", RUNS),
    ]),
    // Outputs and the state may hold secrets, as the objects of a cluster may.
    looks("output").syntax(Syntax::Words).operands(only(&[Name])).options(&[
        flags("-no-color -json -raw"),
        refused_value("-state", "reads any file"),
    ]),
    looks("show").syntax(Syntax::Words).options(&[
        flags("-no-color -json"),
        refused_value("-state", "reads any file"),
    ]),
    effect("console", SECRETS),
    // These start the providers of the working directory, as each other command of terraform does.
    looks("validate graph").syntax(Syntax::Words).options(&[
        flags("-json -no-color -draw-cycles -no-tests"),
        value("-type", OneOf("plan plan-refresh-only plan-destroy apply")),
        refused_value("-plan -test-directory -var -var-file", "reads any file"),
    ]),
    // Without `-check`, `fmt` writes.
    effect("fmt", CHANGES).looks_with("-check").syntax(Syntax::Words)
        .options(&[flags("-check -diff -recursive -no-color -list=false")]),
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
    effect("apply destroy import init get login logout refresh taint untaint force-unlock test modules", CHANGES),
];
