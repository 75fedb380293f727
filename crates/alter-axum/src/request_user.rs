//! [`RequestUser`]: the user of the request that is being served, for every call of a client.

use alter_client::{
    ProvideUserToken, UserToken,
    transport::{BoxError, BoxFuture},
};

tokio::task_local! {
    static CURRENT: UserToken;
}

/// A source of user tokens that answers with the caller of the request this task serves, as
/// [`UserTokenLayer`](crate::UserTokenLayer) found it. Without a caller, in a route where that is
/// [allowed](crate::UserTokenLayer::optional), calls are made for nobody.
///
/// Outside such a request every call that asks is refused, rather than made for nobody by mistake. A task spawned from a
/// handler is outside; hand the token over with [`as_user`](alter_client::Access::as_user).
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestUser;

impl RequestUser {
    /// The user of the request this task serves; `None` outside of one.
    #[must_use]
    pub fn current() -> Option<UserToken> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Does `work` for `user`, as if a request of that user were being served. For background work and tests.
    pub async fn scope<F: Future>(user: UserToken, work: F) -> F::Output {
        CURRENT.scope(user, work).await
    }
}

impl ProvideUserToken for RequestUser {
    fn user_token(&self) -> BoxFuture<'_, Result<UserToken, BoxError>> {
        let user = Self::current().ok_or_else(|| "no request is being served".into());
        Box::pin(std::future::ready(user))
    }
}
