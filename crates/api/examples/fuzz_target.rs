#[path = "../tests/common/mod.rs"]
mod common;

#[tokio::main]
async fn main() {
    let bank = std::sync::Arc::new(common::TestBank::open().await);
    let alice = bank.person("+998901000001", "Lola", 100_000_000).await;
    let bob = bank.person("+998901000002", "Botir", 100_000_000).await;
    for _ in 0..3 {
        let quote = bank.preview(&alice, &bob, "1.00").await.at("/quote");
        bank.confirm(&alice, &quote, bank.new_key()).await;
        let quote = bank.preview(&bob, &alice, "1.00").await.at("/quote");
        bank.confirm(&bob, &quote, bank.new_key()).await;
    }
    let logins = serde_json::json!([
        {"phone": "+998901000001", "password": common::PASSWORD, "name": "Lola"},
        {"phone": "+998901000002", "password": common::PASSWORD, "name": "Botir"}]);
    std::fs::write("/tmp/fuzz-logins.json", logins.to_string()).unwrap();
    let clock = bank.clock.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            clock.advance_seconds(1);
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await.unwrap();
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    api::serve(listener, bank.router(), stopped).await.unwrap();
}
