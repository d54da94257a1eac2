//! Starting, answering, stopping.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use keel_record::Record;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::App;
use crate::guard::hosts::Hosts;
use crate::{Config, Error, log};

/// How long requests may take to finish once the app is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// The app, listening.
#[derive(Debug)]
pub struct Opened {
    /// The address it listens on.
    pub listen: SocketAddr,
    /// Where to find it in a browser on this machine.
    pub url: String,
}

/// Opens the app and answers until the process is told to stop (SIGINT, SIGTERM). `opened` is called once it can be reached.
pub async fn serve(config: Config, opened: impl FnOnce(&Opened)) -> Result<(), Error> {
    log::hush_panics();
    let server = Server::bind(config).await?;
    opened(server.opened());
    server.run_until(told_to_stop()).await
}

/// The app, bound to its address but not answering yet.
pub struct Server {
    app: App,
    listener: TcpListener,
    opened: Opened,
}

impl Server {
    /// Checks the configuration, takes the address and opens the record.
    pub async fn bind(config: Config) -> Result<Self, Error> {
        let listen = config.listen;
        if !listen.ip().is_loopback() && config.password.is_none() {
            return Err(Error::NeedsPassword { listen });
        }
        let listener = TcpListener::bind(listen).await.map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse => Error::AddressInUse { listen },
            _ => Error::Bind { listen, source },
        })?;
        let listen = listener.local_addr().map_err(|source| Error::Bind { listen, source })?;
        let hosts = Hosts::new(listen, &config.allowed_hosts)?;
        let record = Record::open(&config.database).await?;
        let app = App::new(&config, hosts, record);
        Ok(Self {
            app,
            listener,
            opened: Opened { listen, url: url(listen) },
        })
    }

    /// Where it can be reached.
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The app, to be asked without a network.
    #[cfg(test)]
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// Answers until `stop` is done, then lets requests finish and closes the record.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
        let (stopping, mut stopped) = watch::channel(false);
        let signal = async move {
            stop.await;
            let _ = stopping.send(true);
        };
        let service = self.app.router().into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(self.listener, service).with_graceful_shutdown(signal);
        let too_long = async move {
            let _ = stopped.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(GRACE).await;
        };
        let outcome = tokio::select! {
            outcome = serving => outcome,
            () = too_long => Ok(()),
        };
        self.app.record.close().await;
        outcome.map_err(Error::Serve)
    }
}

/// The address to type into a browser on this machine.
fn url(listen: SocketAddr) -> String {
    let port = match listen.port() {
        80 => String::new(),
        port => format!(":{port}"),
    };
    match listen.ip() {
        ip if ip.is_loopback() && ip.is_ipv4() || ip.is_unspecified() => {
            format!("http://localhost{port}")
        }
        IpAddr::V4(ip) => format!("http://{ip}{port}"),
        IpAddr::V6(ip) => format!("http://[{ip}]{port}"),
    }
}

/// Done when the process is told to stop.
async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
