//! [`MasterKey`]: the one secret the vault does not keep itself, read from text or from a file.

use std::{
    fmt, fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use alter_auth::{Random, RandomError};
use alter_types::Secret;
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::SealingKey;

/// A key file holds one short line; whatever is longer is something else.
const MAX_FILE_BYTES: u64 = 1_024;

/// The key every other key of the vault is sealed under: 32 random bytes, wiped when dropped, never printed.
///
/// Losing it means losing every stored credential; keep a copy apart from the database.
#[derive(Clone, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

/// Why a master key could not be read or made. Never contains any of the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MasterKeyError {
    /// There is no such file.
    #[error("no master key at {}: create one, or point to the file that holds it", .path.display())]
    Missing {
        /// The file looked for.
        path: PathBuf,
    },
    /// The text is not a key.
    #[error("not a master key: expected 64 hexadecimal digits, or the base64 of 32 bytes")]
    Malformed,
    /// There is a file already, and it is not overwritten.
    #[error("{} exists already; a master key is never overwritten", .path.display())]
    Exists {
        /// The file in the way.
        path: PathBuf,
    },
    /// The file could not be read or written.
    #[error("cannot read or write the master key at {}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The random source failed.
    #[error("the random source failed, so no master key was made")]
    Random(#[from] RandomError),
}

impl MasterKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`RandomError`] if the random source fails.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        let mut key = Self([0; 32]);
        random.fill(&mut key.0)?;
        Ok(key)
    }

    /// Reads 64 hexadecimal digits, or 32 bytes in base64 (either alphabet, padded or not). White space at the ends is
    /// ignored.
    ///
    /// # Errors
    /// [`MasterKeyError::Malformed`] if it is neither.
    pub fn from_text(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim();
        let mut key = Self([0; 32]);
        if text.len() == 64 {
            const_hex::decode_to_slice(text, &mut key.0).map_err(|_| MasterKeyError::Malformed)?;
            return Ok(key);
        }
        let any_padding =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let alphabet = if text.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
        let bytes = GeneralPurpose::new(alphabet, any_padding)
            .decode(text)
            .map(Zeroizing::new)
            .map_err(|_| MasterKeyError::Malformed)?;
        if bytes.len() != key.0.len() {
            return Err(MasterKeyError::Malformed);
        }
        key.0.copy_from_slice(&bytes);
        Ok(key)
    }

    /// The key as 64 hexadecimal digits, for a file or an environment variable.
    #[must_use]
    pub fn to_text(&self) -> Secret {
        Secret::new(const_hex::encode(self.0))
    }

    /// Reads a key file. A file that others may read is used, with a warning in the log.
    ///
    /// # Errors
    /// [`MasterKeyError::Missing`] if there is no file, [`MasterKeyError::Malformed`] if it holds something else,
    /// [`MasterKeyError::Io`] if it cannot be read.
    pub fn load(path: &Path) -> Result<Self, MasterKeyError> {
        let io_error = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => MasterKeyError::Missing { path: path.to_owned() },
            io::ErrorKind::InvalidData => MasterKeyError::Malformed,
            _ => MasterKeyError::Io { path: path.to_owned(), source },
        };
        let file = fs::File::open(path).map_err(io_error)?;
        if readable_by_others(&file.metadata().map_err(io_error)?) {
            tracing::warn!(path = %path.display(), "the master key can be read by other users; run chmod 600 on it");
        }
        let mut text = Zeroizing::new(String::with_capacity(128));
        file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(io_error)?;
        Self::from_text(&text)
    }

    /// Makes a new key and stores it in a new file that only its owner may read, synced to disk.
    ///
    /// # Errors
    /// [`MasterKeyError::Exists`] if there is a file already, [`MasterKeyError::Io`] if it cannot be written,
    /// [`MasterKeyError::Random`] if the random source fails.
    pub fn create(path: &Path, random: &dyn Random) -> Result<Self, MasterKeyError> {
        let key = Self::generate(random)?;
        let io_error = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => MasterKeyError::Exists { path: path.to_owned() },
            _ => MasterKeyError::Io { path: path.to_owned(), source },
        };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(io_error)?;
        let mut line = Zeroizing::new(key.to_text().expose().to_owned());
        line.push('\n');
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(io_error)?;
        sync_directory_of(path).map_err(io_error)?;
        Ok(key)
    }

    pub(crate) fn sealing_key(&self) -> SealingKey {
        SealingKey::new(&self.0)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[cfg(unix)]
fn readable_by_others(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(metadata) & 0o077 != 0
}

#[cfg(not(unix))]
fn readable_by_others(_metadata: &fs::Metadata) -> bool {
    false
}

/// Without this, a power cut could keep the database and lose the key that opens it.
fn sync_directory_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
