//! The machine: processors, buses, modules of the kernel, sensors, the management controller.

use crate::row::Kind::{self, Begins, Device, Either, Name, Number, OneOf, Package, Path, Text};
use crate::row::{
    Row, Syntax, attached, each, effect, flags, looks, nothing, only, refused, refused_value, value,
};

const OBJECT: Kind = Either(&[Name, Text]);
const ANY_FILE: &str = "reads any file";
const WRITES: &str = "writes a file";
const OTHER_ROOT: &str = "looks into another file system";
const MODULES: &str = "changes the running kernel";
const CONTROLLER: &str = "changes the management controller or the power of the host";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    looks("biosdecode vpddecode").options(&[flags("-h,--help -V,--version"), refused_value("-d,--dev-mem", ANY_FILE)]),
    looks("ownership").options(&[flags("-h,--help -V,--version"), refused_value("-d,--dev-mem", ANY_FILE)]),
    looks("dmidecode").options(&[
        flags("-q,--quiet -u,--dump -h,--help -V,--version --no-sysfs --no-quirks"),
        value("-s,--string -t,--type -H,--handle --oem-string", Text),
        refused_value("-d,--dev-mem --from-dump", ANY_FILE),
        refused_value("--dump-bin", WRITES),
    ]),
    effect("depmod insmod rmmod", MODULES).seen().options(&[flags("-V,--version -n,--dry-run,--show")]),
    // hwinfo makes the kernel load modules for the devices that it asks, as the kernel itself does.
    looks("hwinfo").options(&[
        flags("--short --listmd --version --help --arch --bios --block --bluetooth --bridge --camera --cdrom --cpu"),
        flags("--disk --fingerprint --gfxcard --hub --ide --keyboard --memory --mmc-ctrl --monitor --mouse --netcard"),
        flags("--network --partition --pci --printer --scsi --smp --sound --storage-ctrl --sys --tape --usb"),
        flags("--usb-ctrl --wlan --xen"),
        value("--only", Device),
        refused_value("--save-config --log", WRITES),
    ]),
    // inxi takes each form as one word, since some of its letters ask other hosts.
    looks("inxi").syntax(Syntax::Words).options(&[
        flags("-A -B -b -C -D -d -E -F -G -I -J -L -M -m -N -n -o -P -p -R -r -S -s -x -xx -xxx -z -zz -v -V -h -c0"),
        flags("-Fx -Fxx -Fxxx -Fz -Fxz -Fxxz -Fxxxz -Fc0 -Fxc0 -Fzc0 -bx -bz -bxz -Cx -Cxx -Dx -Dxx -Gx -Gxx -Mx -Mxx"),
        flags("-mx -mxx -Nx -Nxx -nx -nxz -Rx -Sx -Sxx -SMCm -SCMD -CM -CMm -DR"),
    ]),
    looks("ipmitool").subcommands(IPMITOOL).options(&[
        flags("-c -v -V -h"),
        value("-I", OneOf("open imb")),
        value("-d", Number),
        refused_value("-H -U -P -f -k -y -p -L -e -C -t -b -B -T -l -m -N", "reaches another host, or reads any file"),
        refused_value("-R -A -o", "reaches another host, or reads any file"),
        refused("-E -K -a -z", "reaches another host"),
        refused_value("-S -O", ANY_FILE),
    ]),
    looks("lscpu").options(&[
        flags("-a,--all -b,--online -B,--bytes -c,--offline -J,--json -x,--hex -y,--physical --output-all -r,--raw"),
        flags("-h,--help -V,--version"),
        attached("-C,--caches -e,--extended -p,--parse", Text),
        refused_value("-s,--sysroot", OTHER_ROOT),
    ]),
    looks("lshw").syntax(Syntax::Words).options(&[
        flags("-version -help -html -xml -json -short -businfo -quiet -sanitize -numeric -notime"),
        value("-class -c -C -disable -enable", Name),
        refused_value("-dump", WRITES),
        refused("-X", "starts another program"),
    ]),
    looks("lsmem").options(&[
        flags("-J,--json -P,--pairs -a,--all -b,--bytes -n,--noheadings --output-all -r,--raw -h,--help -V,--version"),
        value("-o,--output -S,--split", Text),
        attached("--summary", OneOf("never always only")),
        refused_value("-s,--sysroot", OTHER_ROOT),
    ]),
    looks("lsmod"),
    looks("lspci").options(&[
        flags("-m -t -v -k -x -b -D -P -n --version"),
        value("-s -d", Text),
        refused("-q -Q", "asks another host"),
        refused("-M -H -G", "reaches past the kernel to the hardware"),
        refused_value("-A -O", "reaches past the kernel to the hardware"),
        refused_value("-i -p -F", ANY_FILE),
    ]),
    looks("lsscsi").operands(only(&[Text])).options(&[
        flags("-b,--brief -c,--classic -C,--controllers -d,--device -g,--generic -H,--hosts -i,--scsi_id -k,--kname"),
        flags("-l,--long"),
        flags("-L,--list -N,--no-nvme -p,--protection -P,--protmode -s,--size -S,--sz-lbs -t,--transport -u,--unit"),
        flags("-U,--long-unit -v,--verbose -V,--version -w,--wwn -x,--lunhex -h,--help"),
        refused_value("-y,--sysfsroot", OTHER_ROOT),
    ]),
    looks("lsusb").options(&[
        flags("-v,--verbose -t,--tree -V,--version -h,--help"),
        value("-s -d", Text),
        value("-D", Begins("/dev/bus/usb/")),
    ]),
    looks("modinfo").operands(each(Either(&[Package, Path]))).options(&[
        flags("-a,--author -d,--description -l,--license -p,--parameters -n,--filename -0,--null -m,--modname"),
        flags("-V,--version"),
        flags("-h,--help"),
        value("-F,--field", Text),
        value("-k,--set-version", Package),
        refused_value("-b,--basedir", OTHER_ROOT),
    ]),
    effect("modprobe", MODULES).seen().operands(each(Package))
        .only_with("-n --dry-run --show -D --show-depends -R --resolve-alias").options(&[
            flags("-n,--dry-run,--show -D,--show-depends -R,--resolve-alias -v,--verbose -q,--quiet -V,--version"),
            flags("-c,--showconfig,--show-config"),
            refused("-r,--remove -f,--force --force-vermagic --force-modversion -a,--all", MODULES),
            refused_value("-C,--config -d,--dirname -S,--set-version", "reads commands from any file"),
        ]),
    looks("nvidia-smi").options(&[
        flags("-L,--list-gpus -q,--query -x,--xml-format -h,--help --version"),
        value("-i,--id -d,--display", Text),
        value("-l,--loop -lms,--loop-ms", Number),
        value("--query-gpu --query-compute-apps --query-accounted-apps --query-retired-pages --format", Text),
        refused_value("-f,--filename", WRITES),
        refused_value("-pm,--persistence-mode -e,--ecc-config -c,--compute-mode", "changes the device"),
        refused_value("-pl,--power-limit", "changes the device"),
    ]).syntax(Syntax::Words).by_manual().subcommands(&[
        looks("dmon pmon").syntax(Syntax::Words).options(&[
            value("-i -c -d -s -o --gpm-metrics", Name),
            flags("-h"),
            refused_value("-f", WRITES),
        ]),
        looks("mig").syntax(Syntax::Words).options(&[
            flags("-lgip -lgi -lgipp -lcip -lci -lcipp -list-gpu-instance-profiles -list-gpu-instances"),
        ]),
        looks("nvlink").syntax(Syntax::Words).options(&[
            flags("-s -status -c -capabilities -e -errorcounters"),
            value("-i -l -id -link", Number),
        ]),
        looks("topo").syntax(Syntax::Words).options(&[
            flags("-m -matrix -mp -matrix_pci -h"),
            value("-p2p", OneOf("r w n a p")),
            value("-i -c -n", Number),
        ]),
    ]),
    looks("rfkill").subcommands(&[
        looks("list").operands(each(Name)),
        effect("block unblock toggle", "switches radios").seen(),
        looks("event help"),
    ]).options(&[
        flags("-J,--json -n,--noheadings --output-all -r,--raw -h,--help -V,--version"),
        value("-o,--output", Text),
    ]),
    looks("rocm-smi amd-smi").options(ROCM).by_manual().subcommands(&[
        looks("list static metric monitor process topology version firmware bad-pages xgmi partition").options(&[
            flags("--json --csv -h,--help"),
            value("-g,--gpu", Name),
        ]),
        effect("set reset", CONTROLLER),
    ]),
    looks("sensors").operands(each(OBJECT)).options(&[
        flags("-h,--help -A,--no-adapter -u -j -v,--version -f,--fahrenheit"),
        refused("-s,--set --bus-list", "changes sensors"),
        refused_value("-c,--config-file", ANY_FILE),
    ]),
    effect("sensors-detect ipmievd update-pciids update-smart-drivedb", "changes settings or files").seen(),
    effect("vmtoolsd", "runs commands for the machine below").syntax(Syntax::None).subcommands(&[
        looks("-v --version -h --help"),
    ]),
    looks("vmware-toolbox-cmd").options(&[flags("-v,--version -h -q,--quiet")]).subcommands(&[
        looks("stat").operands(only(&[OneOf(VMWARE)])),
        looks("device disk").subcommands(&[
            looks("list"),
            looks("status").operands(only(&[Name])),
            effect("enable disable shrink shrinkonly wipe", CONTROLLER),
        ]),
        looks("help").operands(only(&[Name])),
        looks("timesync upgrade").subcommands(&[looks("status"), effect("enable disable start", CONTROLLER)]),
        nothing("script config logging info globalconf gueststore", CONTROLLER),
    ]).by_manual(),
];

