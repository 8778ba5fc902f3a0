//! Virtual machines and system containers: virsh, lxc, incus, VirtualBox, Proxmox.

use crate::row::Kind::{Begins, Device, Either, Name, Number, OneOf, Package, Path, Text};
use crate::row::{
    Input, Options, Row, Runs, Syntax, each, effect, flags, looks, nothing, only, refused,
    refused_value, value,
};

const CHANGES: &str = "changes a machine or its data";
const DAEMON: &str = "asks another daemon, perhaps of another host";
const WRITES: &str = "writes a file";
const RUNS: &str = "runs a program";
const SECRETS: &str = "shows secrets";
const ELSEWHERE: &str = "uses another place for its machines";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("VBoxManage vboxmanage").syntax(Syntax::None).subcommands(&[
        looks("list").syntax(Syntax::None).operands(each(OneOf("-l --long -s --sorted vms runningvms ostypes hostinfo \
            hostcpuids hddbackends hdds dvds floppies bridgedifs hostonlyifs natnetworks dhcpservers usbhost \
            usbfilters systemproperties extpacks groups webcams hostdvds hostfloppies"))),
        looks("showvminfo").syntax(Syntax::None).operands(only(&[Name, OneOf("--details --machinereadable")])),
        looks("showmediuminfo").syntax(Syntax::None).operands(only(&[OneOf("disk dvd floppy"), Name])),
        looks("--version -v -V"),
        effect("startvm controlvm modifyvm createvm unregistervm registervm snapshot guestcontrol", CHANGES).seen(),
    ]).by_manual(),
    looks("incus lxc").options(&[
        flags("--version -v,--verbose --debug -h,--help -q,--quiet"),
        value("--project", Name).sets("project"),
        refused("--force-local --all", DAEMON),
    ]).subcommands(LXC).by_manual(),
    looks("lxc-info").options(&[
        value("-n,--name", Name),
        value("-c,--config", Name),
        flags("-i,--ips -p,--pid -S,--stats -H,--no-humanize -s,--state --version"),
        refused_value("-P,--lxcpath --rcfile", ELSEWHERE),
        refused_value("-o,--logfile", WRITES),
    ]),
    looks("lxc-ls").operands(only(&[Text])).options(&[
        flags("-1,--line -f,--fancy --active --running --frozen --stopped --defined -g,--groups --version"),
        value("-F,--fancy-format --filter", Text),
        refused_value("-P,--lxcpath --rcfile", ELSEWHERE),
        refused_value("-o,--logfile", WRITES),
    ]),
    looks("lxc-checkconfig"),
    looks("lxc-top").options(&[flags("-r,--reverse"), value("-d,--delay", Number), value("-s,--sort", Name)]),
    effect("lxc-start", CHANGES).seen().runs(&[Runs::After("*")]),
    effect("lxc-stop lxc-destroy lxc-create lxc-copy lxc-freeze lxc-unfreeze lxc-snapshot \
        lxc-cgroup", CHANGES).seen(),
    nothing("lxc-console lxc-unshare lxc-usernsexec lxc-device lxc-autostart", RUNS),
    looks("multipass").runs(&[Runs::After("enter exec ssh -c -- -e")]).subcommands(&[
        looks("list ls info version networks").operands(each(Name)).options(&[value("--format", OneOf("table json \
            csv yaml"))]),
        effect("start stop restart delete launch exec shell mount transfer purge set suspend recover", CHANGES).seen(),
    ]).by_manual(),
    looks("pct").subcommands(&[
        looks("list cpusets"),
        looks("status").operands(only(&[Number])).options(&[flags("--verbose")]),
        looks("config pending listsnapshot df").operands(only(&[Number])),
        effect("start stop shutdown reboot suspend resume", CHANGES).seen().operands(only(&[Number])),
        effect("enter", CHANGES).input(Input::Program),
        effect("exec", "runs a command in a machine").runs(&[Runs::Command { after: 1 }]),
        effect("create destroy set push pull mount unmount migrate clone restore rollback \
            snapshot", CHANGES).seen(),
    ]).by_manual(),
    looks("pvecm").subcommands(&[
        looks("status nodes expected-votes"),
        effect("add addnode create delnode expected qdevice updatecerts apiver keygen mtunnel", CHANGES).seen(),
    ]).by_manual(),
    looks("pvesh").subcommands(&[
        looks("get ls usage").operands(only(&[Begins("/")])).options(&[
            value("--output-format", OneOf("text json json-pretty yaml")),
            flags("--noborder --noheader --human-readable -v,--verbose"),
        ]),
        effect("create set delete", CHANGES).seen(),
    ]).by_manual(),
    looks("pvesm").subcommands(&[
        looks("status").options(&[flags("--enabled")]),
        looks("list").operands(only(&[Name])),
        looks("path").operands(only(&[Name])),
        effect("add alloc free remove set export import scan apiinfo extractconfig prune-backups", CHANGES).seen(),
    ]).by_manual(),
    looks("pveversion").options(&[flags("-v,--verbose")]).by_manual(),
    looks("qemu-img").subcommands(&[
        // A word such as `json:{…}` or `nbd://host` is no path.
        looks("info").operands(only(&[Either(&[Path, Device])])).options(&[
            flags("-U,--force-share"),
            value("--output", OneOf("human json")),
            value("-f", OneOf("raw qcow2 vmdk vdi vhdx vpc qed")),
            refused_value("--object --image-opts", "reads secrets, or reaches another host"),
            refused("--backing-chain", "opens what an image names"),
        ]),
        looks("check map").operands(only(&[Either(&[Path, Device])])).options(&[
            flags("-U,--force-share -q"),
            value("--output", OneOf("human json")),
            value("-f", OneOf("raw qcow2 vmdk vdi vhdx vpc qed")),
            refused_value("-r,--repair", CHANGES),
            refused_value("--object --image-opts -T", "reads secrets, or reaches another host"),
        ]),
        looks("--version --help"),
        effect("create convert resize commit rebase snapshot amend dd bitmap bench compare measure", CHANGES).seen(),
    ]).by_manual(),
    nothing("firecracker kvm", RUNS),
    // All programs with this beginning: `qemu-system-x86_64`, `qemu-arm-static`, `qemu-nbd`.
    effect("qemu", RUNS).versioned().input(Input::Program).options(&[flags("--version -version")]),
    looks("qm").subcommands(&[
        looks("list").options(&[flags("--full")]),
        looks("status").operands(only(&[Number])).options(&[flags("--verbose")]),
        looks("config pending listsnapshot").operands(only(&[Number])).options(&[flags("--current")]),
        effect("start stop shutdown reboot reset suspend resume", CHANGES).seen().operands(only(&[Number])),
        effect("create destroy set clone migrate move_disk resize rollback snapshot template guest agent monitor \
            terminal sendkey importdisk importovf unlock vncproxy showcmd", CHANGES).seen(),
    ]).by_manual(),
    looks("vagrant")
        .runs(&[Runs::After("enter exec ssh -c -- -e")])
        .reads_workdir().options(&[flags("-v,--version")]).subcommands(&[
        looks("version"),
        // `global-status` runs no Vagrantfile.
        looks("global-status").options(&[refused("--prune", CHANGES)]),
        effect("status up halt destroy ssh provision reload suspend resume box plugin package port snapshot", RUNS),
    ]).by_manual(),
    looks("virsh").input(Input::Program).options(&[
        value("-c,--connect", OneOf("qemu:///system qemu:///session lxc:/// xen:///system \
            test:///default")).sets("server"),
        flags("-r,--readonly -q,--quiet -t,--timing -h,--help -v,--version -V"),
        refused_value("-l,--log", WRITES),
        refused_value("-d,--debug -e,--escape -k,--keepalive-interval -K,--keepalive-count", DAEMON),
    ]).subcommands(VIRSH),
    looks("virt-top").options(&[flags("-1 -2 -3 --block-in-bytes --version"), value("-n -d", Number)]).by_manual(),
    nothing("virt-install virt-clone virt-edit virt-customize virt-cat guestfish guestmount virt-rescue", CHANGES),
];

