//! Terminals, programs that record or fill them, and menus that run what a person chooses.

use crate::row::{Row, Runs, nothing};

const WHY: &str = "starts a program in a terminal, and another program in it";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // The words of xterm show what it runs.
    nothing("xterm", WHY)
        .runs(&[Runs::After("-e -x -- -c -n -N -A --command"), Runs::Values("-e -c --command")]).seen(),
    nothing("agetty alacritty asciinema-rec aterm bemenu butterfly.server ckermit cle conmux conmux-attach \
        conserver console contour cool-retro-term cu deepin-terminal dialog dmenu dmenu_run dvtm empty Eterm \
        eterm evilvte faketty fakettyt fbterm fgetty foot footclient fuzzel fzf fzy getty ghostty gmrun \
        gnome-terminal.wrapper gotty grabserial guake gum hterm hyper i3-sensible-terminal \
        injcode kdialog kermit kgx kitten kitty kitty-ssh kmscon koi8rxvt kterm ledit lilyterm login \
        lxterm mate-terminal mgetty mingetty minicom mlterm mrxvt mtm neercs open-vt \
        pantheon-terminal peco percol pick picocom pscp psftp pterm pty ptyget ptyxis putty \
        reptyr rio rlfe rofi roxterm rxvt-unicode sakura screenie script2 scriptlive scriptreplay \
        scrot sensible-terminal sesh shellinabox shellinaboxd sk smenu smug socat2 st stterm sxhkd tabby \
        teamocil terminology termit termite termrecord tilda tilix tip tmate tmuxinator tmuxp ttyd \
        ttyplay ttyrecord twin tym urxvtc urxvtd uxterm wetty wezterm whiptail wmctrl wofi wterm \
        xbindkeys xdotool xiterm+thai xte yad yaft yakuake ydotool \
        zenity zutty", WHY),
];
