//! Lines over a connection, with bounds: whoever is at the other end cannot make us hold more than we ask for.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// A plain or encrypted connection.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

pub(crate) struct Wire {
    link: BufReader<Box<dyn Stream>>,
}

impl Wire {
    pub(crate) fn new(link: impl Stream + 'static) -> Self {
        Self { link: BufReader::new(Box::new(link)) }
    }

    /// The next line with its end, of at most `max` bytes. `None` when the other side has closed.
    pub(crate) async fn line(&mut self, max: usize, within: Duration) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.link).take(max as u64);
        bounded(within, limited.read_until(b'\n', &mut line)).await?;
        match line.last() {
            None => Ok(None),
            Some(b'\n') => Ok(Some(line)),
            Some(_) if line.len() >= max => Err(io::Error::new(io::ErrorKind::InvalidData, "a line is too long")),
            Some(_) => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    pub(crate) async fn write(&mut self, bytes: &[u8], within: Duration) -> io::Result<()> {
        bounded(within, async {
            self.link.write_all(bytes).await?;
            self.link.flush().await
        })
        .await
    }

    /// The connection itself, to be encrypted. Fails when bytes came before it was: somebody in between would have put them there.
    pub(crate) fn into_bare(self) -> io::Result<Box<dyn Stream>> {
        if self.link.buffer().is_empty() {
            Ok(self.link.into_inner())
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "the server spoke before the connection was encrypted"))
        }
    }
}

async fn bounded<T>(within: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(within, work).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}
