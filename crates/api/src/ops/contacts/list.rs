//! Finding contacts.

use model::{AddressKey, ContactId, Timestamp};
use storage::ContactFilter;

use crate::ops::prelude::*;

const LIST: Lister = Lister::new("list_contacts");

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Part of a name or an address.
    #[serde(default)]
    search: Option<String>,
    /// `kind:value`, such as `phone:+12025550123`.
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ContactItem {
    #[schema(value_type = String)]
    id: ContactId,
    name: Option<String>,
    locale: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_seen_at: Option<Timestamp>,
    #[schema(value_type = Vec<schema::AddressKey>)]
    addresses: Vec<AddressKey>,
}

/// Contacts, newest first.
#[utoipa::path(get, path = "/v1/contacts", operation_id = "list_contacts", tag = "contacts", params(Filter),
    responses((status = 200, body = List<ContactItem>)), security(("api_key" = ["contacts:read"])))]
pub async fn list_contacts(
    State(state): State<ApiState>,
    principal: Principal,
    Query(q): Query<Filter>,
) -> Result<Json<List<ContactItem>>, Problem> {
    let filter = ContactFilter {
        search: q.search.map(|s| s.trim().to_lowercase()).filter(|s| !s.is_empty()),
        address: one::<AddressKey>("address", q.address.as_deref())?,
    };
    let page = LIST.page(q.limit, q.cursor.as_deref())?;
    let rows = state.store().contacts(principal.workspace, filter, page).await?;
    let mut items = Vec::with_capacity(rows.items.len());
    for row in rows.items {
        let addresses = match state.engine().contact(principal.workspace, row.id).await? {
            Some(view) => view.contact.addresses.into_iter().map(|a| a.key).collect(),
            None => Vec::new(),
        };
        items.push(ContactItem {
            id: row.id,
            name: row.name,
            locale: row.locale,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            addresses,
        });
    }
    Ok(LIST.answer(storage::Paged { items, next: rows.next }, |item| item))
}
