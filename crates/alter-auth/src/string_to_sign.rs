//! The string to sign in its three generations, streamed into the HMAC without being built (`docs/protocol.md`
//! 4.3). Signer and verifier both come through here.

use ring::hmac;

use crate::{Attribution, SigningKey};

/// Everything a signature covers, in the exact text that travels.
pub(crate) struct Covered<'a> {
    pub(crate) method: &'a str,
    /// Canonical for the six-field forms, as received for the five-field form.
    pub(crate) target: &'a str,
    pub(crate) timestamp: &'a [u8],
    pub(crate) nonce: &'a [u8],
    pub(crate) content_sha256: &'a [u8],
    pub(crate) constraints: Option<&'a str>,
    pub(crate) rule: Option<&'a str>,
}

impl Covered<'_> {
    /// Five fields, as releases up to 0.13 sign.
    pub(crate) fn five_fields(&self, key: &SigningKey) -> hmac::Tag {
        self.begin(key).sign()
    }

    /// Six fields and the rule, as a request without actor headers is signed.
    pub(crate) fn constrained(&self, key: &SigningKey) -> hmac::Tag {
        self.begin_constrained(key).sign()
    }

    /// The same with the actor headers bound. With none set it equals [`constrained`](Self::constrained).
    pub(crate) fn actor_bound(&self, key: &SigningKey, attribution: &Attribution) -> hmac::Tag {
        let mut mac = self.begin_constrained(key);
        let mut bind = |name: &[u8], value: &str| {
            if !value.is_empty() {
                mac.add(name);
                mac.add(value.as_bytes());
            }
        };
        if let Some(caller) = &attribution.caller {
            bind(b"\ncaller:", caller.name());
            bind(b"\ncaller-type:", caller.kind().as_str());
        }
        bind(b"\nactor-id:", attribution.actor_id.as_deref().unwrap_or(""));
        bind(b"\nactor-context:", attribution.context.as_deref().unwrap_or(""));
        mac.sign()
    }

    fn begin(&self, key: &SigningKey) -> Gathered {
        let mut mac = Gathered::new(key);
        mac.add(self.method.as_bytes());
        for field in [self.target.as_bytes(), self.timestamp, self.nonce, self.content_sha256] {
            mac.add(b"\n");
            mac.add(field);
        }
        mac
    }

    fn begin_constrained(&self, key: &SigningKey) -> Gathered {
        let mut mac = self.begin(key);
        mac.add(b"\n");
        mac.add(self.constraints.unwrap_or("").as_bytes());
        if let Some(rule) = self.rule {
            mac.add(b"\nrequest-rule:");
            mac.add(rule.as_bytes());
        }
        mac
    }
}

/// Hands an HMAC its input in large pieces: for it, a dozen small ones cost as much as the hashing itself.
struct Gathered {
    mac: hmac::Context,
    buffer: [u8; Self::ROOM],
    filled: usize,
}

impl Gathered {
    /// Most strings to sign fit.
    const ROOM: usize = 256;

    fn new(key: &SigningKey) -> Self {
        Self { mac: hmac::Context::with_key(&key.0), buffer: [0; Self::ROOM], filled: 0 }
    }

    fn add(&mut self, piece: &[u8]) {
        if piece.len() > Self::ROOM - self.filled {
            self.flush();
        }
        match self.buffer.get_mut(self.filled..self.filled + piece.len()) {
            Some(room) => {
                room.copy_from_slice(piece);
                self.filled += piece.len();
            }
            // Larger than the whole buffer, which is empty now.
            None => self.mac.update(piece),
        }
    }

    fn flush(&mut self) {
        self.mac.update(&self.buffer[..self.filled]);
        self.filled = 0;
    }

    fn sign(mut self) -> hmac::Tag {
        self.flush();
        self.mac.sign()
    }
}
