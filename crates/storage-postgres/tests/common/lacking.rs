//! A server that lacks something, as engines that speak as PostgreSQL does may: on their way to a real one, words are spoiled, so that it knows none of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};

/// What a server may lack, each with what it hears instead: of the same length, because messages say theirs.
const WORDS: [(&str, &str); 3] = [("LISTEN antiphon", "LISTEX antiphon"), ("pg_notify", "pg_notifx"), ("advisory", "advisorx")];

pub struct Lacking {
    url: String,
    met: Arc<[AtomicU64; WORDS.len()]>,
}

impl Lacking {
    /// In front of the server that a URL leads to.
    pub async fn before(direct: &str) -> Self {
        let (user, rest) = direct.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{user}@{}/{database}", listener.local_addr().unwrap());
        let met = Arc::<[AtomicU64; WORDS.len()]>::default();
        let (server, counts) = (server.to_owned(), Arc::clone(&met));
        // Ends with the runtime of its test.
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(near, far, Arc::clone(&counts)));
            }
        });
        Self { url, met }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// How often `LISTEN`, `pg_notify` and advisory locks were asked for.
    pub fn met(&self) -> [u64; WORDS.len()] {
        std::array::from_fn(|which| self.met[which].load(Ordering::SeqCst))
    }
}

async fn carry(near: TcpStream, far: TcpStream, met: Arc<[AtomicU64; WORDS.len()]>) {
    let ((mut from_node, mut to_node), (mut from_server, mut to_server)) = (near.into_split(), far.into_split());
    let back = tokio::spawn(async move { copy(&mut from_server, &mut to_node).await });
    let mut bytes = vec![0; 64 * 1024];
    // What these tests send is small: a statement comes in one piece.
    while let Ok(many @ 1..) = from_node.read(&mut bytes).await {
        for ((word, other), count) in WORDS.iter().zip(&*met) {
            while let Some(at) = bytes[..many].windows(word.len()).position(|window| window == word.as_bytes()) {
                bytes[at..at + word.len()].copy_from_slice(other.as_bytes());
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
        if to_server.write_all(&bytes[..many]).await.is_err() {
            break;
        }
    }
    back.abort();
}