const VMWARE: &str = "balloon hosttime memlimit memres cpures cpulimit sessionid speed swap raw";

#[rustfmt::skip]
const ROCM: &[crate::row::Options] = &[
    flags("-h,--help --json --csv -V,--version --showversion -a,--showall --alldevices -i,--showid -v,--showvbios"),
    flags("--showproductname --showserial --showuniqueid --showbus --showdriverversion --showtopo --showtopoaccess"),
    flags("--showtopohops --showtopotype --showtoponuma --showtopoweight --showhw -t,--showtemp -u,--showuse"),
    flags("--showmemuse --showpower -P -f,--showfan -c,--showclocks -g,--showgpuclocks -l,--showprofile"),
    flags("--showvoltage --showperflevel -p --showoverdrive -o -m --showmemoverdrive -M,--showmaxpower --showbw"),
    flags("--showpids --showgpus --showrasinfo --showfwinfo --showxgmierr --showclkfrq -s --showretiredpages"),
    flags("--showpagesinfo --showpendingpages --showunreservablepages --showmetrics"),
    value("--showmeminfo", OneOf("vram vis_vram gtt all")),
    value("-d,--device", Number),
    refused_value("--save --load", "reads or writes a file"),
    refused("-r,--resetclocks --resetfans --resetprofile --gpureset --autorespond", "changes the device"),
];

