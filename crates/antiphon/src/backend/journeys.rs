//! Journeys as people list, read, check and publish them.

use api::engine::{
    Diagnostic, EngineError, Entry, Goal, Graph, GraphEdge, GraphNode, JourneyDetail, JourneyState, JourneyStep, JourneySummary,
    JourneyVersion, Published, Severity, Validation,
};
use journey::{EntryPolicy, Journey};
use model::{Purpose, Timestamp, WorkspaceId};
use runtime::documents::JourneyDoc;
use runtime::{Publication, PublishError};
use storage::DocumentExt;

use super::Backend;

impl Backend {
    pub(super) async fn list_journeys(&self, ws: WorkspaceId) -> Result<Vec<JourneySummary>, EngineError> {
        let docs = self.engine.store().all::<JourneyDoc>(ws).await?;
        let catalogue = self.catalogue(ws)?;
        let summary = |doc: &JourneyDoc| catalogue.journeys.get(&doc.name).map(|published| summary(doc, &published.current));
        Ok(docs.iter().filter_map(|stored| summary(&stored.value)).collect())
    }

    pub(super) async fn journey_detail(&self, ws: WorkspaceId, name: &str) -> Result<Option<JourneyDetail>, EngineError> {
        let Some(doc) = self.engine.store().get::<JourneyDoc>(ws, name).await? else { return Ok(None) };
        let catalogue = self.catalogue(ws)?;
        Ok(catalogue.journeys.get(name).map(|published| detail(&doc.value, &published.current)))
    }

    pub(super) async fn versions(&self, ws: WorkspaceId, name: &str) -> Result<Vec<JourneyVersion>, EngineError> {
        let doc =
            self.engine.store().get::<JourneyDoc>(ws, name).await?.ok_or_else(|| EngineError::NotFound(format!("journey `{name}`")))?;
        let versions = doc.value.versions.iter().rev();
        Ok(versions
            .map(|line| JourneyVersion {
                version: line.version.clone(),
                published_at: line.published_at,
                published_by: line.published_by.clone(),
                active: line.version == doc.value.current,
            })
            .collect())
    }

    pub(super) fn validate(&self, ws: WorkspaceId, source: &str) -> Validation {
        let compiled = self.engine.check_journey(ws, "journey.yaml", source);
        Validation {
            diagnostics: compiled.diagnostics.iter().map(diagnostic).collect(),
            graph: compiled.journey.as_ref().map(graph),
            version: compiled.journey.map(|journey| journey.version),
        }
    }

    pub(super) async fn publish(&self, ws: WorkspaceId, source: &str, by: &str) -> Result<Published, EngineError> {
        match self.engine.publish_journey(ws, "journey.yaml", source, by).await.map_err(refused)? {
            Publication::Refused(diagnostics) => Ok(Published::Refused(diagnostics.iter().map(diagnostic).collect())),
            Publication::Done(journey) => {
                let name = journey.name.clone();
                let detail = self.journey_detail(ws, &name).await?;
                self.live.publish(ws, api::engine::LiveKind::Journey, serde_json::json!({ "name": name }));
                detail.map(|detail| Published::Done(Box::new(detail))).ok_or_else(|| EngineError::NotFound(format!("journey `{name}`")))
            }
        }
    }

    pub(super) async fn change_state(&self, ws: WorkspaceId, name: &str, state: JourneyState, by: &str) -> Result<(), EngineError> {
        let state = match state {
            JourneyState::Open => decide::JourneyState::Open,
            JourneyState::Closed => decide::JourneyState::Closed,
            JourneyState::Held => decide::JourneyState::Held,
        };
        self.engine.set_journey_state(ws, name, state, by).await.map_err(refused)?;
        self.live.publish(ws, api::engine::LiveKind::Journey, serde_json::json!({ "name": name }));
        Ok(())
    }
}

fn refused(error: PublishError) -> EngineError {
    match error {
        PublishError::NoJourney(name) => EngineError::NotFound(format!("journey `{name}`")),
        PublishError::Raced(_) => EngineError::Conflict(error.to_string()),
        PublishError::Storage(error) => EngineError::Storage(error),
    }
}

fn summary(doc: &JourneyDoc, journey: &Journey) -> JourneySummary {
    let published_at = doc.versions.iter().find(|line| line.version == doc.current).map_or(Timestamp::EPOCH, |line| line.published_at);
    let goal = match &journey.goal {
        journey::Goal::Reached { name, within, .. } => Some(Goal { name: name.clone(), within: within.to_string() }),
        journey::Goal::Waived { .. } => None,
    };
    let first_send = journey.steps.values().find_map(|step| match &step.kind {
        journey::StepKind::Send(send) => Some(send.purpose),
        _ => None,
    });
    JourneySummary {
        name: journey.name.clone(),
        title: journey.title.clone(),
        owner: journey.owner.clone(),
        purpose: journey.purpose.or(first_send).unwrap_or(Purpose::Service),
        state: match doc.state {
            decide::JourneyState::Open => JourneyState::Open,
            decide::JourneyState::Closed => JourneyState::Closed,
            decide::JourneyState::Held => JourneyState::Held,
        },
        version: doc.current.clone(),
        published_at,
        goal,
    }
}

fn detail(doc: &JourneyDoc, journey: &Journey) -> JourneyDetail {
    let graph = graph(journey);
    let policy = match &journey.entry.policy {
        EntryPolicy::Once => "once".to_owned(),
        EntryPolicy::AfterExit => "after_exit".to_owned(),
        EntryPolicy::After(wait) => format!("after {wait}"),
        EntryPolicy::Parallel(most) => format!("parallel, at most {most}"),
    };
    let steps = graph.nodes.iter().map(|node| JourneyStep { id: node.id.clone(), kind: node.kind.clone() }).collect();
    JourneyDetail {
        summary: summary(doc, journey),
        source: journey.source.clone(),
        graph,
        entry: Entry { on: journey.entry.on.clone(), policy },
        start: journey.start.clone(),
        steps,
    }
}

fn graph(journey: &Journey) -> Graph {
    let drawn = journey::graph(journey);
    let nodes = drawn
        .nodes
        .into_iter()
        .map(|node| GraphNode { id: node.id, kind: node.kind.to_owned(), label: node.label, detail: node.detail })
        .collect();
    let kind =
        |kind: journey::EdgeKind| serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    let edges =
        drawn.edges.into_iter().map(|edge| GraphEdge { from: edge.from, to: edge.to, label: edge.label, kind: kind(edge.kind) }).collect();
    Graph { nodes, edges }
}

pub(super) fn diagnostic(found: &journey::Diagnostic) -> Diagnostic {
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Diagnostic {
        severity: if found.severity == journey::Severity::Error { Severity::Error } else { Severity::Warning },
        code: found.code.to_owned(),
        line: narrow(found.line),
        column: narrow(found.column),
        end_line: narrow(found.end_line),
        end_column: narrow(found.end_column),
        what: found.what.clone(),
        fix: found.fix.clone(),
    }
}
