//! Build tools, task and test runners, tools of packagers without another row: they run the commands of their files.

use crate::row::{Input, Options, Row, effect, flags, nothing};

const WHY: &str = "builds, or runs what its files say";
const OTHER: &str = "compiles";
const ASKS: &[Options] = &[flags("--version")];

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("a2x abuild aclocal activate age-plugin air antora apkbuild-lint apt-add-repository apt-build apt-cdrom \
        apt-clone apt-extracttemplates apt-ftparchive apt-listchanges apt-offline apt-rpm apt-sortpkgs apt-src \
        apt-transport-https arara asciidoc asdf-exec astro autoheader autopkgtest autopoint autoscan \
        autoupdate ava b2 bake bear behat biber bibtex bit bjam bookdown bower brunch buildout buildx c2x c89 \
        c99 cake cargo-make cargo-script cargo-xtask cf changeset chruby clang-repl cling cobra-cli codecept \
        colorgcc colormake colormake-short commitizen conan concurrently conda-build context copilot copr-cli \
        cowbuilder cowdancer cram cross crossplane ctest3 cxx cz darwin-rebuild dcut deb-get debci debconf \
        debconf-apt-progress debconf-communicate debconf-set-selections debhelper debian-rules debrelease \
        debsign debuild degit devbox devenv devspace dh dh_python2 dh_python3 distccd dmake docusaurus \
        doit dpkg-buildpackage dpkg-checkbuilddeps dpkg-genchanges dpkg-gencontrol dpkg-maintscript-helper \
        dpkg-parsechangelog dpkg-preconfigure dpkg-scanpackages dpkg-shlibdeps dpkg-sig dpkg-source dpkg-split \
        dpkg-trigger dput dub dupload dvipdf dvipdfmx dvips easy_install easybuild eb ebuild eleventy em++ ember \
        emcc emconfigure emmake eopkg eptex equo etex evcxr expo expresso fabric fastbuild fbuild fedpkg fink \
        fmtutil fnm garden gatsby gbp gbp-buildpackage gccgo gdc gettextize ginkgo git-buildpackage git-pbuilder \
        gn gnat go-task gotask gotestsum gow gprbuild green guard guix-daemon gulp-cli gvm gyp hab habitat \
        helmsman home-manager hunter husky hygen icecc icecream icpc icx ifnames ifx imake img imgpkg \
        install-info installpkg intercept-build intltoolize inv ipkg jabba jake jam jasmine jib jmake \
        jupyter-book jupyter-nbconvert k0s kaniko kapp karma kbld kmk knitr ko koji kpt krew ksonnet kubebuilder \
        kubedog kubeone kubespray ldc lefthook lerna lettuce libtoolize lint-staged lintian lit-element luahbtex \
        luatex makeindex makepkg makepkg-template makepp mas maturin mdbook metafont metro mf mf-nowin middleman \
        minitest mk mktexlsr mktexpk mktextfm mkvirtualenv modd mpost mtxrun nala ncu next ng nightwatch \
        nix-daemon nixos-enter nixos-install nmake nodebrew nose2 nosetests nosetests3 npm-check npm-run-all \
        nuxt nx obs-build omake operator-sdk osc ostestr overcommit pacdef pack packit pacman-key pacstrap \
        paludis pamac pants papermill parcel paru paver pbr pbuilder-dist pdftex pest pex pgcc phpspec \
        pikaur pip-compile pip-sync piuparts pkgmk platex plop plz pmake podman-build port portage \
        pre_commit premake4 protractor prt-get ptex py.test pybot pybuild qemubuilder qmake6 rdmd react-native \
        react-scripts realize redo redo-ifchange redo-ifcreate release-it remake removepkg rke rke2 \
        rmarkdown robo rollup roundup rpkg rpmdev-setuptree rpmdev-wipetree rsbuild rspack rubber run-p run-s \
        runner rust-gdb rust-lldb rust-script rvm sam-cli samu sbuild sbuild-shell scan-build sccache sdkman \
        semantic-release setuptools shake shellspec shiv shunit2 slackpkg smake snowpack softwareupdate \
        sphinx-autobuild standard-version stencil stestr stestr-3 svelte-kit swupd synaptic tanka tap \
        telepresence test-runner testcafe testinfra testr tex texhash tito tk tlmgr tmake tox4 trial trizen \
        trunk tup turbo updmap updmap-sys upgradepkg uplatex uptex urpme urpmi uscan uupdate vcpkg vendir venv \
        virtualenvwrapper vue-cli-service waf wajig ward wasm-pack wdio wireit workon xargo xbps-install \
        xbps-remove xbps-src xetex xmake xmkmf yay yeoman yo ytt zc.buildout zipapp zx", WHY),
    nothing("aarch64-linux-gnu-gcc i686-linux-gnu-gcc mips-linux-gnu-gcc x86_64-linux-gnu-g++ \
        x86_64-linux-gnu-gcc", OTHER),
    effect("argo asciidoctor bats behave buildctl ccache cucumber cypress dagger distcc dmd doxygen earthly eksctl \
        flit gnatmake grunt gulp hatch helmfile hipcc hugo ifort invoke jekyll jsonnet just kops kubeseal latex \
        latexmk ldc2 lualatex mage mkdocs nvcc okteto pandoc pdflatex pdm phpunit pixi playwright pre-commit \
        premake5 prove quarto robot rspec rye spack sphinx-build talosctl task tectonic tilt tkn typst \
        virtualenv vitest vue werf xelatex", WHY)
        .reads_workdir().input(Input::Program).options(ASKS),
    nothing("bmake icc premake qmake", WHY).versioned(),
];
