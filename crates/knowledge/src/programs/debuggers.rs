//! Debuggers, tracers of processes, fuzzers.

use crate::row::{Input, Options, Row, Runs, effect, flags, nothing};

const WHY: &str = "takes over other processes, or runs any program";
const ASKS: &[Options] = &[flags("--version")];

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    nothing("afl-fuzz afl-showmap analyzeHeadless angr argdist-bpfcc arm-none-eabi-gdb arthas as.sh asprof \
        async-profiler austin bcc-tools binwalk blcr bminstall bmsubmit bpfman bpftrace-aotrt btrace byteman \
        callgrind_control cgdb checkpoint coredump crash criu-ns cutter ddd dmtcp_command dmtcp_launch \
        dmtcp_restart drgn edb efax falco foremost frida-inject frida-ps frida-server frida-trace \
        funccount-bpfcc gameconqueror gdb-multiarch gdb-py gdbtui gef ghidra google-pprof gperf greys \
        honest-profiler honggfuzz ida idat64 ig insight inspektor-gadget jattach jbossprofiler jdeprscan jfr \
        jhsdb jimage jmc jmod jrcmd jvisualvm kdb kgdb kmdb kubectl-trace lldb-mi lldb-server mdb memray msfpc \
        nemiver objection ocount one_gadget opcontrol peda phpspy ply pprof profiler.sh pwn pwndbg py-spy \
        pyrasite pyrasite-shell pystack r2 r2pm radamsa rahash2 rarun2 rasm2 rbspy retrace retsnoop rizin ropper \
        rr-replay scalene scalpel scanmem stap-prep sysprof sysprof-cli tetragon trace trace-bpfcc tracee unblob \
        vgdb visualvm wxHexEditor xspy zzuf", WHY),
    effect("criu dlv frida lldb pyflame radare2", WHY)
        .reads_workdir().input(Input::Program).options(ASKS),
    effect("rr uftrace valgrind", WHY).runs(&[Runs::After("*")])
        .reads_workdir().input(Input::Program).options(ASKS),
];
