//! `subscriptions/listen` with the official SDK for Rust, as a client.

use std::time::Duration;

use rmcp::model::{ProtocolVersion, ServerNotification, SubscriptionFilter};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt, SubscriptionEnd};
use rmcp::transport::TokioChildProcess;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::fixture::Fixture;

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
