//! What an operator may tune. The defaults suit a small server.

/// How a store uses its machine.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections that read beside the writer.
    pub readers: usize,
    /// Page cache of the writer in KiB; taken only as it is used.
    pub writer_cache_kib: u32,
    /// Page cache of each reader in KiB.
    pub reader_cache_kib: u32,
    /// Signals that share one commit at most. A single call with more is one commit still.
    pub group_signals: usize,
    /// Pages of 4 KiB after which the log is folded into the file. 4,096 (16 MiB) keeps the longest stall short; more is faster on average.
    pub checkpoint_pages: u32,
    /// When the rows of waiting signals are read beside, before their turn.
    pub read_ahead: ReadAhead,
    /// The file may not grow beyond this many pages of 4 KiB. A full store answers `Unavailable` and changes nothing.
    pub max_pages: Option<u32>,
}

/// Reading ahead costs a look-up for each signal, and saves the wait for a disk that is slow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReadAhead {
    /// While rows keep coming late.
    #[default]
    WhenSlow,
    Always,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 3,
            writer_cache_kib: 16_384,
            reader_cache_kib: 2_048,
            group_signals: 512,
            checkpoint_pages: 4_096,
            read_ahead: ReadAhead::default(),
            max_pages: None,
        }
    }
}
