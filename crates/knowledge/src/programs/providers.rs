//! The clients of clouds: aws, az, gcloud, gsutil. For each service the verbs that list and describe, with the account
//! and the address for which the host is set up.

use crate::language::Language::NotFile;
use crate::row::Kind::{self, Begins, Either, Name, Number, OneOf, Package, Script};
use crate::row::{
    Options, Row, each, effect, flags, looks, nothing, only, refused, refused_value, then, value,
};

const ELSEWHERE: &str = "asks another address, or as somebody else";
const ANY_FILE: &str = "reads any file";
const SECRETS: &str = "prints secrets";
const CHANGES: &str = "changes what the cloud runs";
const TEXT: Kind = Script(NotFile);
const LISTS: Kind = Either(&[Begins("describe-"), Begins("list-")]);

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("aws").options(AWS).subcommands(AWS_SERVICES).by_manual(),
    looks("az").options(AZ).subcommands(AZ_GROUPS).by_manual(),
    looks("gcloud").options(GCLOUD).subcommands(GCLOUD_GROUPS).by_manual(),
    looks("gsutil").by_manual().options(&[flags("-q -D")]).subcommands(&[
        looks("ls").operands(each(Begins("gs://"))).options(&[flags("-l -L -b -d -r,-R -h -a"), TAG]),
        looks("du").operands(each(Begins("gs://"))).options(&[flags("-s -c -h -a -0")]),
        looks("stat").operands(each(Begins("gs://"))),
        looks("version").options(&[flags("-l")]),
    ]),
];

const TAG: Options = value("-p", Name);

// The values of one option may stand in several words after it: `--instance-ids i-1 i-2`.
#[rustfmt::skip]
const AWS_SERVICES: &[Row] = &[
    looks("acm athena autoscaling backup batch cloudfront codebuild codedeploy codepipeline dynamodb ec2 ecr ecs efs \
           eks elasticache elasticbeanstalk elb elbv2 es opensearch events firehose fsx glue health inspector2 kafka \
           kinesis kms lambda mq organizations rds redshift route53domains scheduler secretsmanager securityhub sns \
           sqs ssm stepfunctions support transfer wafv2")
        .operands(then(&[LISTS], TEXT)).operands_set("object"),
    looks("ce").operands(then(&[Begins("get-cost-")], TEXT)),
    looks("cloudformation").operands(then(&[Either(&[LISTS, OneOf("get-template-summary")])], TEXT)),
    looks("cloudtrail").operands(then(&[Either(&[LISTS, OneOf("lookup-events get-trail-status")])], TEXT))
        .operands_set("object"),
    looks("cloudwatch").operands(then(&[Either(&[LISTS, OneOf("get-metric-statistics get-metric-data")])], TEXT))
        .operands_set("object"),
    looks("configure").subcommands(&[
        looks("list list-profiles"),
        effect("set import sso sso-session add-model", CHANGES).seen(),
        nothing("get export-credentials", SECRETS),
    ]),
    looks("iam").operands(then(&[Either(&[
        LISTS, OneOf("get-user get-role get-group get-policy"), Begins("get-user-"), Begins("get-role-"),
        Begins("get-group-"), Begins("get-policy-"), Begins("get-account-"), Begins("get-instance-profile"),
        Begins("get-service-last-"),
    ])], TEXT)),
    looks("logs").operands(then(&[Either(&[LISTS, OneOf("get-log-events filter-log-events tail")])], TEXT))
        .operands_set("object"),
    looks("route53").operands(then(&[Either(&[LISTS, Begins("get-h"), OneOf("get-change")])], TEXT)),
    looks("s3").subcommands(&[
        looks("ls").operands(only(&[Begins("s3://")])).options(&[
            flags("--recursive --human-readable --summarize"),
            value("--request-payer", OneOf("requester")),
        ]),
        effect("cp mv rm sync mb rb website presign", CHANGES).seen(),
    ]),
    looks("s3api").operands(then(&[Either(&[LISTS, Begins("head-"), Begins("get-bucket-")])], TEXT)),
    looks("sts").operands(only(&[OneOf("get-caller-identity")])),
];

