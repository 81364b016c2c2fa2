//! Taking in what the providers have: their word is law, and a text that was changed there is changed here; drafts of ours stay.

use std::collections::{BTreeMap, BTreeSet};

use api::engine::{EngineError, LiveKind, TemplateSync, UnfilledTemplate};
use channel::Provider;
use channel_whatsapp::{RemoteTemplate, says_the_same};
use model::draws::stable_hash;
use model::template::{Approval, ApprovalState, Template};
use model::{TemplateId, Timestamp, WorkspaceId};
use runtime::documents::TemplateDoc;
use serde_json::json;
use storage::DocumentExt;

use super::Backend;
use super::templates::set_version;

/// What Meta calls a template that is not there any more.
const DELETED: &str = "DELETED";

impl Backend {
    pub(super) async fn take_in_templates(&self, ws: WorkspaceId, by: &str) -> Result<TemplateSync, EngineError> {
        let mut there: BTreeMap<String, Vec<RemoteTemplate>> = BTreeMap::new();
        let mut accounts_seen = BTreeSet::new();
        for account in self.whatsapp_accounts(ws).await? {
            let Provider::WhatsappCloud(number) = &account.provider else { continue };
            if !accounts_seen.insert(number.waba_id.clone()) {
                continue;
            }
            let listed = self.whatsapp.list_templates(&account).await;
            for remote in listed.map_err(|error| EngineError::Upstream(format!("the provider did not list its templates: {error}")))? {
                there.entry(remote.name.clone()).or_default().push(remote);
            }
        }
        if accounts_seen.is_empty() {
            return Err(EngineError::Conflict("no WhatsApp number is connected, so there is nothing to take in".to_owned()));
        }
        let mut report = TemplateSync { seen: there.values().map(Vec::len).sum(), ..TemplateSync::default() };
        let now = self.engine.now();
        let store = self.engine.store();
        for stored in store.all::<TemplateDoc>(ws).await? {
            let remotes = there.remove(&stored.value.0.name).unwrap_or_default();
            let mut found = TemplateSync::default();
            self.engine
                .change::<TemplateDoc>(ws, &stored.id, |template| {
                    found = TemplateSync::default();
                    bring_up_to_date(&mut template.0, &remotes, now, &mut found)
                })
                .await?;
            report.changed.append(&mut found.changed);
            report.differing.append(&mut found.differing);
            report.gone.append(&mut found.gone);
            report.not_sendable.append(&mut found.not_sendable);
        }
        for (name, remotes) in there {
            let Some(template) = made_of(&name, remotes, now) else { continue };
            unfilled(&template, &mut report);
            store.put(ws, &TemplateDoc(template), 0, now).await?;
            report.created.push(name);
        }
        if !(report.created.is_empty() && report.changed.is_empty() && report.gone.is_empty()) {
            let detail = json!({ "created": report.created, "changed": report.changed, "gone": report.gone });
            self.engine.audit(ws, by, "template.synced", "whatsapp", detail).await?;
            self.engine.reload(ws).await?;
            self.live.publish(ws, LiveKind::Lagged, json!({}));
        }
        Ok(report)
    }
}

impl Backend {
    /// Heals what no webhook told, in every workspace with a number; what cannot be listed now is listed the next time.
    pub async fn sync_all_templates(&self) -> Result<(), EngineError> {
        for ws in self.engine.store().workspaces().await? {
            if self.whatsapp_accounts(ws).await?.is_empty() {
                continue;
            }
            match self.take_in_templates(ws, "system").await {
                Ok(report) if report.changed.is_empty() && report.gone.is_empty() => {}
                Ok(report) => {
                    let TemplateSync { changed, gone, .. } = report;
                    tracing::info!(workspace = %ws, ?changed, ?gone, "Templates were otherwise at the provider than known here");
                }
                Err(error) => tracing::warn!(workspace = %ws, error = %error, "The templates could not be taken in"),
            }
        }
        Ok(())
    }
}

fn tag_of(remote: &RemoteTemplate) -> String {
    remote.language.replace('_', "-")
}

