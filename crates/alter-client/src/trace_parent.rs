//! [`ProvideTraceParent`]: which distributed trace a call to the vault belongs to.

use std::{fmt, sync::Arc};

use alter_types::TraceParent;

/// Says which trace the current call belongs to. See [`Builder::trace_parents`](crate::Builder::trace_parents).
///
/// Implemented for closures that return an `Option<TraceParent>`.
pub trait ProvideTraceParent: Send + Sync + 'static {
    /// The trace context that is in force where the call is made, or `None`. Asked once per call, on the task that
    /// makes it; it must not block.
    fn trace_parent(&self) -> Option<TraceParent>;
}

impl<F> ProvideTraceParent for F
where
    F: Fn() -> Option<TraceParent> + Send + Sync + 'static,
{
    fn trace_parent(&self) -> Option<TraceParent> {
        self()
    }
}

/// The source of one client, or none.
#[derive(Clone, Default)]
pub(crate) struct TraceParents(Option<Arc<dyn ProvideTraceParent>>);

impl TraceParents {
    pub(crate) fn new(source: impl ProvideTraceParent) -> Self {
        Self(Some(Arc::new(source)))
    }

    pub(crate) fn current(&self) -> Option<Arc<TraceParent>> {
        self.0.as_ref()?.trace_parent().map(Arc::new)
    }
}

impl fmt::Debug for TraceParents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "TraceParents(…)" } else { "TraceParents(none)" })
    }
}
