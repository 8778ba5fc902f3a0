//! The variables that say how Ansible reaches a host, and their values.
//!
//! Takes the name of a variable and its value as INI or YAML has it; gives what of it counts. Of a variable that holds
//! a password or a key no text is kept. Refuses nothing: a value that is not certain says so.

use mcp_ssh_yaml::Value;

/// What becomes of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// It says how the host is reached.
    Reach,
    /// Its value is a secret.
    Secret,
    /// Which user a command runs as.
    Become,
    /// Which of two groups counts.
    Priority,
}

/// The variables that count. Of two names for one thing the later one counts, for Ansible too.
const VARIABLES: [(&str, VariableKind); 29] = [
    ("ansible_host", VariableKind::Reach),
    ("ansible_ssh_host", VariableKind::Reach),
    ("ansible_port", VariableKind::Reach),
    ("ansible_ssh_port", VariableKind::Reach),
    ("ansible_user", VariableKind::Reach),
    ("ansible_ssh_user", VariableKind::Reach),
    ("ansible_private_key_file", VariableKind::Reach),
    ("ansible_ssh_private_key_file", VariableKind::Reach),
    ("ansible_connection", VariableKind::Reach),
    ("ansible_ssh_args", VariableKind::Reach),
    ("ansible_ssh_common_args", VariableKind::Reach),
    ("ansible_ssh_extra_args", VariableKind::Reach),
    ("ansible_group_priority", VariableKind::Priority),
    ("ansible_become", VariableKind::Become),
    ("ansible_become_user", VariableKind::Become),
    ("ansible_become_method", VariableKind::Become),
    ("ansible_sudo", VariableKind::Become),
    ("ansible_sudo_user", VariableKind::Become),
    ("ansible_password", VariableKind::Secret),
    ("ansible_ssh_pass", VariableKind::Secret),
    ("ansible_ssh_password", VariableKind::Secret),
    ("ansible_private_key", VariableKind::Secret),
    ("ansible_ssh_private_key", VariableKind::Secret),
    ("ansible_private_key_passphrase", VariableKind::Secret),
    ("ansible_ssh_private_key_passphrase", VariableKind::Secret),
    ("ansible_become_pass", VariableKind::Secret),
    ("ansible_become_password", VariableKind::Secret),
    ("ansible_sudo_pass", VariableKind::Secret),
    ("ansible_su_pass", VariableKind::Secret),
];

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariableValue {
    /// A text, or a number as a text.
    Text(String),
    /// `true` or `false`.
    Switch(bool),
    /// None: as if the variable were not there.
    Nothing,
    /// A secret, which is not kept.
    Hidden,
    /// Encrypted by ansible-vault.
    Encrypted,
    /// A Jinja template, which only Ansible can fill in.
    Template,
    /// Something else, or a value that readers of YAML or Python take differently.
    Unclear,
}

/// Whether it counts, and what becomes of it.
pub fn known(name: &str) -> Option<(&'static str, VariableKind)> {
    let mut own = VARIABLES.iter().filter(|(known, _)| *known == name);
    own.next().copied()
}

/// Whether a name assigns a secret: a line of variables stands where a host or a group should.
pub fn assigns_secret(name: &str) -> bool {
    let assigned = name.split_once('=').map(|(variable, _)| variable.trim());
    names_of(VariableKind::Secret).any(|secret| assigned == Some(secret))
}

/// The variables of a kind.
pub fn names_of(kind: VariableKind) -> impl Iterator<Item = &'static str> {
    let own = VARIABLES.iter().filter(move |(_, own)| *own == kind);
    own.map(|(name, _)| *name)
}

impl VariableValue {
    /// The value that a text is.
    pub fn of_text(text: &str) -> Self {
        match text {
            _ if text.trim_start().starts_with("$ANSIBLE_VAULT") => Self::Encrypted,
            _ if ["{{", "{%", "{#"].iter().any(|sign| text.contains(sign)) => Self::Template,
            _ => Self::Text(text.to_owned()),
        }
    }

