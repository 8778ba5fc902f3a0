//! Interpreters, shells and consoles that have no other row: they run the files that their words name.

use crate::row::{Input, Options, Row, Runs, effect, flags, nothing};

use super::wrappers::BEHIND_VERB;

const WHY: &str = "runs any command";
const ASKS: &[Options] = &[flags("--version")];

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("a2p a68g abcl abiword agda algol68g alice alisp allegro ammonite angelscript apcalc apl aplus aplwrap \
        apply arc arnoldc artisan ash-static asy axiom babashka bas bash-static basic256 BATCH bcpl beanshell \
        beef beef-xss beeline befunge bettercap bf bigloo bin-console biwas blassic blender bltsh bltwish boo \
        booi boot boris bosh bqn brainfuck brandy brython bsc bsh bwbasic byebug cache calc cbqn ccl ccl64 \
        ceylon cf-agent cf-promises cfagent ch chaiscript chakra chef-lang chez chez-scheme chezscheme \
        chibi-scheme chuck ciao ciaosh circuitpython clasp clingo clj clojure-lsp closh cmucl cobcrun coconut \
        coffeescript coqc coqtop cpan cpanm cpanp cpanplus cperl csc csession csharp csharprepl csi csound cuis \
        cwl-runner cwltool cygwin-sh cython cythonize d8 dartaotruntime dash-static debugperl deps.clj \
        dotnet-fsi dotnet-script dprofpp drill-embedded drupal drush duk dukluv duktape dyalog dynare dzaima ecl \
        eclipse-clp elk elm elm-mail elm-repl emacs-script emojicode epmd erb erlc erubis esh eshost esno esr \
        eta etsh ettercap expectk falcon fan fantom faust fbc fennel ficl fish_indent fizsh flink flutter \
        fontforge formail freecad freecad-cli freecadcmd freemat frege fricas fsharpc fsharpi fsi gambit gap \
        gauche gba3 gbc3 gbr2 gbr3 gbs2 gbs3 gbx2 gbx3 gcl genius ghc-pkg giac gimp gimp-console git-bash gjs \
        gjs-console gnuapl gnucobol gnuplot-nox gnuplot-qt gnuplot-x11 golo gosh gprolog graalpy gracket \
        gravity gretl gretlcli gringo groovyConsole groovysh gsc gsh gsi gst gtm h2o hadoop haml haxe hbase \
        hermes hive hl hol hugs hush hylang icas icmake icon iconx idle idle3 idris idris2 ijconsole ikarus \
        impala-shell init-d-script inkscape install-menu io iojs ion iota ipy ipy3 iris ironpython isabelle \
        itclsh itkwish iwasm jags janet jbang jconsole jed-script jelly jhc jimsh jiti jjs joker js jsc jsh \
        just-js kaptain kawa kforth ki kicad-cli kitcreator klong kona konch kscript ksh93-static kylin lake \
        lapis laravel larceny lean lefty lfe libreoffice liquidsoap lisp lit littler livescript llrt localc \
        lockfile loffice logtalk loko lolcode lowriter lsc lshell luarocks luash luau luau-analyze lunatic \
        lush luvi luvit M2 macaulay2 macruby magento magicfilter magma mailagent maildrop maple mapred \
        mathematica matlab mcl mcs mercury mimedefang mirb mit-krb-sh mit-scheme mit-scheme-x86-64 mkcl mlton \
        mmc moon moonc moonscript mosml mrsh mruby mscgen msfconsole msfd msfvenom mujs mumps mvbasic mzscheme \
        n98-magerun nash nashorn nbb neko nekotools nemerle newlisp newsbeuter newsboat ngnk ngraph ngs nhc98 \
        nickle nimscript njs node-wasi nrepl nstcl nushell obosh ocamldebug ocamlfind ocamlrun ocamlscript occ \
        octave-cli octave-qt odin oils-for-unix oorexx oosplash oozie open-axiom OpenBUGS openscad pagsh \
        pari parrot pbosh pd perl6-m perlbug perlcc perldb perldoc petite pforth pharo phpdbg picolisp pig \
        pike pil pl-ld plackup ploticus poly polyml ponyc povray pperl praat presto processing \
        processing-java procmail prolog pspp psysh ptipython ptpython pub pulp puredata purs pwsh-preview \
        pypy3-c pyspark pyston pyston3 python3-dbg pythonw qalc quickjs r r-base rabbit rackup rakudo ravi rbx \
        Rcmd rdbg re.pl reason rebar recon-ng reek reformail regina reply rescript resty rexx Rgui rhino \
        rhino-debugger ripl rksh93 rkward routersploit rrdcgi rssh rstudio Rterm run_erl runghc runhaskell \
        runhugs rush rustpython sage sagemath sagetex sagittarius samza sas sash scalac scheme scilab-cli \
        sclang scm scponly scribus scriptcs scryer-prolog sdlbasic seed setoolkit shish sicstus sieve-filter \
        sieve-test Singular singular siod sisc slim slsh smalltalk smlnj snobol4 soffice spark-shell spark-sql \
        spark-submit sparkR speedy spforth spin-wasm spitbol sq sql-client.sh sqlmap sqoop squeak squirrel stata \
        stklos storm sucrase supercollider swc-node swift-repl symfony tarantool tau tclkit terra texlua \
        texluajit thonny tinyscheme tinyscm tixwish tjs tkcon to_erl trino ts-node-dev ts-node-esm tsh txiki \
        typescript typo3 uiua unicon unoconv unoserver urn v8 vbc vbnc vfxlin vite-node vlang wasm wasm3 \
        wasmedge werl whitespace wolfram WolframKernel wolframscript wp wp-cli wperl wren xcas xlisp xlispstat \
        xotclsh xsb xtend yabasic yacas yap yarn-site ydb yforth yorick ypsilon ysh zeppelin.sh zoidberg \
        zsh-static", WHY),
    effect("amm babel-node bb bpython clojure cobc coffee crystal dart escript gforth gleam gnuplot gp \
        groovyc hhvm hy icont jruby jython kotlinc maxima micropython mix murex nim nimble oil osh perl6 pry \
        racket raku rebar3 scala-cli scilab swiftc swipl truffleruby tsx utop wasmer wasmtime zig", WHY)
        .reads_workdir().input(Input::Program).options(ASKS),
    effect("cabal stack", WHY).runs(BEHIND_VERB).reads_workdir().input(Input::Program).options(ASKS),
    effect("elvish nu xonsh", WHY).runs(&[Runs::Values("-c")]).reads_workdir().input(Input::Program).options(ASKS),
    effect("pwsh", WHY).runs(&[Runs::After("-c -C -command -Command -com -Com --command")])
        .reads_workdir().input(Input::Program).options(ASKS),
    effect("yash", WHY).runs(&[Runs::Shell]).reads_workdir().input(Input::Program).options(ASKS),
    nothing("gbx ocaml qjs sml", WHY).versioned(),
];