#[rustfmt::skip]
const AWS: &[Options] = &[
    flags("--version --no-paginate --no-cli-pager --no-sign-request --no-cli-auto-prompt --dry-run --recursive"),
    flags("--include-all-instances --no-include-public --follow --descending --no-descending --start-from-head"),
    // The region becomes a part of the address: `https://ec2.REGION.amazonaws.com`.
    value("--region", Package),
    value("--output", OneOf("json text table yaml yaml-stream")),
    value("--color", OneOf("on off auto")),
    value("--max-items --page-size --max-results --limit --period --cli-read-timeout --cli-connect-timeout", Number),
    value("--query --filters --filter --filter-pattern --dimensions --statistics --metric-data-queries --format", TEXT),
    value("--start-time --end-time --since --time-period --granularity --metrics --group-by --attribute \
        --attributes", TEXT),
    value("--instance-id", TEXT),
    value("--instance-ids --volume-ids --snapshot-ids --vpc-ids --subnet-ids --group-ids --group-names --image-ids \
        --owner-ids --owners --allocation-ids --network-interface-ids --route-table-ids --key-names --clusters \
        --services --tasks --names --load-balancer-arns --load-balancer-names --target-group-arns --listener-arns \
        --auto-scaling-group-names --log-stream-names --repository-names --trail-name-list --alarm-names \
        --region-names --zone-names", TEXT).sets("object"),
    value("--db-instance-identifier --db-cluster-identifier --db-snapshot-identifier --cache-cluster-id", TEXT),
    value("--cluster --cluster-name --service-name --service --task-definition", TEXT),
    value("--name --nodegroup-name --addon-name --desired-status --launch-type --include", TEXT),
    value("--load-balancer-arn --load-balancer-name --target-group-arn --listener-arn", TEXT),
    value("--auto-scaling-group-name --stack-name --log-group-name --log-group-name-prefix --log-stream-name", TEXT),
    value("--log-stream-name-prefix --order-by --bucket --prefix --key --delimiter", TEXT),
    value("--user-name --role-name --policy-arn --group-name --function-name --hosted-zone-id --certificate-arn", TEXT),
    value("--repository-name --table-name --queue-name --queue-name-prefix", TEXT),
    value("--topic-arn --namespace --metric-name --secret-id --key-id --document-name", TEXT),
    value("--lookup-attributes --alarm-name-prefix --state-value --stack-status-filter --account-id", TEXT),
    value("--starting-token --next-token --event-source-arn --state-machine-arn", TEXT),
    refused_value("--endpoint-url --profile --ca-bundle", ELSEWHERE),
    refused_value("--cli-input-json --cli-input-yaml --queue-url", ANY_FILE),
    refused("--debug --no-verify-ssl --with-decryption", SECRETS),
];

#[rustfmt::skip]
const AZ: &[Options] = &[
    flags("--version -h,--help --only-show-errors --verbose -d,--show-details --all --include-hidden --refresh"),
    value("-o,--output", OneOf("table json jsonc tsv yaml yamlc none")),
    value("-g,--resource-group -n,--name -l,--location --resource-type --namespace -r,--registry --repository", Name),
    value("--vnet-name --nsg-name --cluster-name --server --server-name --account-name --zone-name --lb-name", Name),
    value("--gateway-name --container-name --vault-name --resource --metric --interval --offset --slot \
        --node-resource", Name),
    value("--query --tag --filter --start-time --end-time --aggregation --assignee --scope --ids --display-name", TEXT),
    value("--top --max-events --max-items", Number),
    value("--subscription -s", Name).sets("account"),
    refused("--debug", SECRETS),
    refused_value("--auth-mode --account-key --sas-token --connection-string", ELSEWHERE),
];

/// The commands of a group of az that list and show.
#[rustfmt::skip]
const AZ_LISTS: &[Row] = &[looks("list show")];

