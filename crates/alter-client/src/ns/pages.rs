//! [`Pages`]: a list that is longer than one answer, entry by entry.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use alter_transport::BoxFuture;
use futures_core::Stream;

use crate::Result;

/// The entries of a list, page after page, asked for as they are needed: at most one page is in memory.
///
/// Read it with [`next`](Self::next) or as a `Stream`. It ends after the last entry or the first error. Each page is
/// a call of its own: an entry that is added or removed meanwhile may be missed or come twice.
#[must_use = "nothing is asked for until it is read"]
pub struct Pages<'a, T> {
    fetch: Box<dyn FnMut(u64) -> BoxFuture<'a, Result<Page<T>>> + Send + 'a>,
    under_way: Option<BoxFuture<'a, Result<Page<T>>>>,
    entries: vec::IntoIter<T>,
    /// Where the next page begins; `None` after the last.
    offset: Option<u64>,
}

/// One answer.
pub(crate) struct Page<T> {
    pub(crate) entries: Vec<T>,
    pub(crate) has_more: bool,
}

impl<'a, T> Pages<'a, T> {
    /// The pages from `offset` on, each from a call of `fetch` with its own offset.
    pub(crate) fn new(
        offset: u64,
        fetch: impl FnMut(u64) -> BoxFuture<'a, Result<Page<T>>> + Send + 'a,
    ) -> Self {
        Self {
            fetch: Box::new(fetch),
            under_way: None,
            entries: Vec::new().into_iter(),
            offset: Some(offset),
        }
    }

    /// The next entry, or `None` after the last.
    ///
    /// # Errors
    /// Those of asking for a page. Nothing comes after an error.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|cx| self.poll_entry(cx)).await
    }

    fn poll_entry(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(entry) = self.entries.next() {
                return Poll::Ready(Some(Ok(entry)));
            }
            let Some(offset) = self.offset else { return Poll::Ready(None) };
            let under_way = self.under_way.get_or_insert_with(|| (self.fetch)(offset));
            let answer = ready!(under_way.as_mut().poll(cx));
            (self.under_way, self.offset) = (None, None);
            let page = match answer {
                Ok(page) => page,
                Err(error) => return Poll::Ready(Some(Err(error))),
            };
            // A page that is empty and promises more would be asked for again and again.
            if page.has_more && !page.entries.is_empty() {
                self.offset = offset.checked_add(page.entries.len() as u64);
            }
            self.entries = page.entries.into_iter();
        }
    }
}

impl<T> Unpin for Pages<'_, T> {}

impl<T> Stream for Pages<'_, T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        self.poll_entry(cx)
    }
}

impl<T> fmt::Debug for Pages<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("offset", &self.offset).finish_non_exhaustive()
    }
}
