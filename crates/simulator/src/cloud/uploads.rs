//! The resumable upload: sample media of templates and profile pictures (reference 6.1).

use serde_json::{Value, json};

use super::{ApiRequest, GraphError};
use crate::world::World;

#[derive(Clone, Debug)]
pub struct Upload {
    pub length: usize,
    pub received: usize,
    pub kind: String,
}

impl World {
    /// `POST /{app}/uploads`.
    pub(super) fn open_upload(&mut self, request: &ApiRequest) -> Result<Value, GraphError> {
        let length = request.param("file_length").and_then(|l| l.parse().ok()).ok_or_else(|| GraphError::required("file_length"))?;
        let kind = request.param("file_type").ok_or_else(|| GraphError::required("file_type"))?;
        let id = format!("upload:{}", self.mint.hex("upload", 40));
        self.cloud.uploads.insert(id.clone(), Upload { length, received: 0, kind });
        Ok(json!({ "id": id }))
    }

    /// `POST /upload:…` with raw bytes. The answer is the handle.
    pub(super) fn continue_upload(&mut self, id: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let Some(upload) = self.cloud.uploads.get_mut(id) else { return Err(GraphError::unknown_object("POST", id)) };
        upload.received += request.body.len();
        if upload.received < upload.length {
            return Ok(json!({ "id": id, "file_offset": upload.received }));
        }
        let kind = upload.kind.clone();
        let handle = format!("4::{}:{kind}", self.mint.hex("handle", 48));
        Ok(json!({ "h": handle }))
    }

    pub(super) fn upload_state(&self, id: &str) -> Result<Value, GraphError> {
        let upload = self.cloud.uploads.get(id).ok_or_else(|| GraphError::unknown_object("GET", id))?;
        Ok(json!({ "id": id, "file_offset": upload.received }))
    }
}
