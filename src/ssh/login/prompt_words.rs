//! The words of a prompt for a password, in the languages of PAM and of appliances.
//!
//! Takes: a prompt. Gives: whether it asks for the password of the account, and for nothing else. Refuses, in doubt: a
//! prompt with a word that is not known here may ask for a code, or for a new password.

/// The word for a password: by it Linux-PAM asks in other languages (its catalogues of translations), and others do.
pub(super) const PASSWORD: [&str; 62] = [
    "password",
    "passwort",
    "kennwort",
    "mot de passe",
    "contraseña",
    "contrasenya",
    "contrasinal",
    "contrasigno",
    "senha",
    "palavra-passe",
    "wachtwoord",
    "wagwoord",
    "lösenord",
    "passord",
    "adgangskode",
    "kodeord",
    "lykilorð",
    "salasana",
    "salasõna",
    "hasło",
    "heslo",
    "jelszó",
    "parola",
    "parolă",
    "parole",
    "parool",
    "pasahitza",
    "pasvorto",
    "slaptažodis",
    "пароль",
    "парола",
    "лозинка",
    "geslo",
    "zaporka",
    "lozinka",
    "fjalëkalimi",
    "κωδικός πρόσβασης",
    "συνθηματικό",
    "şifre",
    "şifrə",
    "focal faire",
    "pasfhocal",
    "cyfrinair",
    "sandi",
    "kata sandi",
    "kata laluan",
    "mật khẩu",
    "ססמה",
    "סיסמה",
    "סיסמא",
    "كلمة السر",
    "كلمة المرور",
    "گذرواژه",
    "პაროლი",
    "पासवर्ड",
    "รหัสผ่าน",
    "パスワード",
    "密码",
    "密碼",
    "口令",
    "암호",
    "비밀번호",
];

/// With which words a prompt may begin that asks for a password, in their order.
const ASKING: [&str; 28] = [
    "please ",
    "enter ",
    "type ",
    "your ",
    "the ",
    "bitte ",
    "geben sie ",
    "ihr ",
    "das ",
    "veuillez ",
    "entrez ",
    "entrer ",
    "saisir ",
    "saisissez ",
    "votre ",
    "le ",
    "introduzca ",
    "ingrese ",
    "digite ",
    "inserire ",
    "su ",
    "sua ",
    "la ",
    "voer uw ",
    "zadejte ",
    "введите ",
    "请输入",
    "請輸入",
];

/// With which words such a prompt may end.
const ASKED: [&str; 4] = [" eingeben", " ein", " in", "を入力してください"];

/// What stands between the word for a password and the name of its user.
const OF_USER: [&str; 11] = [
    " for ", " für ", " pour ", " para ", " per ", " pro ", " dla ", " för ", " voor ", " til ",
    " для ",
];

/// Whose password it may be, before the word in English.
const SOURCES: [&str; 19] = [
    "account",
    "active directory",
    "ad",
    "domain",
    "ipa",
    "kerberos",
    "ldap",
    "local",
    "login",
    "network",
    "pam",
    "radius",
    "server",
    "ssh",
    "tacacs",
    "tacacs+",
    "unix",
    "user",
    "windows",
];

/// True for `Password:`, `Password (RADIUS):`, `Password for USER@HOST:`, `USER@HOST's password:`, `Enter your LDAP
/// password:`: PAM, FreeBSD, Kerberos and appliances ask so. False for `New password:` and `One-time password`.
pub(super) fn asks_for_password(prompt: &str) -> bool {
    let prompt = prompt
        .trim()
        .trim_end_matches([':', '：', '>', '?', ' ', '\u{a0}'])
        .to_lowercase();
    let word = match prompt.split_once(" (") {
        Some((word, source)) if source.ends_with(')') => word,
        Some(_) | None => &prompt,
    };
    let word = ASKING.iter().fold(word, |word, asking| {
        word.strip_prefix(asking).unwrap_or(word).trim_start()
    });
    let word = ASKED.iter().fold(word, |word, asked| {
        word.strip_suffix(asked).unwrap_or(word).trim_end()
    });
    let whose = word.strip_suffix(" password");
    PASSWORD.contains(&word)
        || word.starts_with("password for ")
        || PASSWORD.iter().any(|known| is_of_user(word, known))
        || whose.is_some_and(|whose| {
            let is_user = whose.ends_with("'s") || whose.contains('@') && !whose.contains(' ');
            is_user || SOURCES.contains(&whose)
        })
}

/// Whether it is the `known` word for a password and the name of a user. A further word could make it a code's.
fn is_of_user(word: &str, known: &str) -> bool {
    let rest = word.strip_prefix(known).unwrap_or_default();
    let mut names = OF_USER
        .iter()
        .filter_map(|between| rest.strip_prefix(between));
    names.any(|name| !name.contains(' ') && !CODE.iter().any(|code| name.contains(code)))
}

