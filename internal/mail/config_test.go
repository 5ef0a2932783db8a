package mail

import (
	"strings"
	"testing"
)

func environment(server, from string) func(string) string {
	return func(name string) string { return map[string]string{URLVariable: server, FromVariable: from}[name] }
}

func TestTheServerIsReadFromTheEnvironment(t *testing.T) {
	tests := []struct {
		name, server, from string
		want               Config
	}{
		{
			"with everything", "smtp://clerk%40school:p%2Fw@mail.example.org:2525", "School <school@example.org>",
			Config{Host: "mail.example.org", Port: 2525, User: "clerk@school", Password: "p/w"},
		},
		{"with the usual port", "smtp://mail.example.org", "school@example.org", Config{Host: "mail.example.org", Port: 587}},
		{"with TLS from the first byte", "smtps://mail.example.org/", "school@example.org", Config{Host: "mail.example.org", Port: 465, Implicit: true}},
		{"at an IPv6 address", "smtp://[::1]:25", "school@example.org", Config{Host: "::1", Port: 25}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok, err := FromEnvironment(environment(tt.server, tt.from))
			if err != nil || !ok {
				t.Fatalf("%v, %v", ok, err)
			}
			tt.want.From = got.From
			if got != tt.want || got.From.Address != "school@example.org" {
				t.Errorf("read %+v", got)
			}
		})
	}
}

func TestWithoutVariablesThereIsNoServerAndNoFault(t *testing.T) {
	if _, ok, err := FromEnvironment(environment("", "")); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
}

func TestEveryFaultOfTheConfigurationIsReportedAtOnceAndNoneTellsThePassword(t *testing.T) {
	tests := []struct {
		name, server, from string
		want               []string
	}{
		{"everything wrong", "http://clerk:hunter2@:99999/inbox?x=1", "nobody", []string{"neither smtp://", "names no server", "after the server", "1 to 65535", FromVariable}},
		{"no server", "", "school@example.org", []string{URLVariable + ": is not set"}},
		{"no sender", "smtp://mail.example.org", "", []string{FromVariable + ": is not set"}},
		{"a user without a password", "smtp://clerk@mail.example.org", "school@example.org", []string{"without the other"}},
		{"a password that is not encoded", "smtp://clerk:hunter2%@mail.example.org", "school@example.org", []string{"%40"}},
		{"a bare name", "mail.example.org:587", "school@example.org", []string{URLVariable}},
		{"a sender with a line break", "smtp://mail.example.org", "school@example.org\r\nBcc: x@example.org", []string{FromVariable}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, ok, err := FromEnvironment(environment(tt.server, tt.from))
			if ok || err == nil {
				t.Fatal("taken")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%q tells the password", err)
			}
		})
	}
}

func TestOnlyThisMachineIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.8.8.8": true, "::1": true,
		"mail.example.org": false, "localhost.example.org": false, "10.0.0.1": false, "": false,
	} {
		if got := (Config{Host: host}).loopback(); got != want {
			t.Errorf("%s counts as loopback: %v", host, got)
		}
	}
}
