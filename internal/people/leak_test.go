package people_test

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// longPassword draws a password that could be chosen, in small letters.
var longPassword = rapid.StringMatching(`[a-z0-9é ]{12,20}`)

func TestASetHoldsWhatWasPutInAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfDistinct(longPassword, rapid.ID).Draw(t, "in")
		other := longPassword.Draw(t, "other")
		set := people.NewLeakSet(append(in, "short"))
		if set.Len() != len(in) {
			t.Fatalf("%d of %d passwords are in the set", set.Len(), len(in))
		}
		for _, p := range in {
			if leaked, err := set.Leaked(strings.ToUpper(p)); err != nil || !leaked {
				t.Fatalf("%q is missing: %v", p, err)
			}
		}
		if leaked, _ := set.Leaked(other); leaked != slices.Contains(in, other) {
			t.Fatalf("%q: %v", other, leaked)
		}
	})
}

func TestTheListThatComesWithTheProgramKnowsTheCommonOnes(t *testing.T) {
	list := people.CommonLeaks()
	if list.Len() < 40_000 {
		t.Errorf("the list holds %d passwords", list.Len())
	}
	for _, p := range []string{"1qaz2wsx3edc", "unbelievable", "123456789987654321", "MotherFucker"} {
		if leaked, err := list.Leaked(p); err != nil || !leaked {
			t.Errorf("%q is not on the list: %v", p, err)
		}
	}
}

// hashLine is a line of a file of leaks.
func hashLine(password string, digits, count int) string {
	sum := sha1.Sum([]byte(password))
	line := strings.ToUpper(hex.EncodeToString(sum[:]))[:digits]
	if count > 0 {
		line += fmt.Sprintf(":%d", count)
	}
	return line
}

func TestAFileFindsEachOfItsLinesAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfNDistinct(longPassword, 1, 200, rapid.ID).Draw(t, "in")
		digits := rapid.SampledFrom([]int{10, 20, 40}).Draw(t, "digits")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		var lines []string
		for _, p := range in {
			lines = append(lines, hashLine(p, digits, rapid.IntRange(0, 1<<30).Draw(t, "count")))
		}
		slices.Sort(lines)
		text := strings.Join(lines, end) + rapid.SampledFrom([]string{"", end}).Draw(t, "last")
		file, err := people.NewLeakFile(strings.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(in, longPassword.Draw(t, "other")) {
			want := slices.Contains(in, p)
			if leaked, err := file.Leaked(p); err != nil || leaked != want {
				t.Fatalf("%q: %v, %v; want %v", p, leaked, err, want)
			}
		}
	})
}

func TestAFileOfAnotherFormatIsRefused(t *testing.T) {
	ordered := hashLine("b", 40, 1) + "\n" // E9D7…
	for name, text := range map[string]string{
		"nothing":             "",
		"passwords":           "123456\npassword\n",
		"too short a prefix":  "ABCDEF012\n",
		"a line without end":  strings.Repeat("A", 10_000),
		"ordered by count":    strings.Repeat(ordered, 50) + strings.Repeat(hashLine("a", 40, 9)+"\n", 50), // 86F7…
		"SHA-256":             strings.Repeat("A", 64) + "\n",
		"an empty first line": "\n" + ordered,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "leaks.txt")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := people.OpenLeakFile(path); fault.CodeOf(err) != fault.Invalid {
				t.Errorf("got %v, want an Invalid fault", err)
			}
		})
	}
	if _, err := people.OpenLeakFile(filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func FuzzLeakFile(f *testing.F) {
	f.Add(hashLine("a", 40, 3) + "\r\n" + hashLine("b", 40, 0))
	f.Add("\n\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := people.NewLeakFile(strings.NewReader(text), int64(len(text)))
		if err != nil {
			return
		}
		if _, err := file.Leaked("cheval agrafe pile"); err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Error(err)
		}
	})
}