const FORMAT: Options = value("-f,--format", OneOf("csv json table yaml compact"));

#[rustfmt::skip]
static LXC: &[Row] = &[
    looks("list ls").operands(each(Text)).options(&[
        FORMAT,
        flags("--fast --all-projects"),
        value("-c,--columns", Text),
    ]),
    looks("info").operands(only(&[Name])).options(&[flags("--show-log --resources"), value("--target", Name)]),
    looks("version"),
    looks("image profile network storage project").subcommands(&[
        looks("list ls").operands(each(Text)).options(&[FORMAT, flags("--all-projects"), value("-c,--columns", Text)]),
        looks("show info").operands(each(Name)),
        looks("volume").subcommands(&[
            looks("list ls").operands(only(&[Name]))
                .options(&[FORMAT, flags("--all-projects"), value("-c,--columns", Text)]),
            looks("show info").operands(only(&[Name, Name])),
            effect("attach attach-profile copy create delete detach detach-profile edit export file get import move \
                rename restore set snapshot unset", CHANGES).seen(),
        ]),
        effect("create delete edit set unset copy import export rename attach detach add remove get alias switch \
            refresh bucket", CHANGES).seen(),
    ]),
    looks("cluster").subcommands(&[
        looks("list ls").options(&[FORMAT]),
        looks("show info").operands(only(&[Name])),
        effect("add remove enable edit evacuate restore join rename role group set unset update-certificate", CHANGES)
            .seen(),
    ]),
    looks("config").subcommands(&[
        looks("show").operands(only(&[Name])).options(&[flags("-e,--expanded")]),
        looks("get").operands(only(&[Name, Name])).options(&[flags("-e,--expanded")]),
        effect("set unset edit device trust template metadata", CHANGES).seen(),
    ]),
    looks("remote alias").subcommands(&[
        looks("list ls").options(&[FORMAT]),
        effect("add remove rm rename set-url switch set-default get-client-certificate generate-certificate", CHANGES)
            .seen(),
    ]),
    looks("operation warning").subcommands(&[
        looks("list ls").options(&[FORMAT]),
        looks("show").operands(only(&[Name])),
        effect("delete acknowledge ack", CHANGES).seen(),
    ]),
    effect("start stop restart pause", CHANGES).seen().operands(each(Name)).options(&[
        value("--timeout", Number),
        refused("-f,--force --all --console --stateless", "acts on more than the rule says"),
    ]),
    nothing("exec", RUNS).runs(&[Runs::Command { after: 1 }]).options(&[
        flags("-t,--force-interactive -T,--force-noninteractive -n,--disable-stdin"),
        value("--env --cwd --user --group --mode", Text),
    ]),
    effect("shell console", RUNS),
    effect("copy cp create init launch delete rm rename move mv publish restore snapshot export import file \
        query admin rebuild monitor top", CHANGES).seen(),
];