fn unfilled(template: &Template, report: &mut TemplateSync) {
    for (language, text) in &template.languages {
        if let Some(reason) = &text.not_sendable {
            report.not_sendable.push(UnfilledTemplate { template: format!("{}/{language}", template.name), reason: reason.clone() });
        }
    }
}

/// Answers whether anything changed.
fn bring_up_to_date(template: &mut Template, remotes: &[RemoteTemplate], now: Timestamp, report: &mut TemplateSync) -> bool {
    let before = template.clone();
    let mut kept: BTreeSet<String> = BTreeSet::new();
    for remote in remotes {
        let tag = tag_of(remote);
        let known = template.languages.keys().find(|have| have.replace('_', "-").eq_ignore_ascii_case(&tag)).cloned();
        let key = known.clone().unwrap_or(tag);
        kept.insert(key.clone());
        let ours = template.languages.get(&key).map(|text| text.approval.clone());
        let approval = Approval { at: Some(now), ..remote.approval.clone() };
        match ours {
            Some(ours) if says_the_same(template, &key, remote) => {
                let version = Some(template.version.clone());
                let same = Approval { at: ours.at, version: version.clone(), ..approval.clone() } == ours;
                if let Some(text) = template.languages.get_mut(&key).filter(|_| !same) {
                    text.approval = Approval { version, ..approval };
                }
            }
            // Not handed in yet: what the provider has is the text before, or somebody else's of the same name.
            Some(ours) if ours.version.is_none() => {
                report.differing.push(format!("{}/{key}", template.name));
                if let Some(text) = template.languages.get_mut(&key) {
                    text.approval.provider_id.clone_from(&remote.approval.provider_id);
                }
            }
            _ => {
                for variable in &remote.variables {
                    if !template.variables.iter().any(|known| known.name == variable.name) {
                        template.variables.push(variable.clone());
                    }
                }
                let mut text = remote.text.clone();
                text.approval = Approval { version: Some(template.version.clone()), ..approval };
                template.languages.insert(key, text);
            }
        }
    }
    for (tag, text) in &mut template.languages {
        let handed_in = text.approval.provider_id.is_some() && text.approval.version.is_some();
        if handed_in && !kept.contains(tag) && text.approval.raw_state.as_deref() != Some(DELETED) {
            let (state, raw_state) = (ApprovalState::Other, Some(DELETED.to_owned()));
            text.approval = Approval { state, raw_state, at: Some(now), ..text.approval.clone() };
            report.gone.push(format!("{}/{tag}", template.name));
        }
    }
    let used: BTreeSet<String> = template.languages.values().flat_map(journey::template_variables).collect();
    template.variables.retain(|variable| used.contains(&variable.name));
    set_version(template);
    unfilled(template, report);
    let changed = |tag: &&String| before.languages.get(*tag) != template.languages.get(*tag);
    let names: Vec<String> = template.languages.keys().filter(changed).map(|tag| format!("{}/{tag}", template.name)).collect();
    report.changed.extend(names.into_iter().filter(|name| !report.gone.contains(name)));
    let is_new = *template != before;
    if is_new {
        template.updated_at = now;
    }
    is_new
}

fn made_of(name: &str, remotes: Vec<RemoteTemplate>, now: Timestamp) -> Option<Template> {
    let first = remotes.first()?;
    // The same name has the same id in every file and on every machine.
    let id = (u128::from(stable_hash(&[b"template", name.as_bytes()])) << 64) | u128::from(stable_hash(&[name.as_bytes()]));
    let mut template = Template {
        id: TemplateId::from_u128(id),
        name: name.to_owned(),
        purpose: first.purpose,
        variables: Vec::new(),
        languages: BTreeMap::new(),
        default_language: tag_of(first),
        version: String::new(),
        updated_at: now,
    };
    for remote in remotes {
        let tag = tag_of(&remote);
        for variable in remote.variables {
            if !template.variables.iter().any(|known| known.name == variable.name) {
                template.variables.push(variable);
            }
        }
        let mut text = remote.text;
        text.approval = Approval { version: Some(String::new()), at: Some(now), ..remote.approval };
        template.languages.insert(tag, text);
    }
    set_version(&mut template);
    Some(template)
}
