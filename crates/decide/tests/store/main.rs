//! What holds for one contact also holds through a store, whoever asks at once and however often.

mod orders;
mod pressure;
mod product;
