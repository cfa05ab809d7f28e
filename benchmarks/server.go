package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// program is the built binary under test.
type program struct {
	path   string
	models string    // folder of the language models
	log    io.Writer // what it says on standard error
}

// build compiles the program into dir.
func build(ctx context.Context, dir string) (program, error) {
	path := filepath.Join(dir, "precedent")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", path, "precedent/cmd/precedent").CombinedOutput(); err != nil {
		return program{}, fmt.Errorf("building the program: %w\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(dir, "server.log"))
	return program{path: path, log: log}, err
}

// call runs one command of the program and returns what it printed.
func (p program) call(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, p.path, args...).CombinedOutput()
	return string(out), err
}

// server is a running program that serves a data folder.
type server struct {
	command *exec.Cmd
	url     string
}

var readyLine = regexp.MustCompile(`http://[^/\s]+`)

// serve starts the program on a data folder and waits until it is ready.
func (p program) serve(ctx context.Context, data string) (*server, error) {
	command := exec.CommandContext(ctx, p.path, "serve", "--data", data, "--models", p.models, "--listen", "127.0.0.1:0")
	command.Stderr = p.log
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the server did not become ready: %w", err), command.Wait())
	}
	return &server{command: command, url: readyLine.FindString(line)}, nil
}

// kill ends the server as a power cut would, without a word.
func (s *server) kill() {
	s.command.Process.Kill()
	s.command.Wait()
}

// stop asks the server to end and waits for it.
func (s *server) stop() error {
	s.command.Process.Signal(syscall.SIGTERM)
	return s.command.Wait()
}

// post sends a body as JSON and decodes the answer into reply when the
// status is one of success. Other statuses are an *answerError.
func (s *server) post(ctx context.Context, path, key string, body, reply any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	answer, err := s.do(request)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, reply)
}

func (s *server) get(ctx context.Context, path string, reply any) error {
	body, err := s.text(ctx, path)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, reply)
}

// text returns an answer as it is.
func (s *server) text(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return nil, err
	}
	return s.do(request)
}

// answerError is an answer that refuses.
type answerError struct {
	status int
	body   string
}

func (e *answerError) Error() string { return fmt.Sprintf("%d: %s", e.status, e.body) }

var client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}

func (s *server) do(request *http.Request) ([]byte, error) {
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= 300 {
		return nil, &answerError{status: answer.StatusCode, body: strings.TrimSpace(string(body))}
	}
	return body, nil
}
