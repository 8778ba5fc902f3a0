//! SSH key pairs by the real ssh-keygen, as text.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The text of a private key file and the line of its public half, `type base64`.
#[derive(Clone, Debug)]
pub struct KeyPair {
    pub private: String,
    pub public: String,
}

/// How a private key is written down.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    OpenSsh,
    Pkcs8,
    /// PKCS#1 for RSA, SEC 1 for ECDSA.
    Pem,
}

impl KeyPair {
    /// A fresh ed25519 key: the default, because it takes no time.
    pub fn ed25519() -> Self {
        Self::generate("ed25519", 0)
    }

    /// A fresh ECDSA key on the curve of 256, 384 or 521 bits.
    pub fn ecdsa(bits: u32) -> Self {
        Self::generate("ecdsa", bits)
    }

    /// The process's one RSA key of this size: RSA keys take a while to generate.
    pub fn rsa(bits: u32) -> Self {
        static LONG: OnceLock<KeyPair> = OnceLock::new();
        static SHORT: OnceLock<KeyPair> = OnceLock::new();
        let made = match bits {
            2048 => &LONG,
            1024 => &SHORT,
            other => panic!("no test needs an RSA key of {other} bits"),
        };
        made.get_or_init(|| Self::generate("rsa", bits)).clone()
    }

    fn generate(kind: &str, bits: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-N", "", "-C", "test", "-t", kind]);
        if bits > 0 {
            keygen.arg("-b").arg(bits.to_string());
        }
        run(keygen.arg("-f").arg(&file));
        Self::read(&file)
    }

    /// The same key in another format, encrypted unless the passphrase is empty.
    pub fn rewritten(&self, format: Format, passphrase: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        write_private(&file, &self.private);
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-p", "-P", "", "-N", passphrase]);
        match format {
            Format::OpenSsh => {}
            Format::Pkcs8 => drop(keygen.args(["-m", "PKCS8"])),
            Format::Pem => drop(keygen.args(["-m", "PEM"])),
        }
        run(keygen.arg("-f").arg(&file));
        fs::read_to_string(&file).unwrap()
    }

    /// The same key, encrypted with a cipher of OpenSSH's.
    pub fn encrypted_with(&self, cipher: &str, passphrase: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        write_private(&file, &self.private);
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-p", "-P", "", "-N", passphrase, "-Z", cipher]);
        run(keygen.arg("-f").arg(&file));
        fs::read_to_string(&file).unwrap()
    }

    /// A certificate of this key by `authority`; `options` are ssh-keygen's, such as `-h` for a
    /// host's, `-n` for its names and `-V` for its time.
    pub fn certified_by(&self, authority: &KeyPair, options: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let (file, key) = (folder.path().join("authority"), folder.path().join("key"));
        write_private(&file, &authority.private);
        fs::write(key.with_extension("pub"), &self.public).unwrap();
        let mut keygen = Command::new("ssh-keygen");
        keygen.arg("-q").arg("-s").arg(&file).args(["-I", "test"]);
        run(keygen.args(options).arg(key.with_extension("pub")));
        fs::read_to_string(folder.path().join("key-cert.pub")).unwrap()
    }

    fn read(file: &Path) -> Self {
        let public = fs::read_to_string(file.with_extension("pub")).unwrap();
        let mut fields = public.split_whitespace();
        Self {
            private: fs::read_to_string(file).unwrap(),
            public: format!("{} {}", fields.next().unwrap(), fields.next().unwrap()),
        }
    }
}

/// A known_hosts file with its names hashed by ssh-keygen.
pub fn hashed(known_hosts: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known_hosts");
    fs::write(&file, known_hosts).unwrap();
    run(Command::new("ssh-keygen").arg("-H").arg("-f").arg(&file));
    fs::read_to_string(&file).unwrap()
}

/// A P-256 key whose number begins with a zero byte: one in 256 does, and ssh-keygen writes it shorter.
pub fn zero_led() -> KeyPair {
    // RFC 5915, without the point, which OpenSSL finds.
    let number = format!("00{}", "a5".repeat(31));
    let der = format!("30310201010420{number}a00a06082a8648ce3d030107");
    let bytes: Vec<u8> = (0..der.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&der[at..at + 2], 16).unwrap())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let (binary, file) = (folder.path().join("der"), folder.path().join("key"));
    fs::write(&binary, bytes).unwrap();
    let pem = openssl(
        &["ec", "-inform", "DER", "-in", binary.to_str().unwrap()],
        "",
    );
    write_private(&file, &pem);
    let mut keygen = Command::new("ssh-keygen");
    run(keygen
        .args(["-q", "-p", "-P", "", "-N", "", "-f"])
        .arg(&file));
    let public = Command::new("ssh-keygen")
        .arg("-y")
        .arg("-f")
        .arg(&file)
        .output()
        .unwrap();
    fs::write(file.with_extension("pub"), public.stdout).unwrap();
    KeyPair::read(&file)
}

/// What `ssh-keygen -p` makes of an encrypted key in a format of others.
pub fn converted(key: &str, passphrase: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    write_private(&file, key);
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-p", "-P", passphrase, "-N", passphrase]);
    run(keygen.arg("-f").arg(&file));
    fs::read_to_string(&file).unwrap()
}

/// What openssl prints, given a key.
pub fn openssl(words: &[&str], key: &str) -> String {
    use std::io::Write;
    let mut openssl = Command::new("openssl");
    openssl
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = openssl
        .spawn()
        .unwrap_or_else(|error| missing(&openssl, &error));
    child
        .stdin
        .take()
        .unwrap()
        .write_all(key.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{openssl:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

/// What puttygen writes of a key in a format that it reads.
pub fn puttygen(key: &str, options: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (file, written) = (folder.path().join("key"), folder.path().join("written"));
    let phrase = folder.path().join("phrase");
    write_private(&file, key);
    write_private(&phrase, "");
    let mut puttygen = Command::new("puttygen");
    puttygen.arg(&file).args(options).arg("-o").arg(&written);
    puttygen.arg("--old-passphrase").arg(&phrase);
    puttygen.arg("--new-passphrase").arg(&phrase);
    run(&mut puttygen);
    fs::read_to_string(&written).unwrap()
}

/// A key that puttygen makes, in OpenSSH's own format.
pub fn puttygen_made(kind: &str, passphrase: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (phrase, written) = (folder.path().join("phrase"), folder.path().join("written"));
    write_private(&phrase, passphrase);
    let mut puttygen = Command::new("puttygen");
    puttygen.args(["-q", "-t", kind, "-O", "private-openssh-new"]);
    if kind == "dsa" {
        puttygen.args(["-b", "1024"]);
    }
    puttygen.arg("--new-passphrase").arg(&phrase);
    run(puttygen.arg("-o").arg(&written));
    fs::read_to_string(&written).unwrap()
}

/// Writes a file only its owner can read, as sshd and ssh-keygen ask for.
pub fn write_private(file: &Path, text: &str) {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    let opened = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file);
    opened.unwrap().write_all(text.as_bytes()).unwrap();
}

fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| missing(command, &error));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn missing<T>(command: &Command, error: &std::io::Error) -> T {
    panic!("{command:?}: {error}; install it: apt-get install openssh-client openssl putty-tools")
}
