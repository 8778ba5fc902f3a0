//! The keywords of OpenSSH 9.2, as Debian builds it, and what each takes.
//!
//! Takes a keyword and what follows it; gives the value. Refuses a value that ssh refuses, since ssh then reaches no
//! host by that file. Not checked, since they name no host: the names of algorithms, and what is in a `${…}`.

use super::line::{BLANKS, values};
use super::numbers::{is_size, port, seconds};

/// What a keyword takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
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

const FLAG: Form = Form::OneOf("yes no true false");
const FORMS: &[(Form, &str)] = &[
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
        Form::Text,
        "hostname user hostkeyalias identityfile identityfile2 certificatefile xauthlocation \
         kbdinteractivedevices preferredauthentications bindaddress bindinterface pkcs11provider smartcarddevice \
         securitykeyprovider controlpath ignoreunknown revokedhostkeys identityagent forwardagent ciphers macs \
         kexalgorithms hostkeyalgorithms casignaturealgorithms hostbasedacceptedalgorithms hostbasedkeytypes \
         pubkeyacceptedalgorithms pubkeyacceptedkeytypes gssapiclientidentity gssapiserveridentity \
         gssapikexalgorithms escapechar tunneldevice streamlocalbindmask",
    ),
    (
        Form::WordOrTime("none"),
        "connecttimeout serveraliveinterval protocolkeepalives setuptimeout forwardx11timeout",
    ),
    (
        Form::Integer,
        "connectionattempts numberofpasswordprompts serveralivecountmax canonicalizemaxdots requiredrsasize",
    ),
    (Form::Port, "port"),
    (
        Form::Command,
        "proxyjump proxycommand localcommand remotecommand knownhostscommand",
    ),
    (
        Form::Texts,
        "userknownhostsfile globalknownhostsfile logverbose canonicaldomains canonicalizepermittedcnames \
         permitremoteopen ipqos",
    ),
    (
        Form::Anything,
        "protocol cipher fallbacktorsh globalknownhostsfile2 userknownhostsfile2 rhostsauthentication useroaming \
         usersh useprivilegedport useblacklistedkeys afstokenpassing kerberosauthentication kerberostgtpassing \
         rsaauthentication rhostsrsaauthentication compressionlevel",
    ),
    (
        Form::OneOf("yes no true false ask"),
        "verifyhostkeydns updatehostkeys",
    ),
    (
        Form::OneOf("yes no true false ask off accept-new"),
        "stricthostkeychecking",
    ),
    (Form::OneOf("yes no"), "compression"),
    (Form::OneOf("inet inet6 any"), "addressfamily"),
    (
        Form::OneOf("yes no true false auto ask autoask"),
        "controlmaster",
    ),
    (
        Form::OneOf("yes no true false ethernet point-to-point"),
        "tunnel",
    ),
    (Form::OneOf("yes no true false force auto"), "requesttty"),
    (Form::OneOf("none subsystem default"), "sessiontype"),
    (
        Form::OneOf("yes no true false always"),
        "canonicalizehostname",
    ),
    (
        Form::OneOf("yes no true false unbound host-bound"),
        "pubkeyauthentication dsaauthentication",
    ),
    (
        Form::OneOf("quiet fatal error info verbose debug debug1 debug2 debug3"),
        "loglevel",
    ),
    (
        Form::OneOf(
            "daemon user auth authpriv local0 local1 local2 local3 local4 local5 local6 local7",
        ),
        "syslogfacility",
    ),
    (
        Form::OneOf("md5 sha1 sha256 sha384 sha512"),
        "fingerprinthash",
    ),
    (Form::WordOrTime("yes no true false"), "controlpersist"),
    (Form::RekeyLimit, "rekeylimit"),
    (Form::AddKeysToAgent, "addkeystoagent"),
    (Form::Variables { assigned: false }, "sendenv"),
    (Form::Variables { assigned: true }, "setenv"),
    (Form::Forward { least: 1, most: 1 }, "localforward"),
    (Form::Forward { least: 0, most: 1 }, "remoteforward"),
    (Form::Forward { least: 0, most: 0 }, "dynamicforward"),
];

/// What a keyword takes, with the keyword as it stands here; nothing for a word that is none. `keyword` is in lower
/// case.
pub fn form(keyword: &str) -> Option<(Form, &'static str)> {
    let known = |(form, names): &(Form, &'static str)| {
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
pub fn value(form: Form, rest: &str) -> Result<String, &'static str> {
    let mut values = values(rest)?;
    let (least, most) = match form {
        Form::Command => {
            let rest = rest.trim_start_matches(|c| BLANKS.contains(&c) || c == '=');
            return Ok(rest.to_owned());
        }
        Form::Anything => return Ok(String::new()),
        Form::Texts | Form::Variables { .. } => (0, usize::MAX),
        Form::Forward { least, most } => (1 + least, 1 + most),
        Form::RekeyLimit | Form::AddKeysToAgent => (1, 2),
        Form::OneOf(_) | Form::WordOrTime(_) | Form::Integer | Form::Port | Form::Text => (1, 1),
    };
    if values.len() < least || values.iter().any(String::is_empty) && form != SETENV {
        return Err("has no value");
    }
    if values.len() > most {
        return Err("has more than one value");
    }
    let first = values.first().map_or("", String::as_str);
    let word = |words: &str| words.split(' ').any(|word| word == first);
    let time = |text: Option<&String>| text.is_none_or(|text| seconds(text).is_some());
    let sound = match form {
        Form::OneOf(words) => words
            .split(' ')
            .any(|word| word.eq_ignore_ascii_case(first)),
        Form::WordOrTime(words) => word(words) || seconds(first).is_some(),
        Form::Integer => first
            .trim_start_matches('+')
            .parse::<i32>()
            .is_ok_and(|number| number >= 0),
        Form::Port => port(first).is_some(),
        Form::Texts => {
            values.len() < 2
                || !values
                    .iter()
                    .any(|value| value.eq_ignore_ascii_case("none"))
        }
        Form::Variables { assigned } => values.iter().all(|value| value.contains('=') == assigned),
        Form::Forward { .. } => values
            .iter()
            .enumerate()
            .all(|(at, end)| is_end(end, at > 0)),
        Form::RekeyLimit => {
            let interval = values.get(1).filter(|interval| *interval != "none");
            (first == "default" || is_size(first)) && time(interval)
        }
        Form::AddKeysToAgent => match first.to_ascii_lowercase().as_str() {
            "confirm" => time(values.get(1)),
            "yes" | "no" | "true" | "false" | "ask" => values.len() == 1,
            _ => values.len() == 1 && seconds(first).is_some(),
        },
        Form::Text | Form::Command | Form::Anything => true,
    };
    if !sound {
        return Err("has a value that ssh refuses");
    }
    Ok(if values.is_empty() {
        String::new()
    } else {
        values.swap_remove(0)
    })
}

/// An empty word has no `=` and is refused for that.
const SETENV: Form = Form::Variables { assigned: true };

/// Whether a forwarding can have this end: a path, or what ends in a port. Where ssh listens, a port is enough.
fn is_end(end: &str, target: bool) -> bool {
    let (host, last) = match end.rsplit_once(':') {
        Some((host, last)) => (!host.is_empty(), last),
        None => (!target, end),
    };
    end.contains(['/', '$']) || host && (last == "0" && !target || port(last).is_some())
}
