//! Stops the PostgreSQL server that tests share: for the end of a test run.

#[tokio::main]
async fn main() -> kernel::Result<()> {
    store::testing::stop_server().await
}
