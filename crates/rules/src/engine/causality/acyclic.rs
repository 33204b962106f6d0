//! A graph that stays without cycles: an edge that would close one is refused.
//!
//! The nodes are kept in an order in which every edge points forward (Pearce and Kelly, "A dynamic
//! topological sort algorithm for directed acyclic graphs", 2007). An edge that points forward is
//! added at once, and for another only the nodes between its two ends are searched, so that a graph
//! of very many edges is built in little more than linear time.

/// A graph without cycles, whose nodes are numbers.
#[derive(Debug)]
pub(crate) struct AcyclicGraph {
    nodes: Vec<GraphNode>,
}

#[derive(Clone, Debug, Default)]
struct GraphNode {
    /// Its place in the order.
    place: usize,
    before: Vec<usize>,
    after: Vec<usize>,
}

impl AcyclicGraph {
    /// A graph with that many nodes and no edge.
    pub(crate) fn new(nodes: usize) -> Self {
        let node = |place| GraphNode { place, ..GraphNode::default() };
        Self { nodes: (0..nodes).map(node).collect() }
    }

    /// Adds an edge. False if it would close a cycle, or if there are no such nodes; the graph is
    /// then as before.
    pub(crate) fn add(&mut self, from: usize, to: usize) -> bool {
        let (Some(first), Some(last)) = (self.place(to), self.place(from)) else { return false };
        if first == last {
            return false;
        }
        if first < last {
            // The edge points backward: whatever follows `to` must move behind `from`.
            let within = first..=last;
            let after = self.reached(to, |node| &node.after, &within);
            if after.contains(&from) {
                return false;
            }
            let before = self.reached(from, |node| &node.before, &within);
            self.reorder(before, after);
        }
        if let Some(node) = self.nodes.get_mut(from) {
            node.after.push(to);
        }
        if let Some(node) = self.nodes.get_mut(to) {
            node.before.push(from);
        }
        true
    }

    fn place(&self, node: usize) -> Option<usize> {
        self.nodes.get(node).map(|node| node.place)
    }

    /// The nodes that are reached from `start` through nodes whose place is within `places`, in the
    /// order of their places.
    fn reached(
        &self,
        start: usize,
        next: fn(&GraphNode) -> &Vec<usize>,
        places: &std::ops::RangeInclusive<usize>,
    ) -> Vec<usize> {
        let mut seen = std::collections::BTreeMap::from([(self.place(start), start)]);
        let mut open = vec![start];
        while let Some(node) = open.pop().and_then(|at| self.nodes.get(at)) {
            for &other in next(node) {
                let place = self.place(other);
                let is_within = place.is_some_and(|place| places.contains(&place));
                if is_within && seen.insert(place, other).is_none() {
                    open.push(other);
                }
            }
        }
        seen.into_values().collect()
    }

    /// Places all of `first` before all of `then`, on the places that these nodes have.
    fn reorder(&mut self, first: Vec<usize>, then: Vec<usize>) {
        let nodes = [first, then].concat();
        let mut places: Vec<_> = nodes.iter().filter_map(|node| self.place(*node)).collect();
        places.sort_unstable();
        for (at, place) in nodes.into_iter().zip(places) {
            if let Some(node) = self.nodes.get_mut(at) {
                node.place = place;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a path leads from one node to the other.
    fn leads_to(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
        let mut seen = vec![from];
        let mut next = 0;
        while let Some(&at) = seen.get(next) {
            let after = edges.iter().filter(|(start, _)| *start == at).map(|(_, end)| *end);
            for end in after.collect::<Vec<_>>() {
                if !seen.contains(&end) {
                    seen.push(end);
                }
            }
            next += 1;
        }
        seen.contains(&to)
    }

    #[test]
    fn refuses_exactly_the_edges_that_close_a_cycle() {
        const NODES: usize = 12;
        let mut seed = 1_u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(seed >> 33).unwrap() % NODES
        };
        for _ in 0..200 {
            let mut graph = AcyclicGraph::new(NODES);
            let mut edges = Vec::new();
            for _ in 0..40 {
                let (from, to) = (random(), random());
                let is_new = !leads_to(&edges, to, from);
                assert_eq!(graph.add(from, to), is_new, "{from} to {to} after {edges:?}");
                if is_new {
                    edges.push((from, to));
                }
            }
        }
    }

    #[test]
    fn an_unknown_node_is_refused() {
        assert!(!AcyclicGraph::new(1).add(0, 1));
    }
}
