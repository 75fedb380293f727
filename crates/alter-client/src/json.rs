//! JSON as it is sent: written once, and only if JSON can hold it.

use std::fmt;

use serde::{
    Serialize, Serializer,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

/// The compact JSON of `value`.
///
/// JSON has no infinite numbers and none that is not a number; `serde_json` would write `null` for them, and a call
/// would say something else than its author. They are refused here.
pub(crate) fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Unwritable> {
    check(value)?;
    serde_json::to_vec(value).map_err(|_| Unwritable("it does not map to JSON"))
}

/// Refuses numbers that JSON cannot hold.
pub(crate) fn check<T: Serialize + ?Sized>(value: &T) -> Result<(), Unwritable> {
    value.serialize(Check)
}

/// Why a value is not JSON. It does not repeat the value.
#[derive(Debug)]
pub(crate) struct Unwritable(&'static str);

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unwritable {}

impl serde::ser::Error for Unwritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("its own `Serialize` refused")
    }
}

/// Looks at every number and writes nothing.
#[derive(Clone, Copy)]
struct Check;

fn finite(number: f64) -> Result<(), Unwritable> {
    if number.is_finite() { Ok(()) } else { Err(Unwritable("a number in it is infinite or not a number")) }
}

macro_rules! nothing_to_check {
    ($($method:ident($type:ty)),* $(,)?) => {
        $(fn $method(self, _: $type) -> Result<(), Unwritable> { Ok(()) })*
    };
}

impl Serializer for Check {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    nothing_to_check! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_i128(i128), serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64),
        serialize_u128(u128), serialize_char(char), serialize_str(&str), serialize_bytes(&[u8]),
        serialize_unit_struct(&'static str),
    }

    fn serialize_f32(self, number: f32) -> Result<(), Unwritable> {
        finite(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Unwritable> {
        finite(number)
    }

    fn serialize_unit(self) -> Result<(), Unwritable> {
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unwritable> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Unwritable> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unwritable> {
        Ok(self)
    }

    /// `Display` is written out by the JSON writer alone.
    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result<(), Unwritable> {
        Ok(())
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident),* $(,)?) => {$(
        impl $trait for Check {
            type Ok = ();
            type Error = Unwritable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
                value.serialize(*self)
            }

            fn end(self) -> Result<(), Unwritable> {
                Ok(())
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl $trait for Check {
            type Ok = ();
            type Error = Unwritable;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _: &'static str,
                value: &T,
            ) -> Result<(), Unwritable> {
                value.serialize(*self)
            }

            fn end(self) -> Result<(), Unwritable> {
                Ok(())
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Check {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unwritable> {
        key.serialize(*self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        value.serialize(*self)
    }

    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    struct Order {
        amount: f64,
        rest: Vec<Option<f32>>,
    }

    #[test]
    fn what_json_can_hold_is_written_compactly_and_in_order() {
        let order = Order { amount: 1.5, rest: vec![None, Some(-0.0)] };
        assert_eq!(to_vec(&order).unwrap(), br#"{"amount":1.5,"rest":[null,-0.0]}"#);
        assert_eq!(to_vec(&json!({ "b": 1, "a": "é" })).unwrap(), "{\"b\":1,\"a\":\"é\"}".as_bytes());
        assert_eq!(to_vec("text").unwrap(), br#""text""#);
    }

    #[test]
    fn a_number_json_cannot_hold_is_refused_wherever_it_is() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(to_vec(&number).is_err());
            assert!(to_vec(&Order { amount: number, rest: vec![] }).is_err());
            assert!(to_vec(&[Some((1, number))]).is_err());
            assert!(to_vec(&BTreeMap::from([("k", Ok::<_, ()>(number))])).is_err());
        }
        assert!(to_vec(&Order { amount: 0.0, rest: vec![Some(f32::NAN)] }).is_err());
        assert!(to_vec(&BTreeMap::from([([1u8], 1)])).is_err(), "a key that is no text");
    }
}
