//! A hundred equal results are one: told once to whoever reads, and by name to whoever counts.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::fanout::fleet;
use super::long_output::{Report, paged};
use super::site::{POLICY, Site};
use crate::support::client::Client;

/// The text, read, and the structured content; with how many bytes each has.
fn answers(client: &mut Client, command: &str) -> [(Value, usize); 2] {
    let result = client.call("ssh_run_on_tag", json!({"tag": "lab", "command": command}));
    let text = result["content"][0]["text"].as_str().unwrap();
    let rows = result["structuredContent"].clone();
    let length = rows.to_string().len();
    [
        (serde_json::from_str(text).unwrap(), text.len()),
        (rows, length),
    ]
}

#[test]
fn a_hundred_equal_results_are_told_once() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let closed = closed.unwrap().port();
    let site = Site::start("fold");
    let elsewhere: Vec<(usize, u16)> = (0..100).map(|number| (number, closed)).collect();
    fleet(&site, 100, &elsewhere);
    let (mut client, _held) = site.serve();
    for (command, status) in [("echo hi", "failed"), ("cat /etc/shadow", "denied")] {
        let [(told, bytes), (rows, row_bytes)] = answers(&mut client, command);
        assert_eq!(told["summary"]["total"], 100);
        let [result] = told["results"].as_array().unwrap().as_slice() else {
            panic!("{told}");
        };
        assert_eq!(result["status"], status);
        assert_eq!(result["aliases"].as_array().unwrap().len(), 100);
        assert_eq!(result["aliases"][99], "h99");
        assert!(result.get("alias").is_none(), "{result}");
        assert!(bytes < 3_000, "{bytes} bytes: {told}");

        let rows = rows["results"].as_array().unwrap();
        assert_eq!(rows.len(), 100);
        for (number, row) in rows.iter().enumerate() {
            assert_eq!(row["alias"], format!("h{number}"));
            assert_eq!(row["status"], status);
            let first = (number > 0).then(|| json!("h0"));
            assert_eq!(row.get("same_as").cloned(), first, "{row}");
        }
        assert!(row_bytes < 20_000, "{row_bytes} bytes");
    }
}

#[test]
fn what_differs_in_anything_is_told_apart() {
    let site = Site::start("foldnot");
    fleet(&site, 4, &[]);
    site.write_policy(&format!(
        "{POLICY}  - {{action: deny, aliases: [h2], commands: ['echo *']}}\n"
    ));
    let (mut client, _held) = site.serve();
    let [(told, _), (rows, _)] = answers(&mut client, "echo hi");
    let results = told["results"].as_array().unwrap();
    assert_eq!(results.len(), 2, "{told}");
    assert_eq!(results[0]["aliases"], json!(["h0", "h1", "h3"]));
    assert_eq!(results[0]["output"], "hi\n");
    assert_eq!(
        (&results[1]["alias"], &results[1]["status"]),
        (&json!("h2"), &json!("denied"))
    );
    // A row has what is the host's own, and the rest stands with the first.
    assert_eq!(rows["results"][3]["same_as"], "h0");
    assert!(rows["results"][3]["task_id"].is_string());
    assert!(rows["results"][3].get("output").is_none());
    // Where no two are equal nothing is folded, and the text is the structured content.
    let [(told, _), (rows, _)] = answers(&mut client, "sh -c 'date +%N'");
    assert_eq!(told, rows);
}

#[test]
fn what_is_left_out_of_a_folded_result_can_be_read_on() {
    let report = Report::numbered();
    let site = Site::start("foldcut");
    fleet(&site, 3, &[]);
    let (mut client, _held) = site.serve();
    let [(told, _), _] = answers(&mut client, &report.cat());
    let result = &told["results"][0];
    assert_eq!(result["aliases"], json!(["h0", "h1", "h2"]), "{told}");
    assert_eq!(paged(&mut client, &result["task_id"]), report.lines);
}