#[rustfmt::skip]
const AZ_GROUPS: &[Row] = &[
    looks("account").subcommands(&[
        looks("list show list-locations"),
        effect("set clear lock management-group", CHANGES).seen(),
        nothing("get-access-token", SECRETS),
    ]),
    looks("acr").subcommands(&[
        looks("list show show-usage"),
        looks("repository").subcommands(&[looks("list show show-tags"), effect("delete update untag", CHANGES)]),
        nothing("credential login", SECRETS),
    ]),
    looks("ad").subcommands(&[
        looks("signed-in-user").subcommands(&[looks("show")]),
        looks("user group sp app").subcommands(AZ_LISTS),
    ]),
    looks("aks").subcommands(&[
        looks("list show get-versions get-upgrades check-acr"),
        looks("nodepool").subcommands(&[looks("list show get-upgrades")]),
        effect("create delete scale start stop update upgrade install-cli", CHANGES).seen(),
        nothing("get-credentials command", SECRETS),
    ]),
    looks("cloud extension").subcommands(AZ_LISTS),
    looks("cosmosdb").subcommands(AZ_LISTS),
    looks("disk snapshot image identity resource feature provider tag lock redis servicebus eventhubs backup bicep")
        .subcommands(AZ_LISTS),
    looks("functionapp webapp appservice staticwebapp containerapp container").subcommands(&[
        looks("list show"),
        looks("plan revision env").subcommands(AZ_LISTS),
        looks("log").subcommands(&[looks("tail show")]),
        nothing("config deployment exec ssh", SECRETS),
    ]),
    looks("group").subcommands(&[looks("list show exists"), effect("create delete update export", CHANGES)]),
    looks("keyvault").subcommands(&[
        looks("list show"),
        looks("secret key certificate").subcommands(&[looks("list"), nothing("show download backup set", SECRETS)]),
    ]),
    looks("monitor").subcommands(&[
        looks("metrics").subcommands(&[looks("list list-definitions list-namespaces")]),
        looks("activity-log").subcommands(&[looks("list list-categories")]),
        looks("alert action-group diagnostic-settings autoscale log-profiles").subcommands(AZ_LISTS),
    ]),
    looks("network").subcommands(&[
        looks("list-usages"),
        looks("vnet nsg lb application-gateway route-table nic public-ip private-endpoint vpn-connection vnet-gateway \
               watcher firewall bastion express-route traffic-manager front-door nat vpn-gateway").subcommands(&[
            looks("list show show-health show-effective-route-table list-effective-nsg"),
            looks("subnet rule peering route probe address-pool frontend-ip profile gateway http-settings")
                .subcommands(AZ_LISTS),
        ]),
        looks("dns").subcommands(&[
            looks("zone").subcommands(AZ_LISTS),
            looks("record-set").subcommands(&[
                looks("list"),
                looks("a aaaa cname mx ns ptr soa srv txt caa").subcommands(AZ_LISTS),
            ]),
        ]),
    ]),
    looks("role").subcommands(&[looks("assignment definition").subcommands(AZ_LISTS)]),
    looks("sql postgres mysql mariadb").subcommands(&[
        looks("server flexible-server db elastic-pool mi").subcommands(&[
            looks("list show list-skus"),
            looks("db firewall-rule replica").subcommands(AZ_LISTS),
        ]),
    ]),
    looks("storage").subcommands(&[
        looks("account").subcommands(&[
            looks("list show show-usage"),
            nothing("keys show-connection-string generate-sas", SECRETS),
        ]),
        looks("container share queue table blob").subcommands(AZ_LISTS),
    ]),
    looks("version"),
    looks("vm vmss").subcommands(&[
        looks("list show list-ip-addresses list-sizes list-skus list-usage get-instance-view list-instances"),
        looks("list-instance-connection-info"),
        looks("disk nic extension image").subcommands(AZ_LISTS),
        effect("start stop restart deallocate delete create update resize redeploy", CHANGES).seen(),
        nothing("run-command user secret encryption", "runs commands on a machine, or prints secrets"),
    ]),
];

#[rustfmt::skip]
const GCLOUD: &[Options] = &[
    flags("--version -v -h,--help -q,--quiet --uri --all --show-deleted --aggregate --regional --global"),
    value("--format --filter --sort-by --freshness --order --severity --flatten", TEXT),
    value("--limit --page-size --start --port", Number),
    value("--zone --region --location --cluster --zones --regions --instance --service --namespace --database", Name),
    value("--verbosity", OneOf("debug info warning error critical none")),
    value("--project", Name).sets("project"),
    refused_value("--account --configuration --impersonate-service-account --billing-project", ELSEWHERE),
    refused_value("--access-token-file --flags-file --trace-token", ANY_FILE),
    refused("--log-http", SECRETS),
];

/// The commands of a group of gcloud that list and describe.
#[rustfmt::skip]
const GCLOUD_LISTS: &[Row] = &[looks("list describe").operands(each(Name))];

#[rustfmt::skip]
const GCLOUD_POLICIES: &[Row] = &[looks("list describe get-iam-policy").operands(each(Name))];

