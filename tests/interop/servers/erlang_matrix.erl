%% A server of Erlang's ssh for the matrix: commands by the shell, files by ssh_sftpd.
%% tests/interop/library.rs says how it is started. Ports of Erlang have no stderr of their own and no end of input.
-module(erlang_matrix).
-behaviour(ssh_server_channel).
-behaviour(ssh_server_key_api).

-export([main/0]).
-export([init/1, handle_msg/2, handle_ssh_msg/2, terminate/2]).
-export([host_key/2, is_auth_key/3]).

main() ->
    spawn(fun serve/0).

serve() ->
    {ok, _} = application:ensure_all_started(ssh),
    Key = public_key:generate_key({namedCurve, ed25519}),
    Ports = [daemon(Key, Methods) || Methods <- ["publickey,password", "keyboard-interactive"]],
    {ok, Version} = application:get_key(ssh, vsn),
    io:format("~b,~b ~s ssh ~s~n", Ports ++ [public(Key), Version]),
    'end'(io:get_line("")).

'end'(eof) -> halt(0, [{flush, false}]);
'end'(_) -> 'end'(io:get_line("")).

daemon(Key, Methods) ->
    {ok, Daemon} = ssh:daemon({127, 0, 0, 1}, 0, [
        {key_cb, {?MODULE, [Key]}}, {auth_methods, Methods}, {ssh_cli, {?MODULE, []}},
        {pwdfun, fun(_, Given) -> Given =:= os:getenv("MATRIX_PASSWORD") end},
        {subsystems, [ssh_sftpd:subsystem_spec([])]}, {rekey_limit, {infinity, 1048576}}
    ]),
    {ok, Info} = ssh:daemon_info(Daemon),
    proplists:get_value(port, Info).

public({'ECPrivateKey', _, _, _, Public, _}) -> encoded(Public);
public({'ECPrivateKey', _, _, _, Public}) -> encoded(Public).

encoded(Public) ->
    iolist_to_binary(string:trim(ssh_file:encode([{{{'ECPoint', Public}, {namedCurve, {1, 3, 101, 112}}}, []}], openssh_key))).

%% The keys. Each key exchange asks for the host's.
host_key('ssh-ed25519', Options) ->
    io:format(standard_error, "new keys~n", []),
    [Key] = proplists:get_value(key_cb_private, Options),
    {ok, Key};
host_key(_, _) ->
    {error, "there is no such key"}.

is_auth_key(Key, _User, _Options) ->
    [{Known, _}] = ssh_file:decode(list_to_binary(os:getenv("MATRIX_KEY")), public_key),
    Key =:= Known.

%% A channel runs one command.
init([]) -> {ok, #{}}.

handle_msg({ssh_channel_up, Channel, Connection}, State) ->
    {ok, State#{channel => Channel, connection => Connection}};
handle_msg({Port, {data, Data}}, State = #{port := Port, channel := Channel, connection := Connection}) ->
    ssh_connection:send(Connection, Channel, Data),
    {ok, State};
handle_msg({Port, {exit_status, Status}}, State = #{port := Port, channel := Channel, connection := Connection}) ->
    ssh_connection:exit_status(Connection, Channel, Status),
    ssh_connection:send_eof(Connection, Channel),
    {stop, Channel, State};
handle_msg(_, State) ->
    {ok, State}.

handle_ssh_msg({ssh_cm, Connection, {exec, Channel, Reply, Command}}, State) ->
    Line = ["exec </dev/null; ", Command],
    Port = open_port({spawn_executable, "/bin/sh"},
        [{args, ["-c", unicode:characters_to_binary(Line)]}, binary, exit_status, stderr_to_stdout]),
    ssh_connection:reply_request(Connection, Reply, success, Channel),
    {ok, State#{port => Port}};
handle_ssh_msg(_, State) ->
    {ok, State}.

terminate(_, _) -> ok.
