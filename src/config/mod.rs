//! The hosts and the logins: servers.yml and credentials.yml, the keys and the secrets.
//!
//! Takes the three directories; gives an [`Inventory`], whole or not at all, and every fault of every file at
//! once. `file` reads within bounds, `beneath` within a directory; `names` turns words into types. Key files and secrets are opened only when a
//! connection needs them ([`Keys`], [`Secrets`]).

mod beneath;
mod changeable;
mod credentials;
mod dotenv;
mod environment;
mod file;
mod files;
mod host_settings;
mod hosts;
mod inventory;
mod key_names;
mod keys;
mod mounted;
mod names;
mod paths;
mod secret_name;
mod secrets;
mod settling;
mod stamp;
mod trusted_users;
mod watch;
mod written;

pub use changeable::{Changeable, ChangeablePart, Changer, changeable, changeable_by_others_than};
pub use credentials::{Agent, Credential, Credentials};
#[cfg(fuzzing)]
pub use dotenv::dotenv_value;
pub use environment::Environment;
pub use file::{MAX_FILE_BYTES, Quoting, bytes_of, read, read_lossy};
pub use files::Files;
pub use host_settings::HostSettings;
pub use hosts::{Host, Hosts, WITHOUT_CREDENTIALS, read_hosts};
pub use inventory::{Inventory, LoadedInventory, load, load_from};
pub use key_names::is_shown;
pub use keys::{KeyError, KeyErrorKind, KeyPath, Keys};
pub use mounted::{LEFT_BEHIND, is_in_image, is_left_behind};
pub use names::{Alias, HostName, Tag};
pub use paths::{Flags, Paths};
pub use secret_name::{SecretName, SecretNameError};
pub use secrets::{RUN_SECRETS, SecretError, SecretErrorKind, Secrets};
pub use settling::{Look, MAX_WAIT, PAUSE, Settling, is_written, settled};
pub use stamp::{Stamp, stamp};
pub use trusted_users::IMAGE_USER;
pub use watch::Watch;
pub use written::Written;
