//! Questions that many requests ask at once, put to the database together.
//!
//! A query of one request costs the database a plan and a switch of processes; beside a commit that
//! many share it is most of the work. Here what is asked while a query is on its way waits for it
//! to end and goes along with the next. Nothing is kept: every answer was read after its question.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::{Code, Error, Result};
use tokio::sync::oneshot;

/// Most questions in one query.
const QUESTIONS_MAX: usize = 256;
/// How often the others are let in before a query begins.
const STEPS_ASIDE_MAX: u32 = 16;
/// Longest wait for the answers of one query.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Questions that wait for their query. Cheap to clone; all clones share one.
pub struct Gather<Q, A>(Arc<Mutex<State<Q, A>>>);

struct State<Q, A> {
    waiting: Vec<(Q, oneshot::Sender<Result<A>>)>,
    /// Somebody takes questions along.
    running: bool,
}

impl<Q, A> Default for Gather<Q, A> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State { waiting: Vec::new(), running: false })))
    }
}

impl<Q, A> Clone for Gather<Q, A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Q, A> fmt::Debug for Gather<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}

/// Whoever takes questions along.
struct Turn<Q, A> {
    gather: Gather<Q, A>,
    over: bool,
}

impl<Q, A> Drop for Turn<Q, A> {
    fn drop(&mut self) {
        // It broke down: those who wait are told, and the next who asks begins anew.
        if !self.over {
            let mut state = self.gather.state();
            state.running = false;
            state.waiting.clear();
        }
    }
}

impl<Q, A> Gather<Q, A> {
    fn state(&self) -> MutexGuard<'_, State<Q, A>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next questions, or the end of the turn where there are none: in one step, so that nobody
    /// who asks meanwhile is left waiting.
    fn take(&self) -> Option<Vec<(Q, oneshot::Sender<Result<A>>)>> {
        let mut state = self.state();
        state.waiting.retain(|(_, answer)| !answer.is_closed());
        if state.waiting.is_empty() {
            state.running = false;
            return None;
        }
        let count = state.waiting.len().min(QUESTIONS_MAX);
        Some(state.waiting.drain(..count).collect())
    }

    /// Requests come in swarms: as long as more ask while this task steps aside, it is worth to
    /// step aside once more. No time passes when nobody else wants the processor.
    async fn let_others_in(&self) {
        let mut before = 0;
        for _ in 0..STEPS_ASIDE_MAX {
            tokio::task::yield_now().await;
            let now = self.state().waiting.len();
            if now <= before || now >= QUESTIONS_MAX {
                break;
            }
            before = now;
        }
    }
}

impl<Q: Send + 'static, A: Send + 'static> Gather<Q, A> {
    /// The answer to a question. `read` answers several at once, in their order; all who ask give
    /// the same one. Whoever goes away meanwhile takes no answer of others along.
    pub async fn ask<F, R>(&self, question: Q, read: F) -> Result<A>
    where
        F: Fn(Vec<Q>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Vec<A>>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let begins = {
            let mut state = self.state();
            state.waiting.push((question, answer));
            !std::mem::replace(&mut state.running, true)
        };
        if begins {
            tokio::spawn(Turn { gather: self.clone(), over: false }.run(read));
        }
        // Who read for all broke down.
        answered.await.unwrap_or(Err(Error::invariant("questions asked together got no answer")))
    }
}

impl<Q, A> Turn<Q, A> {
    async fn run<F, R>(mut self, read: F)
    where
        F: Fn(Vec<Q>) -> R,
        R: Future<Output = Result<Vec<A>>>,
    {
        loop {
            self.gather.let_others_in().await;
            let Some(taken) = self.gather.take() else {
                self.over = true;
                return;
            };
            let (questions, answers): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
            let read = tokio::time::timeout(ANSWER_TIMEOUT, read(questions)).await;
            tell(answers, read.unwrap_or(Err(Code::Busy.into())));
        }
    }
}

