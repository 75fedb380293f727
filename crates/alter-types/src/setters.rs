//! `setters!`: consuming setters for the optional fields of a model, so that a backend can write one expression.

/// `with_label(label: ?String)` wraps the value in `Some`; `with_scopes(scopes: Vec<String>)` sets it as it is.
macro_rules! setters {
    ($($setter:ident($field:ident: $(? $optional:ty)? $(= $plain:ty)?);)*) => {$(
        #[doc = concat!("Sets [`", stringify!($field), "`](Self#structfield.", stringify!($field), ").")]
        #[must_use]
        pub fn $setter(mut self, $field: $(impl Into<$optional>)? $(impl Into<$plain>)?) -> Self {
            self.$field = $crate::setters::setters!(@value $field $(? $optional)? $(= $plain)?);
            self
        }
    )*};
    (@value $field:ident ? $optional:ty) => { Some($field.into()) };
    (@value $field:ident = $plain:ty) => { $field.into() };
}

pub(crate) use setters;
