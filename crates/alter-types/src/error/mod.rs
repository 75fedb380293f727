//! What travels when something is refused: the code table and the error body, one source for both sides.

mod body;
mod code;

pub use body::ErrorBody;
pub use code::ErrorCode;
