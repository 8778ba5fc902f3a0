//! dropbear passes a signal on to the shell alone, and closes the channel although a child of that shell
//! lives on: nothing there says that all is gone.

use super::records::{lines, of_type};
use super::site::{Site, ran};
use crate::support::dropbear::Dropbear;
use crate::support::keys::write_private;
use crate::support::marker::Marker;

#[test]
fn what_was_ended_there_may_run_on_and_the_result_says_so() {
    let dropbear = Dropbear::start();
    let site = Site::start("dropbear");
    site.write_servers(dropbear.port);
    site.fixture
        .write("keys/known_hosts", &dropbear.known_hosts("127.0.0.1"));
    site.write_credentials("password_secret: pw");
    write_private(&site.path("secrets/pw"), &site.account.password);
    site.write_policy("limits: {max_seconds: 2}\nrules: [{action: allow, commands: ['*']}]\n");
    let (mut client, _held) = site.serve();
    assert_eq!(ran(&mut client, "echo in")["output"], "in\n");
    let marker = Marker::new();
    let result = ran(&mut client, &marker.fill("sleep MARKER && echo x"));
    assert_eq!(result["timeout"], true, "{result}");
    assert_eq!(
        result["note"],
        "ended after 2 s (max_seconds); the host did not confirm that all of it is gone: something \
         that it started may run on"
    );
    let left = marker.alive();
    assert!(!left.is_empty(), "dropbear signals its children, too, now");
    // By itself it ends there as anywhere.
    let result = ran(&mut client, "true && echo x");
    assert_eq!(
        (result["output"].as_str(), result.get("note")),
        (Some("x\n"), None)
    );
    let records = lines(&client.finish());
    assert_eq!(of_type(&records, "audit")[1]["process"], "may_run_on");
}