/// Whoever went away does not want the answer.
fn tell<A>(askers: Vec<oneshot::Sender<Result<A>>>, read: Result<Vec<A>>) {
    let broken = match read {
        Ok(read) if read.len() == askers.len() => {
            for (asker, answer) in askers.into_iter().zip(read) {
                drop(asker.send(Ok(answer)));
            }
            return;
        }
        Ok(_) => Error::invariant("questions asked together got another number of answers"),
        Err(error) => error,
    };
    let broken = Shared(Arc::new(broken));
    for asker in askers {
        drop(asker.send(Err(broken.told())));
    }
}

/// What went wrong for everybody who asked.
#[derive(Clone, Debug)]
struct Shared(Arc<Error>);

impl Shared {
    fn told(&self) -> Error {
        match &*self.0 {
            Error::Refused(refusal) => refusal.clone().into(),
            Error::Broken(broken) => Error::broken(broken.doing(), self.clone()),
        }
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Shared {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    struct Server {
        gather: Gather<u64, u64>,
        queries: AtomicUsize,
    }

    impl Server {
        async fn ask(self: &Arc<Self>, question: u64) -> Result<u64> {
            let server = Arc::clone(self);
            let read = move |questions: Vec<u64>| {
                let server = Arc::clone(&server);
                async move {
                    server.queries.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    assert!(!questions.contains(&66), "a read that breaks down");
                    if questions.contains(&13) {
                        return Err(Error::broken("reading", "the server went away"));
                    }
                    Ok(questions.iter().map(|question| question * 2).collect())
                }
            };
            self.gather.ask(question, read).await
        }
    }

    fn server() -> Arc<Server> {
        Arc::new(Server { gather: Gather::default(), queries: AtomicUsize::new(0) })
    }

    #[tokio::test]
    async fn everybody_gets_their_own_answer_out_of_few_queries() {
        let server = server();
        let asks: Vec<_> = (100..600)
            .map(|question| {
                let server = Arc::clone(&server);
                tokio::spawn(async move { (question, server.ask(question).await) })
            })
            .collect();
        for ask in asks {
            let (question, answer) = ask.await.unwrap();
            assert_eq!(answer.unwrap(), question * 2);
        }
        // The first alone, the others as they fit.
        assert!(server.queries.load(Ordering::Relaxed) <= 4);
    }

    #[tokio::test]
    async fn whoever_goes_away_takes_no_answer_of_others_along() {
        let server = server();
        let asks: Vec<_> = (20..40)
            .map(|question| {
                let server = Arc::clone(&server);
                tokio::spawn(async move { (question, server.ask(question).await) })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(2)).await;
        // The first began to ask for all.
        asks[0].abort();
        for ask in asks.into_iter().skip(1) {
            let (question, answer) = ask.await.unwrap();
            assert_eq!(answer.unwrap(), question * 2);
        }
        assert!(server.queries.load(Ordering::Relaxed) <= 2);
    }

    #[tokio::test]
    async fn a_read_that_breaks_down_is_told_and_the_next_is_answered() {
        let server = server();
        assert!(server.ask(66).await.is_err());
        assert_eq!(server.ask(5).await.unwrap(), 10);
    }

    #[tokio::test]
    async fn what_goes_wrong_is_told_to_all_who_asked_then() {
        let server = server();
        let asks: Vec<_> = (10..16)
            .map(|question| {
                let server = Arc::clone(&server);
                tokio::spawn(async move { server.ask(question).await })
            })
            .collect();
        let mut answers = Vec::new();
        for ask in asks {
            answers.push(ask.await.unwrap());
        }
        let broken = answers.iter().filter(|answer| answer.is_err()).count();
        assert!(broken >= 1, "{answers:?}");
        let Err(error) = &answers[3] else { panic!("13 was answered") };
        let Error::Broken(broken) = error else { panic!("{error:?}") };
        assert_eq!(broken.doing(), "reading");
        assert!(format!("{broken:?}").contains("the server went away"));
        assert_eq!(server.ask(5).await.unwrap(), 10);
    }
}
