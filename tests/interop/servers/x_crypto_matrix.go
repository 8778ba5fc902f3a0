// A server of golang.org/x/crypto/ssh for the matrix: commands by the shell, files by github.com/pkg/sftp.
// tests/interop/library.rs says how it is started.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// signer tells of each key exchange, at which it signs once.
type signer struct{ ssh.Signer }

func (s signer) Sign(random io.Reader, data []byte) (*ssh.Signature, error) {
	fmt.Fprintln(os.Stderr, "new keys")
	return s.Signer.Sign(random, data)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func config(key ssh.Signer) func(user string) *ssh.ServerConfig {
	password := os.Getenv("MATRIX_PASSWORD")
	known, _, _, _, err := ssh.ParseAuthorizedKey([]byte(os.Getenv("MATRIX_KEY")))
	if err != nil {
		panic(err)
	}
	refused := fmt.Errorf("refused")
	return func(kind string) *ssh.ServerConfig {
		config := &ssh.ServerConfig{}
		config.RekeyThreshold = 1 << 20
		config.AddHostKey(key)
		if kind == "keyboard" {
			config.KeyboardInteractiveCallback = func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
				answers, err := ask("", "", []string{"Password:"}, []bool{false})
				if err != nil || len(answers) != 1 || answers[0] != password {
					return nil, refused
				}
				return nil, nil
			}
			return config
		}
		config.PasswordCallback = func(_ ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
			if string(given) != password {
				return nil, refused
			}
			return nil, nil
		}
		config.PublicKeyCallback = func(_ ssh.ConnMetadata, given ssh.PublicKey) (*ssh.Permissions, error) {
			if !bytes.Equal(given.Marshal(), known.Marshal()) {
				return nil, refused
			}
			return nil, nil
		}
		return config
	}
}

func run(channel ssh.Channel, line string) {
	defer channel.Close()
	command := exec.Command("/bin/sh", "-c", line)
	input := must(command.StdinPipe())
	command.Stdout, command.Stderr = channel, channel.Stderr()
	go func() {
		io.Copy(input, channel)
		input.Close()
	}()
	command.Run()
	status := command.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		names := map[syscall.Signal]string{syscall.SIGKILL: "KILL", syscall.SIGTERM: "TERM"}
		ended := struct {
			Name    string
			Core    bool
			Message string
			Lang    string
		}{Name: names[status.Signal()]}
		channel.SendRequest("exit-signal", false, ssh.Marshal(ended))
		return
	}
	channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{uint32(status.ExitStatus())}))
}

func session(channel ssh.Channel, requests <-chan *ssh.Request) {
	for request := range requests {
		var named struct{ Name string }
		ssh.Unmarshal(request.Payload, &named)
		switch {
		case request.Type == "exec":
			request.Reply(true, nil)
			go run(channel, named.Name)
		case request.Type == "subsystem" && named.Name == "sftp":
			request.Reply(true, nil)
			server := must(sftp.NewServer(channel))
			go func() {
				server.Serve()
				channel.Close()
			}()
		default:
			request.Reply(false, nil)
		}
	}
}

func serve(listener net.Listener, config *ssh.ServerConfig) {
	for {
		socket, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			_, channels, requests, err := ssh.NewServerConn(socket, config)
			if err != nil {
				return
			}
			go ssh.DiscardRequests(requests)
			for asked := range channels {
				if asked.ChannelType() != "session" {
					asked.Reject(ssh.UnknownChannelType, "")
					continue
				}
				channel, requests, err := asked.Accept()
				if err == nil {
					go session(channel, requests)
				}
			}
		}()
	}
}

func main() {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	key := must(ssh.NewSignerFromKey(private))
	of := config(signer{key})
	var ports []string
	for _, kind := range []string{"plain", "keyboard"} {
		listener := must(net.Listen("tcp", "127.0.0.1:0"))
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		ports = append(ports, port)
		go serve(listener, of(kind))
	}
	public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.PublicKey())))
	fmt.Println(strings.Join(ports, ","), public, "x/crypto", os.Getenv("MATRIX_VERSION"))
	io.Copy(io.Discard, os.Stdin)
}
