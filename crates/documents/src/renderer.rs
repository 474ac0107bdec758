//! Rendering for a server: off the threads that answer requests, and only so much at once.

use std::sync::Arc;
use std::time::Duration;

use kernel::{Code, Error, Refusal, Result};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::{Document, Table};

/// How long a request waits for a place before it is refused.
const PLACE_WAIT: Duration = Duration::from_secs(10);
/// When a refused request may come again.
const RETRY_AFTER_SECONDS: i64 = 10;

/// Makes documents, a few at a time. A PDF of 5,000 lines takes seconds of one core and hundreds
/// of megabytes, so the places bound both.
#[derive(Clone, Debug)]
pub struct Renderer {
    places: Arc<Semaphore>,
    wait: Duration,
}

impl Renderer {
    /// A renderer of so many documents at once, at least one.
    pub fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places.max(1))), wait: PLACE_WAIT }
    }

    /// The same, with another wait for a place.
    #[must_use]
    pub fn with_wait(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// The PDF of a document. Refused with [`Code::Busy`] when no place gets free in time.
    pub async fn pdf(&self, document: impl Into<Document>) -> Result<Vec<u8>> {
        let document = document.into();
        self.run(move || document.pdf()).await
    }

    /// The XLSX of a statement or a list. Refused with [`Code::Busy`] when no place gets free in
    /// time.
    pub async fn xlsx(&self, table: impl Into<Table>) -> Result<Vec<u8>> {
        let table = table.into();
        self.run(move || table.xlsx()).await
    }

    /// The place belongs to the work, not to the request: whoever hangs up does not make room for
    /// one more while the work still goes on.
    async fn run(
        &self,
        work: impl FnOnce() -> Result<Vec<u8>> + Send + 'static,
    ) -> Result<Vec<u8>> {
        let busy = || Refusal::new(Code::Busy).retry_after(RETRY_AFTER_SECONDS);
        let place = timeout(self.wait, Arc::clone(&self.places).acquire_owned())
            .await
            .map_err(|_| busy())?
            .map_err(|closed| Error::broken("waiting for a place to render", closed))?;
        let rendering = spawn_blocking(move || {
            let bytes = work();
            drop(place);
            bytes
        });
        rendering.await.map_err(|failed| Error::broken("rendering a document", failed))?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn without_a_place_the_answer_is_busy() {
        let renderer = Renderer::new(1).with_wait(Duration::from_millis(20));
        let (finish, finished) = mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let first = renderer.clone();
        let first = tokio::spawn(async move {
            let work = move || {
                begin.send(()).unwrap();
                finished.recv().unwrap();
                Ok(vec![1])
            };
            first.run(work).await
        });
        begun.await.unwrap();
        let refused = renderer.run(|| Ok(vec![2])).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::Busy));
        finish.send(()).unwrap();
        assert_eq!(first.await.unwrap().unwrap(), [1]);
        assert_eq!(renderer.run(|| Ok(vec![3])).await.unwrap(), [3]);
    }

    #[tokio::test]
    async fn a_request_that_is_gone_keeps_its_place_until_the_work_ends() {
        let renderer = Renderer::new(1).with_wait(Duration::from_millis(20));
        let (finish, finished) = mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let gone = renderer.clone();
        let gone = tokio::spawn(async move {
            let work = move || {
                begin.send(()).unwrap();
                finished.recv().unwrap();
                Ok(Vec::new())
            };
            gone.run(work).await
        });
        begun.await.unwrap();
        gone.abort();
        assert_eq!(renderer.run(|| Ok(vec![])).await.unwrap_err().code(), Some(Code::Busy));
        finish.send(()).unwrap();
        let patient = renderer.with_wait(Duration::from_secs(10));
        assert_eq!(patient.run(|| Ok(vec![4])).await.unwrap(), [4]);
    }

    #[tokio::test]
    async fn a_panic_is_an_incident_and_gives_its_place_back() {
        let renderer = Renderer::new(1);
        let failed = renderer.run(|| panic!("a bug in the layout")).await.unwrap_err();
        assert!(failed.code().is_none());
        assert_eq!(renderer.run(|| Ok(vec![5])).await.unwrap(), [5]);
    }
}
