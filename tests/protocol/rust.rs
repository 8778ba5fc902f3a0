//! The official Rust SDK (`rmcp`) as a client, in both eras.

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, ElicitRequestParams,
    ElicitResult, ElicitationAction, ElicitationCapability, ErrorData, GetPromptRequestParams,
    ProgressNotificationParam, ProtocolVersion, ReadResourceRequestParams, SubscriptionFilter,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt, NotificationContext, RequestContext, RoleClient,
    RunningService,
};
use rmcp::transport::TokioChildProcess;
use rmcp::{ClientHandler, ServiceError};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::conversation::{Mode, Scene};
use crate::support::marker::Marker;

type Session = RunningService<RoleClient, Handler>;
type News = UnboundedReceiver<ProgressNotificationParam>;

/// A client that passes progress on, hears of changes, and approves whatever it is asked.
struct Handler {
    progress: UnboundedSender<ProgressNotificationParam>,
    changed: Arc<Notify>,
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        let mut config = ClientConfig::default();
        let mut capabilities = ClientCapabilities::default();
        capabilities.elicitation = Some(ElicitationCapability::default());
        config.capabilities = capabilities;
        config
    }

    async fn on_progress(
        &self,
        params: ProgressNotificationParam,
        _context: NotificationContext<RoleClient>,
    ) {
        // Nobody waits for the last ones.
        let _ended = self.progress.send(params);
    }

    async fn on_resource_list_changed(&self, _context: NotificationContext<RoleClient>) {
        self.changed.notify_one();
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let request = serde_json::to_value(request).unwrap();
        let asked = request["requestedSchema"]["properties"]
            .as_object()
            .unwrap();
        // The first choice is to refuse.
        let answer = |schema: &Value| schema.pointer("/enum/1").cloned().unwrap_or(json!(true));
        let content: Map<String, Value> = asked
            .iter()
            .map(|(name, schema)| (name.clone(), answer(schema)))
            .collect();
        let mut result = ElicitResult::new(ElicitationAction::Accept);
        result.content = Some(content.into());
        Ok(result)
    }
}

/// What is heard, fact by fact, as from the drivers of the other SDKs.
struct Conversation {
    session: Session,
    news: News,
    changed: Arc<Notify>,
    facts: Vec<Value>,
}

impl Conversation {
    fn fact(&mut self, name: &str, value: Value) {
        self.facts.push(json!([name, value]));
    }

    async fn call(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        call(&self.session, tool, arguments).await.unwrap()
    }

    async fn content(&self, tool: &'static str, arguments: Value) -> Value {
        let result = self.call(tool, arguments).await;
        result.structured_content.expect("structured content")
    }

    async fn introductions(&mut self) {
        let server = self.session.peer_info().expect("the server said who it is");
        let version = json!(server.protocol_version.as_str());
        let instructions = server.instructions.clone().unwrap_or_default();
        let offered = serde_json::to_value(&server.capabilities).unwrap();
        let mut offered: Vec<String> = offered.as_object().unwrap().keys().cloned().collect();
        offered.sort();
        let tools = self.session.list_all_tools().await.unwrap();
        self.fact("version", version);
        self.fact("instructions", json!(instructions.contains("ssh_plan")));
        self.fact("capabilities", json!(offered));
        let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
        self.fact("tools", json!(names));
        let objects = tools.iter().all(|tool| {
            let schema = tool.output_schema.as_ref().unwrap();
            schema["type"] == "object"
        });
        self.fact("output schemas", json!(objects));
        let run = tools.iter().find(|tool| tool.name == "ssh_run").unwrap();
        let annotations = run.annotations.as_ref().unwrap();
        self.fact("destructive", json!(annotations.destructive_hint));
    }

    async fn judgements(&mut self) {
        let pong = self.content("ssh_ping", json!({})).await;
        self.fact("ping", pong["status"].clone());
        let hosts = self.content("ssh_list_hosts", json!({"tag": "lab"})).await;
        self.fact("hosts", json!([hosts["hosts"][0]["alias"]]));
        for command in ["echo hi", "reboot"] {
            let line = json!({"alias": "box", "command": command});
            let plan = self.content("ssh_plan", line).await;
            self.fact(&format!("plan {command}"), plan["decision"].clone());
        }
        let misspelt = json!({"alias": "box", "comand": "x"});
        let misspelt = text(&self.call("ssh_run", misspelt).await);
        self.fact(
            "misspelt",
            json!(misspelt.contains("did you mean `command`?")),
        );
    }

