//! Editors, file managers, mail and web clients: each can run other programs or write files.

use crate::row::Kind::{Name, Text};
use crate::row::{Row, each, effect, flags, nothing, refused_value, value};

const WHY: &str = "edits any file, and runs other programs";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("firefox", WHY).seen(),
    effect("Mail mail mailutils", "sends mail").operands(each(Name)).options(&[
        refused_value("-E", "runs a command"),
        flags("-v -n -N"),
        value("-s -c -b -r", Text),
        refused_value("-a -A -f -u", "reads any file"),
    ]),
    nothing("acme aee aerc amp anjuta aquamacs atom bat-extras batman batpipe bitchx bless bluefish br \
        brackets brave-browser broot browsh bsd-mailx bvi caja carbonyl casperjs chawan chromedriver chromium \
        chromium-browser clifm clion code code-insiders codeblocks codelite codium csvkit cursor dhex dillo \
        dolphin doublecmd dte e3 e3em e3ne e3pi e3vi eclipse ee elinks elvis em emacs-gtk emacs-lucid emacs-nox \
        emacs-pgtk epic5 epiphany evim evince falkon featherpad fff finch firefox-esr fte geany \
        geckodriver gedit gex ghex gnome-text-editor gnumeric goland google-chrome google-chrome-stable gview \
        gvim gvimdiff heirloom-mailx hexcurse hexedit hexer himalaya howl hte idea idea.sh imhex ircii irssi \
        joshuto jove jpico jstar kakoune kate kdevelop kile konqueror krusader kwrite l3afpad lapce le leafpad \
        levee lf lfcd links links2 lite-xl lv lvile mc mcdiff mcview medit mh midori mined \
        moar monodevelop moor mousepad mupdf mutt mvim nail nautilus ne-editor nedit nemo neomutt neovide neovim \
        netbeans netsurf nice-editor nmh nnn noice notepadqq nvi nvim-qt okteta okular oocalc opera ov pcmanfm \
        pg phantomjs pine pluma profanity puppeteer pycharm pycharm.sh qe qemacs qpdfview qtcreator qutebrowser \
        ranger rgview rgvim rifle rjoe runemacs s-nail sc sc-im scite select-editor sensible-pager sfte shed \
        slimerjs slrn slsc spacefm spacemacs ssconvert subl sublime_text sup-mail surf ted texmaker texstudio \
        textadept thunar tilde tin trn tweak uemacs vbindiff vd vfte vi-tiny vifm vile vimcat vimdot vimpager \
        vimtutor vimx vis visidata vivaldi vscodium webstorm weechat weechat-headless wily wkhtmltoimage \
        wkhtmltopdf wxhexeditor xed xfte xjed xpdf xplr xvile ya yazi zathura zed zeditor", WHY),
    nothing("xemacs", WHY).versioned(),
];
