/* A server of libssh for the matrix: commands by the shell; this version of the library has no files.
 * tests/interop/library.rs says how it is started. A process for each connection, and one session in it, as in the library's
 * own example. */
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *password;
static ssh_key known;

static int is_word(const char *given)
{
    return given != NULL && strcmp(given, password) == 0;
}

/* One message of the login; 1 when it proves who is there. */
static int proves(ssh_session session, ssh_message message, int in_words)
{
    if (ssh_message_type(message) != SSH_REQUEST_AUTH) {
        ssh_message_reply_default(message);
        return 0;
    }
    switch (ssh_message_subtype(message)) {
    case SSH_AUTH_METHOD_PASSWORD:
        if (!in_words && is_word(ssh_message_auth_password(message))) {
            return 1;
        }
        break;
    case SSH_AUTH_METHOD_PUBLICKEY:
        if (!in_words && ssh_key_cmp(ssh_message_auth_pubkey(message), known, SSH_KEY_CMP_PUBLIC) == 0) {
            if (ssh_message_auth_publickey_state(message) == SSH_PUBLICKEY_STATE_VALID) {
                return 1;
            }
            ssh_message_auth_reply_pk_ok_simple(message);
            return 0;
        }
        break;
    case SSH_AUTH_METHOD_INTERACTIVE:
        if (in_words && ssh_message_auth_kbdint_is_response(message)) {
            if (ssh_userauth_kbdint_getnanswers(session) == 1 && is_word(ssh_userauth_kbdint_getanswer(session, 0))) {
                return 1;
            }
        } else if (in_words) {
            const char *prompts[] = {"Password:"};
            char echo[] = {0};
            ssh_message_auth_interactive_request(message, "", "", 1, prompts, echo);
            return 0;
        }
        break;
    default:
        break;
    }
    ssh_message_auth_set_methods(message,
                                 in_words ? SSH_AUTH_METHOD_INTERACTIVE : SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY);
    ssh_message_reply_default(message);
    return 0;
}

static int logged_in(ssh_session session)
{
    int in_words = 0;
    for (;;) {
        ssh_message message = ssh_message_get(session);
        if (message == NULL) {
            return 0;
        }
        /* An answer names no user. */
        const char *user = ssh_message_type(message) == SSH_REQUEST_AUTH ? ssh_message_auth_user(message) : NULL;
        if (user != NULL) {
            in_words = strcmp(user, "keyboard") == 0;
        }
        int done = proves(session, message, in_words);
        if (done) {
            ssh_message_auth_reply_success(message, 0);
            ssh_message_free(message);
            return 1;
        }
        ssh_message_free(message);
    }
}

/* The channel and the line of the first command. */
static ssh_channel command(ssh_session session, char **line)
{
    ssh_channel channel = NULL;
    ssh_message message;
    while ((message = ssh_message_get(session)) != NULL) {
        int type = ssh_message_type(message), subtype = ssh_message_subtype(message);
        if (type == SSH_REQUEST_CHANNEL_OPEN && subtype == SSH_CHANNEL_SESSION && channel == NULL) {
            channel = ssh_message_channel_request_open_reply_accept(message);
        } else if (type == SSH_REQUEST_CHANNEL && subtype == SSH_CHANNEL_REQUEST_EXEC) {
            *line = strdup(ssh_message_channel_request_command(message));
            ssh_message_channel_request_reply_success(message);
            ssh_message_free(message);
            return channel;
        } else {
            ssh_message_reply_default(message);
        }
        ssh_message_free(message);
    }
    return NULL;
}

/* Passes on what the child prints until it prints no more; -1 when the client is gone. */
static int pass(ssh_session session, ssh_channel channel, int input, int output[2])
{
    char bytes[16384];
    int open = 2;
    while (open > 0) {
        struct pollfd from[3] = {{output[0], POLLIN, 0}, {output[1], POLLIN, 0}, {ssh_get_fd(session), POLLIN, 0}};
        if (input >= 0 && ssh_channel_poll(channel, 0) == SSH_EOF) {
            close(input);
            input = -1;
        }
        poll(from, 3, 50);
        for (int at = 0; at < 2; at++) {
            if (output[at] < 0 || from[at].revents == 0) {
                continue;
            }
            ssize_t count = read(output[at], bytes, sizeof bytes);
            if (count <= 0) {
                output[at] = -1;
                open--;
                continue;
            }
            int sent = at == 0 ? ssh_channel_write(channel, bytes, count) : ssh_channel_write_stderr(channel, bytes, count);
            if (sent < 0) {
                return -1;
            }
        }
        if (!ssh_is_connected(session) || ssh_channel_is_closed(channel)) {
            return -1;
        }
    }
    return 0;
}

