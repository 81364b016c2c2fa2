//! Who should do what: the same answer on every node that sees the same nodes, even, and with few moves when one comes or goes.

use std::collections::{BTreeMap, BTreeSet};

use model::draws::stable_hash;
use model::{SenderId, WorkspaceId};

use super::Duty;

/// Gives each duty to a node: to the one that its hash likes best among those that have room. No node has more than its share of the senders
/// (rounded up), nor of the rest. Senders that share limits with others of their workspace stay together and count as one.
pub(super) fn spread<'n>(
    duties: &BTreeSet<Duty>,
    nodes: &BTreeSet<&'n str>,
    sharing: &BTreeMap<SenderId, WorkspaceId>,
) -> BTreeMap<Duty, &'n str> {
    let (mut senders, mut rest): (BTreeMap<String, Vec<Duty>>, Vec<Vec<Duty>>) = (BTreeMap::new(), Vec::new());
    for duty in duties {
        match duty {
            Duty::Sender(id) => {
                let name = sharing.get(id).map_or_else(|| duty.to_string(), |ws| format!("senders/{ws}"));
                senders.entry(name).or_default().push(*duty);
            }
            _ => rest.push(vec![*duty]),
        }
    }
    let rest = rest.into_iter().map(|alone| (alone[0].to_string(), alone)).collect();
    let mut plan = BTreeMap::new();
    for group in [senders, rest] {
        give(&group, nodes, &mut plan);
    }
    plan
}

fn give<'n>(group: &BTreeMap<String, Vec<Duty>>, nodes: &BTreeSet<&'n str>, plan: &mut BTreeMap<Duty, &'n str>) {
    if nodes.is_empty() {
        return;
    }
    let room = group.len().div_ceil(nodes.len());
    let mut load: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, together) in group {
        let free = nodes.iter().filter(|node| load.get(**node).copied().unwrap_or(0) < room);
        if let Some(node) = free.max_by_key(|node| stable_hash(&[name.as_bytes(), node.as_bytes()])) {
            *load.entry(node).or_default() += 1;
            plan.extend(together.iter().map(|duty| (*duty, *node)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart<'n>(duties: &BTreeSet<Duty>, nodes: &BTreeSet<&'n str>) -> BTreeMap<Duty, &'n str> {
        spread(duties, nodes, &BTreeMap::new())
    }

    fn duties(senders: u128) -> BTreeSet<Duty> {
        (0..senders).map(|n| Duty::Sender(SenderId::from_u128(n))).chain(Duty::FIXED).collect()
    }

    fn senders_of(plan: &BTreeMap<Duty, &str>, node: &str) -> usize {
        plan.iter().filter(|(duty, who)| **who == node && matches!(duty, Duty::Sender(_))).count()
    }

    #[test]
    fn senders_are_spread_evenly_and_nothing_is_left_over() {
        for (senders, nodes) in [(1, 2), (2, 2), (7, 3), (100, 3), (10, 1)] {
            let names: Vec<String> = (0..nodes).map(|n| format!("node{n}")).collect();
            let nodes: BTreeSet<&str> = names.iter().map(String::as_str).collect();
            let all = duties(senders);
            let plan = apart(&all, &nodes);
            assert_eq!(plan.keys().copied().collect::<BTreeSet<_>>(), all);
            let most = (senders as usize).div_ceil(nodes.len());
            assert!(nodes.iter().all(|node| senders_of(&plan, node) <= most), "{plan:?}");
        }
        assert!(apart(&duties(3), &BTreeSet::new()).is_empty());
    }

    #[test]
    fn when_a_node_leaves_most_duties_stay_where_they_are() {
        let all = duties(300);
        let before = apart(&all, &BTreeSet::from(["a", "b", "c"]));
        let after = apart(&all, &BTreeSet::from(["a", "b"]));
        let moved = all.iter().filter(|duty| before[duty] != "c" && before[duty] != after[duty]).count();
        assert!(moved <= 40, "{moved} moved although their node lives");
    }

    /// R-RATE-1: a limit that several senders share is counted in one place.
    #[test]
    fn r_rate_1_senders_that_share_limits_are_one_nodes() {
        let all = duties(12);
        let nodes = BTreeSet::from(["a", "b", "c"]);
        let sharing: BTreeMap<SenderId, WorkspaceId> = (0..8).map(|n| (SenderId::from_u128(n), WorkspaceId::from_u128(n % 2))).collect();
        let plan = spread(&all, &nodes, &sharing);
        assert_eq!(plan.len(), all.len());
        for ws in 0..2 {
            let of: BTreeSet<&str> = (0..8).filter(|n| n % 2 == ws).map(|n| plan[&Duty::Sender(SenderId::from_u128(n))]).collect();
            assert_eq!(of.len(), 1, "{plan:?}");
        }
        let alone: BTreeSet<&str> = (8..12).map(|n| plan[&Duty::Sender(SenderId::from_u128(n))]).collect();
        assert!(alone.len() > 1, "others are spread as ever");
    }
}
