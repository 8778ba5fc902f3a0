//! Programs that start and keep others: supervisors, application servers, job queues, schedulers, runners of CI.

use crate::row::{Input, Options, Row, Runs, effect, flags, nothing};

use super::wrappers::BEHIND_VERB;

const WHY: &str = "starts, stops or runs other programs";
const ASKS: &[Options] = &[flags("--version")];

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("i3-msg swaymsg nbdkit nbdsh rtorrent etckeeper socat1 websocketd adrci \
        accelerate act_runner airflow amanda amrecover ansible-connection argo-wf asadmin at-spi-bus-launcher \
        atd atrun awx awx-manage azkaban backup-manager backupninja bacula-dir bamboo-agent bareos-dir bcfg2 \
        bconsole bcron bextract bin_rails bkill bluepill bmod bresume bsub btraceback buildkite-agent bup \
        capistrano catalina.sh cdist cdist-dump cexec cf-execd cf-monitord cf-serverd cgi-fcgi \
        check_by_ssh chef-server-ctl choria cinc-auditor cinc-shell cinc-solo cinit circleci circus \
        circusctl circusd clusterssh colmena concourse condor_rm condor_run condor_ssh_to_job condor_submit \
        cromwell cron crond cronic cronwrap csshx dancer dask dask-scheduler dask-worker \
        dbus-daemon dbus-send dcron deepspeed deja-dup delayed_job deploy-rs dex \
        dex-autostart digdag dinit discourse django-admin django-admin.py domain.sh dploy dramatiq drone \
        drone-runner-exec einit env_parallel execline exo-open eye fabric2 \
        faktory fastapi fastcgi faucet fcgiwrap fcron fcrondyn fcrontab fghack finit forgejo fq gaffer gargs \
        gdbus gio gitea github-runner gitlab-runner gitlab-shell gitlab-workhorse gnome-open gnome-session god \
        gogs goreman gtk-launch gush gvfs-open hanami herd hiera hivemind horovodrun huey incrond \
        incrontab inetd initng jboss-cli jboss-cli.sh jenkins jenkins-cli jenkins-jobs jetty.sh jhipster jobber \
        kde-open kde-open5 kedro kioclient kioclient5 kopia launchd luigid lxsession mailcap manage.py mastodon \
        mcollective mcron metaflow mimeopen mina mitogen mongrel_rails morph mpiexec.hydra \
        multilog multiwatch munin-node mussh my_init niet nifi.sh nixops nosh ofelia ohai open \
        openbox-session openrc openrc-init orgalorg orterun overmind padrino paexec parallel-nuke \
        parallel-rsync parallel-scp parallel-slurp passenger-config passenger-start pdcp pnuke \
        ppss prll prsync prte prun pslurp puppetdb puppetserver pyinfra qalter qdel qlogin qmake-sge qrsh qrun \
        qsh qsub que rainbows ray rc-depend rc-sstat rd rd-cli rdiff-backup readproctitle rear reload remctl \
        resque restart rexify rpdcp rq rspamd_console rudder runit runsvchdir rush-parallel \
        s6-log s6-overlay-suexec s6-rc-compile s6-supervise s6-svscan salloc sattach \
        sbatch sbcast scancel sdnotify see semaphore semaphore-ui sensu-agent setuser \
        shepherd sidekiq slurmctld slurmd spawn-fcgi spin-cli spinnaker spur sshrc sshuttle st2 st2ctl \
        stackstorm standalone.sh start start-stop-daemon-wrapper startplasma-x11 startup.sh stop \
        streamsets strigger sup supercronic supervise svlogd svok svscan svscanboot svstat sway \
        systemd-cron task-spooler tcpd tcpserver tcpsvd teamcity-agent tentakel thin tini-static toil tootctl \
        torchrun tower-cli tq travis ucspi-tcp udpsvd unicorn_rails utmpset waitress-serve webrick weston \
        whenever wlst.sh woodpecker-agent woodpecker-cli X xdg-open xdg-terminal-exec Xephyr xephyr xinetd \
        xjob xjobs Xorg Xvfb yacron zammad zulip", WHY),
    effect("act ansible-runner berks cap celery chef-apply cinc-client dagster daphne flask fly \
        forever gunicorn hypercorn inspec kitchen luigi nextflow passenger prefect puma r10k rails \
        snakemake supervisord unicorn uvicorn uwsgi", WHY)
        .reads_workdir().input(Input::Program).options(ASKS),
    effect("dumb-init tini", WHY).runs(&[Runs::After("*")]).reads_workdir().input(Input::Program).options(ASKS),
    effect("foreman", WHY).runs(BEHIND_VERB).reads_workdir().input(Input::Program).options(ASKS),
    effect("nodemon", WHY).runs(&[Runs::Values("--run --command -x --exec")])
        .reads_workdir().input(Input::Program).options(ASKS),
    nothing("s6 svc", WHY).versioned(),
];