static void run(ssh_session session, ssh_channel channel, const char *line)
{
    int in[2], out[2], err[2];
    if (pipe(in) != 0 || pipe(out) != 0 || pipe(err) != 0) {
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        for (int at = 3; at < 64; at++) {
            close(at);
        }
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    int output[2] = {out[0], err[0]}, status = 0;
    if (pass(session, channel, in[1], output) != 0) {
        return;
    }
    waitpid(child, &status, 0);
    ssh_channel_send_eof(channel);
    if (WIFSIGNALED(status)) {
        ssh_channel_request_send_exit_signal(channel, WTERMSIG(status) == SIGKILL ? "KILL" : "TERM", 0, "", "");
    } else {
        ssh_channel_request_send_exit_status(channel, WEXITSTATUS(status));
    }
    ssh_channel_close(channel);
    /* Until the client has gone, and it is told that there is no further session. */
    while (ssh_is_connected(session)) {
        ssh_message message = ssh_message_get(session);
        if (message == NULL) {
            break;
        }
        ssh_message_reply_default(message);
        ssh_message_free(message);
    }
}

static void serve(ssh_bind bind)
{
    ssh_session session = ssh_new();
    uint64_t limit = 1024 * 1024;
    char *line = NULL;
    if (ssh_bind_accept(bind, session) != SSH_OK) {
        ssh_free(session);
        return;
    }
    if (fork() != 0) {
        /* The child has the connection. */
        ssh_disconnect(session);
        ssh_free(session);
        return;
    }
    ssh_options_set(session, SSH_OPTIONS_REKEY_DATA, &limit);
    ssh_set_auth_methods(session, SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY | SSH_AUTH_METHOD_INTERACTIVE);
    if (ssh_handle_key_exchange(session) == SSH_OK && logged_in(session)) {
        ssh_channel channel = command(session, &line);
        if (channel != NULL) {
            run(session, channel, line);
        }
    }
    ssh_disconnect(session);
    _exit(0);
}

static void tell(int priority, const char *function, const char *text, void *data)
{
    (void)priority, (void)function, (void)data;
    fprintf(stderr, "%s\n", text);
}

int main(void)
{
    ssh_key key;
    char *base64;
    const char *folder = getenv("MATRIX_FOLDER"), *space;
    char path[4096];
    unsigned int port = 0;
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    password = getenv("MATRIX_PASSWORD");
    space = strchr(getenv("MATRIX_KEY"), ' ');
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    if (ssh_pki_import_pubkey_base64(space + 1, SSH_KEYTYPE_ED25519, &known) != SSH_OK ||
        ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK) {
        return 1;
    }
    snprintf(path, sizeof path, "%s/host_key", folder);
    ssh_pki_export_privkey_file(key, NULL, NULL, NULL, path);
    ssh_pki_export_pubkey_base64(key, &base64);
    ssh_set_log_callback(tell);
    ssh_bind bind = ssh_bind_new();
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_BINDADDR, "127.0.0.1");
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_BINDPORT, &port);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HOSTKEY, path);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_LOG_VERBOSITY_STR, "3");
    if (ssh_bind_listen(bind) != SSH_OK) {
        fprintf(stderr, "%s\n", ssh_get_error(bind));
        return 1;
    }
    getsockname(ssh_bind_get_fd(bind), (struct sockaddr *)&address, &length);
    printf("%d ssh-ed25519 %s libssh %s\n", ntohs(address.sin_port), base64, ssh_version(0));
    fflush(stdout);
    for (;;) {
        struct pollfd either[2] = {{ssh_bind_get_fd(bind), POLLIN, 0}, {0, POLLIN, 0}};
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
        if (poll(either, 2, 1000) > 0 && either[0].revents != 0) {
            serve(bind);
        } else if (either[1].revents != 0) {
            return 0;
        }
    }
}
