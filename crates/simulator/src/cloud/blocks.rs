//! `/{number}/block_users` (reference 8).

use serde_json::{Value, json};

use super::send::product;
use super::{ApiRequest, GraphError, codes, paging};
use crate::people::PersonId;
use crate::world::World;

impl World {
    /// Blocks or unblocks. Partial failure is HTTP 400 with both the lists and `error` 139100.
    pub(super) fn change_blocks(&mut self, number: &str, body: &Value, block: bool) -> Result<(u16, Value), GraphError> {
        product(body)?;
        let users = body.get("block_users").and_then(Value::as_array).ok_or_else(|| GraphError::required("block_users"))?;
        let own = self.cloud.numbers.get(number).map(|n| n.display().to_owned()).unwrap_or_default();
        let (mut done, mut failed) = (Vec::new(), Vec::new());
        for user in users {
            let input = user.get("user").or_else(|| user.get("user_id")).and_then(Value::as_str).unwrap_or_default();
            match self.blockable(number, input, &own, block) {
                Ok(person) => {
                    let wa_id = self.people.get(person).map(|p| p.wa_id().to_owned()).unwrap_or_default();
                    if let Some(state) = self.cloud.numbers.get_mut(number) {
                        if block {
                            state.blocked.insert(person, input.to_owned());
                        } else {
                            state.blocked.remove(&person);
                        }
                    }
                    done.push(json!({ "input": input, "wa_id": wa_id }));
                }
                Err(code) => {
                    let row = codes::row(code);
                    let error =
                        json!({ "message": format!("(#{code}) {}", row.title), "code": code, "error_data": { "details": row.details } });
                    failed.push(json!({ "input": input, "wa_id": input.trim_start_matches('+'), "errors": [error] }));
                }
            }
        }
        let member = if block { "added_users" } else { "removed_users" };
        let mut answer = json!({ "messaging_product": "whatsapp", "block_users": { member: done } });
        if failed.is_empty() {
            return Ok((200, answer));
        }
        answer["block_users"]["failed_users"] = failed.into();
        let trace = self.mint.trace();
        answer["error"] = GraphError::of_code(139100).body(&trace)["error"].take();
        Ok((400, answer))
    }

    /// Only people who wrote in the last 24 hours can be blocked; nobody can block themselves.
    fn blockable(&self, number: &str, input: &str, own: &str, block: bool) -> Result<PersonId, u32> {
        if input.trim_start_matches('+') == own {
            return Err(131021);
        }
        let person = self.people.by_phone(input).or_else(|| self.people.by_user_id(input)).ok_or(131026u32)?;
        let wrote = self.people.get(person).is_some_and(|p| p.window(number).service_open(self.now));
        if block && !wrote { Err(131047) } else { Ok(person) }
    }

    pub(super) fn list_blocks(&self, request: &ApiRequest, number: &str) -> Result<Value, GraphError> {
        let state = self.cloud.numbers.get(number).ok_or_else(|| GraphError::unknown_object("GET", number))?;
        let rows = state
            .blocked
            .keys()
            .filter_map(|id| self.people.get(*id))
            .map(|p| json!({ "messaging_product": "whatsapp", "wa_id": p.wa_id() }))
            .collect();
        paging::page(request, rows, |row| row["wa_id"].as_str().unwrap_or_default().to_owned())
    }
}
