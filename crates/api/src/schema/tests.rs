//! What `model` writes must read as what we describe, and come back the same.
