//! Whether statements of SQL change data and run no program.
//!
//! Takes the text that a client is given; gives yes or no. Deny rules ask, since they care what runs, not what changes.
//! In doubt the answer is no: an escape, a command of the client, code in another language or a setting may name a
//! program.

use crate::language::Language;

/// The first words of the statements that change data and run nothing.
const BEGINS: &str = "\
    alter analyze begin check cluster comment commit create delete drop explain grant insert optimize refresh reindex \
    rename repair replace reset revoke rollback select set show start stop truncate update use vacuum values with";

/// Words that name code, a program, another server or a file of statements.
const BRINGS: &str = "\
    aggregate attach call copy do dumpfile event execute extension function infile install language library load \
    outfile pg_execute_server_program plugin prepare preload procedure program routine server source subscription \
    system trigger udf";

/// Beginnings of the names of functions that run, load or write.
const RUNS: [&str; 11] = [
    "dblink", "edit", "eval", "exec", "load_", "lo_", "sh_", "shell", "sys_", "system", "xp_",
];

/// Whether all statements of a text only read or change data.
pub fn change_data(language: Language, text: &str) -> bool {
    let is_sql = matches!(
        language,
        Language::Psql | Language::Mysql | Language::Sqlite | Language::Clickhouse | Language::Cql
    );
    let plain = !text.contains(['\\', '$', '`']) && !text.contains("--") && !text.contains("/*");
    let bare = outside_quotes(text).to_ascii_lowercase();
    is_sql
        && plain
        && bare
            .split(';')
            .all(|one| one.trim().is_empty() || changes(one))
}

fn changes(statement: &str) -> bool {
    let of_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let mut words = statement
        .split(|sign: char| !of_name(sign))
        .filter(|word| !word.is_empty());
    let begins = words
        .clone()
        .next()
        .is_some_and(|first| statement.trim_start().starts_with(first) && listed(BEGINS, first));
    let brings = |word: &str| {
        let named = word.ends_with("_command")
            || word.ends_with("_library")
            || word.ends_with("_libraries");
        named || listed(BRINGS, word) || RUNS.iter().any(|runs| word.starts_with(runs))
    };
    begins && !words.any(brings)
}

fn listed(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}

/// The text without its quoted parts.
fn outside_quotes(text: &str) -> String {
    let mut quote = None;
    let outside = |sign: &char| match quote {
        Some(open) => {
            if *sign == open {
                quote = None;
            }
            false
        }
        None if ['\'', '"'].contains(sign) => {
            quote = Some(*sign);
            false
        }
        None => true,
    };
    text.chars().filter(outside).collect()
}

#[cfg(test)]
mod tests {
    use super::change_data;
    use crate::language::Language::{Awk, Mysql, Psql, Sqlite};

    #[test]
    fn statements_that_change_data_run_nothing() {
        for (language, text, expected) in [
            (
                Mysql,
                "update users set active = 0 where last_login < '2023-01-01'",
                true,
            ),
            (Mysql, "stop replica; start replica;", true),
            (Mysql, "grant select on shop.* to 'report'@'10.0.0.%'", true),
            (Psql, "create role app login password 'S3cret'", true),
            (Psql, "insert into t values ('program', \"x\")", true),
            (
                Sqlite,
                "delete from sessions where expires < strftime('%s','now')",
                true,
            ),
            (Psql, "copy t to program 'rm x'", false),
            (
                Psql,
                "create function f() returns int as 'x' language c",
                false,
            ),
            (Psql, "alter system set archive_command = 'rm x'", false),
            (
                Psql,
                "alter role a set session_preload_libraries = 'x'",
                false,
            ),
            (Psql, "do 'begin end'", false),
            (Psql, "select 1 \\g |rm x", false),
            (Psql, "select $$x$$", false),
            (Mysql, "system rm x", false),
            (Mysql, "select sys_exec('rm x')", false),
            (Mysql, "create /*! function f soname 'x' */", false),
            (Mysql, "\\! rm x", false),
            (Sqlite, ".shell rm x", false),
            (Sqlite, "select edit('a', 'rm x')", false),
            (Sqlite, "'x' .shell rm x", false),
            (Awk, "update", false),
        ] {
            assert_eq!(change_data(language, text), expected, "{text}");
        }
    }
}
