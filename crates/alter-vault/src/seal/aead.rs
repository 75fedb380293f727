//! AES-256-GCM with the ciphertext's place as associated data. Where keys come from is not this file's business.

use std::fmt;

use alter_auth::Random;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// First byte of every sealed value, so that another algorithm can follow without a flag day.
const FORMAT: u8 = 1;

/// What kind of row a sealed value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// The value that shows whether the master key is the right one.
    RootCheck,
    /// The key of the API key hash.
    RootLookupKey,
    /// An application's data key.
    DataKey,
    /// A stored credential.
    Credential,
    /// A call that waits for approval.
    FrozenCall,
    /// The answer to such a call.
    ApprovalResult,
}

impl Table {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::RootCheck => b"root.check",
            Self::RootLookupKey => b"root.lookup_key",
            Self::DataKey => b"data_keys",
            Self::Credential => b"credentials",
            Self::FrozenCall => b"approvals.frozen",
            Self::ApprovalResult => b"approvals.result",
        }
    }
}

/// Where a sealed value lives. It opens there and nowhere else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: Table,
    pub(crate) row: &'a [u8; 16],
    /// The application, or the vault's own id for what belongs to no application.
    pub(crate) owner: &'a [u8; 16],
    pub(crate) version: u32,
}

impl Place<'_> {
    /// The table name is the only part of variable length and ends with a byte no name contains.
    fn associated_data(&self) -> Vec<u8> {
        let name = self.table.name();
        let mut data = Vec::with_capacity(14 + name.len() + 1 + 16 + 16 + 4);
        data.extend_from_slice(b"alter-vault/1 ");
        data.extend_from_slice(name);
        data.push(0);
        data.extend_from_slice(self.row);
        data.extend_from_slice(self.owner);
        data.extend_from_slice(&self.version.to_be_bytes());
        data
    }
}

/// Why something could not be sealed or opened. Says nothing about the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealError {
    #[error("the random source failed")]
    Random,
    #[error("a sealed value does not open: it was changed, moved, or sealed under another key")]
    DoesNotOpen,
    #[error("a sealed value has a format this program does not know")]
    UnknownFormat,
}

/// A key that seals and opens. One key may seal up to 2³² values: nonces are random (NIST SP 800-38D, 8.3).
pub(crate) struct SealingKey(LessSafeKey);

impl SealingKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key).expect("AES-256-GCM takes keys of 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// `format ‖ nonce ‖ ciphertext ‖ tag`.
    pub(crate) fn seal(
        &self,
        random: &dyn Random,
        place: &Place<'_>,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce).map_err(|_| SealError::Random)?;
        let mut body = Zeroizing::new(plaintext.to_vec());
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.associated_data()),
                &mut body,
            )
            .map_err(|_| SealError::UnknownFormat)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len() + tag.as_ref().len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&body);
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    pub(crate) fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (&format, rest) = sealed.split_first().ok_or(SealError::DoesNotOpen)?;
        if format != FORMAT {
            return Err(SealError::UnknownFormat);
        }
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError::DoesNotOpen)?;
        let mut body = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .0
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(place.associated_data()),
                &mut body,
            )
            .map_err(|_| SealError::DoesNotOpen)?
            .len();
        body.truncate(length);
        Ok(body)
    }

    /// Opens a sealed 32-byte key.
    pub(crate) fn open_key(
        &self,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<[u8; 32]>, SealError> {
        let plaintext = self.open(place, sealed)?;
        let key: &[u8; 32] = plaintext.as_slice().try_into().map_err(|_| SealError::UnknownFormat)?;
        Ok(Zeroizing::new(*key))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}
