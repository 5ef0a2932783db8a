package territory

import (
	"slices"
	"strings"

	"filiere/internal/fault"
)

// Parse reads an area as people name it: by its ID ("dep-69", "FR"), or by its code ("69") in the zoning z,
// or, when z is "", in the one figures of the level are published for. It returns an Invalid fault for a
// code that could be of several levels. Whether there is such an area it does not know.
func Parse(s string, l Level, z Zoning) (ID, error) {
	s = strings.TrimSpace(s)
	if strings.EqualFold(s, string(France)) {
		return France, nil
	}
	if head, code, ok := strings.Cut(s, "-"); ok && levelOfZoning[Zoning(head)] != "" {
		z, s = Zoning(head), code
	}
	if z == "" {
		z = DefaultZoning(l)
	}
	if id := Make(z, s); z != "" && id != Unlocated {
		return id, nil
	}
	f := fault.New(fault.Invalid, "read area", "%q could be an area of several levels", s)
	if z != "" {
		f = fault.New(fault.Invalid, "read area", "no area is named")
	}
	f.Hint = "give its level too, or its whole name, such as dep-69 or be2019-8401; search finds areas by name"
	return "", f
}

// Zonings lists the zonings, those of wider areas first.
func Zonings() []Zoning {
	return []Zoning{Regions, Departements, Zones2020, Bassins2019, Bassins2024, Communes}
}

// ParseZoning reads a zoning's name. It returns an Invalid fault that lists the names.
func ParseZoning(s string) (Zoning, error) {
	if z := Zoning(s); slices.Contains(Zonings(), z) {
		return z, nil
	}
	f := fault.New(fault.Invalid, "read zoning", "no division of the country is called %q", s)
	f.Hint = "the zonings are reg, dep, ze2020, be2019, be2024 and com"
	return "", f
}
