//! The keywords of OpenSSH 9.2, as Debian builds it, and what each takes.
//!
//! Takes a keyword and what follows it; gives the value. Refuses a value that ssh refuses, since ssh then reaches no
//! host by that file. Not checked, since they name no host: `GSSAPIKexAlgorithms`, `PermitRemoteOpen`, the pairs of
//! `CanonicalizePermittedCNAMEs`, and what is in a `${…}`.

use super::algorithms::{are_ciphers, are_exchanges, are_keys, are_macs};
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
    /// From `least` to `most` texts that each pass.
    Checked {
        least: usize,
        most: usize,
        passes: fn(&str) -> bool,
    },
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

/// One text that passes this.
const fn one(passes: fn(&str) -> bool) -> ValueForm {
    ValueForm::Checked {
        least: 1,
        most: 1,
        passes,
    }
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
         securitykeyprovider controlpath ignoreunknown revokedhostkeys identityagent forwardagent \
         gssapiclientidentity gssapiserveridentity gssapikexalgorithms",
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
        "userknownhostsfile globalknownhostsfile logverbose canonicalizepermittedcnames permitremoteopen",
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
    (one(is_escape), "escapechar"),
    (one(is_device), "tunneldevice"),
    (one(is_mask), "streamlocalbindmask"),
    (one(are_ciphers), "ciphers"),
    (one(are_macs), "macs"),
    (one(are_exchanges), "kexalgorithms"),
    (
        one(are_keys),
        "hostkeyalgorithms casignaturealgorithms hostbasedacceptedalgorithms hostbasedkeytypes \
         pubkeyacceptedalgorithms pubkeyacceptedkeytypes",
    ),
    (
        ValueForm::Checked {
            least: 1,
            most: 2,
            passes: is_quality,
        },
        "ipqos",
    ),
    (
        ValueForm::Checked {
            least: 0,
            most: usize::MAX,
            passes: is_domain,
        },
        "canonicaldomains",
    ),
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
        ValueForm::Checked { least, most, .. } => (least, most),
        ValueForm::RekeyLimit | ValueForm::AddKeysToAgent => (1, 2),
        ValueForm::OneOf(_)
        | ValueForm::WordOrTime(_)
        | ValueForm::Integer
        | ValueForm::Port
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
        ValueForm::Checked { passes, most, .. } => {
            values.iter().all(|value| passes(value)) && (most <= 2 || is_alone(values))
        }
        ValueForm::Texts => is_alone(values),
        ValueForm::Variables { assigned } => {
            values.iter().all(|value| value.contains('=') == assigned)
        }
        ValueForm::Forward { least, most } => {
            // Where the other side listens, it may choose the port.
            let remote = least < most;
            let mut ends = values.iter().enumerate();
            ends.all(|(at, end)| is_end(end, at > 0, remote && at == 0))
        }
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

/// Whether `none` stands alone, if it stands there at all.
fn is_alone(values: &[String]) -> bool {
    let none = |value: &String| value.eq_ignore_ascii_case("none");
    values.len() < 2 || !values.iter().any(none)
}

/// Whether a forwarding can have this end: a path, or a port with a host before it, which a target must have.
fn is_end(end: &str, is_target: bool, may_be_any: bool) -> bool {
    let (host, last) = match end.rsplit_once(':') {
        Some((host, last)) => (Some(host), last),
        None => (None, end),
    };
    let inner = |host: &str| {
        let bracketed = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        bracketed.is_some() || !host.contains(':')
    };
    let host_is_sound = host.map_or(!is_target, inner);
    let port_is_sound = port(last).is_some() || (last == "0" && may_be_any);
    end.contains('/') || end.contains("${") || host_is_sound && port_is_sound
}

/// Whether a text is a class of traffic.
fn is_quality(text: &str) -> bool {
    let names = "af11 af12 af13 af21 af22 af23 af31 af32 af33 af41 af42 af43 cs0 cs1 cs2 cs3 cs4 cs5 cs6 cs7 ef le \
                 lowdelay throughput reliability none";
    let number = match text.strip_prefix("0x") {
        Some(digits) => u8::from_str_radix(digits, 16),
        None => text.parse(),
    };
    let named = |name: &str| name.eq_ignore_ascii_case(text);
    number.is_ok() || names.split(' ').any(named)
}

/// Whether a text is the end of a host's name.
fn is_domain(text: &str) -> bool {
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let first = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.starts_with(first) && text.chars().all(sound) && !text.contains("..")
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
    let one = |end: &str| end == "any" || end.parse::<u32>().is_ok();
    let ends = text.split_once(':');
    ends.map_or(one(text), |(here, there)| one(here) && one(there))
}

/// Whether a text begins with a mode in octal digits.
fn is_mask(text: &str) -> bool {
    let digits = text.find(|c: char| !c.is_digit(8));
    let (digits, _) = text.split_at(digits.unwrap_or(text.len()));
    u32::from_str_radix(digits, 8).is_ok_and(|mask| mask <= 0o777)
}