    /// The value that a node of a YAML or JSON document is.
    pub fn of_node(value: &Value<'_>) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(value) => Self::Switch(*value),
            Value::Integer(value) => Self::Text(value.to_string()),
            Value::Text(text) => Self::of_text(text),
            // As `ansible-inventory` writes what its YAML has tags for.
            Value::Map(entries) => match entries.as_slice() {
                [(key, _)] if key.text == "__ansible_vault" => Self::Encrypted,
                [(key, node)] if key.text == "__ansible_unsafe" => {
                    node.text().map_or(Self::Unclear, Self::of_text)
                }
                _ => Self::Unclear,
            },
            Value::Float(_) | Value::Ambiguous | Value::List(_) => Self::Unclear,
        }
    }

    /// The value in an INI file, which Ansible takes for a literal of Python if it is one.
    pub fn of_literal(written: &str) -> Self {
        let text = written.trim_matches([' ', '\t']);
        let bare = text
            .split('#')
            .next()
            .unwrap_or_default()
            .trim_end_matches([' ', '\t']);
        match bare {
            "True" => return Self::Switch(true),
            "False" => return Self::Switch(false),
            "None" => return Self::Nothing,
            _ => {}
        }
        let digits = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        if digits && (!bare.starts_with('0') || bare == "0") {
            return Self::Text(bare.to_owned());
        }
        let plain = Self::of_text(written);
        if !matches!(plain, Self::Text(_)) {
            return plain;
        }
        match text.chars().next() {
            Some('\'' | '"') => Self::of_quoted(text),
            Some('(' | '[' | '{') => Self::Unclear,
            Some(_) if may_be_number(bare) || may_be_call_or_prefixed(text) => Self::Unclear,
            Some(_) | None => plain,
        }
    }

    /// A text in quotes, of which Python takes them off; where the quotes are not those of one literal, it is not
    /// certain.
    fn of_quoted(text: &str) -> Self {
        let mut characters = text.chars();
        let quote = characters.next().unwrap_or_default();
        let Some((inner, rest)) = characters.as_str().split_once(quote) else {
            // No literal.
            return Self::Text(text.to_owned());
        };
        let rest = rest.trim_start_matches([' ', '\t']);
        if inner.contains('\\') || !(rest.is_empty() || rest.starts_with('#')) {
            return Self::Unclear;
        }
        Self::Text(inner.to_owned())
    }

    /// The text of a value that has one, if it is not empty.
    pub fn filled(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text)
                .filter(|text| !text.is_empty())
                .map(String::as_str),
            Self::Switch(_)
            | Self::Nothing
            | Self::Hidden
            | Self::Encrypted
            | Self::Template
            | Self::Unclear => None,
        }
    }

    /// Why a value cannot be taken over that is no text.
    pub fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Text(_) | Self::Nothing | Self::Hidden => None,
            Self::Encrypted => Some("is encrypted by ansible-vault"),
            Self::Template => Some("is a Jinja template, which only Ansible can fill in"),
            Self::Switch(_) | Self::Unclear => Some("is no plain text: quote it"),
        }
    }
}

/// Whether Python may read a number in a text that is no number in plain digits.
fn may_be_number(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['-', '+', ' ', '.']);
    let signs = |c: char| c.is_ascii_hexdigit() || "xXoObBjJ_.+- ".contains(c);
    let leading_zero = unsigned.len() > 1
        && unsigned.starts_with('0')
        && unsigned.bytes().all(|byte| byte.is_ascii_digit())
        && unsigned.contains(|c: char| c != '0');
    let points = text.matches('.').count();
    let begins = unsigned.starts_with(|c: char| c.is_ascii_digit());
    let dotted = points > 1 && !text.contains(['e', 'E', 'j', 'J', '+', '-']);
    text == "..." || begins && text.chars().all(signs) && !leading_zero && !dotted
}

/// Whether Python may read a literal with a prefix (`b'…'`), or a set.
fn may_be_call_or_prefixed(text: &str) -> bool {
    let letters = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let prefix = text.len() - letters.len();
    (1..=2).contains(&prefix) && letters.starts_with(['\'', '"'])
        || text.starts_with("set") && letters.trim_start().starts_with('(')
        || text.starts_with(['-', '+', '~', '('])
            && letters.trim_start_matches(['-', '+', ' ']).starts_with('(')
}
