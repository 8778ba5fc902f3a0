//! The settings of a host in servers.yml: one table, a row for each key.
//!
//! Takes: the mapping of a host, or of `defaults`. Gives: [`HostSettings`]. Refuses, as faults with a place: a value
//! of a wrong type or out of its bounds, an invalid name, an entry that credentials.yml does not have.
//!
//! A new key is a field of [`HostSettings`] with its default, and a row of [`KEYS`].

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::sync::LazyLock;
use std::time::Duration;

use super::names::{Alias, HostName, Tag};
use mcp_ssh_yaml::Fields;
use mcp_ssh_yaml::diagnostic::{Span, nearest};

/// The settings of a host, beside its alias and its address.
#[derive(Clone, Debug)]
pub struct HostSettings {
    /// The SSH port.
    pub port: u16,
    /// The entry of credentials.yml that the login uses.
    pub credentials: Option<Rc<str>>,
    /// The tags by which rules and tag runs select the host, in the order of the file.
    pub tags: Vec<Tag>,
    /// Free text for people and assistants.
    pub description: String,
    /// The jump host through which the host is reached.
    pub jump: Option<Alias>,
    /// The name to look up in known_hosts instead of the host's name.
    pub host_key_alias: Option<Alias>,
    /// How long connecting may take, name lookup and authentication included.
    pub connect_timeout: Duration,
    /// The time between keepalive messages; `None` when they are off.
    pub keepalive: Option<Duration>,
    /// How long a connection that nobody uses stays open.
    pub idle_timeout: Duration,
}

impl Default for HostSettings {
    fn default() -> Self {
        Self {
            port: 22,
            credentials: None,
            tags: Vec::new(),
            description: String::new(),
            jump: None,
            host_key_alias: None,
            connect_timeout: Duration::from_secs(15),
            keepalive: Some(Duration::from_secs(15)),
            idle_timeout: Duration::from_secs(60),
        }
    }
}

/// The keys, in the order in which an error lists them. If its key is absent, a row leaves the setting as
/// `defaults` has it, or as [`HostSettings::default`] has it.
const KEYS: [KeyRow; 11] = [
    KeyRow::of_host("alias", |said, draft| {
        draft.alias = said.required("alias", Alias::parse);
    }),
    KeyRow::of_host("host", |said, draft| {
        draft.address = said.required("host", HostName::parse);
    }),
    KeyRow::of_any("port", |said, draft| {
        let port = said.fields.integer_in("port", 1..=65_535);
        set(
            &mut draft.settings.port,
            port.and_then(|port| u16::try_from(port).ok()),
        );
    }),
    KeyRow::of_any("credentials", |said, draft| {
        if let Some(name) = said.credentials() {
            draft.settings.credentials = Some(name);
        }
    }),
    KeyRow::of_host("tags", |said, draft| {
        let tags = said.fields.texts("tags").into_iter();
        let checked = |(text, span)| said.checked(text, span, "tag", Tag::parse);
        draft.settings.tags = tags.filter_map(checked).collect();
    }),
    KeyRow::of_host("description", |said, draft| {
        let text = said.fields.label("description");
        set(
            &mut draft.settings.description,
            text.map(|(text, _)| text.to_owned()),
        );
    }),
    KeyRow::of_any("jump", |said, draft| {
        if said.fields.is_written("jump") {
            draft.settings.jump = said.alias("jump");
        } else if draft.settings.jump == draft.alias {
            // The default jump host cannot be reached through itself, so it is reached directly.
            draft.settings.jump = None;
        }
    }),
    KeyRow::of_host("host_key_alias", |said, draft| {
        draft.settings.host_key_alias = said.alias("host_key_alias");
    }),
    KeyRow::of_any("connect_timeout", |said, draft| {
        set(
            &mut draft.settings.connect_timeout,
            said.seconds("connect_timeout", 1..=600),
        );
    }),
    KeyRow::of_any("keepalive", |said, draft| {
        let interval = said.seconds("keepalive", 0..=3600);
        let unless_off = |interval: Duration| (!interval.is_zero()).then_some(interval);
        set(&mut draft.settings.keepalive, interval.map(unless_off));
    }),
    KeyRow::of_any("idle_timeout", |said, draft| {
        set(
            &mut draft.settings.idle_timeout,
            said.seconds("idle_timeout", 1..=86_400),
        );
    }),
];