    async fn runs(&mut self) {
        for command in ["echo hi", "reboot"] {
            let line = json!({"alias": "box", "command": command});
            let ended = outcome(&self.call("ssh_run", line).await);
            self.fact(&format!("run {command}"), ended);
        }
        let elsewhere = json!({"alias": "bax", "command": "echo hi"});
        let elsewhere = text(&self.call("ssh_run", elsewhere).await);
        self.fact("run elsewhere", json!(elsewhere.contains("`bax`")));
        while self.news.try_recv().is_ok() {}
        let fleet = json!({"tag": "lab", "command": "echo hi"});
        let fleet = self.content("ssh_run_on_tag", fleet).await;
        let ran = &fleet["results"][0];
        let ran = json!([[ran["alias"], ran["status"], ran["output"]]]);
        self.fact("run on tag", ran);
        let first = self.news.recv().await.unwrap();
        let names = first.message.unwrap().contains("task_id");
        let whole = |number: f64| format!("{number}").parse::<i64>().unwrap();
        let heard = json!([whole(first.progress), whole(first.total.unwrap()), names]);
        self.fact("progress", heard);
    }

    async fn task(&mut self) {
        let line = json!({"alias": "box", "command": "sh -c 'echo one; echo two; exit 3'"});
        let begun = self.content("ssh_run_async", line).await;
        let of = json!({"task_id": begun["task_id"]});
        let mut status = begun["status"].clone();
        while status == "pending" || status == "running" {
            tokio::time::sleep(Duration::from_millis(20)).await;
            status = self.content("ssh_get_task_status", of.clone()).await["status"].clone();
        }
        let output = self.content("ssh_get_task_output", of.clone()).await;
        let result = self.content("ssh_get_task_result", of).await;
        let task = json!([
            begun["status"],
            status,
            output["output_lines"],
            result["exit_code"]
        ]);
        self.fact("task", task);
    }

    /// A command is cancelled by a tool, and another by dropping the call.
    async fn cancellations(&mut self, cancelled: &Marker, aborted: &Marker) {
        while self.news.try_recv().is_ok() {}
        let sleep = json!({"alias": "box", "command": cancelled.fill("sleep MARKER")});
        let Self { session, news, .. } = self;
        let session = &*session;
        let (ended, told) = tokio::join!(call(session, "ssh_run", sleep), async {
            let named = news.recv().await.unwrap().message.unwrap();
            let task_id = named.rsplit(' ').next().unwrap();
            running(cancelled).await;
            call(session, "ssh_cancel", json!({"task_id": task_id})).await
        });
        let (ended, told) = (content(ended), content(told));
        self.fact("cancel", told["cancelled"].clone());
        self.fact("cancelled", ended["cancelled"].clone());

        let sleep = json!({"alias": "box", "command": aborted.fill("sleep MARKER")});
        tokio::select! {
            answer = self.call("ssh_run", sleep) => panic!("answered: {answer:?}"),
            () = running(aborted) => self.fact("aborted", json!("given up")),
        }
        let pong = self.content("ssh_ping", json!({})).await;
        self.fact("afterwards", pong["status"].clone());
    }

    /// What is offered beside the tools.
    async fn offers(&mut self) {
        let offered = self.session.peer_info().unwrap().capabilities.clone();
        let session = &self.session;
        let mut facts = Vec::new();
        if offered.resources.is_some() {
            let listed = session.list_all_resources().await.unwrap();
            let templates = session.list_all_resource_templates().await.unwrap();
            let read = |uri: &str| session.read_resource(ReadResourceRequestParams::new(uri));
            let host = serde_json::to_value(read("ssh://host/box").await.unwrap()).unwrap();
            let host: Value =
                serde_json::from_str(host["contents"][0]["text"].as_str().unwrap()).unwrap();
            let listed = listed.iter().any(|listed| listed.uri == "ssh://hosts");
            let templates = templates
                .iter()
                .any(|template| template.uri_template == "ssh://host/{alias}");
            facts.push(json!(["resources", listed]));
            facts.push(json!(["templates", templates]));
            facts.push(json!(["resource", host["alias"]]));
            facts.push(json!(["no resource", code(read("ssh://host/bax").await)]));
        }
        if offered.prompts.is_some() {
            let name = "ssh_policy_denied_guidance";
            let listed = session.list_all_prompts().await.unwrap();
            let arguments = json!({"alias": "box", "command": "reboot"});
            let params = GetPromptRequestParams::new(name);
            let params = params.with_arguments(arguments.as_object().unwrap().clone());
            let prompt = serde_json::to_value(session.get_prompt(params).await.unwrap()).unwrap();
            let prompt = prompt["messages"][0]["content"]["text"].as_str().unwrap();
            facts.push(json!([
                "prompts",
                listed.iter().any(|listed| listed.name == name)
            ]));
            facts.push(json!(["prompt", prompt.contains("reboot")]));
        }
        if offered.completions.is_some() {
            let template = "ssh://host/{alias}";
            let found = session
                .complete_resource_simple(template, "alias", "b")
                .await;
            facts.push(json!(["completion", found.unwrap()]));
        }
        self.facts.extend(facts);
    }
}

