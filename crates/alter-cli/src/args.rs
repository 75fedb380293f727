//! The command line, as clap reads it. Nothing here does anything.

use std::{net::SocketAddr, path::PathBuf};

use alter_server::IpNet;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// A vault for the credentials your apps and agents use.
#[derive(Debug, Parser)]
#[command(name = "alter", version, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_help = "Start with `alter demo` (a guided tour) or `alter dev` (a vault for your own code).")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) operator: OperatorArgs,
    /// Log to standard error; twice for everything. Never prints a credential.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// What every operator command shares.
#[derive(Debug, ClapArgs)]
pub(crate) struct OperatorArgs {
    /// Folder that holds the vault file (vault.db) and its master key (master.key).
    #[arg(long, global = true, default_value = ".alter", env = "ALTER_DIR", value_name = "FOLDER")]
    pub(crate) dir: PathBuf,
    /// Master key file, if it is kept elsewhere.
    #[arg(long, global = true, env = "ALTER_MASTER_KEY_FILE", value_name = "FILE")]
    pub(crate) master_key: Option<PathBuf>,
    /// Application to work on; may be left out while there is only one.
    #[arg(long, global = true, env = "ALTER_APP", value_name = "NAME")]
    pub(crate) app: Option<String>,
    /// How results are printed.
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Table)]
    pub(crate) output: Format,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs: one JSON document.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a vault on this machine for development, with a key and a grant ready to use.
    Dev(DevArgs),
    /// Make an empty vault and its master key.
    Init {
        /// Name of its first application.
        #[arg(long, default_value = "default", value_name = "NAME")]
        first_app: String,
    },
    /// Serve an existing vault.
    Serve(ServeArgs),
    /// Show the whole idea in a minute: store, retrieve, proxy, approve, refuse, revoke, audit.
    Demo,
    /// Applications: the isolation boundary of keys, secrets and grants.
    #[command(subcommand)]
    Apps(AppsCommand),
    /// API keys, which your code presents to the vault.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Secrets: the credentials of other companies' APIs.
    #[command(subcommand)]
    Secrets(SecretsCommand),
    /// Grants: what ties a secret to those who may use it.
    #[command(subcommand)]
    Grants(GrantsCommand),
    /// Agents: identities of their own. Code with a key that has the scope agents:write makes and changes them.
    #[command(subcommand)]
    Agents(AgentsCommand),
    /// Calls that wait for people.
    #[command(subcommand)]
    Approvals(ApprovalsCommand),
    /// The audit trail.
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DevArgs {
    /// Address to listen on. Loopback only: development keys are printed to the terminal.
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ServeArgs {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// Private or loopback network that proxy mode may connect to, for example 10.20.0.0/16. Can be given several
    /// times. Public addresses need no mention.
    #[arg(long, value_name = "NETWORK")]
    pub(crate) allow_network: Vec<IpNet>,
    /// Where people reach this vault, for the links it hands out, for example `https://vault.example.com`.
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AppsCommand {
    /// Create an application.
    Create {
        /// Its name.
        name: String,
    },
    /// List applications.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Create an API key. It is shown once.
    Create {
        /// What it is for, for example `billing-service`.
        name: String,
        /// Scopes it carries; by default those of ordinary application code.
        #[arg(long, value_delimiter = ',', value_name = "SCOPE,…")]
        scopes: Vec<String>,
        /// Make a key of the older form (alter_key_…), the only one that official SDKs up to 0.13 accept.
        #[arg(long)]
        legacy: bool,
    },
    /// List API keys. The keys themselves are not stored; their first characters are shown.
    List,
    /// End an API key for good. No call with it succeeds once this command has returned.
    Revoke {
        /// The key's id, or its first characters as `keys list` shows them.
        key: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Store a credential. It is read from standard input, never from the command line.
    Create {
        /// Display name, for example `GitHub`; its slug names the provider in code.
        name: String,
        /// Host it may be sent to, for example `api.github.com`, `*.example.com` or `http://127.0.0.1:9000`.
        /// Can be given several times. No other host ever receives it.
        #[arg(long = "host", required = true, value_name = "HOST")]
        hosts: Vec<String>,
        /// Request header the credential goes into.
        #[arg(long, default_value = "Authorization", value_name = "NAME")]
        header: String,
        /// What the header says, with `{token}` for the credential.
        #[arg(long, default_value = "Bearer {token}", value_name = "TEXT")]
        format: String,
        /// Slug, if the one made from the name will not do.
        #[arg(long)]
        slug: Option<String>,
    },
    /// List secrets, without their values.
    List,
    /// Change where a secret may be sent; it binds the next use.
    Hosts {
        /// The secret's slug.
        secret: String,
        /// Host to add. Can be given several times.
        #[arg(long = "add", value_name = "HOST")]
        add: Vec<String>,
        /// Host to take away. Can be given several times.
        #[arg(long = "remove", value_name = "HOST", required_unless_present = "add")]
        remove: Vec<String>,
    },
    /// Put a new value in the place of the old one. It is read from standard input; grants stay.
    Replace {
        /// The secret's slug.
        secret: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum GrantsCommand {
    /// Let the application use a secret.
    Create {
        /// The secret's slug.
        secret: String,
        /// Tells it apart from other grants on the same secret.
        #[arg(long)]
        label: Option<String>,
        /// Seconds after which the grant ends by itself.
        #[arg(long, value_name = "SECONDS")]
        ttl: Option<u32>,
        /// Agent that it is for, by name or id: nobody else uses it but that agent, and the application acting as it.
        #[arg(long, value_name = "AGENT")]
        agent: Option<String>,
        /// Somebody who has to agree to every call with this grant, for example `ops@example.com`. Can be given several
        /// times: all of them have to.
        #[arg(long = "approver", value_name = "NAME")]
        approvers: Vec<String>,
        /// Minutes a call waits for them; 15 if not given.
        #[arg(long, value_name = "MINUTES", requires = "approvers", value_parser = clap::value_parser!(u32).range(1..=10_080))]
        approval_window: Option<u32>,
    },
    /// List grants.
    List,
    /// End a grant. Nothing uses it once this command has returned.
    Revoke {
        /// The grant's id.
        grant: String,
        /// Why, for the audit trail.
        #[arg(long)]
        reason: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentsCommand {
    /// List agents and what they may reach.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApprovalsCommand {
    /// List the calls that wait.
    List {
        /// Decided and lapsed ones as well, newest first.
        #[arg(long)]
        all: bool,
    },
    /// Show what a call will send, byte for byte.
    Show {
        /// The approval's id.
        id: String,
    },
    /// Agree to a call. It is made as soon as everyone has, exactly as it is shown.
    Approve(Decide),
    /// Refuse a call, whatever the others say.
    Deny(Decide),
}

/// One person's decision.
#[derive(Debug, ClapArgs)]
pub(crate) struct Decide {
    /// The approval's id.
    pub(crate) id: String,
    /// Who decides; may be left out where there is one approver.
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) approver: Option<String>,
    /// A note for the caller and the audit trail.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Show the newest rows, oldest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
        /// Only rows about this grant.
        #[arg(long, value_name = "GRANT")]
        grant: Option<String>,
    },
    /// Check that every row of the trail, of all applications, is what was written. Exits with 1 if not.
    Verify,
}
