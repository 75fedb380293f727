//! The hash chain: every row's hash covers the row and the hash before it, so a changed, removed or inserted row
//! shows. Anyone with the table can recompute it:
//!
//! ```text
//! hash(row) = SHA-256( "alter-vault audit row 1\n" ‖ hash(previous row) ‖ cell ‖ cell ‖ … )
//!
//! cell = 0x00                                      NULL
//!      | 0x01 ‖ value, 8 bytes, two's complement   integer
//!      | 0x02 ‖ length, 4 bytes ‖ UTF-8            text
//!      | 0x03 ‖ length, 4 bytes ‖ bytes            blob
//! ```
//!
//! Numbers are big-endian, cells are the columns of the table from `seq` to `report` in that order, and the first
//! row follows a hash of 32 zero bytes. What the chain alone cannot show is a trail cut off at its end.

use std::fmt;

use ring::digest::{Context, SHA256};
use serde::{Serialize, Serializer};

use super::Cell;

const DOMAIN: &[u8] = b"alter-vault audit row 1\n";

/// SHA-256 of an audit row. Prints as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash(pub(crate) [u8; 32]);

impl ChainHash {
    /// What the first row follows.
    pub(crate) const GENESIS: Self = Self([0; 32]);

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&const_hex::encode(self.0))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHash({self})")
    }
}

impl Serialize for ChainHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What walking the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainReport {
    /// How many rows were found whole, counted from the first.
    pub verified_rows: u64,
    /// The hash of the last of them.
    pub head: ChainHash,
    /// The first row that does not fit, if any.
    pub broken: Option<BrokenLink>,
}

/// A row that does not fit the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokenLink {
    /// The row's number.
    pub seq: i64,
    /// What is wrong with it, as a sentence.
    pub problem: &'static str,
}

/// Hashes a row.
pub(crate) fn hash<'a>(previous: &ChainHash, cells: impl IntoIterator<Item = Cell<'a>>) -> ChainHash {
    // Gathered first: many small updates of the hash cost more than one copy.
    let mut encoded = Vec::with_capacity(768);
    encoded.extend_from_slice(DOMAIN);
    encoded.extend_from_slice(&previous.0);
    for cell in cells {
        encode(cell, &mut encoded);
    }
    let mut context = Context::new(&SHA256);
    context.update(&encoded);
    ChainHash(context.finish().as_ref().try_into().expect("SHA-256 gives 32 bytes"))
}

fn encode(cell: Cell<'_>, out: &mut Vec<u8>) {
    let mut variable = |kind: u8, bytes: &[u8]| {
        out.push(kind);
        let length = u32::try_from(bytes.len()).expect("columns are bounded far below 4 GiB");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(bytes);
    };
    match cell {
        Cell::Null => out.push(0),
        Cell::Integer(value) => {
            out.push(1);
            out.extend_from_slice(&value.to_be_bytes());
        }
        Cell::Text(text) => variable(2, text.as_bytes()),
        Cell::Bytes(bytes) => variable(3, bytes),
    }
}

/// Walks the chain from its first row, one row at a time.
#[derive(Debug)]
pub(crate) struct Verifier {
    report: ChainReport,
    next_seq: i64,
}

impl Verifier {
    pub(crate) fn new() -> Self {
        let report = ChainReport { verified_rows: 0, head: ChainHash::GENESIS, broken: None };
        Self { report, next_seq: 1 }
    }

    /// Takes the next row of the table; says whether the chain is whole so far.
    pub(crate) fn take<'a>(
        &mut self,
        seq: i64,
        cells: impl IntoIterator<Item = Cell<'a>>,
        previous: &[u8],
        stored: &[u8],
    ) -> bool {
        let problem = if seq != self.next_seq {
            Some("one or more rows before this one are missing")
        } else if previous != self.report.head.0 {
            Some("it does not follow the row before it")
        } else {
            let expected = hash(&self.report.head, cells);
            if stored == expected.0 {
                self.report.head = expected;
                None
            } else {
                Some("its content is not what was written")
            }
        };
        match problem {
            Some(problem) => self.report.broken = Some(BrokenLink { seq, problem }),
            None => {
                self.report.verified_rows += 1;
                self.next_seq += 1;
            }
        }
        self.report.broken.is_none()
    }

    pub(crate) fn finish(self) -> ChainReport {
        self.report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's hashlib and struct from the description on top of this file.
    #[test]
    fn the_encoding_is_the_documented_one() {
        let cells = [Cell::Integer(1), Cell::Null, Cell::Text("é"), Cell::Bytes(&[0, 255])];
        assert_eq!(
            hash(&ChainHash::GENESIS, cells).to_string(),
            "6e95a8ea65744527dc0bd8b31091d2239eb6273ec28949b17d9b0a310f1d01a8"
        );
    }

    #[test]
    fn moving_a_byte_between_cells_changes_the_hash() {
        let hash_of = |a: &str, b: &str| hash(&ChainHash::GENESIS, [Cell::Text(a), Cell::Text(b)]);
        assert_ne!(hash_of("ab", "c"), hash_of("a", "bc"));
        assert_ne!(hash_of("", ""), hash(&ChainHash::GENESIS, [Cell::Null, Cell::Text("")]));
    }
}