#[rustfmt::skip]
const IPMITOOL: &[Row] = &[
    looks("help"),
    looks("channel").subcommands(&[
        looks("info getaccess authcap getciphers").operands(each(Name)),
        effect("setaccess setkg", CONTROLLER),
    ]),
    looks("chassis").subcommands(&[
        looks("status selftest restart_cause poh"),
        looks("power").subcommands(&[
            looks("status"),
            effect("on off cycle reset diag soft", CONTROLLER),
        ]),
        looks("policy").subcommands(&[looks("list"), effect("always-on always-off previous", CONTROLLER)]),
        looks("bootparam").subcommands(&[looks("get").operands(only(&[Number])), effect("set", CONTROLLER)]),
        effect("identify bootdev", CONTROLLER),
    ]),
    looks("dcmi").subcommands(&[
        looks("discover sensors get_mc_id_string asset_tag get_temp_reading get_conf_param oob_discover"),
        looks("power").subcommands(&[
            looks("reading get_limit"),
            effect("set_limit activate deactivate", CONTROLLER),
        ]),
        effect("set_asset_tag set_mc_id_string set_conf_param thermalpolicy", CONTROLLER),
    ]),
    looks("fru").subcommands(&[
        looks("print list").operands(only(&[Number])),
        nothing("read write edit upgEkey internaluse", "writes a file or the hardware"),
    ]),
    looks("lan").subcommands(&[
        looks("print").operands(only(&[Number])),
        looks("alert").subcommands(&[looks("print").operands(each(Number)), effect("set", CONTROLLER)]),
        looks("stats").subcommands(&[looks("get").operands(only(&[Number])), effect("clear", CONTROLLER)]),
        effect("set", CONTROLLER),
    ]),
    looks("mc bmc").subcommands(&[
        looks("info guid getenables getsysinfo").operands(only(&[Name])),
        looks("selftest"),
        looks("watchdog").subcommands(&[looks("get"), effect("reset off set", CONTROLLER)]),
        effect("reset setenables setsysinfo", CONTROLLER),
    ]),
    looks("pef").subcommands(&[
        looks("info status list"),
        looks("policy").subcommands(&[looks("list"), effect("enable disable create delete", CONTROLLER)]),
    ]),
    looks("power").subcommands(&[looks("status"), effect("on off cycle reset diag soft", CONTROLLER)]),
    looks("sdr").subcommands(&[
        looks("list elist").operands(only(&[OneOf("all full compact event mcloc fru generic")])),
        looks("type entity").operands(each(Text)),
        looks("get").operands(each(Text)),
        looks("info"),
        nothing("dump fill", "writes a file or the hardware"),
    ]),
    looks("sel").subcommands(&[
        looks("info"),
        looks("list elist").operands(each(Either(&[Number, OneOf("first last")]))),
        looks("get").operands(each(Number)),
        looks("time").subcommands(&[looks("get"), effect("set", CONTROLLER)]),
        effect("clear delete", "removes events").seen(),
        nothing("add save writeraw readraw interpret", "writes or reads any file"),
    ]),
    looks("sensor").subcommands(&[
        looks("list"),
        looks("get reading").operands(each(Text)),
        effect("thresh", CONTROLLER),
    ]),
    looks("session").subcommands(&[
        looks("info").operands(each(OneOf("active all"))),
    ]),
    looks("sol").subcommands(&[
        looks("info").operands(only(&[Number])),
        effect("activate deactivate set payload looptest", CONTROLLER),
    ]),
    looks("user").subcommands(&[
        looks("list summary").operands(only(&[Number])),
        effect("set enable disable priv test", CONTROLLER),
    ]),
    nothing("raw i2c exec shell set event firewall fwum hpm spd ekanalyzer picmg isol tsol delloem sunoem", CONTROLLER),
];
