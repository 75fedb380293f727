//! [`ConnectionTimer`]: the time limit for request heads, with one timer of the runtime per connection.
//!
//! hyper asks for a new sleep before every request and drops it when the head is there. Each would be registered with
//! the runtime, which often wakes another thread to look at its clock again. Here the sleeps of a connection share one
//! that stays registered; when it ends early it is set again to what is left.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};

type Registered = Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>;

/// The timer of one connection.
#[derive(Default)]
pub(crate) struct ConnectionTimer(Registered);

impl Timer for ConnectionTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(SharedSleep { registered: Arc::clone(&self.0), deadline: deadline.into() })
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into()
    }
}

impl fmt::Debug for ConnectionTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConnectionTimer")
    }
}

/// Ends at its deadline. Only the latest one of a connection is ever waited for.
struct SharedSleep {
    registered: Registered,
    deadline: tokio::time::Instant,
}

impl Future for SharedSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline;
        let mut registered = self.registered.lock().unwrap_or_else(PoisonError::into_inner);
        let sleep = registered.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if sleep.deadline() > deadline {
            sleep.as_mut().reset(deadline);
        }
        loop {
            ready!(sleep.as_mut().poll(cx));
            if sleep.deadline() >= deadline {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
    }
}

impl Sleep for SharedSleep {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn every_sleep_ends_at_its_own_deadline() {
        let timer = ConnectionTimer::default();
        let minute = Duration::from_secs(60);
        let started = timer.now();
        let mut first = timer.sleep(minute);
        assert!(poll_once(&mut first).await.is_none(), "registered for the first minute");
        drop(first);

        tokio::time::advance(minute / 2).await;
        timer.sleep(minute).await;
        assert_eq!(timer.now() - started, minute / 2 + minute, "later than what was registered");
        timer.sleep(minute / 4).await;
        assert_eq!(timer.now() - started, minute / 2 + minute + minute / 4, "after one that ended");

        let mut long = timer.sleep(minute);
        assert!(poll_once(&mut long).await.is_none());
        let before = timer.now();
        timer.sleep(minute / 6).await;
        assert_eq!(timer.now() - before, minute / 6, "earlier than what was registered");
    }

    async fn poll_once(sleep: &mut Pin<Box<dyn Sleep>>) -> Option<()> {
        std::future::poll_fn(|cx| {
            Poll::Ready(match sleep.as_mut().poll(cx) {
                Poll::Ready(()) => Some(()),
                Poll::Pending => None,
            })
        })
        .await
    }
}