/// Options of commands that ask about a domain, by its name or by `--domain`.
#[rustfmt::skip]
const DOMAIN: &[Options] = &[value("--domain", Name).sets("domain"), flags("--inactive --details --all --live \
    --config --current")];

/// The commands of virsh. `virsh 'list; destroy x'` is one word and no command of these; no operand may have a `;`.
#[rustfmt::skip]
static VIRSH: &[Row] = &[
    looks("list").options(&[
        flags("--all --inactive --name --uuid --title --state-running --state-paused --state-shutoff --autostart"),
        flags("--no-autostart --persistent --transient --with-snapshot --without-snapshot --table --managed-save --id"),
        flags("--state-other --with-managed-save --without-managed-save --with-checkpoint --without-checkpoint"),
    ]),
    looks("dominfo domstate domid domuuid domname domhostname domcontrol domjobinfo domfsinfo vcpucount guestinfo \
        domdisplay vncdisplay ttyconsole").operands(only(&[Name])).options(&[
        flags("--reason --completed --maximum --active --live --config --current --all"),
        value("--domain", Name),
    ]),
    looks("domblklist domiflist vcpuinfo iothreadinfo").operands(only(&[Name])).options(DOMAIN),
    looks("domblkstat domblkinfo").operands(only(&[Name, Package])).options(&[flags("--human --all"), value("--domain \
        --device", Name)]),
    looks("domifstat domif-getlink").operands(only(&[Name, Package])).options(&[value("--domain --interface", Name)]),
    looks("domifaddr").operands(only(&[Name, Package])).options(&[
        flags("--full"),
        value("--source", OneOf("lease agent arp")),
        value("--domain --interface", Name),
    ]),
    looks("domstats").operands(each(Name)).options(&[
        flags("--raw --state --cpu-total --balloon --vcpu --interface --block --perf --iothread --memory --dirtyrate"),
        flags("--list-active --list-inactive --list-persistent --list-transient --list-running --list-paused"),
        flags("--list-shutoff --list-other --enforce --backing --nowait --vm"),
        value("--domain", Name),
    ]),
    // `--period` is missing, since it sets something.
    looks("dommemstat").operands(only(&[Name])).in_place_of_first("--domain").options(&[value("--domain", Name)]),
    // With a second operand, these would set.
    looks("schedinfo memtune blkiotune numatune vcpupin emulatorpin domtime").operands(only(&[Name])).options(&[
        flags("--live --config --current --pretty"),
    ]),
    looks("help").operands(only(&[Name])),
    looks("cpu-stats").operands(only(&[Name])).options(&[flags("--total"), value("--domain", Name), value("--start \
        --count", Number)]),
    looks("dumpxml").operands(only(&[Name])).options(&[
        flags("--inactive --migratable --update-cpu"),
        value("--domain", Name),
        refused("--security-info", SECRETS),
    ]),
    looks("nodeinfo hostname uri sysinfo nodememstats capabilities freecell nodesevinfo maxvcpus \
        domcapabilities").options(&[
        flags("--all"),
    ]),
    looks("nodecpustats").options(&[flags("--percent"), value("--cpu", Number)]),
    looks("version").options(&[flags("--daemon")]),
    looks("net-list pool-list nwfilter-list nwfilter-binding-list iface-list nodedev-list secret-list").options(&[
        flags("--all --inactive --autostart --no-autostart --persistent --transient --table --name --uuid --details \
            --tree"),
        value("--cap --type", Name),
    ]),
    looks("net-info net-dumpxml net-uuid net-name net-dhcp-leases pool-info pool-dumpxml pool-uuid pool-name \
        nwfilter-dumpxml iface-dumpxml iface-name iface-mac nodedev-dumpxml nodedev-info").operands(only(&[Name]))
        .options(&[flags("--inactive --bytes"), value("--network --pool --interface --device --mac", Name)]),
    looks("vol-list").operands(only(&[Name])).options(&[flags("--details"), value("--pool", Name)]),
    looks("vol-info vol-dumpxml vol-path vol-key vol-name vol-pool").operands(only(&[Name])).options(&[
        flags("--bytes --physical --uuid"),
        value("--pool --vol", Name),
    ]),
    looks("snapshot-list").operands(only(&[Name])).options(&[
        flags("--parent --roots --leaves --no-leaves --metadata --no-metadata --inactive --active --disk-only \
            --internal"),
        flags("--external --tree --descendants --current --name --topological"),
        value("--domain --from", Name),
    ]),
    looks("snapshot-info snapshot-parent checkpoint-info checkpoint-parent").operands(only(&[Name, Package])).options(&[
        value("--domain --snapshotname --checkpointname", Name),
        flags("--current"),
    ]),
    looks("checkpoint-list").operands(only(&[Name])).options(&[flags("--parent --roots --leaves --tree \
        --name"), value("--domain", Name)]),
    effect("start shutdown reboot reset suspend resume destroy", CHANGES).seen().operands(only(&[Name])).options(&[
        value("--domain", Name).sets("domain"),
        flags("--graceful"),
        refused("--paused --autodestroy --bypass-cache --force-boot --remove-logs", "acts on more than the rule says"),
        value("--mode", OneOf("acpi agent initctl signal paravirt")),
    ]),
    effect("secret-get-value secret-dumpxml secret-set-value", SECRETS),
    effect("qemu-monitor-command qemu-agent-command lxc-enter-namespace console edit net-edit pool-edit", RUNS),
    effect("define create undefine migrate save restore dump screenshot attach-device attach-disk detach-device \
        detach-disk snapshot-create snapshot-create-as snapshot-delete snapshot-revert vol-create vol-delete \
        vol-download vol-upload vol-wipe pool-destroy pool-delete net-destroy net-undefine setmem setvcpus \
        blockcopy blockcommit blockpull set-user-password autostart desc blkdeviotune cd", CHANGES).seen(),
];