impl Conversation {
    /// The operator adds a host.
    async fn changes(&mut self, scene: &Scene) {
        let server = self.session.peer_info().unwrap();
        let resources = server.capabilities.resources.clone();
        if resources.and_then(|offered| offered.list_changed) != Some(true) {
            return;
        }
        let modern = server.protocol_version == ProtocolVersion::V_2026_07_28;
        let mut filter = SubscriptionFilter::default();
        filter.resources_list_changed = Some(true);
        let mut listening = match modern {
            true => Some(self.session.listen(filter).await.unwrap()),
            false => None,
        };
        let servers = scene.site.path("config/servers.yml");
        let hosts = std::fs::read_to_string(&servers).unwrap();
        let new = "- {alias: new, host: 127.0.0.1, credentials: ops}\n";
        std::fs::write(&servers, hosts + new).unwrap();
        let reloaded = self.content("ssh_reload_config", json!({})).await;
        self.fact("reloaded", reloaded["reloaded"].clone());
        match &mut listening {
            Some(subscription) => assert!(subscription.next().await.unwrap().is_some()),
            None => self.changed.notified().await,
        }
        self.fact("changed", json!(true));
    }
}

async fn call(
    session: &Session,
    tool: &'static str,
    arguments: Value,
) -> Result<CallToolResult, ServiceError> {
    let arguments = arguments.as_object().unwrap().clone();
    let params = CallToolRequestParams::new(tool).with_arguments(arguments);
    session.call_tool(params).await
}

fn content(result: Result<CallToolResult, ServiceError>) -> Value {
    result.unwrap().structured_content.unwrap()
}

/// The text of an error, as a tool tells it.
fn text(result: &CallToolResult) -> String {
    assert_eq!(result.is_error, Some(true), "{result:?}");
    let result = serde_json::to_value(result).unwrap();
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// How a run ended, in the words of its result.
fn outcome(result: &CallToolResult) -> Value {
    match &result.structured_content {
        Some(told) => json!([told["exit_code"], told["output"]]),
        None => serde_json::from_str::<Value>(&text(result)).unwrap()["status"].clone(),
    }
}

fn code<T>(result: Result<T, ServiceError>) -> Value {
    match result {
        Err(ServiceError::McpError(error)) => json!(error.code),
        Err(other) => json!(other.to_string()),
        Ok(_) => json!("no error"),
    }
}

async fn running(marker: &Marker) {
    while marker.alive().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn everything(mut talk: Conversation, scene: &Scene) -> Vec<Value> {
    talk.introductions().await;
    talk.judgements().await;
    talk.runs().await;
    talk.task().await;
    talk.cancellations(&scene.cancelled, &scene.aborted).await;
    let unknown = code(call(&talk.session, "ssh_pong", json!({})).await);
    talk.fact("unknown tool", unknown);
    talk.offers().await;
    talk.changes(scene).await;
    let asked = json!({"alias": "box", "command": "echo asked"});
    let asked = outcome(&talk.call("ssh_run", asked).await);
    talk.fact("asked", asked);
    talk.session.cancel().await.unwrap();
    talk.facts
}

fn converse(tag: &str, lifecycle: ClientLifecycleMode, version: &'static str) {
    let scene = Scene::start(tag);
    let reactor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let facts = reactor.block_on(async {
        let server = TokioChildProcess::new(tokio::process::Command::from(scene.server()));
        let (progress, news) = unbounded_channel();
        let changed = Arc::new(Notify::new());
        let handler = Handler {
            progress,
            changed: Arc::clone(&changed),
        };
        let session = handler.serve_with_lifecycle(server.unwrap(), lifecycle);
        let talk = Conversation {
            session: session.await.unwrap(),
            news,
            changed,
            facts: Vec::new(),
        };
        tokio::time::timeout(Duration::from_secs(60), everything(talk, &scene))
            .await
            .expect("the conversation ends")
    });
    let mode = Mode {
        arguments: Vec::new(),
        version,
        asks: true,
        unknown_resource: if version == "2026-07-28" {
            -32602
        } else {
            -32002
        },
    };
    scene.end(&mode, &facts, "", 1);
}

#[test]
fn in_the_legacy_era() {
    converse("rsold", ClientLifecycleMode::Initialize, "2025-11-25");
}

#[test]
fn in_the_modern_era() {
    let lifecycle = ClientLifecycleMode::Discover {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
    };
    converse("rsnew", lifecycle, "2026-07-28");
}

#[test]
fn finding_the_era_by_itself() {
    let lifecycle = ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: None,
    };
    converse("rsauto", lifecycle, "2026-07-28");
}
