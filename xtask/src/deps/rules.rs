//! The dependency table: one row a crate. Changing a row is a decision about the architecture, so say why in the
//! commit that does it.

/// What one crate may depend on. Development dependencies are free; everything else is held to this.
pub(super) struct Rule {
    /// The crate the row is about.
    pub(super) name: &'static str,
    /// Which of our crates it may use.
    pub(super) ours: Ours,
    /// Which packages of other people it may use directly.
    pub(super) theirs: Theirs,
    /// Packages that may not be reached at all, however indirectly.
    pub(super) unreachable: &'static [&'static str],
}

/// Which of our crates a crate may use.
pub(super) enum Ours {
    /// Exactly these.
    Only(&'static [&'static str]),
    /// Any: nothing that ships depends on this crate.
    Any,
}

/// Which packages of other people a crate may use.
pub(super) enum Theirs {
    /// Exactly these.
    Only(&'static [&'static str]),
    /// Any the workspace declares.
    Any,
}

/// A crate with this row alone could be used by a backend without a runtime, a socket or a TLS stack.
const NO_IO: &[&str] = &[
    "async-io",
    "async-std",
    "aws-lc-rs",
    "boring",
    "curl",
    "futures-executor",
    "h2",
    "hyper",
    "hyper-rustls",
    "hyper-util",
    "mio",
    "native-tls",
    "openssl",
    "openssl-sys",
    "polling",
    "quinn",
    "reqwest",
    "rustls",
    "schannel",
    "smol",
    "socket2",
    "tokio",
    "tokio-rustls",
    "tower",
    "ureq",
];

/// The table.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "alter-types",
        ours: Ours::Only(&[]),
        theirs: Theirs::Only(&["base64", "serde", "serde_json", "thiserror", "time", "uuid", "zeroize"]),
        unreachable: NO_IO,
    },
    Rule {
        name: "alter-auth",
        ours: Ours::Only(&["alter-types"]),
        theirs: Theirs::Only(&[
            "base64",
            "bytes",
            "const-hex",
            "crc32fast",
            "http",
            "jsonwebtoken",
            "percent-encoding",
            "ring",
            "serde",
            "serde_json",
            "signature",
            "subtle",
            "thiserror",
            "time",
            "uuid",
            "zeroize",
        ]),
        unreachable: NO_IO,
    },
    Rule::shipped("alter-transport", &["alter-types", "alter-auth"]),
    Rule::shipped("alter-client", &["alter-types", "alter-auth", "alter-transport"]),
    Rule::shipped("alter-memory", &["alter-types", "alter-auth"]),
    Rule::shipped("alter-tools", &["alter-client"]),
    Rule::shipped("alter-mcp", &["alter-client", "alter-axum", "alter-tools"]),
    Rule::shipped("alter-axum", &["alter-client"]),
    Rule::shipped("alter-aws", &["alter-client"]),
    Rule::shipped("alter-vault", &["alter-types", "alter-auth"]),
    Rule::shipped("alter-server", &["alter-types", "alter-auth", "alter-transport", "alter-vault"]),
    Rule::shipped("alter-cli", &["alter-client", "alter-server"]),
    Rule::for_tests("alter-testkit"),
    Rule::for_tests("alter-bench"),
    Rule::for_tests("alter-conformance"),
    Rule::for_tests("alter-e2e"),
    // Compiled before anything else, so nothing of ours may hold it up.
    Rule::shipped("xtask", &[]),
];

impl Rule {
    const fn shipped(name: &'static str, ours: &'static [&'static str]) -> Self {
        Self { name, ours: Ours::Only(ours), theirs: Theirs::Any, unreachable: &[] }
    }

    const fn for_tests(name: &'static str) -> Self {
        Self { name, ours: Ours::Any, theirs: Theirs::Any, unreachable: &[] }
    }
}
