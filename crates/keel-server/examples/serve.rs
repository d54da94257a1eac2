//! The app on a throw-away record: `cargo run -p keel-server --example serve [PORT] [PASSWORD]`.

use keel_server::{Config, Password, serve};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let mut config = Config::new(folder.path().join("keel.db"));
    let mut arguments = std::env::args().skip(1);
    if let Some(port) = arguments.next() {
        config.listen.set_port(port.parse()?);
    }
    if let Some(password) = arguments.next() {
        config.password = Some(Password::new(&password)?);
        config.listen.set_ip([0, 0, 0, 0].into());
    }
    serve(config, |opened| println!("{}", opened.url)).await?;
    Ok(())
}
