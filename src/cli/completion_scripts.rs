//! The scripts that let a shell complete this command line.
//!
//! Takes: nothing. Gives: one script for each shell that is known; each script asks this program
//! (`mcp-ssh completions --words -- WORD…`). Refuses nothing.

/// The shells and their scripts. Each offers files where there is no answer, and runs the program that
/// is on the PATH: a shell completes `./mcp-ssh`, too, and a key press must not start that.
pub const SCRIPTS: [(&str, &str); 3] = [
    (
        "bash",
        r#"_mcp_ssh() {
    local answer
    COMPREPLY=()
    while IFS= read -r answer; do
        COMPREPLY+=("$answer")
    done < <(command mcp-ssh completions --words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _mcp_ssh mcp-ssh"#,
    ),
    (
        "zsh",
        r#"#compdef mcp-ssh
_mcp_ssh() {
    local -a answers
    answers=(${(f)"$(command mcp-ssh completions --words -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    if (( $#answers )); then compadd -a answers; else _files; fi
}
if [ "$funcstack[1]" = _mcp-ssh ]; then _mcp_ssh "$@"; else compdef _mcp_ssh mcp-ssh; fi"#,
    ),
    (
        "fish",
        r#"function __mcp_ssh
    set -l words (commandline -opc) (commandline -ct)
    set -l answers (command mcp-ssh completions --words -- $words[2..-1] 2>/dev/null)
    if set -q answers[1]
        printf '%s\n' $answers
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c mcp-ssh -f -a '(__mcp_ssh)'"#,
    ),
];
