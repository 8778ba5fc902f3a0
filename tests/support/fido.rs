//! FIDO keys without a token: an SSH agent of our own that signs as a token does (OpenSSH's PROTOCOL.u2f).
//!
//! Real sshd verifies what it signs. Like ssh-agent it answers nobody while it waits for a touch.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use base64ct::{Base64, Encoding};
use russh::keys::signature::Signer;
use russh::keys::{Certificate, PrivateKey, PublicKey};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::keys::KeyPair;

pub const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
const APPLICATION: &[u8] = b"ssh:";
/// That the key was touched.
pub const USER_PRESENT: u8 = 1;

/// A key as a token holds it.
#[derive(Clone)]
pub struct FidoKey {
    /// The line of its public half, `type base64`.
    pub public: String,
    kind: &'static str,
    holder: PrivateKey,
}

impl FidoKey {
    pub fn ed25519() -> Self {
        Self::over(&KeyPair::ed25519(), "sk-ssh-ed25519@openssh.com")
    }

    pub fn ecdsa() -> Self {
        // russh cannot read one in 256, whose number begins with a zero byte.
        let readable = |key: &KeyPair| PrivateKey::from_openssh(&key.private).is_ok();
        let mut keys = std::iter::repeat_with(|| KeyPair::ecdsa(256));
        let inner = keys.find(readable).unwrap();
        Self::over(&inner, "sk-ecdsa-sha2-nistp256@openssh.com")
    }

    fn over(inner: &KeyPair, kind: &'static str) -> Self {
        let holder = PrivateKey::from_openssh(&inner.private).unwrap();
        let mut key = Self {
            public: String::new(),
            kind,
            holder,
        };
        key.public = format!("{kind} {}", Base64::encode_string(&key.blob()));
        key
    }

    /// The pair as others take it; there is no private half.
    pub fn pair(&self) -> KeyPair {
        KeyPair {
            private: String::new(),
            public: self.public.clone(),
        }
    }

    /// What stands behind the type in the public half of the key inside.
    fn numbers(&self) -> Vec<u8> {
        let inner = self.holder.public_key().to_bytes().unwrap();
        let length = u32::from_be_bytes(inner[..4].try_into().unwrap()) as usize;
        inner[4 + length..].to_vec()
    }

    fn blob(&self) -> Vec<u8> {
        let kind = string(self.kind.as_bytes());
        [kind, self.numbers(), string(APPLICATION)].concat()
    }

    /// The signature of the token, after a touch if `flags` say so.
    fn sign(&self, data: &[u8], flags: u8, counter: u32) -> Vec<u8> {
        let state = [&[flags][..], &counter.to_be_bytes()].concat();
        let (application, message) = (Sha256::digest(APPLICATION), Sha256::digest(data));
        let signed = [&application[..], &state, &message[..]].concat();
        let signature = self.holder.try_sign(&signed).unwrap();
        let kind = string(self.kind.as_bytes());
        [kind, string(signature.as_bytes()), state].concat()
    }

    /// The file that ssh-keygen leaves beside the public half: a handle for the token, and no key.
    pub fn file(&self) -> String {
        let head = [
            b"openssh-key-v1\0".to_vec(),
            string(b"none"),
            string(b"none"),
            string(b""),
            vec![0, 0, 0, 1],
            string(&self.blob()),
        ];
        let kind = string(self.kind.as_bytes());
        let handle = [&[USER_PRESENT][..], &string(&[7; 64]), &string(b"")].concat();
        let check = vec![9; 8];
        let parts = [check, kind, self.numbers(), string(APPLICATION), handle];
        let mut section = [parts.concat(), string(b"test")].concat();
        section.extend((1..).take(section.len().next_multiple_of(8) - section.len()));
        let text = Base64::encode_string(&[head.concat(), string(&section)].concat());
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(70)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        let lines = lines.join("\n");
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}\n-----END OPENSSH PRIVATE KEY-----\n")
    }
}

/// What comes of a touch that is wanted.
enum Touch {
    AtOnce,
    Refused,
    Awaited(Receiver<()>),
}

/// What all connections with an agent share. The lock is held while a touch is awaited.
struct Token {
    keys: Vec<(Vec<u8>, FidoKey)>,
    touch: Touch,
}

/// An agent with FIDO keys.
pub struct FidoAgent {
    folder: TempDir,
    token: Arc<Mutex<Token>>,
    flags: Arc<AtomicU8>,
}

