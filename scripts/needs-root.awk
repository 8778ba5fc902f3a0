# Takes what `cargo test` prints for an ordinary user. Gives it without the failures of tests that only say that they need
# root, and at the end one line that counts them. Its exit status is 1 where another test failed, or a program of tests ended
# before its result, or could not be run.
#
# state: "" outside, "blocks" where each failure shows what it printed, "names" where all are listed

function flush() {
    if (name == "") return
    if (index(block, "run the tests as root")) {
        skipped[name] = 1
        here++
    } else {
        printf "%s", block
        told[name] = 1
        failed++
    }
    name = ""
    block = ""
}

/ --- FAILED$/ && state == "" { next }
/^running [0-9]+ tests?$/ && state == "" { begun++; here = 0 }
/^failures:$/ && state == "" { state = "blocks"; next }
/^failures:$/ && state == "blocks" { flush(); state = "names"; next }
/^---- .* stdout ----$/ && state == "blocks" {
    flush()
    name = $2
    block = $0 "\n"
    next
}
state == "blocks" { block = block $0 "\n"; next }
/^    / && state == "names" {
    if (!($1 in skipped)) {
        print "failed: " $1
        if (!($1 in told)) failed++
    }
    next
}
/^test result: / {
    ended++
    if (/FAILED\./) with_failures++
    state = ""
    if (here && match($0, /[0-9]+ failed/)) {
        others = substr($0, RSTART, RLENGTH) - here
        sub(/[0-9]+ failed/, others " failed; " here " need root")
        if (others == 0) sub(/FAILED\./, "ok.")
    }
    root += here
}
state == "names" { next }
# Of a program that has no result this is all that is told.
/^error: test failed, to rerun/ { failed_programs++ }
/^error: (test failed, to rerun|[0-9]+ targets? failed)/ || /^    `-/ { next }
{ print }

END {
    if (begun != ended) print "a program of tests ended before its result"
    if (failed_programs > with_failures) print "a program of tests could not be run"
    if (root) print root " tests need root and were skipped: run them as root, on a machine that you can throw away"
    exit (failed > 0 || begun != ended || !begun || failed_programs > with_failures)
}
