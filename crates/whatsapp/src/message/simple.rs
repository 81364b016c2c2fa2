//! Text, location, reaction, pin.

use crate::limits;
use crate::validate::Checker;
use crate::wire;
use serde::{Deserialize, Serialize};

/// `text`. Markup: `*bold*`, `_italic_`, `~strike~`, and three backquotes for monospace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub body: String,
    /// Shows a preview of the first http(s) link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<bool>,
}

impl Text {
    pub fn new(body: impl Into<String>) -> Self {
        Self { body: body.into(), preview_url: None }
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        checker.text("body", &self.body, limits::TEXT_BODY_MAX);
    }
}

/// A latitude or longitude; written as a string, read as a string or a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coordinate(String);

impl Coordinate {
    pub fn degrees(&self) -> Option<f64> {
        self.0.trim().parse().ok().filter(|degrees: &f64| degrees.is_finite())
    }
}

impl From<f64> for Coordinate {
    fn from(degrees: f64) -> Self {
        Self(degrees.to_string())
    }
}

impl<'de> Deserialize<'de> for Coordinate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::text(deserializer).map(Self)
    }
}

/// `location`, also as a template header parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    pub latitude: Coordinate,
    pub longitude: Coordinate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Location {
    pub fn new(latitude: f64, longitude: f64) -> Self {
        Self { latitude: latitude.into(), longitude: longitude.into(), name: None, address: None }
    }

    pub(super) fn check(&self, checker: &mut Checker) {
        let within = |coordinate: &Coordinate, limit: f64| coordinate.degrees().is_some_and(|degrees| degrees.abs() <= limit);
        checker.require("latitude", within(&self.latitude, 90.0), "must be a number from -90 to 90");
        checker.require("longitude", within(&self.longitude, 180.0), "must be a number from -180 to 180");
    }
}

/// `reaction`. An empty emoji removes it. The target must be 30 days old at most; the only status is `sent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    pub message_id: String,
    #[serde(default)]
    pub emoji: String,
}

impl Reaction {
    pub(super) fn check(&self, checker: &mut Checker) {
        checker.require("message_id", !self.message_id.is_empty(), "must not be empty");
    }
}

/// `pin.type`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PinAction {
    Pin,
    Unpin,
}

/// `pin`: pins a message in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    #[serde(rename = "type")]
    pub action: PinAction,
    pub message_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_days: Option<u32>,
}

impl Pin {
    pub(super) fn check(&self, checker: &mut Checker) {
        checker.require("message_id", !self.message_id.is_empty(), "must not be empty");
        checker.require("expiration_days", self.expiration_days != Some(0), "must be at least 1");
    }
}
