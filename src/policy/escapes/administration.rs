//! Programs that change the host: packages, accounts, jobs, databases, keys.

use super::table::{Binary, Doors, row, versioned};

const INSTALLS: &str = "installs or removes packages, which run scripts";
const SETTINGS: &str = "sets which programs it runs, or where it writes";
const APT: Doors = &[
    ("-o --option -c --config-file", SETTINGS),
    (
        "install reinstall remove purge upgrade dist-upgrade full-upgrade autoremove auto-remove autopurge build-dep source download satisfy edit-sources modernize-sources dselect-upgrade changelog update clean autoclean",
        INSTALLS,
    ),
    ("--with-source", "reads any file"),
];
const APT_CACHE: Doors = &[
    ("-o --option -c --config-file", SETTINGS),
    ("-p --pkg-cache -s --src-cache gencaches", "writes a file"),
    ("--with-source", "reads any file"),
];
const APT_OPTIONS: &str = "-q -y -s -t: --installed --upgradable -a";
const DNF: Doors = &[
    (
        "-c --config --setopt --installroot --repofrompath --plugin",
        SETTINGS,
    ),
    (
        "install reinstall remove erase upgrade update localinstall downgrade autoremove group swap distro-sync dsync shell builddep module copr config-manager download in rm up dg rei history/undo history/redo history/rollback reposync debugsolver system-upgrade offline",
        INSTALLS,
    ),
];
const EXIM: Doors = &[("**", "runs another program, or sends mail")];
const HTTP_SERVER: &[(&str, &str)] = &[(
    "-c -f -C -k -s -g -d -D -p -e -E",
    "starts, stops or sets up the server",
)];

