//! Questions that many requests ask at once, put to the database together.
//!
//! A query of one request costs the database a plan and a switch of processes; beside a commit that
//! many share it is most of the work. Here whoever asks while a query is on its way waits for it to
//! end, and then one of them asks for all. Nothing is kept: every answer was read after its
//! question.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Error, Result};
use tokio::sync::oneshot;

/// Most questions in one query.
const QUESTIONS_MAX: usize = 256;
/// How often who asks for all lets others in before.
const STEPS_ASIDE_MAX: u32 = 16;

/// Questions that wait for one of those who ask to take them along.
pub struct Gather<Q, A> {
    waiting: Mutex<Vec<Waiting<Q, A>>>,
    turn: tokio::sync::Mutex<()>,
}

struct Waiting<Q, A> {
    question: Q,
    answer: oneshot::Sender<Result<A>>,
}

impl<Q, A> Default for Gather<Q, A> {
    fn default() -> Self {
        Self { waiting: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }
}

impl<Q, A> fmt::Debug for Gather<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}

impl<Q: Clone, A> Gather<Q, A> {
    /// The answer to a question. `read` answers several at once, in their order; all who ask give
    /// the same one.
    pub async fn ask<F, R>(&self, question: Q, read: F) -> Result<A>
    where
        F: Fn(Vec<Q>) -> R,
        R: Future<Output = Result<Vec<A>>>,
    {
        loop {
            let mut answered = self.wait(question.clone());
            let turn = tokio::select! {
                biased;
                answer = &mut answered => match answer {
                    Ok(answer) => return answer,
                    // Who took the question along went away in the middle of it.
                    Err(_) => continue,
                },
                turn = self.turn.lock() => turn,
            };
            // Taken along by whoever had the turn before, and answered.
            if let Ok(answer) = answered.try_recv() {
                return answer;
            }
            self.answer_all(&read).await;
            drop(turn);
            if let Ok(answer) = answered.await {
                return answer;
            }
        }
    }

    fn wait(&self, question: Q) -> oneshot::Receiver<Result<A>> {
        let (answer, answered) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(Waiting { question, answer });
        answered
    }

    /// Requests come in swarms: as long as more ask while this task steps aside, it is worth to
    /// step aside once more. No time passes when nobody else wants the processor.
    async fn let_others_in(&self) {
        let mut before = 0;
        for _ in 0..STEPS_ASIDE_MAX {
            tokio::task::yield_now().await;
            let now = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).len();
            if now <= before || now >= QUESTIONS_MAX {
                break;
            }
            before = now;
        }
    }

    async fn answer_all<F, R>(&self, read: &F)
    where
        F: Fn(Vec<Q>) -> R,
        R: Future<Output = Result<Vec<A>>>,
    {
        self.let_others_in().await;
        let taken: Vec<_> = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.retain(|one| !one.answer.is_closed());
            let count = waiting.len().min(QUESTIONS_MAX);
            waiting.drain(..count).collect()
        };
        let (questions, answers): (Vec<_>, Vec<_>) =
            taken.into_iter().map(|one| (one.question, one.answer)).unzip();
        let read = match read(questions).await {
            Ok(read) if read.len() == answers.len() => Ok(read),
            Ok(_) => {
                Err(Error::invariant("questions asked together got another number of answers"))
            }
            Err(error) => Err(error),
        };
        // Whoever went away does not want the answer.
        match read {
            Ok(read) => {
                for (answer, read) in answers.into_iter().zip(read) {
                    drop(answer.send(Ok(read)));
                }
            }
            Err(error) => {
                let error = Shared(Arc::new(error));
                for answer in answers {
                    drop(answer.send(Err(error.told())));
                }
            }
        }
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
        async fn ask(&self, question: u64) -> Result<u64> {
            let read = async |questions: Vec<u64>| {
                self.queries.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(5)).await;
                if questions.contains(&13) {
                    return Err(Error::broken("reading", "the server went away"));
                }
                Ok(questions.iter().map(|question| question * 2).collect())
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
        let first = {
            let server = Arc::clone(&server);
            tokio::spawn(async move { server.ask(1).await })
        };
        tokio::time::sleep(Duration::from_millis(1)).await;
        let others: Vec<_> = (2..20)
            .map(|question| {
                let server = Arc::clone(&server);
                tokio::spawn(async move { (question, server.ask(question).await) })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(1)).await;
        first.abort();
        // Whoever asks for all of them is stopped too, in the middle of it.
        tokio::time::sleep(Duration::from_millis(2)).await;
        others[0].abort();
        for other in others.into_iter().skip(1) {
            let (question, answer) = other.await.unwrap();
            assert_eq!(answer.unwrap(), question * 2);
        }
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