impl FidoAgent {
    /// One whose keys are touched at once.
    pub fn start() -> Self {
        Self::with(Touch::AtOnce)
    }

    /// One whose keys nobody touches, which the token tells.
    pub fn untouched() -> Self {
        Self::with(Touch::Refused)
    }

    /// One whose keys are touched once for each word that is sent.
    pub fn awaiting() -> (Self, Sender<()>) {
        let (touch, touched) = channel();
        (Self::with(Touch::Awaited(touched)), touch)
    }

    fn with(touch: Touch) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        let keys = Vec::new();
        let token = Arc::new(Mutex::new(Token { keys, touch }));
        let flags = Arc::new(AtomicU8::new(USER_PRESENT));
        let (shared, shared_flags) = (Arc::clone(&token), Arc::clone(&flags));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (token, flags) = (Arc::clone(&shared), Arc::clone(&shared_flags));
                std::thread::spawn(move || serve(stream.unwrap(), &token, &flags));
            }
        });
        Self {
            folder,
            token,
            flags,
        }
    }

    /// Where it listens, for SSH_AUTH_SOCK.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// Holds a key.
    pub fn add(&self, key: &FidoKey) {
        let blob = PublicKey::from_openssh(&key.public).unwrap();
        self.hold(blob.to_bytes().unwrap(), key);
    }

    /// Holds a key for its certificate alone, as agents do that get both at once.
    pub fn add_certificate(&self, key: &FidoKey, certificate: &str) {
        let certificate = Certificate::from_openssh(certificate).unwrap();
        self.hold(certificate.to_bytes().unwrap(), key);
    }

    /// Signs with another key than the one that it is asked for.
    pub fn pretend(&self, listed: &FidoKey, held: &FidoKey) {
        let blob = PublicKey::from_openssh(&listed.public).unwrap();
        self.hold(blob.to_bytes().unwrap(), held);
    }

    fn hold(&self, blob: Vec<u8>, key: &FidoKey) {
        self.token.lock().unwrap().keys.push((blob, key.clone()));
    }

    /// What its signatures say of the touch, from now on.
    pub fn say(&self, flags: u8) {
        self.flags.store(flags, Ordering::SeqCst);
    }
}

fn serve(mut stream: UnixStream, token: &Mutex<Token>, flags: &AtomicU8) {
    static COUNTER: AtomicU32 = AtomicU32::new(1);
    let mut length = [0; 4];
    while stream.read_exact(&mut length).is_ok() {
        let mut request = vec![0; u32::from_be_bytes(length) as usize];
        stream.read_exact(&mut request).unwrap();
        let token = token.lock().unwrap();
        let answer = match request.split_first() {
            Some((&REQUEST_IDENTITIES, _)) => listed(&token),
            Some((&SIGN_REQUEST, rest)) => {
                let count = COUNTER.fetch_add(1, Ordering::SeqCst);
                signed(&token, rest, flags.load(Ordering::SeqCst), count)
            }
            _ => vec![FAILURE],
        };
        // The client may have had enough.
        let _gone = stream.write_all(&string(&answer));
    }
}

fn listed(token: &Token) -> Vec<u8> {
    let count = u32::try_from(token.keys.len()).unwrap().to_be_bytes();
    let keys = token.keys.iter();
    let keys = keys.map(|(blob, _)| [string(blob), string(b"test")].concat());
    [
        vec![IDENTITIES_ANSWER],
        count.to_vec(),
        keys.collect::<Vec<_>>().concat(),
    ]
    .concat()
}

fn signed(token: &Token, mut request: &[u8], flags: u8, counter: u32) -> Vec<u8> {
    let (wanted, data) = (taken(&mut request), taken(&mut request));
    let Some((_, key)) = token.keys.iter().find(|(blob, _)| *blob == wanted) else {
        return vec![FAILURE];
    };
    match &token.touch {
        Touch::AtOnce => {}
        Touch::Refused => return vec![FAILURE],
        Touch::Awaited(touched) => {
            if touched.recv().is_err() {
                return vec![FAILURE];
            }
        }
    }
    let signature = key.sign(&data, flags, counter);
    [vec![SIGN_RESPONSE], string(&signature)].concat()
}

fn taken(bytes: &mut &[u8]) -> Vec<u8> {
    let (length, rest) = bytes.split_at(4);
    let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
    let (string, rest) = rest.split_at(length);
    *bytes = rest;
    string.to_vec()
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap();
    [&length.to_be_bytes(), bytes].concat()
}
