//! Programs that run containers and virtual machines.

use super::table::{Binary, Doors, row};

const RUNS: &str = "runs a program in a container, or mounts the host into one";
const COPIES: &str = "copies files to or from a container";
const OTHER: &str = "reaches another host or cluster, or other credentials";
const CHANGES: &str = "changes what runs";

const DOCKER_OPTIONS: &str = "-D --debug ^-l: --log-level: --tls";
const DOCKER: Doors = &[
    (
        "run exec create start build attach debug container/run container/exec container/create \
      container/start container/attach compose/run compose/exec compose/up compose/create \
      compose/build compose/start compose/attach compose/scale compose/watch buildx builder/build image/build stack service/create service/update plugin \
      sandbox mcp",
        RUNS,
    ),
    (
        "cp container/cp compose/cp save export load import image/save image/load image/import \
      container/export volume/create commit container/commit compose/export compose/commit",
        COPIES,
    ),
    (
        "^-H ^--host ^-c ^--context ^--config ^--connection ^--url ^--identity ^--tlscacert ^--tlscert ^--tlskey \
      context login push swarm system/dial-stdio system/service system/connection",
        OTHER,
    ),
    (
        "^--hooks-dir ^--runtime ^--conmon ^--module ^--root ^--runroot ^--storage-opt unshare machine generate kube play pod/create",
        RUNS,
    ),
    ("^-f ^--file", "reads what to run from a file"),
    ("--url --connection --identity", OTHER),
];
const KUBE: Doors = &[
    (
        "exec run debug attach proxy port-forward",
        "runs a program in a container, or opens a way to one",
    ),
    ("cp", COPIES),
    (
        "--kubeconfig -s --server --token --as --as-group --as-uid --as-user-extra --kuberc --context --cluster --user \
      --certificate-authority --client-key --client-certificate --username --password \
      --insecure-skip-tls-verify --log-file --log-dir",
        OTHER,
    ),
    ("edit", "runs an editor"),
    (
        "apply create replace patch set delete scale rollout/restart rollout/undo drain cordon \
      uncordon taint label annotate expose autoscale certificate",
        CHANGES,
    ),
    (
        "config plugin kustomize krew",
        "changes the settings, or runs another program",
    ),
    (
        "--profile-output --cache-dir --output-directory --raw --filename -f!logs -k ~template-file ~jsonpath-file ~columns-file",
        "reads or writes any file",
    ),
];

/// In the order of their names, for the search.
#[rustfmt::skip]
pub static BINARIES: &[Binary] = &[
    row("buildah", "", &[("run from bud build copy add mount unshare push", RUNS)]),
    row("crictl", "", &[
        ("exec run runp create attach port-forward checkpoint", RUNS),
        ("-c --config -r --runtime-endpoint -i --image-endpoint", OTHER),
    ]),
    row("ctr", "", &[
        ("run tasks/exec tasks/attach task/exec t/exec tasks/start containers/create c/create", RUNS),
        ("images/export images/import images/mount i/export i/import i/mount snapshots/mount shim plugins content", COPIES),
        ("^-a ^--address ^-n ^--namespace", OTHER),
    ]),
    row("distrobox", "", &[("**", RUNS)]),
    row("docker", DOCKER_OPTIONS, DOCKER),
    row("docker-compose", "", &[
        ("run exec up create build start cp", RUNS),
        ("-f --file -p --project-directory --env-file", "reads what to run from a file"),
        ("-H --host -c --context", OTHER),
    ]),
    row("helm", "", &[
        ("install upgrade uninstall rollback test template plugin pull push repo/add repo/update repo/remove package create dependency dep registry", CHANGES),
        ("--post-renderer ~--kube- --kubeconfig --kube-context --kube-apiserver --kube-token --kube-as-user --registry-config --repository-config --repository-cache --ca-file", OTHER),
        ("--output-dir", "writes files"),
    ]),
    row("incus", "", &[("exec shell console file config launch init start copy move import export publish edit", RUNS)]),
    row("k3s", "", &[("kubectl crictl ctr server agent etcd-snapshot secrets-encrypt token", "runs another program")]),
    row("k9s", "", &[("**", "is interactive: it runs programs in containers")]),
    row("kubectl", "-n: --namespace: -o: --output: -l: --selector: -A --all-namespaces -w --watch --all --no-headers --client", KUBE),
    row("lxc", "", &[("exec shell console file config launch init start copy move import export publish edit", RUNS)]),
    row("lxc-attach", "", &[("**", RUNS)]),
    row("lxc-execute", "", &[("**", RUNS)]),
    row("lxc-start", "", &[("**", RUNS)]),
    row("minikube", "", &[("ssh cp mount start kubectl docker-env", RUNS)]),
    row("multipass", "", &[("exec shell transfer mount launch", RUNS)]),
    row("nerdctl", DOCKER_OPTIONS, DOCKER),
    row("oc", "-n: --namespace: -o: --output: -l: --selector: -A", &[
        ("exec run debug attach proxy port-forward rsh new-app start-build", RUNS),
        ("cp rsync", COPIES),
        ("edit", "runs an editor"),
        ("apply create replace patch set delete scale adm login", CHANGES),
        ("--kubeconfig -s --server --token --as --context --cluster --user", OTHER),
    ]),
    row("podman", DOCKER_OPTIONS, DOCKER),
    row("qemu-img", "", &[("convert create commit rebase resize snapshot amend dd bitmap", "writes an image")]),
    row("runc", "", &[("exec run create start restore checkpoint update", RUNS), ("--root --log --criu", "reads or writes where it says, or runs another program")]),
    row("skopeo", "", &[("copy sync delete login", COPIES)]),
    row("systemd-nspawn", "", &[("**", RUNS)]),
    row("terraform", "", &[
        ("apply destroy import console init plan state taint untaint provider workspace/new fmt refresh test force-unlock login", "runs programs and changes what runs"),
        ("-chdir", "reads what to run from elsewhere"),
    ]),
    row("vagrant", "", &[("**", RUNS)]),
    row("virsh", "-r --readonly -q", &[
        ("-c --connect", OTHER),
        ("edit", "runs an editor"),
        ("console qemu-monitor-command qemu-agent-command qemu-attach lxc-enter-namespace", RUNS),
        ("define create destroy start shutdown reboot undefine attach-disk attach-device detach-disk snapshot-create \
          net-define pool-define vol-upload vol-download save dump screenshot cd migrate", CHANGES),
        ("~;", "runs further commands"),
    ]),
];
