//! The keywords of OpenSSH 9.2, as Debian builds it, and what each takes.
//!
//! Takes a keyword and what follows it; gives the value. Refuses a value that ssh refuses, since ssh then reaches no
//! host by that file. Not checked, since they name no host: the names of algorithms, `IPQoS`, `PermitRemoteOpen`, the
//! domains of `Canonical…`, and what is in a `${…}`.

use super::line::{BLANKS, values};
use super::numbers::{is_size, port, seconds};

/// What a keyword takes.
#[derive(Clone, Copy, Debug)]
pub enum ValueForm {
    /// One of these words, in whatever case.
    OneOf(&'static str),
    /// One of these words in this very case, or a time.
    WordOrTime(&'static str),
    Integer,
    Port,
    /// One text.
    Text,
    /// Texts; `none` stands alone.
    Texts,
    /// One text that passes this.
    Checked(fn(&str) -> bool),
    /// The line as it is.
    Command,
    /// Anything: ssh passes it over.
    Anything,
    /// Names of variables, each with a value or none with one.
    Variables {
        assigned: bool,
    },
    /// A place to listen at, and from `least` to `most` targets.
    Forward {
        least: usize,
        most: usize,
    },
    /// A size, and perhaps a time.
    RekeyLimit,
    /// A word or a time; with `confirm` both.
    AddKeysToAgent,
}

const FLAG: ValueForm = ValueForm::OneOf("yes no true false");
const FORMS: &[(ValueForm, &str)] = &[
    (
        FLAG,
        "forwardx11 forwardx11trusted gatewayports exitonforwardfailure passwordauthentication \
         kbdinteractiveauthentication challengeresponseauthentication skeyauthentication tisauthentication \
         hostbasedauthentication gssapiauthentication gssapikeyexchange gssapidelegatecredentials gssapitrustdns \
         gssapirenewalforcesrekey batchmode checkhostip tcpkeepalive keepalive nohostauthenticationforlocalhost \
         clearallforwardings enablesshkeysign identitiesonly hashknownhosts permitlocalcommand visualhostkey \
         stdinnull forkafterauthentication proxyusefdpass canonicalizefallbacklocal streamlocalbindunlink \
         enableescapecommandline",
    ),
    (
        ValueForm::Text,
        "hostname user hostkeyalias identityfile identityfile2 certificatefile xauthlocation \
         kbdinteractivedevices preferredauthentications bindaddress bindinterface pkcs11provider smartcarddevice \
         securitykeyprovider controlpath ignoreunknown revokedhostkeys identityagent forwardagent ciphers macs \
         kexalgorithms hostkeyalgorithms casignaturealgorithms hostbasedacceptedalgorithms hostbasedkeytypes \
         pubkeyacceptedalgorithms pubkeyacceptedkeytypes gssapiclientidentity gssapiserveridentity \
         gssapikexalgorithms",
    ),
    (
        ValueForm::WordOrTime("none"),
        "connecttimeout serveraliveinterval protocolkeepalives setuptimeout forwardx11timeout",
    ),
    (
        ValueForm::Integer,
        "connectionattempts numberofpasswordprompts serveralivecountmax canonicalizemaxdots requiredrsasize",
    ),
    (ValueForm::Port, "port"),
    (
        ValueForm::Command,
        "proxyjump proxycommand localcommand remotecommand knownhostscommand",
    ),
    (
        ValueForm::Texts,
        "userknownhostsfile globalknownhostsfile logverbose canonicaldomains canonicalizepermittedcnames \
         permitremoteopen ipqos",
    ),
    (
        ValueForm::Anything,
        "protocol cipher fallbacktorsh globalknownhostsfile2 userknownhostsfile2 rhostsauthentication useroaming \
         usersh useprivilegedport useblacklistedkeys afstokenpassing kerberosauthentication kerberostgtpassing \
         rsaauthentication rhostsrsaauthentication compressionlevel",
    ),
    (
        ValueForm::OneOf("yes no true false ask"),
        "verifyhostkeydns updatehostkeys",
    ),
    (
        ValueForm::OneOf("yes no true false ask off accept-new"),
        "stricthostkeychecking",
    ),
    (ValueForm::OneOf("yes no"), "compression"),
    (ValueForm::OneOf("inet inet6 any"), "addressfamily"),
    (
        ValueForm::OneOf("yes no true false auto ask autoask"),
        "controlmaster",
    ),
    (
        ValueForm::OneOf("yes no true false ethernet point-to-point"),
        "tunnel",
    ),
    (
        ValueForm::OneOf("yes no true false force auto"),
        "requesttty",
    ),
    (ValueForm::OneOf("none subsystem default"), "sessiontype"),
    (
        ValueForm::OneOf("yes no true false always"),
        "canonicalizehostname",
    ),
    (
        ValueForm::OneOf("yes no true false unbound host-bound"),
        "pubkeyauthentication dsaauthentication",
    ),
    (
        ValueForm::OneOf("quiet fatal error info verbose debug debug1 debug2 debug3"),
        "loglevel",
    ),
    (
        ValueForm::OneOf(
            "daemon user auth authpriv local0 local1 local2 local3 local4 local5 local6 local7",
        ),
        "syslogfacility",
    ),
    (
        ValueForm::OneOf("md5 sha1 sha256 sha384 sha512"),
        "fingerprinthash",
    ),
    (ValueForm::WordOrTime("yes no true false"), "controlpersist"),
    (ValueForm::Checked(is_escape), "escapechar"),
    (ValueForm::Checked(is_device), "tunneldevice"),
    (ValueForm::Checked(is_mask), "streamlocalbindmask"),
    (ValueForm::RekeyLimit, "rekeylimit"),
    (ValueForm::AddKeysToAgent, "addkeystoagent"),
    (ValueForm::Variables { assigned: false }, "sendenv"),
    (ValueForm::Variables { assigned: true }, "setenv"),
    (ValueForm::Forward { least: 1, most: 1 }, "localforward"),
    (ValueForm::Forward { least: 0, most: 1 }, "remoteforward"),
    (ValueForm::Forward { least: 0, most: 0 }, "dynamicforward"),
];

/// What a keyword takes, with the keyword as it stands here; nothing for a word that is none. `keyword` is in lower
/// case.
pub fn form(keyword: &str) -> Option<(ValueForm, &'static str)> {
    let known = |(form, names): &(ValueForm, &'static str)| {
        let name = names.split(' ').find(|name| *name == keyword)?;
        let name = match name {
            "identityfile2" => "identityfile",
            "protocolkeepalives" | "setuptimeout" => "serveraliveinterval",
            other => other,
        };
        Some((*form, name))
    };
    FORMS.iter().find_map(known)
}

/// The value of a keyword that takes this.
///
/// # Errors
/// Why ssh refuses it.
pub fn value(form: ValueForm, rest: &str) -> Result<String, &'static str> {
    let mut values = values(rest)?;
    let (least, most) = match form {
        ValueForm::Command => {
            let rest = rest.trim_start_matches(|c| BLANKS.contains(&c) || c == '=');
            return Ok(rest.to_owned());
        }
        ValueForm::Anything => return Ok(String::new()),
        ValueForm::Texts | ValueForm::Variables { .. } => (0, usize::MAX),
        ValueForm::Forward { least, most } => (1 + least, 1 + most),
        ValueForm::RekeyLimit | ValueForm::AddKeysToAgent => (1, 2),
        ValueForm::OneOf(_)
        | ValueForm::WordOrTime(_)
        | ValueForm::Integer
        | ValueForm::Port
        | ValueForm::Checked(_)
        | ValueForm::Text => (1, 1),
    };
    if values.len() < least || values.iter().any(String::is_empty) {
        return Err("has no value");
    }
    if values.len() > most {
        return Err("has more than one value");
    }
    if !is_sound(form, &values) {
        return Err("has a value that ssh refuses");
    }
    Ok(if values.is_empty() {
        String::new()
    } else {
        values.swap_remove(0)
    })
}

/// Whether ssh takes these values, whose number is right.
fn is_sound(form: ValueForm, values: &[String]) -> bool {
    let first = values.first().map_or("", String::as_str);
    let word = |words: &str| words.split(' ').any(|word| word == first);
    let time = |text: Option<&String>| text.is_none_or(|text| seconds(text).is_some());
    match form {
        ValueForm::OneOf(words) => words
            .split(' ')
            .any(|word| word.eq_ignore_ascii_case(first)),
        ValueForm::WordOrTime(words) => word(words) || seconds(first).is_some(),
        ValueForm::Integer => first
            .trim_start_matches('+')
            .parse::<i32>()
            .is_ok_and(|number| number >= 0),
        ValueForm::Port => port(first).is_some(),
        ValueForm::Checked(passes) => passes(first),
        ValueForm::Texts => {
            values.len() < 2
                || !values
                    .iter()
                    .any(|value| value.eq_ignore_ascii_case("none"))
        }
        ValueForm::Variables { assigned } => {
            values.iter().all(|value| value.contains('=') == assigned)
        }
        ValueForm::Forward { .. } => values
            .iter()
            .enumerate()
            .all(|(at, end)| is_end(end, at > 0)),
        ValueForm::RekeyLimit => {
            let interval = values.get(1).filter(|interval| *interval != "none");
            (first == "default" || is_size(first)) && time(interval)
        }
        ValueForm::AddKeysToAgent => match first.to_ascii_lowercase().as_str() {
            "confirm" => time(values.get(1)),
            "yes" | "no" | "true" | "false" | "ask" => values.len() == 1,
            _ => values.len() == 1 && seconds(first).is_some(),
        },
        ValueForm::Text | ValueForm::Command | ValueForm::Anything => true,
    }
}

/// Whether a forwarding can have this end: a path, or what ends in a port. Where ssh listens, a port is enough.
fn is_end(end: &str, target: bool) -> bool {
    let (host, last) = match end.rsplit_once(':') {
        Some((host, last)) => (!host.is_empty(), last),
        None => (!target, end),
    };
    end.contains(['/', '$']) || host && (last == "0" && !target || port(last).is_some())
}

/// Whether a text is one sign, or `^` and a letter or one of a few other signs.
fn is_escape(text: &str) -> bool {
    let control = |sign: &u8| (64..128).contains(sign);
    match text.as_bytes() {
        [_] => true,
        [b'^', sign] => control(sign),
        _ => text == "none",
    }
}

/// Whether a text is the number of a device here, and perhaps of one there.
fn is_device(text: &str) -> bool {
    let one = |end: &str| end == "any" || end.parse::<u16>().is_ok();
    let ends = text.split_once(':');
    ends.map_or(one(text), |(here, there)| one(here) && one(there))
}

/// Whether a text is a mode in octal digits.
fn is_mask(text: &str) -> bool {
    u32::from_str_radix(text, 8).is_ok_and(|mask| mask <= 0o777)
}
