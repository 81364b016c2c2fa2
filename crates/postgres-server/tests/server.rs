//! A server comes, forgets nothing when it is durable, and goes.

use std::net::TcpStream;

use postgres_server::{Server, Settings, database};

#[test]
fn a_durable_server_keeps_what_was_committed_through_a_crash_and_leaves_nothing_behind() {
    let mut server = Server::start(&Settings::durable().with("shared_buffers", "16MB")).unwrap();
    let url = server.create_database("kept").unwrap();
    assert!(url.ends_with("/kept"), "{url}");
    server.psql("kept", "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('still here')").unwrap();
    server.crash();
    assert!(TcpStream::connect(("127.0.0.1", server.port())).is_err(), "a crashed server answers nobody");
    server.start_again().unwrap();
    assert_eq!(server.psql("kept", "SELECT text FROM note").unwrap(), "still here");
    assert_eq!(server.psql("kept", "SHOW fsync; SHOW shared_buffers").unwrap(), "on\n16MB");
    let (folder, port) = (server.folder().to_owned(), server.port());
    drop(server);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    assert!(!folder.exists());
}

#[test]
fn each_test_has_an_empty_database_of_its_own() {
    let (one, two) = (database().unwrap(), database().unwrap());
    assert_ne!(one.url(), two.url());
    one.psql("CREATE TABLE note (text TEXT)").unwrap();
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!((one.psql(tables).unwrap(), two.psql(tables).unwrap()), ("1".to_owned(), "0".to_owned()));
    assert!(two.psql("SELECT nonsense").is_err());
}
