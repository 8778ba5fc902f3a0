//! The official Rust SDK (`rmcp`) as a client, in both eras.

use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, CallToolResult, ErrorCode, ProtocolVersion, ServerNotification,
    SubscriptionFilter,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt, RoleClient, RunningService, SubscriptionEnd,
};
use rmcp::transport::TokioChildProcess;
use rmcp::{ServiceError, ServiceExt};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::fixture::Fixture;

type Session = RunningService<RoleClient, ()>;

fn converse<Opened: Future<Output = Session>>(
    open: impl FnOnce(TokioChildProcess) -> Opened,
    version: &str,
) {
    let fixture = Fixture::one_host(22);
    let reactor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    reactor.block_on(async {
        let server = TokioChildProcess::new(tokio::process::Command::from(fixture.server()));
        let session = open(server.unwrap()).await;
        tokio::time::timeout(Duration::from_secs(20), everything(session, version))
            .await
            .expect("the conversation ends");
    });
}

/// A conversation in whichever era was opened.
async fn everything(session: Session, version: &str) {
    let server = session.peer_info().expect("the server said who it is");
    assert_eq!(server.protocol_version.as_str(), version);
    let tools = session.list_all_tools().await.unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    let expected = "ssh_ping ssh_list_hosts ssh_describe_host ssh_plan ssh_run ssh_run_on_tag \
                    ssh_cancel ssh_reload_config ssh_run_async ssh_get_task_status \
                    ssh_get_task_result ssh_get_task_output ssh_cancel_async_task";
    assert_eq!(names.join(" "), expected);
    assert!(tools.iter().all(|tool| tool.output_schema.is_some()));

    let pong = call(&session, "ssh_ping", json!({})).await;
    assert_eq!(pong.structured_content.unwrap()["status"], "ok");
    let hosts = call(&session, "ssh_list_hosts", json!({"tag": "front"})).await;
    assert_eq!(
        hosts.structured_content.unwrap()["hosts"][0]["alias"],
        "web"
    );
    let arguments = json!({"alias": "web", "command": "reboot"});
    let plan = call(&session, "ssh_plan", arguments.clone()).await;
    assert_eq!(plan.structured_content.unwrap()["decision"], "deny");
    let denied = call(&session, "ssh_run", arguments).await;
    assert_eq!(denied.is_error, Some(true));

    let unknown = session
        .call_tool(CallToolRequestParams::new("ssh_pong"))
        .await;
    match unknown {
        Err(ServiceError::McpError(error)) => assert_eq!(error.code, ErrorCode::INVALID_PARAMS),
        other => panic!("an unknown tool was called: {other:?}"),
    }
    session.cancel().await.unwrap();
}

async fn call(session: &Session, tool: &'static str, arguments: Value) -> CallToolResult {
    let Value::Object(arguments) = arguments else {
        panic!("arguments are an object")
    };
    let params = CallToolRequestParams::new(tool).with_arguments(arguments);
    session.call_tool(params).await.unwrap()
}

#[test]
fn in_the_legacy_era() {
    let open = async |server| ().serve(server).await.unwrap();
    converse(open, "2025-11-25");
}

#[test]
fn in_the_modern_era() {
    let lifecycle = ClientLifecycleMode::Discover {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
    };
    let open = async |server| ().serve_with_lifecycle(server, lifecycle).await.unwrap();
    converse(open, "2026-07-28");
}

#[test]
fn finding_the_era_by_itself() {
    let lifecycle = ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: None,
    };
    let open = async |server| ().serve_with_lifecycle(server, lifecycle).await.unwrap();
    converse(open, "2026-07-28");
}

/// The SDK itself checks the acknowledgement, the ids and the result at the end.
#[test]
fn a_subscription_hears_of_a_change_and_of_the_end() {
    let fixture = Fixture::one_host(22);
    let reactor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let conversation = async {
        let server = TokioChildProcess::new(tokio::process::Command::from(fixture.server()));
        let server = server.unwrap();
        let pid = Pid::from_raw(server.id().unwrap().cast_signed()).unwrap();
        let lifecycle = ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        };
        let session = ().serve_with_lifecycle(server, lifecycle).await.unwrap();
        let filter = SubscriptionFilter::builder()
            .resources_list_changed()
            .resource_subscription("ssh://host/web")
            .build();
        let mut subscription = session.listen(filter.clone()).await.unwrap();
        assert_eq!(subscription.acknowledged(), &filter);
        fixture.write("config/servers.yml", "hosts: []\n");
        let heard = subscription.next().await.unwrap();
        let list = matches!(
            heard,
            Some(ServerNotification::ResourceListChangedNotification(_))
        );
        assert!(list, "{heard:?}");
        let heard = subscription.next().await.unwrap();
        let updated = matches!(
            heard,
            Some(ServerNotification::ResourceUpdatedNotification(_))
        );
        assert!(updated, "{heard:?}");
        kill_process(pid, Signal::TERM).unwrap();
        let end = subscription.next().await.unwrap();
        assert!(end.is_none(), "{end:?}");
        let end = subscription.end();
        assert!(matches!(end, Some(SubscriptionEnd::Graceful(_))), "{end:?}");
    };
    reactor.block_on(async {
        let ended = tokio::time::timeout(Duration::from_secs(20), conversation);
        ended.await.expect("the conversation ends");
    });
}
