//! A load balancer as it stands before several nodes: hands each connection to the next node that takes it, and knows nothing of HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Balancer {
    pub url: String,
    nodes: watch::Sender<Vec<String>>,
}

impl Balancer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let (nodes, known) = watch::channel(Vec::new());
        let turn = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let (nodes, turn): (Vec<String>, _) = (known.borrow().clone(), Arc::clone(&turn));
                tokio::spawn(pass(caller, nodes, turn.fetch_add(1, Ordering::Relaxed)));
            }
        });
        Self { url, nodes }
    }

    /// Host and port of every node, whether it is up or not.
    pub fn serve(&self, nodes: Vec<String>) {
        self.nodes.send_replace(nodes);
    }
}

/// How long a connection waits for a node that takes it, and how often that is tried. Longer than a start takes: otherwise a provider's few
/// attempts would all meet a dead server, and what is measured were the outage and not the kill.
const PATIENCE: Duration = Duration::from_secs(8);
const PAUSE: Duration = Duration::from_millis(20);

/// The first node that takes the connection gets it. If none does in time, the caller's connection ends as if there were no balancer.
async fn pass(mut caller: TcpStream, nodes: Vec<String>, turn: usize) {
    for round in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        if round > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        for place in 0..nodes.len() {
            if let Ok(mut node) = TcpStream::connect(&nodes[(turn + place) % nodes.len()]).await {
                let _ = caller.set_nodelay(true);
                let _ = node.set_nodelay(true);
                let _ = copy_bidirectional(&mut caller, &mut node).await;
                return;
            }
        }
    }
}
