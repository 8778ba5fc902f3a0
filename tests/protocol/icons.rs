//! The icons of the tools: each is a whole drawing, says whether its tool only reads, and is small.

use std::io::Write;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use super::modern;
use crate::support::client::Client;
use crate::support::fixture::Fixture;
use crate::support::transcript::python;

/// What a parser of XML makes of a drawing: its elements, each with its attributes.
const PARSER: &str = "import json, sys, xml.etree.ElementTree as tree
print(json.dumps([[one.tag, one.attrib] for one in tree.fromstring(sys.stdin.buffer.read()).iter()]))";
/// The namespace without which a picture is no SVG.
const SVG: &str = "{http://www.w3.org/2000/svg}";
/// What the icon of one tool may take of the list.
const MOST_BYTES: usize = 191;

fn elements(drawing: &[u8]) -> Vec<(String, Value)> {
    let mut parser = Command::new(python())
        .args(["-c", PARSER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    parser.stdin.take().unwrap().write_all(drawing).unwrap();
    let output = parser.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", drawing.escape_ascii());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The drawing of a tool's one icon, and the bytes that `icons` has in the list.
fn drawing(tool: &Value) -> (Vec<u8>, usize) {
    let [icon] = &tool["icons"].as_array().unwrap()[..] else {
        panic!("one icon: {tool}");
    };
    let members: Vec<&String> = icon.as_object().unwrap().keys().collect();
    assert_eq!(members, ["src"]);
    let source = icon["src"].as_str().unwrap();
    let text = source.strip_prefix("data:image/svg+xml;base64,").unwrap();
    let mut bytes = vec![0; text.len()];
    let drawn = Base64::decode(text, &mut bytes).unwrap();
    let listed = format!("\"icons\":{},", tool["icons"]);
    (drawn.to_vec(), listed.len())
}

#[test]
fn each_tool_has_a_small_drawing_that_says_whether_it_only_reads() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    let list = client.result("tools/list", json!({}));
    let tools = list["tools"].as_array().unwrap();
    let (mut reading, mut acting) = (None, None);
    for tool in tools {
        let (drawn, bytes) = drawing(tool);
        assert!(bytes <= MOST_BYTES, "{bytes}: {tool}");
        let mark = match tool["annotations"]["readOnlyHint"] == true {
            true => &mut reading,
            false => &mut acting,
        };
        // One drawing for all that read, and another one for all others.
        assert_eq!(*mark.get_or_insert_with(|| drawn.clone()), drawn, "{tool}");
    }
    let (reading, acting) = (reading.unwrap(), acting.unwrap());
    assert_ne!(reading, acting);
    for drawn in [reading, acting] {
        let elements = elements(&drawn);
        let [(root, frame), (shape, drawn)] = &elements[..] else {
            panic!("one shape: {elements:?}");
        };
        // No script, no link, no style: nothing that a client would have to take out.
        assert_eq!((root, shape), (&format!("{SVG}svg"), &format!("{SVG}path")));
        assert_eq!(frame, &json!({"viewBox": "0 0 8 8"}));
        let attributes: Vec<&String> = drawn.as_object().unwrap().keys().collect();
        assert_eq!(attributes, ["fill", "d"]);
    }
    let list = client.result("tools/list", modern(json!({})));
    assert_eq!(list["tools"].as_array().unwrap(), tools);
}
