//! The product as it is deployed: one node with its own file, or several that share a database, behind one address.

use std::path::{Path, PathBuf};

use postgres_server::Settings;

use crate::balancer::Balancer;
use crate::http::Client;
use crate::plan::{Backing, Plan};
use crate::process::{Server, run};

/// The database of several nodes, on a server of its own that waits for the disk as a real one does.
const DATABASE: &str = "antiphon";

pub struct Fleet {
    pub nodes: Vec<Server>,
    pub balancer: Balancer,
    pub database: Option<postgres_server::Server>,
}

impl Fleet {
    /// Starts every node, the first one first; answers its sign-in link as well. `options` go to each.
    pub async fn start(folder: &Path, plan: &Plan, options: &[&str]) -> (Self, String) {
        let balancer = Balancer::start().await;
        let database = (plan.store == Backing::Postgres).then(|| {
            let server = postgres_server::Server::start(&Settings::durable()).expect("a PostgreSQL server");
            server.create_database(DATABASE).expect("a database");
            server
        });
        let address = database.as_ref().map(|server| server.url(DATABASE));
        let media = folder.join("media").to_string_lossy().into_owned();
        let mut nodes = Vec::new();
        let mut link = String::new();
        for n in 0..plan.nodes {
            let mut all = vec!["--public-url", balancer.url.as_str()];
            all.extend(options);
            if let Some(address) = &address {
                all.extend(["--store", address.as_str(), "--media", media.as_str()]);
            }
            let (server, said) = Server::start(&folder.join(format!("node{n}")), &all).await;
            if n == 0 {
                link = said;
            }
            nodes.push(server);
        }
        balancer.serve(nodes.iter().map(|node| node.url.trim_start_matches("http://").to_owned()).collect());
        (Self { nodes, balancer, database }, link)
    }

    pub fn client(&self) -> Client {
        Client::new(&self.balancer.url)
    }

    /// The database file of a node that has its own.
    pub fn file(&self) -> PathBuf {
        self.nodes[0].data.join("antiphon.db")
    }

    /// Ends connections of the nodes to their database: one of them, or all.
    pub fn cut(&self, all: bool) {
        let Some(server) = &self.database else { return };
        let limit = if all { 1_000 } else { 1 };
        let statement = format!(
            "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = '{DATABASE}' AND pid <> pg_backend_pid()
             ORDER BY random() LIMIT {limit}) victim"
        );
        server.psql("postgres", &statement).expect("the database server answers");
    }

    /// What `antiphon verify` finds in the consent ledger.
    pub fn verify(&self) -> (bool, serde_json::Value) {
        let data = self.nodes[0].data.to_string_lossy().into_owned();
        let address = self.database.as_ref().map(|server| server.url(DATABASE));
        let verified = match &address {
            Some(address) => run(&["verify", "--json", "--store", address]),
            None => run(&["verify", "--json", "--data", &data]),
        };
        (verified.status.success(), serde_json::from_slice(&verified.stdout).unwrap_or_default())
    }

    /// The last lines of every node's log.
    pub fn tail(&self) -> String {
        let mut text = String::new();
        for (n, node) in self.nodes.iter().enumerate() {
            let log = node.log();
            let lines: Vec<&str> = log.lines().collect();
            text.push_str(&format!("node {n}:\n{}\n", lines[lines.len().saturating_sub(30)..].join("\n")));
        }
        text
    }
}
