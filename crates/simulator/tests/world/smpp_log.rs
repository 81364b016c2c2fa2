//! What is said by SMPP stands in the log beside everything else.

use std::time::Duration;

use simulator::Exchange;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::common::Bench;

fn frame(command: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    for word in [16 + u32::try_from(body.len()).expect("short"), command, 0, sequence] {
        octets.extend(word.to_be_bytes());
    }
    octets.extend(body);
    octets
}

fn submission(from: &str, to: &str, text: &str) -> Vec<u8> {
    let mut body = vec![0, 1, 1];
    body.extend(from.as_bytes());
    body.extend([0, 1, 1]);
    body.extend(to.as_bytes());
    // Class, protocol, priority, schedule, validity, receipt wanted, replace, coding, default message.
    body.extend([0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    body.push(u8::try_from(text.len()).expect("short"));
    body.extend(text.as_bytes());
    body
}

#[tokio::test]
async fn binds_and_submissions_are_logged_without_passwords() {
    let bench = Bench::new();
    let (config, secret) = bench.sim.with(|world| (world.config().smsc.clone(), world.config().smsc.password.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    let server = tokio::spawn(simulator::smsc::serve(listener, bench.sim.clone(), None));
    let mut client = TcpStream::connect(at).await.expect("a connection");
    let login = format!("{}\0{secret}\0\0\x34\0\0\0", config.system_id);
    client.write_all(&frame(9, 1, login.as_bytes())).await.expect("sent");
    let from = config.addresses.first().expect("an address").trim_start_matches('+').to_owned();
    client.write_all(&frame(4, 2, &submission(&from, "12025550123", "Hello"))).await.expect("sent");
    let mut heard = vec![0; 512];
    let mut got = 0;
    while got < 16 + 4 + 16 + 2 {
        got += tokio::time::timeout(Duration::from_secs(10), client.read(&mut heard[got..])).await.expect("in time").expect("octets");
    }
    let rows: Vec<Exchange> = bench.sim.with(|world| world.journal().iter().cloned().collect());
    let seen: Vec<(&str, Option<u16>)> = rows.iter().map(|row| (row.method.as_str(), row.status)).collect();
    assert_eq!(seen, [("bind_transceiver", Some(0)), ("submit", Some(0))]);
    assert!(rows[1].request.contains("\"text\":\"Hello\"") && rows[1].target.ends_with("12025550123"), "{rows:?}");
    assert!(!bench.sim.with(|world| world.journal().to_json_lines()).contains(&secret));
    server.abort();
}
