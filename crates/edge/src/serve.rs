//! The HTTP server: connections with limits, and an end that lets requests finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use kernel::{Error, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

/// How long a client may take to send the head of a request, from the moment its connection is
/// ready for one.
const HEAD_TIMEOUT_SECONDS: u64 = 30;
/// The largest head of a request.
const HEAD_MAX_BYTES: usize = 16 * 1_024;
const HEADERS_MAX: usize = 64;
/// Connections at once; more wait in the queue of the operating system.
const CONNECTIONS_MAX: usize = 8_192;
/// How long requests under way may take to finish at the end.
const DRAIN_TIMEOUT_SECONDS: u64 = 20;
/// How long to wait before accepting again when the system is out of file handles.
const ACCEPT_RETRY_MILLIS: u64 = 100;

/// Answers requests until `shutdown` becomes true (or its sender is gone); then accepts no more,
/// and waits for what is under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    mut shutdown: watch::Receiver<bool>,
) -> Result<()> {
    let address = listener.local_addr().map_err(|e| Error::broken("listening for requests", e))?;
    tracing::info!(%address, "listening");
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stop = std::pin::pin!(shutdown.wait_for(|stop| *stop).map(|_| ()));
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(HEAD_TIMEOUT_SECONDS))
            .max_buf_size(HEAD_MAX_BYTES)
            .max_headers(HEADERS_MAX)
            .serve_connection(TokioIo::new(stream), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    let drained = timeout(Duration::from_secs(DRAIN_TIMEOUT_SECONDS), connections.shutdown()).await;
    if drained.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Answers are written whole: to wait for more would only delay them.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps its delay");
            }
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            sleep(Duration::from_millis(ACCEPT_RETRY_MILLIS)).await;
            None
        }
    }
}