#[rustfmt::skip]
const GCLOUD_GROUPS: &[Row] = &[
    looks("info version"),
    looks("app").subcommands(&[
        looks("describe"),
        looks("services versions instances").subcommands(GCLOUD_LISTS),
        looks("logs").subcommands(&[looks("read tail")]),
    ]),
    looks("artifacts").subcommands(&[looks("repositories packages versions").subcommands(GCLOUD_LISTS)]),
    looks("auth").subcommands(&[
        looks("list"),
        nothing("print-access-token print-identity-token login application-default revoke", SECRETS),
    ]),
    looks("builds").subcommands(&[looks("list describe log").operands(each(Name))]),
    looks("components").subcommands(&[looks("list"), effect("install update remove reinstall", CHANGES)]),
    looks("compute").subcommands(&[
        looks("networks").subcommands(&[
            looks("list describe").operands(each(Name)),
            looks("subnets peerings").subcommands(GCLOUD_LISTS),
        ]),
        looks("instances").subcommands(&[
            looks("list describe get-serial-port-output get-guest-attributes").operands(each(Name)),
            effect("create delete start stop reset suspend resume update move add-metadata set-machine-type", CHANGES)
                .seen(),
        ]),
        looks("backend-services").subcommands(&[looks("list describe get-health").operands(each(Name))]),
        looks("instance-groups").subcommands(&[
            looks("list describe list-instances").operands(each(Name)),
            looks("managed unmanaged").subcommands(&[looks("list describe list-instances").operands(each(Name))]),
        ]),
        looks("disks firewall-rules addresses zones regions images snapshots forwarding-rules url-maps target-pools \
               health-checks http-health-checks machine-types routers routes ssl-certificates operations \
                instance-templates \
               vpn-tunnels vpn-gateways target-http-proxies target-https-proxies interconnects reservations")
            .subcommands(GCLOUD_LISTS),
        looks("project-info").subcommands(&[looks("describe")]),
        nothing("ssh scp start-iap-tunnel connect-to-serial-port config-ssh", "reaches a machine"),
    ]),
    looks("config").subcommands(&[
        looks("list get-value get").operands(only(&[Name])),
        looks("configurations").subcommands(&[looks("list describe").operands(each(Name))]),
        effect("set unset", CHANGES).seen(),
    ]),
    looks("container").subcommands(&[
        looks("clusters").subcommands(&[
            looks("list describe").operands(each(Name)),
            nothing("get-credentials", "changes which cluster kubectl asks"),
            effect("create delete resize update upgrade", CHANGES).seen(),
        ]),
        looks("node-pools operations").subcommands(GCLOUD_LISTS),
        looks("get-server-config"),
        looks("images").subcommands(&[looks("list list-tags describe").operands(each(Name))]),
    ]),
    looks("dns").subcommands(&[
        looks("managed-zones").subcommands(GCLOUD_LISTS),
        looks("record-sets").subcommands(&[looks("list describe").operands(each(Name)).options(&[value("--zone",
            Name)])]),
    ]),
    looks("functions").subcommands(&[
        looks("list describe").operands(each(Name)),
        looks("logs").subcommands(&[looks("read").operands(each(Name))]),
    ]),
    looks("iam").subcommands(&[looks("service-accounts roles").subcommands(GCLOUD_POLICIES)]),
    looks("logging").subcommands(&[
        looks("read").operands(only(&[TEXT])),
        looks("logs sinks metrics buckets").subcommands(GCLOUD_LISTS),
    ]),
    looks("projects organizations").subcommands(GCLOUD_POLICIES),
    looks("pubsub").subcommands(&[looks("topics subscriptions snapshots").subcommands(GCLOUD_LISTS)]),
    looks("redis memcache filestore").subcommands(&[looks("instances").subcommands(GCLOUD_LISTS)]),
    looks("run").subcommands(&[
        looks("services revisions jobs").subcommands(GCLOUD_LISTS),
    ]),
    looks("secrets").subcommands(&[
        looks("list describe").operands(each(Name)),
        looks("versions").subcommands(&[looks("list describe").operands(each(Name)), nothing("access", SECRETS)]),
    ]),
    looks("services").subcommands(&[looks("list"), effect("enable disable", CHANGES)]),
    looks("sql").subcommands(&[
        looks("instances databases backups operations users").subcommands(GCLOUD_LISTS),
        nothing("connect export import", "reaches a database"),
    ]),
    looks("storage").subcommands(&[
        looks("ls").operands(each(Begins("gs://"))).options(&[
            flags("-l,--long -r,-R,--recursive -L,--full -b,--buckets -a,--all-versions"),
        ]),
        looks("buckets").subcommands(&[
            looks("list describe").operands(each(Begins("gs://"))),
        ]),
        effect("cp mv rm rsync cat", CHANGES).seen(),
    ]),
];
