// Package program builds the program and starts it as people do: as a process
// of its own, on a free port, spoken to over HTTP. What is tested with it is
// what an office runs, signals, exit codes and restarts included.
package program

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Path is the built program; Main sets it.
var Path string

// Main builds the program once for all tests of a package.
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "giamngheo-built")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if Path, err = Build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// Build builds the program into a folder.
func Build(dir string) (string, error) {
	path := filepath.Join(dir, "giamngheo")
	if out, err := exec.Command("go", "build", "-o", path, "giamngheo/cmd/giamngheo").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// Run runs a command to its end, which must come within a minute.
func Run(t testing.TB, dir string, arguments ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, Path, arguments...)
	c.Dir = dir
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// Patience is how long a program may take until it answers. Filling a whole
// province takes longer than a test should wait.
var Patience = 3 * time.Minute

// Server is a program that answers.
type Server struct {
	URL     string // without a slash at the end
	Started time.Duration
	process *exec.Cmd
	said    *output
	ended   chan struct{}
}

// address is how serve and demo say where they answer.
var address = regexp.MustCompile(`http://[0-9.:]+`)

// Start starts serve or demo and waits until it answers.
func Start(t testing.TB, dir string, arguments ...string) *Server {
	t.Helper()
	s, err := Launch(Path, dir, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

// Launch starts a program at a path and waits until it has said its address.
func Launch(path, dir string, arguments ...string) (*Server, error) {
	s := &Server{process: exec.Command(path, append(arguments, "--addr", "127.0.0.1:0")...), said: &output{}, ended: make(chan struct{})}
	s.process.Dir = dir
	s.process.Stderr = s.said
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	said := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(s.said, lines.Text())
			if url := address.FindString(lines.Text()); url != "" {
				select {
				case said <- url:
				default:
				}
			}
		}
		s.process.Wait()
		close(s.ended)
	}()
	select {
	case s.URL = <-said:
		s.Started = time.Since(began)
		return s, nil
	case <-s.ended:
		return nil, fmt.Errorf("%v ended with %d:\n%s", arguments, s.process.ProcessState.ExitCode(), s.said)
	case <-time.After(Patience):
		s.Kill()
		return nil, fmt.Errorf("%v does not answer:\n%s", arguments, s.said)
	}
}

// Said is all that the program has printed.
func (s *Server) Said() string { return s.said.String() }

// Says waits a moment for the program to print something.
func (s *Server) Says(what string) bool {
	for range 50 {
		if strings.Contains(s.Said(), what) {
			return true
		}
		time.Sleep(40 * time.Millisecond)
	}
	return false
}

// Kill ends the program as a power cut would.
func (s *Server) Kill() {
	s.process.Process.Kill()
	<-s.ended
}

// Stop asks the program to end and gives its exit code.
func (s *Server) Stop(signal os.Signal) (int, error) {
	if err := s.process.Process.Signal(signal); err != nil {
		return 0, err
	}
	select {
	case <-s.ended:
		return s.process.ProcessState.ExitCode(), nil
	case <-time.After(30 * time.Second):
		s.Kill()
		return 0, fmt.Errorf("did not end within 30 s of %v", signal)
	}
}

// Memory is the most the program has held at once, in bytes (Linux).
func (s *Server) Memory() (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	var kb int64
	found := peak.FindSubmatch(raw)
	if found == nil {
		return 0, io.ErrUnexpectedEOF
	}
	_, err = fmt.Sscan(string(found[1]), &kb)
	return kb << 10, err
}

var peak = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
