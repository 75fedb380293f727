//! Whether two coordinates are a point of P-256. For telling a broken key from a broken signature: the verification
//! itself refuses both alike. Works on public values only and takes no care to run in constant time.

/// An integer below 2²⁵⁶, most significant word first, so that the derived order is the numeric one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Number([u64; 4]);

/// The field of P-256 (FIPS 186-4, D.1.2.3).
const PRIME: Number =
    Number([0xffff_ffff_0000_0001, 0x0000_0000_0000_0000, 0x0000_0000_ffff_ffff, 0xffff_ffff_ffff_ffff]);

/// The constant of its equation, y² = x³ - 3x + b.
const B: Number =
    Number([0x5ac6_35d8_aa3a_93e7, 0xb3eb_bd55_7698_86bc, 0x651d_06b0_cc53_b0f6, 0x3bce_3c3e_27d2_604b]);

/// Whether (x, y), big-endian, lies on the curve.
pub(super) fn contains(x: &[u8; 32], y: &[u8; 32]) -> bool {
    let (x, y) = (Number::read(x), Number::read(y));
    if x >= PRIME || y >= PRIME {
        return false;
    }
    let three_x = x.plus(x).plus(x);
    y.times(y).plus(three_x) == x.times(x).times(x).plus(B)
}

impl Number {
    fn read(bytes: &[u8; 32]) -> Self {
        let word =
            |at: usize| bytes[8 * at..8 * at + 8].iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        Self([word(0), word(1), word(2), word(3)])
    }

    /// The sum modulo [`PRIME`] of two numbers below it.
    fn plus(self, other: Self) -> Self {
        let (mut sum, mut carry) = ([0; 4], false);
        for at in (0..4).rev() {
            let (word, over) = self.0[at].overflowing_add(other.0[at]);
            let (word, over_again) = word.overflowing_add(u64::from(carry));
            (sum[at], carry) = (word, over || over_again);
        }
        let sum = Self(sum);
        if carry || sum >= PRIME { sum.minus_prime() } else { sum }
    }

    fn minus_prime(self) -> Self {
        let (mut rest, mut borrow) = ([0; 4], false);
        for at in (0..4).rev() {
            let (word, under) = self.0[at].overflowing_sub(PRIME.0[at]);
            let (word, under_again) = word.overflowing_sub(u64::from(borrow));
            (rest[at], borrow) = (word, under || under_again);
        }
        Self(rest)
    }

    /// The product modulo [`PRIME`], by doubling and adding.
    fn times(self, other: Self) -> Self {
        let mut product = Self([0; 4]);
        for word in other.0 {
            for bit in (0..64).rev() {
                product = product.plus(product);
                if word >> bit & 1 == 1 {
                    product = product.plus(self);
                }
            }
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coordinate(hex: &str) -> [u8; 32] {
        const_hex::decode_to_array(hex).unwrap()
    }

    #[test]
    fn the_base_point_and_its_negative_are_on_the_curve() {
        let x = coordinate("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
        let y = coordinate("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
        let negative = coordinate("b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a");
        assert!(contains(&x, &y));
        assert!(contains(&x, &negative));
    }

    #[test]
    fn other_points_are_not() {
        let x = coordinate("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
        let mut y = coordinate("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
        y[31] ^= 1;
        assert!(!contains(&x, &y));
        assert!(!contains(&[0; 32], &[0; 32]));
        assert!(!contains(&[0xff; 32], &[0xff; 32]));
    }
}
