//! Who should do what: the same answer on every node that sees the same nodes, even, and with few moves when one comes or goes.

use std::collections::{BTreeMap, BTreeSet};

use model::draws::stable_hash;

use super::Duty;

/// Gives each duty to a node: to the one that its hash likes best among those that have room. No node has more than its share of the senders
/// (rounded up), nor of the rest.
pub(super) fn spread<'n>(duties: &BTreeSet<Duty>, nodes: &BTreeSet<&'n str>) -> BTreeMap<Duty, &'n str> {
    let (senders, rest): (Vec<Duty>, Vec<Duty>) = duties.iter().partition(|duty| matches!(duty, Duty::Sender(_)));
    let mut plan = BTreeMap::new();
    for group in [senders, rest] {
        give(&group, nodes, &mut plan);
    }
    plan
}

fn give<'n>(group: &[Duty], nodes: &BTreeSet<&'n str>, plan: &mut BTreeMap<Duty, &'n str>) {
    if nodes.is_empty() {
        return;
    }
    let room = group.len().div_ceil(nodes.len());
    let mut load: BTreeMap<&str, usize> = BTreeMap::new();
    for duty in group {
        let name = duty.to_string();
        let free = nodes.iter().filter(|node| load.get(**node).copied().unwrap_or(0) < room);
        if let Some(node) = free.max_by_key(|node| stable_hash(&[name.as_bytes(), node.as_bytes()])) {
            *load.entry(node).or_default() += 1;
            plan.insert(*duty, *node);
        }
    }
}

#[cfg(test)]
mod tests {
    use model::SenderId;

    use super::*;

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
            let plan = spread(&all, &nodes);
            assert_eq!(plan.keys().copied().collect::<BTreeSet<_>>(), all);
            let most = (senders as usize).div_ceil(nodes.len());
            assert!(nodes.iter().all(|node| senders_of(&plan, node) <= most), "{plan:?}");
        }
        assert!(spread(&duties(3), &BTreeSet::new()).is_empty());
    }

    #[test]
    fn when_a_node_leaves_most_duties_stay_where_they_are() {
        let all = duties(300);
        let before = spread(&all, &BTreeSet::from(["a", "b", "c"]));
        let after = spread(&all, &BTreeSet::from(["a", "b"]));
        let moved = all.iter().filter(|duty| before[duty] != "c" && before[duty] != after[duty]).count();
        assert!(moved <= 40, "{moved} moved although their node lives");
    }
}
