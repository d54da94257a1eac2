//! Starting and stopping, from outside.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use keel_server::{Config, Error, Password, Server};
use tempfile::TempDir;

fn config(folder: &TempDir) -> Config {
    let mut config = Config::new(folder.path().join("keel.db"));
    config.listen.set_port(0);
    config
}

async fn refused(config: Config) -> Error {
    match Server::bind(config).await {
        Ok(_) => panic!("should be refused"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn others_are_let_in_by_password_only() {
    let folder = tempfile::tempdir().expect("a folder");
    for address in ["0.0.0.0:0", "[::]:0", "192.168.1.5:8420"] {
        let listen: SocketAddr = address.parse().expect("an address");
        let error = refused(Config { listen, ..config(&folder) }).await;
        assert!(matches!(error, Error::NeedsPassword { .. }), "{error:?}");
        assert!(error.to_string().contains("needs a password"), "{error}");
    }
    assert!(!folder.path().join("keel.db").exists(), "nothing was made");
    let with_password = Config {
        listen: ([0, 0, 0, 0], 0).into(),
        password: Some(Password::new("blue keel 7").expect("long enough")),
        ..config(&folder)
    };
    Server::bind(with_password).await.expect("binds");
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Server::bind(config(&folder)).await.expect("binds");
    let mut taken = config(&folder);
    taken.listen = first.opened().listen;
    let error = refused(taken).await;
    assert!(matches!(error, Error::AddressInUse { .. }), "{error:?}");
    assert!(error.to_string().contains("Is Keel already open?"), "{error}");

    let mut strange = config(&folder);
    strange.allowed_hosts = vec!["http://keel.example.org/".into()];
    assert!(matches!(refused(strange).await, Error::HostName { .. }));

    std::fs::write(folder.path().join("notes.txt"), "my back").expect("writes");
    let mut text = config(&folder);
    text.database = folder.path().join("notes.txt");
    let error = refused(text).await;
    assert!(error.to_string().contains("not a Keel record"), "{error}");
}

fn ask(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n",
        address.port()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_answers_until_it_is_told_to_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::bind(config(&folder)).await.expect("binds");
    let address = server.opened().listen;
    assert_eq!(server.opened().url, format!("http://localhost:{}", address.port()));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.run_until(async move {
        let _ = stopped.await;
    }));

    let answer = tokio::task::spawn_blocking(move || ask(address, "/emergency"))
        .await
        .expect("asks")
        .expect("answers");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("tel:112"));

    // A browser that keeps its connection open does not keep the app from stopping.
    let idle = TcpStream::connect(address).expect("connects");
    let begin = Instant::now();
    stop.send(()).expect("is running");
    running.await.expect("ends").expect("ends well");
    assert!(begin.elapsed() < Duration::from_secs(7), "{:?}", begin.elapsed());
    drop(idle);
    assert!(TcpStream::connect(address).is_err(), "nobody answers any more");
    assert!(!folder.path().join("keel.db-wal").exists(), "the log is folded into the record");
}
