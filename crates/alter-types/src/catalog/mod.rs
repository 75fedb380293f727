//! What there is to choose from: key scopes, OAuth providers, API descriptions (`docs/protocol.md` 6.8).

mod oauth_providers;
mod provider_specs;
mod scopes;

pub use oauth_providers::{OAuthProviderCatalog, OAuthProviderCatalogItem, OAuthProviderScopeInfo};
pub use provider_specs::{
    ProviderSpec, ProviderSpecKind, ProviderSpecListResponse, SpecOperation, SpecOperationDetail,
    SpecOperationsPage,
};
pub use scopes::{ResourceScopes, ScopeCatalog};
