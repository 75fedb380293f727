//! [`HttpMethod`]: the methods a provider call is usually made with.

use crate::wire_enum::wire_enum;

wire_enum! {
    closed
    /// An HTTP method. Calls also take any other method as text.
    HttpMethod = "HTTP method" {
        /// Read.
        Get = "GET",
        /// Create or act.
        Post = "POST",
        /// Replace.
        Put = "PUT",
        /// Change.
        Patch = "PATCH",
        /// Remove.
        Delete = "DELETE",
        /// Read the headers only.
        Head = "HEAD",
        /// Ask what is possible.
        Options = "OPTIONS",
    }
}
