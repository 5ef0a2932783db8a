package intake

import (
	"bytes"
	"encoding/json"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/territory"
)

// outlines are the shapes of the areas of one zoning, as GeoJSON. Which zoning is told by the set of
// codes (territory.OutlineZoning), so any file name will do; a collection of anything else is refused.
// It comes before the tables of communes, whose labels are better: basins are in capitals here.
var outlines = Source{
	Dataset: "outlines", Title: "Contours des territoires",
	Producer: "IGN, INSEE, France Travail", Licence: LicenceOuverte, Stage: StageTerritory,
	Home:      "https://www.data.gouv.fr/datasets/contours-administratifs",
	Recognise: func(h Head) bool { return looksLikeCollection(h.Text) },
	Read:      readOutlines,
}

// looksLikeCollection reports whether a text begins as a GeoJSON collection of features.
func looksLikeCollection(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	if !strings.HasPrefix(text, "{") {
		return false
	}
	return strings.Contains(text[:min(len(text), collectionMark)], `"FeatureCollection"`)
}

// collectionMark is how far into the file its type must stand, in bytes.
const collectionMark = 2000

func readOutlines(in *Reading) error {
	if len(in.Bytes()) > territory.MaxOutlineBytes {
		return fault.New(fault.Invalid, "read outlines", "the file is larger than %d MB", territory.MaxOutlineBytes>>20)
	}
	named, err := featureNames(in.Bytes())
	if err != nil {
		return err
	}
	codes := make([]string, len(named))
	for i, n := range named {
		codes[i] = n.code
	}
	zoning, ok := territory.OutlineZoning(codes)
	if !ok {
		return fault.New(fault.Invalid, "read outlines", "the codes of its areas fit no known zoning")
	}
	in.Scope = string(zoning)
	shapes, refused, err := territory.ParseOutlines(bytes.NewReader(in.Bytes()), zoning)
	for _, r := range refused {
		in.Refuse(0, "feature", "", r.Error())
	}
	in.Count(len(shapes)+len(refused), len(shapes))
	if err != nil {
		return err
	}
	return emitOutlines(in, zoning, named, append(shapes, territory.OverseasRegions(shapes)...))
}

// emitOutlines hands on the outlines, and the areas under the names the file gives them. The régions
// overseas are drawn, and named, as the départements they also are.
func emitOutlines(in *Reading, zoning territory.Zoning, named []featureName, shapes []territory.Outline) error {
	labels := map[territory.ID]string{}
	for _, n := range named {
		labels[territory.Make(zoning, n.code)] = titleCase(n.label)
	}
	byPath := map[string]string{}
	for _, o := range shapes {
		label, known := labels[o.Area]
		if known {
			byPath[o.Path] = label
		} else {
			label = byPath[o.Path]
		}
		if err := in.Emit(o); err != nil {
			return err
		}
		if label == "" {
			continue
		}
		if err := in.Emit(territory.Area{ID: o.Area, Label: label}); err != nil {
			return err
		}
	}
	return nil
}

// featureName is what a feature says of its area.
type featureName struct{ code, label string }

// The properties under which producers give an area's code and name, the most usual first.
var (
	codeProperties  = []string{"code", "code_bassin_bmo", "be24", "be19", "ze2020", "insee_dep", "insee_reg", "code_insee", "codgeo"}
	labelProperties = []string{"nom", "libelle", "lib_bassin_bmo", "nombe24", "nombe19", "libze2020", "libgeo"}
)

// featureNames reads the properties of the features and none of their geometry.
func featureNames(content []byte) ([]featureName, error) {
	var collection struct {
		Features []struct {
			Properties map[string]any `json:"properties"`
		} `json:"features"`
	}
	if err := json.Unmarshal(content, &collection); err != nil {
		f := fault.New(fault.Invalid, "read outlines", "the file is not GeoJSON")
		f.Err = err
		return nil, f
	}
	names := make([]featureName, 0, len(collection.Features))
	for _, feature := range collection.Features {
		names = append(names, featureName{
			code: property(feature.Properties, codeProperties), label: property(feature.Properties, labelProperties),
		})
	}
	return names, nil
}

// property is the first of these properties that is a text.
func property(properties map[string]any, names []string) string {
	for _, name := range names {
		for _, key := range sortedKeys(properties) {
			if s, ok := properties[key].(string); ok && strings.EqualFold(key, name) {
				return strings.TrimSpace(s)
			}
		}
	}
	return ""
}
