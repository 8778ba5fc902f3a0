//! Programs that do what a file of the working directory says.
//!
//! Started by sudo, a command begins in the directory of the login, which the login writes. Takes the words of a command.
//! Gives why such a program then runs what the login says; `None` for others, and where an option spells another directory
//! or file, which is not open to logins.

use crate::path::is_open_to_logins;

/// A program that reads its working directory, and runs what it finds there.
struct WorkdirProgram {
    /// Its names, separated by blanks; `docker compose` is one by its subcommand.
    names: &'static [&'static str],
    /// The options that name another directory, or the file in place of that one.
    options: &'static str,
    /// The first operands with which it does not.
    spared: &'static str,
    /// What it does there.
    why: &'static str,
}

#[rustfmt::skip]
const PROGRAMS: [WorkdirProgram; 17] = [
    program(&["git"], "-C --git-dir", "clone init version help", "runs what the configuration of a repository names (core.fsmonitor)"),
    program(&["make", "gmake"], "-C --directory -f --file --makefile", "", "runs the commands of a Makefile"),
    program(&["ninja", "samu"], "-C -f", "", "runs the commands of build.ninja"),
    program(&["meson"], "-C", "", "runs the commands of meson.build"),
    program(&["npm", "npx"], "--prefix -C", "", "runs the scripts of package.json"),
    program(&["yarn", "yarnpkg"], "--cwd", "", "runs the scripts of package.json, and the yarn of .yarnrc.yml"),
    program(&["pnpm"], "-C --dir", "", "runs the scripts of package.json"),
    program(&["composer"], "-d --working-dir", "", "runs the scripts of composer.json"),
    program(&["bundle", "bundler", "rake"], "--gemfile -f --rakefile", "", "runs its Gemfile or Rakefile, which are Ruby"),
    program(&["cargo"], "-C --manifest-path", "", "runs build scripts, and the programs of .cargo/config.toml"),
    program(&["gradle", "gradlew"], "-p --project-dir", "", "runs the build script"),
    program(&["mvn", "mvnw"], "-f --file", "", "runs the plugins of pom.xml"),
    program(&["docker compose", "docker-compose"], "-f --file --project-directory", "", "starts the containers of compose.yml, with any mount"),
    program(&["vagrant"], "", "", "runs a Vagrantfile, which is Ruby"),
    program(&["terraform", "tofu"], "-chdir", "", "runs the provisioners of its files"),
    program(&["ansible-playbook", "ansible"], "", "", "loads the plugins that ansible.cfg names"),
    program(&["tox", "pytest", "py.test"], "-c --conf --root --rootdir", "", "runs tests and their conftest.py"),
];

/// Words after which alone a program only says what it is.
const ASKS: [&str; 5] = ["--version", "--help", "-V", "version", "help"];

const fn program(
    names: &'static [&'static str],
    options: &'static str,
    spared: &'static str,
    why: &'static str,
) -> WorkdirProgram {
    WorkdirProgram {
        names,
        options,
        spared,
        why,
    }
}

/// The name of the program, and what it does by the working directory, where no option spells another.
pub fn by_working_directory(words: &[&str]) -> Option<(&'static str, &'static str)> {
    let (first, arguments) = words.split_first()?;
    let own = first.rsplit('/').next()?;
    let operand = arguments.iter().find(|word| !word.starts_with('-'));
    let composed = operand.filter(|word| own == "docker" && **word == "compose");
    let called = composed.map_or(own, |_| "docker compose");
    let found = |known: &WorkdirProgram| known.names.iter().find(|name| **name == called).copied();
    let (known, name) = PROGRAMS
        .iter()
        .find_map(|known| Some((known, found(known)?)))?;
    let is_spared =
        operand.is_some_and(|word| known.spared.split(' ').any(|spared| spared == *word));
    let asks = matches!(arguments, [only] if ASKS.contains(only));
    let mut places = places(known.options, arguments).peekable();
    let is_elsewhere = places.peek().is_some()
        && places.all(|place| place.starts_with('/') && !is_open_to_logins(place));
    (!is_spared && !asks && !is_elsewhere).then_some((name, known.why))
}

/// The values of these options: in the next word, behind `=`, or, of one letter, in the same word.
fn places<'w>(options: &'static str, words: &'w [&'w str]) -> impl Iterator<Item = &'w str> {
    let value = move |index: usize, option: &str| {
        let word = words.get(index)?;
        let rest = word.strip_prefix(option)?;
        match rest.strip_prefix('=') {
            Some(value) => Some(value),
            None if rest.is_empty() => words.get(index + 1).copied(),
            None => (option.len() == 2).then_some(rest),
        }
    };
    let options = options.split_ascii_whitespace();
    let of_word = move |index: usize| {
        let mut options = options.clone();
        options.find_map(|option| value(index, option))
    };
    (0..words.len()).filter_map(of_word)
}

#[cfg(test)]
mod tests {
    use super::by_working_directory;

    #[test]
    fn a_program_of_the_working_directory_is_told_unless_another_is_spelled() {
        for (line, name) in [
            ("git status", "git"),
            ("/usr/bin/git log -1", "git"),
            ("git -C /home/me/app status", "git"),
            ("git -C /opt/app status", ""),
            ("git --git-dir=/opt/app/.git log", ""),
            ("git clone https://host/x", ""),
            ("git --version", ""),
            ("make install", "make"),
            ("make -C app install", "make"),
            ("make -C/opt/app install", ""),
            ("make --directory=/opt/app", ""),
            ("make -f /opt/app/Makefile -C /tmp/x", "make"),
            ("npm run build", "npm"),
            ("npm --prefix /opt/app ci", ""),
            ("docker compose up -d", "docker compose"),
            ("docker compose -f /opt/x/compose.yml up", ""),
            ("docker ps", ""),
            ("docker-compose up", "docker-compose"),
            ("terraform -chdir=/opt/x apply", ""),
            ("ansible-playbook /opt/x.yml", "ansible-playbook"),
            ("systemctl status git", ""),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let told = by_working_directory(&words).map_or("", |(name, _)| name);
            assert_eq!(told, name, "{line}");
        }
    }
}
