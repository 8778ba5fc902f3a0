//! Programs without another row that write the files of their operands, or set the state of hardware.

use crate::row::{Input, Options, Row, effect, flags, nothing};

const WHY: &str = "writes or changes the files that it names";
const OTHER: &str = "changes how the host starts, or its files";
const ASKS: &[Options] = &[flags("--version")];

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("addpart advdef advzip aideinit alembic alsactl amixer animate arj astyle augmatch augprint augtool \
        autoflake autopep8 avconv bcwipe biome booster brightnessctl brotli buildifier cabextract captoinfo \
        catman cfdisk charon-cmd chat chvt clang-format-diff clang-tidy clonezilla cloud-localds cmake-format \
        cmpsave cmsutil codespell-fix composite compress conjure convmv cpufreq-set crlutil cronolog crudini \
        cryfs cryptdisks_start cryptdisks_stop cryptmount csvsql cvlc cwebp d2u datasette davfs2 db_archive \
        db_checkpoint db_load db_recover db_upgrade dban dbmate dbmmanage dc3dd dcfldd dd_rescue ddcutil ddjvu \
        ddrescue deallocvt delpart desktop-file-install detox dhcpcd dhcpcd5 diesel djvups dprint dracut dtrx \
        duff dwebp easyrsa ecryptfs-mount-private efivar eps2eps etherwake exiftran exiv2 extlinux extundelete \
        eyeD3 fcp fdupes file-rename flac flashcp flashrom flip fromdos fsarchiver fusermount fusermount3 \
        gdbmtool gdk-pixbuf-query-loaders genkey ghostscript gif2webp gio-querymodules git-crypt \
        glib-compile-schemas gofumpt goimports goofys goose gpart gparted gpioset growisofs growpart gs \
        gst-launch gst-launch-1.0 gtk-update-icon-cache gvfs-rm gvfs-trash hardlink htdbm htdigest htmltidy \
        htpasswd iconvconfig icotool id3tag id3v2 ifdown ifup img2pdf import indent infotocap initool \
        innoextract insmod.static install-sh installkernel integrit integritysetup isolinux jdupes jhead \
        jpegoptim jpegtran kbd_mode kernel-install knex lame lbzip2 lha lhasa light lilo litecli loadkeys \
        loadunimap lrunzip lrzip lunzip lzip makedbm makemap makewhatis maldet mandb mattrib mcopy mcp \
        mdel mencoder metaflac mformat migrate mkcert mkdosfs mkexfatfs mkfile mkfontdir mkfontscale mkfs.exfat \
        mkfs.f2fs mkfs.ntfs mkinitcpio mkinitramfs mkinitrd mkinstalldirs mkisofs mkntfs mkudffs mkvextract \
        mkvmerge mkvpropedit mln mmove mmv modutil montage mount.cifs mount.fuse mount.nfs MP4Box mplayer mpv \
        mren msgattrib msgcat msgconv msgen msgexec msgfilter msgfmt msginit msgmerge msguniq mtd_debug mtools \
        munpack mutool mvcli nandwrite newaliases normalize ntfsclone ntfscp ntfsfix ntfsresize ntfsundelete \
        nwipe ocrmypdf oggdec oggenc openscap optipng opusdec opusenc osiris oxipng pacmd pactl partclone \
        partimage pax pbzip2 pdf2dsc pdf2ps pdfattach pdfcrop pdfdetach pdfimages pdfjam pdfseparate pdftk \
        pdftocairo pdftohtml pdftoppm pdftops pdftotext pdfunite perl-rename perltidy photorec php-cs-fixer \
        phpcbf pixz pk12util play plzip pngcrush pngout pngquant poff pon potrace pppd prisma ps2epsi ps2pdf \
        ps2pdf12 ps2pdf13 ps2pdf14 ps2pdfwr ps2ps ps2ps2 psnup psselect ptar pump pxz pyupgrade rar raspi-config \
        rcpfile rdfind rec recode rector rescan-scsi-bus.sh resizepart ripmime rm-safe rmlint rmtrash \
        rofiles-fuse rome rotatelogs rsvg-convert rtcwake run-clang-tidy rustfmt-nightly ryzenadj rzip samhain \
        savelog sbctl sbsign scrub scsiadd sequelize setfont setkeycodes setleds setpci setserial setvtrgb sfill \
        sg_dd shar signtool sigtool smime sortyaml sqlite-utils sqlx srm sswap standardrb star stow streamlink \
        strongswan stylelint svgo symlinks syslinux taplo tcplay terraform-fmt testdisk texconfig tic tidy tlp \
        todos trash trash-empty trash-put trash-rm tripwire truecrypt typeorm u2d ubiattach ubiformat udhcpc \
        ukify unace unar unarj uncompress uncrustify undervolt unp unshar unshield update-desktop-database \
        update-mime update-mime-database updatedb upx usql uudecode vbetool veracrypt veritysetup vlc vpnc \
        wakeonlan weak-modules wg-quick wodim wpctl wrestool wvdial xdg-desktop-menu xdg-icon-resource xdg-mime \
        xdg-settings xgettext xinput xkbcomp xmlpatterns xmodmap xorrisofs xrdb xset yamlfmt yapf youtube-dl \
        yt-dlp zic zoo zopfli zpaq zulucrypt", WHY),
    effect("aide black clamd convert encfs eslint ffmpeg flyway freshclam genisoimage gm gocryptfs isort liquibase \
        magick mksquashfs mogrify openconnect prettier qpdf rubocop ruff s3fs sox unrar unsquashfs xorriso", WHY)
        .reads_workdir().input(Input::Program).options(ASKS),
    nothing("grub grub2 update", OTHER).versioned(),
    nothing("mount.x", WHY).versioned(),
];
