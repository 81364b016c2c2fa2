//! JSON that is written once and then only passed on.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON document as its text. Records carry details that the engine writes, stores and never reads; a tree of them would be built for
/// nobody. Two are equal when their texts are.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonText(Box<RawValue>);

impl JsonText {
    /// What cannot be written (a map whose keys are no text) becomes `null`.
    #[must_use]
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        Self(serde_json::value::to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }

    /// The document as a tree.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        self.read().unwrap_or_default()
    }
}

impl Default for JsonText {
    fn default() -> Self {
        Self(RawValue::NULL.to_owned())
    }
}

impl From<serde_json::Value> for JsonText {
    fn from(value: serde_json::Value) -> Self {
        Self::of(&value)
    }
}

impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Members of an object, one before the rest.
#[derive(Debug)]
pub struct Members<'a, T, R>(pub &'static str, pub &'a T, pub R);

/// Writes members into an object.
pub trait WriteMembers {
    fn write<M: SerializeMap>(&self, object: &mut M) -> Result<(), M::Error>;
}

impl WriteMembers for () {
    fn write<M: SerializeMap>(&self, _: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<T: Serialize, R: WriteMembers> WriteMembers for Members<'_, T, R> {
    fn write<M: SerializeMap>(&self, object: &mut M) -> Result<(), M::Error> {
        object.serialize_entry(self.0, self.1)?;
        self.2.write(object)
    }
}

impl<T: Serialize, R: WriteMembers> Serialize for Members<'_, T, R> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut object = s.serialize_map(None)?;
        self.write(&mut object)?;
        object.end()
    }
}

/// `json_text!({ "channel": message.channel, "reason": reason })`: an object as its text, without a tree in between.
#[macro_export]
macro_rules! json_text {
    ({ $($name:literal : $value:expr),+ $(,)? }) => {
        $crate::JsonText::of(&$crate::json_text!(@members $($name : $value),+))
    };
    (@members $name:literal : $value:expr $(, $more:literal : $other:expr)*) => {
        $crate::json_text::Members($name, &$value, $crate::json_text!(@members $($more : $other),*))
    };
    (@members) => {
        ()
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    struct Holder {
        name: String,
        inputs: JsonText,
    }

    #[test]
    fn it_stands_in_a_document_as_the_document_that_it_is() {
        let tree = json!({ "b": [1, null, "é\n"], "a": { "deep": 0.5 } });
        let holder = Holder { name: "x".to_owned(), inputs: JsonText::from(tree.clone()) };
        let text = serde_json::to_string(&holder).unwrap();
        assert_eq!(text, json!({ "name": "x", "inputs": tree }).to_string());
        assert_eq!(serde_json::from_str::<Holder>(&text).unwrap(), holder);
        assert_eq!(holder.inputs.to_value(), tree);
    }

    /// Also by way of a tree, which API answers and tests take.
    #[test]
    fn it_survives_being_a_tree() {
        let holder = Holder { name: "x".to_owned(), inputs: JsonText::of(&[1, 2]) };
        let tree = serde_json::to_value(&holder).unwrap();
        assert_eq!(tree, json!({ "name": "x", "inputs": [1, 2] }));
        assert_eq!(serde_json::from_value::<Holder>(tree).unwrap(), holder);
    }

    #[test]
    fn an_object_is_written_as_its_tree_would_be() {
        let (name, none, list) = ("a \"name\"", None::<u32>, vec![1, 2]);
        let text = crate::json_text!({ "name": name, "none": none, "list": list, "sum": 1 + 1 });
        assert_eq!(text.as_str(), json!({ "name": name, "none": none, "list": list, "sum": 1 + 1 }).to_string());
    }

    #[test]
    fn what_cannot_be_written_is_null() {
        assert_eq!(JsonText::of(&std::collections::BTreeMap::from([((1, 2), 3)])), JsonText::default());
    }
}