/// What is said, in English, by a host that wants a new password: pam_unix, pam_sss, pam_winbind, FreeBSD, Solaris.
pub(super) const NEW: [&str; 9] = [
    "change your password",
    "change your expired password",
    "changing password for",
    "password has expired",
    "password expired",
    "expired password",
    "new password",
    "current password",
    "(current) unix password",
];
/// What makes a prompt with the word for a password one for a code.
pub(super) const CODE: [&str; 7] = [
    "one-time", "one time", "otp", "code", "token", "einmal", "unique",
];

#[cfg(test)]
mod tests {
    use super::{CODE, asks_for_password};

    /// One for each script and family of languages, each way to begin and to end, and each word for a user's name.
    #[test]
    fn no_kind_of_words_goes_unnoticed() {
        for prompt in [
            "Mật khẩu: ",
            "รหัสผ่าน: ",
            "पासवर्ड: ",
            "პაროლი: ",
            "گذرواژه: ",
            "パスワード：",
            "密碼：",
            "口令：",
            "Пароль: ",
            "Jelszó: ",
            "Şifre: ",
            "Salasana: ",
            "Cyfrinair: ",
            "Kata sandi: ",
            "Pasahitza: ",
            "Fjalëkalimi: ",
            "Slaptažodis: ",
            "Entrez votre mot de passe : ",
            "Ingrese su contraseña: ",
            "Digite sua senha: ",
            "Voer uw wachtwoord in: ",
            "Zadejte heslo: ",
            "Введите пароль: ",
            "请输入密码：",
            "パスワードを入力してください：",
            "Hasło dla ops: ",
            "Lösenord för ops: ",
            "Wachtwoord voor ops: ",
            "Пароль для ops: ",
            "Senha para ops: ",
        ] {
            assert!(asks_for_password(prompt), "{prompt}");
        }
        for code in [
            "one-time", "one time", "otp", "code", "token", "einmal", "unique",
        ] {
            assert!(CODE.contains(&code), "{code}");
            let prompt = format!("Passwort für {code}1: ");
            assert!(!asks_for_password(&prompt), "{prompt}");
        }
    }

    #[test]
    fn a_password_is_known_in_other_languages() {
        for (prompt, expected) in [
            ("Kennwort: ", true),
            ("Κωδικός πρόσβασης: ", true),
            ("סיסמה: ", true),
            ("كلمة المرور: ", true),
            ("비밀번호: ", true),
            ("口令：", true),
            ("Şifre: ", true),
            ("Passwort für ops@web: ", true),
            ("Mot de passe pour ops : ", true),
            ("Пароль для ops: ", true),
            ("Bitte Passwort eingeben: ", true),
            ("Geben Sie Ihr Passwort ein: ", true),
            ("Veuillez saisir votre mot de passe : ", true),
            ("Введите пароль: ", true),
            ("请输入密码：", true),
            ("パスワードを入力してください: ", true),
            ("Password>", true),
            ("Contraseña de un solo uso: ", false),
            ("Contraseña para el token: ", false),
            ("Mot de passe pour token: ", false),
            ("Mot de passe à usage unique : ", false),
            ("Geben Sie das neue Passwort ein: ", false),
            ("Введите новый пароль: ", false),
            ("Введите код: ", false),
            ("动态口令：", false),
            ("请输入新密码：", false),
            ("Κωδικός: ", false),
            ("password:", true),
        ] {
            assert_eq!(asks_for_password(prompt), expected, "{prompt:?}");
        }
    }

    #[test]
    fn only_a_password_is_a_password() {
        for (prompt, expected) in [
            ("Password: ", true),
            ("Password for ops@web: ", true),
            ("ops@web's password:", true),
            ("Password (RADIUS):", true),
            ("Passwort: ", true),
            ("Mot de passe :", true),
            ("Mot de passe\u{a0}: ", true),
            ("密码：", true),
            ("Enter password: ", true),
            ("Please enter your password:", true),
            ("Enter the password for ops: ", true),
            ("LDAP Password: ", true),
            ("TACACS+ password:", true),
            ("ops@web password: ", true),
            ("ops's Password: ", true),
            ("Enter one-time password: ", false),
            ("Enter your new password: ", false),
            ("Please enter your current password: ", false),
            ("Enter PASSCODE: ", false),
            ("Enter old password:", false),
            ("Token for ops@web password: ", false),
            ("Neues Passwort: ", false),
            ("Nouveau mot de passe :", false),
            ("Password (current) for admin (1-3)", true),
            ("", false),
            ("Verification code: ", false),
            ("One-time password (OATH) for `ops': ", false),
            ("New password: ", false),
            ("Current password: ", false),
            ("Password & verification code: ", false),
            ("Passcode or option (1-3): ", false),
            ("Passwords are boring. Continue? ", false),
        ] {
            assert_eq!(asks_for_password(prompt), expected, "{prompt:?}");
        }
    }
}