/// In the order of their names, for the search.
#[rustfmt::skip]
pub static BINARIES: &[Binary] = &[
    row("apache2", "-t -v -V -S -M -l -L", HTTP_SERVER),
    row("apache2ctl", "-t -v -V -S -M -l -L", HTTP_SERVER),
    row("apachectl", "-t -v -V -S -M -l -L", HTTP_SERVER),
    row("apk", "", &[("add del fix upgrade update cache --root -p --allow-untrusted", INSTALLS)]),
    row("apt", APT_OPTIONS, APT),
    row("apt-cache", "-q", APT_CACHE),
    row("apt-config", "", APT_CACHE),
    row("apt-get", APT_OPTIONS, APT),
    row("apt-mark", "", &[("-o --option -c --config-file -f --file", SETTINGS), ("auto manual hold unhold minimize-manual", "changes what is installed")]),
    row("aptitude", "", APT),
    row("at", "-l", &[("-f -t -d -r -c -m -M *", "runs commands later")]),
    row("batch", "", &[("**", "runs commands later")]),
    row("chage", "-l -h --list", &[("-d -E -I -m -M -W -R --root", "changes an account")]),
    row("clickhouse-client", "", &[("~outfile ~infile ~file( ~executable ~url( ~remote( --queries-file -C --config-file -h --host", "reads or writes a file, or reaches another host")]),
    row("cqlsh", "", &[("~source ~copy ~capture -f --file --cqlshrc", "reads or writes a file")]),
    row("crontab", "-l -u:", &[("-e -r -i *", "changes what runs later")]),
    row("dnf", "-q -y", DNF),
    row("dpkg", "-l -L -s -S -p", &[
        ("-i --install -r --remove -P --purge --unpack --configure --triggers-only", INSTALLS),
        ("--root --instdir --admindir --path-exclude -D --log --status-logger --pre-invoke --post-invoke -x -X -e --extract --control --fsys-tarfile", SETTINGS),
        ("--set-selections --clear-selections --add-architecture --force-all", "changes the settings"),
    ]),
    row("dpkg-deb", "-c -I -f --contents --info --field", &[("-b -x -X -e -R --build --extract --control --raw-extract", "writes files")]),
    row("easy_install", "", &[("**", INSTALLS)]),
    row("exim", "-bp -bpc -bV", EXIM),
    row("exim4", "-bp -bpc -bV", EXIM),
    row("git",
        "^-C: ^-c: --git-dir: --work-tree: --namespace: -p --paginate --no-pager --bare \
         --no-optional-locks --no-replace-objects", &[
        ("^-c ^--config-env --exec-path --exec", "runs another program"),
        ("^-C ^--git-dir ^--work-tree", "goes to another repository, whose settings run programs"),
        ("--upload-pack --receive-pack --open-files-in-pager --ext-diff --textconv --extcmd", "runs another program"),
        ("--output", "writes a file"),
        ("--no-index -O --contents --ignore-revs-file /!log!show!blame!grep!ls-files!ls-tree!rev-parse!status!check-ignore", "reads any file"),
        ("credential credential-store credential-cache", "shows or changes passwords"),
        ("difftool mergetool rebase bisect submodule filter-branch send-email help instaweb daemon shell citool gui gitk web--browse hook \
          svn p4 lfs bugreport request-pull --edit-description --filters", "runs other programs"),
        ("config", SETTINGS),
        ("clone fetch pull push ls-remote remote/add remote/set-url remote/update remote/show archive bundle upload-pack receive-pack \
          format-patch diagnose", "reaches another host, or writes files"),
        ("commit checkout switch merge am apply cherry-pick revert restore reset clean stash worktree gc init maintenance \
          add rm mv notes/add notes/edit notes/append update-ref update-index symbolic-ref read-tree checkout-index fast-import \
          interpret-trailers repack prune replace remote/remove remote/rm remote/rename remote/prune", "writes files and runs hooks"),
    ]),
    versioned("gpg", "", &[
        ("-o --output --log-file --logger-file --attribute-file", "writes a file"),
        ("--photo-viewer --exec-path --agent-program --dirmngr-program --keyserver-options --homedir --options --load-extension", "runs another program"),
        ("--import --delete-keys --delete-secret-keys --edit-key --gen-key --full-gen-key --export-secret-keys --sign -s --decrypt -d", "uses or changes keys"),
    ]),
    row("httpd", "-t -v -V -S -M -l -L", HTTP_SERVER),
    row("influx", "", &[("-import -execute", "changes the database")]),
    row("logger", "", &[("-f --file", "reads any file"), ("-n --server -u --socket", "reaches another host")]),
    row("mail", "", &[("**", "runs another program, or sends a file")]),
    row("mailx", "", &[("**", "runs another program, or sends a file")]),
    row("mariadb", "-h: -P: -u: -D:", MYSQL),
    row("mariadb-admin", "-h: -P: -u: -i: -c: -S: -s -v -r --host: --port: --user: --socket:", MYSQL_ADMIN),
    row("mongo", "", &[("--eval --shell *", "runs a script")]),
    row("mongosh", "", &[("--eval --shell -f --file *", "runs a script")]),
    row("mutt", "", &[("**", "runs another program, or sends a file")]),
    row("mysql", "-h: -P: -u: -D:", MYSQL),
    row("mysqladmin", "-h: -P: -u: -i: -c: -S: -s -v -r --host: --port: --user: --socket:", MYSQL_ADMIN),
    row("mysqldump", "", &[("-r --result-file -T --tab --plugin-dir --log-error", "writes a file, or loads code")]),
    row("mysqlslap", "", &[("**", "runs statements and programs")]),
    versioned("nginx", "-t -T -v -V -q", HTTP_SERVER),
    row("openssl", "", &[
        ("enc/-out ~-out", "writes a file"),
        ("-engine -ssl_client_engine -provider-path -provider -config ~dynamic engine", "loads code from a file"),
        ("s_client s_server s_time ocsp cmp", "reaches another host"),
        ("-in!x509!req!crl!verify!s_client -rand -writerand -pass -passin -CApath rsautl pkeyutl", "reads or writes any file"),
        ("-early_data -proxy", "sends a file, or reaches another host"),
        ("-keyout -keylogfile -sess_out -msgfile -CAserial -CAcreateserial", "writes a file"),
    ]),
    row("pacman", "-Q -Qi -Ql -Ss -Si", &[
        ("-U -R --upgrade --sync --remove -Sy -Syu -S", INSTALLS),
        ("--config --hookdir --root -r --dbpath -b --logfile", SETTINGS),
    ]),
    row("pg_dump", "", &[("-f --file", "writes a file")]),
    row("pkg", "", &[("add install delete remove upgrade -c -r -o -R", INSTALLS)]),
    row("postconf", "", &[("-e -M -F -P -X -# -c -b -t =", "changes the settings, or reads any file")]),
    row("psql", "-h: -p: -U: -d: -t -A -x -q -X --host: --port: --username: --dbname:", &[
        ("~\\! ~\\o ~\\w ~\\c ~\\g ~\\i ~\\e ~\\s ~\\p ~\\lo ~\\| ~`", "runs a program, or reads or writes a file"),
        ("~program ~pg_read ~pg_ls_ ~lo_export ~lo_import ~copy ~language ~pg_file ~pg_stat_file", "runs a program, or reads or writes a file"),
        ("~execute ~_to_xml ~ts_stat ~crosstab ~u&", "runs a statement that it puts together"),
        ("~dblink ~alter", "reaches another host, or sets which programs it runs"),
        ("-f --file", "reads commands from a file"),
        ("-o --output -L --log-file", "writes a file"),
        ("-v --set --variable", "sets which programs it runs"),
    ]),
    row("rabbitmqctl", "", &[("eval eval_file exec -n --node", "runs a script, or reaches another host")]),
    row("rpm", "-q -qa -V", &[
        ("-i!-q!--query -e -U -F --install --upgrade --freshen --erase --reinstall --import --rebuilddb --initdb --setperms --setugids --setcaps --restore", INSTALLS),
        ("--pipe --specfile --eval -E --define -D --macros --rcfile --load --root -r --dbpath --undefine --predefine", "runs another program"),
        ("~%( ~%{lua ~expand", "runs a script"),
        ("~://", "reaches another host"),
    ]),
    row("rpmspec", "", &[("*", "runs the macros of a file")]),
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

const MYSQL_ADMIN: Doors = &[
    (
        "create~ debug~ drop~ flush~ kill~ password~ reload~ refresh~ shutdown~ start~ stop~ *2",
        "changes the server, or runs further commands",
    ),
    (
        "--plugin-dir --default-auth --defaults-file --defaults-extra-file ~--loose ~--plugin_ ~--default_",
        "loads code, or reads any file",
    ),
];
const MYSQL: Doors = &[
    (
        "~\\ ~system ~source ~tee ~pager",
        "runs a program, or reads or writes a file",
    ),
    (
        "~outfile ~dumpfile ~load_file ~infile ~soname",
        "reads or writes a file, or loads code",
    ),
    (
        "~prepare ~immediate",
        "runs a statement that it puts together",
    ),
    (
        "~--loose ~--enable ~--plugin_ ~--default_ ~--init_ ~--local_",
        "sets by another spelling what it runs or loads",
    ),
    (
        "--pager --tee --init-command --plugin-dir --default-auth --defaults-file --defaults-extra-file --local-infile --histignore",
        "runs a program, writes a file, or loads code",
    ),
];