/// The keys that a host may have.
pub(super) static HOST_KEYS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| KEYS.iter().map(|row| row.name).collect());
/// The keys that `defaults` may have.
pub(super) static DEFAULT_KEYS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let rows = KEYS.iter().filter(|row| row.scope == KeyScope::Any);
    rows.map(|row| row.name).collect()
});

/// A key: where it may stand, and the function that reads its value.
struct KeyRow {
    name: &'static str,
    scope: KeyScope,
    read: fn(&HostMapping<'_, '_>, &mut HostDraft),
}

/// Where a key may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyScope {
    /// Only in a host: the key says which host this is.
    Host,
    /// In a host and in `defaults`.
    Any,
}

impl KeyRow {
    const fn of_host(name: &'static str, read: fn(&HostMapping<'_, '_>, &mut HostDraft)) -> Self {
        let scope = KeyScope::Host;
        Self { name, scope, read }
    }

    const fn of_any(name: &'static str, read: fn(&HostMapping<'_, '_>, &mut HostDraft)) -> Self {
        let scope = KeyScope::Any;
        Self { name, scope, read }
    }
}

/// The parts of a host that have been read.
#[derive(Default)]
pub(super) struct HostDraft {
    pub(super) alias: Option<Alias>,
    pub(super) address: Option<HostName>,
    pub(super) settings: HostSettings,
}

/// The entries of credentials.yml, to which hosts may refer.
pub(super) struct Declared<'c> {
    /// The name of the file, for faults.
    pub(super) path: &'c str,
    /// The names of the entries.
    pub(super) names: &'c HashSet<Rc<str>>,
}

/// Reads `defaults`.
pub(super) fn defaults(fields: Fields<'_, '_>, declared: Option<&Declared<'_>>) -> HostSettings {
    let mut draft = HostDraft::default();
    let said = HostMapping { fields, declared };
    for row in KEYS.iter().filter(|row| row.scope == KeyScope::Any) {
        (row.read)(&said, &mut draft);
    }
    draft.settings
}

/// Reads a host; it has the settings of `defaults` for the keys that it leaves out.
pub(super) fn host(
    fields: Fields<'_, '_>,
    defaults: &HostSettings,
    declared: Option<&Declared<'_>>,
) -> HostDraft {
    let mut draft = HostDraft {
        settings: defaults.clone(),
        ..HostDraft::default()
    };
    let said = HostMapping { fields, declared };
    for row in &KEYS {
        (row.read)(&said, &mut draft);
    }
    draft
}

/// How to mend an unknown name: the known name that was probably meant, or `otherwise`. The answer does not depend
/// on the order of `known`.
pub(super) fn mend(name: &str, mut known: Vec<&str>, otherwise: &str) -> String {
    known.sort_unstable();
    match nearest(name, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise.to_owned(),
    }
}

fn set<T>(setting: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *setting = said;
    }
}

/// A mapping, and the entries to which its values may refer.
struct HostMapping<'n, 'f> {
    fields: Fields<'n, 'f>,
    declared: Option<&'f Declared<'f>>,
}

impl<'n> HostMapping<'n, '_> {
    fn required<T>(&self, key: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.fields.required(key)?;
        let (text, span) = self.fields.text(key)?;
        self.checked(text, span, key, parse)
    }

    fn alias(&self, key: &str) -> Option<Alias> {
        let (text, span) = self.fields.filled(key)?;
        self.checked(text, span, &format!("`{key}`"), Alias::parse)
    }

    fn seconds(&self, key: &str, bounds: RangeInclusive<i64>) -> Option<Duration> {
        let seconds = self.fields.integer_in(key, bounds)?;
        u64::try_from(seconds).ok().map(Duration::from_secs)
    }

    fn credentials(&self) -> Option<Rc<str>> {
        let (name, span) = self.fields.filled("credentials")?;
        let Some(declared) = self.declared else {
            return Some(name.into());
        };
        if let Some(shared) = declared.names.get(name) {
            return Some(Rc::clone(shared));
        }
        self.fields.faults().error_with(span, || {
            let known: Vec<&str> = declared.names.iter().map(Rc::as_ref).collect();
            let mend = mend(name, known, "add it there, or name one of its entries");
            format!("`{}` has no entry `{name}`: {mend}", declared.path)
        });
        Some(name.into())
    }

    fn checked<T>(
        &self,
        text: &'n str,
        span: Span,
        what: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let refuse = |fault| {
            let faults = self.fields.faults();
            faults.error(span, format!("{what} {fault}"));
        };
        parse(text).map_err(refuse).ok()
    }
}
