//! Programs that change the host: packages, accounts, jobs, databases, keys.

use super::table::{Binary, Doors, row, versioned};

const INSTALLS: &str = "installs or removes packages, which run scripts";
const SETTINGS: &str = "sets which programs it runs, or where it writes";
const APT: Doors = &[
    ("-o --option -c --config-file", SETTINGS),
    (
        "install reinstall remove purge upgrade dist-upgrade full-upgrade autoremove build-dep source download satisfy edit-sources dselect-upgrade changelog update",
        INSTALLS,
    ),
];
const APT_OPTIONS: &str = "-q -y -s -t: --installed --upgradable -a";
const DNF: Doors = &[
    (
        "-c --config --setopt --installroot --repofrompath --plugin",
        SETTINGS,
    ),
    (
        "install reinstall remove erase upgrade update localinstall downgrade autoremove group swap distro-sync shell builddep module copr config-manager download",
        INSTALLS,
    ),
];
const HTTP_SERVER: &[(&str, &str)] = &[(
    "-c -f -C -k -s -g -d -D -p -e -E",
    "starts, stops or sets up the server",
)];

/// In the order of their names, for the search.
#[rustfmt::skip]
pub static BINARIES: &[Binary] = &[
    row("apache2ctl", "-t -v -V -S -M -l -L", HTTP_SERVER),
    row("apk", "", &[("add del fix upgrade update cache --root -p --allow-untrusted", INSTALLS)]),
    row("apt", APT_OPTIONS, APT),
    row("apt-cache", "-q", &[("-o --option -c --config-file", SETTINGS)]),
    row("apt-get", APT_OPTIONS, APT),
    row("aptitude", "", APT),
    row("at", "-l", &[("-f -t -d -r -c -m -M *", "runs commands later")]),
    row("batch", "", &[("**", "runs commands later")]),
    row("chage", "-l -h --list", &[("-d -E -I -m -M -W -R --root", "changes an account")]),
    row("crontab", "-l -u:", &[("-e -r -i *", "changes what runs later")]),
    row("dnf", "-q -y", DNF),
    row("dpkg", "-l -L -s -S -p", &[
        ("-i --install -r --remove -P --purge --unpack --configure --triggers-only", INSTALLS),
        ("--root --instdir --admindir --path-exclude -D --log --status-logger --pre-invoke --post-invoke -x -X -e --extract --control --fsys-tarfile", SETTINGS),
        ("--set-selections --clear-selections --add-architecture --force-all", "changes the settings"),
    ]),
    row("dpkg-deb", "-c -I -f --contents --info --field", &[("-b -x -X -e -R --build --extract --control --raw-extract", "writes files")]),
    row("easy_install", "", &[("**", INSTALLS)]),
    row("git",
        "-C: -c: --git-dir: --work-tree: --namespace: -p --paginate --no-pager --bare \
         --no-optional-locks --no-replace-objects", &[
        ("^-c ^--config-env --exec-path --exec", "runs another program"),
        ("^-C ^--git-dir ^--work-tree", "goes to another repository, whose settings run programs"),
        ("--upload-pack --receive-pack --open-files-in-pager --ext-diff --textconv --extcmd", "runs another program"),
        ("--output", "writes a file"),
        ("--no-index -O", "reads any file"),
        ("difftool mergetool rebase bisect submodule filter-branch send-email help instaweb daemon shell citool gui gitk web--browse hook", "runs other programs"),
        ("config", SETTINGS),
        ("clone fetch pull push ls-remote remote/add remote/set-url remote/update archive bundle", "reaches another host, or writes files"),
        ("commit checkout switch merge am apply cherry-pick revert restore reset clean stash worktree gc init maintenance", "writes files and runs hooks"),
    ]),
    versioned("gpg", "", &[
        ("-o --output --log-file --logger-file --attribute-file", "writes a file"),
        ("--photo-viewer --exec-path --agent-program --dirmngr-program --keyserver-options --homedir --options --load-extension", "runs another program"),
        ("--import --delete-keys --delete-secret-keys --edit-key --gen-key --full-gen-key --export-secret-keys --sign -s --decrypt -d", "uses or changes keys"),
    ]),
    row("influx", "", &[("-import -execute", "changes the database")]),
    row("logger", "", &[("-f --file", "reads any file"), ("-n --server -u --socket", "reaches another host")]),
    row("mail", "", &[("**", "runs another program, or sends a file")]),
    row("mailx", "", &[("**", "runs another program, or sends a file")]),
    row("mariadb", "-h: -P: -u: -D:", MYSQL),
    row("mongo", "", &[("--eval --shell *", "runs a script")]),
    row("mongosh", "", &[("--eval --shell -f --file *", "runs a script")]),
    row("mutt", "", &[("**", "runs another program, or sends a file")]),
    row("mysql", "-h: -P: -u: -D:", MYSQL),
    row("mysqldump", "", &[("-r --result-file -T --tab --plugin-dir --log-error", "writes a file, or loads code")]),
    versioned("nginx", "-t -T -v -V -q", HTTP_SERVER),
    row("openssl", "", &[
        ("enc/-out ~-out", "writes a file"),
        ("-engine -provider-path -provider -config ~dynamic engine", "loads code from a file"),
        ("s_client s_server s_time ocsp cmp", "reaches another host"),
        ("-in!x509!req!crl!verify!s_client -rand -writerand -pass -passin -CApath rsautl pkeyutl", "reads or writes any file"),
        ("-keylogfile -sess_out -msgfile -CAserial -CAcreateserial", "writes a file"),
    ]),
    row("pacman", "-Q -Qi -Ql -Ss -Si", &[
        ("-U -R --upgrade --sync --remove -Sy -Syu -S", INSTALLS),
        ("--config --hookdir --root -r --dbpath -b --logfile", SETTINGS),
    ]),
    row("pg_dump", "", &[("-f --file", "writes a file")]),
    row("pkg", "", &[("add install delete remove upgrade -c -r -o -R", INSTALLS)]),
    row("psql", "-h: -p: -U: -d: -t -A -x -q -X --host: --port: --username: --dbname:", &[
        ("~\\! ~\\o ~\\w ~\\copy ~\\g ~\\i ~\\e ~\\s ~\\| ~`", "runs a program, or reads or writes a file"),
        ("~program ~pg_read ~pg_ls_ ~lo_export ~lo_import ~copy ~language", "runs a program, or reads or writes a file"),
        ("-f --file", "reads commands from a file"),
        ("-o --output -L --log-file", "writes a file"),
        ("-v --set --variable", "sets which programs it runs"),
    ]),
    row("rpm", "-q -qa -V -e:", &[
        ("-i!-q!--query -U -F --install --upgrade --freshen --erase --reinstall --import --rebuilddb --initdb --setperms --restore", INSTALLS),
        ("--pipe --eval -E --define -D --macros --rcfile --load --root -r --dbpath --undefine --predefine", "runs another program"),
        ("~%( ~%{lua ~expand", "runs a script"),
    ]),
    row("snap", "", &[("install remove refresh run set connect disconnect revert try alias start stop restart ack", "installs or runs packages")]),
    row("sqlite3", "-readonly -header -json -csv -line -column", &[
        ("~.shell ~.system ~.sh ~.sy ~.import ~.imp ~.load ~.lo ~.output ~.ou ~.once ~.on ~.log ~.save ~.sa ~.backup ~.ba ~.clone ~.cl ~.read ~.rea ~.excel ~.ex ~.edit ~.archive ~.ar", "runs a program, or reads or writes a file"),
        ("~edit( ~load_extension ~writefile ~readfile ~attach ~vacuum ~fsdir", "runs a program, or reads or writes a file"),
        ("-init --init -cmd --cmd -A --A -vfs -interactive -append", "reads commands from elsewhere"),
    ]),
    row("tailscale", "", &[("ssh up down set file serve funnel nc", "reaches another host, or changes the network")]),
    row("useradd", "", &[("-R --root -P --prefix -o -u", "makes an account of another root or user")]),
    row("visudo", "-c --check -q", &[("-f --file -x", "changes the rules of sudo")]),
    row("yum", "-q -y", DNF),
    row("zypper", "-q -n", &[
        ("install in remove rm update up dist-upgrade dup patch source-install si shell sh addrepo ar modifyrepo mr", INSTALLS),
        ("-c --config --root -R --installroot --plus-repo -p", SETTINGS),
    ]),
];

const MYSQL: Doors = &[
    (
        "~\\! ~system ~source ~\\. ~\\t ~tee ~\\p ~pager ~\\e",
        "runs a program, or reads or writes a file",
    ),
    (
        "~outfile ~dumpfile ~load_file ~infile",
        "reads or writes a file",
    ),
    (
        "--pager --tee --init-command --plugin-dir --default-auth --defaults-file --defaults-extra-file --local-infile --histignore",
        "runs a program, writes a file, or loads code",
    ),
];
